"""The start page: its figures, the words they stand in, and what they rest on."""

from scaling import inventory
from scaling.start_here import checks, round_table

from .pages import code

LESSON, CHECKS = "0 lesson", "start_here.checks"

# fmt: off
FIGURES = [
    # the lesson
    (LESSON, "It now draws {} people", lambda: checks.PEOPLE_EACH),
    (LESSON, "The ministry asks for {} Kettles", lambda: checks.KETTLES),
    (LESSON, "| `{} * {}` | multiplies", lambda: (checks.PEOPLE_EACH, checks.KETTLES)),
    (LESSON, "`{} x {}` is not Python", lambda: (checks.PEOPLE_EACH, checks.KETTLES)),
    (LESSON, "| `guests = {0}` | keeps {0} under the name", lambda: checks.PEOPLE_EACH),
    (LESSON, "| `({} + 1) * {}` | works out", lambda: (checks.PEOPLE_EACH, checks.KETTLES)),
    (LESSON, "a worker joins the {} guests of each table. Without them, 1 is multiplied by {} "
     "first, and then {} is added",
     lambda: (checks.PEOPLE_EACH, checks.KETTLES, checks.PEOPLE_EACH)
     if (LESSON, f"guests = {checks.PEOPLE_EACH}\ntables = {checks.KETTLES}\n"
         "(guests + 1) * tables") in code() else "no"),
    (LESSON, "cut that by more than half",
     lambda: round_table.run().minutes < round_table.run().minutes_without / 2),
    (LESSON, "Ten times as many people take ten times as long",
     lambda: round_table.run(10, 0).minutes == 10 * round_table.run(1, 0).minutes),
    (LESSON, "come each week to {} Kettles, if each drew {}?",
     lambda: (checks.KETTLES, checks.PEOPLE_EACH)),
    (LESSON, "Try `{} + {}` and see",
     lambda: (checks.KETTLES, checks.PEOPLE_EACH)),
    (LESSON, "Something like `people = 2 * 3`, with other numbers",
     lambda: checks.people.expected() != 6),
    (LESSON, "Sixteen questions (optional, {} minutes)",
     lambda: inventory.MINUTES if len(inventory.items()) == 16 else "no"),
    # the explorables
    ("round_table", "Around one table of {} people news goes from neighbour to neighbour, both "
     "ways, one seat a minute: after {} minutes all know",
     lambda: (checks.PEOPLE_EACH, round_table.run(1, 0).minutes)),
    ("round_table", "ten such tables are pushed together into one ring of {}",
     lambda: round_table.run().people if round_table.explorable.start["tables"] == 10 else "no"),
    ("round_table", "Tables of {} pushed together", lambda: checks.PEOPLE_EACH),
    ("round_table", "Go back to one table of {}.", lambda: checks.PEOPLE_EACH),
    # what checks say
    (CHECKS, "Each Kettle has {} people: multiply", lambda: checks.PEOPLE_EACH),
    (CHECKS, "Leave out the + 1: the {} people of each Kettle are asked for",
     lambda: checks.PEOPLE_EACH),
    (CHECKS, "This is {} divided by {}",
     lambda: (checks.PEOPLE_EACH, checks.KETTLES)),
    (CHECKS, "{:,} people a week, if {} Kettles filled like the first",
     lambda: (checks.people.expected(), checks.KETTLES)),
]
# fmt: on

FORMULAS = {}

CITED = {}
