"""Facility, discrimination and the commonest slips of a class; every interval is at 95 %.

Facility is the mean share of a question's points. Its interval is Wilson's (1927) for a share: no
quantity between 0 and 1 varies more than one that is either, so with points for a part the interval
is too wide rather than too narrow. Discrimination is the item–rest correlation (Henrysson,
1963) with Fisher's interval (1921), worked out as for the concept inventory.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from scaling.grading.insight.reading import Class, Question, Student
from scaling.grading.insight.said import Said, State
from scaling.inventory.analysis import FEWEST, SURE, Estimate, discrimination

MOST_TO_SAY = 3  # misconceptions
BEHIND = 0.1  # the share of a class that is listed for having fewest points
FEWEST_BEHIND = 3  # students who are listed so, in any class


@dataclass(frozen=True)
class Met:
    """What befell at least ``FEWEST`` students: in which words, and how many."""

    said: Said
    students: int


@dataclass(frozen=True)
class QuestionFigures:
    """The figures of one question.

    Attributes
    ----------
    question : Question
    marked : int
        Students whose answer has its points.
    facility, discrimination : Estimate or None
        None where fewer than ``FEWEST`` answers are marked, or none differs from another.
    blank : int or None
        Of all whose work is graded; None where some left it, but fewer than ``FEWEST``.
    met : tuple of Met
        Slips, hints and errors, the commonest first.
    rare : int
        How many others there were, each of which befell fewer.
    """

    question: Question
    marked: int
    facility: Estimate | None
    discrimination: Estimate | None
    blank: int | None
    met: tuple[Met, ...]
    rare: int


@dataclass(frozen=True)
class Marker:
    """What somebody gave for one question in the marking room: to how many, and the mean share.

    The mean, with Student's interval, is None for fewer than ``FEWEST`` answers.
    """

    name: str
    question: Question
    answers: int
    mean: Estimate | None


@dataclass(frozen=True)
class Behind:
    """A student to look after, and why."""

    student: Student
    why: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """The figures of a class.

    Attributes
    ----------
    graded, enrolled, late : int
        Students; ``late`` is of those whose time is known.
    timed : int
        Students whose time of handing in is known.
    mean : Estimate or None
        The mean share of the points that checks give, with Student's interval.
    checked, essays : tuple of QuestionFigures
        In the order of the exercise.
    to_say : tuple of (QuestionFigures, Met)
        The commonest slips.
    behind : tuple of Behind
    markers : tuple of Marker
    """

    graded: int
    enrolled: int
    late: int
    timed: int
    mean: Estimate | None
    checked: tuple[QuestionFigures, ...]
    essays: tuple[QuestionFigures, ...]
    to_say: tuple[tuple[QuestionFigures, Met], ...]
    behind: tuple[Behind, ...]
    markers: tuple[Marker, ...]


# ---------------------------------------------------------------- formulas


def facility(shares: NDArray[np.float64]) -> Estimate | None:
    """Return the mean share of the points, with Wilson's interval (1927).

    Parameters
    ----------
    shares : ndarray, shape (students,)
        From 0 to 1.
    """
    many = len(shares)
    if many < FEWEST:
        return None
    mean = float(shares.mean())
    z = stats.norm.ppf((1 + SURE) / 2)
    centre = (mean + z**2 / (2 * many)) / (1 + z**2 / many)
    reach = z / (1 + z**2 / many) * math.sqrt(mean * (1 - mean) / many + z**2 / (4 * many**2))
    return Estimate(mean, max(0.0, centre - reach), min(1.0, centre + reach))


def item_rest(points: NDArray[np.float64], place: int) -> Estimate | None:
    """Return the correlation of a question's points with the sum of all others.

    Parameters
    ----------
    points : ndarray, shape (students, questions)
    place : int
        Which question.

    Returns
    -------
    Estimate or None
        None where there are fewer than ``FEWEST`` students or two questions, or points are alike.
    """
    if len(points) < FEWEST or points.shape[1] < 2:
        return None
    return discrimination(np.cov(points, rowvar=False), len(points) - 1, place)


def mean_share(shares: NDArray[np.float64]) -> Estimate | None:
    """Return a mean with Student's interval (1908), cut to the range from 0 to 1."""
    if len(shares) < FEWEST:
        return None
    mean = float(shares.mean())
    error = float(shares.std(ddof=1)) / math.sqrt(len(shares))
    reach = float(stats.t.ppf((1 + SURE) / 2, len(shares) - 1)) * error
    return Estimate(mean, max(0.0, mean - reach), min(1.0, mean + reach))


# ---------------------------------------------------------------- a class


def figures(found: Class) -> Figures:
    """Return the figures of a class."""
    graded = found.graded
    checked = [one for one in found.questions if not one.by_person]
    essays = [one for one in found.questions if one.by_person]
    points = np.array([[_points(one, question) for question in checked] for one in graded], float)
    points = points.reshape(len(graded), len(checked))
    most = sum(question.most for question in checked)
    totals = points.sum(axis=1)
    in_checks = tuple(
        _question(question, graded, points[:, place], item_rest(points, place))
        for place, question in enumerate(checked)
    )
    timed = [one for one in graded if one.handed_in is not None]
    return Figures(
        graded=len(graded),
        enrolled=len(found.students),
        late=sum(bool(found.due and one.handed_in and one.handed_in > found.due) for one in timed),
        timed=len(timed),
        mean=mean_share(totals / most) if most else None,
        checked=in_checks,
        essays=tuple(_essay(question, graded, totals) for question in essays),
        to_say=_to_say(in_checks),
        behind=_behind(found, dict(zip([one.id for one in graded], totals, strict=True))),
        markers=_markers(found),
    )


def _points(student: Student, question: Question) -> float:
    answer = (student.answers or {}).get(question.id)
    return (answer.points or 0.0) if answer else 0.0


def _question(
    question: Question,
    graded: Sequence[Student],
    points: NDArray[np.float64],
    told_apart: Estimate | None,
) -> QuestionFigures:
    became = Counter(_said(student, question) for student in graded)
    blank = became.pop(Said(State.BLANK), 0)
    became.pop(Said(State.RIGHT), None)
    met = [Met(one, count) for one, count in became.most_common() if count >= FEWEST]
    return QuestionFigures(
        question=question,
        marked=len(graded),
        facility=facility(points / question.most) if question.most else None,
        discrimination=told_apart,
        blank=_unless_few(blank),
        met=tuple(met),
        rare=len(became) - len(met),
    )


def _unless_few(count: int) -> int | None:
    return count if count >= FEWEST or not count else None


def _said(student: Student, question: Question) -> Said:
    answer = (student.answers or {}).get(question.id)
    return answer.said if answer else Said(State.BLANK)


def _essay(
    question: Question, graded: Sequence[Student], totals: NDArray[np.float64]
) -> QuestionFigures:
    """Return the figures of a question that persons mark, beside the sum of all checks."""
    given = [(student.answers or {}).get(question.id) for student in graded]
    pairs = [
        (one.points, total)
        for one, total in zip(given, totals, strict=True)
        if one is not None and one.points is not None
    ]
    points = np.array(pairs, float).reshape(len(pairs), 2)
    blank = sum(_said(student, question).state is State.BLANK for student in graded)
    return QuestionFigures(
        question=question,
        marked=len(pairs),
        facility=facility(points[:, 0] / question.most) if question.most else None,
        discrimination=item_rest(points, 0),
        blank=_unless_few(blank),
        met=(),
        rare=0,
    )


def _markers(found: Class) -> tuple[Marker, ...]:
    """Return the means of those who marked, question by question."""
    shares: dict[tuple[str, str], list[float]] = defaultdict(list)
    most = {question.id: question.most for question in found.questions}
    for marker, question, points in found.given:
        if most.get(question):
            shares[question, marker].append(points / most[question])
    return tuple(
        Marker(marker, question, len(given), mean_share(np.array(given)))
        for question in found.questions
        for (asked, marker), given in sorted(shares.items())
        if asked == question.id
    )


def _to_say(checked: Sequence[QuestionFigures]) -> tuple[tuple[QuestionFigures, Met], ...]:
    """Return the slips that most students made."""
    slips = [(one, met) for one in checked for met in one.met if met.said.state is State.SLIP]
    return tuple(sorted(slips, key=lambda pair: -pair[1].students)[:MOST_TO_SAY])


def _behind(found: Class, totals: dict[str, float]) -> tuple[Behind, ...]:
    """Return whom to look after: those without work, with fewest points, with many blanks."""
    why: dict[str, list[str]] = {one.id: [] for one in found.students}
    checked = [one for one in found.questions if not one.by_person]
    low = sorted(totals.values())[: max(FEWEST_BEHIND, round(BEHIND * len(totals)))]
    for one in found.students:
        if one.answers is None:
            why[one.id].append("nothing graded")
            continue
        # In a class in which nearly all have the same points nobody is behind.
        if low and totals[one.id] <= low[-1] and totals[one.id] < np.median(list(totals.values())):
            most = sum(question.most for question in checked)
            why[one.id].append(f"{totals[one.id]:g} of {most:g} points of checks")
        blank = sum(_said(one, question).state is State.BLANK for question in found.questions)
        if blank >= len(found.questions) / 3:
            why[one.id].append(f"{blank} of {len(found.questions)} questions blank")
    listed = [Behind(one, tuple(why[one.id])) for one in found.students if why[one.id]]
    return tuple(sorted(listed, key=lambda one: totals.get(one.student.id, -1.0)))
