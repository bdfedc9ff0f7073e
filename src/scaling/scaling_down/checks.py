"""The checks of module 4: right procedures and common slips, all computed from the data."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from scaling import datasets
from scaling.checking import Draw, Variants, choice, function, number, table

# The exercise states these numbers: of layers, of the border, and of back-up.
LAYERS, KEPT, TABLES = 4, 0.9, 400
EXTRA_COST = 0.81
HIGHEST = 10  # counties
TEAMS, DEMAND = 16, 9

mine = Variants(
    "04-scaling-down",
    cells={
        "m4-survives-question": """\
print(f"At each of your four layers {mine.kept:g} of what reaches it is passed on, in place of 0.9.")""",
        "m4-break-even-question": """\
print(f"Your extra cost is {mine.extra_cost:g}, in place of 0.81.")""",
        "m4-ends": """\
counties = datasets.load("infant_deaths_nc").set_index("county")
first = counties[counties.period == "1974-78"]
counties = counties.drop(index=first.index[mine.skipped_first :: mine.skipped_each])
first = counties[counties.period == "1974-78"]
later = counties[counties.period == "1979-84"]
smaller_half = first.births < first.births.median()
first = first.assign(rate=first.sids_deaths / first.births, small=smaller_half)
without = first[first.sids_deaths == 0]
highest = first.nlargest(mine.highest, "rate")
later_rate = 1000 * later.sids_deaths.sum() / later.births.sum()
print(f"From here on your state has {len(first)} counties; one in {mine.skipped_each} is left out. Take {len(without)} and {len(highest)} for the")
print("thirteen without a death and the ten with the highest rates. In all of them together")
print(f"{later_rate:.2f} of 1,000 died later, in place of 1.98. Your highest:")
highest[["births", "sids_deaths", "rate", "small"]]""",
        "m4-separate-reserve-question": """\
print(f"Your tables: {mine.teams}, in place of sixteen. Each calls for help {mine.demand} times a week on")
print("average, in place of nine. Change the first line of the answer, too.")""",
    },
    kept=Draw(KEPT, [hundredths / 100 for hundredths in range(75, 97) if hundredths != 90]),
    extra_cost=Draw(
        EXTRA_COST, [hundredths / 100 for hundredths in range(30, 171) if hundredths != 81]
    ),
    # one county in so many is left out, from this one on
    skipped_each=Draw(0, range(9, 21, 2)),
    skipped_first=Draw(0, range(0, 9, 4)),
    # of the counties with the highest rates
    highest=Draw(HIGHEST, range(6, 10)),
    teams=Draw(TEAMS, [teams for teams in range(11, 25) if teams != 16]),
    demand=Draw(DEMAND, [demand for demand in range(5, 15) if demand != 9]),
)

# ---------------------------------------------------------------- 1 reading a picture

# The exercise draws the losses for these numbers, in points for each place. A uniform service loses
# the variance of needs, a local one the extra cost of being small.
IN_THE_PICTURE = {"diversity": 0.8, "extra_cost": 1.0, "shared": 0.6, "coordination": 0.1}
LESS_DIVERSE = 0.4


def _backed_cost(extra_cost: float, shared: float, coordination: float) -> float:
    """Return what a local service with shared back-up costs more than a central one."""
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

survives = number(
    name="survives",
    varies=mine.of(
        "kept",
        words={
            "Nine tenths at each layer": lambda: f"{mine.kept:g} at each layer",
            "a third is lost": lambda: f"{100 * (1 - mine.kept**LAYERS):.0f} % is lost",
            "nine tenths": lambda: f"{mine.kept:g}",
            "a tenth": lambda: f"{1 - mine.kept:.2g}",
            "0.9 times 0.9": lambda: f"{mine.kept:g} times {mine.kept:g}",
            "0.9 is multiplied by itself, 0.9 ** 4": lambda: (
                f"{mine.kept:g} is multiplied by itself, {mine.kept:g} ** 4"
            ),
        },
    ),
    unit="(share of what is known)",
    tolerance=0.001,
    expected=lambda: mine.kept**LAYERS,
    meaning=(
        "Nine tenths at each layer, and after four of them a third is lost. Some of it was meant to "
        "be left out; who decides which?"
    ),
    slips={
        "This multiplies by the number of layers. Each layer keeps nine tenths of what reaches it: "
        "0.9 times 0.9, and so on.": lambda: LAYERS * mine.kept,
        "This is the share that is lost on the way. One minus this arrives.": lambda: (
            1 - mine.kept**LAYERS
        ),
        "This takes a tenth of the whole away at each layer. A layer can lose only from what still "
        "reaches it: multiply.": lambda: 1 - LAYERS * (1 - mine.kept),
        "This is what one layer lets through. There are four.": lambda: mine.kept,
        "This is after three layers. The knowledge passes four.": lambda: mine.kept ** (LAYERS - 1),
        "This is after five layers. The knowledge passes four.": lambda: mine.kept ** (LAYERS + 1),
        "Base and power have changed places: 0.9 is multiplied by itself, 0.9 ** 4.": lambda: (
            LAYERS**mine.kept
        ),
        "This divides by the layers. Each of them keeps nine tenths: multiply.": lambda: (
            mine.kept / LAYERS
        ),
        "This is what is lost if each layer lets a tenth through.": lambda: (
            1 - (1 - mine.kept) ** LAYERS
        ),
        "This passes all layers twice, up and down. Up alone is asked for.": lambda: (
            mine.kept ** (2 * LAYERS)
        ),
        "This adds up what four layers would lose of the whole. Each loses only from what reaches "
        "it, and what arrives is asked for.": lambda: LAYERS * (1 - mine.kept),
        "This multiplies what is lost. Multiply what is kept, four times.": lambda: (
            (1 - mine.kept) ** LAYERS
        ),
        "This is after two layers. The knowledge passes four.": lambda: mine.kept**2,
        "This is what a single layer loses. What is left after four is asked for.": lambda: (
            1 - mine.kept
        ),
        "This is what the second layer loses. What is left after four is asked for.": lambda: (
            mine.kept * (1 - mine.kept)
        ),
        "This is a number of tables. A share of what they know is asked for, so leave the 400 "
        "out.": lambda: TABLES * mine.kept**LAYERS,
        "This is nine tenths of the tables. The share that is left after four layers is asked "
        "for.": lambda: TABLES * mine.kept,
        "The knowledge passes four layers, however many tables there are.": lambda: (
            mine.kept**TABLES
        ),
        "This takes a root. Each layer multiplies what is left once more.": lambda: (
            mine.kept ** (1 / LAYERS)
        ),
        "What is left after four layers is the answer: do not divide it by four.": lambda: (
            mine.kept**LAYERS / LAYERS
        ),
        "This is per cent, and rounded. Give a share, with three decimals.": lambda: round(
            100 * mine.kept**LAYERS
        ),
    },
)


def _layers(people: float, span: float) -> int:
    """Return the least number of layers that reach the whole front line."""
    count = 0
    reach: float = 1
    while reach < people:
        count, reach = count + 1, reach * span
    return count


def _layers_beyond(people: float, span: float) -> int:
    """Return the least number of layers that could lead more people than there are."""
    count = 0
    reach: float = 1
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
        "Each layer multiplies the people who are reached by the span. This adds the span, or "
        "divides by it once.": lambda people, span: math.ceil((people - 1) / span),
        "This returns reach, the people who could be led. Return count.": lambda people, span: (
            span ** _layers(people, span)
        ),
        "This logarithm knows nothing of the span. Divide it by the logarithm of the span, then round "
        "up.": lambda people, span: math.log(people),
        "This counts how often the people can be halved. Divide by the logarithm of the span, then "
        "round up.": lambda people, span: math.log2(people),
        "This halves the people again and again. Divide by the logarithm of the span before you "
        "round up.": lambda people, span: math.ceil(math.log2(people)),
        "This divides the span by the people: the wrong way round, and once.": lambda people, span: (
            span / people
        ),
        "Divide by the logarithm of the span, not by the span itself. Then round "
        "up.": lambda people, span: math.log(people) / span,
        "The logarithm is divided by the span itself. Divide by the logarithm of the "
        "span.": lambda people, span: math.ceil(math.log(people) / span),
        "This is the logarithm of a division. Divide one logarithm by the other, then round "
        "up.": lambda people, span: math.log(people / span),
        "Close the bracket after people: divide one logarithm by the other, then round "
        "up.": lambda people, span: math.ceil(math.log(people / span)),
        "The two logarithms have changed places.": lambda people, span: (
            math.log(span) / math.log(people)
        ),
        "This rounds both logarithms up before it divides. Divide first.": lambda people, span: (
            math.ceil(math.log(people)) / math.ceil(math.log(span))
        ),
        "This takes one logarithm from the other. Divide them.": lambda people, span: (
            math.ceil(math.log(people)) - math.ceil(math.log(span))
        ),
        "These logarithms are of two kinds. Take the same for both.": lambda people, span: (
            math.ceil(math.log10(people) / math.log(span))
        ),
        "This divides by the span twice. How often it takes depends on the people: repeat until all "
        "are reached.": lambda people, span: people / span**2,
        "This divides by the span twice and rounds up. Count how often it takes instead.": (
            lambda people, span: math.ceil(people / span**2)
        ),
        "This multiplies the people by the span. Reach begins with one person and grows by the "
        "span.": lambda people, span: people * span,
        "This gives the people back. Count the layers above them.": lambda people, span: people,
        "This gives the span back. Count the layers.": lambda people, span: span,
        "This counts managers. Count the layers they stand in.": lambda people, span: _managers(
            people, span
        ),
        "This is the lowest layer's managers and one more. Count the layers.": lambda people, span: (
            math.ceil(people / span) + 1
        ),
        "This takes the square root. Count how often the span multiplies itself to reach the "
        "people.": lambda people, span: math.sqrt(people),
    },
)


def _managers(people: int, span: int) -> int:
    """Return the number of managers in all layers above the front line."""
    return int(sum(_managers_by_layer(people, span)))


def _managers_with_one_added(people: int, span: int) -> int:
    """Return the managers if each layer gets one more than it has full teams, even if all are full."""
    total = 0
    # With a span of 2 the loop would never end.
    while people > 1 and span > 2:
        people = people // span + 1
        total += people
    return total


def _managers_by_layer(
    people: int, span: int, rounded: Callable[[float], float] = math.ceil
) -> list[float]:
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
        "up.": lambda people, span: sum(_managers_by_layer(people, span, math.floor)),
        "This rounds down, but for the top. Those left over at each layer have nobody to lead them: "
        "round up.": lambda people, span: sum(
            max(1, part) for part in _managers_by_layer(people, span, math.floor)
        ),
        "There are no parts of managers: round up at each layer.": lambda people, span: sum(
            _managers_by_layer(people, span, float)
        ),
        "This rounds up once, at the end. Each layer needs whole managers: round up in "
        "each.": lambda people, span: math.ceil(sum(_managers_by_layer(people, span, float))),
        "This rounds to the nearest whole number. Round up, or some have nobody to lead "
        "them.": lambda people, span: sum(_managers_by_layer(people, span, round)),
        "This adds one at each layer even where it divides evenly: 27 people with a span of 3 need 9, "
        "not 10.": _managers_with_one_added,
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
        "This is the lowest layer, and not rounded. Round up, then go on with the layer "
        "above.": lambda people, span: people / span,
        "This is the lowest layer, rounded down: those left over have nobody to lead them. Round up, "
        "then go on with the layer above.": lambda people, span: people // span,
        "This is the lowest layer, rounded to the nearest whole number. Round up, then go on with the "
        "layer above.": lambda people, span: round(people / span),
        "These are the two lowest layers. Go on until one manager is left.": lambda people, span: (
            math.ceil(people / span) + math.ceil(math.ceil(people / span) / span)
        ),
        "These are two layers, not rounded. Round up in each, and go on until one manager is "
        "left.": lambda people, span: people / span + people / span**2,
        "These are the lowest layer and the one at the top. There are layers between "
        "them.": lambda people, span: math.ceil(people / span) + 1,
        "This counts the front line and the lowest layer of managers. Leave the front line out, and "
        "go on upward.": lambda people, span: people + math.ceil(people / span),
        "This gives each layer as many managers as one can lead. Divide the layer below by the span "
        "instead.": lambda people, span: span * _layers(people, span),
        "This doubles the lowest layer. Each layer above is smaller: divide by the span "
        "again.": lambda people, span: 2 * math.ceil(people / span),
        "This is how many people so many layers could lead. Count those who lead "
        "them.": lambda people, span: span ** _layers(people, span),
        "This gives the people back. Count the managers above them.": lambda people, span: people,
        "Every manager leads several people: divide, do not multiply.": lambda people, span: (
            people * span
        ),
        "This leaves one person without a manager of their own. One manager leads as many as the "
        "span.": lambda people, span: people - 1,
        "This is how many more people there are than managers. Count the managers.": (
            lambda people, span: people - _managers(people, span)
        ),
        "This rounds up once, and divides by one less than the span. Go up layer by "
        "layer.": lambda people, span: math.ceil(people / (span - 1)),
        "This formula is not rounded. Go up layer by layer and round up in each.": (
            lambda people, span: (people - 1) / (span - 1)
        ),
        "This multiplies the lowest layer by the span: those are the people it could "
        "lead.": lambda people, span: span * math.ceil(people / span),
        "This is the mean over the layers. Add them up.": lambda people, span: math.ceil(
            _managers(people, span) / _layers(people, span)
        ),
    },
)

# ---------------------------------------------------------------- 3 the same for all, or each its own

break_even = number(
    name="break_even",
    varies=mine.of("extra_cost", words={"σ² = 0.81": lambda: f"σ² = {mine.extra_cost:g}"}),
    tolerance=0.002,
    expected=lambda: mine.extra_cost**0.5,
    meaning=(
        "Where needs differ by less, one service for all is better; where they differ by more, local "
        "ones are. The slogan “small is beautiful” has a border."
    ),
    slips={
        "This is σ², the variance of needs. The standard deviation σ is asked for: take the "
        "root.": lambda: mine.extra_cost,
        "This squares the extra cost. σ² equals the cost: take the root of it.": lambda: (
            mine.extra_cost**2
        ),
        "This halves the cost. It should be the number which, times itself, makes the "
        "cost.": lambda: mine.extra_cost / 2,
        "This doubles the cost before the root. One service for all loses σ² in each place, "
        "once.": lambda: (2 * mine.extra_cost) ** 0.5,
        "This is twice the root. One service for all loses σ² in each place, once.": lambda: (
            2 * mine.extra_cost**0.5
        ),
        "This is one minus the cost. Put the two losses equal, σ² = 0.81.": lambda: (
            1 - mine.extra_cost
        ),
        "This doubles the cost. It should be the number which, times itself, makes the "
        "cost.": lambda: 2 * mine.extra_cost,
        "The root is taken twice. Once is enough.": lambda: mine.extra_cost**0.25,
        "This adds one to the cost. At the border σ² is the cost alone.": lambda: (
            1 + mine.extra_cost
        ),
        "This adds one before the root. At the border σ² is the cost alone.": lambda: (
            (1 + mine.extra_cost) ** 0.5
        ),
        "This is half of the root. The root itself is the border.": lambda: (
            mine.extra_cost**0.5 / 2
        ),
        "This is one minus the root. The root itself is the border.": lambda: (
            1 - mine.extra_cost**0.5
        ),
        "This divides one by the cost. Take the root of the cost.": lambda: 1 / mine.extra_cost,
        "This is a third of the cost. Take the root: the number which, times itself, makes the "
        "cost.": lambda: mine.extra_cost / 3,
        "The decimal point has moved by one place.": lambda: 10 * mine.extra_cost**0.5,
    },
)


def _break_even(extra_cost: float, shared: float, coordination: float) -> float:
    """Return the diversity at which deciding locally, with shared back-up, begins to pay."""
    return math.sqrt(_backed_cost(extra_cost, shared, coordination))


break_even_shared = function(
    name="break_even_shared",
    expected=_break_even,
    cases=[(0.81, 0.0, 0.0), (0.81, 0.5, 0.02), (2, 0.7, 0.3), (1.5, 0.2, 0.9)],
    # This also admits a value found by trial and error.
    tolerance=1e-3,
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
        "This is the part that back-up takes over. One minus `shared` is left to pay; add "
        "coordination, then take the root.": lambda a, s, c: a * s,
        "This is the root of the part that back-up takes over. One minus `shared` is left to pay, and "
        "coordination comes on top.": lambda a, s, c: math.sqrt(a * s),
        "This adds coordination to the part that back-up takes over. One minus `shared` is left to "
        "pay; then take the root.": lambda a, s, c: a * s + c,
        "This keeps the part that back-up takes over, and adds coordination after the root. First "
        "the cost that is left, then the root of all.": lambda a, s, c: math.sqrt(a * s) + c,
        "This takes coordination from the part that back-up takes over. What is left to pay is one "
        "minus `shared`, and coordination is added.": lambda a, s, c: a * s - c,
        "Coordination is left out, and so is the root.": lambda a, s, c: a * (1 - s),
        "Brackets are missing, and the root: extra_cost * (1 - shared) as a whole, then "
        "coordination, then the root.": lambda a, s, c: a - s + c,
        "The bracket closes too late: coordination is added, not multiplied by the extra "
        "cost.": lambda a, s, c: math.sqrt(a * (1 - s + c)),
        "The bracket closes too late, after coordination, and the root is missing.": lambda a, s, c: (
            a * (1 - s + c)
        ),
        "The extra cost is left out: multiply it by the part 1 − shared.": lambda a, s, c: (
            math.sqrt(1 - s + c)
        ),
        "Sharing is left out, and the root: this is the extra cost with coordination.": (
            lambda a, s, c: a + c
        ),
        "This is the extra cost on its own. Take what is left of it with back-up, add coordination, "
        "take the root.": lambda a, s, c: a,
        "The root covers coordination alone. Add up the costs first, then take the root of "
        "all.": lambda a, s, c: a * (1 - s) + math.sqrt(c),
        "Coordination is a cost: add it. Then take the root.": lambda a, s, c: a * (1 - s) - c,
        "Coordination is a cost: add it, before the root.": lambda a, s, c: (
            math.sqrt(a * (1 - s)) - c
        ),
        "This divides by 1 − shared, which makes the cost larger. Multiply.": lambda a, s, c: (
            math.sqrt(a / (1 - s) + c)
        ),
        "This is by how much back-up lowers the border. The border itself is asked "
        "for.": lambda a, s, c: math.sqrt(a) - _break_even(a, s, c),
        "It is the extra cost that back-up takes over, not coordination: multiply that by "
        "1 − shared.": lambda a, s, c: math.sqrt(a + c * (1 - s)),
        "This multiplies by coordination, without a root. Add it, then take the root.": (
            lambda a, s, c: a * (1 - s) * c
        ),
        "The part that is left is multiplied after the root, and coordination is missing. Add up the "
        "costs first.": lambda a, s, c: math.sqrt(a) * (1 - s),
        "This multiplies all three. Take the part 1 − shared of the extra cost, and add "
        "coordination.": lambda a, s, c: math.sqrt(a * s * c),
        "The last step doubles the cost. The border is its root, ** 0.5.": lambda a, s, c: (
            2 * _backed_cost(a, s, c)
        ),
        "This halves coordination: the root covers all costs together, in brackets.": (
            lambda a, s, c: a * (1 - s) + c * 0.5
        ),
        "This is a cube root. The square root is ** 0.5.": lambda a, s, c: (
            _backed_cost(a, s, c) ** (1 / 3)
        ),
        "This is the root of coordination times `shared`, taken from the extra cost. Multiply the "
        "extra cost by 1 − shared.": lambda a, s, c: math.sqrt(a - s * c),
        "The root covers the extra cost alone, and `shared` is taken away as it is. Multiply by "
        "1 − shared, then take the root of all.": lambda a, s, c: math.sqrt(a) - s + c,
        "The root covers the extra cost alone, and the part taken over is kept. One minus `shared` "
        "is left to pay.": lambda a, s, c: math.sqrt(a) * s + c,
    },
)

# ---------------------------------------------------------------- 4 who is best, who is worst?

FIRST, LATER = "1974-78", "1979-84"
# If chance alone moves rates, 95 in 100 of them lie within this many standard errors.
Z = 1.96
# Rates are given for this number of births.
PER = 1000


def _limits(rate: float, n: ArrayLike, z: float = Z, power: float = 0.5) -> np.ndarray:
    """Return the lower and the upper control limit, p ± z·√(p(1 − p)/n), for a rate p."""
    reach = z * (rate * (1 - rate) / np.asarray(n, float)) ** power
    return np.array([rate - reach, rate + reach])


_NO_ROOT_OF_N = "The root covers p(1 − p) but not n. Divide by n first, then take the root of all."

control_limits = function(
    name="control_limits",
    expected=_limits,
    cases=[(0.002, 2000), (0.002, 500), (0.5, 100), (0.1, 40), (0.02, 15000)],
    # This admits stats.norm.ppf(0.975) in place of 1.96.
    tolerance=1e-5,
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
        "p is missing under the root: p(1 − p)/n.": lambda p, n: np.array(
            [p - Z * math.sqrt((1 - p) / n), p + Z * math.sqrt((1 - p) / n)]
        ),
        "Under the root stands 1 + p. It should be p(1 − p)/n.": lambda p, n: np.array(
            [p - Z * math.sqrt(p * (1 + p) / n), p + Z * math.sqrt(p * (1 + p) / n)]
        ),
        "The root covers 1 − p alone. It should cover p(1 − p)/n.": lambda p, n: np.array(
            [p - Z * math.sqrt(1 - p) / n, p + Z * math.sqrt(1 - p) / n]
        ),
        "The root covers p alone. It should cover all of p(1 − p)/n.": lambda p, n: np.array(
            [p - Z * math.sqrt(p) * (1 - p) / n, p + Z * math.sqrt(p) * (1 - p) / n]
        ),
        "1.96 stands under the root. Multiply by it after the root.": lambda p, n: np.array(
            [p - math.sqrt(Z * p * (1 - p) / n), p + math.sqrt(Z * p * (1 - p) / n)]
        ),
        "This squares p(1 − p)/n. Take the root of it.": lambda p, n: np.array(
            [p - Z * (p * (1 - p) / n) ** 2, p + Z * (p * (1 - p) / n) ** 2]
        ),
        "This divides by n − 1. There are n births: divide by n.": lambda p, n: np.array(
            [p - Z * math.sqrt(p * (1 - p) / (n - 1)), p + Z * math.sqrt(p * (1 - p) / (n - 1))]
        ),
        "The risk p is left out: under the root stands p(1 − p)/n.": lambda p, n: np.array(
            [p - Z / math.sqrt(n), p + Z / math.sqrt(n)]
        ),
        "This takes 5 % of the rate. The width comes from the root and from n.": lambda p, n: (
            np.array([p - 0.05 * p, p + 0.05 * p])
        ),
        "p is squared under the root. It should be p(1 − p)/n.": lambda p, n: np.array(
            [p - Z * p * math.sqrt((1 - p) / n), p + Z * p * math.sqrt((1 - p) / n)]
        ),
        "This halves the width. 1.96 standard errors lie on either side.": lambda p, n: np.array(
            [p - Z * math.sqrt(p * (1 - p) / n) / 2, p + Z * math.sqrt(p * (1 - p) / n) / 2]
        ),
        "These are the rate with 1.96 taken from it and added. Multiply 1.96 by the root first.": lambda p, n: (
            np.array([p - Z, p + Z])
        ),
        "Brackets are misplaced: first 1.96 times the root, then take that from the rate and add "
        "it.": lambda p, n: np.array([p - Z, p + Z]) * math.sqrt(p * (1 - p) / n),
        "The width is multiplied by the rate. Take it from the rate, and add it.": lambda p, n: (
            p * (1 + _limits(p, n) - p)
        ),
        "The lower limit is right; the upper one lacks the 1.96.": lambda p, n: np.array(
            [_limits(p, n)[0], _limits(p, n, z=1)[1]]
        ),
        "The upper limit is right; the lower one is the rate itself. Take 1.96 times the root from "
        "it.": lambda p, n: np.array([p, _limits(p, n)[1]]),
        "Both are the lower limit. Add for the upper one.": lambda p, n: _limits(p, n)[[0, 0]],
        "Both are the upper limit. Take away for the lower one.": lambda p, n: _limits(p, n)[
            [1, 1]
        ],
        "These are per cent. A rate is a share of births.": lambda p, n: 100 * _limits(p, n),
    },
)


@mine.cached("skipped_each", "skipped_first")
def _counties(period: str = FIRST) -> pd.DataFrame:
    """Return deaths, births and rate of the counties in one period."""
    rows = datasets.load("infant_deaths_nc").set_index("county")
    if mine.skipped_each:
        first = rows.index[rows.period == FIRST]
        rows = rows.drop(index=first[mine.skipped_first :: mine.skipped_each])
    rows = rows[rows.period == period]
    return rows.assign(rate=rows.sids_deaths / rows.births)


def _state_rate(period: str = FIRST) -> float:
    """Return the rate of all counties together."""
    rows = _counties(period)
    return float(rows.sids_deaths.sum() / rows.births.sum())


def _above_and_below(limits: np.ndarray, period: str = FIRST) -> np.ndarray:
    """Return how many counties lie above the upper and below the lower of these limits."""
    rates = _counties(period).rate
    return np.array([(rates > limits[1]).sum(), (rates < limits[0]).sum()])


def _outside(middle: float | None = None, period: str = FIRST, **limits: float) -> np.ndarray:
    """Return how many counties lie above and below control limits around ``middle``."""
    middle = _state_rate() if middle is None else middle
    return _above_and_below(_limits(middle, _counties(period).births, **limits), period)


def _across_periods() -> int:
    """Return how many counties' later rates lie outside the limits of the first period."""
    low, high = _limits(_state_rate(), _counties().births)
    rates = _counties(LATER).rate.reindex(_counties().index)
    return int(((rates > high) | (rates < low)).sum())


def _beyond_common_limits(z: float) -> int:
    """Return how many lie outside limits that are the same for all, z standard deviations wide."""
    rates = _counties().rate
    return int((abs(rates - _state_rate()) > z * rates.std()).sum())


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
        "None lies outside limits around its own rate: they belong around one rate for all, "
        "state_rate. Or does & ask for both at once? Add the two counts.": lambda: _above_and_below(
            _limits(_counties().rate, _counties().births)
        ).sum(),
        "This is the later period. Take the births and rates of first.": lambda: _outside(
            _state_rate(LATER), LATER
        ).sum(),
        "These limits lie around the plain average of the county rates. Use the rate of the whole "
        "state, in which each birth counts the same.": lambda: _outside(
            middle=float(_counties().rate.mean())
        ).sum(),
        "This takes those below from those above. Add them.": lambda: _outside()[0] - _outside()[1],
        "This doubles those above. Count those below too, and add.": lambda: 2 * _outside()[0],
        "This multiplies those above by those below. Add them.": lambda: _outside().prod(),
        "The signs are the wrong way round: above is first.rate > high, below first.rate < "
        "low.": lambda: 2 * len(_counties()) - _outside().sum(),
        "This counts those above, and all that are not below. Below is first.rate < low.": lambda: (
            _outside()[0] + len(_counties()) - _outside()[1]
        ),
        "This counts those that are not above. Above is first.rate > high.": lambda: (
            len(_counties()) - _outside()[0]
        ),
        "This counts those that are not below. Below is first.rate < low.": lambda: (
            len(_counties()) - _outside()[1]
        ),
        "This counts those above the rate of the state. Compare with high, each county's own "
        "limit.": lambda: (_counties().rate > _state_rate()).sum(),
        "This compares deaths with limits for rates. Compare first.rate.": lambda: (
            _counties().sids_deaths > _limits(_state_rate(), _counties().births)[1]
        ).sum(),
        "This sets the later rates against the limits of the first period. Take first.rate.": (
            lambda: _across_periods()
        ),
        "These limits are those of one county of mean size. Each county has limits of its own: use "
        "first.births.": lambda: _above_and_below(
            np.array(_limits(_state_rate(), _counties().births.mean()))
        ).sum(),
        "These limits are those of the whole state. Each county has limits of its own: use "
        "first.births.": lambda: _above_and_below(
            np.array(_limits(_state_rate(), _counties().births.sum()))
        ).sum(),
        "So many would lie inside if chance alone made them differ. Count those that do lie "
        "outside.": lambda: 95,
    },
)


@mine.cached("skipped_each", "skipped_first")
def _is_small() -> pd.Series:
    """Return whether each county has fewer births than the middle one."""
    births = _counties().births
    return births < births.median()


@mine.cached("skipped_each", "skipped_first", "highest")
def _ends(period: str = FIRST) -> list[pd.Index]:
    """Return the counties without a death, and those with the highest rates, in one period."""
    rows = _counties(period)
    return [rows.index[rows.sids_deaths == 0], rows.rate.nlargest(mine.highest).index]


def _share_small(*ends: pd.Index) -> list[float]:
    """Return the share of small counties at each end."""
    return [float(_is_small()[end].mean()) for end in ends]


def _ends_swapped(ends: list[pd.Index]) -> list[float]:
    """Return the small counties at each end, divided by the number of counties at the other end."""
    return [
        float(_is_small()[end].sum() / len(other))
        for end, other in zip(ends, ends[::-1], strict=True)
    ]


small_in_tails = table(
    name="small_in_tails",
    varies=mine.of(
        "skipped_each",
        "skipped_first",
        "highest",
        words={
            "the ten": lambda: f"the {mine.highest}",
            "twenty highest": lambda: f"{2 * mine.highest} highest",
            "Take ten": lambda: f"Take {mine.highest}",
            "divided by ten": lambda: f"divided by {mine.highest}",
        },
    ),
    tolerance=0.006,
    expected=lambda: _share_small(*_ends()),
    meaning=(
        "The smaller half fills the low end and most of the high one, as chance alone would have it. "
        "Whoever looks at one end finds a slogan there."
    ),
    slips={
        "These are counts. Divide each by the number of counties at that end.": lambda: [
            _is_small()[end].sum() for end in _ends()
        ],
        "These are per cent; shares between 0 and 1 are wanted.": lambda: [
            100 * part for part in _share_small(*_ends())
        ],
        "These are shares of the small counties. Divide by the number of counties at each "
        "end.": lambda: [_is_small()[end].sum() / _is_small().sum() for end in _ends()],
        "These are the shares of the larger half. One minus these.": lambda: [
            1 - part for part in _share_small(*_ends())
        ],
        "The second is about the ten with most deaths, which are large. Take the ten with the highest "
        "rates.": lambda: _share_small(
            _ends()[0], _counties().sids_deaths.nlargest(mine.highest).index
        ),
        "These are shares of all counties. Divide by the number of counties at each end.": lambda: [
            _is_small()[end].sum() / len(_counties()) for end in _ends()
        ],
        "Both are about the counties without a death. The second is about the ten highest "
        "rates.": lambda: _share_small(_ends()[0], _ends()[0]),
        "Both are about the ten highest rates. The first is about the counties without a "
        "death.": lambda: _share_small(_ends()[1], _ends()[1]),
        "The second is about the twenty highest rates. Take ten.": lambda: _share_small(
            _ends()[0], _counties().rate.nlargest(2 * mine.highest).index
        ),
        "Each number of small counties is divided by that of the other end. Divide it by the number "
        "at its own.": lambda: _ends_swapped(_ends()),
        "Both are divided by all counties at the two ends. Divide each by the number at its own "
        "end.": lambda: [
            _is_small()[end].sum() / sum(len(part) for part in _ends()) for end in _ends()
        ],
        "The second is divided by the counties without a death. Divide by those with the highest "
        "rates.": lambda: [
            _share_small(_ends()[0])[0],
            _is_small()[_ends()[1]].sum() / len(_ends()[0]),
        ],
        "Both are divided by ten. At the low end there are more.": lambda: [
            _is_small()[end].sum() / mine.highest for end in _ends()
        ],
        "Both are the share of small counties at the two ends together. Give each end its "
        "own.": lambda: (
            [sum(_is_small()[end].sum() for end in _ends()) / sum(len(end) for end in _ends())] * 2
        ),
        "These are counts, that of `highest` first. Divide by the number at each end, `without` "
        "first.": lambda: [_is_small()[end].sum() for end in _ends()[::-1]],
        "This is the share of all counties that are at each end. How many of those at an end are "
        "small?": lambda: [len(end) / len(_counties()) for end in _ends()],
        "These are the shares that are small in the whole state. Take `without` and "
        "`highest`.": lambda: [float(_is_small().mean())] * 2,
        "These are mean births. Take the column small.": lambda: [
            float(_counties().births[end].mean()) for end in _ends()
        ],
        "These are mean rates. Take the column small.": lambda: [
            float(_counties().rate[end].mean()) for end in _ends()
        ],
    },
)


def _pooled_rate(end: pd.Index, period: str = LATER) -> float:
    """Return the rate of some counties taken together, per 1,000 births."""
    rows = _counties(period).loc[end]
    return float(PER * rows.sids_deaths.sum() / rows.births.sum())


def _pooled_over_periods(end: pd.Index) -> float:
    """Return the rate of some counties over both periods taken together, per 1,000 births."""
    parts = [_counties(period).loc[end] for period in (FIRST, LATER)]
    deaths, births = (sum(part[name].sum() for part in parts) for name in ("sids_deaths", "births"))
    return float(PER * deaths / births)


def _both_ends_compared() -> str:
    """Return the rates of both ends in either period, and the later deaths, in words."""
    (_, high), (good, bad) = (
        [_pooled_rate(end, period) for end in _ends()] for period in (FIRST, LATER)
    )
    rows = _counties(LATER).loc[_ends()[1]]
    return (
        f"From none to {good:.1f}, and from {high:.1f} to {bad:.1f}: both ends went towards the "
        f"state's {PER * _state_rate(LATER):.1f}. The highest stayed above it, with "
        f"{rows.sids_deaths.sum()} deaths where {rows.births.sum() * _state_rate(LATER):.0f} were"
    )


next_period = table(
    name="next_period",
    varies=mine.of(
        "skipped_each",
        "skipped_first",
        "highest",
        words={
            "the ten": lambda: f"the {mine.highest}",
            "From none to 1.7, and from 5.3 to 3.1: both ends went towards the state's 2.0. The highest "
            "stayed above it, with 66 deaths where 43 were": _both_ends_compared,
        },
    ),
    tolerance=0.006,
    expected=lambda: [_pooled_rate(end) for end in _ends()],
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
            _pooled_rate(end, FIRST) for end in _ends()
        ],
        "These are rates per birth. Multiply by 1,000.": lambda: [
            _pooled_rate(end) / PER for end in _ends()
        ],
        "These are rates per 100,000 births. Per 1,000 is asked for.": lambda: [
            100 * _pooled_rate(end) for end in _ends()
        ],
        "These are per cent of births. Per 1,000 is asked for.": lambda: [
            _pooled_rate(end) / 10 for end in _ends()
        ],
        "These are numbers of deaths. Divide by the births of the group, and multiply by "
        "1,000.": lambda: [_counties(LATER).sids_deaths[end].sum() for end in _ends()],
        "These are the counties at the ends of the later period. Follow those that were at the ends "
        "of the first.": lambda: [_pooled_rate(end) for end in _ends(LATER)],
        "These divide the later deaths by the births of the first period. Take the later births "
        "too.": lambda: [
            PER * _counties(LATER).sids_deaths[end].sum() / _counties(FIRST).births[end].sum()
            for end in _ends()
        ],
        "Both are the counties without a death. The second is about the ten highest.": lambda: (
            [_pooled_rate(_ends()[0])] * 2
        ),
        "The first is right. The second is about the ten counties with most deaths; take the ten "
        "with the highest rates.": lambda: [
            _pooled_rate(_ends()[0]),
            _pooled_rate(_counties().sids_deaths.nlargest(mine.highest).index),
        ],
        "These add up the rates of the counties. Divide all deaths of the group by all its "
        "births.": lambda: [PER * float(_counties(LATER).rate[end].sum()) for end in _ends()],
        "These divide by the births of the whole state. Divide by those of the group.": lambda: [
            PER * _counties(LATER).sids_deaths[end].sum() / _counties(LATER).births.sum()
            for end in _ends()
        ],
        "These are births for each death, upside down. Divide deaths by births.": lambda: [
            1 / (_pooled_rate(end) / PER) for end in _ends()
        ],
        "These divide mean deaths by all births. Take the sum of both.": lambda: [
            _pooled_rate(end) / len(end) for end in _ends()
        ],
        "These are deaths for each county. Divide by births, and multiply by 1,000.": lambda: [
            float(_counties(LATER).sids_deaths[end].mean()) for end in _ends()
        ],
        "These are births. Divide the deaths by them.": lambda: [
            _counties(LATER).births[end].sum() for end in _ends()
        ],
        "These divide the deaths of the first period by the later births. Take the later deaths "
        "too.": lambda: [
            PER * _counties(FIRST).sids_deaths[end].sum() / _counties(LATER).births[end].sum()
            for end in _ends()
        ],
        "The first is right. The second is the first period's rate: follow the ten into the later "
        "one.": lambda: [_pooled_rate(_ends()[0]), _pooled_rate(_ends()[1], FIRST)],
        "The first is right. The second is that of the whole state; take the ten "
        "highest.": lambda: [_pooled_rate(_ends()[0]), PER * _state_rate(LATER)],
        "Both are the ten highest. The first is about the counties without a death.": lambda: (
            [_pooled_rate(_ends()[1])] * 2
        ),
        "Both are the rate of the whole state. Take the two groups.": lambda: (
            [PER * _state_rate(LATER)] * 2
        ),
        "These are the two rates of the whole state. Take the two groups.": lambda: [
            PER * _state_rate(LATER),
            PER * _state_rate(FIRST),
        ],
        "The second is how far the ten fell. Give the later rate itself.": lambda: [
            _pooled_rate(_ends()[0]),
            _pooled_rate(_ends()[1]) - _pooled_rate(_ends()[1], FIRST),
        ],
        "This takes both periods together. Follow the counties into the later one alone.": lambda: [
            _pooled_over_periods(end) for end in _ends()
        ],
        "These multiply deaths by 1,000 and leave out the births. Divide by them.": lambda: [
            PER * _counties(LATER).sids_deaths[end].sum() for end in _ends()
        ],
        "These take the middle county. Add up deaths and births of the group, then "
        "divide.": lambda: [
            PER
            * float(_counties(LATER).sids_deaths[end].median())
            / float(_counties(LATER).births[end].median())
            for end in _ends()
        ],
        "These are rounded to whole numbers. Keep two decimals or more.": lambda: [
            round(_pooled_rate(end)) for end in _ends()
        ],
    },
)


def _conclusions() -> dict[str, bool]:
    """Return whether each conclusion holds with both ends and both periods in view."""
    good, bad = (share > 0.5 for share in _share_small(*_ends()))
    (good_first, bad_first), (good_later, bad_later) = (
        [_pooled_rate(end, period) for end in _ends()] for period in (FIRST, LATER)
    )
    births = _counties(LATER).births[_ends()[1]].sum()
    is_ordinary = bool(bad_later < PER * _limits(_state_rate(LATER), births)[1])
    return {
        "a": good and not bad,
        "b": bad and not good,
        "c": is_ordinary,
        "d": good and bad and good_first < good_later and bad_later < bad_first and not is_ordinary,
    }


conclusion = choice(
    name="conclusion",
    varies=mine.of(
        "skipped_each",
        "skipped_first",
        "highest",
        words={"the state's 1.98": lambda: f"the state's {PER * _state_rate(LATER):.2f}"},
    ),
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

# The reserve has to suffice in this share of weeks.
LEVEL = 0.95


def _reserve(demand: float, level: float = LEVEL) -> float:
    """Return the helpers to hold ready beyond the mean, if calls follow a Poisson distribution."""
    return float(stats.poisson.ppf(level, demand) - demand)


separate_reserve = number(
    name="separate_reserve",
    varies=mine.of(
        "teams",
        "demand",
        words={
            "keeps five helpers": lambda: f"keeps {_reserve(mine.demand):.0f} helpers",
            "all eighty": lambda: f"all {mine.teams * _reserve(mine.demand):.0f}",
            "sixteen": lambda: str(mine.teams),
            "takes 16": lambda: f"takes {mine.teams}",
            "mean of 9": lambda: f"mean of {mine.demand}",
            "mean is 9": lambda: f"mean is {mine.demand}",
        },
    ),
    unit="helpers",
    tolerance=0.5,
    expected=lambda: mine.teams * _reserve(mine.demand),
    meaning="Each table keeps five helpers to be safe; in an average week all eighty of them wait.",
    slips={
        "This is the reserve of one team. There are sixteen.": lambda: _reserve(mine.demand),
        "This is all that has to be ready. The reserve is what goes beyond the mean: take the mean "
        "from it.": lambda: mine.teams * stats.poisson.ppf(LEVEL, mine.demand),
        "This is all that one team has ready. Take its mean of 9 from it, then count all "
        "teams.": lambda: stats.poisson.ppf(LEVEL, mine.demand),
        "This is one common reserve for all. Here each team keeps its own: work out one team, then "
        "multiply.": lambda: _reserve(mine.teams * mine.demand),
        "This is the mean demand of all teams. The reserve is what goes beyond it.": lambda: (
            mine.teams * mine.demand
        ),
        "This leaves 2.5 % of the weeks. Use the quantile of 0.95.": lambda: (
            mine.teams * _reserve(mine.demand, (1 + LEVEL) / 2)
        ),
        "This uses the normal distribution. Calls come as whole numbers: use "
        "stats.poisson.ppf.": lambda: mine.teams * stats.norm.ppf(LEVEL) * mine.demand**0.5,
        "This is one standard deviation for each team. It is short in more than one week of "
        "twenty.": lambda: mine.teams * mine.demand**0.5,
        "This takes the reserve of one team from all sixteen quantiles. Take the mean from each of "
        "them.": lambda: mine.teams * stats.poisson.ppf(LEVEL, mine.demand) - mine.demand,
        "Take the mean from the quantile, and not the quantile from the mean. Or is this the "
        "quantile of 0.05, a quiet week, in place of 0.95?": lambda: (
            mine.teams * _reserve(mine.demand, 1 - LEVEL)
        ),
        "This is all that one common reserve would have ready. Work out one table, take its mean "
        "away, then multiply.": lambda: stats.poisson.ppf(LEVEL, mine.teams * mine.demand),
        "This is the common reserve of all, sixteen times. Begin with one table, whose mean is "
        "9.": lambda: mine.teams * _reserve(mine.teams * mine.demand),
        "This is 95 % of the mean. The reserve is what goes beyond it: use "
        "stats.poisson.ppf.": lambda: LEVEL * mine.teams * mine.demand,
        "This is 5 % of the mean. How far a busy week goes beyond it is told by "
        "stats.poisson.ppf.": lambda: (1 - LEVEL) * mine.teams * mine.demand,
        "This divides the mean by 0.95. How far a busy week goes beyond it is told by "
        "stats.poisson.ppf.": lambda: mine.teams * mine.demand / LEVEL,
        "This takes 16, the number of tables, away. Take the mean of a table away.": lambda: (
            mine.teams * (stats.poisson.ppf(LEVEL, mine.demand) - mine.teams)
        ),
        "This takes the mean of one table from the quantile of all. Work out one table, then "
        "multiply.": lambda: stats.poisson.ppf(LEVEL, mine.teams * mine.demand) - mine.demand,
        "This divides the reserve of a table by the tables. Multiply.": lambda: (
            _reserve(mine.demand) / mine.teams
        ),
        "This is the quantile of 0.99. Use 0.95.": lambda: mine.teams * _reserve(mine.demand, 0.99),
        "This adds the reserve of one table to the number of tables. Multiply.": lambda: (
            mine.teams + _reserve(mine.demand)
        ),
        "This is one helper short at each table: is it the quantile of 0.90? Use 0.95.": lambda: (
            mine.teams * _reserve(mine.demand, 0.9)
        ),
        "Nothing is left: this is the quantile of a usual week. Use 0.95.": lambda: 0,
        "This adds the mean. Take it from the quantile.": lambda: (
            mine.teams * (stats.poisson.ppf(LEVEL, mine.demand) + mine.demand)
        ),
        "Tables and calls have changed places: the mean is 9, and there are sixteen "
        "tables.": lambda: mine.demand * _reserve(mine.teams),
        "This is the reserve of a table with a mean of sixteen. The mean is 9.": lambda: _reserve(
            mine.teams
        ),
        "This uses cdf, a chance. stats.poisson.ppf gives the number of calls.": lambda: (
            mine.teams * (stats.poisson.cdf(LEVEL, mine.demand) - mine.demand)
        ),
        "This takes 1.96 standard deviations. Use the quantile of 0.95 from "
        "stats.poisson.ppf.": lambda: mine.teams * 1.96 * mine.demand**0.5,
        "This takes 95 % of the reserve once more. The quantile has seen to that.": lambda: (
            LEVEL * mine.teams * _reserve(mine.demand)
        ),
        "This takes the mean of all from the quantile of one. Take both for one table, then "
        "multiply.": lambda: stats.poisson.ppf(LEVEL, mine.demand) - mine.teams * mine.demand,
    },
)

pooled_reserve = function(
    name="pooled_reserve",
    varies=mine.of(
        "teams",
        "demand",
        words={
            "Twenty helpers in common do what eighty do": lambda: (
                f"{_reserve(mine.teams * mine.demand):.0f} helpers in common do what "
                f"{mine.teams * _reserve(mine.demand):.0f} do"
            )
        },
    ),
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
        "This takes the number of teams away. Take the mean of all, teams × demand.": (
            lambda teams, demand: stats.poisson.ppf(LEVEL, teams * demand) - teams
        ),
        "This is the mean of all together. The reserve is what goes beyond it.": (
            lambda teams, demand: teams * demand
        ),
        "This is 95 % of the mean. Use stats.poisson.ppf, then take the mean away.": (
            lambda teams, demand: LEVEL * teams * demand
        ),
        "This is 5 % of the mean. Use stats.poisson.ppf, then take the mean away.": (
            lambda teams, demand: (1 - LEVEL) * teams * demand
        ),
        "This adds teams and demand. The mean of all is teams × demand.": (
            lambda teams, demand: _reserve(teams + demand)
        ),
        "This multiplies the common reserve by the teams. They keep it once, for "
        "all.": lambda teams, demand: teams * _reserve(teams * demand),
        "This takes the mean of one team away from the quantiles of all.": lambda teams, demand: (
            teams * stats.poisson.ppf(LEVEL, demand) - demand
        ),
        "The mean demand is left out: the mean of all is teams × demand.": (
            lambda teams, demand: _reserve(teams)
        ),
        "This is all that one team has ready. Take the quantile of teams × demand, then that mean "
        "from it.": lambda teams, demand: stats.poisson.ppf(LEVEL, demand),
        "This adds the mean to the quantile. Take it away.": lambda teams, demand: (
            stats.poisson.ppf(LEVEL, teams * demand) + teams * demand
        ),
        "This divides by the mean. Take it away.": lambda teams, demand: (
            stats.poisson.ppf(LEVEL, teams * demand) / (teams * demand)
        ),
        "This multiplies the quantile of the teams by demand. Multiply first, then take the "
        "quantile.": lambda teams, demand: (
            demand * stats.poisson.ppf(LEVEL, teams) - teams * demand
        ),
        "This is the quantile of 0.99. Use 0.95.": lambda teams, demand: _reserve(
            teams * demand, 0.99
        ),
        "This multiplies one standard deviation by 1.64, which is close. Use "
        "stats.poisson.ppf.": lambda teams, demand: 1.64 * math.sqrt(teams * demand),
        "This is the quantile of 0.90. Use 0.95.": lambda teams, demand: _reserve(
            teams * demand, 0.9
        ),
        "This divides demand by the teams. Together they have more calls: multiply.": (
            lambda teams, demand: _reserve(demand / teams)
        ),
        "This uses cdf, a chance. stats.poisson.ppf gives the number of calls.": (
            lambda teams, demand: stats.poisson.cdf(LEVEL, teams * demand) - teams * demand
        ),
        "This takes 1.96 standard deviations. Use the quantile of 0.95 from "
        "stats.poisson.ppf.": lambda teams, demand: 1.96 * math.sqrt(teams * demand),
        "This rounds the normal distribution up, which is close. Use "
        "stats.poisson.ppf.": lambda teams, demand: math.ceil(
            stats.norm.ppf(LEVEL) * math.sqrt(teams * demand)
        ),
        "The quantile is multiplied by 0.95 once more. Take the mean away "
        "instead.": lambda teams, demand: LEVEL * stats.poisson.ppf(LEVEL, teams * demand),
        "The quantile is the example's 9, whatever `demand` is. Use the mean of all.": (
            lambda teams, demand: stats.poisson.ppf(LEVEL, DEMAND) - teams * demand
        ),
    },
)
