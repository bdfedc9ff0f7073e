"""The other files of a submission: which may be beside a notebook that is run.

Modules and data of the learner's own may; what would change how the notebook is run may not.
Nothing is copied here, and no module is imported to find out.
"""

from __future__ import annotations

import contextlib
import importlib.machinery
import sys
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from ..release import SETTINGS, Release
from .findings import CannotGradeError, Kind, Report
from .folder import MOST_BYTES, bytes_of, is_hidden
from .inside import without_course
from .scanning import Imported, suspicious

MOST_FILES = 200
_COMPILED = {".so", ".pth", ".pyc", ".pyd", ".pyo", ".dll", ".dylib", ".egg-link"}
_SETTINGS_FILES = {
    "conftest.py", "ipython_config.py", "ipython_kernel_config.py", SETTINGS, "pyvenv.cfg",
}  # fmt: skip
_SETTINGS_FOLDERS = {".ipython", ".jupyter", ".local", ".config"}
_OURS = {"scaling", "sitecustomize", "usercustomize", "ipython_config"}


def other_files(folder: Path, report: Report) -> tuple[Path, ...]:
    """Return the files that may be copied beside the notebook, and report the others."""
    kept: list[Path] = []
    size = 0
    for path, kind in without_course(folder):
        reason = _reason_to_leave_out(path, kind)
        if reason:
            text = f"{path.as_posix()} {reason}; it was left out."
            many = "{n} files ({names}) could change how the notebook is run; they were left out."
            report.each(Kind.FLAGGED, path.as_posix(), text, many)
        elif not is_hidden(path) and ".ipynb" not in path.name.lower():
            more = size + (folder / path).lstat().st_size
            if len(kept) == MOST_FILES or more > MOST_BYTES:
                text = f"{path.as_posix()} is beyond the limit for other files; it was left out."
                many = (
                    f"Beyond {MOST_FILES} files or {MOST_BYTES / 1e6:.0f} MB, "
                    "{n} files ({names}) were left out."
                )
                report.each(Kind.FLAGGED, path.as_posix(), text, many)
                continue
            kept.append(path)
            size = more
    return tuple(sorted(kept))


def _reason_to_leave_out(path: Path, kind: str) -> str:
    """Return why a file must not be beside a notebook that is run, or ""."""
    if kind == "link":
        return "is a link, which is never followed"
    if kind == "special":
        return "is not an ordinary file"
    if path.name in _SETTINGS_FILES or _SETTINGS_FOLDERS & set(path.parts[:-1]):
        return "would change how the notebook is run"
    if is_hidden(path):
        return ""  # Files such as .DS_Store are not copied either, but need no remark.
    if path.suffix.lower() in _COMPILED:
        return "is compiled code, which nobody can read"
    top = path.stem if len(path.parts) == 1 else path.parts[0]
    if path.suffix == ".py" and is_importable(top):
        return f"would stand in front of the installed module {top}"
    return ""


@lru_cache(maxsize=1024)
def is_importable(name: str) -> bool:
    """Return whether a module of this name is installed; nothing is imported to find out."""
    if name in _OURS or name in sys.stdlib_module_names or name in sys.builtin_module_names:
        return True
    # The working directory is on sys.path too, and says nothing about what is installed.
    here = Path.cwd()
    path = [entry for entry in sys.path if entry and Path(entry).absolute() != here]
    return name.isidentifier() and importlib.machinery.PathFinder.find_spec(name, path) is not None


def tell_suspicious_files(
    folder: Path, files: Iterable[Path], release: Release, report: Report
) -> None:
    """Flag modules of the learner's that use what no answer needs."""
    imported = Imported.by(release)
    for path in files:
        if path.suffix != ".py":
            continue
        with contextlib.suppress(CannotGradeError):  # It cannot be read, so nothing will import it.
            found = suspicious(bytes_of(folder / path).decode(errors="replace"), imported)
            if found:
                text = f"{path.as_posix()} uses {', '.join(found[:4])}; look at what it does."
                report.add(Kind.FLAGGED, path.as_posix(), text)
