"""Which two share more than a class does.

What is in the release or the solution, and what more than ``COMMON`` of the class have, is left out
first: the prompt, the scaffold, and the forms in which a short answer is right. Of the rest, the
share that both have of the smaller is what a pair is listed by.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from scaling.grading.similarity import tokens, winnowing
from scaling.grading.similarity.winnowing import Span

COMMON = 0.15  # of the class; what more of them have is left out
# How many students may share something before it is left out, in a small class and in a large one.
FEWEST_COMMON, MOST_COMMON = 3, 10


@dataclass(frozen=True)
class Kind:
    """How one kind of answer is read and compared.

    Attributes
    ----------
    name : str
    is_code : bool
    length, window : int
        Of fingerprints, in tokens; see `winnowing.fingerprints`.
    shortest : int
        Tokens; shorter answers are left out, because few forms of them are right.
    least : int
        Fingerprints that two have in common before they are listed.
    share : float
        The part that these are of what the one with less of them has.
    """

    name: str
    is_code: bool
    length: int
    window: int
    shortest: int
    least: int
    share: float

    def read(self, text: str) -> list[tokens.Token]:
        """Return the tokens of an answer."""
        return tokens.of_code(text) if self.is_code else tokens.of_prose(text)


CODE = Kind("code", True, length=8, window=3, shortest=25, least=10, share=0.7)
PROSE = Kind("prose", False, length=3, window=1, shortest=40, least=10, share=0.15)
Texts = Mapping[str, str]  # by question


@dataclass(frozen=True)
class Passage:
    """One question of a pair: each one's answer in pieces, with whether both have the piece."""

    question: str
    first: tuple[tuple[str, bool], ...]
    second: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Pair:
    """Two students, how many fingerprints they share, which part that is, and where."""

    first: str
    second: str
    kind: Kind
    shared: int
    share: float
    passages: tuple[Passage, ...]


def compare(kind: Kind, everybody: Mapping[str, Texts], known: Sequence[str]) -> list[Pair]:
    """Return the pairs of a class that share more than the class does, the closest first.

    Parameters
    ----------
    kind : Kind
    everybody : mapping of str to mapping of str to str
        By student and question, what was written.
    known : sequence of str
        What everybody was given: the release, and the solution.
    """
    found = {student: _fingerprints(kind, texts) for student, texts in everybody.items()}
    holders: dict[int, list[str]] = defaultdict(list)
    for student, prints in found.items():
        for one in prints:
            holders[one].append(student)
    most = min(MOST_COMMON, max(FEWEST_COMMON, int(COMMON * len(everybody))))
    given = {one for text in known for one in _of(kind, text)}
    own = {one: who for one, who in holders.items() if len(who) <= most and one not in given}
    many = Counter(student for who in own.values() for student in who)
    shared = Counter(pair for who in own.values() for pair in combinations(sorted(who), 2))
    pairs = []
    for (first, second), count in shared.items():
        share = count / min(many[first], many[second])
        if count >= kind.least and share >= kind.share:
            both = {one for one, who in own.items() if first in who and second in who}
            passages = _passages(both, *((everybody[one], found[one]) for one in (first, second)))
            pairs.append(Pair(first, second, kind, count, share, passages))
    return sorted(pairs, key=lambda pair: (-pair.share, pair.first, pair.second))


Prints = dict[int, tuple[str, Span]]


def _of(kind: Kind, text: str) -> dict[int, Span]:
    return winnowing.fingerprints(kind.read(text), kind.length, kind.window)


def _fingerprints(kind: Kind, texts: Texts) -> Prints:
    """Return the fingerprints of all answers that are long enough, with question and place."""
    found: Prints = {}
    for question, text in texts.items():
        read = kind.read(text)
        if len(read) >= kind.shortest:
            for one, span in winnowing.fingerprints(read, kind.length, kind.window).items():
                found.setdefault(one, (question, span))
    return found


def _passages(
    both: set[int], one: tuple[Texts, Prints], other: tuple[Texts, Prints]
) -> tuple[Passage, ...]:
    """Return, question by question, both answers with what they share."""
    spans: dict[str, tuple[list[Span], list[Span]]] = defaultdict(lambda: ([], []))
    for side, (_, prints) in enumerate((one, other)):
        for shared in both:
            question, span = prints[shared]
            spans[question][side].append(span)
    return tuple(
        Passage(
            question,
            pieces(one[0].get(question, ""), spans[question][0]),
            pieces(other[0].get(question, ""), spans[question][1]),
        )
        for question in one[0]
        if question in spans
    )


def pieces(text: str, spans: Sequence[Span]) -> tuple[tuple[str, bool], ...]:
    """Cut a text where spans begin and end, and say of each piece whether it is in one."""
    found: list[tuple[str, bool]] = []
    at = 0
    for start, end in sorted(spans):
        if start > at:
            found.append((text[at:start], False))
        if end > at:
            piece = text[max(at, start) : end]
            if found and found[-1][1]:
                piece = found.pop()[0] + piece
            found.append((piece, True))
        at = max(at, end)
    return tuple([*found, (text[at:], False)] if at < len(text) else found)
