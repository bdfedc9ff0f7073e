"""The figures of a class: an invented one with a known gain is recovered within its interval."""

import csv
import io
import itertools
import json
from dataclasses import replace
from math import isclose

import numpy as np
import pytest
from scipy import stats

from scaling import __main__ as commands
from scaling.inventory import AFTER, BEFORE, FORMS, LETTERS, RIGHT, items
from scaling.inventory import file as kept_file
from scaling.inventory.analysis import (
    FEWEST,
    Estimate,
    Sheet,
    _pooled,
    alpha,
    analyse,
    discrimination,
    figures,
    hide_few,
    mean_of_orders,
    normalised_gain,
)
from scaling.inventory.file import Answered, Answers
from scaling.inventory.reading import read
from scaling.inventory.report import FEW, main_sentences, to_csv, to_html

CLASSES = 200
LEARNERS = 40
K = len(items())
# Difficulties of the items of form A; each of form B is harder by HARDER. Both are in logits, as
# are the ability of a learner, which is normal with a standard deviation of 1, and the gain.
DIFFICULTY = np.linspace(-0.8, 1.2, K)
HARDER, GAIN = 0.7, 0.9
# How many of 200 intervals at 95 % hold the truth: 190, and seldom fewer than 180 or 198 or more.
NEAR_NOMINAL = range(180, 199)


def chance(ability, form, gain):
    """Probability of a right answer, by learner and item (Rasch, 1960)."""
    harder = np.where(form == "B", HARDER, 0.0)
    return 1 / (1 + np.exp(-(ability + gain - harder)[:, None] + DIFFICULTY))


def answers(rng, right, forms):
    """Slips for answers that are right or wrong, as a class chooses them."""
    wrong = np.array([list(item.slips) for item in items()])
    picked = wrong[np.arange(K), rng.choice(3, p=[0.6, 0.3, 0.1], size=right.shape)]
    return Sheet(np.where(right, RIGHT, picked), forms)


def invented(rng, learners=LEARNERS, share_a=0.35):
    """Both sittings of a class, of whom fewer begin with form A than with form B."""
    order = np.where(np.arange(learners) < round(share_a * learners), "A", "B")
    ability = rng.normal(size=learners)
    sittings = []
    for forms, gain in ((order, 0.0), (np.where(order == "A", "B", "A"), GAIN)):
        right = rng.random((learners, K)) < chance(ability, forms, gain)
        sittings.append(answers(rng, right, forms))
    return sittings


@pytest.fixture(scope="module")
def classes():
    rng = np.random.default_rng(19)
    return [invented(rng) for _ in range(CLASSES)]


@pytest.fixture(scope="module")
def truth():
    """By integration over abilities: scores, gain, and the mean covariance of both forms."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    weights = weights / weights.sum()
    mean, covariance = {}, {}
    for when, gain in ((BEFORE, 0.0), (AFTER, GAIN)):
        by_form = []
        for form in FORMS:
            p = chance(nodes, np.full(len(nodes), form), gain)
            expected = weights @ p
            both = (p * weights[:, None]).T @ p - np.outer(expected, expected)
            both[np.diag_indices(K)] = expected * (1 - expected)
            by_form.append((expected, both))
        mean[when] = np.mean([one for one, _ in by_form], axis=0)
        # Form A has 14 of the 40 learners before and 26 after.
        share = (0.35, 0.65) if when == BEFORE else (0.65, 0.35)
        covariance[when] = sum(w * one for w, (_, one) in zip(share, by_form, strict=True))
    return mean, covariance


def held(estimates, true):
    return sum(one.low <= true <= one.high for one in estimates)


def test_the_normalised_gain_of_invented_classes_is_in_its_interval(classes, truth):
    mean, _ = truth
    true = (mean[AFTER].sum() - mean[BEFORE].sum()) / (K - mean[BEFORE].sum())
    found = [
        normalised_gain(np.column_stack([one.right.sum(axis=1) for one in both]), both[0].forms, K)
        for both in classes
    ]
    assert held(found, true) in NEAR_NOMINAL
    assert abs(np.mean([one.value for one in found]) - true) < 0.01


def test_the_mean_of_changes_is_in_its_interval_though_form_b_is_harder(classes, truth):
    mean, _ = truth
    true = mean[AFTER].sum() - mean[BEFORE].sum()
    changes = [
        (now.right.sum(axis=1) - then.right.sum(axis=1), then.forms) for then, now in classes
    ]
    found = [mean_of_orders(change, order) for change, order in changes]
    assert held(found, true) in NEAR_NOMINAL
    # Without equal weights of the orders the harder form would pass for a part of the gain.
    naive = np.mean([change.mean() for change, _ in changes])
    assert abs(np.mean([one.value for one in found]) - true) < 0.1 < abs(naive - true)


@pytest.mark.parametrize("place", [0, 7, 15])
def test_the_change_of_one_item_is_in_its_interval(classes, truth, place):
    mean, _ = truth
    found = [
        mean_of_orders(now.right[:, place] - then.right[:, place], then.forms)
        for then, now in classes
    ]
    assert held(found, mean[AFTER][place] - mean[BEFORE][place]) in NEAR_NOMINAL


def within(one):
    return _pooled([one.right[one.forms == form] for form in FORMS])


@pytest.mark.parametrize("when", [BEFORE, AFTER])
@pytest.mark.parametrize("place", [0, 7, 15])
def test_the_discrimination_of_an_item_is_in_its_interval(classes, truth, when, place):
    covariance = truth[1][when]
    true = discrimination(covariance, 10**9, place).value
    found = [discrimination(*within(both[when == AFTER]), place) for both in classes]
    assert held([one for one in found if one], true) >= 0.9 * sum(one is not None for one in found)
    assert abs(np.mean([one.value for one in found if one]) - true) < 0.03


@pytest.mark.parametrize("when", [BEFORE, AFTER])
def test_the_alpha_of_invented_classes_is_in_its_interval(classes, truth, when):
    true = alpha(truth[1][when], 10**9).value
    found = [alpha(*within(both[when == AFTER])) for both in classes]
    assert held(found, true) in range(176, 200)
    assert abs(np.mean([one.value for one in found]) - true) < 0.03


def test_a_class_without_gain_is_seldom_said_to_have_one():
    rng = np.random.default_rng(5)
    found = []
    for _ in range(CLASSES):
        order = np.where(np.arange(LEARNERS) < 12, "A", "B")
        ability = rng.normal(size=LEARNERS)
        scores = [
            (rng.random((LEARNERS, K)) < chance(ability, forms, 0.0)).sum(axis=1)
            for forms in (order, np.where(order == "A", "B", "A"))
        ]
        found.append(normalised_gain(np.column_stack(scores), order, K))
    assert held(found, 0.0) in NEAR_NOMINAL


# Against other ways


def test_alpha_is_that_of_a_case_worked_out_by_hand():
    """Four learners and two items: variances 1/3 and 1/4, covariance 1/6."""
    right = np.array([[1, 1], [1, 1], [0, 0], [0, 1]], dtype=float)
    found = alpha(*_pooled([right]))
    assert isclose(found.value, 2 * (1 - (1 / 3 + 1 / 4) / (1 / 3 + 1 / 4 + 2 / 6)))
    assert isclose(found.value, 8 / 11)


def test_alpha_is_the_formula_of_mean_covariance_and_mean_variance():
    right = (np.random.default_rng(3).normal(size=(50, 1)) + DIFFICULTY > 0).astype(float)
    right = np.where(np.random.default_rng(4).random(right.shape) < 0.3, 1 - right, right)
    covariance = np.cov(right.T)
    mean_covariance = np.mean([covariance[i, j] for i, j in itertools.combinations(range(K), 2)])
    mean_variance = np.mean(np.diag(covariance))
    expected = K * mean_covariance / (mean_variance + (K - 1) * mean_covariance)
    assert isclose(alpha(*_pooled([right])).value, expected)


def test_the_interval_of_alpha_is_that_of_another_package():
    """ci.cronbach(.05, .85, 7, 89) of statpsych for R gives 0.7971 and 0.8931 in its manual."""
    shared = 0.85 / (7 - 0.85 * 6)  # the correlation of seven items of which alpha is 0.85
    matrix = np.full((7, 7), shared) + (1 - shared) * np.eye(7)
    found = alpha(matrix, 88)
    assert isclose(found.value, 0.85)
    assert found.low == pytest.approx(0.7971, abs=2e-4)
    assert found.high == pytest.approx(0.8931, abs=2e-4)


def test_discrimination_is_the_correlation_with_the_rest_that_scipy_gives():
    right = invented(np.random.default_rng(8))[0].right
    rest = right.sum(axis=1) - right[:, 4]
    other = stats.pearsonr(right[:, 4], rest)
    found = discrimination(*_pooled([right]), 4)
    assert found.value == pytest.approx(other.statistic)
    low, high = other.confidence_interval()
    assert (found.low, found.high) == pytest.approx((low, high))


def test_an_interval_of_a_mean_is_that_of_scipy_where_one_order_is_missing():
    values = np.random.default_rng(2).normal(size=12)
    found = mean_of_orders(values, np.array(["A"] * 11 + ["B"]))
    low, high = stats.ttest_1samp(values, 0).confidence_interval()
    assert (found.low, found.high) == pytest.approx((low, high))


def test_the_ends_of_the_gain_are_where_a_paired_t_test_just_rejects():
    scores = np.random.default_rng(2).integers(3, 12, size=(15, 2)).astype(float)
    found = normalised_gain(scores, np.array(["A"] * 15), 16)
    for end in (found.low, found.high):
        tested = stats.ttest_1samp(scores[:, 1] - scores[:, 0] - end * (16 - scores[:, 0]), 0)
        assert tested.pvalue == pytest.approx(0.05)
    room = 16 - scores[:, 0].mean()
    assert found.value == pytest.approx((scores[:, 1].mean() - scores[:, 0].mean()) / room)


def test_in_a_large_class_a_bootstrap_agrees_with_the_interval_of_the_gain():
    then, now = invented(np.random.default_rng(1), learners=600, share_a=0.5)
    scores = np.column_stack([then.right.sum(axis=1), now.right.sum(axis=1)])
    groups = [scores[then.forms == form] for form in FORMS]

    def gain(*chosen, axis):
        before, after = (
            np.mean(
                [g[rows, at].mean(axis=axis) for g, rows in zip(groups, chosen, strict=True)], 0
            )
            for at in (0, 1)
        )
        return (after - before) / (K - before)

    drawn = stats.bootstrap(
        [np.arange(len(group)) for group in groups], gain, vectorized=True,
        n_resamples=2000, method="percentile", rng=np.random.default_rng(7),
    ).confidence_interval  # fmt: skip
    found = normalised_gain(scores, then.forms, K)
    assert (found.low, found.high) == pytest.approx(tuple(drawn), abs=0.006)


# What is not shown, and what cannot be


def as_learners(then, now):
    """The files of a class."""
    learners = []
    for number, (one, other) in enumerate(zip(then.slips, now.slips, strict=True)):
        sittings = {}
        for when, slips, form in (
            (BEFORE, one, then.forms[number]),
            (AFTER, other, now.forms[number]),
        ):
            chosen = {
                item.id: LETTERS[[name for name, _ in item.forms[form].options].index(slip)]
                for item, slip in zip(items(), slips, strict=True)
            }
            sittings[when] = Answered(str(form), chosen, "2026-03-01")
        learners.append(Answers(f"{number:032x}", f"teapot {number}", **sittings))
    return learners


@pytest.fixture(scope="module")
def learners():
    return as_learners(*invented(np.random.default_rng(11)))


def test_figures_from_files_are_those_of_the_answers(learners):
    then, now = invented(np.random.default_rng(11))
    assert analyse(learners) == figures(then, now, then, now)


@pytest.mark.parametrize("many", range(FEWEST))
def test_of_fewer_than_five_learners_no_figure_is_shown(learners, many):
    found = analyse(learners[:many])
    table = list(csv.DictReader(io.StringIO(to_csv(found).lstrip("\ufeff"))))
    assert {row["value"] for row in table} == {""}
    page = to_html(found, ())
    assert "fewer than 5 learners are not shown" in page
    assert "<svg" not in page and "Right before" not in page


def test_five_learners_are_shown_but_no_small_cell(learners):
    found = analyse(learners[:FEWEST])
    assert found.change and found.gain and found.items[0].before
    shown = [number for one in found.items for d in one.drawn for number in (d.before, d.after)]
    assert {number for number in shown if number is not None} <= {5}


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((12, 8, 6), (12, 8, 6)),
        ((12, 8, 4), (12, None, None)),
        ((12, 4, 0), (12, None, None)),
        ((4, 3, 0), (None, None, None)),
        ((5, 9, 0), (None, 9, None)),
    ],
)
def test_a_small_cell_is_hidden_and_cannot_be_worked_out(counts, shown):
    names = ("one", "two", "three")
    assert tuple(hide_few(dict(zip(names, counts, strict=True)), 30).values()) == shown


def test_where_all_was_right_before_there_is_no_gain_and_the_page_says_why(learners):
    perfect = Sheet(np.full((12, K), RIGHT), np.array(["A", "B"] * 6))
    found = figures(perfect, perfect, perfect, perfect)
    assert found.gain is None and found.is_at_ceiling
    assert found.alpha_before is None
    assert found.items[0].discrimination_before is None
    assert "no interval: look at the differences" in to_html(found, ())


def test_one_order_alone_is_said(learners):
    same = [one for one in learners if one.before.form == "B"]
    assert any("same form" in said for said in main_sentences(analyse(same)))
    assert not any("same form" in said for said in main_sentences(analyse(learners)))


def test_who_finished_only_one_sitting_counts_there_and_not_in_the_gain(learners):
    left = [replace(one, after=None) for one in learners[:10]]
    unfinished = [replace(one, after=replace(one.after, finished="")) for one in learners[10:15]]
    found = analyse([*left, *unfinished, *learners[15:]])
    assert (found.finished_before, found.finished_after, found.finished_both) == (40, 25, 25)
    assert found.change == analyse(learners[15:]).change


# Files and command


def write(folder, learners):
    folder.mkdir(exist_ok=True)
    for one in learners:
        kept_file.export(one, folder / f"inventory-{one.id[-8:]}.json")


def run(*arguments):
    return commands.main(["inventory", *map(str, arguments)])


def test_a_folder_of_files_becomes_a_page_and_a_table(learners, tmp_path, capsys):
    write(tmp_path / "class", learners)
    (tmp_path / "class/of another group").mkdir()
    moved = tmp_path / "class" / f"inventory-{learners[3].id[-8:]}.json"
    moved.rename(tmp_path / "class/of another group" / moved.name)
    assert run(tmp_path / "class") == 0
    said = capsys.readouterr().out
    assert "40 both" in said and "of what could be gained" in said
    page = (tmp_path / "class/inventory-report.html").read_text(encoding="utf-8")
    table = (tmp_path / "class/inventory-report.csv").read_text(encoding="utf-8-sig")
    assert page.count("<svg") == 2 and "http" not in page and "<script" not in page
    for text in (page, table, said):
        assert not any(one.id in text or one.name in text for one in learners)
    rows = list(csv.DictReader(io.StringIO(table)))
    gain = next(row for row in rows if row["figure"] == "normalised gain")
    assert float(gain["value"]) == analyse(learners).gain.value
    assert len([row for row in rows if row["figure"] == "share right"]) == 2 * K


def test_what_is_not_ours_is_listed_and_never_a_traceback(learners, tmp_path, capsys):
    folder = tmp_path / "class"
    write(folder, learners[:6])
    (folder / "predictions.json").write_text('{"format": 1, "predictions": []}')
    (folder / "list.json").write_text("[1, 2]")
    (folder / "half.json").write_text('{"format": 1, "kind')
    (folder / "binary.JSON").write_bytes(b"\xff\xfe\x00")
    (folder / "later.json").write_text('{"format": 99}')
    (folder / "large.json").write_text(" " * 200_000)
    (folder / "folder.json").mkdir()
    forged = json.loads((folder / f"inventory-{learners[0].id[-8:]}.json").read_text())
    forged["before"]["chosen"][items()[0].id] = "z"
    (folder / "forged.json").write_text(json.dumps(forged))
    older = json.loads((folder / f"inventory-{learners[1].id[-8:]}.json").read_text())
    older["id"] = "f" * 32
    del older["after"]["chosen"][items()[0].id]
    (folder / "older.json").write_text(json.dumps(older))
    (folder / "deep.json").write_text("[" * 50_000)
    (folder / "notes.txt").write_text("no JSON")
    (folder / "<img src=x>.json").write_text("{}")
    assert run(folder) == 1
    said = capsys.readouterr().out
    passed_over = (
        "predictions", "list", "half", "binary", "later", "large", "folder", "forged", "older",
        "deep", "<img src=x>",
    )  # fmt: skip
    for name in passed_over:
        assert f"LOOK: {name}.".casefold() in said.casefold(), name
    assert "notes.txt" not in said
    assert analyse(read(folder).learners) == analyse(learners[:6])
    page = (folder / "inventory-report.html").read_text(encoding="utf-8")
    assert "<img" not in page and "&lt;img src=x&gt;" in page
    assert sorted(file.name for file in folder.glob("*broken*")) == []


def test_of_two_copies_the_more_complete_one_counts(learners, tmp_path):
    write(tmp_path / "class", learners[:6])
    early = replace(learners[2], after=None)
    kept_file.export(early, tmp_path / "class/a-copy.json")
    found = read(tmp_path / "class")
    assert sorted(one.id for one in found.learners) == [one.id for one in learners[:6]]
    assert learners[2] in found.learners
    assert found.remarks == (
        f"a-copy.json: an earlier or equal copy of inventory-{learners[2].id[-8:]}.json. It was "
        "left out.",
    )


def test_two_numbers_with_one_pseudonym_both_count_and_are_told(learners, tmp_path):
    again = replace(learners[1], name="Teapot 0")
    write(tmp_path / "class", [learners[0], again, *learners[2:6]])
    found = read(tmp_path / "class")
    assert len(found.learners) == 6
    (remark,) = found.remarks
    assert remark.startswith(
        "inventory-00000000.json and inventory-00000001.json have the same pseudonym"
    )
    assert "eapot" not in remark


def test_a_folder_that_is_not_there_or_empty_is_a_sentence(tmp_path, capsys):
    assert run(tmp_path / "nowhere") == 2
    assert "There is no folder" in capsys.readouterr().err
    assert run(tmp_path) == 2
    assert "ends in .json" in capsys.readouterr().err
    assert run() == 2
    assert "Name the folder" in capsys.readouterr().err


def test_a_learner_writes_the_file_to_hand_in(learners, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("SCALING_PREDICTIONS", str(tmp_path / "theirs/predictions.json"))
    target = tmp_path / "mine.json"
    assert run("--export", target) == 2
    assert "Neither of the two sittings is finished" in capsys.readouterr().err
    kept_file.path().parent.mkdir()
    kept_file.export(learners[0], kept_file.path())
    assert run("--export", target) == 0
    assert read(tmp_path).learners == (learners[0],)
    target.write_text("another's", encoding="utf-8")
    assert run("--export", target) == 2
    assert target.read_text(encoding="utf-8") == "another's"


def test_the_page_says_what_it_cannot_show_and_hides_small_cells(learners):
    page = to_html(analyse(learners), ())
    for limit in ("no group without it", "regression to the mean", "a ceiling", "chosen to stay"):
        assert limit in page
    assert f"<td>{FEW}</td>" in page


def test_an_estimate_without_spread_is_written_without_an_interval():
    from scaling.inventory.report import points

    assert points(Estimate(0.0, 0.0, 0.0)) == "0 (all alike)"
    assert points(None) == "–"
    assert points(Estimate(-0.25, -0.4, -0.1)) == "−25 (−40 to −10)"
