"""The class of module 3: the real nbgrader gives it the points it deserves, and tells it why."""

import pytest
from clusters import OnACluster
from every_class import EveryClass

from scaling.size_context import checks  # noqa: F401 - the slips that EveryClass looks for

pytestmark = pytest.mark.slow

ASSIGNMENT = "03-size-and-context"
HALF = 7  # questions done by the student who does half of them

# The same answers by somebody who likes loops, lists and whole numbers.
PLAIN = {
    "m3-reading": 'reading = " B) "',
    "m3-pairs": "def pairs(n):\n    return sum(range(n))",
    "m3-alive-share": (
        "def alive_share(people, have, need):\n"
        "    others = people - 1\n"
        "    if have >= need * others:\n"
        "        return 1\n"
        "    return have / need / others"
    ),
    "m3-voice": "voice = round(90 / 48, 2)",
    "m3-weights": "weights = []\nfor variance in variances:\n    weights.append(1 / variance)",
    "m3-q-statistic": (
        "def q_statistic(effects, variances):\n"
        "    above = below = q = 0\n"
        "    for y, v in zip(effects, variances):\n"
        "        above += y / v\n"
        "        below += 1 / v\n"
        "    for y, v in zip(effects, variances):\n"
        "        q += (y - above / below) ** 2 / v\n"
        "    return q"
    ),
    "m3-tau2": (
        "def tau2(effects, variances):\n"
        "    w = [1 / v for v in variances]\n"
        "    left = q_statistic(effects, variances) - len(w) + 1\n"
        "    if left < 0:\n"
        "        return 0\n"
        "    return left / (sum(w) - sum(x * x for x in w) / sum(w))"
    ),
    "m3-pooled-effect": "pooled_effect = -0.714",
    "m3-next-place": (
        "import math\n"
        "def next_place_interval(m, s, t, n):\n"
        "    q = stats.t(n - 2).ppf(0.975)\n"
        "    return [m - q * math.sqrt(t + s * s), m + q * math.sqrt(t + s * s)]"
    ),
    "m3-chance-above-one": "chance_above_one = 0.123",
    "m3-village-spread": (
        "import statistics\nvillage_spread = statistics.stdev(list(villages['mean']))"
    ),
    "m3-chance-spread": (
        "total = 0\n"
        "for n in villages['size']:\n"
        "    total += 0.45 * 0.55 / n\n"
        "chance_spread = (total / len(villages)) ** 0.5"
    ),
    "m3-overtaking": "overtaking = 0.85",
    "m3-exception": "exception = 'cheyenne'",
}


# The same answers by somebody who knows numpy and scipy.
NUMPY = {
    "m3-reading": "reading = 'b'",
    "m3-pairs": "from scipy.special import comb\npairs = lambda n: comb(n, 2)",
    "m3-alive-share": (
        "def alive_share(n, hours, hours_per_tie):\n"
        "    return np.minimum(1, np.asarray(hours) / (hours_per_tie * (n - 1)))"
    ),
    "m3-voice": "voice = np.array([1.875])",
    "m3-weights": "weights = np.reciprocal(variances.to_numpy()).reshape(-1, 1)",
    "m3-q-statistic": (
        "def q_statistic(effects, variances):\n"
        "    y, w = np.array(effects), 1 / np.array(variances)\n"
        "    return w @ (y - np.average(y, weights=w)) ** 2"
    ),
    "m3-tau2": (
        "def tau2(effects, variances):\n"
        "    w = 1 / np.array(variances)\n"
        "    q = q_statistic(effects, variances)\n"
        "    return np.clip((q - w.size + 1) / (w.sum() - w @ w / w.sum()), 0, None)"
    ),
    "m3-pooled-effect": (
        "t2 = tau2(effects, variances)\n"
        "pooled_effect = np.average(effects, weights=1 / (variances + t2))"
    ),
    "m3-next-place": (
        "def next_place_interval(mean, se, tau2, k):\n"
        "    return np.array(stats.t.interval(0.95, k - 2, mean, np.hypot(se, tau2**0.5)))"
    ),
    "m3-chance-above-one": (
        "spread = np.sqrt(t2 + 1 / np.sum(1 / (variances + t2)))\n"
        "chance_above_one = 1 - stats.t(k - 2, pooled_effect, spread).cdf(0)"
    ),
    "m3-village-spread": "village_spread = np.std(villages['mean'], ddof=1)",
    "m3-chance-spread": (
        "p = villages['mean'].mean()\n"
        "chance_spread = np.sqrt(p * (1 - p) * np.mean(1 / villages['size']))"
    ),
    "m3-overtaking": ("overtaking = curves.query('`scale up` > `join up`').likeness.iloc[0]"),
    "m3-exception": (
        "table = emergencies.leaders()\n"
        "exception = table.loc[~table['leader is named most'], 'emergency'].item()"
    ),
}


# One slip a question: the answer, and a piece of the hint that names it.
SLIPS = {
    "m3-reading": ('reading = "a"', "This is the promise of the mean"),
    "m3-pairs": ("def pairs(n):\n    return n**2", "This counts n times n"),
    "m3-alive-share": (
        "def alive_share(n, hours, hours_per_tie):\n    return hours / (hours_per_tie * (n - 1))",
        "cap the share at 1",
    ),
    "m3-voice": ("voice = 90 / 47", "divide by n, not by n − 1"),
    "m3-weights": ("weights = 1 / np.sqrt(variances)", "This weighs by 1/standard error"),
    "m3-q-statistic": (
        "def q_statistic(effects, variances):\n"
        "    y, v = np.asarray(effects), np.asarray(variances)\n"
        "    return np.sum((y - y.mean()) ** 2 / v)",
        "The middle here is the plain average",
    ),
    "m3-tau2": (
        "def tau2(effects, variances):\n"
        "    w = 1 / np.asarray(variances)\n"
        "    mean = np.sum(w * effects) / np.sum(w)\n"
        "    q = np.sum(w * (np.asarray(effects) - mean) ** 2)\n"
        "    return (q - (len(w) - 1)) / (np.sum(w) - np.sum(w**2) / np.sum(w))",
        "A variance cannot be below 0",
    ),
    "m3-pooled-effect": (
        "plain = 1 / variances\npooled_effect = np.sum(plain * effects) / np.sum(plain)",
        "This is the fixed-effect mean",
    ),
    "m3-next-place": (
        "def next_place_interval(mean, se, tau2, k):\n"
        "    reach = 1.96 * np.sqrt(tau2 + se**2)\n"
        "    return mean - reach, mean + reach",
        "This uses 1.96 (z)",
    ),
    "m3-chance-above-one": (
        "chance_above_one = next_place.run().pooled.chance_above(1)",
        "A risk ratio of 1 is 0 on the log scale",
    ),
    "m3-village-spread": ("village_spread = villages['mean'].var()", "This is the variance"),
    "m3-chance-spread": (
        "chance_spread = np.sqrt(0.45 * 0.55)", "This is the chance spread of a single household"
    ),
    "m3-overtaking": (
        "overtaking = curves[curves['scale up'] > curves['join up']].index[0]",
        "This is a row of the table",
    ),
    "m3-exception": ('exception = "Texas Hill Country"', "also the one with most staff"),
}  # fmt: skip


# Lists of the values in view, where the check was written over; and one honest answer.
CHEAT = {"m3-pairs": "def pairs(n):\n    return {2: 1, 12: 66, 24: 276, 400: 79800, 9: 36}[n]"}
HONEST = "m3-voice"
MEETS = {"m3-pairs": "pairs(7)"}  # what the hidden tests ask of the list
HIDDEN = "(613,)"  # a piece of them


class TestClass(EveryClass):
    pass


class TestOnACluster(OnACluster):
    pass
