"""The class of module 1: the real nbgrader gives it the points it deserves, and tells it why."""

import pytest
from every_class import EveryClass

from scaling.scaling_up import checks  # noqa: F401 - the slips that EveryClass looks for

pytestmark = pytest.mark.slow

ASSIGNMENT = "01-scaling-up"
HALF = 7  # questions done by the student who does half of them

# The same answers by somebody who likes loops, lists and numbers read off a table.
PLAIN = {
    "m1-reading": 'reading = "B."',
    "m1-one-study": "with_it = 17 / 3\nwithout = 22 / 15\none_study = round(with_it / without, 2)",
    "m1-odds-ratio": (
        "def odds_ratio(n, bad, others, others_bad):\n"
        "    good = n - bad\n"
        "    others_good = others - others_bad\n"
        "    return (good * others_bad) / (bad * others_good)"
    ),
    "m1-by-stage": "by_stage = [3.22, 1.9, 1.3]",
    "m1-pooled": (
        "def pooled(logs, variances, tau2):\n"
        "    top = 0\n"
        "    bottom = 0\n"
        "    for log, variance in zip(logs, variances):\n"
        "        weight = 1 / (variance + tau2)\n"
        "        top = top + weight * log\n"
        "        bottom = bottom + weight\n"
        "    return 2.718281828459045 ** (top / bottom)"
    ),
    "m1-still-left": (
        "logs = {True: [], False: []}\n"
        "variances = {True: [], False: []}\n"
        "for row in randomised.itertuples():\n"
        "    is_practice = row.purpose == 'practice'\n"
        "    logs[is_practice].append(row.log_odds_ratio)\n"
        "    variances[is_practice].append(row.variance)\n"
        "still_left = pooled(logs[True], variances[True], 0.05)\n"
        "still_left /= pooled(logs[False], variances[False], 0.05)"
    ),
    "m1-conclusion": "conclusion = 'd)'",
    "m1-chance-spread": "chance_spread = 0.167",
    "m1-shrink": (
        "def shrink(reported, mean, tau, n):\n"
        "    real = tau * tau\n"
        "    chance = 2 / n\n"
        "    share = real / (real + chance)\n"
        "    return share * reported + (1 - share) * mean"
    ),
    "m1-smallest-n": (
        "low = 2\n"
        "high = 5000\n"
        "while high - low > 1:\n"
        "    n = (low + high) // 2\n"
        "    best = best_of_twenty(n)\n"
        "    if best[0] / best[1] < 1.25:\n"
        "        high = n\n"
        "    else:\n"
        "        low = n\n"
        "smallest_n = high"
    ),
    "m1-without-selection": "without_selection = 3.6",
    "m1-peak-time": (
        "import math\n"
        "def peak_time(p, q):\n"
        "    time = math.log(q) - math.log(p)\n"
        "    time /= p + q\n"
        "    return time"
    ),
    "m1-fitted": "fitted = [0.0023, 0.4049]",
    "m1-forecast": "forecast = 0.95",
}

# The same answers by somebody who knows numpy, scipy and pandas.
NUMPY = {
    "m1-reading": "reading = np.array(['b'])[0]",
    "m1-one-study": "one_study = np.divide(*np.array([[17, 22], [3, 15]]))\n"
    "one_study = np.array([one_study[0] / one_study[1]])",
    "m1-odds-ratio": (
        "def odds_ratio(*counts):\n"
        "    n, bad = np.array(counts, float).reshape(2, 2).T\n"
        "    return np.exp(-np.diff(np.log(n - bad) - np.log(bad)))"
    ),
    "m1-by-stage": (
        "order = ['research', 'demonstration', 'practice']\n"
        "by_stage = randomised.groupby('purpose').odds_ratio.median().loc[order]"
    ),
    "m1-pooled": (
        "def pooled(logs, variances, tau2):\n"
        "    return np.exp(np.average(logs, weights=1 / (np.array(variances) + tau2)))"
    ),
    "m1-still-left": (
        "is_practice = (randomised.purpose == 'practice').to_numpy()\n"
        "design = np.column_stack([np.ones_like(is_practice), is_practice]).astype(float)\n"
        "root = ((randomised.variance + 0.05) ** -0.5).to_numpy()\n"
        "y = randomised.log_odds_ratio.to_numpy()\n"
        "line = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]\n"
        "still_left = np.exp(line[1:])"
    ),
    "m1-conclusion": "conclusion = str(np.char.upper('d'))",
    "m1-chance-spread": "chance_spread = np.sqrt([2 / 72])",
    "m1-shrink": (
        "shrink = lambda d, mean, tau, n: np.average([d, mean], weights=[tau**2, 2 / n])"
    ),
    "m1-smallest-n": (
        "ns = np.arange(2, 2000)\n"
        "reported, delivered = np.transpose([best_of_twenty(n) for n in ns])\n"
        "smallest_n = ns[reported / delivered < 1.25].min()"
    ),
    "m1-without-selection": (
        "two = figures[figures.case == 'nudge_units'].value\n"
        "without_selection = two.max() - 0.7 * np.ptp(two)"
    ),
    "m1-peak-time": (
        "from scipy import optimize\n"
        "def peak_time(p, q):\n"
        "    steep = lambda t: -np.exp((p + q) * t) / (np.exp((p + q) * t) + q / p) ** 2\n"
        "    return optimize.minimize_scalar(steep, bounds=(0, 60), method='bounded').x"
    ),
    "m1-fitted": (
        "from scipy import optimize\n"
        "fitted, _ = optimize.curve_fit(adoption.bass, early.t, early.share, p0=[0.01, 0.3])"
    ),
    "m1-forecast": (
        "from scipy import integrate\n"
        "p, q = fitted\n"
        "grow = lambda t, share: (p + q * share) * (1 - share)\n"
        "forecast = integrate.solve_ivp(grow, (0, 20), [0.0]).y[0, -1]"
    ),
}

# One slip a question: the answer, and a piece of the hint that names it.
SLIPS = {
    "m1-reading": ('reading = "a"', "Does any other diamond lie further to the right?"),
    "m1-one-study": ("one_study = (17 / 20) / (22 / 37)", "This is a risk ratio"),
    "m1-odds-ratio": (
        "def odds_ratio(n, bad, others, others_bad):\n    return (bad / n) / (others_bad / others)",
        "This is a risk ratio, of those who reoffended",
    ),
    "m1-by-stage": (
        "by_stage = randomised.groupby('purpose').odds_ratio.median()",
        "The middle one is practice: pandas sorts stages by the alphabet",
    ),
    "m1-pooled": (
        "def pooled(logs, variances, tau2):\n"
        "    w = 1 / np.asarray(variances)\n"
        "    return np.exp(np.sum(w * np.asarray(logs)) / np.sum(w))",
        "These are fixed-effect weights",
    ),
    "m1-still-left": (
        "lots = programmes.run('randomised')\nstill_left = lots.practice_over_rest",
        "This is the lesson's ratio, with a τ² that is estimated",
    ),
    "m1-conclusion": ('conclusion = "c"', "does not show that nothing is lost"),
    "m1-chance-spread": ("chance_spread = 2 / 72", "This is the variance, 2/n"),
    "m1-shrink": (
        "def shrink(reported, mean, tau, n):\n    return reported * tau**2 / (tau**2 + 2 / n)",
        "This shrinks towards zero",
    ),
    "m1-smallest-n": (
        "n = 2\n"
        "reported, delivered = best_of_twenty(n)\n"
        "while delivered <= 0.75 * reported:\n"
        "    n = n + 1\n"
        "    reported, delivered = best_of_twenty(n)\n"
        "smallest_n = n",
        "This is a gap of a quarter of the report",
    ),
    "m1-without-selection": (
        "without_selection = 0.7 * (8.7 - 1.4)",
        "This is the part of the gap that selection explains",
    ),
    "m1-peak-time": (
        "def peak_time(p, q):\n    return np.log10(q / p) / (p + q)",
        "This logarithm counts tens",
    ),
    "m1-fitted": (
        "found = adoption.fit(corn.t, corn.share)\nfitted = [found.p, found.q]",
        "This curve rests on all twenty years",
    ),
    "m1-forecast": ("forecast = corn.share.max()", "This is what the farmers did"),
}

# Lists of the values in view, where the check was written over; and one honest answer.
CHEAT = {
    "m1-shrink": (
        "def shrink(reported, mean, tau, n):\n"
        "    known = {50: 0.284, 40: 0.1888889, 400: 0.8444444, 90: 0.14831461, 25: 0.5909091}\n"
        "    return (known | {12: -0.07532468})[n]"
    ),
    "m1-peak-time": (
        "def peak_time(p, q):\n"
        "    return {0.03: 6.1923, 0.01: 8.9973, 0.005: 15.3409, 0.02: 4.1376, 0.4: 0.6931}[p]"
    ),
}
HONEST = "m1-one-study"
MEETS = {"m1-shrink": "shrink(0.48, 0.07, 0.13, 33)"}  # what the hidden tests ask of the list
HIDDEN = "(0.48, 0.07, 0.13, 33)"  # a piece of them


class TestClass(EveryClass):
    pass
