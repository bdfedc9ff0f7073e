"""The checks of *Understand* in exercise 5: three scales, in services the lessons do not use.

What a model or a number of the question decides is computed. Where it is a matter of what the
lesson or its essay says, a comment names the lesson's cell.
"""

from __future__ import annotations

import math
from statistics import mean

import numpy as np

from scaling.checking import choice, estimate, matching, ordering, several
from scaling.three_scales import collective_action, ripples, system_map
from scaling.who_is_heard import averages, equity, voices

# ---------------------------------------------------------------- 1 a push and what carries it

# Each push as a setting of lesson 5a's model: where it acts, and what is passed up a quarter.
PUSHES = {
    "a": ("people", 0.05),
    "b": ("people", 0.2),
    "c": ("organisations", 0.05),
    "d": ("law", 0.05),
}

pushes = ordering(
    name="pushes",
    expected=lambda: {
        push: float(ripples.run(at=at, up=up).peak[0]) for push, (at, up) in PUSHES.items()
    },
    meaning=(
        "A law is at the top from the first day. From below it matters less where a push begins "
        "than what carries it on; in the model that is a share which nobody has measured."
    ),
    slips={
        "This order goes by where a push begins: homes, a company, a law. Let a fifth of a change be "
        "passed up: how far do homes get then?": lambda: "abcd",
        "A company is nearer to the top than homes are, if as little is passed up from both. "
        "Compare a and c.": lambda: "ca",
        "A law pushes society itself, by all of its 100 points. Can what arrives from below be "
        "more?": lambda: ["da", "db", "dc"],
        "Compare a and b: the same homes, and in which of them is more passed up?": lambda: "ba",
    },
)

# ---------------------------------------------------------------- 2 two staff rooms

# How many colleagues must refuse before each of ten teachers does: as the exercise lists them.
EAST = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
WEST = (0, 1, 2, 2, 5, 5, 6, 7, 8, 8)


def _one_readier() -> int:
    """Return how many act in West, at best, if one person waits for one colleague fewer."""
    return max(
        collective_action.cascade([*WEST[:place], waits - 1, *WEST[place + 1 :]])
        for place, waits in enumerate(WEST)
    )


def _conclusions() -> dict[str, bool]:
    """Return whether each conclusion from the two lists holds."""
    acting = collective_action.cascade(WEST)
    return {
        "a": mean(WEST) > mean(EAST),
        "b": acting < len(WEST) and _one_readier() == len(WEST),
        "c": all(math.isinf(waits) for waits in sorted(WEST)[acting:]),
        "d": WEST.count(0) < EAST.count(0),
    }


staff_rooms = choice(
    name="staff_rooms",
    expected=_conclusions,
    meaning=(
        "Ten refuse in one school and four in the other, and one person's doubt is all that "
        "differs. From how a crowd ended you cannot tell what its people wanted."
    ),
    slips={
        "This reads the wish from the outcome. Add up both lists: in which school do people wait "
        "for more colleagues?": lambda: "a",
        "This takes those who wait for content. What does the list say of the six: never, or not "
        "before so many?": lambda: "c",
        "This looks for leaders. How many zeros are in each list?": lambda: "d",
    },
)

# ---------------------------------------------------------------- 3 sharing hours

# Ada, Ben, Cleo and Dan: hours that bring each most of the way, and hours each has already.
NEEDS, HAVE, HOURS = (10, 20, 30, 50), (10, 15, 15, 5), 20
# The hours of each way, as the exercise prints them.
SHARED = {
    "1": (0, 1.5, 4.5, 14),
    "2": (5, 5, 5, 5),
    "3": (7.5, 6, 4.5, 2),
    "4": (0, 0, 0, 20),
}
# What was said, as a rule of lesson 5b.
RULES = {
    "a": equity.greatest_sum,
    "b": equity.equal,
    "c": equity.maximin,
    "d": equity.proportional,
}


def _rules_of() -> dict[str, str]:
    """Return the rule that comes closest to each way of sharing."""
    by_rule = {letter: rule(HOURS, NEEDS, HAVE) for letter, rule in RULES.items()}

    def off(way: str, letter: str) -> float:
        return float(np.abs(np.subtract(SHARED[way], by_rule[letter])).max())

    return {way: min(RULES, key=lambda letter: off(way, letter)) for way in SHARED}


tutoring = matching(
    name="tutoring",
    expected=_rules_of,
    options="abcd",
    meaning=(
        "Each of these has a good reason, and each has losers: Dan by two of them, Ada by the "
        "others. The tension of equality and equity does not go away by a better sum."
    ),
    slips={
        "In 1 Ada gets nothing and Dan most. Would the same hours for Dan help as quickly as a few "
        "for Ada?": lambda: ["1a", "4a"],
        "Here the tutor has to know what each one lacks. Whose sentence wants to spare people "
        "that?": lambda: ["1b", "3b", "4b"],
        "Would a rule that looks at the last one alone give Ben and Cleo anything, while Dan is so "
        "far back?": lambda: "1c",
        "In 2 all get alike, whatever they have and lack. Which sentence asks nothing of "
        "anybody?": lambda: ["2a", "2c", "2d"],
        "In 3 Ada has what she needs and gets most. Which sentence asks how much an hour does, and "
        "not for whom?": lambda: ["3c", "3d"],
        "In proportion to what is missing, Ben would get something. In 4 he does not: for whom is "
        "everything kept?": lambda: "4d",
    },
)

# ---------------------------------------------------------------- 4 who answers

# Each survey as a setting of lesson 5b's model: the way to ask, and the number of answers.
SURVEYS = {
    "a": (voices.ONLINE, 120),
    "b": (voices.OFFICE, 240),
    "c": (voices.THERE, 60),
    "d": (voices.ONLINE, 590),
}

bus_survey = ordering(
    name="bus_survey",
    expected=lambda: {
        survey: abs(voices.run(way, answers).biases[way])
        for survey, (way, answers) in SURVEYS.items()
    },
    meaning=(
        "More answers of the same kind leave a bias where it is, until nearly all have answered. "
        "Sixty who were met where they are at ease say more than 240 in an office."
    ),
    slips={
        "This order counts answers, as if more of them were always closer. Who is missing in the "
        "240 of b?": lambda: "dbac",
        "Where people are at ease is best of the ways to ask, but d misses hardly anybody. What is "
        "left to be wrong if 590 of 600 have answered?": lambda: "cd",
        "Compare a and b: who gives answers in the company's offices, and who online? Twice as many "
        "do not make up for it.": lambda: "ba",
        "Compare a and c: in which of them does the chance of being heard hang more on time, "
        "language and standing?": lambda: "ac",
    },
)

# ---------------------------------------------------------------- 5 a ratio in its context

# Exclusions for a thousand pupils in two years, and pupils of group B in one school.
THEN, NOW, PER = (5, 20), (10, 30), 1000
PUPILS = 40


def _readings() -> dict[str, bool]:
    """Return whether each reading of the exclusions holds."""
    then, now = (averages.ratio(b, a) for a, b in (THEN, NOW))
    gaps = [averages.difference(b, a) for a, b in (THEN, NOW)]
    by_chance = math.exp(-PUPILS * NOW[1] / PER)  # A Poisson number is 0 with this chance.
    return {
        "a": now < then and NOW[0] / THEN[0] > NOW[1] / THEN[1] > 1,
        "b": gaps[1] < gaps[0],
        "c": by_chance < 0.05,
        "d": NOW[1] < THEN[1],
        # Matters of the text: lesson 5b, cells averages-after, maternal-after and source.
        "e": True,
        "f": False,
    }


exclusions = several(
    name="exclusions",
    expected=_readings,
    meaning=(
        "The ratio fell because group A fared worse, and the gap grew. Such figures say where to "
        "ask; what lies behind them, pupils and teachers have to tell."
    ),
    slips={
        "A ratio falls also if its lower end rises. Work out how many more for a thousand are "
        "excluded, then and now.": lambda: "b",
        "In d a falling ratio is taken for good news. How many of group B are excluded, then and "
        "now?": lambda: "d",
        "How many exclusions would you expect among 40 pupils at the rate of today? Is a year "
        "without one rare, then?": lambda: "c",
        "More figures of the same kind say how often, and for whom. Do they say why?": lambda: "f",
        "The ratio did fall. Which of its two numbers moved more in proportion?": lambda: "a",
        "To decide by data is asked for as well. What has to come to the data before something is "
        "done?": lambda: "e",
    },
)

# ---------------------------------------------------------------- 6 what a mean hides

# Passengers in wheelchairs, as a share of all, and what they and all others give of ten points.
IN_WHEELCHAIRS, THEY_GIVE, OTHERS_GIVE = 0.05, 3, 9

hidden_by_mean = estimate(
    name="hidden_by_mean",
    unit="points",
    factor=1.25,
    expected=lambda: IN_WHEELCHAIRS * (OTHERS_GIVE - THEY_GIVE),
    meaning=(
        "0.3 points is what the mean tells of a service that fails one passenger in twenty. Few "
        "people hardly move a mean, however much it matters to them."
    ),
    slips={
        "This is what it would mean to each of those in a wheelchair. How many of a hundred are "
        "they?": lambda: OTHERS_GIVE - THEY_GIVE,
        "This treats both groups as if they were of one size. One is 5 in a hundred.": lambda: (
            (OTHERS_GIVE - THEY_GIVE) / 2
        ),
        "This is the mean itself. How much would it rise?": lambda: [
            OTHERS_GIVE,
            OTHERS_GIVE - IN_WHEELCHAIRS * (OTHERS_GIVE - THEY_GIVE),
        ],
        "This is the share of passengers. Each of them would give 6 points more.": lambda: (
            IN_WHEELCHAIRS
        ),
    },
)

# ---------------------------------------------------------------- 7 labels

# A matter of the text: lesson 5b, cells score-text and score-after (Obermeyer and others 2019).
labels = matching(
    name="labels",
    expected=lambda: {"1": "c", "2": "d", "3": "a", "4": "b"},
    options="abcd",
    meaning=(
        "A score keeps its word about the label, and the label is what was recorded: who was "
        "served, watched, heard or easy. Ask for whom that differs from what is wanted."
    ),
    slips={
        "Who complains about damp has to expect that something follows. For whom is that not so, "
        "though the flat is damp?": lambda: ["1a", "1b", "1d"],
        "The record holds what was seen. In which streets would the same thefts be seen more "
        "often?": lambda: ["2a", "2b", "2c"],
        "Costs arise where there was care. Whose illness costs little, and not because it is "
        "slight?": lambda: ["3b", "3c", "3d"],
        "Who finds work soon after advice may have found it in any case. What does the label then "
        "make advisers choose?": lambda: ["4a", "4c", "4d"],
    },
)

# ---------------------------------------------------------------- 8 ways to find out

# A matter of the text: lesson 5a, cells rule-after and between; lesson 5b, cell source.
ways = matching(
    name="ways",
    expected=lambda: {"1": "b", "2": "d", "3": "a", "4": "c"},
    options="abcd",
    meaning=(
        "How many is counted, why is told, what is done without thinking has to be seen, and what "
        "a change brings shows where lots decide. None of them does another's work."
    ),
    slips={
        "How many is a question of counting. Would long talks with a few, or evenings at one door, "
        "tell you a share of all?": lambda: ["1a", "1c", "1d"],
        "You do not know the reasons yet, so no form can list them. Who could tell them, and where "
        "would they?": lambda: ["2a", "2b", "2c"],
        "What people do without thinking they cannot tell you: that is what culture is. How else "
        "would you notice it?": lambda: ["3b", "3d"],
        "In 3 nothing is changed yet. How is it at the door now?": lambda: "3c",
        "Other things change with a breakfast, from the weather to those who come. How could the "
        "two be told apart?": lambda: ["4a", "4b", "4d"],
    },
)

# ---------------------------------------------------------------- 9 co-production

# A matter of the text: lesson 5a, cells between and source ("Three scales"; Arnstein 1969).
night_bus = several(
    name="night_bus",
    expected=lambda: {"a": True, "b": False, "c": True, "d": False, "e": True, "f": False},
    meaning=(
        "All shape it, the results are open to all, groups are told apart, and districts change "
        "what does not fit. Where nothing can come out otherwise, people are only invited."
    ),
    slips={
        "In b the plan is finished. Name one decision that could still come out otherwise because "
        "of who wrote.": lambda: "b",
        "In d somebody who has studied it marks what others have lived through. Which of the two "
        "counts for more there?": lambda: "d",
        "In f people sit at a table. What is decided at it, and who gets to see what was "
        "said?": lambda: "f",
        "One step has those who ride, those who drive and those who lead at one table, and hides "
        "nothing. What else would you ask of it?": lambda: "a",
        "“The passengers” are not one group. One step finds out how they differ before it brings "
        "them together.": lambda: "c",
        "Communities in one city differ too. One step lets the service change where it does not "
        "fit.": lambda: "e",
    },
)

# ---------------------------------------------------------------- 10 a map

# The map of the food bank, as the exercise lists it.
LINKS = tuple(
    system_map.Link(source, 1 if effect == "raises" else -1, target)
    for source, effect, target in (
        ("Guests", "raises", "Queue"),
        ("Queue", "lowers", "Guests"),
        ("Guests", "raises", "Helpers"),
        ("Helpers", "lowers", "Queue"),
        ("Guests", "raises", "Reports"),
        ("Reports", "lowers", "Helpers"),
        ("Food prices", "raises", "Guests"),
    )
)


def _on_the_map() -> dict[str, bool]:
    """Return whether each statement about the map of the food bank holds."""
    loops = system_map.loops(LINKS)
    by_helpers = [
        loop for loop in loops if "Helpers" in loop.actors and "Reports" not in loop.actors
    ]
    by_reports = [loop for loop in loops if "Reports" in loop.actors]
    reach = {lever.actor: (lever.reached, lever.loops) for lever in system_map.levers(LINKS, loops)}
    return {
        "a": [loop.kind for loop in by_reports] == ["reinforcing"],
        "b": [loop.kind for loop in by_helpers] == ["reinforcing"],
        "c": reach["Food prices"] == (len(reach) - 1, 0),
        # Matters of the text: lesson 5a, cells map-after and takeaways (links have no strength).
        "d": False,
        "e": False,
        "f": True,
    }


food_map = several(
    name="food_map",
    expected=_on_the_map,
    meaning=(
        "Guests who help bring guests, reports come back against it by a longer way, and prices "
        "can disrupt all of it. A map wins others if they can change it."
    ),
    slips={
        "Follow the arrows from guests over reports back to guests, and count those that lower. Is "
        "their number even?": lambda: "a",
        "The links have signs and no strength. From what could you tell which loop wins?": lambda: (
            "d"
        ),
        "A map holds what its makers think. What would the sponsor say who is shown it as a "
        "proof?": lambda: "e",
        "Two arrows that lower follow one another on the way from helpers to guests. What comes "
        "back to guests by this way?": lambda: "b",
        "Look for a place from which all others can be reached, and to which no arrow "
        "leads.": lambda: "c",
        "Why draw what could be said? Think of somebody at the table who sees it "
        "differently.": lambda: "f",
    },
)
