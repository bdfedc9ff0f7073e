"""One person in the marking room: what there is to mark, what is saved, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup
from nbgrader.api import MissingEntry

from scaling.grading.course import Course, CourseError

from . import agreement, book, essays, log, saving, split
from .book import Mark, Question
from .essays import Essay
from .log import Event, State
from .requests import Request, answered, requests_in


@dataclass(frozen=True)
class Place:
    """One answer in its queue.

    Attributes
    ----------
    mark : Mark
    state : State
    number : int
        What the learner is called here, as formgrader does: "Submission #3".
    is_done, is_later : bool
    """

    mark: Mark
    state: State
    number: int
    is_done: bool
    is_later: bool


@dataclass(frozen=True)
class Asked:
    """A request and the answer it is about."""

    request: Request
    submission: str
    number: int
    is_answered: bool


class Room:
    """The marking room of one assignment, for one person.

    Parameters
    ----------
    course : Course
    assignment, marker : str
    part, of : int
        Which of how many shares this person marks, counted from 1.
    second : int
        How many answers to each question are marked a second time; with more than 0 this person
        is the second, and sees no first mark.

    Raises
    ------
    CourseError
        If there is nothing that a person could mark; the message says what to do.
    """

    def __init__(
        self,
        course: Course,
        assignment: str,
        marker: str,
        part: int = 1,
        of: int = 1,
        second: int = 0,
    ):
        self.course, self.assignment, self.marker = course, assignment, marker
        self.part, self.of, self.second = part, of, second
        with course.gradebook() as gradebook:
            try:
                self.questions = {one.name: one for one in book.questions(gradebook, assignment)}
                self.most = book.most_points(gradebook, assignment)
            except MissingEntry:
                raise CourseError(
                    f"The gradebook does not know {assignment}. Run this first:\n"
                    f"    nbgrader generate_assignment {assignment}"
                ) from None
        if not self.questions:
            raise CourseError(f"In {assignment} no question is marked by a person.")
        # The gradebook's own engine is closed with it; this one serves threads as they come.
        self.engine = course.gradebook().engine
        log.prepare(self.engine)

    # ---------------------------------------------------------------- what there is

    def file(self, mark: Mark) -> Path:
        """Return the graded notebook of a submission."""
        folder = self.course.autograded(mark.student, self.assignment)
        return folder / f"{mark.notebook}.ipynb"

    def events(self) -> list[Event]:
        """Return the log of this assignment."""
        return log.read(self.engine, self.assignment)

    def places(self, question: str) -> list[Place]:
        """Return all answers to a question, in the order in which they are marked."""
        with self.engine.connect() as connection:
            marks = book.marks(connection, self.assignment, question)
        states = log.states(self.events())
        numbers = {one: at for at, one in enumerate(sorted(mark.submission for mark in marks), 1)}
        by_student = {mark.student: mark for mark in marks}
        found = []
        for student in split.in_order(by_student, question):
            mark = by_student[student]
            state = states.get((mark.submission, question), State())
            mine = state.seconds.get(self.marker)
            done = mine is not None and mine.score is not None if self.second else mark.is_marked
            later = not done and self.marker in state.later
            found.append(Place(mark, state, numbers[mark.submission], done, later))
        return found

    def queue(self, question: str) -> list[Place]:
        """Return the answers that this person marks, in their order."""
        places = self.places(question)
        if not self.second:
            return [one for one in places if split.is_in(one.mark.student, self.part, self.of)]
        drawn = split.sample((one.mark.student for one in places), question, self.second)
        return [one for one in places if one.mark.student in drawn and not self._is_mine(one)]

    def _is_mine(self, place: Place) -> bool:
        return place.state.mark is not None and place.state.mark.marker == self.marker

    def next_open(self, queue: list[Place], after: str = "") -> Place | None:
        """Return what is to be marked next, what was put off last; None when all is done."""
        at = next((at for at, one in enumerate(queue) if one.mark.submission == after), -1)
        turned = [*queue[at + 1 :], *queue[: at + 1]]
        waiting = [one for one in turned if not one.is_done and one.mark.submission != after]
        return min(waiting, key=lambda one: one.is_later, default=None)

    def place(self, question: str, submission: str) -> Place:
        """Return one answer.

        Raises
        ------
        nbgrader.api.MissingEntry
            If it is not in the gradebook.
        """
        for one in self.places(question):
            if one.mark.submission == submission:
                return one
        raise MissingEntry("The gradebook has no such submission.")

    def current(self, question: str, submission: str, commented: str | None = None) -> Mark:
        """Return the mark and the comment of one answer as the gradebook has them now."""
        with self.engine.connect() as connection:
            return book.mark(connection, submission, question, commented or question)

    def essay(self, mark: Mark) -> Essay:
        """Return what was written.

        Raises
        ------
        OSError, ValueError
            If the graded notebook cannot be read.
        """
        return essays.read(self.file(mark), mark.question)

    def written(self, mark: Mark) -> Markup:
        """Return what was written around a question and what came of it; empty if unreadable."""
        try:
            return answered(self.file(mark), mark.question)
        except (OSError, ValueError):
            return Markup()

    # ---------------------------------------------------------------- what is saved

    def save(
        self,
        question: str,
        submission: str,
        seen: str,
        score: float | None,
        levels: list[int | None],
        comment: str,
    ) -> Mark:
        """Save this person's mark: into the gradebook, or as a second mark beside it.

        Raises
        ------
        saving.Changed
            If the mark or the answer is not any more what was seen.
        nbgrader.api.MissingEntry
            If there is no such submission.
        """
        mark = self.current(question, submission)
        what = log.SECOND if self.second else log.MARK
        event = self._event(question, submission, what, score, levels, comment)
        if self.second:
            saving.note(self.engine, event)
            return mark
        return saving.save(self.engine, event, seen, self.essay(mark).digest)

    def answer(
        self, request: Request, submission: str, seen: str, score: float | None, comment: str
    ) -> Mark:
        """Answer a request: save points and comment, and close it.

        Raises
        ------
        saving.Changed
            If points or comment are not any more what was seen.
        """
        event = self._event(request.question, submission, log.MARK, score, [], comment)
        mark = saving.save(self.engine, event, seen, commented=request.commented)
        self.close(request, submission)
        return mark

    def close(self, request: Request, submission: str) -> None:
        """Note that a request has been answered."""
        event = self._event(request.question, submission, log.ANSWERED, None, [], request.key)
        saving.note(self.engine, event)

    def note(self, question: str, submission: str, what: str, text: str) -> None:
        """Note that an answer is put off or flagged, or that a phrase is not to be offered."""
        saving.note(self.engine, self._event(question, submission, what, None, [], text))

    def _event(
        self,
        question: str,
        submission: str,
        what: str,
        score: float | None,
        levels: list[int | None],
        text: str,
    ) -> Event:
        return Event(
            self.assignment, question, submission, self.marker, what, score, tuple(levels), text
        )

    # ---------------------------------------------------------------- requests, agreement

    def asked(self) -> list[Asked]:
        """Return all requests to look again, those that wait first."""
        with self.engine.connect() as connection:
            marks = {one.submission: one for one in book.marks(connection, self.assignment)}
        states = log.states(self.events())
        found = []
        for number, submission in enumerate(sorted(marks), 1):
            try:
                requests = requests_in(self.file(marks[submission]))
            except (OSError, ValueError):
                continue  # `grade` says of such a submission that it is ungraded.
            for request in requests:
                state = states.get((submission, request.question), State())
                done = request.key in state.answered
                found.append(Asked(request, submission, number, done))
        return sorted(found, key=lambda one: one.is_answered)

    def agreements(self) -> dict[str, agreement.Agreement]:
        """Return by question how far first and second marks agree."""
        with self.engine.connect() as connection:
            marks = book.marks(connection, self.assignment)
        first = {
            (one.submission, one.question): one.by_hand
            for one in marks
            if one.is_marked and one.by_hand is not None
        }
        pairs = agreement.pairs_of(self.events(), first)
        return {name: agreement.agreement(pairs.get(name, [])) for name in self.questions}

    def question(self, name: str) -> Question:
        """Return a question that a person marks.

        Raises
        ------
        nbgrader.api.MissingEntry
            If there is none of this name.
        """
        try:
            return self.questions[name]
        except KeyError:
            raise MissingEntry("No such question.") from None
