"""Three scales: where a change acts and what it sets in motion (module 5, first lesson)."""

from importlib import import_module
from types import ModuleType

# Copies of the course that learners took home before lesson 5b had a folder of its own import
# these modules from here.
_MOVED = {
    "averages", "county_line", "equity", "immunisation", "levels", "maternal_deaths", "sunlight",
    "voices",
}  # fmt: skip


def __getattr__(name: str) -> ModuleType:
    if name in _MOVED:
        return import_module(f"scaling.who_is_heard.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
