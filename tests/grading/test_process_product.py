"""The class of module 2: the real nbgrader gives it the points it deserves, and tells it why."""

import pytest
from every_class import EveryClass

from scaling.process_product import checks  # noqa: F401 - the slips that EveryClass looks for

pytestmark = pytest.mark.slow

ASSIGNMENT = "02-process-and-product"
HALF = 6  # questions done by the student who does half of them

# The same answers by somebody who likes loops, lists and numbers read off a table.
PLAIN = {
    "m2-reading": 'reading = "C."',
    "m2-kept": "kept = 0.15",
    "m2-fidelity": (
        "def fidelity(s, r, b):\n"
        "    product = 1 - s\n"
        "    arrives = product * r\n"
        "    arrives += s * b\n"
        "    return arrives"
    ),
    "m2-grown-total": "places = 400 // 4\ngrown_total = places * 0.15 + places * 0.7",
    "m2-break-even": (
        "def break_even(reception, product_cost, process_cost):\n"
        "    share = 0\n"
        "    while share < 1:\n"
        "        alone = (1 - share) * reception / product_cost\n"
        "        grown = ((1 - share) * reception + share) / (product_cost + process_cost)\n"
        "        if grown >= alone:\n"
        "            return share\n"
        "        share = share + 0.0005\n"
        "    return 1"
    ),
    "m2-frozen-gap": "frozen_gap = 0\nfor month in range(60):\n    frozen_gap += 0.2 * 0.2",
    "m2-steady-gap": (
        "def steady_gap(alpha, drift, noise):\n"
        "    gap = 0\n"
        "    for month in range(1000):\n"
        "        gap = (1 - alpha) ** 2 * (gap + drift**2) + alpha**2 * noise**2\n"
        "    return gap"
    ),
    "m2-best-alpha": (
        "alphas = [i / 100 for i in range(1, 101)]\n"
        "best_alpha = alphas[0]\n"
        "for alpha in alphas:\n"
        "    if steady_gap(alpha, 0.2, 0.3) < steady_gap(best_alpha, 0.2, 0.3):\n"
        "        best_alpha = alpha"
    ),
    "m2-label-new": (
        "above = below = 0\n"
        "for effect, variance in zip(new.effect_d, new.variance):\n"
        "    above += effect / variance\n"
        "    below += 1 / variance\n"
        "label_new = round(above / below, 3)"
    ),
    "m2-label-gap": "label_gap = 0.357 - (-0.021)",
    "m2-late-each-week": "late_each_week = 16.4",
    "m2-extra-during": "extra_during = (16.4 - 8.0) - (9.2 - 10.0)",
    "m2-extra-after": "extra_after = [18.7 - 8.0 - (8.25 - 10)]",
}

# The same answers by somebody who knows numpy, scipy and pandas.
NUMPY = {
    "m2-reading": "reading = np.array(['c'])[0]",
    "m2-kept": "kept = what_travels.run(0.7, 0.5, 0).effect",
    "m2-fidelity": "fidelity = lambda s, r, b: np.dot([1 - s, s], [r, b])",
    "m2-grown-total": "grown_total = np.divide(400, 4) * np.array([fidelity(0.7, 0.5, 1)])",
    "m2-break-even": (
        "from scipy.optimize import brentq\n"
        "def break_even(r, product, process):\n"
        "    def gain(s):\n"
        "        return ((1 - s) * r + s) / (product + process) - (1 - s) * r / product\n"
        "    return brentq(gain, 0, 1)"
    ),
    "m2-frozen-gap": "frozen_gap = np.full(60, 0.2) @ np.full(60, 0.2)",
    "m2-steady-gap": (
        "def steady_gap(alpha, drift, noise):\n"
        "    sides = np.array([(1 - alpha) * drift, alpha * noise])\n"
        "    return np.sum(sides**2, axis=0) / (alpha * (2 - alpha))"
    ),
    "m2-best-alpha": (
        "from scipy.optimize import minimize_scalar\n"
        "best_alpha = minimize_scalar(steady_gap, bounds=(0.01, 1), args=(0.2, 0.3)).x"
    ),
    "m2-label-new": "label_new = np.average(new.effect_d, weights=1 / new.variance)",
    "m2-label-gap": (
        "table = comparisons.assign(w=1 / comparisons.variance)\n"
        "is_new = table.weeks_prior_contact <= 1\n"
        "sums = table.assign(wd=table.w * table.effect_d).groupby(is_new)[['w', 'wd']].sum()\n"
        "label_gap = (sums.wd / sums.w).sort_index().diff().dropna()"
    ),
    "m2-late-each-week": (
        'late_each_week = daycare.query(\'group == "fine" and period == "during"\')'
        ".late_pickups.mean()"
    ),
    "m2-extra-during": (
        "wide = daycare.pivot_table('late_pickups', 'group', 'period')\n"
        "extra_during = (wide.during - wide.before).loc[['control', 'fine']].diff().iloc[-1]"
    ),
    "m2-extra-after": (
        "own = daycare.pivot_table('late_pickups', ['group', 'centre'], 'period')\n"
        "rises = (own.after - own.before).groupby('group').mean()\n"
        "extra_after = np.float32(rises['fine'] - rises['control'])"
    ),
}

# One slip a question: the answer, and a piece of the hint that names it.
SLIPS = {
    "m2-reading": ('reading = "a"', "Now look at the curve on the right"),
    "m2-kept": ("kept = 1 - (1 - 0.7) * 0.5", "This is the share that is lost"),
    "m2-fidelity": (
        "def fidelity(process_share, reception, grown_anew):\n"
        "    return ((1 - process_share) + process_share * grown_anew) * reception",
        "Reception multiplies the process part too here",
    ),
    "m2-grown-total": ("grown_total = 400 / (1 + 3)", "This is the number of places"),
    "m2-break-even": (
        "def break_even(reception, product_cost, process_cost):\n"
        "    return product_cost / (product_cost + reception * process_cost)",
        "This is the product share at break-even",
    ),
    "m2-frozen-gap": ("frozen_gap = 60 * 0.2", "This adds up standard deviations"),
    "m2-steady-gap": (
        "def steady_gap(alpha, drift, noise):\n"
        "    return ((1 - alpha) ** 2 * drift + alpha**2 * noise) / (1 - (1 - alpha) ** 2)",
        "These are standard deviations",
    ),
    "m2-best-alpha": (
        "best_alpha = min(0.04 * (1 - a) ** 2 / (1 - (1 - a) ** 2)\n"
        "    + 0.09 * a**2 / (1 - (1 - a) ** 2) for a in np.arange(1, 101) / 100)",
        "This is the smallest gap itself",
    ),
    "m2-label-new": ("label_new = new.effect_d.mean()", "This is the plain average of the eight"),
    "m2-label-gap": (
        "label_gap = new.effect_d.mean() - known.effect_d.mean()",
        "This is the difference of plain averages",
    ),
    "m2-late-each-week": (
        "sums = daycare.groupby(['group', 'period']).late_pickups.sum()\n"
        "late_each_week = sums['fine', 'during']",
        "This is the total over all six centres",
    ),
    "m2-extra-during": ("extra_during = 16.44 - 8.0", "This is the rise of the fine group alone"),
    "m2-extra-after": ("extra_after = 18.71", "This is the level of the fine group"),
}  # fmt: skip

# Lists of the values in view, where the check was written over; and one honest answer.
CHEAT = {
    "m2-fidelity": (
        "def fidelity(s, r, b):\n"
        "    return {0.7: 0.15 + 0.7 * b, 0.4: -0.2, 0.25: 0.7875}[s]"
    ),
    "m2-break-even": "def break_even(r, p, b):\n    return {0.5: 0.6, 1: 0.5}.get(r, 0.615)",
}  # fmt: skip
HONEST = "m2-frozen-gap"
MEETS = {"m2-fidelity": "fidelity(0.35, 0.45, 0.15)"}  # what the hidden tests ask of the list
HIDDEN = "(0.35, 0.45, 0.15)"  # a piece of them


class TestClass(EveryClass):
    pass
