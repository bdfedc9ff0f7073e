"""The checks of *Understand* in exercise 4: scaling down, in services that lesson 4 does not use.

What a model or a number of the question decides is computed. Where it is a matter of what the
lesson or its essay says, a comment names the lesson's cell.
"""

from __future__ import annotations

from statistics import mean, median

import numpy as np

from scaling.checking import choice, estimate, matching, ordering, several
from scaling.scaling_down import devolve, funnel, layers, shared_backup

# ---------------------------------------------------------------- 1 what arrives

# Layers between a reading room and the decision, and the share that each of them passes on.
WAYS = {"a": (4, 0.9), "b": (1, 0.5), "c": (3, 0.7), "d": (2, 0.9)}


def _arrives(many: int, share: float) -> float:
    """Return what is left of knowledge after so many layers, in lesson 4's model."""
    return layers.run(people=2**many, span=2, knowledge=share).knowledge_at_top


passed_on = ordering(
    name="passed_on",
    expected=lambda: {way: _arrives(*setting) for way, setting in WAYS.items()},
    meaning=(
        "Shares multiply: four careful layers pass on more than one careless layer, and less than "
        "two careful ones. Ask for both numbers, how many layers and how much each keeps."
    ),
    slips={
        "This order counts the layers and leaves out what each of them keeps. Four that keep "
        "nearly all may pass on more than one that keeps half.": lambda: "acdb",
        "This order looks at a single layer. What one passes on is all that the next one "
        "gets.": lambda: ["bcad", "bcda"],
        "Compare b and c: is seven tenths, three times over, more or less than a half?": lambda: (
            "bc"
        ),
        "Compare a and b: does a tenth less, four times over, come down to a half?": lambda: "ab",
        "Compare a and d: both lose a tenth at each layer. Which of them has more layers?": lambda: (
            "da"
        ),
    },
)

# ---------------------------------------------------------------- 2 what scaling down is

# A matter of the text: lesson 4, cells layers-text, devolve-text and source ("Scaling down").
scale_down = several(
    name="scale_down",
    expected=lambda: {"a": False, "b": True, "c": False, "d": True, "e": True, "f": False},
    meaning=(
        "To scale down is to come closer, and not to become smaller: means and relationships go to "
        "those who deliver, and behind them is back-up that advises without deciding."
    ),
    slips={
        "Step a takes small for close. Fewer homes are served, and between those that are left and "
        "the budget there is what there was before.": lambda: "a",
        "Step c moves knowledge up, and the decisions with it. Who is next to the people, and what "
        "may that person settle?": lambda: "c",
        "Step f adds a row of desks between people and resources. What does a layer do to a wish "
        "on its way?": lambda: "f",
        "One step brings the resources themselves to those who meet people every day. Is that far "
        "from what the essay asks of the large?": lambda: "b",
        "Decisions are half of what the essay hands to the front line. What else is it that a "
        "driver who changes every day cannot have?": lambda: "d",
        "Is somebody who advises, and does not approve, another layer? Ask what keeps small teams "
        "from deciding.": lambda: "e",
    },
)

# ---------------------------------------------------------------- 3 growth and success

# The report of the toy library, before and now: as the exercise prints it.
BRANCHES, FAMILIES = (6, 20), (600, 2000)
FRIENDS = (60, 24)  # families of a hundred
DAYS = (4, 16)  # days


def _report() -> dict[str, bool]:
    """Return whether each statement follows from the table of the annual report."""
    before, now = (many * part / 100 for many, part in zip(FAMILIES, FRIENDS, strict=True))
    return {
        "a": before < now < FAMILIES[1] / FAMILIES[0] * before,
        "b": False,  # A table of two years cannot say what would have come without growth.
        "c": now / BRANCHES[1] < before / BRANCHES[0],
        "d": False,  # Pay follows layers in lesson 4 (cell layers-after), and not what is achieved.
        "e": DAYS[1] > DAYS[0] and FRIENDS[1] < FRIENDS[0],
        "f": now / before >= FAMILIES[1] / FAMILIES[0],
    }


annual_report = several(
    name="annual_report",
    expected=_report,
    meaning=(
        "From 360 families with friends to 480, with 14 more branches: some good was added, and "
        "some of the right things became harder to find. That size was the cause is a further claim."
    ),
    slips={
        "Statement b says what made friendships rarer. The table has two years and one library: "
        "with what would you have to compare it?": lambda: "b",
        "Statement d takes a trapping of growth for success. What makes pay at the top rise in "
        "lesson 4?": lambda: "d",
        "Statement f takes growth for success: the families grew so much. Of how many in a hundred "
        "is it said that they found friends, then and now?": lambda: "f",
        "Growth need not be loss. Work out how many families found friends, in all, then and "
        "now.": lambda: "a",
        "Think of a single branch: how many families come to it, and how many of them find "
        "friends, then and now?": lambda: "c",
        "One statement says only what happened while it grew, and gives no cause. Go through the "
        "rows once more.": lambda: "e",
    },
)

# ---------------------------------------------------------------- 4 mergers

# Pounds a year that each of ten mergers saved; a loss is negative.
SAVED = (20_000,) * 9 + (-400_000,)


def _verdicts() -> dict[str, bool]:
    """Return whether each verdict on the ten mergers holds."""
    typical_saves, mean_loses = median(SAVED) > 0, mean(SAVED) < 0
    return {
        "a": sum(saved < 0 for saved in SAVED) > len(SAVED) / 2,
        "b": mean(SAVED) > 0,
        "c": typical_saves and mean_loses,
        "d": all(saved > 0 for saved in SAVED),
    }


ten_mergers = choice(
    name="ten_mergers",
    expected=_verdicts,
    meaning=(
        "One large loss makes the mean, as with the firms of lesson 4, so “mergers lose” and "
        "“mergers pay” can both be said of the same ten. Ask for the usual case, and for the worst."
    ),
    slips={
        "This reads the mean as if it were the usual merger. Count those that lost.": lambda: "a",
        "This leaves out what does not fit. Who would have paid for the one merger, and can it be "
        "told beforehand which one it will be?": lambda: "b",
        "This takes size for success. Being larger is what they did; what came of it is the "
        "question.": lambda: "d",
    },
)

# ---------------------------------------------------------------- 5 a league table

# What the exercise asks to be set: how much better the smallest truly are.
BETTER = 15  # percentage points
WORLDS = range(1, 31)


def _often(finding: str, advantage: float) -> float:
    """Return the share of the explorable's worlds that show a finding."""
    shown = []
    for world in WORLDS:
        result = funnel.run(advantage=advantage, world=world)
        small, rate = funnel.smaller_half(result.size), result.helped / result.size
        shown.append(
            {
                "a": small[result.best[-1]],
                "b": result.small_among_worst <= len(result.worst) / 2,
                "c": np.std(rate[0][small]) > np.std(rate[0][~small]),
                # All differ by a little: a difference that chance seldom brings is meant.
                "d": result.rate(small, 0) - result.rate(~small, 0) > 0.05,
                "e": small[np.argsort(rate[1], kind="stable")[-10:]].sum() >= 8,
            }[finding]
        )
    return float(np.mean(shown))


def _evidence() -> dict[str, bool]:
    """Return whether a finding is far more usual if small ones are better than if they are not."""
    told = {finding: _often(finding, BETTER) - _often(finding, 0) > 0.5 for finding in "abcde"}
    # Lots decide as in New York: lesson 4, cell funnel-after (Abdulkadiroğlu and others 2013).
    return told | {"f": True}


league = several(
    name="league",
    expected=_evidence,
    meaning=(
        "Ask of each finding whether chance alone would bring it too. Small ones at the top, and "
        "widely spread, are what chance brings every year."
    ),
    slips={
        "Leave *Smallest truly better by* at 0. Is the very best centre a small one there as "
        "well?": lambda: "a",
        "Rates of the small lie further apart in both directions whenever there are few people in "
        "each. Would a true advantage be needed for that?": lambda: "c",
        "Look at other worlds with the slider at 0: how many of their ten best are small? Another "
        "year is another world.": lambda: "e",
        "With the slider at 15 look at the end of the table that the board did not look "
        "at.": lambda: "b",
        "Taken together, small centres are as many people as a large one. Does chance still move "
        "their share far?": lambda: "d",
        "Who chooses a small centre may differ from who does not. One of the findings rules that "
        "out.": lambda: "f",
    },
)

# ---------------------------------------------------------------- 6 who decides

# What the items say in words, as a setting of lesson 4's model.
NEEDS = {
    "1": {"diversity": 0.1, "extra_cost": 1.0, "shared": 0.6, "coordination": 0.2},
    "2": {"diversity": 1.5, "extra_cost": 0.1, "shared": 0.6, "coordination": 0.2},
    "3": {"diversity": 1.5, "extra_cost": 2.0, "shared": 0.8, "coordination": 0.2},
}
OPTION = dict(zip(devolve.NAMES, "abc", strict=True))


def _who_decides() -> dict[str, str]:
    """Return which way loses least for each decision."""
    best = {item: OPTION[devolve.run(**setting).best] for item, setting in NEEDS.items()}
    # What falls on others is left out of the model; lesson 4 names it in the cell devolve-after.
    return best | {"4": "a"}


who_decides = matching(
    name="who_decides",
    expected=_who_decides,
    options="abc",
    meaning=(
        "Neither small nor large is good as such: ask how much places differ, what it costs to "
        "decide alone, what of that can be shared, and on whom the decision falls."
    ),
    slips={
        "Bodies hardly differ from clinic to clinic. What would a clinic gain by a table of its "
        "own?": lambda: ["1b", "1c"],
        "Choirs differ, and one list would miss nearly all of them.": lambda: "2a",
        "Back-up takes over a cost. What does it cost a choir to choose its own songs?": lambda: (
            "2c"
        ),
        "Halls differ in what is broken. One programme of repairs for all would miss most of "
        "them.": lambda: "3a",
        "Alone, each hall pays for a surveyor who has work on few days. What could halls share "
        "without giving the decision away?": lambda: "3b",
        "Villages differ here too. But on whom does it fall if one of them takes more?": lambda: [
            "4b",
            "4c",
        ],
    },
)

# ---------------------------------------------------------------- 7 and 8 a reserve in common

# The exercise states these numbers.
POSTS, CALLS, ENOUGH = 25, 4, 0.95


def _alone() -> int:
    """Return the reserve of a single post, in helpers."""
    return shared_backup.reserve(1, CALLS, ENOUGH)


common_reserve = estimate(
    name="common_reserve",
    unit="helpers",
    factor=1.5,
    expected=lambda: shared_backup.reserve(POSTS, CALLS, ENOUGH),
    meaning=(
        "25 times the calls have about 5 times the spread, so a sixth of the hundred does. It takes "
        "a reserve in common, and no post has to give a decision away."
    ),
    slips={
        "This adds up what the posts need apart. Will all 25 have their bad week in the same "
        "week?": lambda: POSTS * _alone(),
        "This is what one post needs. Twenty-five have more calls, and so a larger spread, though "
        "not 25 times as large.": lambda: _alone(),
        "This halves the hundred or so. Spread grows as the square root: 25 times the calls have "
        "how many times the spread?": lambda: POSTS * _alone() / 2,
        "These are all helpers, with those of an average week. The reserve comes on top of "
        "them.": lambda: POSTS * CALLS + shared_backup.reserve(POSTS, CALLS, ENOUGH),
    },
)

# A matter of the text: lesson 4, cell backup-after (Ostrom 1990 on what is held in common).
shared_risk = matching(
    name="shared_risk",
    expected=lambda: {"1": "a", "2": "b", "3": "a", "4": "c", "5": "b"},
    options="abc",
    meaning=(
        "Sharing takes out what strikes one here and another there. For what strikes all at once "
        "something larger has to be behind them, and what is shared needs rules."
    ),
    slips={
        "One boiler breaks in a winter, and 29 do not. Why should sharing not carry that?": lambda: [
            "1b",
            "1c",
        ],
        "If all groups lose their grant in one year, who is left to lend to whom?": lambda: [
            "2a",
            "2c",
        ],
        "Illness comes here in one week and there in another. Does that add up, or even "
        "out?": lambda: ["3b", "3c"],
        "The risk in 4 was not there before there was a reserve. What does the group do that it "
        "would not do alone?": lambda: ["4a", "4b"],
        "Smoke closes all thirty in the same week. How much of the reserve is free then?": lambda: [
            "5a",
            "5c",
        ],
    },
)

# ---------------------------------------------------------------- 9 and 10 what success is

# A matter of the text: lesson 4, cell source, with its strongest objection.
friday_cooks = choice(
    name="friday_cooks",
    expected=lambda: {"a": False, "b": False, "c": False, "d": True},
    meaning=(
        "People live well through it: then it has succeeded, at nine. To fail sixty thousand is "
        "to fail at scale; and those whom neither reaches are a question still."
    ),
    slips={
        "This measures success by size. What have the nine, and what have the sixty "
        "thousand?": lambda: "a",
        "This is the slogan that small is good, and that a copy works elsewhere. What would the "
        "sixty thousand eat on the day after?": lambda: "b",
        "This waits for a number. The question tells how people live in both cases; what more "
        "would a number change?": lambda: "c",
    },
)

# A matter of the text: lesson 4, cell source (public services exist so that people live well).
surplus = choice(
    name="surplus",
    expected=lambda: {"a": False, "b": True, "c": False, "d": False},
    meaning=(
        "Money left over is neither a sign of success nor of failure. A public service exists so "
        "that people live well, and that has to be asked."
    ),
    slips={
        "Then it would be a surplus for each visitor, and still a surplus. Does it tell who swims, "
        "or who stays away?": lambda: "a",
        "Is a service better because it has spent all? Profit leads astray in this direction "
        "too.": lambda: "c",
        "Five such years are five times the same measure. Is it a measure of what the trust is "
        "for?": lambda: "d",
    },
)
