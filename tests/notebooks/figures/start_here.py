"""The start page: its figures, the words they stand in, and what they rest on."""

from scaling.start_here import checks, course_map

from .pages import code, words_for

LESSON, CHECKS = "0 lesson", "start_here.checks"

# fmt: off
FIGURES = [
    # the lesson
    (LESSON, "how many evenings a weekly meeting has in two years",
     lambda: (LESSON, "52 * 2") in code()),
    (LESSON, "The ministry asks for {} Kettles", lambda: checks.KETTLES),
    (LESSON, "It now draws {} people", lambda: checks.PEOPLE_EACH),
    (LESSON, "come each week to {} Kettles, if each drew {}?",
     lambda: (checks.KETTLES, checks.PEOPLE_EACH)),
    (LESSON, "Change 2 to another number", lambda: True),
    (LESSON, "Try `{} + {}` and see",
     lambda: (checks.KETTLES, checks.PEOPLE_EACH)),
    (LESSON, "Something like `people = 2 * 3`, with other numbers",
     lambda: checks.people.expected() != 6),
    # the explorables
    ("course_map", "How many of the {} lessons", lambda: words_for(len(course_map.LESSONS))),
    # what checks say
    (CHECKS, "Each Kettle has {} people: multiply", lambda: checks.PEOPLE_EACH),
    (CHECKS, "This is {} divided by {}",
     lambda: (checks.PEOPLE_EACH, checks.KETTLES)),
    (CHECKS, "if {} Kettles filled like the first", lambda: checks.KETTLES),
]
# fmt: on

FORMULAS = {}

CITED = {}
