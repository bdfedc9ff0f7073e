"""More of the vocabulary: several, ordering, matching, estimate.

These check answers that take no calculation: which of some statements hold, in which order things
come, what belongs to what, and how large something roughly is. Letters may be typed in any manner,
such as ``"b d a"``, ``"BDA"`` or ``["b", "d", "a"]``.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scaling.wording import listed

from .hints import Hint, NotDone
from .kinds import LONGEST_PHRASE, Check, _as_number, _plain, _side
from .worked_out import worked_out

# Words that people type between letters.
FILLING_WORDS = {"and", "or", "then", "before"}


@dataclass(frozen=True, kw_only=True)
class several(Check):  # noqa: N801 - reads as a word of the vocabulary
    """Which of several statements are true; at least one is.

    ``expected`` maps each letter to whether its statement is true, computed from the data. A slip
    returns a letter, or several, that are chosen though false or left out though true. The share of
    the points is (true ones chosen − false ones chosen) / all true ones, and at least 0.

    >>> from scaling.checking import several
    >>> prime = several(
    ...     name="prime",
    ...     expected=lambda: {"a": True, "b": False, "c": True},
    ...     meaning="2 and 5 are prime.",
    ...     slips={"One more number has no other divisor.": lambda: ["a", "c"]},
    ... )
    >>> prime.credit("c", 2)
    One more number has no other divisor.
    1 of 2 points so far.
    1.0
    """

    def _hint(self, answer: Any) -> str | None:
        truth = worked_out(self.expected)
        chosen = self._chosen(answer, truth)
        wrong = {letter for letter in truth if (letter in chosen) != bool(truth[letter])}
        if not wrong:
            return None
        if not chosen:
            return f"{self.name} chooses nothing, but at least one of the statements holds."
        slip = self._slip(lambda slip: not wrong.isdisjoint(_several_of(worked_out(slip))))
        if slip:
            return slip
        false = sorted(wrong & chosen)
        if false:
            return f"Read statement {false[0]} of {self.name} once more: does it hold?"
        return f"What {self.name} chooses holds, but something is missing: read the others again."

    def _share(self, answer: Any) -> float:
        truth = worked_out(self.expected)
        chosen = self._chosen(answer, truth)
        true = {letter for letter in truth if truth[letter]}
        return max(0.0, (len(chosen & true) - len(chosen - true)) / len(true))

    def _chosen(self, answer: Any, truth: Mapping[str, bool]) -> set[str]:
        if isinstance(answer, dict) and all(
            isinstance(v, bool | np.bool_) for v in answer.values()
        ):
            answer = [letter for letter, is_chosen in answer.items() if is_chosen]
        return set(_letters(answer, truth, self.name, ordered=False))


@dataclass(frozen=True, kw_only=True)
class ordering(Check):  # noqa: N801
    """Letters in order, the smallest number first.

    ``expected`` maps each letter to a number, computed from models or data where they decide it;
    letters of equal numbers may come in either order. A slip returns the letters as somebody orders
    them (``"badc"``), a part of them (``"cb"``: c somewhere before b), several of these, or other
    numbers for the letters. An order that is wholly the other way round is recognised by itself.

    >>> from scaling.checking import ordering
    >>> size = ordering(
    ...     name="size",
    ...     expected=lambda: {"a": 9_000, "b": 12, "c": 350},
    ...     meaning="from the club to the town.",
    ...     slips={"A school is smaller than a town.": lambda: "ac"},
    ... )
    >>> size("b, c, a")
    ✔ from the club to the town.
    >>> size.say("bac")
    A school is smaller than a town.
    """

    def _hint(self, answer: Any) -> str | None:
        rank = worked_out(self.expected)
        letters = self._in_order(answer, rank)
        off = _wrong_neighbours(letters, rank)
        if not off:
            return None
        slip = self._slip(lambda slip: _has_an_order_of(letters, worked_out(slip)))
        if slip:
            return slip
        if not _wrong_neighbours(letters[::-1], rank):
            return f"This is the order the other way round: begin {self.name} at the other end."
        one, other = off[0]
        if len(off) == 1 and _is_one_swap(letters, rank):
            return f"Nearly: one pair of neighbours in {self.name} is the wrong way round."
        return f"Compare {one} with {other}: which of the two comes first in {self.name}?"

    def _in_order(self, answer: Any, rank: Mapping[str, float]) -> list[str]:
        letters = _letters(answer, rank, self.name, ordered=True)
        twice = sorted({letter for letter in letters if letters.count(letter) > 1})
        if twice:
            raise Hint(f"{self.name} names {listed(twice)} more than once; each comes once.")
        missing = [letter for letter in rank if letter not in letters]
        if missing:
            raise Hint(
                f"{self.name} leaves out {listed(missing)}: put all {len(rank)} letters in order."
            )
        return letters


@dataclass(frozen=True, kw_only=True)
class matching(Check):  # noqa: N801
    """What belongs to what: an option, a letter, for each item, a number.

    ``expected`` maps each item to its option, as in ``{"1": "b", "2": "a"}``; ``options`` are all
    letters that may be chosen. A slip returns a wrong pair (``"1c"``), or several that are wrong
    for the same reason. The share of the points is the share of items that are matched rightly.

    >>> from scaling.checking import matching
    >>> homes = matching(
    ...     name="homes",
    ...     expected=lambda: {"1": "b", "2": "a"},
    ...     options="abc",
    ...     meaning="a bee has a hive, a fox a den.",
    ...     slips={"A nest is a bird's.": lambda: ["1c", "2c"]},
    ... )
    >>> homes({1: "b", 2: "a"})
    ✔ a bee has a hive, a fox a den.
    >>> homes.credit("1b 2c", 2)
    A nest is a bird's.
    1 of 2 points so far.
    1.0
    """

    options: str

    def _hint(self, answer: Any) -> str | None:
        right = worked_out(self.expected)
        pairs = self._pairs(answer, right)
        wrong = {item + pairs[item] for item in pairs if pairs[item] != right[item]}
        if wrong:
            return self._slip(lambda slip: not wrong.isdisjoint(_several_of(worked_out(slip)))) or (
                f"Look at {min(wrong)[:-1]} in {self.name} once more: which letter fits it better?"
            )
        missing = [item for item in right if item not in pairs]
        return f"{self.name} has no letter yet for {listed(missing)}." if missing else None

    def _share(self, answer: Any) -> float:
        right = worked_out(self.expected)
        pairs = self._pairs(answer, right)
        return sum(pairs.get(item) == option for item, option in right.items()) / len(right)

    def _pairs(self, answer: Any, right: Mapping[str, str]) -> dict[str, str]:
        """Return the option chosen for each item, as far as items have one."""
        items = list(right)
        form = " ".join(f"{item}…" for item in items)  # An example could be right.
        wanted = Hint(
            f"{self.name} should be one letter of {', '.join(self.options)} for each of "
            f'{listed(items)}, in quotes: {self.name} = "{form}".'
        )
        if isinstance(answer, dict):
            answer = [f"{item} {option}" for item, option in _text_pairs(answer, wanted)]
        said = _said(answer, self.name, wanted)
        said = re.sub(r"\s+", "", said)
        found = re.findall(r"([0-9]+)([a-z])", said)
        if "".join(map("".join, found)) != said:
            turned = re.findall(r"([a-z])([0-9]+)", said)
            found = [(item, option) for option, item in turned]
            if "".join(map("".join, turned)) != said:
                found = list(zip(items, said, strict=False)) if len(said) == len(items) else []
        if not found or any(i not in right or o not in self.options for i, o in found):
            raise wanted
        twice = sorted({item for item, _ in found if [i for i, _ in found].count(item) > 1})
        if twice:
            raise Hint(f"{self.name} names {listed(twice)} more than once; each has one letter.")
        return dict(found)


@dataclass(frozen=True, kw_only=True)
class estimate(Check):  # noqa: N801
    """A number above 0 that is right within a factor.

    With a ``factor`` of 2, from half to twice the right number is right. A slip returns a number,
    or several, that are wrong for the same reason; the nearest within the square root of the factor
    is named.

    >>> from scaling.checking import estimate
    >>> steps = estimate(
    ...     name="steps",
    ...     expected=lambda: 60 * 24,
    ...     meaning="a minute has its place in a day.",
    ...     slips={"This is an hour's.": lambda: 60},
    ... )
    >>> steps(1000)
    ✔ about 1,400: a minute has its place in a day.
    >>> steps.say(70)
    This is an hour's.
    """

    factor: float = 2
    unit: str = ""

    def _parts(self) -> list[str]:
        right = float(worked_out(self.expected))
        rounded = float(f"{right:.2g}")
        said = f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"
        return [] if said in self.meaning else [f"about {said} {self.unit}".rstrip()]

    def _hint(self, answer: Any) -> str | None:
        right = float(worked_out(self.expected))
        value = _as_number(answer, self.name)
        said = f"{self.name} = {value:.6g} {self.unit}".rstrip()
        if value <= 0:
            return f"{said} cannot be: a number above 0 is wanted."
        if _apart(value, right) <= self.factor * (1 + 1e-9):
            return None
        return self._nearest_slip(value) or (
            f"{said} is {_side(value, right)}. Estimate its parts one by one, then multiply."
        )

    def _nearest_slip(self, value: float) -> str | None:
        near = {}
        for hint, slip in self.slips.items():
            with contextlib.suppress(Exception):
                wrong = np.ravel(worked_out(slip)).astype(float).tolist()
                near[hint] = min(_apart(value, one) for one in wrong)
        nearest = min(near, key=lambda hint: near[hint], default="")
        return nearest if nearest and near[nearest] <= math.sqrt(self.factor) else None


# ---------------------------------------------------------------- reading answers


def _letters(answer: Any, known: Iterable[str], name: str, *, ordered: bool) -> list[str]:
    """Return the letters of an answer in the order in which they were typed."""
    known = list(known)
    what = "the letters in order" if ordered else "the letters you choose"
    form = " ".join("…" * (len(known) if ordered else 2))  # An example could be right.
    wanted = Hint(f'{name} should be {what}, of {", ".join(known)}, in quotes: {name} = "{form}".')
    if ordered and isinstance(answer, set | frozenset):
        raise Hint(f'{name} is a set, which keeps no order. Write {name} = "{form}".')
    if isinstance(answer, dict):
        raise wanted
    words = [word for word in _said(answer, name, wanted).split() if word not in FILLING_WORDS]
    if not ordered and words in ([], ["none"]):
        return []
    letters = list("".join(words))
    if not letters or any(letter not in known for letter in letters):
        raise wanted
    return letters


def _said(answer: Any, name: str, wanted: Hint) -> str:
    """Return the letters and digits of a text, or of a list of texts, with blanks between words."""
    if isinstance(answer, str):
        whole = _plain(answer)
        if not whole:
            raise NotDone(name)
        return whole
    if callable(answer) or isinstance(answer, bytes):
        raise wanted
    try:
        parts = list(itertools.islice(_flat(answer), LONGEST_PHRASE))
    except Exception:  # Reading a learner's object may fail in any way.
        raise wanted from None
    if any(part is Ellipsis for part in parts):
        raise NotDone(name, "still holds dots where a letter is wanted")
    said = []
    for part in parts:
        if isinstance(part, bool | np.bool_) or not isinstance(part, str | int | np.integer):
            raise wanted
        said.append(_plain(str(part)))
    return " ".join(said)


def _flat(answer: Any) -> Iterable[Any]:
    """Yield the parts of a list, an array or a table of one column, and those of lists in it."""
    if isinstance(answer, pd.DataFrame | np.ndarray):
        if answer.ndim == 0 or answer.size != len(answer):
            raise TypeError("One column is wanted.")
        answer = np.ravel(answer)
    for part in answer:
        if isinstance(part, list | tuple):
            yield from part
        else:
            yield part


def _text_pairs(answer: Mapping, wanted: Hint) -> list[tuple[str, str]]:
    pairs = []
    for item, option in itertools.islice(answer.items(), LONGEST_PHRASE):
        if option is Ellipsis or option is None or option == "":
            continue
        if isinstance(item, bool) or not isinstance(item, str | int) or not isinstance(option, str):
            raise wanted
        pairs.append((str(item), option))
    return pairs


def _several_of(slip: str | Iterable[str]) -> list[str]:
    return [slip] if isinstance(slip, str) else list(slip)


# ---------------------------------------------------------------- comparing


def _wrong_neighbours(letters: list[str], rank: Mapping[str, float]) -> list[tuple[str, str]]:
    """Return the pairs of neighbours of which the second should come before the first."""
    return [(one, other) for one, other in itertools.pairwise(letters) if rank[one] > rank[other]]


def _is_one_swap(letters: list[str], rank: Mapping[str, float]) -> bool:
    return any(
        not _wrong_neighbours(
            [*letters[:at], letters[at + 1], letters[at], *letters[at + 2 :]], rank
        )
        for at in range(len(letters) - 1)
    )


def _has_an_order_of(letters: list[str], slip: Any) -> bool:
    """Tell whether letters are in the order, or one of the orders, that a slip gives."""
    if isinstance(slip, Mapping):
        return not _wrong_neighbours(letters, slip)
    return any([each for each in letters if each in one] == list(one) for one in _several_of(slip))


def _apart(value: float, other: float) -> float:
    """Return by which factor two numbers above 0 differ, 1 or more."""
    return max(value / other, other / value)
