"""A colleague's draft of a plan for scaling, whose mistakes the last exercise asks for.

In the draft the Kettle goes to a second town. The town, its people and all numbers are invented.
The tables are those of ``plan.py``, with one more column: unpaid hours.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from scaling import style
from scaling.capstone import plan, rules
from scaling.explorable import Still

BUDGET = 80_000  # pounds
# This would be the cost of an hour if neighbours were paid for what they do.
WAGE = 12  # pounds an hour
HANDBOOK, LISTEN, RULES, OPEN = (
    "Write the handbook",
    "Listen in two neighbourhoods",
    "Agree on evenings and rules",
    "Keep two tables open",
)
ASK, VISITS, DECIDE, LAUNCH = (
    "Ask guests and others, twice",
    "The tables visit each other",
    "The ministry decides on 400",
    "Launch, with the press",
)
# The last question asks where two rules of the region meet the same, between these shares.
SHARES = (0.4, 0.5, 0.6, 0.7)
_SOCIETY, _ORGANISATION, _INDIVIDUAL = plan.SCALES


def process() -> pd.DataFrame:
    """Return the process record of the first table: weeks of work, and how each part travels."""
    return pd.DataFrame(
        [
            ("Sitting in kitchens and at bus stops", "the worker", 17, plan.GROWN_ANEW),
            ("Finding out who is never there", "guests", 6, plan.GROWN_ANEW),
            ("Agreeing on an evening and rules", "neighbours", 4, plan.GROWN_ANEW),
            ("Finding a room and its keys", "the parish", 5, plan.ADAPTED),
            ("Mending what went wrong in autumn", "everybody", 8, plan.ADAPTED),
            ("Recipes, rota and accounts", "neighbours", 3, plan.AS_IT_IS),
            ("A leaflet", "the worker", 1, plan.AS_IT_IS),
        ],
        columns=["what", "who", "weeks", "elsewhere"],
    )


def stakeholders() -> pd.DataFrame:
    """Return the stakeholders with scale, power, stake (both 0 to 10) and part in the plan."""
    return pd.DataFrame(
        [
            ("The ministry", _SOCIETY, 9, 8, "it pays and decides"),
            ("National newspapers", _SOCIETY, 6, 2, ""),
            ("The housing association", _ORGANISATION, 7, 7, "it offers rooms"),
            ("Home carers", _ORGANISATION, 3, 6, "they say where to listen"),
            ("The café on the square", _ORGANISATION, 3, 3, ""),
            ("Guests", _INDIVIDUAL, 3, 8, "they choose the evening"),
            ("Hosts", _INDIVIDUAL, 4, 8, "they make the rules"),
            ("People who never go out", _INDIVIDUAL, 1, 9, ""),
        ],
        columns=["who", "scale", "power", "at_stake", "part"],
    )


def tasks() -> pd.DataFrame:
    """Return the tasks with first month, number of months, cost in pounds and unpaid hours."""
    return pd.DataFrame(
        [
            (HANDBOOK, "the office", 1, 3, 7_500, 0),
            (LISTEN, "two workers", 2, 7, 24_500, 0),
            (RULES, "neighbours", 7, 3, 0, 260),
            (OPEN, "hosts", 9, 10, 16_000, 900),
            (ASK, "the university", 8, 12, 14_400, 0),
            (VISITS, "hosts", 12, 5, 1_500, 120),
            (DECIDE, "the ministry", 14, 2, 3_000, 0),
            (LAUNCH, "the office", 16, 2, 9_000, 0),
        ],
        columns=["task", "who", "start", "months", "cost", "unpaid_hours"],
    )


def barriers() -> pd.DataFrame:
    """Return the barriers, and what the draft would do about each."""
    return pd.DataFrame(
        [
            ("Some residents do not want a table", "a campaign that explains it"),
            ("The grant ends when the tables are two years old", ""),
            ("Hosts grow tired", "the office sends others"),
        ],
        columns=["barrier", "what the draft would do"],
    )


def pilots() -> pd.DataFrame:
    """Return the pilots so far, with people in each arm and the reported effect in sd."""
    return pd.DataFrame(
        [
            ("the first table, the best of twelve", 30, 0.70),
            ("a later one, run by others", 210, 0.20),
        ],
        columns=["pilot", "people_per_arm", "reported"],
    )


def shares() -> pd.DataFrame:
    """Return what two rules of the region meet, in per cent, at some shares of process."""
    return rules.two_shares(rules.JOIN, rules.ALONE, rules.DIFFERENT, SHARES)


def grid() -> Still:
    """Show the draft's stakeholders by power and by what is at stake for them.

    The words give no names, because the exercise's first question asks whom the draft forgets.
    """
    rows = tuple(tuple(map(str, row)) for row in stakeholders().itertuples(index=False))
    still = plan.grid({"stakeholders": rows})
    words = (
        f"Power and stake of {len(rows)} people and organisations. The dotted lines stand at "
        f"{plan.HIGH}, from where both count as high."
    )
    picture = still.picture.update_layout(template=style.LIGHT)
    return replace(still, words=words, picture=picture)
