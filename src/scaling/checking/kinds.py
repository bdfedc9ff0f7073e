"""The vocabulary of checks: number, choice, table, function, text.

A check knows the right procedure and the wrong ones that people really use, all computed from the
data when they are needed. It prints one sentence of meaning when the answer is right, and otherwise
raises an ``AssertionError`` whose message is the hint and nothing more. It never writes to stderr,
because nbgrader scores a test cell with any stderr as zero.
"""

from __future__ import annotations

import contextlib
import copy
import difflib
import inspect
import io
import math
import numbers
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from scaling.wording import listed, number_of

from . import tries, watching
from .explain import explain
from .hints import Hint, NotDone
from .variants import Own
from .worked_out import worked_out

# A hint shows a longer list as […].
LONGEST_LIST = 60  # characters
LONGEST_PHRASE = 1000  # characters of an answer in words that are looked at
# Said to students who have data of their own and answer with those that all others have.
PRINTED = (
    "This is right for the numbers that the exercise prints for all. You have numbers of your own: "
    "a cell near the question names them. Run it, and take those."
)


# ---------------------------------------------------------------- the five kinds of check


@dataclass(frozen=True, kw_only=True)
class Check:
    """What all checks share.

    >>> from scaling.checking import Hint, number
    >>> pairs = number(
    ...     name="pairs",
    ...     expected=lambda: 24 * 23 / 2,
    ...     meaning="that many conversations can take place.",
    ...     slips={"Each pair is counted twice: halve it.": lambda: 24 * 23},
    ...     tolerance=0.5,
    ... )
    >>> pairs(276)
    ✔ 276: that many conversations can take place.
    >>> pairs.say(552)
    Each pair is counted twice: halve it.

    Called in a notebook, a check that is not content stops its cell with a ``Hint``; ``say`` prints
    the hint and goes on.

    Parameters
    ----------
    name : str
        The variable or function that the learner makes.
    expected : callable
        The right procedure: takes nothing, returns the right answer. (For ``function``: the right
        function itself.)
    meaning : str
        One sentence on what the right answer says; printed with it.
    slips : mapping of str to callable
        The hint for each wrong procedure, and the procedure.
    varies : Own, optional
        What of it differs from student to student, where an instructor wants that.
    """

    name: str
    expected: Callable[..., Any]
    meaning: str
    slips: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    varies: Own | None = None

    def __post_init__(self) -> None:
        if self.varies is not None:
            self.varies.variants.checks.append(self)

    def __call__(self, answer: Any) -> None:
        """Check an answer: print what it means, or raise a ``Hint``.

        If the answer is older than the last run of its cell, a message says so instead. The check's
        cell succeeds or fails as it would otherwise, so that marks do not change.
        """
        watching.watch_from_here()
        earlier = watching.earlier(self.name)
        try:
            self._judge_or_raise(answer)
        except Hint as hint:
            watching.note_verdict(False)
            if not earlier and not isinstance(hint, NotDone) and watching.cell_id():
                tries.add(watching.cell_id())
            raise (Hint(earlier) if earlier else hint) from None
        watching.note_verdict(not earlier)
        print(earlier or f"✔ {self.praise()}", *watching.notices(), sep="\n")

    def credit(self, answer: Any, points: float) -> float:
        """Check an answer; return the points that it gets, all or the part that is right.

        A part is returned with the hint printed. nbgrader takes the value of a check's last line
        for the points of its cell.

        Parameters
        ----------
        answer : object
        points : float
            For an answer that is right in whole.

        Returns
        -------
        float
            Above 0, rounded to hundredths.

        Raises
        ------
        Hint
            If no part of the answer is right.
        """
        try:
            self(answer)
        except NotDone:
            raise
        except Hint as hint:
            reached = round(points * self._part_of(answer), 2)
            if not reached:
                raise
            watching.note_part(reached)
            print(hint, f"{reached:g} of {number_of(points, 'point')} so far.", sep="\n")
            return reached
        return float(points)

    def _part_of(self, answer: Any) -> float:
        try:
            with _quiet(), self._own_data():
                return self._share(answer)
        except Hint:
            return 0.0

    def _share(self, answer: Any) -> float:
        """Return which part, from 0 to 1, of an answer with a hint is right."""
        return 0.0

    def praise(self) -> str:
        """Return what the right answer is and means, its value only where no word tells it."""
        with self._own_data():
            return self._praise()

    def _praise(self) -> str:
        meaning = self._said(self.meaning)
        with _quiet():
            right = self._parts()
        said = [part if isinstance(part, str) else self._written_out(part) for part in right]
        others = [set() if isinstance(part, str) else _ways_to_say(part) for part in right]
        known = [
            any(way in meaning for way in {one, *ways})
            for one, ways in zip(said, others, strict=True)
        ]
        return meaning if all(known) else f"{listed(said)}: {meaning}"

    def _own_data(self) -> contextlib.AbstractContextManager[None]:
        """Let the procedures read what differs from student to student, while it lasts."""
        return self.varies.seen() if self.varies else contextlib.nullcontext()

    def _said(self, text: str) -> str:
        return self.varies.said(text) if self.varies else text

    def apart(self, one: np.ndarray, other: np.ndarray) -> float:
        """Return how far two answers in numbers are apart, in the unit of the tolerance."""
        return float(np.max(np.abs(one - other))) if one.shape == other.shape else math.inf

    def _parts(self) -> list[Any]:
        """Return the parts of the right answer to be shown with the praise; none if many."""
        return []

    def _written_out(self, value: float) -> str:
        """Return a part of the right answer as it is shown; checks of numbers round it."""
        return str(value)

    def _judge_or_raise(self, answer: Any) -> None:
        if _is_blank(answer):
            raise NotDone(self.name)
        if self.varies is not None:
            self.varies.variants.need_token()
        with _quiet(), self._own_data():
            hint = self._hint(answer)
            said = hint and self._said(hint)
        if said and hint not in self.slips and self._is_for_the_usual_data(answer):
            said = PRINTED
        if said:
            raise Hint(said)

    def _is_for_the_usual_data(self, answer: Any) -> bool:
        """Tell whether an answer would be right if the student had no data of their own."""
        if self.varies is None or self.varies.variants.in_use is None:
            return False
        with _quiet():
            return self._hint(answer) is None

    def say(self, answer: Any) -> None:
        """Print the verdict, right or not: for lessons, where a hint should stop nothing."""
        try:
            self(answer)
        except Hint as hint:
            print(hint)

    def _hint(self, answer: Any) -> str | None:
        raise NotImplementedError

    def _slip(self, is_this: Callable[[Callable[..., Any]], bool]) -> str | None:
        """Return the hint of the first wrong procedure that gives this answer."""
        for hint, slip in self.slips.items():
            # A wrong procedure may fail where the right one does not, and is passed over then.
            with contextlib.suppress(Exception):
                if is_this(slip):
                    return hint
        return None


@dataclass(frozen=True, kw_only=True)
class number(Check):  # noqa: N801 - reads as a word of the vocabulary
    """One number. ``tolerance`` is absolute, in the unit of the answer.

    A slip may return several numbers that are wrong for the same reason.
    """

    tolerance: float
    unit: str = ""

    def _parts(self) -> list[float]:
        return [float(worked_out(self.expected))]

    def _written_out(self, value: float) -> str:
        return _rounded_to(value, self.tolerance)

    def _hint(self, answer: Any) -> str | None:
        right = float(worked_out(self.expected))
        hint = _not_yet_one(answer, right, self.tolerance, self.name)
        if hint:
            return hint
        value = _as_number(answer, self.name)
        if _near(value, right, self.tolerance):
            return None
        return (
            self._nearest_slip(value)
            or _common_slip(value, right, self.tolerance)
            or _too_far(self.name, value, right, self.unit)
        )

    def apart(self, one: np.ndarray, other: np.ndarray) -> float:
        """Return the least distance, as a slip may stand for several numbers."""
        return float(np.min(np.abs(np.subtract.outer(one, other))))

    def _nearest_slip(self, value: float) -> str | None:
        """Return the hint of the wrong procedure nearest to a value, of those within tolerance."""
        distances = {}
        for hint, slip in self.slips.items():
            with contextlib.suppress(Exception):
                distances[hint] = float(np.min(np.abs(value - np.asarray(worked_out(slip), float))))
        near = {hint: off for hint, off in distances.items() if _near(off, 0, self.tolerance)}
        return min(near, key=lambda hint: near[hint], default=None)


@dataclass(frozen=True, kw_only=True)
class choice(Check):  # noqa: N801
    """One letter out of several statements.

    ``expected`` maps each letter to whether its statement is true, computed from the data; just one
    is. ``slips`` maps hints to the letters they answer.
    """

    def _hint(self, answer: Any) -> str | None:
        truth = worked_out(self.expected)
        if not isinstance(answer, str):
            return f'{self.name} should be one letter in quotes: {self.name} = "…".'
        letter = _plain(answer)
        if letter not in truth:
            return f"{self.name} should be one of the letters {', '.join(truth)}."
        if truth[letter]:
            return None
        return self._slip(lambda slip: worked_out(slip) == letter) or (
            f"Statement {letter} is not what the picture says. Read it once more."
        )


@dataclass(frozen=True, kw_only=True)
class table(Check):  # noqa: N801
    """Several numbers in order: a list, an array, a Series or a one-column DataFrame."""

    tolerance: float

    def _parts(self) -> list[float]:
        right = _as_numbers(worked_out(self.expected), self.name)
        return right.tolist() if len(right) < 5 else []

    def _written_out(self, value: float) -> str:
        return _rounded_to(value, self.tolerance)

    def _hint(self, answer: Any) -> str | None:
        values = _as_numbers(answer, self.name)
        right = _as_numbers(worked_out(self.expected), self.name)
        hint = _compare_several(values, right, self.tolerance, self.name)
        if hint is None:
            return None

        def is_this(slip: Callable[[], Any]) -> bool:
            wrong = _as_numbers(worked_out(slip), self.name)
            return _compare_several(values, wrong, self.tolerance, self.name) is None

        return self._slip(is_this) or self._common_slip_of_all(values, right) or hint

    def _common_slip_of_all(self, values: np.ndarray, right: np.ndarray) -> str | None:
        """Recognise a slip that people make with any number, if it explains every value."""
        if len(values) != len(right):
            return None
        said = {
            _common_slip(value, one, self.tolerance)
            for value, one in zip(values, right, strict=True)
        }
        return said.pop() if len(said) == 1 else None


@dataclass(frozen=True, kw_only=True)
class text(Check):  # noqa: N801
    """A name or a short phrase; capitals, accents, punctuation and a *the* in front do not matter.

    ``expected`` returns the phrase, or several that are all right.
    """

    def _hint(self, answer: Any) -> str | None:
        answer = _only_one_of(answer)
        if not isinstance(answer, str):
            return f'{self.name} should be text in quotes, such as {self.name} = "…".'
        said = _bare(answer)
        if said in _all_bare(worked_out(self.expected)):
            return None
        near = difflib.get_close_matches(said, _all_bare(worked_out(self.expected)), 1, 0.6)
        return self._slip(lambda slip: said in _all_bare(worked_out(slip))) or (
            f"“{str.strip(answer)}” is nearly a name of the table: copy it whole, letter by letter."
            if near
            else f"“{str.strip(answer)}” is not it. Go through the table again, row by row."
        )

    def _parts(self) -> list[str]:
        right = worked_out(self.expected)
        return [right] if isinstance(right, str) else []


@dataclass(frozen=True, kw_only=True)
class function(Check):  # noqa: N801
    """A function of numbers or arrays that returns a number or several.

    ``expected`` is the right function, each slip a wrong one; ``cases`` are the arguments in view.
    ``again`` checks further cases, for hidden tests. ``tolerance`` is relative to the right value,
    and absolute below 1.
    """

    cases: Sequence[tuple]
    tolerance: float = 1e-6

    def _hint(self, answer: Any) -> str | None:
        return self._judge(answer, self.cases, in_view=True)

    def again(self, answer: Any, *cases: tuple) -> None:
        """Check the same function on other cases; says nothing when it is right."""
        watching.watch_from_here()
        if _is_blank(answer):
            raise NotDone(self.name)
        with _quiet(), self._own_data():
            hint = self._judge(answer, cases, in_view=False)
        if hint:
            raise Hint(hint)

    def _judge(self, answer: Any, cases: Sequence[tuple], in_view: bool) -> str | None:
        if not callable(answer):
            return f"{self.name} should be a function: def {self.name}(…): and a return line."
        if hasattr(answer, "expect_cases"):  # A function in another process: grading/carry.py.
            answer.expect_cases(cases)
        found = [self._call(answer, case) for case in cases]

        def differences(procedure: Callable[..., Any]) -> Iterator[str | None]:
            return (
                self._compare(value, worked_out(procedure, case), case)
                for value, case in zip(found, cases, strict=True)
            )

        hints = list(differences(self.expected))
        if not any(hints):
            return None
        slip = self._slip(lambda slip: not any(differences(slip)))
        slip = (
            slip
            or (in_view and self._unused(answer, found, cases))
            or self._common_slip_of_all(found, cases)
        )
        if slip:
            return slip
        if in_view:  # A missing return value is the most helpful hint, so it comes first.
            silent = [hint for hint, value in zip(hints, found, strict=True) if value is None]
            return next(filter(None, [*silent, *hints]))
        if all(hint is None or _ROUNDED in hint for hint in hints):
            return f"{self.name} rounds what it returns. Return it in full."
        return (
            f"{self.name} is right for the values in view but not for others. Does it use its "
            "arguments everywhere, and no number or variable from outside?"
        )

    def _unused(self, answer: Callable, found: list[Any], cases: Sequence[tuple]) -> str | None:
        """Recognise a function that leaves an argument out, such as one with numbers typed in."""
        if any(value is None or value is Ellipsis for value in found):
            return None
        rights = [worked_out(self.expected, case) for case in cases]
        if len(cases) > 1 and _same(found) and not _same(rights):
            return (
                f"{self.name} gives the same whatever stands in its brackets. Calculate with the "
                "names in the def line, not with the numbers of one case."
            )
        if hasattr(answer, "expect_cases") or np.ndim(rights[0]):
            return None
        idle = []
        for place, name in enumerate(_argument_names(answer, len(cases[0]))):
            other = _with_another(cases[0], place)
            if other is None:
                return None
            with contextlib.suppress(Exception):  # The value may be out of range.
                moves = not _same([rights[0], worked_out(self.expected, other)])
                if moves and _same([found[0], answer(*copy.deepcopy(other))]):
                    idle.append(name)
        if not idle:
            return None
        return (
            f"The result does not change with {listed(idle)}. Is a number typed in its place, or "
            "does it cancel out for want of a bracket?"
        )

    def _common_slip_of_all(self, found: list[Any], cases: Sequence[tuple]) -> str | None:
        """Recognise a slip that people make with any number, if it explains every case."""
        said = set()
        for value, case in zip(found, cases, strict=True):
            right = worked_out(self.expected, case)
            if value is None or np.ndim(right) or np.size(value) != 1:
                return None
            value, right = _as_number(value, self.name), float(right)
            tolerance = self.tolerance * max(1.0, abs(right))
            if not _near(value, right, tolerance):
                said.add(_common_slip(value, right, tolerance))
        return said.pop() if len(said) == 1 else None

    def _call(self, answer: Callable[..., Any], case: tuple) -> Any:
        """Call the learner's function on copies, so that it can change nothing of ours."""
        try:
            value = answer(*copy.deepcopy(case))
            return list(value) if isinstance(value, Iterator) else value
        except NotImplementedError as error:
            name = _stopped_in(error) or self.name
            raise NotDone(name, "stops at its raise line; replace that line") from None
        except (Exception, SystemExit) as error:
            said = ": ".join([type(error).__name__, *str(error).splitlines()[:1]])
            said = f"{_written(self.name, case)} stops with {said.rstrip('.')}."
            known = getattr(answer, "__globals__", {})
            raise Hint(f"{said} {explain('', error, known)}".rstrip()) from None

    def _compare(self, value: Any, right: Any, case: tuple) -> str | None:
        call = _written(self.name, case)
        if value is None:
            return f"{call} returns nothing. Is there a return line that it reaches?"
        if value is Ellipsis:
            raise NotDone(self.name)
        if np.ndim(right) == 0:
            tolerance = self.tolerance * max(1.0, abs(right))
            hint = _not_yet_one(value, float(right), tolerance, call)
            if hint:
                return hint
            value = _as_number(value, call)
            if _near(value, float(right), tolerance):
                return None
            if _is_rounded(value, float(right)):
                return f"{call} gives {value:.6g}, which is right {_ROUNDED}. Return it in full."
            return (
                f"{call} gives {value:.6g}, which is {_side(value, float(right))}. Work this case "
                "out by hand, and compare step by step."
            )
        values = _as_numbers(value, call)
        rights = _as_numbers(right, call)
        return _compare_several(
            values, rights, self.tolerance * max(1.0, np.abs(rights).max()), call
        )


# ---------------------------------------------------------------- reading answers


def _is_blank(answer: Any) -> bool:
    return (
        answer is None or answer is Ellipsis or (isinstance(answer, str) and not str.strip(answer))
    )


def _as_number(answer: Any, name: str) -> float:
    """Return any single number as a plain float, or raise a hint on what it is instead."""
    if isinstance(answer, str | bytes):
        raise Hint(f"{name} is text. Write the number without quotes.")
    if callable(answer):
        raise Hint(f"{name} is a function. Call it, with round brackets, to get its value.")
    if isinstance(answer, bool | np.bool_):
        raise Hint(f"{name} is {answer}; a number is wanted.")
    values = _as_numbers(answer, name)
    if len(values) != 1:
        is_comma = isinstance(answer, tuple) and [type(part) for part in answer] == [int, int]
        comma = " Write a decimal point, not a comma." if is_comma else ""
        if isinstance(answer, tuple) and len(answer) == 2 and answer[1] == 0:
            comma = " Write a large number without a comma, such as 100000."
        raise Hint(f"{name} holds {len(values)} values; a single number is wanted.{comma}")
    value = float(values[0])
    if not math.isfinite(value):
        raise Hint(
            f"{name} is {value}, not a finite number. Look for a division by zero, the logarithm "
            "of zero, or a missing value."
        )
    return value


def _as_numbers(answer: Any, name: str) -> np.ndarray:
    """Return several numbers as one row of plain floats, or raise a hint on what they are instead.

    Nothing but the values is taken from the answer: an object that claims to equal everything has
    no say in the comparison.
    """
    if isinstance(answer, pd.DataFrame) and answer.shape[1] != 1:
        raise Hint(
            f"{name} is a table of {answer.shape[1]} columns; one column is wanted, such as "
            f'{name}["…"].'
        )
    if isinstance(answer, list | tuple):
        for part in answer:
            if isinstance(part, pd.DataFrame):
                many = number_of(sum(isinstance(one, pd.DataFrame) for one in answer), "table")
                raise Hint(
                    f"{name} holds {many} where numbers are wanted. Take a column of it, in square "
                    "brackets, and make one number of that."
                )
            if isinstance(part, _COLUMN) and np.size(part) > 1:
                raise Hint(f"{name} holds a whole column where a number is wanted.")
    if isinstance(answer, set | frozenset):
        raise Hint(f"{name} is a set, which keeps no order. Use a list, in square brackets.")
    kind = type(answer).__name__
    if callable(answer):
        raise Hint(f"{name} is a function. Call it, with round brackets, to get its values.")
    try:
        if isinstance(answer, Mapping):
            answer = list(answer.values())
        elif isinstance(answer, Iterable) and not isinstance(answer, _WHOLE):
            answer = list(answer)
        values = np.asarray(answer).ravel()
        kinds = {type(value) for value in values} if values.dtype == object else {values.dtype.type}
        if any(issubclass(part, str | bytes) for part in kinds):
            raise Hint(f"{name} holds text. Write numbers without quotes.")
        if type(Ellipsis) in kinds:
            raise NotDone(name, "still holds dots where a number is wanted")
        if values.dtype == object and any(map(callable, values)):
            raise Hint(f"{name} holds a function. Call it, with round brackets, to get its value.")
        if any(issubclass(part, _NO_NUMBER) for part in kinds):
            raise Hint(f"{name} should hold numbers only; some values are none.")
        return values.astype(float)
    except Hint:
        raise
    except Exception:  # Reading a learner's object may fail in any way.
        if isinstance(answer, list) and any(isinstance(part, _COLUMN) for part in answer):
            raise Hint(f"{name} holds a whole column where a number is wanted.") from None
        raise Hint(f"{name} should hold numbers only; it is {kind}.") from None


_WHOLE = np.ndarray | pd.DataFrame | str | bytes
_COLUMN = np.ndarray | pd.Series | pd.Index | pd.DataFrame | pd.api.extensions.ExtensionArray
_NO_NUMBER = bool | np.bool_ | complex | np.complexfloating | np.datetime64 | np.timedelta64


def _only_one_of(answer: Any) -> Any:
    """Return the only value of a list, an array or a table, as a filter on a table leaves it."""
    if isinstance(answer, list | tuple | _COLUMN):
        with contextlib.suppress(Exception):  # What cannot be read is judged as it is.
            values = np.asarray(answer, dtype=object).ravel()
            return values[0] if len(values) == 1 else answer
    return answer


def _stopped_in(error: Exception) -> str:
    """Return the name of the function that stopped: an answer may call one that is not done."""
    if hasattr(error, "stopped_in"):  # It ran in another process: grading/carry.py.
        return error.stopped_in
    name, trace = "", error.__traceback__
    while trace is not None:
        name, trace = trace.tb_frame.f_code.co_name, trace.tb_next
    return name if name.isidentifier() else ""


def _plain(phrase: str) -> str:
    # The time that this takes grows as the square of the length, if most letters are accents.
    letters = unicodedata.normalize("NFKD", str.casefold(phrase[:LONGEST_PHRASE]))
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", " ", letters).strip()


def _bare(name: str) -> str:
    return _plain(name).removeprefix("the ")


def _all_bare(names: str | Iterable[str]) -> set[str]:
    return {_bare(name) for name in ([names] if isinstance(names, str) else names)}


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Let nothing that is run in here print or warn, neither the learner's code nor ours."""
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


# ---------------------------------------------------------------- comparing and explaining

_ROUNDED = "but rounded"


def _near(value: float, right: float, tolerance: float) -> bool:
    # Slightly wider than the tolerance, so that an answer rounded to its edge is accepted.
    return abs(value - right) <= tolerance * (1 + 1e-9) + 1e-12


def _common_slip(value: float, right: float, tolerance: float) -> str | None:
    """Recognise what people do to any right number: per cent, sign, logarithm, upside down."""
    if tolerance >= 0.1 * abs(right):
        return None  # The tolerance is too wide for a guess.
    if _near(value, 100 * right, 100 * tolerance):
        return "This is 100 times the answer: per cent where a share is wanted?"
    if _near(value, right / 100, tolerance / 100):
        return "This is a hundredth of the answer: a share where per cent is wanted?"
    if _near(-value, right, tolerance):
        return "The size is right, the sign is not. Which way round is the difference taken?"
    if right > 0 and _near(value, math.log(right), tolerance / right):
        return "This is the logarithm of the answer: take the exponential."
    if _near(value, math.exp(min(right, 700)), tolerance * math.exp(min(right, 700))):
        return "This is the exponential of the answer: stay on the logarithmic scale."
    differs = abs(1 / right - right) > 2 * tolerance  # 1 is its own reciprocal.
    if value != 0 and differs and _near(1 / value, right, tolerance):
        return "This is upside down: one divided by the answer."
    return None


def _is_rounded(value: float, right: float) -> bool:
    """Tell whether ``value`` is the right one, rounded to fewer decimals than are wanted."""
    for places in range(1, 7):
        least = 10 if places < 3 else 1  # units of the last decimal place
        if abs(value - round(right, places)) < 1e-12 and abs(value) * 10**places >= least:
            return True
    return False


def _too_far(name: str, value: float, right: float, unit: str) -> str:
    if _is_rounded(value, right):
        return f"{name} = {value:.6g} is right, {_ROUNDED} too far. Keep more decimals."
    said = f"{name} = {value:.6g} {unit}".rstrip()
    if any(value != 0 and value == round(right, places) for places in (0, 1)):
        return f"{said} may be right, {_ROUNDED} too far to tell. Give two more decimals."
    return f"{said} is {_side(value, right)}. Compare each number in your line with the question."


def _side(value: float, right: float) -> str:
    """Return how a wrong number is off: too large or too small, or of the wrong sign."""
    if value * right < 0:
        return "of the wrong sign"
    far = min(abs(value), abs(right)) * 10 <= max(abs(value), abs(right))
    return f"{'far ' if far else ''}too {'large' if value > right else 'small'}"


def _rounded_to(value: float, tolerance: float) -> str:
    """Return a right number in words, with as many decimals as its tolerance makes meaningful."""
    decimals = min(4, max(0, math.floor(-math.log10(tolerance) + 1e-9)))
    if not float(value).is_integer() and round(value, decimals) == 0:
        decimals = 4
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text and float(value).is_integer() else text
    return text.replace("-", "−")


_SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def _ways_to_say(value: float) -> set[str]:
    """Return how a sentence may hold a number: in a word, in per cent, with fewer decimals."""
    ways = {f"{100 * value:.{places}f} %" for places in (0, 1)}
    ways |= {f"{abs(value):,.{places}f}" for places in (1, 2, 3, 4) if round(value, places)}
    if value in range(len(_SMALL)):
        word = _SMALL[int(value)]
        ways |= {f" {word} ", f"{word.capitalize()} "}
    return ways


def _not_yet_one(answer: Any, right: float, tolerance: float, name: str) -> str | None:
    """Recognise several numbers whose sum or mean is the one that is wanted."""
    try:
        values = _as_numbers(answer, name)
    except Hint:
        return None
    if len(values) < 2 or not np.isfinite(values).all():
        return None
    if _near(float(values.sum()), right, tolerance):
        return f"{name} holds {len(values)} values: add them up, with np.sum."
    if np.ptp(values) > 0 and _near(float(values.mean()), right, tolerance):
        return f"{name} holds {len(values)} values: take their mean, with np.mean."
    return None


def _same(results: Sequence[Any]) -> bool:
    """Tell whether all results are the same number or numbers."""
    try:
        first, *others = (np.asarray(result, float).ravel() for result in results)
        if not first.size or not np.isfinite(first).all():
            return False
        return all(np.allclose(first, other, rtol=1e-12, atol=0) for other in others)
    except (TypeError, ValueError):
        return False


def _argument_names(answer: Callable, many: int) -> list[str]:
    try:
        names = list(inspect.signature(answer).parameters)
    except (TypeError, ValueError):
        return []
    return names if len(names) == many else []


def _with_another(case: tuple, place: int) -> tuple | None:
    """Return a case with another value in one place, near to the first; None if it is no number."""
    value = copy.deepcopy(case[place])
    other: Any
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        other = value + 1
    elif isinstance(value, numbers.Real) and not isinstance(value, bool):
        other = value * 1.0625 or 0.0625
    else:
        try:
            several = np.asarray(value, float).copy()
            if several.ndim != 1 or not len(several):
                return None
            several[0] = several[0] * 1.0625 or 0.0625
            other = type(value)(several) if isinstance(value, list | tuple) else several
        except (TypeError, ValueError):
            return None
    return (*case[:place], other, *case[place + 1 :])


def _compare_several(
    values: np.ndarray, right: np.ndarray, tolerance: float, name: str
) -> str | None:
    if len(values) != len(right):
        return f"{name} holds {number_of(len(values), 'value')}; {len(right)} are wanted."
    if not np.isfinite(values).all():
        place = int(np.flatnonzero(~np.isfinite(values))[0]) + 1
        return f"Value {place} of {name} is missing or infinite."
    off = np.abs(values - right) > tolerance * (1 + 1e-9) + 1e-12
    if not off.any():
        return None
    if (np.abs(np.sort(values) - np.sort(right)) <= tolerance).all():
        return f"The values of {name} are right but in another order; keep the order asked for."
    if all(map(_is_rounded, values[off], right[off])):
        return f"The values of {name} are right, {_ROUNDED} too far. Keep more decimals."
    place = int(np.flatnonzero(off)[0])
    first = f"value {place + 1}, which is {values[place]:.6g}"
    if off.all() and len(off) > 1:
        return f"No value of {name} is right yet. Begin with {first}."
    if off.sum() > 1:
        return f"{off.sum()} of the {len(off)} values of {name} are not right. Begin with {first}."
    return f"One value of {name} is not right: {first}."


def _written(name: str, case: tuple) -> str:
    """Write a call as the learner would, with long arguments shortened."""
    return f"{name}({', '.join(map(_as_typed, case))})"


def _as_typed(argument: Any) -> str:
    if np.ndim(argument):
        whole = f"[{', '.join(map(_as_typed, argument))}]"
        return whole if len(whole) <= LONGEST_LIST else "[…]"
    if isinstance(argument, numbers.Integral):
        return str(int(argument))  # 2173810 and not 2.17381e+06
    return f"{argument:.12g}" if isinstance(argument, numbers.Real) else repr(argument)
