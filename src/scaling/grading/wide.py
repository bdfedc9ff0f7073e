"""Integers of 64 bits in a Python of 32: as on a learner's computer.

In WebAssembly numpy's integers have 32 bits unless they are asked for otherwise, and what does not
fit is cut off without a word: ``np.array([2_173_810]) * 2_028_543`` is negative there. Here the
functions with which people make arrays of integers, and those that add them up, ask for 64 bits,
unless a library calls them: pandas counts its rows with integers of 32. No method of numpy's arrays
can be replaced; `Widen` has a cell's own code ask for 64 bits where it says ``x.astype(int)``. Not
mended are numpy's functions on plain lists and numbers (``np.square([50_000])``).
"""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np
import pandas as pd

MAKING = ("array", "asarray", "asanyarray", "ascontiguousarray", "arange", "full", "fromiter")
FILLED = ("zeros", "ones", "empty")
ADDING = ("sum", "prod", "cumsum", "cumprod")
PAIRED = ("dot", "inner", "outer")
LIBRARY = "/usr/local/lib/python315.zip"  # also what is compiled runs in frames of files there
INTEGERS: tuple[Any, ...] = (int, "int")


def install() -> bool:
    """Let numpy and pandas make integers of 64 bits; return False where they do already."""
    if np.dtype(int).itemsize == 8:
        return False
    for name in (*MAKING, *FILLED):
        setattr(np, name, _making(getattr(np, name)))
    for name in ADDING:
        setattr(np, name, _adding(getattr(np, name)))
    for name in PAIRED:
        setattr(np, name, _paired(getattr(np, name)))
    np.int_ = np.int64
    kind = pd.core.generic.NDFrame
    kind.astype = _converting(kind.astype)
    return True


class Widen(ast.NodeTransformer):
    """Let ``x.astype(int)`` and ``x.name(dtype=int)`` in a cell mean integers of 64 bits."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Change the type that a call asks for."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute):
            if node.func.attr == "astype":
                node.args[:1] = [_widened(part) for part in node.args[:1]]
            for word in node.keywords:
                if word.arg == "dtype":
                    word.value = _widened(word.value)
        return node


def _widened(node: ast.expr) -> ast.expr:
    is_name = isinstance(node, ast.Name) and node.id == "int"
    if is_name or (isinstance(node, ast.Constant) and node.value == "int"):
        wide = ast.parse("__import__('numpy').int64", mode="eval").body
        for part in ast.walk(wide):
            ast.copy_location(part, node)
        return wide
    return node


def _is_library(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(LIBRARY)


def _is_int(dtype: Any) -> bool:
    return any(dtype is one or (isinstance(dtype, str) and dtype == one) for one in INTEGERS)


def _making(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def made(*given: Any, **named: Any) -> Any:
        if _is_library(sys._getframe(1)):
            return function(*given, **named)
        given = tuple(np.int64 if _is_int(part) and part is int else part for part in given)
        if _is_int(named.get("dtype")):
            named["dtype"] = np.int64
        value = function(*given, **named)
        asked = named.get("dtype") is not None or any(isinstance(x, type | np.dtype) for x in given)
        is_old = bool(given) and isinstance(given[0], np.ndarray | np.generic)
        if asked or is_old or value.dtype != np.int32:
            return value
        return value.astype(np.int64)

    return made


def _adding(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def added(a: Any, *given: Any, **named: Any) -> Any:
        if _is_library(sys._getframe(1)):
            return function(a, *given, **named)
        if isinstance(a, list | tuple | range):
            a = np.asarray(a)
        narrow = isinstance(a, np.ndarray) and a.dtype.kind in "bi" and a.dtype.itemsize < 8
        if narrow and len(given) < 2 and named.get("dtype") is None:
            named["dtype"] = np.int64
        return function(a, *given, **named)

    return added


def _paired(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def paired(a: Any, b: Any, *given: Any, **named: Any) -> Any:
        return function(np.asarray(a), np.asarray(b), *given, **named)

    return paired


def _converting(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def converted(self: Any, dtype: Any, *given: Any, **named: Any) -> Any:
        if _is_int(dtype):
            dtype = "int64"
        elif isinstance(dtype, dict):
            dtype = {name: "int64" if _is_int(one) else one for name, one in dtype.items()}
        return function(self, dtype, *given, **named)

    return converted
