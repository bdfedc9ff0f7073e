"""``python -m scaling mark ASSIGNMENT``: open the marking room."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from pathlib import Path

from scaling.grading.claims import LONGEST
from scaling.grading.course import CourseError, open_course

from . import split
from .room import Room
from .server import serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("assignment", help="such as 03-size-and-context")
    parser.add_argument("--marker", help="who marks (the name of your login)")
    parser.add_argument("--share", default="1/1", help="your part of the class, such as 1/2")
    parser.add_argument(
        "--second",
        type=int,
        default=0,
        metavar="N",
        help="mark N answers to each question again, without seeing the first mark",
    )
    parser.add_argument("--port", type=int, default=0, help="a fixed port (any that is free)")
    parser.add_argument("--course", type=Path, help="the course folder, if not the present one")


def main(given: argparse.Namespace) -> int:
    """Serve the room until Ctrl C; return 0, or 2 if it cannot be opened."""
    try:
        marker = (given.marker or getpass.getuser()).strip()
        if not 0 < len(marker) <= LONGEST or given.second < 0:
            raise ValueError("--marker wants a name, and --second a number from 0.")
        part, of = split.share(given.share)
        room = Room(open_course(given.course), given.assignment, marker, part, of, given.second)
        asyncio.run(serve(room, given.port, _tell))
    except (CourseError, ValueError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nThe marking room is closed. All marks are in the gradebook.")
    return 0


def _tell(address: str) -> None:
    print(
        f"Open this address in a browser on this machine; it is for you alone:\n    {address}\n"
        "End with Ctrl C.",
        flush=True,
    )
