"""What a check raises: a hint, or that there is no answer yet."""

from __future__ import annotations

from .watching import NOT_DONE


class Hint(AssertionError):
    """An answer that is not right, with what to look at next; shown without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class NotDone(Hint):
    """An answer that has not been given yet."""

    def __init__(self, name: str, why: str = "has no answer so far"):
        super().__init__(f"{NOT_DONE}: {name} {why}.")
