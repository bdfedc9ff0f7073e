"""What is found in a submission: sentences that a person reads, each of one kind.

Nothing is looked for here, and no sentence is made here but the name of a cell.
"""

from __future__ import annotations

import contextlib
import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..release import SourceCell

if TYPE_CHECKING:
    from nbformat import NotebookNode

# More cells than this with the same trouble are reported in one sentence.
FEW = 3


class Kind(enum.StrEnum):
    """What became of a finding."""

    REPAIRED = "repaired"
    UNGRADED = "ungraded"
    FLAGGED = "flagged"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """One thing that was found: what it is about, and a sentence on what was done or what to do.

    ``explains`` says whether it is a reason why an answer got nothing, which its learner reads.
    """

    kind: Kind
    about: str
    text: str
    explains: bool = False


@dataclass(frozen=True)
class Inspection:
    """What preflight found, and what is left to run.

    Attributes
    ----------
    findings : tuple of Finding
        In the order in which things were found.
    notebook : NotebookNode or None
        The mended copy, ready to run; None where it cannot be graded.
    files : tuple of Path
        Other files that may be copied beside it, relative to the submission's folder.
    """

    findings: tuple[Finding, ...]
    notebook: NotebookNode | None
    files: tuple[Path, ...] = ()

    @property
    def ungraded(self) -> list[Finding]:
        """The reasons why it cannot be graded."""
        return self.of(Kind.UNGRADED)

    @property
    def repaired(self) -> list[Finding]:
        """What was mended on the copy."""
        return self.of(Kind.REPAIRED)

    @property
    def flagged(self) -> list[Finding]:
        """What a person should look at."""
        return self.of(Kind.FLAGGED)

    def of(self, kind: Kind) -> list[Finding]:
        """Return the findings of one kind, in their order."""
        return [finding for finding in self.findings if finding.kind is kind]


class CannotGradeError(Exception):
    """A notebook that cannot be graded; its message is the reason, one plain sentence."""


@dataclass
class Report:
    """Collects findings; many cells with the same trouble become one sentence."""

    findings: list[Finding] = field(default_factory=list)
    alike: dict[tuple[Kind, str], list[tuple[str, str]]] = field(default_factory=dict)

    def add(self, kind: Kind, about: str, text: str) -> None:
        """Report one thing."""
        self.findings.append(Finding(kind, printable(about), printable(text)))

    def explain(self, about: str, text: str) -> None:
        """Flag why an answer gets nothing although it was right where it was written."""
        self.findings.append(Finding(Kind.FLAGGED, printable(about), printable(text), True))

    def each(self, kind: Kind, about: str, one: str, many: str) -> None:
        """Report one of several alike; ``many`` has places for ``{n}`` and ``{names}``."""
        self.alike.setdefault((kind, many), []).append((about, one))

    @contextlib.contextmanager
    def reasons(self, name: str) -> Iterator[None]:
        """Report why what is done inside cannot be done with the notebook of this name."""
        try:
            yield
        except CannotGradeError as reason:
            # What could not be read was not mended either.
            self.findings = [one for one in self.findings if one.kind is not Kind.REPAIRED]
            self.add(Kind.UNGRADED, name, str(reason))
        except RecursionError:
            text = "The file is damaged: things are nested in it more deeply than in any notebook."
            self.add(Kind.UNGRADED, name, text)

    def closed(self) -> tuple[Finding, ...]:
        """Return all findings; those that are alike come last."""
        for (kind, many), found in self.alike.items():
            if len(found) <= FEW:
                for about, one in found:
                    self.add(kind, about, one)
            else:
                names = ", ".join(about for about, _ in found[:FEW]) + " …"
                self.add(kind, "notebook", many.format(n=len(found), names=names))
        self.alike = {}
        return tuple(self.findings)


def printable(text: str) -> str:
    """Return a text fit for a terminal: names in a submission may hold control characters."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def called(known: SourceCell) -> str:
    """Name a cell as a reader would."""
    if known.task:
        return f"the text of task {known.grade_id}"
    if known.grade and known.solution:
        return f"the answer to question {known.grade_id}"
    if known.grade:
        return f"the check of question {known.grade_id}"
    if known.solution:
        return f"the answer cell {known.grade_id}"
    return f"the locked cell {known.grade_id}"


def sentence(text: str) -> str:
    """Return a text with a capital letter at its start."""
    return text[:1].upper() + text[1:]
