"""Where the end of an exercise leads in the web edition: to questions and pages of the site."""

from __future__ import annotations

from scaling import ending
from scaling.progress.questions import Place
from scaling.start_here.course_map import LESSONS, Lesson
from scaling.web import released


def page_of(lesson: Lesson) -> str:
    """Return the address of a lesson's page, such as "05b-who-is-heard.html"."""
    digits = lesson.number.rstrip("ab")
    number = f"{int(digits):02}{lesson.number.removeprefix(digits)}"
    return f"{number}-{lesson.title.lower().replace(' ', '-')}.html"


class Pages(ending.Links):
    """The pages of the site."""

    start = "[The first page](index.html) lists all lessons and exercises."

    def question(self, place: Place, page: ending.Page) -> str:
        """Return the address of a question on this page."""
        return "#" + next(cell.id for cell in page.cells if cell.source == place.prompt)

    def exercise(self, name: str, page: ending.Page) -> tuple[str, str] | None:
        """Return title and address of an exercise; None where there is none of this name."""
        file = released.files().get(name)
        return (ending.title_of(file), f"exercise-{name}.html") if file else None

    def lesson(self, after: int, page: ending.Page) -> tuple[str, str] | None:
        """Return title and address of the first lesson after a module; None after the last."""
        found = next((lesson for lesson in LESSONS if lesson.module > after), None)
        return (found.name, page_of(found)) if found else None
