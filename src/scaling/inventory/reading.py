"""Reads what the learners of a class have handed in: one file each, some of them not ours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaling import files
from scaling.inventory import AFTER, BEFORE
from scaling.inventory.file import FORMAT, KIND, Answers, missing
from scaling.wording import listed, reason

LARGEST = 100_000  # bytes; a file of answers has about two thousand
NOT_OURS = "is no file of the inventory. It was passed over."


@dataclass(frozen=True)
class HandedIn:
    """What a folder holds.

    Attributes
    ----------
    learners : tuple of Answers
        One for each id.
    remarks : tuple of str
        A sentence or two for each file that was passed over or wants a look, in order.
    """

    learners: tuple[Answers, ...]
    remarks: tuple[str, ...]


def read(folder: Path) -> HandedIn:
    """Read every JSON file in a folder and the folders inside of it; none is changed.

    Parameters
    ----------
    folder : pathlib.Path
        Where the files of a class are.

    Raises
    ------
    ValueError
        If there is no such folder, or no JSON file in it.
    """
    if not folder.is_dir():
        raise ValueError(f"There is no folder {folder}. Name the one with the learners' files.")
    found = sorted(file for file in folder.rglob("*") if file.suffix.casefold() == ".json")
    if not found:
        raise ValueError(
            f"There is no file in {folder} whose name ends in .json. Put the files there that the "
            "learners' pages have written."
        )
    by_id: dict[str, list[tuple[str, Answers]]] = {}
    remarks = []
    for file in found:
        name = file.relative_to(folder).as_posix()
        try:
            answers = _answers_in(file)
        except (ValueError, OSError) as error:
            remarks.append(f"{shown(name)} {error}")
        else:
            by_id.setdefault(answers.id, []).append((name, answers))
    by_name: dict[str, list[str]] = {}
    for copies in by_id.values():
        copies.sort(key=lambda copy: _completeness(copy[1]))
        *others, (kept, newest) = copies
        by_name.setdefault(newest.name.casefold(), []).append(shown(kept))
        if others:
            names = listed([shown(name) for name, _ in others])
            remarks.append(f"{names}: an earlier or equal copy of {shown(kept)}. It was left out.")
    remarks += [
        f"{listed(sorted(names))} have the same pseudonym, and all of them count. If they are one "
        "learner's, leave the most complete one in the folder."
        for name, names in by_name.items()
        if name and len(names) > 1
    ]
    return HandedIn(tuple(copies[-1][1] for copies in by_id.values()), tuple(sorted(remarks)))


def _answers_in(file: Path) -> Answers:
    try:
        if file.stat().st_size > LARGEST:
            raise ValueError(NOT_OURS)
        answers, _ = files.read(file, FORMAT, _decode, "file", rename_broken=False)
    except OSError as error:
        raise OSError(f"cannot be read: {reason(error)}.") from None
    if answers is None:
        raise ValueError("cannot be understood. Ask for it once more.")
    if isinstance(answers, str):
        raise ValueError(answers)
    for when in (BEFORE, AFTER):
        answered = answers.of(when)
        if answered.finished and missing(answered):
            raise ValueError("answers the questions of another version of the course.")
    return answers


def _decode(stored: dict[str, Any]) -> Answers | str:
    """Return the answers, or why the file holds none."""
    if stored.get("kind") != KIND:
        return NOT_OURS
    return files.decoder(Answers)(stored)


def _completeness(answers: Answers) -> tuple[int, int, str]:
    """Return what the most complete copy has most of: sittings, answers, a later day."""
    sittings = [answers.of(when) for when in (BEFORE, AFTER)]
    return (
        sum(bool(one.finished) for one in sittings),
        sum(len(one.chosen) for one in sittings),
        max(one.finished for one in sittings),
    )


def shown(name: str) -> str:
    """Return the name of a file so that a terminal can show it."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)
