"""What one student handed in, as files: archives in the archive are opened, within limits.

No file takes the place of another of its name, and none can pass for one that graders write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ..feedback import SECRET
from ..preflight.findings import printable
from ..records import TIMESTAMP
from .archives import Entry, bad_name, entries
from .platform import Upload
from .roster import plain

MOST_FILES = 5_000
MOST_BYTES = 200_000_000  # read for one student, unpacked
DEEPEST = 3  # archives in archives
OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
# What graders and the exchange write beside a submission, and no student may.
RESERVED = {TIMESTAMP, SECRET}
_NUMBERED = re.compile(r"(?:-\d+| ?\(\d+\))$")


def content_of(
    uploads: list[tuple[Upload, Entry]], notebooks: set[str]
) -> tuple[dict[PurePosixPath, bytes], list[str]]:
    """Return a student's files by their paths, and remarks on those that were left out.

    Parameters
    ----------
    uploads : list of (Upload, Entry)
    notebooks : set of str
        The names of the assignment's notebooks, without endings.
    """
    found = _Content()
    for upload, entry in sorted(uploads, key=lambda one: -one[0].order):
        found.add(upload.path, entry)
    return found.with_names(notebooks), found.remarks


@dataclass
class _Content:
    files: dict[PurePosixPath, bytes] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    # Paths in which case and the ways to write accents do not count, as on macOS and Windows.
    taken: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    read: int = 0  # files
    size: int = 0  # bytes

    def add(self, path: PurePosixPath, entry: Entry, depth: int = 0) -> None:
        """Add a file, or what is in an archive."""
        self.read += 1
        self.size += entry.size if not entry.trouble else 0
        if self.read > MOST_FILES or self.size > MOST_BYTES:
            told = (
                f"more than {MOST_FILES:,} files or {MOST_BYTES / 1e6:.0f} MB were handed in; "
                "the rest was left in the archive."
            )
            if told not in self.remarks:
                self.remarks.append(told)
            return
        why = entry.trouble or bad_name(path)
        data = b""
        if not why:
            try:
                data = entry.read()
            except ValueError as problem:
                why = str(problem)
        if why:
            self.remarks.append(f"{path} {why}. It was left in the archive.")
            return
        if path.suffix.lower() == ".zip" and depth < DEEPEST and self._opened(path, data, depth):
            return
        if path.suffix.lower() in OTHER_ARCHIVES:
            self.remarks.append(f"{path} is not opened; ask for the notebook itself, or a zip.")
        if path.name.casefold() in RESERVED and len(path.parts) == 1:
            path = path.with_name(f"handed-in-{path.name}")
            self.remarks.append(f"a file that only graders write was handed in; it is {path} now.")
        if self.files.get(path) == data:
            return  # Two archives hold it.
        path = self._free(path)
        self.files[path] = data
        self.taken.add(plain(str(path)))
        self.folders.update(plain(str(up)) for up in path.parents)

    def _opened(self, path: PurePosixPath, data: bytes, depth: int) -> bool:
        try:
            inside = entries(data, path.name)
        except ValueError as problem:
            self.remarks.append(f"{printable(str(problem))} It was put in place unopened.")
            return False
        for one in inside:
            self.add(path.with_suffix("") / one.path, one, depth + 1)
        return True

    def _free(self, path: PurePosixPath) -> PurePosixPath:
        """Return a path that no file and no folder has, with a number where need be."""
        for above in reversed(path.parents):
            if plain(str(above)) in self.taken:  # A file has the name of this one's folder.
                path = self._free(above) / path.relative_to(above)
                break
        free, number = path, 1
        while not self._is_free(free):
            number += 1
            free = path.with_name(f"{path.stem} ({number}){path.suffix}")
        return free

    def with_names(self, notebooks: set[str]) -> dict[PurePosixPath, bytes]:
        """Return the files; a notebook that was numbered on its way has its own name if it is free.

        Of several the first counts, which is the one that was handed in last.
        """
        named: dict[PurePosixPath, bytes] = {}
        for path, data in self.files.items():
            proper = path.with_name(_NUMBERED.sub("", path.stem) + path.suffix)
            if path.suffix == ".ipynb" and proper.stem in notebooks and self._is_free(proper):
                self.taken.add(plain(str(proper)))
                path = proper
            named[path] = data
        return named

    def _is_free(self, path: PurePosixPath) -> bool:
        return plain(str(path)) not in self.taken and plain(str(path)) not in self.folders
