"""The checks of Understand 3: what is true is computed wherever a model or the data decide it."""

from __future__ import annotations

import numpy as np
from scipy import stats

from scaling.checking import choice, estimate, matching, ordering, several
from scaling.size_context import joining_up, next_place, ties
from scaling.size_context.understand import clinics

# ---------------------------------------------------------------- 1 size

CIRCLE, ASSEMBLY = 20, 60  # people
# Each letter stands for what a quantity is multiplied by when circles are merged.
TIMES = {"a": 1 / 3, "b": 1.0, "c": 3.0, "d": 9.0}


def _letter_of(before: float, after: float) -> str:
    """Return the letter of the factor that is nearest to a change."""
    return min(TIMES, key=lambda letter: abs(np.log(after / before / TIMES[letter])))


def _merged() -> dict[str, str]:
    """Return what becomes of five quantities when three circles are merged."""
    small, large = ties.run(people=CIRCLE), ties.run(people=ASSEMBLY)
    hours_wanted = [(one.people - 1) * one.hours_per_tie for one in (small, large)]
    return {
        "1": _letter_of(small.alive_each, large.alive_each),
        "2": _letter_of(small.pairs, large.pairs),
        "3": _letter_of(small.voice_minutes, large.voice_minutes),
        "4": _letter_of(small.alive, large.alive),
        "5": _letter_of(*hours_wanted),
    }


assembly = matching(
    name="assembly",
    expected=_merged,
    options="abcd",
    meaning=(
        "Possible ties grow with the square of the group, living ties only with its people. So each "
        "tenant keeps ten of them, and knows a smaller part of the assembly."
    ),
    slips={
        "In 1, more people are taken for more ties of each. A tenant meets more people now, but has "
        "how many hours for them?": lambda: ["1c", "1d"],
        "In 1, the share that is alive is taken for the number. The share falls; how many ties can "
        "five hours keep, at half an hour each?": lambda: "1a",
        "In 2, possible ties are let grow as fast as people do. Each person more could know all the "
        "others: count the pairs among 20, and among 60.": lambda: "2c",
        "In 2, living ties are taken for possible ones. Hours limit what stays alive, not what "
        "could be.": lambda: ["2a", "2b"],
        "In 3, the hour is given to each circle. It is one meeting now: how many share it?": lambda: (
            "3b"
        ),
        "In 3, this is the wrong way round: more people share the same hour.": lambda: ["3c", "3d"],
        "In 4, every tie that could be is counted as alive. Each tenant has hours for some of them: "
        "how many, and how many tenants are there?": lambda: "4d",
        "In 4, the group is taken for one tenant. What is so for each holds here for three times as "
        "many people.": lambda: "4b",
        "In 4, the share that is alive is taken for the number of ties.": lambda: "4a",
        "In 5, this is what each tenant has. The question is what each would need, so that no tie "
        "goes cold: with how many others?": lambda: ["5a", "5b"],
        "In 5, the ties of the whole group are put on one tenant. Each tends only the own ones: "
        "with how many others?": lambda: "5d",
    },
)

# ---------------------------------------------------------------- 2 context


def _chance_between(low: float, high: float) -> float:
    """Return the chance that the next clinic's effect lies between two values, in points."""
    pooled = clinics.pooled()
    ends = (np.array([low, high]) - pooled.mean) / pooled.next_place_sd
    return float(np.diff(stats.t.cdf(ends, pooled.k - 2))[0])


def _promises() -> dict[str, float]:
    """Return the chance that each promise is kept."""
    pooled = clinics.pooled()
    best = float(next_place.read_own(clinics.STUDIES).effects.max())
    return {
        "a": pooled.chance_above(0.0),
        "b": pooled.chance_above(best),
        "c": float(stats.norm.sf(-pooled.mean / pooled.se)),
        "d": _chance_between(*pooled.mean_interval()),
    }


promise = ordering(
    name="promise",
    expected=_promises,
    meaning=(
        "The best result is no promise, and the mean's interval holds the next clinic about every "
        "second time. That the mean is above 0 is all but sure, and says least about one clinic."
    ),
    slips={
        "The interval of the mean is taken for a range that clinics lie in. How many of the ten "
        "squares lie inside it?": lambda: ["cd", "ad"],
        "The best result is taken for what can be had elsewhere. How far along the interval of the "
        "next place does it lie?": lambda: ["db", "ab", "cb"],
        "What holds for one clinic is taken to be as sure as what holds for the mean of many. Which "
        "of the two intervals crosses 0?": lambda: "ca",
    },
)

MANY = 400  # clinics


def _width_with_many() -> float:
    """Return the width of the next place's interval if the mean were all but known, in points."""
    pooled = clinics.pooled()
    se = pooled.se * np.sqrt(pooled.k / MANY)
    return float(2 * stats.t.ppf(0.975, MANY - 2) * np.sqrt(pooled.tau2 + se**2))


def _width(ends: tuple[float, float] | None) -> float:
    return float(np.diff(ends)[0]) if ends else float("nan")


many_clinics = estimate(
    name="many_clinics",
    expected=_width_with_many,
    factor=1.5,
    unit="points",
    meaning=(
        "About 11 points: the mean would be known to within a fraction of a point, and the next "
        "clinic's interval would be only a little shorter than now. It is as wide as clinics differ."
    ),
    slips={
        "Here the next place is let shrink like the mean. More clinics tell you more about their "
        "mean; do they make the clinics more alike?": lambda: [
            0.1,
            0.2,
            0.35,
            _width(clinics.pooled().mean_interval()) * np.sqrt(clinics.pooled().k / MANY),
            _width(clinics.pooled().next_place()) * clinics.pooled().k / MANY,
            1.0,
            _width(clinics.pooled().next_place()) * np.sqrt(clinics.pooled().k / MANY),
        ],
        "This is about the width of the mean's interval. The question is about one more clinic: the "
        "lower of the two marks.": lambda: _width(clinics.pooled().mean_interval()),
        "This lets the interval grow with the number of clinics. What it has to cover is how far "
        "clinics lie from each other.": lambda: [
            _width(clinics.pooled().next_place()) * np.sqrt(MANY / clinics.pooled().k),
            _width(clinics.pooled().next_place()) * MANY / clinics.pooled().k,
        ],
        "This is half of it, or the distance from the mean to one end. From one end to the other is "
        "asked for.": lambda: _width_with_many() / 2,
    },
)

HOSTELS, RESIDENTS, FOUND_HOME = 30, 10, 0.5
WORST, BEST = 2, 8  # residents who found a home


def _range_by_luck() -> float:
    """Return how far apart hostels that are alike lie by luck, in the middle one of 4,000 worlds."""
    drawn = np.random.default_rng(1).binomial(RESIDENTS, FOUND_HOME, (4000, HOSTELS)) / RESIDENTS
    return float(np.median(np.ptp(drawn, axis=1)))


hostels = choice(
    name="hostels",
    # Only c is a matter of calculation. The others are flaws that the argument does not have.
    expected=lambda: {
        "a": False,
        "b": False,
        "c": abs(_range_by_luck() - (BEST - WORST) / RESIDENTS) < 0.1,
        "d": False,
    },
    meaning=(
        "Thirty hostels that are alike, with ten residents each, lie about 60 points apart by luck. "
        "Only what goes beyond that is context."
    ),
    slips={
        "This takes it for granted that equal support brings equal results. Let one coin be tossed "
        "ten times in each of thirty rooms: how unlike do the rooms become?": lambda: "a",
        "Another measure of the same results does not help: their standard deviation is large too. "
        "What else, beside context, makes small groups differ?": lambda: "b",
        "This picks a winner out of thirty small groups, and takes luck for merit. Is it sure that the "
        "best hostel does anything else than the rest?": lambda: "d",
    },
)

missing = matching(
    name="missing",
    # These follow from the text of each case, by lesson 3: size (cell size-after), support factors
    # and chance (context-after, villages-after), and Pritchard's second principle (source).
    expected=lambda: {"1": "b", "2": "c", "3": "d", "4": "b", "5": "a"},
    options="abcd",
    meaning=(
        "Four reasons ask for four answers: keep groups small, check what has to be there, count "
        "more before you explain, and promise little even where all that you know of is the same."
    ),
    slips={
        "In 1 and 4 the group is as large as before. What do these families and members lack that "
        "the first ones had?": lambda: ["1a", "4a"],
        "In 1 and 4 the difference is told, and could have been seen before anything was sent. Is "
        "that luck, or something that nobody noticed?": lambda: ["1c", "1d", "4c", "4d"],
        "In 2, a cause is found for a difference of one caller. Would you be surprised by it if both "
        "towns were alike?": lambda: ["2a", "2b", "2d"],
        "In 3, to say that something was missing explains too much. The list was put in place and "
        "checked: could anybody have gone and looked?": lambda: "3b",
        "In 3, luck is called upon, though pupils were counted for six years. Far fewer "
        "finished.": lambda: "3c",
        "In 3, schools and classes are as large as they were. What else could be different?": lambda: (
            "3a"
        ),
        "In 5, the first thing that changed is passed over. How many meet now, and for how long?": lambda: [
            "5b",
            "5d",
        ],
        "In 5, 90 people share the time that nine had. Is it luck, then, if quarrels stay?": lambda: (
            "5c"
        ),
    },
)

# ---------------------------------------------------------------- 3 joining up

LIKE_LITTLE, LIKE_MUCH = 0.3, 0.7
SHORT, LONG = 10, 60  # periods
FEW, LINKS, MANY_LINKS = 2, 4, 22  # links of each library
RUGGED = 4  # other choices that each depends on
ALIKE = 0.95


def _next_steps() -> dict[str, float]:
    """Return what each step brings in libraries that are little alike, as a share of their best."""

    def bring(strategy: str, periods: int = SHORT, links: int = FEW) -> float:
        return joining_up.run(likeness=LIKE_LITTLE, periods=periods, links=links).mean[strategy]

    return {
        "a": bring("scale up"),
        "b": bring("join up", links=MANY_LINKS),
        "c": bring("join up", periods=LONG),
        "d": bring(joining_up.BOTH),
    }


next_step = ordering(
    name="next_step",
    expected=_next_steps,
    meaning=(
        "Where places are little alike, copying brings least and time to try brings most. Links "
        "carry only what places have found out. An offer that may be refused does no harm."
    ),
    slips={
        "The best practice is taken for good everywhere. These libraries are little alike: set the "
        "likeness to 0.3, and look at the curve of copying.": lambda: ["ba", "da", "ca"],
        "Links come before there is anything to pass on. Set 10 periods and 22 links, then 60 "
        "periods and 2 links.": lambda: "cb",
        "An offer is taken for a copy, or for more than it is: who may refuse it keeps what is "
        "better. Compare “offer, join” with joining up, first with few periods.": lambda: [
            "db",
            "cd",
        ],
    },
)


def _copying_leads(
    likeness: float = LIKE_MUCH,
    periods: int = LONG,
    links: int = LINKS,
    ruggedness: int = RUGGED,
) -> bool:
    """Return whether copying the best beats joining up, first in libraries that are rather alike."""
    mean = joining_up.run(likeness, periods, links, ruggedness).mean
    return mean["scale up"] > mean["join up"]


change_mind = several(
    name="change_mind",
    expected=lambda: {
        "a": _copying_leads(ruggedness=0),
        "b": _copying_leads(periods=SHORT),
        "c": _copying_leads(links=MANY_LINKS),
        "d": _copying_leads(likeness=ALIKE),
    },
    meaning=(
        "Likeness and want of time speak for copying, in this model. You have named what would "
        "change your advice, which the slogans on either side do not."
    ),
    slips={
        "Statement a: a simple task is taken for a task that is the same everywhere. On smooth "
        "ground each library finds its own best: set the ruggedness to 0.": lambda: "a",
        "Joining up is taken to be better whatever the time. It has to be learnt: set the "
        "likeness to 0.7, and take periods away.": lambda: "b",
        "Statement c: more links are good for joining up. Which of the two ways would you then "
        "turn to?": lambda: "c",
        "Joining up is taken to be better wherever it is. Move the likeness towards 1: what is "
        "good in one library is good where?": lambda: "d",
    },
)

# ---------------------------------------------------------------- 4 the essay

county_plan = several(
    name="county_plan",
    # This is a matter of the text: lesson 3, cell source, after Pritchard, “Scaling up or joining
    # up?”. Local capacity and small experiments, other ways of leading, and capacity between
    # communities and institutions are what it takes; calls, programmes and command are not.
    expected=lambda: {"a": False, "b": True, "c": True, "d": False, "e": True, "f": False},
    meaning=(
        "Room for small experiments, leading that asks first, and people who work in between: that "
        "is her list. Whether it works better is a question that her essay does not test."
    ),
    slips={
        "Line a is a call from above. The hospices have known of the best one for a while: what "
        "would one more letter give them that they lack?": lambda: "a",
        "A practice that fits has to come from somewhere. Which line makes room to find one?": lambda: (
            "b"
        ),
        "To lead is taken for to tell. Is there a line in which managers lead, and do something "
        "else?": lambda: "c",
        "Line d makes families clients of a programme that others have designed. Who asks the "
        "question in it, and who may change the answer?": lambda: "d",
        "Capacity in the places is one half of what it takes. Which line keeps them and the "
        "institutions in touch?": lambda: "e",
        "Line f is command and control. It secures that all do the same: is that what places "
        "which differ need?": lambda: "f",
    },
)

against = matching(
    name="against",
    # Each finding contradicts one claim and no other. The claims are those of lesson 3, cells
    # source and collaboratives, and of lesson 1b, cell letter, after Pritchard.
    expected=lambda: {"1": "c", "2": "a", "3": "d", "4": "b"},
    options="abcd",
    meaning=(
        "Each claim can be wrong, and you know how that would be seen. This course has tested none "
        "of the four."
    ),
    slips={
        "A result and a reason are mixed up. What became of years of showing the best is one claim; "
        "why people hold back is another.": lambda: ["1a", "2c"],
        "What a programme brings about and what people do before there is one are two claims. Which "
        "finding has no programme in it at first?": lambda: ["1d", "3c"],
        "Professionals who are shown a practice and groups that are asked by nobody are mixed up. "
        "Whose doing is the claim about?": lambda: ["2d", "3a"],
        "Finding b tells how a large service looks to those whom it serves. Which claim is about "
        "that?": lambda: ["1b", "2b", "3b"],
        "Claim 4 is about what a large structure means to those whom it serves. Whose view does "
        "your finding give?": lambda: ["4a", "4c", "4d"],
    },
)
