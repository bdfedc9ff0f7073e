"""The checks of module 4: right procedures, and the slips people make, all computed from the data."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import stats

from scaling import datasets
from scaling.checking import choice, function, number, table

# ---------------------------------------------------------------- 1 reading a picture

# Losses per place: a uniform service misses needs by their variance, a local one pays for its size.
IN_THE_PICTURE = {"diversity": 0.8, "extra_cost": 1.0, "shared": 0.6, "coordination": 0.1}
LESS_DIVERSE = 0.4


def _backed_cost(extra_cost: float, shared: float, coordination: float) -> float:
    """Return what a local service pays that shares its back-up, beyond a central one."""
    return extra_cost * (1 - shared) + coordination


def _statements() -> dict[str, bool]:
    """Return whether each statement about the picture is true."""
    diversity, alone, shared, coordination = IN_THE_PICTURE.values()
    uniform = diversity**2
    backed = _backed_cost(alone, shared, coordination)
    return {
        "a": alone < uniform,
        "b": backed < uniform < alone,
        "c": coordination > alone * shared,
        "d": backed < LESS_DIVERSE**2,
    }


reading = choice(
    name="reading",
    expected=_statements,
    meaning=(
        "Between one service for all and every place alone lies a third way. Here it is better than "
        "both: places decide, and share what is costly."
    ),
    slips={
        "Compare the losses at σ = 0.8: that of one service for all, and that of each on its own. "
        "Which one is larger?": lambda: "a",
        "Compare the two flat lines. Coordination costs something; does sharing save more or "
        "less?": lambda: "c",
        "Follow the steep curve to the left, to σ = 0.4. Does it lie above or below the lower of the "
        "flat lines there?": lambda: "d",
    },
)

# ---------------------------------------------------------------- 2 layers

LAYERS, KEPT = 4, 0.9  # as the exercise states them

survives = number(
    name="survives",
    unit="(share of what is known)",
    tolerance=0.001,
    expected=lambda: KEPT**LAYERS,
    meaning=(
        "Nine tenths at each layer, and after four of them a third is lost. Some of it was meant to "
        "be left out; who decides which?"
    ),
    slips={
        "This multiplies by the number of layers. Each layer keeps nine tenths of what reaches it: "
        "0.9 times 0.9, and so on.": lambda: LAYERS * KEPT,
        "This is the share that is lost on the way. One minus this arrives.": lambda: (
            1 - KEPT**LAYERS
        ),
        "This takes a tenth of the whole away at each layer. A layer can lose only from what still "
        "reaches it: multiply.": lambda: 1 - LAYERS * (1 - KEPT),
        "This is what one layer lets through. There are four.": lambda: KEPT,
        "This is after three layers. The knowledge passes four.": lambda: KEPT ** (LAYERS - 1),
        "This is after five layers. The knowledge passes four.": lambda: KEPT ** (LAYERS + 1),
        "Base and power have changed places: 0.9 is multiplied by itself, 0.9 ** 4.": lambda: (
            LAYERS**KEPT
        ),
        "This divides by the layers. Each of them keeps nine tenths: multiply.": lambda: (
            KEPT / LAYERS
        ),
        "This is what is lost if each layer lets a tenth through.": lambda: (
            1 - (1 - KEPT) ** LAYERS
        ),
        "This passes all layers twice, up and down. Up alone is asked for.": lambda: (
            KEPT ** (2 * LAYERS)
        ),
    },
)


def _layers(people: float, span: float) -> int:
    """Return the least number of layers whose span reaches the whole front line."""
    count, reach = 0, 1
    while reach < people:
        count, reach = count + 1, reach * span
    return count


def _layers_beyond(people: float, span: float) -> int:
    """Return the least number of layers that could lead more people than there are."""
    count, reach = 0, 1
    while reach <= people:
        count, reach = count + 1, reach * span
    return count


def _exact_layers(people: float, span: float) -> float:
    return math.log(people) / math.log(span)


layers = function(
    name="layers",
    expected=_layers,
    cases=[(400, 7), (64, 8), (1000, 3), (5, 5), (56, 4), (30, 4), (3, 3)],
    meaning=(
        "400 tables need four layers with a span of 7, and two with a span of 20. A wide span is "
        "close; can one person know twenty tables?"
    ),
    slips={
        "Rounded down, the layers do not reach everyone: with a span of 7, three layers lead 343 "
        "people at most. Round up.": lambda people, span: math.floor(
            _exact_layers(people, span) + 1e-9
        ),
        "This counts the front line as a layer too. Count the layers above it.": lambda people, span: (
            _layers(people, span) + 1
        ),
        "This is not a whole number. There are no parts of layers: round up.": _exact_layers,
        "This rounds to the nearest whole number. Fewer layers would not reach everyone: round up, "
        "always.": lambda people, span: round(_exact_layers(people, span)),
        "This divides the people by the span. That is the number of managers in the lowest "
        "layer, not the number of layers.": lambda people, span: math.ceil(people / span),
        "This divides the people by the span, once. How often does the span have to be multiplied by "
        "itself to reach them?": lambda people, span: people / span,
        "One layer too many where everyone is reached exactly: 8 times 8 is 64. Ask whether fewer "
        "people are reached than there are, <, not <=.": _layers_beyond,
        "This logarithm knows nothing of the span: divide by the logarithm of the span before you "
        "round up.": lambda people, span: math.ceil(math.log(people)),
        "This logarithm counts tens: divide by the logarithm of the span to the same base before you "
        "round up.": lambda people, span: math.ceil(math.log10(people)),
        "This leaves out the person at the top. Count that layer too.": lambda people, span: max(
            0, _layers(people, span) - 1
        ),
        "This takes a root of the people. The span is multiplied by itself; how often is what is "
        "asked for.": lambda people, span: math.ceil(people ** (1 / span)),
        "count stays at 0: raise it by 1 each time that reach grows, inside the loop.": lambda people, span: (
            0
        ),
        "This is always one layer. Does the return line stand inside the loop? Or is the logarithm of "
        "the span divided by that of the people?": lambda people, span: 1,
        "This divides the people by the span, once, and rounds down. Each layer divides what the one "
        "below it has left.": lambda people, span: people // span,
        "Each layer multiplies the people who are reached by the span; here it only adds the "
        "span.": lambda people, span: math.ceil((people - 1) / span),
    },
)


def _managers(people: int, span: int) -> int:
    """Return how many managers stand above the front line, over all layers."""
    return sum(_in_layers(people, span))


def _one_more_each(people: int, span: int) -> int:
    """Return the managers if one is added wherever a layer is divided, evenly or not."""
    total = 0
    while people > 1 and span > 2:  # with a span of 2 this would never end
        people = people // span + 1
        total += people
    return total


def _in_layers(people: int, span: int, rounded=math.ceil) -> list[float]:  # noqa: ANN001
    """Return the managers of each layer, from the lowest to the top."""
    return [rounded(people / span**up) for up in range(1, _layers(people, span) + 1)]


managers = function(
    name="managers",
    expected=_managers,
    cases=[(400, 7), (5, 4), (90, 10), (1000, 6), (27, 3)],
    meaning=(
        "70 managers for 400 tables with a span of 7, about one for every six. Ask what each layer "
        "adds, as well as what it costs."
    ),
    slips={
        "This rounds down: the people left over at each layer have nobody to lead them. Round "
        "up.": lambda people, span: sum(_in_layers(people, span, math.floor)),
        "This rounds down, but for the top. Those left over at each layer have nobody to lead them: "
        "round up.": lambda people, span: sum(
            max(1, part) for part in _in_layers(people, span, math.floor)
        ),
        "There are no parts of managers: round up at each layer.": lambda people, span: sum(
            _in_layers(people, span, float)
        ),
        "This rounds up once, at the end. Each layer needs whole managers: round up in "
        "each.": lambda people, span: math.ceil(sum(_in_layers(people, span, float))),
        "This rounds to the nearest whole number. Round up, or some have nobody to lead "
        "them.": lambda people, span: sum(_in_layers(people, span, round)),
        "This adds one at each layer even where it divides evenly: 27 people with a span of 3 need 9, "
        "not 10.": _one_more_each,
        "This counts the front line too. Count the managers above it.": lambda people, span: (
            people + _managers(people, span)
        ),
        "This adds the front line and leaves out the top: divide first, then add to "
        "total.": lambda people, span: people + _managers(people, span) - 1,
        "total stays at 0: add the managers of each layer to it, inside the loop.": lambda people, span: (
            0
        ),
        "This keeps the one at the top alone: add each layer to total, total = total + "
        "people.": lambda people, span: 1,
        "This is the lowest layer of managers. Managers need managers too: go on until one is left, "
        "and let return stand below the loop.": lambda people, span: math.ceil(people / span),
        "The one at the top is left out. Count that manager too.": lambda people, span: (
            _managers(people, span) - 1
        ),
        "One manager too many: stop as soon as a layer has a single one.": lambda people, span: (
            _managers(people, span) + 1
        ),
        "This fills every team to the last place. Above a smaller front line fewer are needed: divide "
        "the front line by the span.": lambda people, span: (
            (span ** _layers(people, span) - 1) / (span - 1)
        ),
        "This is the number of layers. Add up the managers in each of them.": _layers,
        "Each layer leads the one below it: divide the managers of that layer by the span, not the "
        "front line once more.": lambda people, span: (
            math.ceil(people / span) * _layers(people, span)
        ),
        "This is the formula of endless layers without rounding. Go up layer by layer and round "
        "up.": lambda people, span: people / (span - 1),
    },
)

# ---------------------------------------------------------------- 3 the same for all, or each its own

EXTRA_COST = 0.81  # as the exercise states it

break_even = number(
    name="break_even",
    tolerance=0.002,
    expected=lambda: EXTRA_COST**0.5,
    meaning=(
        "Where needs differ by less, one service for all is better; where they differ by more, local "
        "ones are. The slogan “small is beautiful” has a border."
    ),
    slips={
        "This is σ², the variance of needs. The standard deviation σ is asked for: take the "
        "root.": lambda: EXTRA_COST,
        "This squares the extra cost. σ² equals the cost: take the root of it.": lambda: (
            EXTRA_COST**2
        ),
        "This halves the cost. It should be the number which, times itself, makes the "
        "cost.": lambda: EXTRA_COST / 2,
        "This doubles the cost before the root. One service for all loses σ² in each place, "
        "once.": lambda: (2 * EXTRA_COST) ** 0.5,
        "This is twice the root. One service for all loses σ² in each place, once.": lambda: (
            2 * EXTRA_COST**0.5
        ),
        "This is one minus the cost. Put the two losses equal, σ² = 0.81.": lambda: 1 - EXTRA_COST,
    },
)


def _break_even(extra_cost: float, shared: float, coordination: float) -> float:
    return math.sqrt(_backed_cost(extra_cost, shared, coordination))


break_even_shared = function(
    name="break_even_shared",
    expected=_break_even,
    cases=[(0.81, 0.0, 0.0), (0.81, 0.5, 0.02), (2, 0.7, 0.3), (1.5, 0.2, 0.9)],
    tolerance=1e-3,  # also found by trying values out
    meaning=(
        "Share half of what costs 0.81 and the border falls from 0.90 to 0.65: local decisions pay "
        "where needs differ less."
    ),
    slips={
        "This is σ², a variance. The standard deviation is asked for: take the root.": lambda a, s, c: (
            _backed_cost(a, s, c)
        ),
        "This keeps the part that is shared. What is left to pay is one minus it.": lambda a, s, c: (
            math.sqrt(a * s + c)
        ),
        "Coordination is left out: it is paid on top of what is not shared.": lambda a, s, c: (
            math.sqrt(a * (1 - s))
        ),
        "Coordination is a cost: add it, do not take it away.": lambda a, s, c: math.sqrt(
            max(0, a * (1 - s) - c)
        ),
        "Sharing is left out: of the extra cost only the part 1 − shared is paid.": lambda a, s, c: (
            math.sqrt(a + c)
        ),
        "This is the border for places on their own, √a. Use the cost with shared back-up.": lambda a, s, c: (
            math.sqrt(a)
        ),
        "Coordination stands outside the root. Add up the costs first, then take the root.": lambda a, s, c: (
            math.sqrt(a * (1 - s)) + c
        ),
        "This adds two roots. Add up the costs first, then take the root once.": lambda a, s, c: (
            math.sqrt(a * (1 - s)) + math.sqrt(c)
        ),
        "Brackets are missing: the extra cost is multiplied by (1 − shared) as a whole.": lambda a, s, c: (
            math.sqrt(a * 1 - s + c)
        ),
        "Coordination is shared too here. Only the extra cost is multiplied by 1 − shared.": lambda a, s, c: (
            math.sqrt((a + c) * (1 - s))
        ),
        "This multiplies by coordination. It is added.": lambda a, s, c: math.sqrt(a * (1 - s) * c),
        "The cost is halved, not rooted: the border is the root, ** 0.5.": lambda a, s, c: (
            _backed_cost(a, s, c) * 0.5
        ),
        "This squares the cost; σ² equals the cost. Take the root.": lambda a, s, c: (
            _backed_cost(a, s, c) ** 2
        ),
        "The root covers the extra cost alone. Work out the whole cost first.": lambda a, s, c: (
            math.sqrt(a) * (1 - s) + c
        ),
    },
)

# ---------------------------------------------------------------- 4 who is best, who is worst?

FIRST, LATER = "1974-78", "1979-84"
Z = 1.96  # standard errors on either side hold 95 in 100 rates, if chance alone moves them
PER = 1000  # births
HIGHEST = 10  # counties, as the exercise asks


def _limits(rate, n, z=Z, power=0.5) -> np.ndarray:  # noqa: ANN001
    reach = z * (rate * (1 - rate) / np.asarray(n, float)) ** power
    return np.array([rate - reach, rate + reach])


_NO_ROOT_OF_N = "The root covers p(1 − p) but not n. Divide by n first, then take the root of all."

control_limits = function(
    name="control_limits",
    expected=_limits,
    cases=[(0.002, 2000), (0.002, 500), (0.5, 100), (0.1, 40), (0.02, 15000)],
    tolerance=1e-5,  # stats.norm.ppf(0.975) is as good as 1.96
    meaning=(
        "Four times the births, half the width. Chance moves the rates of small places furthest, so "
        "their limits have to be wide."
    ),
    slips={
        "The root is missing: p(1 − p)/n is a variance. The standard error is its root.": lambda p, n: (
            _limits(p, n, power=1)
        ),
        _NO_ROOT_OF_N: lambda p, n: np.array(
            [p - Z * math.sqrt(p * (1 - p)) / n, p + Z * math.sqrt(p * (1 - p)) / n]
        ),
        "This leaves n out: it is the spread of single births, not of a rate over n of them.": lambda p, n: (
            _limits(p, 1)
        ),
        "This takes one standard error. For limits that hold 95 in 100, take 1.96 of "
        "them.": lambda p, n: _limits(p, n, z=1),
        "This takes three standard errors. The exercise asks for 1.96.": lambda p, n: _limits(
            p, n, z=3
        ),
        "This takes two standard errors, which is close. Take 1.96.": lambda p, n: _limits(
            p, n, z=2
        ),
        "This takes 1.645, which leaves 5 % on each side. Take 1.96.": lambda p, n: _limits(
            p, n, z=1.645
        ),
        "What stands under the root is p²/n. It should be p(1 − p)/n.": lambda p, n: np.array(
            [p - Z * p / math.sqrt(n), p + Z * p / math.sqrt(n)]
        ),
        "1 − p is missing under the root: p(1 − p)/n.": lambda p, n: np.array(
            [p - Z * math.sqrt(p / n), p + Z * math.sqrt(p / n)]
        ),
        "This multiplies by n. The more births, the narrower the limits: divide.": lambda p, n: (
            _limits(p, 1 / n)
        ),
        "These are 1.96 standard errors alone. Take them from the rate, and add them to it.": lambda p, n: (
            _limits(p, n) - p
        ),
        "A limit below 0 is cut off here. That suits a picture; here leave it, as the question "
        "says.": lambda p, n: np.maximum(0, _limits(p, n)),
        "These are limits for the number of deaths. Limits for a rate are asked for.": lambda p, n: (
            n * _limits(p, n)
        ),
        "The limits are the wrong way round: lower one first.": lambda p, n: _limits(p, n)[::-1],
        "A bracket closes too late under the root: first p(1 − p), then all of it divided by "
        "n.": lambda p, n: np.array(
            [p - Z * math.sqrt(p * (1 - p / n)), p + Z * math.sqrt(p * (1 - p / n))]
        ),
        "Brackets are missing under the root: p times (1 − p), all of it divided by n.": lambda p, n: (
            np.array([p - Z * math.sqrt(p * 1 - p / n), p + Z * math.sqrt(p * 1 - p / n)])
        ),
    },
)


def _counties(period: str = FIRST) -> pd.DataFrame:
    """Return deaths, births and rate of the counties in one period."""
    rows = datasets.load("infant_deaths_nc").set_index("county")
    rows = rows[rows.period == period]
    return rows.assign(rate=rows.sids_deaths / rows.births)


def _state(period: str = FIRST) -> float:
    """Return the rate of all counties together."""
    rows = _counties(period)
    return float(rows.sids_deaths.sum() / rows.births.sum())


def _above_and_below(limits: np.ndarray, period: str = FIRST) -> np.ndarray:
    rates = _counties(period).rate
    return np.array([(rates > limits[1]).sum(), (rates < limits[0]).sum()])


def _outside(middle: float | None = None, period: str = FIRST, **limits: float) -> np.ndarray:
    """Return how many counties lie above their upper and below their lower limit."""
    middle = _state() if middle is None else middle
    return _above_and_below(_limits(middle, _counties(period).births, **limits), period)


def _beyond_common_limits(z: float) -> int:
    """Return how many lie outside limits that are the same for all: z times the spread of rates."""
    rates = _counties().rate
    return int((abs(rates - _state()) > z * rates.std()).sum())


outside = number(
    name="outside",
    unit="counties",
    tolerance=0.1,
    expected=lambda: _outside().sum(),
    meaning=(
        "Chance alone would put about five outside; fifteen are. A good part of the differences is "
        "chance, and a part of them is not."
    ),
    slips={
        "These are the counties above their upper limit. Add those below the lower one.": lambda: (
            _outside()[0]
        ),
        "These are the counties below their lower limit. Add those above the upper one.": lambda: (
            _outside()[1]
        ),
        "These are the counties inside. Count those outside.": lambda: (
            len(_counties()) - _outside().sum()
        ),
        "So many lie outside three standard errors, and so many would chance alone put outside 1.96. "
        "Count those that do lie outside 1.96.": lambda: _outside(z=3).sum(),
        "These limits are one standard error away. Use 1.96, as in the question before.": lambda: (
            _outside(z=1).sum()
        ),
        "These limits are the same for all counties, without √n. Each county has limits of its own, "
        "by its births.": lambda: _beyond_common_limits(Z),
        "This counts all hundred. Does len(…) stand where np.sum(…) should? Or is the root missing "
        "in control_limits?": lambda: _outside(power=1).sum(),
        "None lies outside limits around its own rate. They stand around one rate for all, "
        "state_rate.": lambda: _above_and_below(
            _limits(_counties().rate, _counties().births)
        ).sum(),
        "This is the later period. Take the births and rates of first.": lambda: _outside(
            _state(LATER), LATER
        ).sum(),
        "These limits lie around the plain average of the county rates. Use the rate of the whole "
        "state, in which each birth counts the same.": lambda: _outside(
            middle=float(_counties().rate.mean())
        ).sum(),
    },
)


def _is_small(period: str = FIRST) -> pd.Series:
    births = _counties(period).births
    return births < births.median()


def _ends() -> list[pd.Index]:
    """Return the counties without a death, and those with the highest rates."""
    rows = _counties()
    return [rows.index[rows.sids_deaths == 0], rows.rate.nlargest(HIGHEST).index]


def _small_of(*ends: pd.Index) -> list[float]:
    return [float(_is_small()[end].mean()) for end in ends]


small_in_tails = table(
    name="small_in_tails",
    tolerance=0.006,
    expected=lambda: _small_of(*_ends()),
    meaning=(
        "The smaller half fills the low end and most of the high one, as chance alone would have it. "
        "Whoever looks at one end finds a slogan there."
    ),
    slips={
        "These are counts. Divide each by the number of counties at that end.": lambda: [
            _is_small()[end].sum() for end in _ends()
        ],
        "These are per cent; shares between 0 and 1 are wanted.": lambda: [
            100 * part for part in _small_of(*_ends())
        ],
        "These are shares of the small counties. Divide by the number of counties at each "
        "end.": lambda: [_is_small()[end].sum() / _is_small().sum() for end in _ends()],
        "These are the shares of the larger half. One minus these.": lambda: [
            1 - part for part in _small_of(*_ends())
        ],
        "The second is about the ten with most deaths, which are large. Take the ten with the highest "
        "rates.": lambda: _small_of(_ends()[0], _counties().sids_deaths.nlargest(HIGHEST).index),
        "These are shares of all counties. Divide by the number of counties at each end.": lambda: [
            _is_small()[end].sum() / len(_counties()) for end in _ends()
        ],
        "Both are about the counties without a death. The second is about the ten highest "
        "rates.": lambda: _small_of(_ends()[0], _ends()[0]),
        "Both are about the ten highest rates. The first is about the counties without a "
        "death.": lambda: _small_of(_ends()[1], _ends()[1]),
        "The second is about the twenty highest rates. Take ten.": lambda: _small_of(
            _ends()[0], _counties().rate.nlargest(2 * HIGHEST).index
        ),
    },
)


def _together(end: pd.Index, period: str = LATER) -> float:
    """Return the rate of some counties taken together, per 1,000 births."""
    rows = _counties(period).loc[end]
    return float(PER * rows.sids_deaths.sum() / rows.births.sum())


def _later_ends() -> list[pd.Index]:
    rows = _counties(LATER)
    return [rows.index[rows.sids_deaths == 0], rows.rate.nlargest(HIGHEST).index]


next_period = table(
    name="next_period",
    tolerance=0.006,
    expected=lambda: [_together(end) for end in _ends()],
    meaning=(
        "From none to 1.7, and from 5.3 to 3.1: both ends went towards the state's 2.0. The highest "
        "stayed above it, with 66 deaths where 43 were to be expected."
    ),
    slips={
        "These are averages of county rates, in which a small county counts as much as a large one. "
        "Divide all deaths of the group by all its births.": lambda: [
            PER * float(_counties(LATER).rate[end].mean()) for end in _ends()
        ],
        "This is the first period again. The same counties, in the later one.": lambda: [
            _together(end, FIRST) for end in _ends()
        ],
        "These are rates per birth. Multiply by 1,000.": lambda: [
            _together(end) / PER for end in _ends()
        ],
        "These are rates per 100,000 births. Per 1,000 is asked for.": lambda: [
            100 * _together(end) for end in _ends()
        ],
        "These are per cent of births. Per 1,000 is asked for.": lambda: [
            _together(end) / 10 for end in _ends()
        ],
        "These are numbers of deaths. Divide by the births of the group, and multiply by "
        "1,000.": lambda: [_counties(LATER).sids_deaths[end].sum() for end in _ends()],
        "These are the counties at the ends of the later period. Follow those that were at the ends "
        "of the first.": lambda: [_together(end) for end in _later_ends()],
        "These divide the later deaths by the births of the first period. Take the later births "
        "too.": lambda: [
            PER * _counties(LATER).sids_deaths[end].sum() / _counties(FIRST).births[end].sum()
            for end in _ends()
        ],
        "Both are the counties without a death. The second is about the ten highest.": lambda: (
            [_together(_ends()[0])] * 2
        ),
        "The first is right. The second is about the ten counties with most deaths; take the ten "
        "with the highest rates.": lambda: [
            _together(_ends()[0]),
            _together(_counties().sids_deaths.nlargest(HIGHEST).index),
        ],
    },
)


def _conclusions() -> dict[str, bool]:
    """Return whether each conclusion holds with both ends and both periods in view."""
    good, bad = (share > 0.5 for share in _small_of(*_ends()))
    (good_first, bad_first), (good_later, bad_later) = (
        [_together(end, period) for end in _ends()] for period in (FIRST, LATER)
    )
    births = _counties(LATER).births[_ends()[1]].sum()
    is_ordinary = bool(bad_later < PER * _limits(_state(LATER), births)[1])
    return {
        "a": good and not bad,
        "b": bad and not good,
        "c": is_ordinary,
        "d": good and bad and good_first < good_later and bad_later < bad_first and not is_ordinary,
    }


conclusion = choice(
    name="conclusion",
    expected=_conclusions,
    meaning=(
        "Small places fill the league tables at both ends. Before you learn from the best, ask how "
        "far chance could have carried them."
    ),
    slips={
        "This looks at the low end alone. Who fills the high one?": lambda: "a",
        "This looks at the high end alone. Who fills the low one?": lambda: "b",
        "Compare the second number of question 10 with the state's 1.98. And how many counties lie "
        "outside limits that allow for chance?": lambda: "c",
    },
)

# ---------------------------------------------------------------- 5 back-up

TEAMS, DEMAND = 16, 9  # as the exercise states them
LEVEL = 0.95  # of the weeks in which nobody is turned away


def _reserve(demand: float, level: float = LEVEL) -> float:
    """Return what has to be ready beyond the mean, where demand is Poisson."""
    return float(stats.poisson.ppf(level, demand) - demand)


separate_reserve = number(
    name="separate_reserve",
    unit="helpers",
    tolerance=0.5,
    expected=lambda: TEAMS * _reserve(DEMAND),
    meaning="Each table keeps five helpers to be safe; in an average week all eighty of them wait.",
    slips={
        "This is the reserve of one team. There are sixteen.": lambda: _reserve(DEMAND),
        "This is all that has to be ready. The reserve is what goes beyond the mean: take the mean "
        "from it.": lambda: TEAMS * stats.poisson.ppf(LEVEL, DEMAND),
        "This is all that one team has ready. Take its mean of 9 from it, then count all "
        "teams.": lambda: stats.poisson.ppf(LEVEL, DEMAND),
        "This is one common reserve for all. Here each team keeps its own: work out one team, then "
        "multiply.": lambda: _reserve(TEAMS * DEMAND),
        "This is the mean demand of all teams. The reserve is what goes beyond it.": lambda: (
            TEAMS * DEMAND
        ),
        "This leaves 2.5 % of the weeks. Use the quantile of 0.95.": lambda: (
            TEAMS * _reserve(DEMAND, (1 + LEVEL) / 2)
        ),
        "This uses the normal distribution. Calls come as whole numbers: use "
        "stats.poisson.ppf.": lambda: TEAMS * stats.norm.ppf(LEVEL) * DEMAND**0.5,
        "This is one standard deviation for each team. It is short in more than one week of "
        "twenty.": lambda: TEAMS * DEMAND**0.5,
        "This takes the reserve of one team from all sixteen quantiles. Take the mean from each of "
        "them.": lambda: TEAMS * stats.poisson.ppf(LEVEL, DEMAND) - DEMAND,
        "This is the quantile of 0.05, a quiet week. Use 0.95.": lambda: (
            TEAMS * _reserve(DEMAND, 1 - LEVEL)
        ),
    },
)

pooled_reserve = function(
    name="pooled_reserve",
    expected=lambda teams, demand: _reserve(teams * demand),
    cases=[(16, 9), (1, 6), (5, 4), (50, 2)],
    meaning=(
        "Twenty helpers in common do what eighty do apart, if busy weeks do not come to all at "
        "once. Every table still decides for itself."
    ),
    slips={
        "This is what the teams keep separately. Together they have one demand with mean "
        "teams × demand: take its quantile.": lambda teams, demand: teams * _reserve(demand),
        "This is the quantile of one team times the teams. Take the quantile of the demand of all "
        "together, then their mean from it.": lambda teams, demand: (
            teams * stats.poisson.ppf(LEVEL, demand)
        ),
        "This is all that has to be ready. The reserve is what goes beyond the mean of all teams: "
        "take it away.": lambda teams, demand: stats.poisson.ppf(LEVEL, teams * demand),
        "This takes the mean of one team away. Take that of all teams.": lambda teams, demand: (
            stats.poisson.ppf(LEVEL, teams * demand) - demand
        ),
        "This is the reserve of one team on its own. All teams together have the mean "
        "teams × demand.": lambda teams, demand: _reserve(demand),
        "This is the share of one team. The common reserve is asked for.": lambda teams, demand: (
            _reserve(teams * demand) / teams
        ),
        "This uses the normal distribution, which is close. Use stats.poisson.ppf.": lambda teams, demand: (
            stats.norm.ppf(LEVEL) * math.sqrt(teams * demand)
        ),
        "This rounds the normal distribution to whole helpers, which is close. Use "
        "stats.poisson.ppf.": lambda teams, demand: round(
            stats.norm.ppf(LEVEL) * math.sqrt(teams * demand)
        ),
        "This is the square-root law, which is close. Take the quantile of the demand of all "
        "together.": lambda teams, demand: math.sqrt(teams) * _reserve(demand),
        "This leaves 2.5 % of the weeks. Use the quantile of 0.95.": lambda teams, demand: _reserve(
            teams * demand, (1 + LEVEL) / 2
        ),
        "This is the quantile of 0.05, a quiet week. Use 0.95.": lambda teams, demand: _reserve(
            teams * demand, 1 - LEVEL
        ),
        "The quantile is that of one team, the mean that of all. Take both for all "
        "together.": lambda teams, demand: stats.poisson.ppf(LEVEL, demand) - teams * demand,
        "The standard deviation of all together is not the reserve: it is short in more than one "
        "week of twenty.": lambda teams, demand: math.sqrt(teams * demand),
    },
)
