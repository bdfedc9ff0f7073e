"""The check of the start page's only question."""

from __future__ import annotations

from scaling.checking import number

# The start page states these two numbers.
KETTLES, PEOPLE_EACH = 400, 24

people = number(
    name="people",
    unit="people",
    tolerance=0.5,
    expected=lambda: KETTLES * PEOPLE_EACH,
    meaning=(
        f"{KETTLES * PEOPLE_EACH:,} people a week, if {KETTLES} Kettles filled like the first."
    ),
    slips={
        "This adds the two numbers. Each Kettle has 24 people: multiply, with *.": lambda: (
            KETTLES + PEOPLE_EACH
        ),
        "This divides. Each Kettle has 24 people: multiply, with *.": lambda: KETTLES / PEOPLE_EACH,
        "This is 24 divided by 400. Multiply, with *.": lambda: PEOPLE_EACH / KETTLES,
        "This counts a worker at each table as well. Leave out the + 1: the 24 people of each Kettle "
        "are asked for.": lambda: KETTLES * (PEOPLE_EACH + 1),
        "This is one of the two numbers alone. Multiply them, with *.": lambda: [
            KETTLES,
            PEOPLE_EACH,
        ],
        "This is a year's count. How many come each week?": lambda: KETTLES * PEOPLE_EACH * 52,
    },
)
