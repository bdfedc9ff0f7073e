"""The checks of module 2: right answers and common mistakes, all computed from the data."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import overload

import numpy as np
import pandas as pd

from scaling import datasets, meta
from scaling.checking import Draw, Variants, choice, function, number

# The money is enough for this many handbooks, in which costs are counted.
COPIES = 400
# The exercise states these numbers, of what travels and of a frozen copy.
PROCESS_SHARE, RECEPTION, PROCESS_COST = 0.7, 0.5, 3
MONTHS, DRIFT, NOISE = 60, 0.2, 0.3

mine = Variants(
    "02-process-and-product",
    cells={
        "m2-part-2": """\
print(f"Your Kettle: {100 * mine.process_share:.0f} % of what it does rest on its process, in place of seven tenths.")
print(f"Your new places have a reception of {mine.reception:g}, in place of 0.5.")""",
        "m2-grown-total-question": """\
print(f"Your ministry can pay for {mine.copies} handbooks, in place of 400.")
print(f"To grow all of the process anew costs {mine.process_cost} handbooks more in each place, in place of three.")""",
        "m2-part-3": """\
print(f"Your drift: each step has a standard deviation of {mine.drift:g}, in place of 0.2.")""",
        "m2-frozen-gap-question": """\
print(f"Your copy stands still for {mine.months} months, in place of five years, 60 months.")""",
        "m2-best-alpha-question": """\
print(f"Your drift is {mine.drift:g}, in place of 0.2, and your noise is {mine.noise:g}, in place of 0.3.")""",
        "m2-daycare": """\
yours = daycare[~daycare.centre.isin(mine.left_out)]
left = yours.groupby("group").centre.nunique()
print(f"For question 11 your centres are these {left.sum()}, in place of ten: {left['fine']} with a fine,")
print(f"{left['control']} without. There take yours in place of daycare. Its first rows:")
yours.head()""",
    },
    process_share=Draw(PROCESS_SHARE, (0.55, 0.6, 0.65, 0.75, 0.8, 0.85)),
    reception=Draw(RECEPTION, (0.3, 0.35, 0.4, 0.45, 0.55, 0.6, 0.65)),
    copies=Draw(COPIES, range(240, 601, 60)),
    process_cost=Draw(PROCESS_COST, (2, 4, 5)),
    months=Draw(MONTHS, range(30, 58, 4)),
    drift=Draw(DRIFT, [n / 100 for n in range(14, 31, 2) if n != 20]),
    noise=Draw(NOISE, [n / 100 for n in range(22, 51, 4) if n != 30]),
    # the day-care centres that question 11 leaves out: one or two with a fine, and a control
    left_out=Draw(
        (),
        [
            (*fine, control)
            for n in (1, 2)
            for fine in itertools.combinations(range(1, 7), n)
            for control in range(7, 11)
        ],
    ),
)


# ---------------------------------------------------------------- 1 reading a picture

IN_THE_PICTURE = {"process_share": 0.2, "reception": 0.9, "process_cost": 3}


def _fidelity(process_share: float, reception: float, grown_anew: float) -> float:
    """Return the effect in a new place, as a share of the effect at home."""
    return (1 - process_share) * reception + process_share * grown_anew


def _worth(process_share: float, reception: float, process_cost: float, grown_anew: float) -> float:
    """Return the total effect of all places, in units of the first place."""
    places = COPIES / (1 + process_cost * grown_anew)
    return places * _fidelity(process_share, reception, grown_anew)


def _statements() -> dict[str, bool]:
    """Return which of the statements about the picture are true."""
    share, reception = IN_THE_PICTURE["process_share"], IN_THE_PICTURE["reception"]
    copied, grown = (_worth(**IN_THE_PICTURE, grown_anew=part) for part in (0, 1))
    each_gains = _fidelity(share, reception, 1) > _fidelity(share, reception, 0)
    not_taken_up = (1 - share) * (1 - reception)
    return {
        "a": each_gains and grown > copied,
        "b": not_taken_up > share,
        "c": each_gains and copied > grown,
        "d": _fidelity(share, reception, 0) < 0.5,
    }


reading = choice(
    name="reading",
    expected=_statements,
    meaning=(
        "Where most of the effect is product and new places welcome it, the handbook does more good. "
        "The slogan “grow it anew” has its limits too."
    ),
    slips={
        "Right for each place. Now look at the curve on the right: does what the money is worth rise "
        "or fall?": lambda: "a",
        "Compare the two hatched bars: which loss is the larger one?": lambda: "b",
        "How high is the last bar on the left? That is what arrives.": lambda: "d",
    },
)

# ---------------------------------------------------------------- 2 what travels


def _in_new_place(grown_anew: float) -> float:
    """Return the Kettle's effect in a new place, as a share of its effect at home."""
    return _fidelity(mine.process_share, mine.reception, grown_anew)


kept = number(
    name="kept",
    varies=mine.of(
        "process_share",
        "reception",
        "copies",
        words={
            "15 % arrives: the product is 30 % of it, and a cool welcome halves that": lambda: (
                f"{round(100 * _in_new_place(0), 1):g} % arrives: the product is "
                f"{100 * (1 - mine.process_share):.0f} % of it, and a cool welcome leaves "
                f"{100 * mine.reception:.0f} % of that"
            ),
            "Only 1 − 0.7 of it": lambda: f"Only 1 − {mine.process_share:g} of it",
            "receives only half of it": lambda: f"receives only {mine.reception:g} of it",
            "This halves the process": lambda: f"This takes {mine.reception:g} of the process",
            "first 1 − 0.7, then times 0.5": lambda: (
                f"first 1 − {mine.process_share:g}, then times {mine.reception:g}"
            ),
            "half of the process": lambda: f"{mine.reception:g} of the process",
            "Half of the product is": lambda: f"Only {mine.reception:g} of the product is",
            "take half of something": lambda: f"take {mine.reception:g} of something",
            "400 places": lambda: f"{mine.copies} places",
        },
    ),
    unit="(share of the effect at home)",
    tolerance=0.001,
    expected=lambda: _in_new_place(0),
    meaning="Of the effect at home 15 % arrives: the product is 30 % of it, and a cool welcome halves that.",
    slips={
        "This is the share that is lost. One minus this is kept.": lambda: 1 - _in_new_place(0),
        "This treats all of the effect as product. Only 1 − 0.7 of it is.": lambda: mine.reception,
        "This takes the product's share in full. The new place receives only half of it.": lambda: (
            1 - mine.process_share
        ),
        "This halves the process. The process stays behind; what travels is the product.": lambda: (
            mine.process_share * mine.reception
        ),
        "This is the process share, which stays behind. The rest is product.": lambda: (
            mine.process_share
        ),
        "Either brackets are missing (first 1 − 0.7, then times 0.5), or half of the process is "
        "counted too: nothing of it arrives.": lambda: 1 - mine.process_share * mine.reception,
        "This adds product and reception. Half of the product is taken up: multiply.": lambda: (
            1 - mine.process_share + mine.reception
        ),
        "This subtracts. A share of a share is found by multiplying.": lambda: (
            mine.process_share - mine.reception
        ),
        "This multiplies product and process. What the new place takes up of the product is its "
        "reception.": lambda: (1 - mine.process_share) * mine.process_share,
        "This multiplies all three. The process share has done its part once the product is "
        "known.": lambda: (1 - mine.process_share) * mine.process_share * mine.reception,
        "This divides by the reception. To take half of something, multiply by it.": lambda: (
            (1 - mine.process_share) / mine.reception
        ),
        "This uses the reception twice. The product's share is one minus the process "
        "share.": lambda: mine.reception**2,
        "This is what 400 places are worth. What arrives in one of them is asked for.": lambda: (
            mine.copies * _in_new_place(0)
        ),
    },
)

fidelity = function(
    name="fidelity",
    expected=_fidelity,
    cases=[(0.7, 0.5, 0), (0.7, 0.5, 1), (0.4, -0.5, 0.25), (0.25, 0.85, 0.6)],
    meaning="The product travels and meets a welcome; the process is grown anew there or is missing.",
    slips={
        "This is the share lost. The share kept is one minus this.": lambda s, r, b: (
            1 - _fidelity(s, r, b)
        ),
        "Reception multiplies the process part too here. What is grown there needs no welcome: "
        "only the product part is multiplied by it.": lambda s, r, b: ((1 - s) + s * b) * r,
        "Process and product have changed places: the process share goes with what is grown anew, "
        "the rest with reception.": lambda s, r, b: s * r + (1 - s) * b,
        "A reception below 0 is cut off here. A hostile place turns the product into harm: leave it "
        "as it is.": lambda s, r, b: _fidelity(s, max(0, r), b),
        "What comes out below 0 is cut off here. Harm counts as harm: leave it as it is.": lambda s, r, b: (
            max(0, _fidelity(s, r, b))
        ),
        "What is grown anew is left out: add the process share times it.": lambda s, r, b: (
            (1 - s) * r
        ),
        "Reception is left out: it multiplies the product part.": lambda s, r, b: (1 - s) + s * b,
        "This adds what is grown anew in full. It is that part of the process share only: "
        "multiply.": lambda s, r, b: (1 - s) * r + b,
        "This takes the product for the whole effect: it is one minus the process share.": lambda s, r, b: (
            r + s * b
        ),
        "This multiplies the two parts. They are added.": lambda s, r, b: (1 - s) * r * s * b,
        "This counts what is not grown anew, one minus it. Count what is.": lambda s, r, b: (
            _fidelity(s, r, 1 - b)
        ),
        "A bracket is missing: (1 − s) as a whole is multiplied by reception.": lambda s, r, b: (
            1 - s * r + s * b
        ),
        "grown_anew multiplies the product's part here. It belongs to the process share, and the two "
        "parts are added.": lambda s, r, b: (1 - s) * r * b,
        "grown_anew multiplies all of it. It belongs to the process share only: the handbook arrives "
        "without it.": lambda s, r, b: ((1 - s) * r + s) * b,
        "grown_anew is multiplied by the product here. It is a part of the process: multiply it by "
        "process_share.": lambda s, r, b: (1 - s) * (r + b),
        "Both parts are multiplied by the process share. The product is one minus it.": lambda s, r, b: (
            s * (r + b)
        ),
        "The minus sign of reception is lost. A hostile place turns the product into harm: leave it "
        "as it is.": lambda s, r, b: (1 - s) * abs(r) + s * b,
        "This counts what is not taken up, one minus reception. Count what is.": lambda s, r, b: (
            (1 - s) * (1 - r) + s * b
        ),
        "This takes away what is grown anew. Add it.": lambda s, r, b: (1 - s) * r - s * b,
        "This takes the mean of the two parts. Add them, and do not divide.": lambda s, r, b: (
            _fidelity(s, r, b) / 2
        ),
        "Product and reception are added here. Multiply: reception says how much of the product is "
        "taken up.": lambda s, r, b: 1 - s + r + s * b,
        "Process share and grown_anew are added here. Multiply: only so much of the process is "
        "grown.": lambda s, r, b: (1 - s) * r + s + b,
        "This counts all of the process as grown. Multiply process_share by grown_anew.": lambda s, r, b: (
            (1 - s) * r + s
        ),
        "The product is one minus the process share, not the process share minus one.": lambda s, r, b: (
            (s - 1) * r + s * b
        ),
        "The product arrives whether the process is grown or not: leave one minus grown_anew "
        "away.": lambda s, r, b: (1 - s) * r * (1 - b) + s * b,
        "The product's part is left out: one minus the process share, times reception.": lambda s, r, b: (
            s * b
        ),
        "This adds one minus grown_anew. Add the process share times grown_anew.": lambda s, r, b: (
            (1 - s) * r + (1 - b)
        ),
        "The product is one minus process_share, not one minus grown_anew.": lambda s, r, b: (
            (1 - b) * r + s * b
        ),
        "process_share and reception have changed places. Keep the order of the question.": lambda s, r, b: (
            _fidelity(r, s, b)
        ),
    },
)


def _total(places: float, each: float | None = None) -> float:
    """Return the effect of some places, each with the process grown anew or another effect."""
    return places * (_in_new_place(1) if each is None else each)


def _two_ways_compared() -> str:
    """Return what the money is worth in either way, in words, where a student has own numbers."""
    places = mine.copies / (1 + mine.process_cost)
    grown, copied = _total(places), mine.copies * _in_new_place(0)
    better = "fewer places do more" if grown > copied else "more places do more"
    if abs(grown - copied) < 0.5:
        better = "both do about as much"
    return (
        f"{places:.0f} Kettles grown anew are worth {round(grown, 1):g} like the first; "
        f"{mine.copies} handbooks are worth {round(copied, 1):g}. Here {better} good"
    )


grown_total = number(
    name="grown_total",
    varies=mine.of(
        "process_share",
        "reception",
        "copies",
        "process_cost",
        words={
            "A hundred Kettles grown anew are worth 85 like the first; 400 handbooks are worth 60. Here "
            "fewer places do more good": lambda: _two_ways_compared(),
            "400 handbooks": lambda: f"{mine.copies} handbooks",
            "400 places": lambda: f"{mine.copies} places",
            "money for 400": lambda: f"money for {mine.copies}",
            "1 + 3": lambda: f"1 + {mine.process_cost}",
            "three handbooks": lambda: f"{mine.process_cost} handbooks",
        },
    ),
    unit="places as good as the first",
    tolerance=0.5,
    expected=lambda: _total(mine.copies / (1 + mine.process_cost)),
    meaning=(
        "A hundred Kettles grown anew are worth 85 like the first; 400 handbooks are worth 60. Here "
        "fewer places do more good."
    ),
    slips={
        "This is what the 400 handbooks are worth. With the process grown anew, another fidelity and "
        "another cost hold.": lambda: mine.copies * _in_new_place(0),
        "This is the number of places. Each does only a part of the good done at the first: "
        "multiply.": lambda: mine.copies / (1 + mine.process_cost),
        "The money does not reach for 400 places that are grown anew: each costs more.": lambda: (
            _total(mine.copies)
        ),
        "A place that grows it anew costs both, the handbook and the growing: 1 + 3.": lambda: (
            [_total(mine.copies / mine.process_cost), mine.copies / mine.process_cost]
        ),
        "This is what one such place does. Multiply by the number of places.": lambda: (
            _in_new_place(1)
        ),
        "This leaves out what the product adds: it arrives too, times the reception.": lambda: (
            _total(mine.copies / (1 + mine.process_cost), mine.process_share)
        ),
        "Reception multiplies the process part too here. It concerns the product alone.": lambda: (
            _total(mine.copies / (1 + mine.process_cost), mine.reception)
        ),
        "This multiplies the places that are grown anew by what a handbook alone achieves.": lambda: (
            _total(mine.copies / (1 + mine.process_cost), _in_new_place(0))
        ),
        "Reception is counted twice: it is in what each place does already.": lambda: (
            _total(mine.copies / (1 + mine.process_cost)) * mine.reception
        ),
        "Reception has changed sides: it concerns the product, and the process is grown in "
        "full.": lambda: _total(
            mine.copies / (1 + mine.process_cost),
            1 - mine.process_share + mine.process_share * mine.reception,
        ),
        "The product counts with its own share only: one minus the process share, times the "
        "reception.": lambda: _total(
            mine.copies / (1 + mine.process_cost), mine.reception + mine.process_share
        ),
        "This counts the product only, and in full. The process is grown here.": lambda: _total(
            mine.copies / (1 + mine.process_cost), 1 - mine.process_share
        ),
        "This takes the cost from the money. Each place costs as much: divide the money by "
        "it.": lambda: [mine.copies - mine.process_cost, _total(mine.copies - mine.process_cost)],
        "This multiplies by the cost. The dearer a place is, the fewer are reached: divide.": lambda: [
            _total(mine.copies * mine.process_cost),
            _total(mine.copies * (1 + mine.process_cost)),
            mine.copies * mine.process_cost,
            mine.copies * (1 + mine.process_cost),
        ],
        "Brackets are missing: the money is divided by the whole cost, (1 + 3).": lambda: [
            mine.copies / 1 + mine.process_cost,
            mine.copies / 1 + mine.process_cost * _in_new_place(1),
            _total(mine.copies + mine.process_cost),
        ],
        "The cost is not to be multiplied by the process share: growing all of it costs three "
        "handbooks more.": lambda: _total(
            mine.copies / (1 + mine.process_cost * mine.process_share)
        ),
        "This is what one handbook's money does. There is money for 400.": lambda: (
            _in_new_place(1) / (1 + mine.process_cost)
        ),
        "This adds both ways to spend the money. It can be spent once.": lambda: (
            mine.copies * _in_new_place(0) + _total(mine.copies / (1 + mine.process_cost))
        ),
        "This is how much more it is worth than the handbooks. What it is worth is asked "
        "for.": lambda: (
            _total(mine.copies / (1 + mine.process_cost)) - mine.copies * _in_new_place(0)
        ),
    },
)


def _break_even(reception: float, product_cost: float, process_cost: float) -> float:
    gained = reception * process_cost
    return gained / (product_cost + gained)


break_even = function(
    name="break_even",
    varies=mine.of(
        "reception",
        "process_cost",
        words={
            "a reception of 0.5 it is 0.6": lambda: (
                f"a reception of {mine.reception:g} it is "
                f"{_break_even(mine.reception, 1, mine.process_cost):.2f}"
            )
        },
    ),
    expected=_break_even,
    cases=[(0.5, 8, 24), (1, 10, 12), (0.2, 5, 40), (0.8, 12, 3)],
    # Answers that were found by trying out shares are also right.
    tolerance=1e-3,
    meaning=(
        "With the Kettle's costs and a reception of 0.5 it is 0.6: what rests on process for more "
        "than that is better grown anew in few places than copied to many."
    ),
    slips={
        "This is the product share at break-even. The process share is one minus this.": lambda r, p, b: (
            1 - _break_even(r, p, b)
        ),
        "The costs have changed places: what is grown anew costs process_cost on top.": lambda r, p, b: (
            _break_even(r, b, p)
        ),
        "Reception has fallen out. It multiplies the product part, and only that; with it on the "
        "process part too it would cancel.": lambda r, p, b: b / (p + b),
        "A place grown anew is counted at process_cost alone. It costs both: "
        "product_cost + process_cost.": lambda r, p, b: _break_even(r, p, b - p),
        "Growing anew is credited with the process part only. The product arrives there "
        "too.": lambda r, p, b: _break_even(r, p, p + b),
        "This is s/(1 − s), process for each unit of product. Solve it for s: divide by one plus "
        "this.": lambda r, p, b: r * b / p,
        "In the denominator reception is missing: it belongs to process_cost there too.": lambda r, p, b: (
            r * b / (p + b)
        ),
        "Reception stands with product_cost. It belongs to process_cost.": lambda r, p, b: (
            b / (r * p + b)
        ),
        "The cost of the product is left out. The lesson's rc/(1 + rc) counts in handbooks, of 1 each: "
        "here c is process_cost/product_cost.": lambda r, p, b: _break_even(r, 1, b),
        "Brackets are missing: all of the sum stands below the line.": lambda r, p, b: (
            r * b / p + r * b
        ),
        "Above the line process_cost is missing: it is reception times process_cost.": lambda r, p, b: (
            r / (p + r * b)
        ),
        "Above the line reception is missing: it is reception times process_cost.": lambda r, p, b: (
            b / (p + r * b)
        ),
        "Below the line process_cost is missing: add reception times process_cost.": lambda r, p, b: (
            r * b / (p + r)
        ),
        "Below the line the two are added, not taken from each other.": lambda r, p, b: (
            r * b / (p - r * b)
        ),
        "Below the line the two are added, not multiplied.": lambda r, p, b: r * b / (p * r * b),
        "Below the line reception and process_cost are multiplied, and product_cost is "
        "added.": lambda r, p, b: r * b / (p + r + b),
        "Above the line reception and process_cost are multiplied, not added.": lambda r, p, b: (
            (r + b) / (p + r * b)
        ),
        "Above the line the two are multiplied, not added, and all of it is divided.": lambda r, p, b: (
            r + b / (p + r * b)
        ),
        "Below the line reception stands with product_cost. It belongs to process_cost.": lambda r, p, b: (
            r * b / (r * p + b)
        ),
        "Below the line the costs have changed places: reception is multiplied by "
        "process_cost.": lambda r, p, b: r * b / (r + p * b),
        "This takes one minus reception. Reception itself is how much of the product is taken "
        "up.": lambda r, p, b: _break_even(1 - r, p, b),
        "This is the bracket that is to divide. Above the line stands reception times "
        "process_cost.": lambda r, p, b: p + r * b,
        "This is what stands above the line. Divide it by product_cost + reception times "
        "process_cost.": lambda r, p, b: r * b,
        "This takes the product's cost away. Solve for s: divide by the bracket.": lambda r, p, b: (
            r * b - p
        ),
        "This is product for each unit of process, (1 − s)/s. Solve it for s.": lambda r, p, b: (
            p / (r * b)
        ),
        "This is the product's share of the cost. Above the line stands reception times "
        "process_cost.": lambda r, p, b: p / (p + b),
        "This multiplies by the bracket. Divide by it.": lambda r, p, b: r * b * (p + r * b),
        "The fraction is the wrong way up: the bracket stands below the line.": lambda r, p, b: (
            (p + r * b) / (r * b)
        ),
    },
)

# ---------------------------------------------------------------- 3 a frozen copy

frozen_gap = number(
    name="frozen_gap",
    varies=mine.of(
        "months",
        "drift",
        "noise",
        words={
            "by about 1.5, the root of 2.4": lambda: (
                f"by about {mine.months**0.5 * mine.drift:.1f}, the root of "
                f"{mine.months * mine.drift**2:.2f}"
            ),
            # It is so many months of which the squared steps add up to one step.
            ", or what five months add": lambda: "",
            "Five are": lambda: f"Your {mine.months} months are",
            "60 months": lambda: f"{mine.months} months",
            "60 steps": lambda: f"{mine.months} steps",
        },
    ),
    unit="(squared)",
    tolerance=0.005,
    expected=lambda: mine.months * mine.drift**2,
    meaning=(
        "The copy has not changed, the place has: by about 1.5, the root of 2.4. A perfect start "
        "does not last."
    ),
    slips={
        "This adds up standard deviations. Variances add up: square the step first.": lambda: (
            mine.months * mine.drift
        ),
        "This is the root of it, a distance. The squared gap is asked for.": lambda: (
            mine.months**0.5 * mine.drift
        ),
        "This is the squared gap after one month. Each month adds as much again.": lambda: (
            mine.drift**2
        ),
        "This squares the months too, as if every step went the same way. Steps that go either way "
        "partly undo one another: only the variances add up.": lambda: (
            (mine.months * mine.drift) ** 2
        ),
        "This counts the months by their root. The squared gap grows with the months "
        "themselves.": lambda: mine.months**0.5 * mine.drift**2,
        "This is how well the copy fits. The squared gap is asked for.": lambda: (
            (1 + mine.months * mine.drift**2) ** -0.5
        ),
        "This is the fit at that gap. The squared gap itself is asked for.": lambda: np.exp(
            -mine.months * mine.drift**2 / 2
        ),
        "The noise of readings plays no part here: a frozen copy reads nothing.": lambda: (
            mine.months * mine.noise**2
        ),
        "The noise of readings plays no part here, a frozen copy reads nothing: leave it out of the "
        "sum.": lambda: mine.months * (mine.drift**2 + mine.noise**2),
        "Squared gaps do not cancel out: a step up and a step down add as much each.": lambda: 0,
        "This is the step of one month, or what five months add. All of them count, each with its "
        "square.": lambda: mine.drift,
        "This multiplies by 2 where it should square: in Python a square is ** 2.": lambda: (
            mine.months * mine.drift * 2
        ),
        "This counts years, and does not square. The steps are those of months.": lambda: (
            mine.months / 12 * mine.drift
        ),
        "This is one year. Five are asked for.": lambda: 12 * mine.drift**2,
        "Years and months are both counted. There are 60 months in all.": lambda: (
            12 * mine.months * mine.drift**2
        ),
        "This multiplies the steps with one another. Their variances add up.": lambda: (
            mine.drift**mine.months
        ),
        "This takes the root of the step. Square it.": lambda: [
            mine.months * mine.drift**0.5,
            mine.drift**0.5,
        ],
        "This takes the root where it should square: each month adds the square of the "
        "step.": lambda: (mine.months * mine.drift) ** 0.5,
        "This squares the sum again. The variances are squares already.": lambda: (
            (mine.months * mine.drift**2) ** 2
        ),
        "This squares the months. Square the step.": lambda: mine.months**2 * mine.drift,
        "This adds the months to the square. Each of them adds as much: multiply.": lambda: [
            mine.months + mine.drift**2,
            mine.months + mine.drift,
        ],
        "This counts a month too many or too few: there are 60 steps.": lambda: [
            (mine.months + 1) * mine.drift**2,
            (mine.months - 1) * mine.drift**2,
        ],
    },
)


@overload
def _steady_gap(alpha: float, drift: float, noise: float) -> float: ...
@overload
def _steady_gap(alpha: np.ndarray, drift: float, noise: float) -> np.ndarray: ...
def _steady_gap(alpha: float | np.ndarray, drift: float, noise: float) -> float | np.ndarray:
    remaining = (1 - alpha) ** 2
    return (remaining * drift**2 + alpha**2 * noise**2) / (1 - remaining)


def _added_in_one_month(alpha: float, drift: float, noise: float) -> float:
    """Return the variance that one month adds to the gap, the numerator of the formula."""
    return (1 - alpha) ** 2 * drift**2 + alpha**2 * noise**2


steady_gap = function(
    name="steady_gap",
    varies=mine.of(
        "drift",
        "noise",
        words={
            "stays at 0.054": lambda: f"stays at {_steady_gap(0.3, mine.drift, mine.noise):.3f}",
            "the second month": lambda: (
                f"month {int(_steady_gap(0.3, mine.drift, mine.noise) / mine.drift**2) + 1}"
            ),
        },
    ),
    expected=_steady_gap,
    cases=[(0.3, 0.2, 0.3), (0.8, 0.5, 0.1), (0.6, 1, 2), (0.1, 3, 0.7)],
    # Answers that were found by repeating months until nothing changes are also right.
    tolerance=1e-4,
    meaning=(
        "With α = 0.3 and the drift and noise of this part it stays at 0.054, however long. "
        "The frozen copy is further off from the second month on."
    ),
    slips={
        "These are standard deviations. Variances are wanted in the sum: square drift and "
        "noise.": lambda a, d, n: ((1 - a) ** 2 * d + a**2 * n) / (1 - (1 - a) ** 2),
        "This is the root of it, a distance. The squared gap is asked for.": lambda a, d, n: (
            _steady_gap(a, d, n) ** 0.5
        ),
        "The two factors in the numerator should be squared: (1 − α)² and α².": lambda a, d, n: (
            ((1 - a) * d**2 + a * n**2) / (1 - (1 - a) ** 2)
        ),
        "In the denominator 1 − α should be squared first, then taken from 1.": lambda a, d, n: (
            _added_in_one_month(a, d, n) / a
        ),
        "The denominator is missing: this is what one month adds.": _added_in_one_month,
        "The square stands inside the bracket, 1 − α². First 1 − α, in brackets, then the "
        "square.": lambda a, d, n: ((1 - a**2) * d**2 + a**2 * n**2) / (1 - (1 - a**2)),
        "In the denominator all of (1 − α)² is taken from 1.": lambda a, d, n: (
            _added_in_one_month(a, d, n) / (1 - a) ** 2
        ),
        "Drift and noise have changed places: drift goes with (1 − α)², noise with α².": lambda a, d, n: (
            _steady_gap(a, n, d)
        ),
        "This is the gap before the month's correction. The drift too is multiplied by "
        "(1 − α)².": lambda a, d, n: (d**2 + a**2 * n**2) / (1 - (1 - a) ** 2),
        "Brackets are missing: all of the sum is divided by 1 − (1 − α)².": lambda a, d, n: (
            (1 - a) ** 2 * d**2 + a**2 * n**2 / (1 - (1 - a) ** 2)
        ),
        "Brackets are missing around the denominator: this divides by 1 and then takes (1 − α)² "
        "away.": lambda a, d, n: _added_in_one_month(a, d, n) - (1 - a) ** 2,
        "This squares the sum. Square each of the two parts, then add.": lambda a, d, n: (
            ((1 - a) * d + a * n) ** 2 / (1 - (1 - a) ** 2)
        ),
        "The noise is a standard deviation here: square it too.": lambda a, d, n: _steady_gap(
            a, d, n**0.5
        ),
        "The drift is a standard deviation here: square it too.": lambda a, d, n: _steady_gap(
            a, d**0.5, n
        ),
        "The noise is left out: α² times its square belongs into the sum.": lambda a, d, n: (
            _steady_gap(a, d, 0)
        ),
        "This multiplies by 2 where it should square: in Python a square is ** 2.": lambda a, d, n: (
            ((1 - a) * 2 * d * 2 + a * 2 * n * 2) / (1 - (1 - a) * 2)
        ),
        "The first bracket above the line is missing: (1 − α) is squared as a whole.": lambda a, d, n: (
            (1 - a**2 * d**2 + a**2 * n**2) / (1 - (1 - a) ** 2)
        ),
        "Above the line the square stands inside the bracket. First 1 − α, in brackets, then the "
        "square.": lambda a, d, n: ((1 - a**2) * d**2 + a**2 * n**2) / (1 - (1 - a) ** 2),
        "Below the line the order is: 1 − α in brackets, then its square, then take that from "
        "1.": lambda a, d, n: _added_in_one_month(a, d, n) / a**2,
        "Below the line the brackets around 1 − α are missing: it is squared as a whole, then taken "
        "from 1.": lambda a, d, n: _added_in_one_month(a, d, n) / -(a**2),
        "Above the line the two parts are added, not taken from each other.": lambda a, d, n: (
            ((1 - a) ** 2 * d**2 - a**2 * n**2) / (1 - (1 - a) ** 2)
        ),
        "Above the line the two parts are added, not multiplied.": lambda a, d, n: (
            (1 - a) ** 2 * d**2 * a**2 * n**2 / (1 - (1 - a) ** 2)
        ),
        "The drift is multiplied by one minus α, squared, not by one plus α.": lambda a, d, n: (
            ((1 + a) ** 2 * d**2 + a**2 * n**2) / (1 - (1 - a) ** 2)
        ),
        "Below the line (1 − α)² is taken from 1, not added to it.": lambda a, d, n: (
            _added_in_one_month(a, d, n) / (1 + (1 - a) ** 2)
        ),
        "The α in front of the noise should be squared too.": lambda a, d, n: (
            ((1 - a) ** 2 * d**2 + a * n**2) / (1 - (1 - a) ** 2)
        ),
        "The α² in front of the noise is missing.": lambda a, d, n: (
            ((1 - a) ** 2 * d**2 + n**2) / (1 - (1 - a) ** 2)
        ),
        "The bracket in front of the drift should be squared too: (1 − α)².": lambda a, d, n: (
            ((1 - a) * d**2 + a**2 * n**2) / (1 - (1 - a) ** 2)
        ),
        "This multiplies by what stands below the line. Divide by it.": lambda a, d, n: (
            _added_in_one_month(a, d, n) * (1 - (1 - a) ** 2)
        ),
        "Brackets are missing: the noise's part is divided too.": lambda a, d, n: (
            (1 - a) ** 2 * d**2 / (1 - (1 - a) ** 2) + a**2 * n**2
        ),
        "The bracket and the drift are multiplied, not added.": lambda a, d, n: (
            ((1 - a) ** 2 + d**2 + a**2 * n**2) / (1 - (1 - a) ** 2)
        ),
        "α² and the noise are multiplied, not added.": lambda a, d, n: (
            ((1 - a) ** 2 * d**2 + a**2 + n**2) / (1 - (1 - a) ** 2)
        ),
    },
)


def _best_alpha(drift: float, noise: float) -> float:
    """Return the α with the smallest steady gap, the gain of a steady Kalman filter."""
    before = (drift**2 + np.sqrt(drift**4 + 4 * drift**2 * noise**2)) / 2
    return before / (before + noise**2)


_HUNDREDTHS = np.arange(1, 101) / 100

best_alpha = number(
    name="best_alpha",
    varies=mine.of(
        "drift",
        "noise",
        words={
            "At 0.48, about half-way each month": lambda: (
                f"At {_best_alpha(mine.drift, mine.noise):.2f}, so much of the way each month"
            ),
            # The gap at the best α is α times that of a reading, which remains at α = 1.
            "twice as large": lambda: (
                f"{1 / _best_alpha(mine.drift, mine.noise):.1f} times as large"
            ),
        },
    ),
    tolerance=0.006,
    expected=lambda: _best_alpha(mine.drift, mine.noise),
    meaning=(
        "At 0.48, about half-way each month. Never moving lets the gap grow without end; at α = 1 one "
        "chases every noisy reading, and the gap is twice as large."
    ),
    slips={
        "This is the smallest gap itself. The α that gives it is asked for.": lambda: _steady_gap(
            _best_alpha(mine.drift, mine.noise), mine.drift, mine.noise
        ),
        "This is a place in the row. The value of alphas at that place is asked for.": lambda: (
            np.argmin(_steady_gap(_HUNDREDTHS, mine.drift, mine.noise)) + np.arange(3)
        ),
        "This is a place, divided by a hundred. Places are counted from 0, so that is not the value "
        "there: take alphas[place].": lambda: (
            np.argmin(_steady_gap(_HUNDREDTHS, mine.drift, mine.noise)) / 100
        ),
        "There the gap is largest. Look for the smallest: argmin.": lambda: _HUNDREDTHS[
            np.argmax(_steady_gap(_HUNDREDTHS, mine.drift, mine.noise))
        ],
        "Drift and noise have changed places in the call.": lambda: _best_alpha(
            mine.noise, mine.drift
        ),
        "Standard deviations stand where variances belong: correct steady_gap first.": lambda: (
            _best_alpha(mine.drift**0.5, mine.noise**0.5)
        ),
        "This is the best of tenths. Look between them too.": lambda: (
            np.arange(1, 11)[np.argmin(_steady_gap(np.arange(1, 11) / 10, mine.drift, mine.noise))]
            / 10
        ),
        "This weighs the drift of one month against one reading. What is left over from the months "
        "before counts too: try the values of alphas.": lambda: (
            mine.drift**2 / (mine.drift**2 + mine.noise**2)
        ),
        "This is the share of drift in drift plus noise. Try the values of alphas in "
        "steady_gap.": lambda: mine.drift / (mine.drift + mine.noise),
        "That is to follow every reading, noise and all. Is there an α with a smaller gap?": lambda: (
            1
        ),
        "This is the noise. One of the values in alphas is asked for.": lambda: mine.noise,
        "This is one minus α, what is left of the gap. α itself is asked for.": lambda: (
            1 - _best_alpha(mine.drift, mine.noise)
        ),
        "This is a ratio of drift to noise. Try the values of alphas in steady_gap.": lambda: [
            mine.drift / mine.noise,
            mine.drift**2 / mine.noise**2,
        ],
        "This is the share of noise. Try the values of alphas in steady_gap.": lambda: [
            mine.noise / (mine.drift + mine.noise),
            mine.noise**2 / (mine.drift**2 + mine.noise**2),
        ],
        "Drift and noise are squared in steady_gap already: give it the standard "
        "deviations.": lambda: _best_alpha(mine.drift**2, mine.noise**2),
        "That is to stay frozen: the gap grows without end, and this α is not in the row.": lambda: (
            0
        ),
    },
)

# ---------------------------------------------------------------- 4 a label and a relationship

# The exercise counts teachers as new up to this many weeks of prior contact.
MOST_WEEKS_IF_NEW = 1


def _comparisons(is_new: bool | None = None) -> pd.DataFrame:
    table = datasets.load("teacher_expectancy")
    return (
        table
        if is_new is None
        else table[(table.weeks_prior_contact <= MOST_WEEKS_IF_NEW) == is_new]
    )


def _weighted(is_new: bool | None, power: float = -1.0) -> float:
    """Return the mean effect, weighted by a power of the variance of each comparison."""
    table = _comparisons(is_new)
    return float(np.average(table.effect_d, weights=table.variance**power))


def _weighted_by_pupils(is_new: bool) -> float:
    table = _comparisons(is_new)
    return float(np.average(table.effect_d, weights=table.experimental_n + table.control_n))


def _random_effects_mean(is_new: bool) -> float:
    table = _comparisons(is_new)
    return meta.random_effects(table.effect_d, table.variance).mean


def _weighted_sum(is_new: bool) -> float:
    """Return the sum of weight times effect, without dividing it by the sum of weights."""
    table = _comparisons(is_new)
    return float((table.effect_d / table.variance).sum())


def _sum_of_weights(is_new: bool) -> float:
    return float((1 / _comparisons(is_new).variance).sum())


# By mistake, learners use these powers of the variance as weights.
_PLAIN, _BY_ERROR, _UPSIDE_DOWN, _SQUARED = 0.0, -0.5, 1.0, -2.0

label_new = number(
    name="label_new",
    unit="standard deviations",
    tolerance=0.0015,
    expected=lambda: _weighted(True),
    meaning="Where the teacher hardly knew the pupils, a label from outside moved them by 0.357: over a third of a standard deviation.",
    slips={
        "This is the plain average of the eight. Weigh each effect by 1/variance, so that the more "
        "certain count for more.": lambda: _weighted(True, _PLAIN),
        "These weights are 1/standard error. They should be 1/variance.": lambda: _weighted(
            True, _BY_ERROR
        ),
        "This weighs by the variance itself: the least certain comparison counts most. Use "
        "1/variance.": lambda: _weighted(True, _UPSIDE_DOWN),
        "This weighs by the number of pupils. Use 1/variance, which knows how evenly they were "
        "divided too.": lambda: _weighted_by_pupils(True),
        "This is the mean of the lesson's picture, whose weights allow for differences between "
        "studies too. Here the weight is 1/variance and no more.": lambda: _random_effects_mean(
            True
        ),
        "This is read off the lesson's picture, which weighs otherwise. Here the weight is 1/variance "
        "and no more.": lambda: round(_random_effects_mean(True), 2),
        "This is the weighted sum. Divide it by the sum of the weights.": lambda: _weighted_sum(
            True
        ),
        "This divides the weighted sum by the number of comparisons. Divide by the sum of the "
        "weights.": lambda: (
            _weighted_sum(True) / np.array([len(_comparisons(True)), len(_comparisons())])
        ),
        "This is the mean of the other comparisons, those with more contact. Use new.": lambda: (
            _weighted(False)
        ),
        "This is the mean of all 19 comparisons. Use those in new.": lambda: _weighted(None),
        "This is the middle value, the median. The weighted mean is asked for.": lambda: (
            _comparisons(True).effect_d.median()
        ),
        "Above the line the effects are not weighted: sum weight times effect.": lambda: (
            _comparisons(True).effect_d.sum() / _sum_of_weights(True)
        ),
        "This is the sum or the mean of the weights. It is what the weighted sum of the effects is "
        "divided by.": lambda: [
            _sum_of_weights(True),
            _sum_of_weights(True) / len(_comparisons(True)),
        ],
        "The weights are squared here. They should be 1/variance.": lambda: _weighted(
            True, _SQUARED
        ),
        "This adds up the effects. Weigh each, and divide by the sum of the weights.": lambda: (
            _comparisons(True).effect_d.sum()
        ),
        "Below the line stands the sum of the weights, not that of the variances.": lambda: (
            _weighted_sum(True) / _comparisons(True).variance.sum()
        ),
        "This is the plain average of all comparisons. Use those in new, and weigh them.": lambda: (
            _weighted(None, _PLAIN)
        ),
    },
)

label_gap = number(
    name="label_gap",
    unit="standard deviations",
    tolerance=0.0015,
    expected=lambda: _weighted(True) - _weighted(False),
    meaning=(
        "The difference is 0.378: with two weeks or more the label shows no effect. Weeks were not "
        "drawn by lot, so they need not be the reason."
    ),
    slips={
        "This is the difference of plain averages. Weigh by 1/variance in both groups.": lambda: (
            _weighted(True, _PLAIN) - _weighted(False, _PLAIN)
        ),
        "Only one of the two means is weighted: weigh in known too.": lambda: (
            _weighted(True) - _weighted(False, _PLAIN)
        ),
        "Only one of the two means is weighted: weigh in new too.": lambda: (
            _weighted(True, _PLAIN) - _weighted(False)
        ),
        "This adds the two means. The difference is asked for, and the second mean lies below "
        "zero: minus a minus is plus.": lambda: [
            _weighted(True) + _weighted(False),
            round(_weighted(True), 2) + round(_weighted(False), 2),
        ],
        "This is the mean of new, or a sign is lost: that of known lies below zero, and is to be "
        "taken from it.": lambda: [_weighted(True), round(_weighted(True), 2)],
        "This is the mean of known, or its size. Take it from that of new.": lambda: [
            _weighted(False),
            -_weighted(False),
        ],
        "This takes all 19 comparisons in place of known.": lambda: (
            _weighted(True) - _weighted(None)
        ),
        "These are the means of the lesson's picture, whose weights allow for differences between "
        "studies too. Here the weight is 1/variance and no more.": lambda: [
            _random_effects_mean(True) - _random_effects_mean(False),
            round(_random_effects_mean(True), 2) - round(_random_effects_mean(False), 2),
        ],
        "These weights are 1/standard error. They should be 1/variance.": lambda: (
            _weighted(True, _BY_ERROR) - _weighted(False, _BY_ERROR)
        ),
        "This weighs by the variance itself: the least certain comparison counts most. Use "
        "1/variance.": lambda: _weighted(True, _UPSIDE_DOWN) - _weighted(False, _UPSIDE_DOWN),
        "This weighs by the number of pupils. Use 1/variance.": lambda: (
            _weighted_by_pupils(True) - _weighted_by_pupils(False)
        ),
        "This says how many times as large. By how much is asked for: subtract.": lambda: (
            _weighted(True) / _weighted(False)
        ),
        "The weights of one group are used for the other: make w anew from known.": lambda: [
            _weighted(True) - _weighted_sum(True) / _sum_of_weights(False),
            _weighted(True) - _weighted_sum(False) / _sum_of_weights(True),
        ],
        "The second mean is a weighted sum only. Divide it by the sum of its weights.": lambda: (
            _weighted(True) - _weighted_sum(False)
        ),
        "These are weighted sums. Divide each by the sum of its weights before you "
        "subtract.": lambda: _weighted_sum(True) - _weighted_sum(False),
        "A weighted sum is divided by the number of comparisons. Divide by the sum of the "
        "weights.": lambda: [
            _weighted(True) - _weighted_sum(False) / len(_comparisons(False)),
            _weighted_sum(True) / len(_comparisons(True))
            - _weighted_sum(False) / len(_comparisons(False)),
        ],
        "This is the difference of medians. Weighted means are asked for.": lambda: (
            _comparisons(True).effect_d.median() - _comparisons(False).effect_d.median()
        ),
        "This is the mean of both means. Take the one from the other.": lambda: (
            (_weighted(True) + _weighted(False)) / 2
        ),
        "This is half of the difference. Do not divide it.": lambda: (
            (_weighted(True) - _weighted(False)) / 2
        ),
        "This is the difference in per cent of the first mean. Subtract, and leave it there.": lambda: (
            100 * (_weighted(True) - _weighted(False)) / _weighted(True)
        ),
        "This multiplies the two means. Take the one from the other.": lambda: (
            _weighted(True) * _weighted(False)
        ),
    },
)

# ---------------------------------------------------------------- 5 a price and a relationship

# The table names the periods before, during and after the fine, and the two groups, like this.
BEFORE, DURING, AFTER = "before", "during", "after"
FINE, CONTROL = "fine", "control"


@mine.cached("left_out")
def _daycare(*periods: str) -> pd.DataFrame:
    """Return late pick-ups by centre and week, in the given periods or in all."""
    table = datasets.load("daycare_fines")
    table = table[~table.centre.isin(mine.left_out)]
    return table[table.period.isin(periods)] if periods else table


def _centres(*groups: str) -> int:
    """Return how many centres there are in the given groups or in both."""
    table = _daycare()
    return int((table[table.group.isin(groups)] if groups else table).centre.nunique())


@mine.cached("left_out")
def _pickups(group: str, *periods: str) -> pd.Series:
    """Return the late pick-ups of one group by centre and week, in the given periods or in all."""
    table = _daycare(*periods)
    return table[table.group == group].late_pickups


def _per_week(group: str, period: str) -> float:
    """Return the mean weekly total of a group, without dividing it by the number of centres."""
    table = _daycare(period)
    return float(table[table.group == group].groupby("week").late_pickups.sum().mean())


def _per_centre(group: str, period: str) -> float:
    """Return the mean total of a centre, without dividing it by the number of weeks."""
    table = _daycare(period)
    return float(table[table.group == group].groupby("centre").late_pickups.sum().mean())


def _mean(group: str, *periods: str) -> float:
    return float(_pickups(group, *periods).mean())


def _in_weeks(first: int, last: int) -> float:
    """Return the mean of the fine group in the weeks from ``first`` to ``last``."""
    table = _daycare()
    return float(table[(table.group == FINE) & table.week.between(first, last)].late_pickups.mean())


def _sum(group: str, period: str) -> float:
    return float(_pickups(group, period).sum())


def _rise(group: str, *periods: str, of: Callable[..., float] = _mean) -> float:
    """Return how much a statistic of a group has risen since before the fine."""
    return of(group, *periods) - of(group, BEFORE)


def _difference_in_rises(*periods: str, of: Callable[..., float] = _mean) -> float:
    """Return the rise of the fine group, less that of the controls."""
    return _rise(FINE, *periods, of=of) - _rise(CONTROL, *periods, of=of)


late_each_week = number(
    name="late_each_week",
    varies=mine.of(
        "left_out",
        words={
            "16.4 late": lambda: f"{_mean(FINE, DURING):.1f} late",
            "six centres": lambda: f"{_centres(FINE)} centres",
            "ten centres": lambda: f"{_centres()} centres",
        },
    ),
    unit="late pick-ups per centre and week",
    tolerance=0.05,
    expected=lambda: _mean(FINE, DURING),
    meaning="16.4 late pick-ups per centre each week, in the weeks in which each of them cost a fine.",
    slips={
        "This is the total over all six centres and twelve weeks. Take the mean.": lambda: _sum(
            FINE, DURING
        ),
        "This is each week's total over the six centres. Divide by the number of centres "
        "too.": lambda: _per_week(FINE, DURING),
        "This is each centre's total over the twelve weeks. Divide by the number of weeks "
        "too.": lambda: _per_centre(FINE, DURING),
        "This is before the fine. Keep the rows where period is during.": lambda: _mean(
            FINE, BEFORE
        ),
        "This is after the fine was dropped. Keep the rows where period is during.": lambda: _mean(
            FINE, AFTER
        ),
        "These are the controls. Keep the rows where group is fine.": lambda: [
            _mean(CONTROL, period) for period in (BEFORE, DURING, AFTER)
        ],
        "This is over all ten centres. Keep the rows where group is fine.": lambda: _daycare(
            DURING
        ).late_pickups.mean(),
        "This is over all weeks. Keep the rows where period is during.": lambda: _mean(
            FINE, BEFORE, DURING, AFTER
        ),
        "This counts the weeks after the fine too. Keep the rows where period is during.": lambda: (
            _mean(FINE, DURING, AFTER)
        ),
        "This is over all rows. Keep those where group is fine and period is during.": lambda: (
            _daycare().late_pickups.mean()
        ),
        "This is the middle value, the median. The mean is asked for.": lambda: _pickups(
            FINE, DURING
        ).median(),
        "This divides by all centres, or by all weeks. Only six centres had a fine, for twelve "
        "weeks.": lambda: (
            _sum(FINE, DURING)
            / np.array([_centres(), 20, _centres() * 12, _centres(FINE) * 20, _centres() * 20])
        ),
        "Weeks 5 to 16 are twelve weeks: both ends count.": lambda: (
            _sum(FINE, DURING) / np.array([11, 11 * _centres(FINE)])
        ),
        "Weeks 5 and 16 belong to the fine as well: use >= and <=, or period.": lambda: [
            _in_weeks(6, 16),
            _in_weeks(5, 15),
            _in_weeks(6, 15),
        ],
        "This is the rise since before the fine. The mean during it is asked for.": lambda: _rise(
            FINE, DURING
        ),
        "This is how much more than in the controls. The mean itself is asked for.": lambda: (
            _mean(FINE, DURING) - _mean(CONTROL, DURING)
        ),
        "This is the largest or the smallest count. The mean is asked for.": lambda: [
            _pickups(FINE, DURING).max(),
            _pickups(FINE, DURING).min(),
        ],
        "This is the middle between before and during. Keep the rows where period is "
        "during.": lambda: (_mean(FINE, BEFORE) + _mean(FINE, DURING)) / 2,
    },
)


def _shared_slips(period: str) -> dict[str, Callable[[], object]]:
    """Return common mistakes with a difference in differences, during or after the fine."""

    def fine(when: str) -> float:
        return _mean(FINE, when)

    def control(when: str) -> float:
        return _mean(CONTROL, when)

    def ratio() -> float:
        return _rise(FINE, period) / _rise(CONTROL, period)

    return {
        "This is the level of the fine group. Its rise is asked for, over that of the "
        "controls.": lambda: fine(period),
        "This is the rise of the controls alone. Take it from the rise of the fine group.": lambda: (
            _rise(CONTROL, period)
        ),
        "This is per week, summed over centres, and there are more centres with a fine. Divide by "
        "the centres too.": lambda: _difference_in_rises(period, of=_per_week),
        "This says how many times as much. How many more is asked for: subtract, do not "
        "divide.": lambda: fine(period) / fine(BEFORE) / (control(period) / control(BEFORE)),
        "These rises are shares of what was there before. Count pick-ups: subtract, do not "
        "divide.": lambda: (
            _rise(FINE, period) / fine(BEFORE) - _rise(CONTROL, period) / control(BEFORE)
        ),
        "Brackets are missing: all of the rise of the controls is taken away, (later − before).": lambda: (
            fine(period) - fine(BEFORE) - control(period) - control(BEFORE)
        ),
        "The rise of the controls is below zero, and to take it away adds to the answer: minus a "
        "minus is plus.": lambda: [
            _rise(FINE, period) - (control(BEFORE) - control(period)),
            round(_rise(FINE, period), 1) + round(_rise(CONTROL, period), 1),
        ],
        "This takes the level of the controls from the rise of the fine group. Take their "
        "rise.": lambda: [
            _rise(FINE, period) - control(period),
            _rise(FINE, period) - control(BEFORE),
        ],
        "This says how many times as many. How many more is asked for, and of that the controls' "
        "share taken away: subtract.": lambda: [
            fine(period) / fine(BEFORE),
            100 * (fine(period) / fine(BEFORE) - 1),
            100 * (_rise(FINE, period) / fine(BEFORE) - _rise(CONTROL, period) / control(BEFORE)),
        ],
        "This divides the one rise by the other. Take the rise of the controls away.": lambda: [
            ratio(),
            -ratio(),
        ],
        "This compares one group later with the other before. Each group is compared with its own "
        "past.": lambda: [
            fine(period) - control(BEFORE),
            fine(BEFORE) - control(period),
        ],
        "This is how far apart the groups were before the fine. Compare how each of them "
        "changed.": lambda: [fine(BEFORE) - control(BEFORE), control(BEFORE) - fine(BEFORE)],
        "The difference before is added here. Take it away: it was there without the fine.": lambda: (
            fine(period) - control(period) + fine(BEFORE) - control(BEFORE)
        ),
        "This is the rise of the fine group, the wrong way round: later minus before.": lambda: (
            -_rise(FINE, period)
        ),
        "This adds levels up. Subtract: a rise is later minus before.": lambda: [
            fine(period) + control(period),
            fine(period) + fine(BEFORE),
        ],
        "This is the middle of the two rises, or half of the answer. Do not divide.": lambda: [
            _difference_in_rises(period) / 2,
            (_rise(FINE, period) + _rise(CONTROL, period)) / 2,
        ],
        "This multiplies the two rises. Take the one from the other.": lambda: [
            _rise(FINE, period) * _rise(CONTROL, period),
            -_rise(FINE, period) * _rise(CONTROL, period),
            -round(_rise(FINE, period), 1) * round(_rise(CONTROL, period), 1),
        ],
        "This is a level before the fine. The rises since then are asked for.": lambda: [
            fine(BEFORE),
            control(BEFORE),
        ],
    }


extra_during = number(
    name="extra_during",
    unit="late pick-ups per centre and week",
    tolerance=0.05,
    expected=lambda: _difference_in_rises(DURING),
    meaning="More lateness with the fine, not less: 9.2 more a week per centre than the controls lead one to expect.",
    slips={
        "This is the rise of the fine group alone, before against during. Take the rise of the "
        "controls from it.": lambda: _rise(FINE, DURING),
        "This compares the levels during the fine. Each group began at another level: compare the "
        "rises.": lambda: _mean(FINE, DURING) - _mean(CONTROL, DURING),
        "These are totals. The groups differ in centres and the periods in weeks: take means per "
        "centre and week.": lambda: _difference_in_rises(DURING, of=_sum),
        "This is per centre, summed over weeks, and the fine ran longer than the weeks before it. "
        "Divide by the weeks too.": lambda: _difference_in_rises(DURING, of=_per_centre),
        "This is measured after the fine was dropped. Keep the weeks of the fine.": lambda: (
            _difference_in_rises(AFTER)
        ),
        "This counts the weeks after the fine as weeks of the fine.": lambda: _difference_in_rises(
            DURING, AFTER
        ),
        **_shared_slips(DURING),
        "This is measured from the weeks of the fine to those after it. Start before it.": lambda: [
            _mean(FINE, AFTER) - _mean(FINE, DURING),
            _difference_in_rises(AFTER) - _difference_in_rises(DURING),
        ],
    },
)

extra_after = number(
    name="extra_after",
    unit="late pick-ups per centre and week",
    # Answers from means that were rounded first are also right.
    tolerance=0.06,
    expected=lambda: _difference_in_rises(AFTER),
    meaning=(
        "The price went and the lateness stayed: 12.5 more a week, higher still. Whatever the price had replaced did not "
        "come back, at least not within four weeks."
    ),
    slips={
        "This is the rise of the fine group alone. Take the rise of the controls from it.": lambda: (
            _rise(FINE, AFTER)
        ),
        "This compares the levels after the fine. Each group began at another level: compare the "
        "rises.": lambda: _mean(FINE, AFTER) - _mean(CONTROL, AFTER),
        "This is measured from the weeks of the fine. Start from the weeks before it, in both "
        "groups.": lambda: [
            _difference_in_rises(AFTER) - _difference_in_rises(DURING),
            _difference_in_rises(DURING) - _difference_in_rises(AFTER),
            _mean(FINE, AFTER) - _mean(FINE, DURING),
            _mean(FINE, AFTER) - _mean(FINE, DURING) - _rise(CONTROL, AFTER),
            _rise(FINE, AFTER) - (_mean(CONTROL, AFTER) - _mean(CONTROL, DURING)),
        ],
        "The controls' rise is that of the weeks of the fine. Take the weeks after it in both "
        "groups.": lambda: _rise(FINE, AFTER) - _rise(CONTROL, DURING),
        "This is the answer for the weeks of the fine. Take those after it.": lambda: (
            _difference_in_rises(DURING)
        ),
        "These are totals. The groups differ in centres: take means per centre and week.": lambda: (
            _difference_in_rises(AFTER, of=_sum)
        ),
        "This is per centre, summed over weeks. Divide by the weeks too.": lambda: (
            _difference_in_rises(AFTER, of=_per_centre)
        ),
        "These are the controls after the fine. Their rise is to be taken from that of the "
        "fine group.": lambda: _mean(CONTROL, AFTER),
        **_shared_slips(AFTER),
    },
)
