"""Integers of 64 bits in a Python of 32: as on a learner's computer.

In WebAssembly numpy's integers have 32 bits unless they are asked for otherwise, and what does not
fit is cut off without a word: ``np.square([50_000])`` is negative there. `Widen` changes the code
of cells, of the course and of a learner's own modules as it is read. ``int`` as a type means 64
bits. A function of numpy has one in its place that makes 64 bits of plain numbers and lists before
it computes. What any other call returns is widened. Libraries are left as they are: pandas counts
its rows with integers of 32.

Left out is arithmetic in loops, where a truth array of numpy times a plain number has 32 bits, and
what is asked for by a name that is put together (``getattr(np, name)``).
"""

from __future__ import annotations

import ast
import builtins
import functools
import importlib.machinery
import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

WIDE, WIDER, TYPE = "__wide__", "__wider__", "__int64__"  # built in where `install` has run
# Functions that compute with what they are given, and would do so in 32 bits.
COMPUTING = {
    "average", "convolve", "correlate", "cross", "cumprod", "cumsum", "cumulative_prod",
    "cumulative_sum", "diff", "dot", "ediff1d", "einsum", "inner", "kron", "matrix_power",
    "multi_dot", "nancumprod", "nancumsum", "nanprod", "nansum", "outer", "polyadd", "polymul",
    "polysub", "polyval", "prod", "ptp", "sum", "tensordot", "trace", "vander", "vdot",
}  # fmt: skip
REDUCING = {"accumulate", "outer", "reduce", "reduceat"}
# What Python itself returns is as wide as what it is given, and asked for too often to be changed.
METHODS = set().union(*map(dir, (list, dict, set, str, bytes, tuple)))
NARROW = {"int32", "intc", "i4", "<i4"}
FITS = range(-(2**63), 2**63)
# Functions and methods that count or choose by integers, and take none of 64 bits here.
COUNTING = {"repeat", "choose", "binomial"}
REFUSED = "Cannot cast array data from dtype('int64') to dtype('int32')"


def install(places: tuple[str, ...]) -> bool:
    """Let code mean integers of 64 bits; return False where it does already.

    Parameters
    ----------
    places : tuple of str
        How the paths of those modules begin that are read as cells are.
    """
    if np.dtype(int).itemsize == 8:
        return False
    for module in (np, np.linalg):
        for name in dir(module):
            function = getattr(module, name)
            if isinstance(function, np.ufunc):
                _put(function, Ufunc(function))
            elif callable(function) and not isinstance(function, type):
                _put(function, _function(function, name in COMPUTING))
    _put(np.vectorize, Vectorize)
    _put(np.random.randint, _with_type(np.random.randint))
    arrayprint: Any = sys.modules["numpy._core.arrayprint"]
    arrayprint._typelessdata[0] = np.int64  # Its name is not printed, since it is the usual one.
    vars(builtins).update({WIDE: wide, WIDER: wider, TYPE: np.int64})
    loader: Any = importlib.machinery.SourceFileLoader
    read = loader.source_to_code

    def source_to_code(self: Any, data: Any, path: Any, *given: Any, **named: Any) -> Any:
        if str(path).startswith(places):
            data = Widen().visit(ast.parse(data, str(path)))
        return read(self, data, path, *given, **named)

    loader.source_to_code = source_to_code
    return True


# ---------------------------------------------------------------- values


def wide(value: Any) -> Any:
    """Return a value, or one of 64 bits if it is an integer or an array of 32."""
    kind = type(value)
    if kind in _wide:
        return value
    if kind not in _changes:
        change = _change(kind)
        if change is None:
            _wide.add(kind)
            return value
        _changes[kind] = change
    return _changes[kind](value)


def _change(kind: type) -> Callable[[Any], Any] | None:
    """Return what widens values of one type, or None for those that are wide enough."""
    if issubclass(kind, np.signedinteger):
        return np.int64 if np.dtype(kind).itemsize == 4 else None
    if issubclass(kind, np.ndarray | pd.Series | pd.Index):
        return lambda value: value.astype(np.int64) if _is_narrow(value.dtype) else value
    if issubclass(kind, pd.DataFrame):
        return _wide_frame
    return _wide_tuple if issubclass(kind, tuple) else None


def _is_narrow(kind: Any) -> bool:
    return isinstance(kind, np.dtype) and kind.kind == "i" and kind.itemsize == 4


def _wide_frame(frame: pd.DataFrame) -> pd.DataFrame:
    places = [place for place, kind in enumerate(frame.dtypes) if _is_narrow(kind)]
    if not places:
        return frame
    columns = [frame.iloc[:, place] for place in range(frame.shape[1])]
    made = pd.concat([wide(column) for column in columns], axis=1)
    made.columns = frame.columns
    return made


def _wide_tuple(value: tuple) -> tuple:
    parts = [wide(part) for part in value]
    if all(part is old for part, old in zip(parts, value, strict=True)):
        return value
    return type(value)._make(parts) if hasattr(value, "_make") else tuple(parts)


def _array(value: Any) -> Any:
    """Return an array of 64 bits for a list of integers, and all else as it is."""
    if not isinstance(value, list | tuple | range):
        return value
    try:
        return wide(made) if _is_narrow((made := np.asarray(value)).dtype) else value
    except ValueError:  # What is no array is for the function to refuse.
        return value


def _integer(value: Any) -> Any:
    return np.int64(value) if type(value) is int and value in FITS else value


# ---------------------------------------------------------------- functions of numpy

_wide: set[type] = set()
_changes: dict[type, Callable[[Any], Any]] = {}
_wider: dict[int, tuple[Any, Any]] = {}


def _put(function: Any, in_its_place: Any) -> None:
    _wider[id(function)] = function, in_its_place  # The first stays, and so does its number.


def wider(function: Any) -> Any:
    """Return what computes with 64 bits in place of a function, if it is one of numpy's."""
    found = _wider.get(id(function))
    if found is not None:
        return found[1]
    if getattr(function, "__name__", "") in COUNTING:  # a method
        return functools.partial(_call, function)
    return function


def _call(function: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Call a function, if need be with integers as narrow as it demands."""
    try:
        return function(*given, **named)
    except TypeError as problem:
        if REFUSED not in str(problem):
            raise
    narrow = {name: _narrow(value) for name, value in named.items()}
    return function(*map(_narrow, given), **narrow)


def _narrow(value: Any) -> Any:
    """Return an array of 32 bits for one of 64, if its numbers fit, and all else as it is."""
    if getattr(value, "dtype", None) != np.int64:
        return value
    narrow = value.astype(np.int32)
    return narrow if np.all(narrow == value) else value


def _function(function: Callable[..., Any], computes: bool) -> Callable[..., Any]:
    @functools.wraps(function)
    def called(*given: Any, **named: Any) -> Any:
        if computes:
            given = tuple(_integer(_array(value)) for value in given)
            named = {
                name: _array(value) if name != "axis" else value for name, value in named.items()
            }
        value = _call(function, *given, **named)
        return value if _names_narrow([*given, *named.values()]) else wide(value)

    return called


def _names_narrow(values: Iterable[Any]) -> bool:
    return any(value in NARROW for value in values if isinstance(value, str)) or any(
        _is_narrow(np.dtype(value)) and value is not int
        for value in values
        if isinstance(value, np.dtype)
        or (isinstance(value, type) and issubclass(value, np.generic))
    )


def _with_type(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def called(*given: Any, **named: Any) -> Any:
        if len(given) < 4:
            named.setdefault("dtype", np.int64)
        return function(*given, **named)

    return called


class Ufunc:
    """One of numpy's functions that work element by element."""

    def __init__(self, ufunc: np.ufunc):
        self._ufunc = ufunc
        self.__doc__ = ufunc.__doc__

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Compute with integers of 64 bits."""
        inputs = [_array(value) for value in given]
        if all(type(value) is int for value in inputs):
            inputs = [_integer(value) for value in inputs]
        value = self._ufunc(*inputs, **named)
        return value if _names_narrow(named.values()) else wide(value)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._ufunc, name)
        return _function(value, computes=True) if name in REDUCING else value

    def __repr__(self) -> str:
        return repr(self._ufunc)


class Vectorize(np.vectorize):
    """``np.vectorize``, which takes the type of all results from the first."""

    def _get_ufunc_and_otypes(self, func: Any, args: Any) -> Any:
        ufunc, types = super()._get_ufunc_and_otypes(func, args)  # type: ignore[misc]
        return ufunc, types.replace("l", "q")


# ---------------------------------------------------------------- code


class Widen(ast.NodeTransformer):
    """Changes code so that its integers have 64 bits; the lines of errors stay as they are."""

    def __init__(self) -> None:
        self._loops = 0
        self._imported: set[str] = set()

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Note which functions come from elsewhere: what calls the others return was widened."""
        for part in ast.walk(node):
            if isinstance(part, ast.ImportFrom):
                self._imported |= {one.asname or one.name for one in part.names}
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Widen what a call returns, and ``int`` where it asks for a type."""
        name, is_name = _name(node.func), isinstance(node.func, ast.Name)
        asks_narrow = any(
            _name(part) in NARROW or (isinstance(part, ast.Constant) and part.value in NARROW)
            for part in (*node.args, *(word.value for word in node.keywords))
        )
        self.generic_visit(node)
        if name == "astype":
            node.args[:1] = [_widened(part) for part in node.args[:1]]
        elif name in MAKING:
            node.args[1:] = [_widened(part) for part in node.args[1:]]
        for word in node.keywords:
            if word.arg == "dtype":
                word.value = _widened(word.value)
        is_wide = name not in self._imported if is_name else name in METHODS
        return node if asks_narrow or is_wide else _called(WIDE, node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Put another function, or another type, in the place of numpy's."""
        self.generic_visit(node)
        if node.attr in ("int_", "long") and _name(node.value) in ("np", "numpy"):
            return ast.copy_location(ast.Name(TYPE, ast.Load()), node)
        is_read = isinstance(node.ctx, ast.Load) and node.attr in FUNCTIONS
        if not is_read or (node.attr in METHODS and _name(node.value) not in ("np", "numpy")):
            return node
        return _called(WIDER, node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt | list[ast.stmt]:
        """Do this for a name that is imported, too."""
        made: list[ast.stmt] = [node]
        for part in node.names:
            if (node.module or "").startswith("numpy") and part.name in FUNCTIONS:
                name = part.asname or part.name
                load, store = ast.Name(name, ast.Load()), ast.Name(name, ast.Store())
                for one in (load, store):
                    ast.copy_location(one, node)
                assigned = ast.Assign([store], _called(WIDER, load))
                made.append(ast.copy_location(assigned, node))
        return made

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Widen a truth array times a plain number, but not in a loop: that would slow it down."""
        self.generic_visit(node)
        if self._loops or not isinstance(node.op, ast.Mult | ast.Add | ast.Sub):
            return node
        return _called(WIDE, node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Widen what ``np.r_[1:3]`` and its like make."""
        self.generic_visit(node)
        return _called(WIDE, node) if _name(node.value) in BY_INDEX else node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """Let a type of 64 bits be that of ``int``."""
        self.generic_visit(node)
        if _name(node.left) == "dtype":
            node.comparators = [_widened(part) for part in node.comparators]
        return node

    def _in_a_loop(self, node: Any) -> Any:
        self._loops += 1
        self.generic_visit(node)
        self._loops -= 1
        return node

    visit_For = visit_While = visit_AsyncFor = _in_a_loop  # noqa: N815 - named by Python
    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _in_a_loop  # noqa: N815

    def _as_it_is(self, node: Any) -> Any:
        return node

    visit_MatchClass = visit_MatchValue = _as_it_is  # noqa: N815 - no call may be there


FUNCTIONS = (
    {"randint", "vectorize"}
    | COUNTING
    | {
        name
        for module in (np, np.linalg)
        for name, thing in vars(module).items()
        if callable(thing) and not isinstance(thing, type)
    }
)
MAKING = {
    "array", "asarray", "asanyarray", "ascontiguousarray", "empty", "empty_like",
    "fromiter", "full", "full_like", "issubdtype", "ones", "ones_like", "zeros", "zeros_like",
}  # fmt: skip
BY_INDEX = {"r_", "c_", "mgrid", "ogrid"}


def _name(node: ast.expr) -> str:
    return getattr(node, "attr", "") or getattr(node, "id", "")


def _called(name: str, node: ast.expr) -> ast.Call:
    function = ast.copy_location(ast.Name(name, ast.Load()), node)
    return ast.copy_location(ast.Call(function, [node], []), node)


def _widened(node: ast.expr) -> ast.expr:
    is_name = isinstance(node, ast.Name) and node.id == "int"
    if is_name or (isinstance(node, ast.Constant) and node.value == "int"):
        return ast.copy_location(ast.Name(TYPE, ast.Load()), node)
    if isinstance(node, ast.Dict):
        return ast.copy_location(ast.Dict(node.keys, list(map(_widened, node.values))), node)
    return node
