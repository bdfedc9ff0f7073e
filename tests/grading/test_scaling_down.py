"""The class of module 4: the real nbgrader gives it the points it deserves, and tells it why."""

import pytest
from every_class import EveryClass

from scaling.scaling_down import checks  # noqa: F401 - the slips that EveryClass looks for

pytestmark = pytest.mark.slow

ASSIGNMENT = "04-scaling-down"
HALF = 6  # questions done by the student who does half of them

# The same answers by somebody who likes loops, lists and numbers read off a table.
PLAIN = {
    "m4-reading": 'reading = "B."',
    "m4-survives": "survives = 1\nfor layer in range(4):\n    survives = survives * 0.9",
    "m4-layers": (
        "def layers(people, span):\n"
        "    count = 0\n"
        "    while span**count < people:\n"
        "        count += 1\n"
        "    return count"
    ),
    "m4-managers": (
        "def managers(people, span):\n"
        "    total = 0\n"
        "    below = people\n"
        "    while below > 1:\n"
        "        above = below // span\n"
        "        if below % span > 0:\n"
        "            above = above + 1\n"
        "        total += above\n"
        "        below = above\n"
        "    return total"
    ),
    "m4-break-even": "break_even = 0.9",
    "m4-break-even-shared": (
        "def break_even_shared(a, s, c):\n"
        "    saved = a * s\n"
        "    sigma = 0\n"
        "    while sigma * sigma < a - saved + c:\n"
        "        sigma += 0.0005\n"
        "    return sigma"
    ),
    "m4-control-limits": (
        "def control_limits(rate, n):\n"
        "    variance = rate * (1 - rate) / n\n"
        "    half = 1.96 * variance**0.5\n"
        "    return [rate - half, rate + half]"
    ),
    "m4-outside": (
        "outside = 0\n"
        "for births, deaths in zip(first.births, first.sids_deaths):\n"
        "    low, high = control_limits(state_rate, births)\n"
        "    if deaths / births < low or deaths / births > high:\n"
        "        outside = outside + 1"
    ),
    "m4-small-in-tails": "small_in_tails = [13 / 13, 8 / 10]",
    "m4-next-period": (
        "next_period = []\n"
        "for group in (without, highest):\n"
        "    deaths = births = 0\n"
        "    for name in group.index:\n"
        "        deaths += later.sids_deaths[name]\n"
        "        births += later.births[name]\n"
        "    next_period.append(round(1000 * deaths / births, 2))"
    ),
    "m4-conclusion": "conclusion = 'd)'",
    "m4-separate-reserve": "separate_reserve = (14 - 9) * 16",
    "m4-pooled-reserve": (
        "def pooled_reserve(teams, demand):\n"
        "    mean = teams * demand\n"
        "    ready = 0\n"
        "    while stats.poisson.cdf(ready, mean) < 0.95:\n"
        "        ready += 1\n"
        "    return ready - mean"
    ),
}

# The same answers by somebody who knows numpy, scipy and pandas.
NUMPY = {
    "m4-reading": "reading = np.array(['b'])[0]",
    "m4-survives": "survives = np.prod(np.full(4, 0.9))",
    "m4-layers": "layers = lambda people, span: np.ceil(np.log(people) / np.log(span))",
    "m4-managers": (
        "def managers(people, span):\n"
        "    up = np.arange(1, layers(people, span) + 1)\n"
        "    return np.ceil(people / span**up).sum()"
    ),
    "m4-break-even": "break_even = np.sqrt([0.81])",
    "m4-break-even-shared": (
        "from scaling.scaling_down import devolve as model\n"
        "def break_even_shared(*setting):\n"
        "    return np.sqrt(model.run(1, *setting).devolved)"
    ),
    "m4-control-limits": (
        "def control_limits(rate, n):\n"
        "    error = stats.binom.std(n, rate) / n\n"
        "    return rate + np.multiply.outer([-1.96, 1.96], error)"
    ),
    "m4-outside": (
        "limits = control_limits(state_rate, first.births.to_numpy())\n"
        "outside = (~first.rate.between(*limits)).sum()"
    ),
    "m4-small-in-tails": (
        "small_in_tails = pd.Series([without.small.mean(), highest.small.mean()])"
        ".to_numpy().reshape(2, 1)"
    ),
    "m4-next-period": (
        "sums = [later.reindex(end.index)[['sids_deaths', 'births']].sum() for end in"
        " (without, highest)]\n"
        "next_period = pd.DataFrame(sums).eval('1000 * sids_deaths / births')"
    ),
    "m4-conclusion": "conclusion = str(np.char.upper('d'))",
    "m4-separate-reserve": "separate_reserve = np.sum(stats.poisson.isf(0.05, np.full(16, 9)) - 9)",
    "m4-pooled-reserve": (
        "def pooled_reserve(teams, demand):\n"
        "    calls = stats.poisson(teams * demand)\n"
        "    return np.float32(calls.ppf(0.95) - calls.mean())"
    ),
}
NUMPY["m4-small-in-tails"] = "import pandas as pd\n" + NUMPY["m4-small-in-tails"]

# One slip a question: the answer, and a piece of the hint that names it.
SLIPS = {
    "m4-reading": ('reading = "a"', "Which one is larger?"),
    "m4-survives": ("survives = 4 * 0.9", "This multiplies by the number of layers"),
    "m4-layers": (
        "def layers(people, span):\n    return int(math.log(people) / math.log(span) + 1e-9)",
        "Rounded down, the layers do not reach everyone",
    ),
    "m4-managers": (
        "def managers(people, span):\n"
        "    total = 0\n"
        "    while people > 1:\n"
        "        people = people // span\n"
        "        total = total + people\n"
        "    return total",
        "This rounds down: the people left over",
    ),
    "m4-break-even": ("break_even = 0.81", "the variance of needs"),
    "m4-break-even-shared": (
        "def break_even_shared(extra_cost, shared, coordination):\n"
        "    return (extra_cost * shared + coordination) ** 0.5",
        "This keeps the part that is shared",
    ),
    "m4-control-limits": (
        "def control_limits(rate, n):\n"
        "    error = np.sqrt(rate * (1 - rate)) / n\n"
        "    return rate - 1.96 * error, rate + 1.96 * error",
        "The root covers p(1 − p) but not n",
    ),
    "m4-outside": (
        "far = abs(first.rate - state_rate) > 1.96 * first.rate.std()\noutside = far.sum()",
        "These limits are the same for all counties, without √n",
    ),
    "m4-small-in-tails": (
        "small_in_tails = [without.small.sum(), highest.small.sum()]",
        "These are counts",
    ),
    "m4-next-period": (
        "rates = 1000 * later.sids_deaths / later.births\n"
        "next_period = [rates[without.index].mean(), rates[highest.index].mean()]",
        "These are averages of county rates",
    ),
    "m4-conclusion": ('conclusion = "a"', "This looks at the low end alone"),
    "m4-separate-reserve": (
        "separate_reserve = 16 * stats.poisson.ppf(0.95, 9)",
        "The reserve is what goes beyond the mean: take the mean from it",
    ),
    "m4-pooled-reserve": (
        "def pooled_reserve(teams, demand):\n"
        "    return teams * stats.poisson.ppf(0.95, demand)",
        "This is the quantile of one team times the teams",
    ),
}  # fmt: skip

# Lists of the values in view, where the check was written over; and one honest answer.
CHEAT = {
    "m4-layers": (
        "def layers(people, span):\n"
        "    return {400: 4, 64: 2, 1000: 7, 56: 3, 30: 3}.get(people, 1)"
    ),
    "m4-pooled-reserve": (
        "def pooled_reserve(teams, demand):\n"
        "    return {16: 20, 1: 4, 5: 8, 50: 17}[teams]"
    ),
}  # fmt: skip
HONEST = "m4-break-even"
MEETS = {"m4-pooled-reserve": "pooled_reserve(7, 13)"}  # what the hidden tests ask of the list
HIDDEN = "(0.00041, 93000)"  # a piece of them


class TestClass(EveryClass):
    pass
