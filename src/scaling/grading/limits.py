"""What one submission may use. Every number can be set on the command line of ``grade``."""

from dataclasses import dataclass, field, fields
from typing import Any

MEGABYTE = 1_000_000


def _limit(default: float, what: str) -> Any:
    return field(default=default, metadata={"what": what})


@dataclass(frozen=True)
class Limits:
    """How much one submission may use before it is stopped.

    Raises
    ------
    ValueError
        If a limit is not above 0.
    """

    cell_seconds: float = _limit(30, "of processor time, after which a cell is stopped")
    submission_seconds: float = _limit(180, "for a whole notebook; after that it is not graded")
    memory_mb: float = _limit(1500, "megabytes of memory")
    disk_mb: float = _limit(64, "megabytes of files that it may write")
    output_mb: float = _limit(1, "megabytes of output of one cell; the rest is cut off")
    restarts: float = _limit(4, "cells that may be stopped before the notebook is given up")

    def __post_init__(self):
        for part in fields(self):
            value = getattr(self, part.name)
            if not value > 0:
                raise ValueError(f"{part.name} should be above 0; it is {value}.")
