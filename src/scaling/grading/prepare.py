"""Prepare a machine for grading: the guests' Python is compiled and their images are made, once.

``python -m scaling.grading.prepare`` does it ahead, as ``make grading`` does. What is made is kept
in the grader's own folder for such things and used by every later run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import platformdirs
from filelock import FileLock
from tqdm import tqdm

from .course import CourseError
from .guest import Runtime, compiled, is_compiled, is_safe
from .image import Exercise, Images
from .release import Release

CACHE = "SCALING_CACHE"  # the variable that names another folder for what is kept
MODULE = "scaling.grading.prepare"
COMPILING = 75  # seconds that it takes on a machine that has nothing else to do


def prepare(releases: Iterable[Release], fallback: Path) -> Images:
    """Make what the guests of some exercises begin from, where it is not there yet.

    Parameters
    ----------
    releases : iterable of Release
    fallback : pathlib.Path
        Where it is kept for this run alone if the usual folder cannot be written to.

    Raises
    ------
    CourseError
        If it cannot be made; the message says what to do.
    """
    place = cache()
    exercises = [Exercise.of(release) for release in releases]
    if why := _why_not(place):
        if images := _ready(place, exercises):
            return images
        kept, place = place, fallback / "cache"
        if not _is_copied(kept, place):
            print(
                f"{kept} {why}. This machine is therefore prepared for this run alone, which takes "
                f"about a minute. To keep it, name another folder with {CACHE}.",
                file=sys.stderr,
            )
    images = Images(place)
    if not images.are_ready(exercises):
        tqdm.monitor_interval = 0  # It would start a thread, and workers are forked later.
        with FileLock(images.cache / "lock"):  # another run may be making the same
            if not images.are_ready(exercises):
                _make(images.cache, exercises)
    return images


def cache() -> Path:
    """Return the folder for what is kept."""
    return Path(os.environ.get(CACHE) or platformdirs.user_cache_path("does-it-scale"))


def _why_not(place: Path) -> str:
    """Say why a folder cannot hold machine code that is run as it is found there, or return ""."""
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o755)
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        return f"cannot be written to ({error.strerror or error})"
    return "" if is_safe(place) else "can be written to by others"


def _ready(place: Path, exercises: list[Exercise]) -> Images | None:
    """Return the images in a folder that an administrator has prepared, if all are there."""
    try:
        images = Images(place)
        return images if images.are_ready(exercises) else None
    except OSError:
        return None


def _is_copied(kept: Path, place: Path) -> bool:
    """Copy what an administrator has compiled, if it is there; return whether it was."""
    try:
        if not is_compiled(kept):
            return False
        place.mkdir(mode=0o700)
        shutil.copy(compiled(kept), place)
    except OSError:
        return False
    return True


def told(place: Path) -> tuple[bool, str]:
    """Say whether a folder can keep what grading needs, and what is to be known about it."""
    if not place.exists():
        return True, "The first run prepares this machine, for about a minute and with 2.5 GB."
    if is_compiled(place):
        return True, f"It is prepared in {place}."
    if why := _why_not(place):
        return False, (
            f"{place} {why}, so each run prepares this machine anew, for about a minute. Name "
            f"another folder with {CACHE}."
        )
    return True, "The first run prepares this machine, for about a minute and with 2.5 GB."


def _make(place: Path, exercises: list[Exercise]) -> None:
    """Make images in a process of its own: this one will be forked, and should have no threads."""
    began = time.monotonic()
    what = "exercise" if is_compiled(place) else "machine"  # seconds, or a minute
    print(f"Preparing this {what} for grading, once …", file=sys.stderr)
    with (
        tempfile.TemporaryFile() as told,
        tqdm(total=100, bar_format="{bar} {elapsed}", disable=None) as bar,  # on a terminal only
        subprocess.Popen(
            [sys.executable, "-m", MODULE, str(place)], stdin=subprocess.PIPE, stderr=told
        ) as making,
    ):
        try:
            if making.stdin is not None:
                with suppress(BrokenPipeError), making.stdin as given:  # It may have ended at once.
                    given.write(json.dumps([asdict(one) for one in exercises]).encode())
            while making.poll() is None:
                took = time.monotonic() - began
                bar.update(99 * took / (took + COMPILING) - bar.n)  # nearer and nearer to the end
                time.sleep(0.1)
        except BaseException:  # such as Ctrl C
            making.kill()
            raise
        bar.update(100 - bar.n)
        told.seek(0)
        why = told.read().decode(errors="replace").strip().rpartition("\n")[2]
    if making.returncode:
        raise CourseError(
            f"What grading needs could not be made in {place}: {why or 'its process was killed'}\n"
            "It takes 2.5 GB of memory and 1 GB of disk; another folder can be named with "
            f"{CACHE}."
        )


def _make_here(place: Path, exercises: list[Exercise]) -> None:
    Images(place).prepare(Runtime(place), exercises)


def main() -> int:
    """Prepare this machine for all exercises; return 0, or 2 if it cannot be done.

    With the name of a folder, it makes there what is missing for the exercises on standard input.
    """
    if len(sys.argv) > 1:
        given = json.load(sys.stdin)
        wanted = [Exercise(tuple(one["locked"]), tuple(one["leading"])) for one in given]
        _make_here(Path(sys.argv[1]), wanted)
        return 0
    try:
        with tempfile.TemporaryDirectory() as place:
            prepare([], Path(place))
    except CourseError as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
