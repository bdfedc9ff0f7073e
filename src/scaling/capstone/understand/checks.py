"""The checks of *Understand* in exercise 6: the ideas of all lessons, joined, in other services.

What a model or a number of the question decides is computed. Where it is a matter of what the
lessons or their essays say, a comment names the lesson's cell.
"""

from __future__ import annotations

from statistics import mean

from scipy import stats

from scaling.capstone import policies, rules
from scaling.checking import choice, estimate, matching, ordering, several
from scaling.scaling_up import winners_curse

# ---------------------------------------------------------------- 1 what to expect

# The exercise states these numbers: the mean of such programmes, how much they truly differ, and
# of each report its effect and its people per arm.
MEAN, TAU = 0.1, 0.1
REPORTS = {"a": (0.6, 10), "b": (0.35, 400), "c": (0.4, 50), "d": (0.2, 1600)}

expect_least = ordering(
    name="expect_least",
    expected=lambda: {
        report: float(winners_curse.shrink(effect, MEAN, TAU, people))
        for report, (effect, people) in REPORTS.items()
    },
    meaning=(
        "The highest report promises least, for ten people tell nearly nothing. Neither what was "
        "reported nor how many were asked decides by itself."
    ),
    slips={
        "This order goes by what was reported. How much of a lead over other programmes is left, "
        "if so few people were asked?": lambda: "dbca",
        "This order goes by the number of people alone. A report that is sure may be a sure report "
        "of little.": lambda: "acbd",
        "Compare a and c: of which lead is a twentieth left, and of which a fifth?": lambda: "ca",
        "Compare c and d: a fifth of a lead of 0.3, and nearly all of a lead of 0.1.": lambda: "dc",
        "Compare b and d: nearly all of a small lead, or two thirds of a larger one?": lambda: "bd",
    },
)

# ---------------------------------------------------------------- 2 four towns

# Each town in words is a setting of lesson 6's model: the share of process and the kind of region.
TOWNS = {
    "1": (0.2, rules.ALIKE),
    "2": (0.7, rules.DIFFERENT),
    "3": (0.4, rules.WARY),
    "4": (0.4, rules.DIFFERENT),
}
RULES = {rules.COPY: "a", rules.JOIN: "b", rules.LISTEN: "c", rules.ALONE: "d"}


def _best_rules() -> dict[str, str]:
    """Return which rule, of those that never look, meets most in each kind of county."""
    found = {}
    for town, setting in TOWNS.items():
        met = rules.run(*setting).met
        found[town] = RULES[max(policies.FIXED, key=lambda rule: met[rule].mean())]
    return found


counties = matching(
    name="counties",
    expected=_best_rules,
    options="abcd",
    meaning=(
        "Each rule is right somewhere: what is in the box, how much places differ, and whether "
        "they trust you decide. Often none of these is known, so look while you help."
    ),
    slips={
        "In 1 the kit does nearly all, and places are alike. What would a place find out that the "
        "kit does not hold?": lambda: ["1b", "1c", "1d"],
        "In 2 nearly everything has to grow among people, and little of it can be sent or brought "
        "over from others.": lambda: ["2a", "2b"],
        "In 2 nobody is against it. What has to be built there takes time, and listening alone "
        "takes a part of it.": lambda: "2c",
        "In 3 people have been passed over before. What would they take the next kit or the next "
        "network for?": lambda: ["3a", "3b", "3d"],
        "In 4 places differ and change. What was best in one place, and then, would be kept "
        "everywhere.": lambda: "4a",
        "In 4 a good part can be learnt from others who try. Why should each find out all of it "
        "alone?": lambda: "4d",
        "In 4 no place is wary. What is it there that takes the time, trust or learning?": lambda: (
            "4c"
        ),
    },
)

# ---------------------------------------------------------------- 3 the next town

# A matter of the text: lesson 6, cell village-after, where the misses are computed.
next_town = choice(
    name="next_town",
    expected=lambda: {"a": False, "b": False, "c": True, "d": False},
    meaning=(
        "What happened there foretold most in the villages of lesson 6, and who lives there next "
        "to nothing. So a small trial there comes before the promise."
    ),
    slips={
        "Who lives there was known of the villages in lesson 6 too. Did a promise made from it miss "
        "by less?": lambda: "a",
        "More towns make the mean surer. Does the mean say how far the next town lies from "
        "it?": lambda: "b",
        "The best of thirty is the best also by luck, and it is another place.": lambda: "d",
    },
)

# ---------------------------------------------------------------- 4 the letter

# Matters of the text: the comment beside each sentence names the lesson and its cell.
letter = several(
    name="letter",
    expected=lambda: {
        "a": True,  # Lesson 1a: the best report is too large (winner-after).
        "b": False,  # Lesson 2: what is grown anew does not travel (box).
        "c": True,  # Lesson 3: the mean is not the next place (context-after).
        "d": False,  # Lesson 4: 0.9 four times over is 0.66 (layers-after).
        "e": True,  # Lesson 5b: more answers leave the bias (voices-after).
        "f": True,  # Lesson 5b: places are not the people in them (levels-after).
        "g": False,  # Lesson 4: both ends are small by chance (funnel-after).
    },
    meaning=(
        "The best report, the mean of many, the many answers and the map of districts are each "
        "taken for something that they are not. The other three say what follows, and no more."
    ),
    slips={
        "Sentence b says what has to be done anew, and not that it cannot be done. Which lesson "
        "would object?": lambda: "b",
        "Work out sentence d: nine tenths, four times over.": lambda: "d",
        "Sentence g looks at both ends of the list before it concludes. What more would you "
        "ask?": lambda: "g",
        "One sentence takes the best of several reports for what others may expect.": lambda: "a",
        "One sentence takes what is so on average for what will be so in a place.": lambda: "c",
        "One sentence takes many for all: who are those that do not answer in this way?": lambda: (
            "e"
        ),
        "One sentence reads from districts what holds for the children in them.": lambda: "f",
    },
)

# ---------------------------------------------------------------- 5 barriers

# A matter of the text: lesson 6, cell plan-after (resistance, money, momentum).
barriers = matching(
    name="barriers",
    expected=lambda: {"1": "c", "2": "a", "3": "d"},
    options="abcd",
    meaning=(
        "Those who resist know something, money should not hang on one source, and people stay "
        "where it is theirs. Better communication was the answer to none of the three."
    ),
    slips={
        "To communicate better is what is tried first, and it asks nothing of those who would "
        "have something to say.": lambda: ["1b", "2b", "3b"],
        "Who has seen two such projects close knows something. What would the money or a handing "
        "over change before it is heard?": lambda: ["1a", "1d"],
        "In 2 people are willing. What is it that ends?": lambda: ["2c", "2d"],
        "In 3 there is money, and nobody was against it. What makes people stay?": lambda: [
            "3a",
            "3c",
        ],
    },
)

# ---------------------------------------------------------------- 6 how many without benefit

# The exercise states these numbers: rooms that open, the mean effect, and how true effects differ.
ROOMS, EFFECT, DIFFER = 300, 0.15, 0.15

without_benefit = estimate(
    name="without_benefit",
    unit="rooms",
    factor=1.4,
    expected=lambda: ROOMS * float(stats.norm.cdf(-EFFECT / DIFFER)),
    meaning=(
        "One room in six is without benefit or does harm, although the mean is good and sure. To "
        "be fair to those places the plan has to notice them."
    ),
    slips={
        "This is one place in twenty, as if 95 % of places had to gain. Zero lies one standard "
        "deviation below the mean, and not two.": lambda: [ROOMS / 20, ROOMS / 40],
        "This is every second room. So many would lie below the mean, and the mean is above "
        "zero.": lambda: ROOMS / 2,
        "This counts both ends of the curve. Which of them lies below zero?": lambda: ROOMS / 3,
        "This is hardly any room. The mean is sure to be above zero; is each room?": lambda: 1,
        "These are the rooms that benefit.": lambda: ROOMS * 5 / 6,
    },
)

# ---------------------------------------------------------------- 7 the mean and the lowest

# Need that is met in twelve districts, in per cent: as the exercise lists it.
KITS = (60, 60, 60, 60, 60, 60, 60, 60, 20, 20, 12, 8)
TALKS = (44, 44, 42, 42, 40, 40, 40, 40, 38, 38, 36, 36)


def _compared() -> dict[str, bool]:
    """Return whether each statement on the two plans holds."""
    near = [share for share in KITS if abs(share - mean(KITS)) <= 5]
    gained = [talks > kits for kits, talks in zip(KITS, TALKS, strict=True)]
    return {
        "a": mean(KITS) > mean(TALKS),
        "b": min(TALKS) > min(KITS),
        "c": len(near) > len(KITS) / 2,
        "d": sum(gained) > len(gained) / 2,
        "e": not any(gained),
        # Which of the two counts for more no figure decides: lesson 5b, cell equity-after.
        "f": False,
    }


two_plans = several(
    name="two_plans",
    expected=_compared,
    meaning=(
        "Kits meet more in all, and talks more where least is met. Figures say what each choice "
        "costs and whom; to choose remains with those concerned."
    ),
    slips={
        "A mean may lie where no district is. How many are within 5 points of it?": lambda: "c",
        "Go through the districts one by one: in how many do talks meet more?": lambda: "d",
        "Look at the last four districts: is there none that talks serve better?": lambda: "e",
        "Statement f turns a choice of values into a finding. What would the eight districts say "
        "to it?": lambda: "f",
        "Add up what each plan meets, or compare the means.": lambda: "a",
        "Compare the districts in which least is met: 8 and …?": lambda: "b",
    },
)

# ---------------------------------------------------------------- 8 what would stop you

# A matter of the text: lesson 6, cells plan-text and takeaways (a result that would stop you).
stop = choice(
    name="stop",
    expected=lambda: {"a": False, "b": True, "c": False, "d": False},
    meaning=(
        "A result that stops you is named beforehand, can come out either way, and somebody looks. "
        "Without it every result will speak for going on."
    ),
    slips={
        "Which result would this be? “Adjust” allows every one, and nothing ends.": lambda: "a",
        "Effort is what you put in. All of it could be done, and the children read no "
        "better.": lambda: "c",
        "The pilot town was chosen because it does well, so this can hardly come out the other "
        "way.": lambda: "d",
    },
)
