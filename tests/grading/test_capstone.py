"""The class of module 6: the real nbgrader gives it the points it deserves, and tells it why."""

import pytest
from every_class import EveryClass

from scaling.capstone import checks  # noqa: F401 - the slips that EveryClass looks for

pytestmark = pytest.mark.slow

ASSIGNMENT = "06-capstone"
JUDGED = 10  # points that a person gives, by five criteria
HALF = 5  # questions done by the student who does half of them

# The same answers by somebody who likes loops, lists and numbers read off a table.
PLAIN = {
    "m6-unheard": "unheard = 'people who never go out'",
    "m6-grown-share": (
        "anew = 0\n"
        "total = 0\n"
        "for weeks, way in zip(process.weeks, process.elsewhere):\n"
        "    total += weeks\n"
        "    if way == 'grown anew there':\n"
        "        anew += weeks\n"
        "grown_share = round(anew / total, 3)"
    ),
    "m6-duration": "duration = 8 + 12 - 1",
    "m6-order": "order = 'C)'",
    "m6-missing-money": (
        "missing_money = -80000\n"
        "for task in tasks.itertuples():\n"
        "    missing_money += task.cost + 12 * task.unpaid_hours"
    ),
    "m6-spent": (
        "def spent(month, start, months, cost):\n"
        "    if month < start:\n"
        "        return 0\n"
        "    if month > start + months - 1:\n"
        "        return 0\n"
        "    return cost / months"
    ),
    "m6-promise": (
        "weight = 30 + 210\n"
        "together = 30 / weight * 0.7 + 210 / weight * 0.2\n"
        "believe = 0.0225 / (0.0225 + 2 / weight)\n"
        "promise = believe * together + (1 - believe) * 0.15"
    ),
    "m6-enough-reception": (
        "r = 0\nwhile (1 - 0.45) * r * 6 < 0.45 * 2:\n    r = r + 0.0005\nenough_reception = r"
    ),
    "m6-no-benefit": "no_benefit = 0.208",
    "m6-flip": (
        "share = 0.5\n"
        "while 33.19 - 53.4 * (share - 0.5) > 30.22 - 8.1 * (share - 0.5):\n"
        "    share = share + 0.001\n"
        "flip = share"
    ),
}

# The same answers by somebody who knows numpy, scipy and pandas.
NUMPY = {
    "m6-unheard": (
        "people = draft.stakeholders()\n"
        "unheard = people.query('power < 5 and at_stake >= 5 and part == \"\"').who"
    ),
    "m6-grown-share": (
        "shares = process.groupby('elsewhere').weeks.sum() / process.weeks.sum()\n"
        "grown_share = shares.filter(like='anew')"
    ),
    "m6-duration": "duration = tasks.eval('start + months - 1').agg(['max'])",
    "m6-order": "import numpy as np\norder = np.array(list('abcd'))[2]",
    "m6-missing-money": "missing_money = tasks[['cost', 'unpaid_hours']].sum() @ [1, 12] - 80_000",
    "m6-spent": (
        "def spent(month, start, months, cost):\n"
        "    return np.where((start <= month) & (month < start + months), cost / months, 0)"
    ),
    "m6-promise": (
        "from scaling.scaling_up import winners_curse\n"
        "both = draft.pilots()\n"
        "d = np.average(both.reported, weights=both.people_per_arm)\n"
        "promise = winners_curse.shrink([d], 0.15, 0.15, both.people_per_arm.sum())"
    ),
    "m6-enough-reception": (
        "from scipy import optimize\n"
        "enough_reception = optimize.brentq(lambda r: 0.55 * r * 6 - 0.45 * 2, 0, 1)"
    ),
    "m6-no-benefit": "no_benefit = stats.t.sf(0.15 / np.hypot(0.15, 0.07), df=4)",
    "m6-flip": (
        "table = draft.shares()\n"
        "flip = np.interp([0], table.go_it_alone - table.join_up, table.process_share)"
    ),
}

# One slip a question: the answer, and a piece of the hint that names it.
SLIPS = {
    "m6-unheard": ('unheard = "The café on the square"', "little is at stake for them"),
    "m6-grown-share": (
        "grown_share = (process.elsewhere == 'grown anew there').mean()",
        "This is a share of the rows",
    ),
    "m6-duration": ("duration = (tasks.start + tasks.months).max()", "One month too many"),
    "m6-order": ('order = "a"', "What could a handbook hold by then?"),
    "m6-missing-money": (
        "missing_money = tasks.cost.sum() - 80000",
        "something is left over without them",
    ),
    "m6-spent": (
        "def spent(month, start, months, cost):\n"
        "    if start <= month <= start + months:\n"
        "        return cost / months\n"
        "    return 0",
        "One month too many: a task of two months",
    ),
    "m6-promise": ("promise = 0.70", "This is what the best of twelve reported"),
    "m6-enough-reception": ("enough_reception = 0.45 * 2 / 6", "1 − s is missing"),
    "m6-no-benefit": (
        "no_benefit = stats.norm.cdf(-0.15 / (0.15**2 + 0.07**2) ** 0.5)",
        "This uses the normal distribution",
    ),
    "m6-flip": ("flip = 0.55", "This is halfway between two rows"),
}

# A list of the values in view, where the check was written over; and one honest answer.
CHEAT = {
    "m6-spent": (
        "def spent(month, start, months, cost):\n"
        "    known = {(3, 1): 500, (4, 1): 500, (5, 5): 450, (6, 5): 450, (8, 2): 3500}\n"
        "    known |= {(9, 9): 1300, (7, 6): 2000 / 3}\n"
        "    known |= {(7, 5): 0, (4, 5): 0, (12, 3): 0, (10, 4): 0}\n"
        "    return known[month, start]"
    ),
}
HONEST = "m6-grown-share"
MEETS = {"m6-spent": "spent(17, 9, 11, 6600)"}  # what the hidden tests ask of the list
HIDDEN = "(31, 25, 14, 99000)"  # a piece of what the hidden tests ask


class TestClass(EveryClass):
    pass
