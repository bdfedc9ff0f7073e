"""Understand: each question's prompt, widget, answer and check are about the same letters."""

import importlib
import re

import pytest
from figures.pages import NOTEBOOKS, notebook

from scaling.capstone.understand import checks as six
from scaling.checking import choice, estimate, matching, ordering, several
from scaling.process_product.understand import checks as two
from scaling.scaling_down.understand import checks as four
from scaling.scaling_up.understand import checks as one
from scaling.size_context import ties
from scaling.size_context.understand import checks as three
from scaling.size_context.understand import clinics
from scaling.three_scales.understand import checks as five

PAGES = [where for where in NOTEBOOKS if where.endswith("understand")]
FILLED = {
    choice: "choice",
    several: "several",
    ordering: "order",
    matching: "match",
    estimate: "number",
}


def questions():
    """Every question: its prompt, the calls that fill it in and check it, and its check."""
    for where in PAGES:
        cells = {cell.id: cell for cell in notebook(where).cells}
        (start,) = [name for name in cells if name.endswith("-imports")]
        module = re.search(r"from (scaling\.\w+\.understand) import", cells[start].source)[1]
        checks = importlib.import_module(f"{module}.checks")
        for name, cell in cells.items():
            if cell.metadata.get("nbgrader", {}).get("grade"):
                check = getattr(checks, name.partition("-")[2].replace("-", "_"))
                parts = [cells[f"{name}-{part}"].source for part in ("question", "fill", "answer")]
                yield pytest.param(check, *parts, cell, id=name)


every_question = pytest.mark.parametrize(
    ("check", "prompt", "fill", "answer", "cell"), list(questions())
)


def options(prompt):
    """The letters and numbers that a prompt lists, in a list or in the first column of a table."""
    return re.findall(r"^(?:- |\| )\*\*(\w)\*\* (.*)$", prompt, re.MULTILINE)


def letters(check):
    """The items and letters that a check knows."""
    if isinstance(check, estimate):
        return []
    found = list(check.expected())
    return [*found, *check.options] if isinstance(check, matching) else found


def solved(check, answer):
    found = {}
    exec(answer, found)
    return found[check.name]


@every_question
def test_the_prompt_lists_what_the_check_knows(check, prompt, fill, answer, cell):
    assert [letter for letter, _ in options(prompt)] == letters(check)
    assert f"*Name:* `{check.name}` · *type:* " in prompt.splitlines()[-1]


@every_question
def test_the_widget_fills_in_the_same_letters(check, prompt, fill, answer, cell):
    kind, *said = re.fullmatch(r'fill\.(\w+)\("(\w+)"(?:, "(\w+)")?(?:, "(\w+)")?\)', fill).groups()
    assert kind == FILLED[type(check)]
    assert said[0] == check.name
    if isinstance(check, estimate):
        assert said[1] == check.unit
    else:
        assert "".join(filter(None, said[1:])) == "".join(letters(check))


@every_question
def test_the_solution_is_right_and_the_example_of_the_prompt_is_not(
    check, prompt, fill, answer, cell, capsys
):
    check(solved(check, answer))
    assert capsys.readouterr().out == f"✔ {check.praise()}\n"
    for example in re.findall(r"such as `\"(.+?)\"`", prompt):
        with pytest.raises(AssertionError):
            check(example)


@every_question
def test_part_of_the_points_is_given_where_part_can_be_right(check, prompt, fill, answer, cell):
    points = cell.metadata.nbgrader.points
    has_parts = isinstance(check, several | matching)
    call = f"check.{check.name}.credit({check.name}, {points})"
    assert cell.source == (call if has_parts else f"check.{check.name}({check.name})")


@every_question
def test_the_right_option_is_not_told_by_its_length(check, prompt, fill, answer, cell):
    if isinstance(check, choice):
        lengths = {letter: len(words) for letter, words in options(prompt)}
        (right,) = [letter for letter, holds in check.expected().items() if holds]
        assert lengths[right] < max(lengths.values())


def table_row(*values):
    return f"| {' | '.join(f'{value:,}' for value in values)} |"


def listed(values):
    return ", ".join(map(str, values))


def said_by_first_checks():
    """Numbers of the checks of exercises 1 to 3 in the words in which prompts have them."""
    words = {0.5: "Half of the effect is", 0.3: "Three tenths of the effect are"}
    counts = {1: "one", 2: "two", 3: "three", 4: "four", 6: "six", 10: "ten"}
    pilots = {1: "a single pilot", 3: "the best of three pilots", 30: "the best of 30 pilots"}
    for letter, (many, children) in one.PILOTS.items():
        yield "u1-curse", re.compile(rf"\*\*{letter}\*\* {pilots[many]}.* {children:,} children")
    assert (one.AVERAGE, one.REPORTED, one.LASTING) == (4, 12, 0.25)
    for said in ("four weeks ahead of others", "reported twelve weeks", "about a quarter of such"):
        yield "u1-lasting-gain", said
    yield "u1-lasting-gain", f"within a factor of {one.lasting_gain.factor}"
    assert one.NEVER == 0.5
    for said in (
        f"Publicity wins {100 * one.PUBLICITY} per cent a year",
        f"word of mouth has a strength of {one.WORD_OF_MOUTH}, and half of all gardens never will",
        f"*year {one.YEAR}*",
        f"(Share who never will: {one.NEVER / 2}.)",
    ):
        yield "u1-reach", said
    for letter, (share, reception, cost) in two.SERVICES.items():
        taken = (
            f"resent the product (−{-reception})" if reception < 0 else f"take up {reception} of"
        )
        how = rf"{words[share]} process. Places {taken}.*growing costs {counts[cost]} handbook"
        yield "u2-worth", re.compile(rf"\*\*{letter}\*\* {how.replace('(', '.').replace(')', '.')}")
    for letter, (drift, noise, part) in two.KITCHENS.items():
        said = rf"noise {noise}" if noise else rf"drift {drift}"
        yield "u2-copies", re.compile(rf"\*\*{letter}\*\* .*{said}\)")
        if part and part < 1:
            yield "u2-copies", f"goes {part} of the way"
    yield "u2-free-entry", f"from {two.BATH[0]} to {two.BATH[1]} a week"
    yield "u2-free-entry", f"from {two.OTHER_BATHS[0]} to {two.OTHER_BATHS[1]}"
    yield "u2-free-entry", f"within a factor of {two.free_entry.factor}"
    circle = ties.run()
    assert (circle.hours_per_week, circle.hours_per_tie, circle.meeting_minutes) == (5, 0.5, 60)
    for said in (
        f"circles of {three.CIRCLE} people each are merged into one assembly of {three.ASSEMBLY}",
        "five hours a week for ties, a living tie still takes half an hour a week",
        "the meeting still lasts one hour",
    ):
        yield "u3-assembly", said
    assert max(clinics.STUDIES.splitlines(), key=lambda line: line.split(",")[1]).startswith(
        "Alder"
    )
    yield "u3-promise", "what Alder reported"
    yield "u3-many-clinics", f"until {three.MANY} clinics"
    yield "u3-many-clinics", f"within a factor of {three.many_clinics.factor}"
    assert (three.HOSTELS, three.RESIDENTS, three.FOUND_HOME) == (30, 10, 0.5)
    assert (three.BEST, three.WORST) == (8, 2)
    yield "u3-hostels", "thirty hostels with ten residents each"
    yield "u3-hostels", "Half of all residents found a home"
    yield "u3-hostels", "the best hostel it was eight of ten, in the worst two of ten"
    for said in (
        f"(likeness {three.LIKE_LITTLE})",
        f"{counts[three.SHORT]} periods of trying, {counts[three.FEW]} links each",
        f"linked with {three.MANY_LINKS} others",
        f"There are {three.LONG} periods of trying",
    ):
        yield "u3-next-step", said
    for said in (
        f"(likeness {three.LIKE_MUCH}), with time for {three.LONG} periods and "
        f"{counts[three.LINKS]} links each (ruggedness {three.RUGGED})",
        f"after {counts[three.SHORT]} periods",
        f"linked with {three.MANY_LINKS} others",
        f"with a likeness of {three.ALIKE}",
    ):
        yield "u3-change-mind", said


def said_by_checks():
    """Numbers of the checks of exercises 4 to 6 in the words in which prompts have them."""
    counts = {1: "one layer, which", 2: "two layers, each of which"}
    counts |= {3: "three layers, each of which", 4: "four layers, each of which"}
    parts = {0.5: "half", 0.7: "seven tenths", 0.9: "nine tenths"}
    shares = {0.05: "A twentieth (5 %) is passed up", 0.2: "a fifth (20 %) is passed up"}
    ways = {"online": "online", "office": "in the company's offices", "there": "at stops"}
    yield from (
        ("u4-passed-on", f"**{letter}** {counts[many]} passes on {parts[share]}")
        for letter, (many, share) in four.WAYS.items()
    )
    for numbers in (four.BRANCHES, four.FAMILIES, four.FRIENDS, four.DAYS):
        yield "u4-annual-report", table_row(*numbers)
    saves, loses = max(four.SAVED), -min(four.SAVED)
    assert four.SAVED.count(saves) == 9
    yield "u4-ten-mergers", f"Nine of the ten save {saves:,} pounds a year each. The tenth loses "
    yield "u4-ten-mergers", f"loses {loses:,}."
    yield "u4-league", f"with {four.BETTER} they are truly better"
    yield "u4-common-reserve", f"Each of {four.POSTS} mountain rescue posts has {four.CALLS} calls"
    yield "u4-common-reserve", f"suffices in {100 * four.ENOUGH:.0f} of 100 weeks"
    yield "u4-common-reserve", f"within a factor of {four.common_reserve.factor}"
    for letter, (_, up) in five.PUSHES.items():
        yield "u5-pushes", re.compile(rf"\*\*{letter}\*\* .*{re.escape(shares[up])}")
    yield "u5-staff-rooms", f"East: {listed(five.EAST)}\n- West: {listed(five.WEST)}\n"
    yield "u5-tutoring", f"A tutor has {five.HOURS} hours for four pupils"
    for first, hours in (("needed", five.NEEDS), ("elsewhere", five.HAVE), *five.SHARED.items()):
        yield "u5-tutoring", re.compile(rf"{first}\W* {re.escape(table_row(*hours))}")
    for letter, (way, answers) in five.SURVEYS.items():
        yield "u5-bus-survey", re.compile(rf"\*\*{letter}\*\* {answers} answers.*{ways[way]}")
    yield "u5-exclusions", f"it was {five.THEN[0]} in group A and {five.THEN[1]} in group B"
    yield "u5-exclusions", f"it is {five.NOW[0]} and {five.NOW[1]}"
    yield "u5-exclusions", f"a school with {five.PUPILS} pupils of group B"
    yield "u5-hidden-by-mean", f"{100 * five.IN_WHEELCHAIRS:.0f} use a wheelchair"
    yield "u5-hidden-by-mean", f"They give {five.THEY_GIVE} points, and all others "
    yield "u5-hidden-by-mean", f"others {five.OTHERS_GIVE}."
    yield "u5-hidden-by-mean", f"within a factor of {five.hidden_by_mean.factor}"
    for link in five.LINKS:
        word = "raises" if link.sign > 0 else "lowers"
        yield "u5-food-map", re.compile(rf"{link.source} → \({word}\) {link.target}")
    for letter, (effect, people) in six.REPORTS.items():
        yield "u6-expect-least", f"| **{letter}** | {effect:.2f} | {people:,} |"
    yield "u6-expect-least", f"a mean effect of {six.MEAN}, and true effects differ by {six.TAU}"
    yield "u6-without-benefit", f"that {six.ROOMS} rooms open"
    yield "u6-without-benefit", f"a mean of {six.EFFECT}"
    yield "u6-without-benefit", f"a standard deviation of {six.DIFFER}"
    yield "u6-without-benefit", f"within a factor of {six.without_benefit.factor}"
    for name, shares in (("kits for all", six.KITS), ("talks first", six.TALKS)):
        yield "u6-two-plans", f"| {name} {table_row(*shares)}"


@pytest.mark.parametrize(("name", "words"), [*said_by_first_checks(), *said_by_checks()])
def test_a_prompt_has_the_numbers_that_its_check_counts_with(name, words):
    cells = {cell.id: cell.source for where in PAGES for cell in notebook(where).cells}
    assert re.search(
        words if isinstance(words, re.Pattern) else re.escape(words), cells[f"{name}-question"]
    )
