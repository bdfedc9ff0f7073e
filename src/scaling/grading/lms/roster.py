"""Who is who: the people of a platform's list, and the students of the gradebook.

A person is known by the number that the platform gave (kept as ``lms_user_id`` among the students),
by e-mail address, or by a login that is the student's id. Names decide nothing: two people may
share one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from nbgrader.api import Gradebook, Student

from ..preflight.findings import printable

SAFE_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,99}")


@dataclass(frozen=True)
class Person:
    """One line of a platform's list.

    Attributes
    ----------
    number : str
        Of a user in Canvas, of a participant of one assignment in Moodle.
    name, email : str
        Empty where the platform hides them.
    logins : tuple of str
        Other ids of the person, the best first.
    row : int
        The place of the line in the file; that of the titles is 0.
    is_lasting : bool
        Whether the number is the same in every assignment.
    handed_in, extension : str
        When, and until when, as the platform writes it; often empty.
    is_draft : bool
        Whether the person has not finished handing in.
    """

    number: str
    name: str
    email: str
    logins: tuple[str, ...]
    row: int
    is_lasting: bool
    handed_in: str = ""
    extension: str = ""
    is_draft: bool = False

    def __str__(self) -> str:
        return printable(self.name or self.email or f"number {self.number}")


@dataclass(frozen=True)
class Roster:
    """Who is who.

    Attributes
    ----------
    people : dict
        All people of the list, by number.
    students : dict
        The id of the student that a person is, by number; those of whom this is known.
    doubtful : set of str
        Numbers of people who could be several students.
    remarks : list of str
        For a person to look at.
    """

    people: dict[str, Person]
    students: dict[str, str]
    doubtful: set[str]
    remarks: list[str]

    def unknown(self) -> list[Person]:
        """Return the people who are no student of the gradebook."""
        return [one for number, one in self.people.items() if number not in self.students]


def roster(people: Iterable[Person], gradebook: Gradebook) -> Roster:
    """Find the student that each person is; where two ways disagree, neither counts.

    Raises
    ------
    ValueError
        If the list is empty, or one number is there twice.
    """
    listed = list(people)
    if not listed:
        raise ValueError("The list is empty. Export it again, for the whole class.")
    twice = [number for number, count in Counter(one.number for one in listed).items() if count > 1]
    if twice:
        raise ValueError(f"Number {twice[0]} is there twice. Export the list again.")
    index = _index(gradebook.students)
    found: dict[str, str] = {}
    doubtful = set()
    remarks = []
    for person in listed:
        ways = {student for key in _keys(person) for student in index.get(key, ())}
        if len(ways) == 1:
            (found[person.number],) = ways
        elif ways:
            doubtful.add(person.number)
            remarks.append(
                f"{person} could be {_and(ways)}: give one of them this e-mail address or login, "
                "with python -m scaling students."
            )
    for student, count in Counter(found.values()).items():
        if count > 1:
            same = [one for one in listed if found.get(one.number) == student]
            for one in same:
                del found[one.number]
                doubtful.add(one.number)
            remarks.append(f"{_and(map(str, same))} would all be {printable(student)}: none is.")
    return Roster({one.number: one for one in listed}, found, doubtful, remarks)


def _index(students: Iterable[Student]) -> dict[tuple[str, str], set[str]]:
    index: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in students:
        index["number", str(one.lms_user_id or "")].add(one.id)
        index["email", plain(one.email or "")].add(one.id)
        index["id", plain(one.id)].add(one.id)
    return index


def _keys(person: Person) -> list[tuple[str, str]]:
    keys = [("number", person.number)] if person.is_lasting else []
    keys += [("email", plain(person.email))] if person.email else []
    if not (person.email or person.logins):  # Nothing else is shown while marking is anonymous.
        keys.append(("id", f"participant-{person.number}"))
    return keys + [("id", plain(login)) for login in (*person.logins, person.email) if login]


def plain(text: str) -> str:
    """Return a text without differences of case and in the way in which accents are written."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def may_be_same(said: str, known: str) -> bool:
    """Return whether the name in an archive may be that of a person of the list.

    Platforms leave out punctuation, put a group's name in front, and may write other alphabets in
    Latin letters, where nothing can be told.
    """
    if not known or (said.isascii() and not known.isascii()):
        return True
    return _words(known) <= _words(said)


def _words(text: str) -> set[str]:
    letters = unicodedata.normalize("NFKD", plain(text))
    letters = "".join(one for one in letters if not unicodedata.combining(one))
    return set(re.findall(r"[^\W_]+", re.sub(r"['’`´]", "", letters)))


def enter(known: Roster, gradebook: Gradebook) -> list[str]:
    """Enter the people who are no student yet; return their new ids.

    An id is the person's login, e-mail address or number, whichever can be a folder's name.
    """
    taken = {plain(one.id) for one in gradebook.students}
    made = []
    for person in known.unknown():
        if person.number in known.doubtful:
            continue  # The person may be a student already.
        numbered = (f"participant-{person.number}", f"participant-{person.number}-new")
        choices = (*person.logins, person.email, *numbered)
        student = next(one for one in choices if SAFE_ID.fullmatch(one) and plain(one) not in taken)
        taken.add(plain(student))
        last, comma, first = person.name.partition(",")
        about = {"last_name": last.strip(), "first_name": first.strip() if comma else None}
        gradebook.add_student(student, email=person.email or None, **about)
        known.students[person.number] = student
        made.append(student)
    return made


def keep_numbers(known: Roster, gradebook: Gradebook) -> list[str]:
    """Note lasting numbers as ``lms_user_id`` where there is none; say where there is another."""
    remarks = []
    by_id = {one.id: one for one in gradebook.students}
    for number, student in known.students.items():
        before = by_id[student].lms_user_id
        if not known.people[number].is_lasting or before == number:
            continue
        if before:
            remarks.append(
                f"{printable(student)} has the number {number} in this list, and {before} in the "
                "gradebook, which is kept."
            )
        else:
            gradebook.update_or_create_student(student, lms_user_id=number)
    return remarks


def _and(texts: Iterable[str]) -> str:
    return " and ".join(sorted(map(printable, texts)))
