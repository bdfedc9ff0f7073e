"""The end of an exercise: points so far, what is open, what to read next, and a way out.

The last cell of each exercise calls `show`. It runs nothing anew: it tells what the checks have
said since Python was started for this page. Where the course's solutions are at hand, as for
people who learn alone, a solution can be seen after three wrong tries, and a model answer to the
judgement once one's own is written. Where an exercise is graded nothing is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import nbformat

from scaling import wording
from scaling.checking import tries, watching
from scaling.progress import UNDERSTAND
from scaling.progress.questions import Place, find_places
from scaling.wording import listed, number_of

# After this many words of an answer to a judgement, a model answer can be seen.
WRITTEN = 50  # words
NOT_TRIED = tries.Tries()
NO_PARTS: Mapping[str, float] = MappingProxyType({})
_STUBS = ("Write your answer here.",)


@dataclass(frozen=True)
class Page:
    """One exercise as it was last saved, and where the course around it lies."""

    name: str
    file: Path
    cells: list
    places: list[Place]

    @classmethod
    def read(cls, name: str) -> Page | None:
        """Return the exercise of a name; None where its file is not found."""
        here = Path.cwd()
        spots = [here, here / "exercises" / name, *(up / "exercises" / name for up in here.parents)]
        for spot in spots:
            file = spot / f"{name}-exercise.ipynb"
            if file.is_file():
                try:
                    cells = nbformat.read(file, as_version=4).cells
                except (OSError, ValueError):
                    return None
                return cls(name, file, cells, find_places(cells))
        return None

    @property
    def course(self) -> Path:
        """The course's folder."""
        return self.file.parents[2]

    def solution_cells(self) -> dict[str, str]:
        """Return the cells of the author's notebook by id; none where there is none."""
        file = self.course / "solutions" / self.name / self.file.name
        if not file.is_file() or file == self.file:
            return {}
        try:
            return {cell.id: cell.source for cell in nbformat.read(file, as_version=4).cells}
        except (OSError, ValueError, AttributeError):
            return {}


# ---------------------------------------------------------------- what is said


def show(name: str) -> None:
    """Display the end of an exercise, below its last cell.

    Parameters
    ----------
    name : str
        The exercise's folder, such as "01-scaling-up".
    """
    watching.watch_from_here()
    if not watching.cell_id():
        return  # The exercise is graded, printed or tested.
    from IPython.display import Markdown, display

    page = Page.read(name)
    if page is None:
        print("The file of this exercise was not found, so its questions cannot be listed.")
        return
    display(Markdown(words(page, watching.verdicts(), tries.read(), watching.parts())))


def words(
    page: Page,
    verdicts: dict[str, bool],
    tried: dict[str, tries.Tries],
    parts_right: Mapping[str, float] = NO_PARTS,
) -> str:
    """Return the end of an exercise in words (Markdown).

    Parameters
    ----------
    page : Page
    verdicts : dict
        By question, whether its check passed, for those that were checked.
    tried : dict
        As `tries.read` returns it.
    parts_right : mapping
        By question, the points of those that are right in part.
    """
    solutions = page.solution_cells()
    by_check = [place for place in page.places if not place.is_for_a_person]
    done = [place for place in by_check if verdicts.get(place.grade_id)]
    reached, of = (sum(place.points for place in some) for some in (done, by_check))
    reached += sum(parts_right.get(place.grade_id, 0) for place in by_check if place not in done)
    parts = [
        "### Where you are",
        f"**{reached:g} of {of:g} points** that checks give, since Python was started for this "
        f"page. {wording.here.from_the_top} counts them anew.",
    ]
    seen = [_number(place) for place in done if tried.get(place.grade_id, NOT_TRIED).seen]
    if seen:
        parts.append(f"With a look at the solution: {_questions(seen)}.")
    open_ones = [place for place in by_check if place not in done]
    parts += (
        [_open(open_ones, page, verdicts, parts_right)] if open_ones else ["No question is open."]
    )
    may_see = [
        _number(place)
        for place in open_ones
        if tried.get(place.grade_id, NOT_TRIED).wrong >= tries.ENOUGH
        and f"{place.grade_id}-answer" in solutions
    ]
    if may_see:
        parts.append(
            f"You have tried {_questions(may_see)} three times or more. To see a solution, run "
            f"`ending.solution({may_see[0]})` in a cell of your own; it will be marked as seen."
        )
    parts += [_judgement(place, page, solutions) for place in page.places if place.is_for_a_person]
    return "\n\n".join([*parts, _next(page)])


def _open(
    places: list[Place], page: Page, verdicts: dict[str, bool], parts_right: Mapping[str, float]
) -> str:
    lines = [
        f"- [{place.title}]({links.question(place, page)})"
        + (
            f" Partly right, {parts_right[id_]:g} of {place.points:g}."
            if id_ in parts_right
            else ""
        )
        + (" Its check has a hint." if id_ in verdicts else "")
        for place, id_ in ((place, place.grade_id) for place in places)
    ]
    return "\n".join(["Open:", "", *lines])


def _number(place: Place) -> int:
    found = re.search(r"\d+", place.title)
    return int(found[0]) if found else 0


def _questions(numbers: list[int]) -> str:
    return f"question{'' if len(numbers) == 1 else 's'} {listed([str(one) for one in numbers])}"


def _judgement(place: Place, page: Page, solutions: dict[str, str]) -> str:
    own = " ".join(page.cells[index].source for index in place.answers)
    for stub in _STUBS:
        own = own.replace(stub, "")
    many = len(re.findall(r"\w+", own))
    said = (
        f"Question {_number(place)} is read by a person, for {place.points:g} points. Your answer "
        f"has {number_of(many, 'word')}, {wording.here.state}."
    )
    model = _model_answer(solutions.get(place.grade_id, ""))
    if not model:
        return said
    if many < WRITTEN:
        return f"{said} Once you have written and saved yours, a model answer can be opened here."
    return (
        f"{said}\n\n<details><summary>A model answer, to read beside yours</summary>\n\n{model}\n\n"
        "</details>"
    )


def _model_answer(prompt: str) -> str:
    found = re.search(
        r"\*\*Sample answer[^*]*\*\*\s*(.*?)\s*### END MARK SCHEME", prompt, re.DOTALL
    )
    return found[1] if found else ""


def _next(page: Page) -> str:
    """Return a link to what comes after the exercise: its second part, or the next lesson."""
    second = page.name.removesuffix(UNDERSTAND)
    found = links.exercise(second, page) if second != page.name else None
    found = found or links.lesson(int(page.name[:2]), page)
    if found is not None:
        return f"Next: [{found[0]}]({found[1]})"
    return f"This was the last exercise. {links.start}"


class Links:
    """Where the end of an exercise leads: to files of the course, as JupyterLab opens them."""

    start = "[The start page](../../course/00-start-here.ipynb) shows all of them together."

    def question(self, place: Place, page: Page) -> str:
        """Return the address of the heading above a question."""
        heading = ""
        for cell in page.cells:
            if cell.cell_type == "markdown":
                heading = next(iter(re.findall(r"^#+ (.+)$", cell.source, re.MULTILINE)), heading)
            if cell.source == place.prompt:
                break
        return "#" + heading.strip().replace(" ", "-").replace("(", "%28").replace(")", "%29")

    def exercise(self, name: str, page: Page) -> tuple[str, str] | None:
        """Return title and address of an exercise; None where there is none of this name."""
        file = page.course / "exercises" / name / f"{name}-exercise.ipynb"
        return (title_of(file), f"../{name}/{file.name}") if file.is_file() else None

    def lesson(self, after: int, page: Page) -> tuple[str, str] | None:
        """Return title and address of the first lesson after a module; None after the last."""
        files = sorted((page.course / "course").glob("[0-9]*.ipynb"))
        file = next((one for one in files if int(one.name[:2]) > after), None)
        return (title_of(file), f"../../course/{file.name}") if file else None


links = Links()  # The web edition puts its own in place.


def title_of(lesson: Path) -> str:
    """Return the heading of a notebook; the name of its file where it has none."""
    try:
        first = nbformat.read(lesson, as_version=4).cells[0].source
    except (OSError, ValueError, IndexError):
        first = ""
    heading = re.search(r"^# (.+)$", first, re.MULTILINE)
    return heading[1] if heading else lesson.stem


# ---------------------------------------------------------------- a way out


def solution(question: int) -> None:
    """Print a solution of a question, once it has been tried three times; it is marked as seen.

    Parameters
    ----------
    question : int
        The question's number on this page.
    """
    if not watching.cell_id():
        return
    pages = filter(None, (Page.read(file.parent.name) for file in _exercises_here()))
    page = next(pages, None)
    place = next((one for one in page.places if _number(one) == question), None) if page else None
    if page is None or place is None or place.is_for_a_person:
        print(f"There is no question {question} on this page that a check looks at.")
        return
    source = page.solution_cells().get(f"{place.grade_id}-answer")
    if source is None:
        print("This copy of the course holds no solutions. Ask the person who teaches with it.")
        return
    wrong = tries.read().get(place.grade_id, NOT_TRIED).wrong
    if wrong < tries.ENOUGH and not watching.verdicts().get(place.grade_id):
        print(
            f"You have tried question {question} {number_of(wrong, 'time')}. After "
            f"{tries.ENOUGH} tries its solution can be seen; its hints may do before."
        )
        return
    tries.mark_seen(place.grade_id)
    print(f"One solution of question {question}, marked as seen:\n")
    print(re.sub(r"^[ \t]*### (BEGIN|END) SOLUTION\n?", "", source, flags=re.MULTILINE).rstrip())


def _exercises_here() -> list[Path]:
    return sorted(Path.cwd().glob("[0-9]*-exercise.ipynb"))
