"""Answers as plain data: how a value crosses from a student's kernel to the check.

A check never runs in the process that a student's code can change. What crosses is data: numbers,
text, lists, arrays, tables, written as JSON. A function stays where it is; what crosses is a number
by which it can be called, with data going in and data coming back. Nothing is unpickled, and
nothing that arrives is run. An object of another kind arrives as its kind's name alone.

`pack` runs in the student's kernel and may be tampered with there: that only changes which data
arrive. `unpack` runs in the grading process and trusts nothing.
"""

from __future__ import annotations

import base64
import json
import numbers
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

MIME = "application/vnd.scaling.answer+json"
LARGEST = 8_000_000  # characters in one answer
DEEPEST = 40  # levels of lists in lists
LONGEST = 200_000  # values from an iterator
# Keys of a set or dict can be chosen so that each takes longer to add than the last.
MOST_KEYS = 2_000
NUMERIC = re.compile(r"[<>|=]?([biufc]\d{1,2}|[mM]8(\[\w{1,12}\])?)")
NAME = re.compile(r"[A-Za-z_]\w{0,60}")


class NotCarried(Exception):
    """What arrived is not an answer: too large, too deep, or not as `pack` writes it."""


class KernelEnded(Exception):
    """The kernel is gone, or had to be ended; the message says why."""


class TooSlow(Exception):
    """A student's function that had to be interrupted."""


class GivenUp(Exception):
    """A submission that cannot be graded within its limits; the message says which."""


class Opaque:
    """Stands for an object that is no data; its class has the name of the object's class."""


# ---------------------------------------------------------------- in the student's kernel

_functions: list[Callable[..., Any]] = []  # A function crosses as its place in this list.


class Parcel:
    """Something packed, shown to the host as JSON."""

    def __init__(self, content: dict[str, Any]):
        self._content = content

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {MIME: json.dumps(self._content)}


def send(names: list[str], namespace: dict[str, Any]) -> Parcel:
    """Pack the variables that exist, by name."""
    return Parcel({name: pack(namespace[name]) for name in names if name in namespace})


def call(number: int, cases: str) -> Parcel:
    """Call a function that crossed earlier, case by case, until it stops on one.

    Parameters
    ----------
    number : int
        The number under which it crossed.
    cases : str
        JSON: for each case its arguments, packed.
    """
    found = []
    for arguments in json.loads(cases):
        try:
            found.append({"returned": pack(_functions[number](*unpack(arguments, None)))})
        except (Exception, SystemExit) as error:
            found.append({"stopped": _describe(error)})
            break
    return Parcel({"found": found})


def _describe(error: BaseException) -> dict[str, str]:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return {
        "kind": type(error).__name__,
        "text": str(error)[:2000],
        "inside": trace.tb_frame.f_code.co_name if trace is not None else "",
    }


def pack(value: Any, depth: int = 0) -> Any:
    """Return a value as what JSON can hold; see `unpack` for the way back."""
    if depth > DEEPEST:
        return {"is": "other", "kind": type(value).__name__}
    if value is None or (isinstance(value, bool | str) and type(value) in (bool, str)):
        return value
    if value is Ellipsis:
        return {"is": "ellipsis"}
    for kinds, pack_kind in _PACKERS:
        if isinstance(value, kinds):
            return pack_kind(value, depth + 1)
    if callable(value):
        _functions.append(value)
        return {"is": "function", "number": len(_functions) - 1}
    return _pack_other(value, depth + 1)


def _pack_array(value: np.ndarray, depth: int) -> dict[str, Any]:
    if isinstance(value, np.ma.MaskedArray) and value.dtype.kind in "biuf" and value.mask.any():
        value = np.ma.filled(value.astype(float), np.nan)  # What is below a mask is no answer.
    value = np.asarray(value)
    if value.dtype.kind in "biufcmM":
        raw = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode()
        return {"is": "array", "dtype": value.dtype.str, "shape": value.shape, "bytes": raw}
    content = [pack(part, depth) for part in value.ravel().tolist()]
    return {"is": "objects", "shape": value.shape, "values": content}


def _pack_frame(value: pd.DataFrame, depth: int) -> dict[str, Any]:
    columns = [pack(np.asarray(value.iloc[:, place]), depth) for place in range(value.shape[1])]
    names, index = pack(list(value.columns), depth), pack(np.asarray(value.index), depth)
    return {"is": "frame", "names": names, "columns": columns, "index": index}


def _pack_number(value: Any, depth: int) -> Any:
    if isinstance(value, numbers.Integral):
        return {"is": "int", "text": str(int(value))}
    if isinstance(value, numbers.Real) or not isinstance(value, numbers.Complex):
        return {"is": "float", "text": float(value).hex()}
    return {"is": "complex", "text": [float(value.real).hex(), float(value.imag).hex()]}


def _pack_values(kind: str) -> Callable[[Any, int], dict[str, Any]]:
    return lambda value, depth: {"is": kind, "values": [pack(part, depth) for part in value]}


def _pack_pairs(value: Mapping, depth: int) -> dict[str, Any]:
    pairs = [[pack(key, depth), pack(part, depth)] for key, part in value.items()]
    return {"is": "dict", "pairs": pairs}


def _pack_iterator(value: Iterator, depth: int) -> dict[str, Any]:
    values = [pack(part, depth) for part, _ in zip(value, range(LONGEST), strict=False)]
    return {"is": "iterator", "values": values}


def _pack_other(value: Any, depth: int) -> dict[str, Any]:
    """Pack a value that can be read as numbers; for any other, pack the name of its kind."""
    if hasattr(value, "__array__"):
        return _pack_array(np.asarray(value), depth)
    if hasattr(value, "__float__"):
        return {"is": "float", "text": float(value).hex()}
    if hasattr(value, "__iter__"):
        return _pack_iterator(iter(value), depth)
    return {"is": "other", "kind": type(value).__name__}


_PACKERS: tuple[tuple[Any, Callable[[Any, int], Any]], ...] = (
    (bool | np.bool_, lambda value, _: {"is": "truth", "value": bool(value)}),
    (str, lambda value, _: str.__str__(value)),
    (bytes | bytearray, lambda value, _: {"is": "bytes", "hex": bytes(value).hex()}),
    (np.generic, lambda value, depth: {**_pack_array(np.asarray(value), depth), "scalar": True}),
    (numbers.Number, _pack_number),
    (np.ndarray, _pack_array),
    (
        pd.Series,
        lambda value, depth: {
            "is": "series",
            "values": pack(np.asarray(value), depth),
            "index": pack(np.asarray(value.index), depth),
        },
    ),
    (pd.DataFrame, _pack_frame),
    (pd.Index, lambda value, depth: _pack_array(np.asarray(value), depth)),
    (list, _pack_values("list")),
    (tuple, _pack_values("tuple")),
    (set | frozenset, _pack_values("set")),
    (range, _pack_values("list")),
    (Mapping, _pack_pairs),
    (Iterator, _pack_iterator),
)


# ---------------------------------------------------------------- in the grading process


def read(text: Any) -> dict[str, Any]:
    """Return what a kernel sent, or raise `NotCarried`."""
    if not isinstance(text, str) or len(text) > LARGEST:
        raise NotCarried("it is larger than an answer may be")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise NotCarried("it cannot be read") from None
    if not isinstance(content, dict):
        raise NotCarried("it cannot be read")
    return content


# It takes the number of a function and its cases as JSON, and returns what `call` found.
Call = Callable[[int, str], dict[str, Any]]


def unpack(packed: Any, call: Call | None, depth: int = 0) -> Any:
    """Return the value that was packed.

    Parameters
    ----------
    packed : JSON
        As `pack` writes it, or anything else that a tampered kernel may send.
    call : callable or None
        Calls a function in the student's kernel, as `call` there.

    Returns
    -------
    object
        Of plain kinds only: numbers, text, lists, numpy arrays, pandas tables, `Remote` functions,
        or an `Opaque` object.

    Raises
    ------
    NotCarried
        If it is not as `pack` writes it.
    """
    if packed is None or isinstance(packed, bool | str):
        return packed
    try:
        if depth > 2 * DEEPEST or not isinstance(packed, dict):
            raise NotCarried("it cannot be read")
        return _UNPACKERS[packed["is"]](packed, lambda part: unpack(part, call, depth + 1), call)
    except NotCarried:
        raise
    except (LookupError, TypeError, ValueError, ArithmeticError, RecursionError, MemoryError):
        raise NotCarried("it cannot be read") from None


class Remote:
    """A student's function: it runs where it was written, on data, and returns data."""

    def __init__(self, number: int, call: Call):
        self._number, self._call = number, call
        self._results: dict[str, Any] = {}
        self._failure: Exception | None = None

    def expect_cases(self, cases: Iterable[tuple]) -> None:
        """Call it for several cases at once, with one message and one reply instead of many."""
        packed = [json.dumps(pack(case)) for case in cases]
        try:
            content = self._call(self._number, f"[{','.join(packed)}]")
        except (KernelEnded, TooSlow) as problem:
            self._failure = problem  # It cannot be known which of the cases was the reason.
            return
        if not isinstance(content.get("found"), list):
            raise NotCarried("it cannot be read")
        self._results = dict(zip(packed, content["found"], strict=False))

    def __call__(self, *arguments: Any) -> Any:
        """Call it; it stops here with an error of the same name as there."""
        packed = json.dumps(pack(arguments))
        if packed not in self._results and self._failure is None:
            self.expect_cases([arguments])
        if self._failure is not None:
            raise self._failure
        content = self._results.pop(packed, None)
        if not isinstance(content, dict):
            raise NotCarried("it cannot be read")
        if "stopped" in content:
            raise _error(content["stopped"])
        if "returned" not in content:
            raise NotCarried("it cannot be read")
        return unpack(content["returned"], self._call)


class _Shown(str):
    """A key as an error shows it, which is not to be put into quotes once more."""

    __slots__ = ()
    __repr__ = str.__str__


def _error(described: Any) -> Exception:
    """Return an exception of the same name; it can be shown, and says where it was raised."""
    if not isinstance(described, dict):
        raise NotCarried("it cannot be read")
    kind, text = (
        _identifier(described.get("kind"), "Exception"),
        str(described.get("text", ""))[:2000],
    )
    known = getattr(sys.modules["builtins"], kind, None)
    if known is None or not (isinstance(known, type) and issubclass(known, Exception)):
        known = type(kind, (Exception,), {})
    try:
        error = known(_Shown(text) if issubclass(known, KeyError) else text)
    except TypeError:  # Some, such as UnicodeDecodeError, need more arguments.
        error = type(kind, (Exception,), {})(text)
    error.stopped_in = _identifier(described.get("inside"), "")
    return error


def _identifier(said: Any, otherwise: str) -> str:
    return said if isinstance(said, str) and NAME.fullmatch(said) else otherwise


def _unpack_array(packed: dict, *_: Any) -> Any:
    if not NUMERIC.fullmatch(packed["dtype"]):
        raise NotCarried("it cannot be read")
    values = np.frombuffer(base64.b64decode(packed["bytes"]), dtype=packed["dtype"])
    values = values.reshape(packed["shape"]).copy()
    return values[()] if packed.get("scalar") and values.ndim == 0 else values


def _unpack_objects(packed: dict, back: Callable, *_: Any) -> np.ndarray:
    values = np.empty(len(packed["values"]), dtype=object)
    for place, part in enumerate(packed["values"]):
        values[place] = back(part)
    return values.reshape(packed["shape"])


def _unpack_frame(packed: dict, back: Callable, *_: Any) -> pd.DataFrame:
    columns = [back(part) for part in packed["columns"]]
    # Only arrays of one length, as `pack` makes them: what has an index may grow when joined.
    if any(type(column) is not np.ndarray or column.ndim != 1 for column in columns):
        raise NotCarried("it cannot be read")
    if len({len(column) for column in columns}) > 1:
        raise NotCarried("it cannot be read")
    frame = pd.concat(map(pd.Series, columns), axis=1) if columns else pd.DataFrame()
    frame.columns = back(packed["names"])
    frame.index = pd.Index(back(packed["index"]))
    return frame


def _unpack_opaque(packed: dict, *_: Any) -> Opaque:
    return type(_identifier(packed.get("kind"), "object"), (Opaque,), {})()


def _unpack_set(packed: dict, back: Callable, *_: Any) -> set:
    return {back(part) for part in _checked(packed["values"])}


def _checked(keys: list) -> list:
    if len(keys) > MOST_KEYS:
        raise NotCarried("it holds too many keys")
    return keys


_UNPACKERS: dict[str, Callable[..., Any]] = {
    "ellipsis": lambda *_: Ellipsis,
    "truth": lambda packed, *_: np.bool_(packed["value"] is True),
    "bytes": lambda packed, *_: bytes.fromhex(packed["hex"]),
    "int": lambda packed, *_: int(packed["text"]),
    "float": lambda packed, *_: float.fromhex(packed["text"]),
    "complex": lambda packed, *_: complex(*map(float.fromhex, packed["text"])),
    "array": _unpack_array,
    "objects": _unpack_objects,
    "series": lambda packed, back, *_: pd.Series(
        back(packed["values"]), index=pd.Index(back(packed["index"]))
    ),
    "frame": _unpack_frame,
    "list": lambda packed, back, *_: [back(part) for part in packed["values"]],
    "tuple": lambda packed, back, *_: tuple(back(part) for part in packed["values"]),
    "set": _unpack_set,
    "dict": lambda packed, back, *_: {
        back(key): back(part) for key, part in _checked(packed["pairs"])
    },
    "iterator": lambda packed, back, *_: iter([back(part) for part in packed["values"]]),
    "function": lambda packed, _, call: Remote(int(packed["number"]), call),
    "other": _unpack_opaque,
}
