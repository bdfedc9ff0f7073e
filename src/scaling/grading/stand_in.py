"""Stands in for the checks where students' code runs, so that no right answer is there.

A check knows the right procedure. Where submissions run, importing a module's ``checks`` therefore
gives this: every name is there, may be called, and says that the answer is checked elsewhere.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import re
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

CHECKS = re.compile(r"scaling\.\w+\.checks")


class StandIn:
    """A check that checks nothing here."""

    def __init__(self, name: str):
        self.name = name

    def __call__(self, *_: Any) -> None:
        """Print where the answer is checked."""
        print(f"{self.name} is checked outside of the notebook while it is graded.")

    say = again = __call__


class _Loader(importlib.abc.Loader):
    def exec_module(self, module: ModuleType) -> None:
        def stand_in(name: str) -> StandIn:
            if name.startswith("__"):
                raise AttributeError(name)
            return StandIn(name)

        vars(module)["__getattr__"] = stand_in


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> Any:
        if CHECKS.fullmatch(name):
            return importlib.util.spec_from_loader(name, _Loader())
        return None


def install() -> None:
    """Make every later import of a module of checks give a stand-in."""
    sys.meta_path.insert(0, _Finder())
