"""The forest plot's figures, and what a learner may paste instead of the thirteen trials."""

import math
import re

import numpy as np
import pytest
from scipy import stats

from scaling import datasets, meta
from scaling.size_context import next_place

approx = pytest.approx
TRIALS = datasets.load("bcg_trials")


def test_thirteen_trials_stand_from_the_equator_outwards():
    studies = next_place.bcg()
    assert len(studies.names) == len(set(studies.names)) == 13
    assert (np.diff(studies.latitude) >= 0).all()


def test_each_trial_has_its_own_risk_ratio_and_variance():
    """The variance of a log risk ratio: (1 − p)/(np) for each arm."""
    studies = next_place.bcg()
    for trial in TRIALS.itertuples():
        row = studies.names.index(f"{trial.author} {trial.year}")
        p, q = trial.vaccinated_tb / trial.vaccinated_n, trial.control_tb / trial.control_n
        assert studies.latitude[row] == trial.latitude_deg
        assert studies.effects[row] == approx(math.log(p / q))
        assert studies.variances[row] == approx(
            (1 - p) / trial.vaccinated_tb + (1 - q) / trial.control_tb
        )


def test_the_summaries_are_shown_as_risk_ratios():
    below = next_place.summaries(next_place.run()).set_index("name")
    assert below.loc["Mean of all places"].tolist() == approx([0.49, 0.34, 0.70], abs=0.005)
    assert below.loc["Next place"].tolist() == approx([0.49, 0.14, 1.77], abs=0.005)


@pytest.mark.parametrize("row", range(1, 14))
def test_leaving_out_a_trial_leaves_out_that_one_and_no_other(row):
    studies = next_place.bcg()
    result = next_place.run(leave_out=row)
    keep = [i for i in range(13) if i != row - 1]
    expected = meta.random_effects(studies.effects[keep], studies.variances[keep])
    assert result.pooled.mean == approx(expected.mean)
    assert result.line.slope == approx(
        meta.trend(studies.effects[keep], studies.variances[keep], studies.latitude[keep]).slope
    )
    symbols = next_place.picture(result).data[0].marker.symbol
    assert [i for i, symbol in enumerate(symbols) if symbol == "square-open"] == [row - 1]
    assert next_place.table(result)["weight"][row - 1] == "0.0\xa0%"


def test_no_single_trial_decides_whether_the_next_place_may_see_no_benefit():
    for row in range(14):
        assert next_place.run(leave_out=row).pooled.next_place()[1] > 0


def test_the_trend_stops_containing_no_benefit_below_60_degrees():
    above = [next_place.run(latitude=degrees).at_latitude[1] > 0 for degrees in range(61)]
    assert above[0]
    assert not above[60]
    assert above == sorted(above, reverse=True)  # once and for good


def test_the_weights_in_the_table_add_up_to_all():
    for values in ({}, {"leave_out": 3}, {"own": "a 1 2\nb 3 1"}):
        weights = next_place.table(next_place.run(**values))["weight"]
        shares = [float(weight.split("\xa0")[0]) for weight in weights if weight]
        assert sum(shares) == approx(100, abs=0.05 * len(shares))


def test_every_row_of_the_table_has_a_number_of_its_own():
    table = next_place.table(next_place.run())
    assert table.index.tolist() == list(range(16))


def test_the_words_and_the_table_tell_the_level_that_was_chosen():
    result = next_place.run(level=80)
    assert "80\xa0% interval" in next_place.words(result)
    below = next_place.table(result).tail(3)
    quantile = stats.norm.ppf(0.9)
    mean = np.exp(result.pooled.mean + quantile * result.pooled.se)
    assert all("80\xa0%" in name for name in below["study"])
    assert below["to"].iloc[0] == f"{mean:.2f}"


def test_the_trend_falls_to_three_quarters_every_ten_degrees():
    """exp(10 · −0.0292), from the published slope."""
    still = next_place.trend_with_latitude()
    assert math.exp(-0.292) == approx(0.75, abs=0.005)
    assert "falls to 0.75 of what it was" in still.words


def test_the_task_on_latitude_tells_where_the_trend_leaves_no_benefit():
    task = next_place.explorable.tasks[0]
    seen = task.seen(lambda **values: next_place.run(**values))
    (degree,) = (int(word[:-1]) for word in seen.split() if word.endswith("°"))
    high = [next_place.run(latitude=place).at_latitude[1] for place in (degree - 1, degree)]
    assert high[0] >= 0 > high[1]


def test_a_picture_to_read_does_not_say_what_is_to_be_read_from_it():
    still, told = next_place.to_read(50), next_place.words(next_place.run(50))
    assert set(re.findall(r"[\d.]+\d", still.words)) == {"13", "95", "50"}
    assert "12\N{NO-BREAK SPACE}% above 1" in told
    assert still.folded
    assert still.table.equals(next_place.table(next_place.run(50)))


# A learner's own studies

WRITTEN = {
    "commas": "Ash Grove, -0.30, 0.12\nMillbank, -0.05, 0.09",
    "commas without spaces": "Ash Grove,-0.30,0.12\nMillbank,-0.05,0.09",
    "semicolons": "Ash Grove; -0.30; 0.12\nMillbank; -0.05; 0.09",
    "tabs from a spreadsheet": "Ash Grove\t-0.30\t0.12\r\nMillbank\t-0.05\t0.09\r\n",
    "spaces": "Ash Grove -0.30 0.12\n\n   Millbank  -.05  .09  \n",
    "true minus signs": "Ash Grove, −0.30, 0.12\nMillbank, −0.05, 0.09",
}


@pytest.mark.parametrize("way", WRITTEN)
def test_studies_may_be_written_in_many_ways(way):
    studies = next_place.read_own(WRITTEN[way])
    assert studies.names == ("Ash Grove", "Millbank")
    assert studies.effects.tolist() == [-0.30, -0.05]
    assert studies.variances == approx([0.12**2, 0.09**2])
    assert studies.latitude is None


def test_names_may_hold_numbers_or_be_left_out():
    studies = next_place.read_own("Ward 7, 2019, 0.5, 0.1\n0.4 0.2\n3, 1")
    assert studies.names == ("Ward 7 2019", "Study 2", "Study 3")
    assert studies.effects.tolist() == [0.5, 0.4, 3.0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("  \n ", "no study in what was pasted"),
        ("Ash Grove", "Line 1, “Ash Grove”, does not end in two numbers"),
        ("a 1 2\n0.3", "Line 2, “0.3”, does not end in two numbers"),
        ("a 1 2\n\nb 1 x", "Line 3, “b 1 x”, does not end in two numbers"),
        ("a 0.1 0", "Line 1, .* standard error must be a number above 0"),
        ("a 0.1 -0.2", "standard error must be a number above 0"),
        ("a nan 0.2", "Line 1, .* number"),
        ("a 0.1 inf", "number above 0"),
        ("\n".join(["0.1 0.2"] * 41), "At most 40 studies can be drawn, not 41"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        next_place.read_own(text)


@pytest.mark.parametrize(
    "line", ["Ash Grove; -0,30; 0,12", "Ash Grove\t-0,30\t0,12", "-0,30 0,12", "St. Ann, -0,3, 0,1"]
)
def test_decimal_commas_are_not_misread_but_asked_back(line):
    with pytest.raises(ValueError, match="decimal point"):
        next_place.read_own(line)


def test_own_studies_take_the_place_of_the_trials_and_are_no_ratios():
    result = next_place.run(own=WRITTEN["commas"] + "\nHarbour Street, -0.41, 0.20", leave_out=5)
    expected = meta.random_effects([-0.30, -0.05, -0.41], np.array([0.12, 0.09, 0.20]) ** 2)
    assert result.pooled == expected
    assert (result.left_out, result.line, result.is_ratio) == (None, None, False)
    below = next_place.summaries(result)
    assert below["value"].tolist() == approx([expected.mean] * 2)
    assert "True effects differ between places" in next_place.words(result)


@pytest.mark.parametrize(("own", "count"), [("0.1 0.2", "one study"), ("1 1\n2 1", "2 studies")])
def test_fewer_than_three_studies_promise_nothing_of_the_next_place(own, count):
    result = next_place.run(own=own)
    said = next_place.words(result)
    assert f"With {count} there is no interval for the next place" in said
    assert "at least three studies are needed" in said
    assert next_place.table(result).iloc[-1][["from", "to"]].tolist() == ["–", "–"]


@pytest.mark.parametrize(
    ("argument", "bad", "allowed"),
    [
        ("latitude", -1, "0 and 90 degrees"),
        ("latitude", 91, "0 and 90 degrees"),
        ("latitude", math.nan, "0 and 90 degrees"),
        ("level", 0, "between 0 and 100 per cent"),
        ("level", 100, "between 0 and 100 per cent"),
        ("level", math.nan, "between 0 and 100 per cent"),
        ("leave_out", -1, "whole number from 0 to 13"),
        ("leave_out", 14, "whole number from 0 to 13"),
    ],
)
def test_an_impossible_question_is_refused_in_a_sentence(argument, bad, allowed):
    with pytest.raises(ValueError, match=f"{argument} must .*{allowed}"):
        next_place.run(**{argument: bad})


def test_trials_that_drew_lots_say_almost_nothing_of_the_next_place():
    """Their seven log risk ratios, pooled by hand; 0.37 [0.18, 0.74] with metafor's DL as well."""
    pooled = next_place.drawn_by_lot()
    assert pooled.k == 7
    assert np.exp(pooled.mean) == pytest.approx(0.37, abs=0.005)
    assert np.exp(pooled.mean_interval()) == pytest.approx([0.18, 0.74], abs=0.006)
    low, high = np.exp(pooled.next_place())
    assert low < 0.05
    assert high > 4
