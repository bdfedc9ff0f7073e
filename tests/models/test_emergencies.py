"""Seven emergencies, counted again with networkx and scipy."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from scaling import datasets
from scaling.size_context import emergencies

approx = pytest.approx
EVENTS = sorted(datasets.load("rescue_orgs").event.unique())


def reported(event, rarest=4):
    """The directed network of one emergency: an arrow to each organisation that another names."""
    organisations, ties = datasets.load("rescue_orgs"), datasets.load("rescue_ties")
    graph = nx.DiGraph()
    graph.add_nodes_from(organisations[organisations.event == event].org)
    chosen = ties[(ties.event == event) & (ties.contact <= rarest)]
    graph.add_edges_from(zip(chosen.from_org, chosen.to_org, strict=True))
    return graph


@pytest.mark.parametrize("rarest", [1, 2, 3, 4])
@pytest.mark.parametrize("event", EVENTS)
def test_being_named_is_the_in_degree_of_the_network(event, rarest):
    table = emergencies.run(event, rarest).organisations
    assert dict(zip(table.org, table.named_by, strict=True)) == dict(
        reported(event, rarest).in_degree
    )


def test_nobody_names_themselves_or_the_same_organisation_twice():
    ties = datasets.load("rescue_ties")
    assert (ties.from_org != ties.to_org).all()
    assert not ties.duplicated(["event", "from_org", "to_org"]).any()


def leads_and(quality):
    """Emergencies in which the head of command also has the most of a quality."""
    organisations = datasets.load("rescue_orgs")
    found = []
    for event in EVENTS:
        rows = organisations[organisations.event == event].set_index("org")
        leader = rows.command_score.idxmax()
        assert (rows.command_score == rows.command_score[leader]).sum() == 1
        amounts = quality(event, rows)
        if amounts[leader] == max(amounts.values()):
            found.append(event)
    return found


def staff(_, rows):
    paid, volunteers = rows.paid_staff.astype(float), rows.volunteer_staff.astype(float)
    return (paid.fillna(0) + volunteers.fillna(0)).to_dict()


def test_connection_leads_in_six_of_seven_and_size_in_one():
    named = leads_and(lambda event, _: dict(reported(event).in_degree))
    largest = leads_and(staff)
    table = emergencies.leaders().set_index("emergency")
    assert table.index[table["leader is named most"]].tolist() == named
    assert table.index[table["largest leads command"]].tolist() == largest
    assert (len(named), len(largest), len(table)) == (6, 1, 7)


def test_the_words_tell_the_same_count_in_every_emergency():
    for event in EVENTS:
        said = emergencies.words(emergencies.run(event))
        assert said.startswith(event)
        assert "named most in 6, and the one with most staff in 1." in said


@pytest.mark.parametrize("column", ["named_by", "paid_staff", "staff"])
def test_the_rank_correlation_is_scipys_weighted_by_emergency(column):
    table = emergencies.organisations().dropna(subset=[column, "command_score"])
    parts, sizes = [], []
    for _, group in table.groupby("event"):
        parts.append(stats.spearmanr(group[column].astype(float), group.command_score).statistic)
        sizes.append(len(group))
    expected = np.average(parts, weights=sizes)
    correlation, _, count = emergencies.correlation_within(table, column)
    assert correlation == approx(expected)
    assert count == sum(sizes)


@pytest.mark.slow
def test_the_p_value_is_that_of_scipys_permutation_test_in_one_emergency():
    table = emergencies.organisations().query("event == 'Mount St Helens'")
    known = table.dropna(subset=["paid_staff", "command_score"])
    exact = stats.permutation_test(
        (known.paid_staff.to_numpy(float),),
        lambda values: stats.spearmanr(values, known.command_score).statistic,
        permutation_type="pairings",
        n_resamples=2000,
        rng=np.random.default_rng(2),
    ).pvalue
    _, p, _ = emergencies.correlation_within(table, "paid_staff")
    error = np.sqrt(exact * (1 - exact) * 2 / 2000)
    assert 0 < error < 0.02
    assert p == approx(exact, abs=4 * error)


def test_a_column_that_is_the_same_everywhere_goes_with_nothing():
    table = emergencies.organisations().assign(same=1.0)
    correlation, p, _ = emergencies.correlation_within(table, "same")
    assert (correlation, p) == (0, 1)


def test_connection_goes_with_leading_much_more_clearly_than_size():
    table = emergencies.correlations()
    named, paid = table.loc["named by others"], table.loc["paid staff"]
    everyone = table.loc["paid staff and volunteers"]
    assert named["rank correlation"] == approx(0.60, abs=0.005)
    assert paid["rank correlation"] == approx(0.34, abs=0.005)
    assert named["p-value"] < 0.001 < paid["p-value"] < 0.05 < everyone["p-value"]
    # Compared on the same organisations, connection is still the stronger of the two.
    again = table.loc["named by others, where all staff is known"]
    assert again["organisations"] == everyone["organisations"]
    assert again["rank correlation"] > everyone["rank correlation"] + 0.3


@pytest.mark.parametrize("make", [emergencies.leaders, emergencies.organisations])
def test_what_a_learner_does_with_a_table_changes_nothing_for_the_checks(make):
    before = make()
    theirs = make()
    theirs.iloc[:, 0] = "?"
    pd.testing.assert_frame_equal(make(), before)


def test_the_seven_emergencies_are_listed_with_140_organisations():
    assert list(emergencies.events()) == EVENTS
    assert len(EVENTS) == 7
    assert len(emergencies.organisations()) == 140
    assert emergencies.leaders().organisations.sum() == 140


def test_staff_is_unknown_only_where_neither_kind_is_known():
    table = emergencies.organisations()
    neither = table.paid_staff.isna() & table.volunteer_staff.isna()
    assert (table.staff.isna() == neither).all()
    assert 0 < neither.sum() < len(table)


def test_an_unknown_emergency_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"event must be one of Cheyenne, .*; it is 'Atlantis'"):
        emergencies.run("Atlantis")


@pytest.mark.parametrize("rarest", [0, 5])
def test_an_unknown_code_of_contact_is_refused_with_the_known_ones(rarest):
    with pytest.raises(ValueError, match="rarest must be a whole number from 1 to 4"):
        emergencies.run("Cheyenne", rarest)
