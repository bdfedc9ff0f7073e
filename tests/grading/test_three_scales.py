"""The class of module 5: the real nbgrader gives it the points it deserves, and tells it why."""

import pytest
from every_class import EveryClass

from scaling.three_scales import checks  # noqa: F401 - the slips that EveryClass looks for

pytestmark = pytest.mark.slow

ASSIGNMENT = "05-three-scales"
HALF = 6  # questions done by the student who does half of them

# The same answers by somebody who likes loops, lists and numbers read off a table.
PLAIN = {
    "m5-reading": 'reading = "C."',
    "m5-outcome": (
        "import math\n"
        "def outcome(need, has, gets):\n"
        "    missing = math.exp(-has / need) * math.exp(-gets / need)\n"
        "    return 1 - missing"
    ),
    "m5-by-need": (
        "def by_need(budget, needs, has):\n"
        "    shortfalls = []\n"
        "    for need, hours in zip(needs, has):\n"
        "        if need > hours:\n"
        "            shortfalls.append(need - hours)\n"
        "        else:\n"
        "            shortfalls.append(0)\n"
        "    shares = []\n"
        "    for shortfall in shortfalls:\n"
        "        shares.append(budget * shortfall / sum(shortfalls))\n"
        "    return shares"
    ),
    "m5-worst-off": (
        "equal, fitted = [], []\n"
        "hours = by_need(10, [4, 5, 6, 8, 10], [5, 3, 3, 2, 1])\n"
        "for place in range(5):\n"
        "    need, has = people.need.iloc[place], people.has.iloc[place]\n"
        "    equal.append(outcome(need, has, 2))\n"
        "    fitted.append(outcome(need, has, hours[place]))\n"
        "worst_off = [min(equal), min(fitted)]"
    ),
    "m5-ratio-and-difference": "ratio_and_difference = [13.41 / 8.79, 13.41 - 8.79]",
    "m5-rate-interval": (
        "def rate_interval(d, n):\n"
        "    ends = []\n"
        "    for quantile, freedom in ((0.025, 2 * d), (0.975, 2 * (d + 1))):\n"
        "        ends.append(stats.chi2.ppf(quantile, freedom) / 2 / n * 100_000)\n"
        "    return ends"
    ),
    "m5-overall": "overall = (0.427711 * 830 + 0.544704 * 727 + 0.669725 * 109) / 1666",
    "m5-between-share": (
        "def between_share(values, groups):\n"
        "    values, groups = list(values), list(groups)\n"
        "    mean = sum(values) / len(values)\n"
        "    total = between = 0\n"
        "    for value, group in zip(values, groups):\n"
        "        inside = [v for v, g in zip(values, groups) if g == group]\n"
        "        between += (sum(inside) / len(inside) - mean) ** 2\n"
        "        total += (value - mean) ** 2\n"
        "    return between / total"
    ),
    "m5-two-slopes": (
        "went = children[children.schooling == 1].immunised.mean()\n"
        "not_went = children[children.schooling == 0].immunised.mean()\n"
        "above = below = 0\n"
        "for community, rows in children.groupby('community'):\n"
        "    away = rows.schooling - rows.schooling.mean()\n"
        "    above += (away * rows.immunised).sum()\n"
        "    below += (away * away).sum()\n"
        "two_slopes = [went - not_went, round(above / below, 3)]"
    ),
    "m5-cascade": (
        "def cascade(thresholds):\n"
        "    acting = 0\n"
        "    while True:\n"
        "        ready = 0\n"
        "        for threshold in thresholds:\n"
        "            if threshold <= acting:\n"
        "                ready += 1\n"
        "        if ready == acting:\n"
        "            return acting\n"
        "        acting = ready"
    ),
    "m5-persuade": "persuade = 9",
    "m5-survey-bias": (
        "def survey_bias(chances, values):\n"
        "    heard = answers = 0\n"
        "    for chance, value in zip(chances, values):\n"
        "        heard += chance * value\n"
        "        answers += chance\n"
        "    return heard / answers - sum(values) / len(values)"
    ),
    "m5-loops": "loops = (3, 1)",
}

# The same answers by somebody who knows numpy, scipy and pandas.
NUMPY = {
    "m5-reading": "reading = np.array(['c'])[0]",
    "m5-outcome": "outcome = lambda need, has, gets: -np.expm1(-np.add(has, gets) / need)",
    "m5-by-need": (
        "def by_need(budget, needs, has):\n"
        "    gap = pd.Series(np.subtract(needs, has)).clip(lower=0)\n"
        "    return gap / gap.sum() * budget"
    ),
    "m5-worst-off": (
        "from scaling.who_is_heard import equity\n"
        "rules = (equity.equal, equity.proportional)\n"
        "worst_off = np.array([\n"
        "    equity.outcome(people.need, people.has, rule(10, people.need, people.has)).min()\n"
        "    for rule in rules\n"
        "])"
    ),
    "m5-ratio-and-difference": (
        "earlier, later = 1e5 * maternal.deaths / maternal.maternities\n"
        "ratio_and_difference = pd.Series({'ratio': later / earlier,"
        " 'difference': later - earlier})"
    ),
    "m5-rate-interval": (
        "def rate_interval(deaths, maternities):\n"
        "    ends = stats.gamma.ppf([0.025, 0.975], [deaths, deaths + 1])\n"
        "    return 1e5 * ends / maternities"
    ),
    "m5-overall": "overall = older.immunised.mean()",
    "m5-between-share": (
        "def between_share(values, groups):\n"
        "    table = pd.DataFrame({'value': list(values), 'group': list(groups)})\n"
        "    within = table.value - table.groupby('group').value.transform('mean')\n"
        "    return 1 - within.var() / table.value.var()"
    ),
    "m5-two-slopes": (
        "columns = children[['schooling', 'immunised']]\n"
        "away = columns - columns.groupby(children.community).transform('mean')\n"
        "two_slopes = [stats.linregress(table.schooling, table.immunised).slope\n"
        "              for table in (columns, away)]"
    ),
    "m5-cascade": (
        "def cascade(thresholds):\n"
        "    joins = np.sort(thresholds) <= np.arange(len(thresholds))\n"
        "    return np.logical_and.accumulate(joins).sum()"
    ),
    "m5-persuade": (
        "tried = np.array(neighbours) - 2 * np.eye(20)\n"
        "persuade = np.array(neighbours)[np.argmax([cascade(row) for row in tried])]"
    ),
    "m5-survey-bias": (
        "def survey_bias(chances, values):\n"
        "    return np.cov(chances, values, ddof=0)[0, 1] / np.mean(chances)"
    ),
    "m5-loops": (
        "signs = {(start, end): 1 if sign == '+' else -1 for start, sign, end in links}\n"
        "found = [np.prod([signs[step] for step in zip(loop, loop[1:] + loop[:1])])\n"
        "         for loop in nx.simple_cycles(graph)]\n"
        "loops = np.array([found.count(1), found.count(-1)], dtype=float)"
    ),
}

# One slip a question: the answer, and a piece of the hint that names it.
SLIPS = {
    "m5-reading": ('reading = "b"', "Compare the filled dots of society and of people"),
    "m5-outcome": (
        "def outcome(need, has, gets):\n    return (has + gets) / need",
        "This is hours over need, in a straight line",
    ),
    "m5-by-need": (
        "def by_need(budget, needs, has):\n"
        "    shortfall = np.asarray(needs) - np.asarray(has)\n"
        "    return budget * shortfall / np.sum(shortfall)",
        "Somebody has more than the need, and here gives the rest away",
    ),
    "m5-worst-off": ("worst_off = [2, 4.5]", "Equal input is not equal outcome"),
    "m5-ratio-and-difference": (
        "ratio_and_difference = [272 / 191, 272 - 191]",
        "These compare numbers of deaths",
    ),
    "m5-rate-interval": (
        "def rate_interval(deaths, maternities):\n"
        "    low = stats.chi2.ppf(0.025, 2 * deaths) / 2\n"
        "    high = stats.chi2.ppf(0.975, 2 * deaths + 2) / 2\n"
        "    return 1000 * low / maternities, 1000 * high / maternities",
        "These are rates per 1,000. Per 100,000 is asked for.",
    ),
    "m5-overall": (
        'overall = older.groupby("mother_education").immunised.mean().mean()',
        "This is the plain average of three shares",
    ),
    "m5-between-share": (
        "def between_share(values, groups):\n"
        "    values = pd.Series(list(values))\n"
        "    means = values.groupby(list(groups)).transform('mean')\n"
        "    return means.var()",
        "This is the variance between groups. Divide it by the variance of all",
    ),
    "m5-two-slopes": (
        "slope = np.polyfit(children.schooling, children.immunised, 1)[0]\n"
        "two_slopes = [slope, slope]",
        "Both are over all children",
    ),
    "m5-cascade": (
        "def cascade(thresholds):\n    return sum(one <= 0 for one in thresholds)",
        "These are those who begin without anybody",
    ),
    "m5-persuade": ("persuade = 8", "That is the person nearest to joining"),
    "m5-survey-bias": (
        "def survey_bias(chances, values):\n"
        "    return np.cov(chances, values)[0, 1] / np.mean(chances)",
        "This covariance has n − 1 below",
    ),
    "m5-loops": ("loops = [2, 2]", "A loop with two minus signs is counted as balancing"),
}

# Lists of the values in view, where the check was written over; and one honest answer.
CHEAT = {
    "m5-cascade": (
        "def cascade(thresholds):\n"
        "    known = {(2, 0, 1, 3, 6): 4, (3, 1, 2): 0, (1, 0, 1, 3, 2): 5, (0, 2, 2, 7): 1}\n"
        "    return known.get(tuple(thresholds), {8: 7, 14: 14}.get(len(thresholds), 16))"
    ),
    "m5-survey-bias": (
        "def survey_bias(chances, values):\n"
        "    known = {0.6: -1.5, 0.3: -1.5, 0.4: 0, 0.2: 7 / 12}\n"
        "    return known.get(chances[0], -2.2724137931034476)"
    ),
}  # fmt: skip
HONEST = "m5-overall"
MEETS = {  # what the hidden tests make of such lists
    "m5-cascade": "right for the values in view but not for others",
    "m5-survey-bias": "right for the values in view but not for others",
}
HIDDEN = "(131, 1_408_000)"  # a piece of them


class TestClass(EveryClass):
    pass
