"""Data of one's own: the numbers of an exercise that may differ from student to student.

An exercise declares them beside its checks, as ``mine = Variants(...)``, and a check that depends
on some says so (``varies=mine.of("guests")``). Its right procedure and its wrong ones read
``mine.guests``. That is the usual number, unless a token is in use: then it is drawn from the
token, in the same way on every machine.

What is drawn is as hard as the usual exercise: right and wrong answers, and the wrong ones among
themselves, lie as far apart as their tolerances need. What is not so is drawn again.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import hmac
import itertools
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .hints import Hint, NotDone

if TYPE_CHECKING:
    from .kinds import Check

# Douglas Crockford's 32 letters and digits, without those that are read as another one.
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
READ_AS = str.maketrans("oil", "011", "- \t\n")
DRAWN, CHECKED = 8, 2  # letters of a token: the token itself, and those that show a slip in typing
MOST_TRIES = 1000
# How far a wrong answer is from the right one, and two wrong ones from each other, in tolerances.
APART, BETWEEN_SLIPS = 2.0, 1.5
VISIBLE = 0.01  # part of a wrong answer that is enough, too
NO_WORDS: Mapping[str, Callable[[], str]] = MappingProxyType({})
T = TypeVar("T")


def token_for(secret: bytes, student: str) -> str:
    """Return the token of a student: nobody can tell it, or that of another, without the secret."""
    return _written(hmac.digest(secret, student.encode(), "sha256"), DRAWN)


def read_token(text: str) -> str | None:
    """Return a token as it is written, or None if this is none: it has a slip in typing, say."""
    letters = text.casefold().translate(READ_AS)
    token = letters[:DRAWN]
    found = _with_check(token)
    return found if found.replace("-", "") == letters else None


def _written(digest: bytes, letters: int) -> str:
    number = int.from_bytes(digest[:8])
    return _with_check("".join(LETTERS[number >> 5 * place & 31] for place in range(letters)))


def _with_check(token: str) -> str:
    number = int.from_bytes(hashlib.sha256(token.encode()).digest()[:8])
    check = "".join(LETTERS[number >> 5 * place & 31] for place in range(CHECKED))
    return f"{token[:4]}-{token[4:]}-{check}"


@dataclass(frozen=True)
class Draw:
    """A number of an exercise: the usual one, and those that may stand in its place."""

    usual: Any
    among: Sequence[Any]


@dataclass(frozen=True)
class Own:
    """What one check reads of the numbers that vary, and how its words change with them.

    Attributes
    ----------
    variants : Variants
    names : tuple of str
        The numbers that its procedures read; others have their usual value for it.
    words : mapping of str to callable
        Passages of its hints and its meaning, and what returns the passage with the numbers in use.
    """

    variants: Variants
    names: tuple[str, ...]
    words: Mapping[str, Callable[[], str]]

    def seen(self) -> contextlib.AbstractContextManager[None]:
        """Let the procedures of the check read the numbers in use, while it lasts."""
        values = self.variants.in_use
        if values is None:
            return contextlib.nullcontext()
        return _seeing(self.variants, {name: values[name] for name in self.names})

    def said(self, text: str) -> str:
        """Return words of the check with the numbers that are seen."""
        if _seen.get(self.variants) is None:
            return text
        passages = self._passages()
        return re.sub(passages, lambda found: self.words[found[0]](), text) if passages else text

    def pattern(self, text: str) -> str:
        """Return a regular expression for words of the check, whatever numbers are in use."""
        passages = self._passages()
        kept = re.split(passages, text) if passages else [text]
        return ".*?".join(map(re.escape, kept))

    def _passages(self) -> str:
        return "|".join(map(re.escape, sorted(self.words, key=len, reverse=True)))


_seen: dict[Variants, dict[str, Any]] = {}
_made: list[Variants] = []


def forget() -> None:
    """Take the usual numbers again, as where Python begins anew."""
    for variants in _made:
        variants.in_use, variants.is_asked = None, False


@contextlib.contextmanager
def _seeing(variants: Variants, values: dict[str, Any]) -> Iterator[None]:
    before = _seen.get(variants)
    _seen[variants] = values
    try:
        yield
    finally:
        if before is None:
            del _seen[variants]
        else:
            _seen[variants] = before


def seen() -> tuple[Any, ...]:
    """Return what tells the numbers that are seen from any others; empty for the usual ones."""
    return tuple((id(variants), *values.items()) for variants, values in _seen.items())


class Variants:
    """The numbers of one exercise that may vary.

    Parameters
    ----------
    exercise : str
        Its name; the draws of two exercises have nothing in common.
    cells : mapping of str to str
        What is added to the exercise: by the id of a cell, the code of the cell behind it. There
        ``mine`` holds the student's numbers. It runs where no check is, so it may not need one.
    **draws : Draw
        The numbers by name.

    Examples
    --------
    >>> from scaling.checking import number
    >>> mine = Variants("hall", {}, guests=Draw(48, range(30, 90)))
    >>> voice = number(
    ...     name="voice",
    ...     expected=lambda: 90 / mine.guests,
    ...     meaning="that many minutes each.",
    ...     tolerance=0.006,
    ...     varies=mine.of("guests"),
    ... )
    >>> mine.guests
    48
    >>> given = mine(token_for(b"the secret of a course", "alex"))
    ✔ From here on, some questions have data of your own.
    >>> voice.say(90 / given.guests)
    ✔ 2.50: that many minutes each.
    """

    def __init__(self, exercise: str, cells: Mapping[str, str], **draws: Draw):
        self.exercise, self.cells, self.draws = exercise, cells, draws
        self.checks: list[Check] = []  # those that vary, added as they are made
        self.in_use: dict[str, Any] | None = None
        self.is_asked = False  # for a token, by the cell that an exercise with own data has
        self._drawn: dict[str, dict[str, Any]] = {}
        self._fits: dict[tuple[Any, ...], bool] = {}
        self._usual: dict[str, dict[tuple[str, str], float]] = {}
        _made.append(self)

    def __getattr__(self, name: str) -> Any:
        draws = vars(self).get("draws", {})
        if name not in draws:
            raise AttributeError(name)
        return _seen.get(self, {}).get(name, draws[name].usual)

    def of(self, *names: str, words: Mapping[str, Callable[[], str]] = NO_WORDS) -> Own:
        """Return what a check says of itself that reads these numbers; see `Own`.

        Raises
        ------
        ValueError
            If there is no number of such a name.
        """
        if unknown := set(names) - set(self.draws):
            raise ValueError(f"{', '.join(sorted(unknown))} is not among the numbers that vary.")
        return Own(self, names, words)

    def cached(self, *names: str) -> Callable[[Callable[..., T]], Callable[..., T]]:
        """Return a decorator that caches a function which reads these numbers.

        A result is used again where the numbers are the same, as they are seen, and so are the
        function's arguments, which have to be hashable.
        """

        def decorate(act: Callable[..., T]) -> Callable[..., T]:
            @functools.cache
            def result(_: tuple[Any, ...], *given: Hashable) -> T:
                return act(*given)

            @functools.wraps(act)
            def cached(*given: Hashable) -> T:
                return result(tuple(getattr(self, name) for name in names), *given)

            return cached

        return decorate

    def __call__(self, token: str) -> SimpleNamespace:
        """Take the numbers of a token from here on; return them. For the notebook.

        Raises
        ------
        scaling.checking.Hint
            If it is no token.
        """
        self.in_use, self.is_asked = None, True
        if not isinstance(token, str) or not token.strip():
            self.need_token()
        read = read_token(token)
        if read is None:
            raise Hint(
                "This is no token: one letter or more is not as it was sent. Copy it whole; it "
                f"looks like {_with_check(LETTERS[10 : 10 + DRAWN])}."
            )
        self.in_use = self.values(read)
        print("✔ From here on, some questions have data of your own.")
        return SimpleNamespace(**self.in_use)

    def need_token(self) -> None:
        """Refuse to go on where a token was asked for and not given.

        Raises
        ------
        NotDone
            If so: a student who took the numbers of all would be praised here, and get no points.
        """
        if self.is_asked and self.in_use is None:
            raise NotDone("mine", "needs the token that your instructor has sent you, in quotes")

    @contextlib.contextmanager
    def using(self, token: str) -> Iterator[dict[str, Any]]:
        """Take the numbers of a token while it lasts. For the grader."""
        before, self.in_use = self.in_use, self.values(token)
        try:
            yield self.in_use
        finally:
            self.in_use = before

    def values(self, token: str) -> dict[str, Any]:
        """Draw the numbers of a token, by name; the same each time.

        Raises
        ------
        RuntimeError
            If nothing that is drawn is as hard as the usual exercise.
        """
        if token not in self._drawn:
            if len(self._drawn) > MOST_TRIES:
                self._drawn.clear()
            self._drawn[token] = self._draw(token)
        return self._drawn[token]

    def _draw(self, token: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        again: list[str] = []
        for attempt in range(MOST_TRIES):
            values |= {
                name: draw.among[_number(token, self.exercise, name, attempt) % len(draw.among)]
                for name, draw in self.draws.items()
                if name not in values
            }
            again = []
            for check in self.checks:
                names = check.varies.names if check.varies else ()
                if not set(names) & set(again) and not self.is_fit(check, values):
                    again += names
            if not again:
                return values
            for name in again:
                values.pop(name, None)
        raise RuntimeError(f"{self.exercise} has no data of its own for {', '.join(again)}.")

    def is_fit(self, check: Check, values: Mapping[str, Any]) -> bool:
        """Tell whether a check tells right and wrong answers apart with these numbers."""
        if check.varies is None:
            return True
        read = {name: values[name] for name in check.varies.names}
        key = (check.name, *read.values())
        if key not in self._fits:
            if check.name not in self._usual:
                self._usual[check.name] = gaps(check)
            with _seeing(self, read):
                here = gaps(check)
            self._fits[key] = all(
                here.get(pair, 0.0) >= min(1.0, 0.99 * usual)
                for pair, usual in self._usual[check.name].items()
            )
        return self._fits[key]


def gaps(check: Check) -> dict[tuple[str, str], float]:
    """Return how far the answers of a check lie apart, with the numbers that are seen.

    Returns
    -------
    dict
        By pairs of hints, of which the right answer has the empty one; 1 is enough. A wrong answer
        is then outside of the tolerances of the right one and of its hint, and two wrong ones are
        told apart by which is nearer. Procedures that stop, or give no numbers, are passed over. A
        choice has one pair, with the letters that are right.
    """
    tolerance = getattr(check, "tolerance", 0.0)
    answers = {}
    for hint, procedure in {"": check.expected, **check.slips}.items():
        with contextlib.suppress(Exception), np.errstate(all="ignore"):
            answer = procedure()
            if isinstance(answer, Mapping):
                return {("", "".join(letter for letter, holds in answer.items() if holds)): 1.0}
            found = np.atleast_1d(np.asarray(answer, float))
            if np.isfinite(found).all():
                answers[hint] = found
    sizes = {hint: float(np.abs(answer).max()) for hint, answer in answers.items()}
    found_gaps = {}
    for one, other in itertools.combinations(answers, 2):
        enough = APART * tolerance
        if one:
            enough = min(VISIBLE * min(sizes[one], sizes[other]), BETWEEN_SLIPS * tolerance)
        distance = check.apart(answers[one], answers[other])
        found_gaps[one, other] = distance / (enough + 1e-9)
    return found_gaps


def _number(*parts: object) -> int:
    return int.from_bytes(hashlib.sha256("/".join(map(str, parts)).encode()).digest()[:8])
