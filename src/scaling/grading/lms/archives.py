"""An archive is opened with care: it may hold anything, and nothing of it is written here.

Archives of a platform are zip files, and so are most that students hand in. What no platform writes
(a path that leads out, a link, more files than a class hands in) makes the whole archive refused.
What a single student can cause (a locked, damaged, huge or oddly named file) is trouble of this
one file.
"""

from __future__ import annotations

import contextlib
import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..preflight.findings import printable
from ..preflight.folder import is_hidden

MEGABYTE = 1_000_000
MOST_ENTRIES = 100_000
MOST_BYTES = 50_000 * MEGABYTE  # of all files, unpacked
LARGEST = 100 * MEGABYTE  # of one file, unpacked
UNSUSPICIOUS = 10 * MEGABYTE  # A file up to this size may be packed as tightly as it likes.
UNSUSPICIOUS_IN_ALL = 1_000 * MEGABYTE
TIGHTEST = 200  # times; a notebook becomes 5 to 30 times smaller
LONGEST_NAME = 200  # bytes of one part of a path
UTF8_NAME = 0x800  # the flag of a zip file that says so
LOCKED = 0x1
_DEVICES = {"CON", "PRN", "AUX", "NUL"}
_DEVICES |= {f"{kind}{number}" for kind in ("COM", "LPT") for number in range(1, 10)}


class ArchiveError(ValueError):
    """An archive is refused; the message says why and what to do."""


@dataclass(frozen=True)
class Entry:
    """A file in an archive.

    Attributes
    ----------
    path : pathlib.PurePosixPath
        Relative, and never upwards.
    size : int
        Its bytes, as the archive says; no more are read.
    trouble : str
        Why it is not to be read; often "".
    read : callable
        Returns its bytes; raises ``ArchiveError``.
    """

    path: PurePosixPath
    size: int
    trouble: str
    read: Callable[[], bytes]


def entries(archive: Path | bytes, name: str) -> list[Entry]:
    """Return the files of a zip archive, without hidden ones and folders.

    Parameters
    ----------
    archive : pathlib.Path or bytes
    name : str
        What messages call it.

    Raises
    ------
    ArchiveError
        If it is no zip archive, or one that no platform writes.
    """
    name = printable(name)
    try:
        opened = zipfile.ZipFile(io.BytesIO(archive) if isinstance(archive, bytes) else archive)
    except FileNotFoundError:
        raise ArchiveError(f"There is no file {name}.") from None
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError):
        raise ArchiveError(
            f"{name} is broken, or no zip archive. Download it again, and do not unpack it."
        ) from None
    except OSError as error:
        raise ArchiveError(f"{name} cannot be opened ({error.strerror or error}).") from None
    infos = opened.infolist()
    _refuse_bombs(infos, name)
    found = []
    for info in infos:
        path = _path(info, name)
        if not info.is_dir() and not is_hidden(Path(path)):
            found.append(Entry(path, info.file_size, _trouble(info), _reader(opened, info)))
    return found


def _refuse_bombs(infos: list[zipfile.ZipInfo], name: str) -> None:
    size = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    is_tight = size > max(UNSUSPICIOUS_IN_ALL, TIGHTEST * packed)
    if len(infos) > MOST_ENTRIES or size > MOST_BYTES or is_tight:
        raise ArchiveError(
            f"{name} holds {len(infos):,} files of {size / MEGABYTE:,.0f} MB: more than a class "
            "hands in. Download it again, in several parts if the platform lets you."
        )
    if any(info.flag_bits & LOCKED for info in infos):
        raise ArchiveError(f"{name} is locked with a password. Get it without one.")


def _path(info: zipfile.ZipInfo, archive: str) -> PurePosixPath:
    """Return an entry's path; refuse an archive with one that leads out, and one with links."""
    name = info.filename
    if not info.flag_bits & UTF8_NAME:
        # Python takes such a name for code page 437; macOS leaves the flag out of UTF-8.
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    shown = printable(name)
    name = name.replace("\\", "/")
    path = PurePosixPath(name)
    if path.is_absolute() or re.match(r"[A-Za-z]:", name) or ".." in path.parts or not path.parts:
        raise ArchiveError(
            f"{archive} holds {shown}, which leads out of the folder into which it is unpacked. No "
            "platform makes such an archive; nothing of it was read."
        )
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ArchiveError(
            f"{archive} holds {shown}, which is a link or a device. No platform makes such an "
            "archive; nothing of it was read."
        )
    return path


def _trouble(info: zipfile.ZipInfo) -> str:
    if info.file_size > LARGEST:
        return f"has {info.file_size / MEGABYTE:,.0f} MB; {LARGEST / MEGABYTE:.0f} MB are allowed"
    if info.file_size > max(UNSUSPICIOUS, TIGHTEST * info.compress_size):
        return "is packed more tightly than any work is; ask what it holds"
    return ""


def bad_name(path: PurePosixPath) -> str:
    """Return why a file of this name cannot be made on every system, or ""."""
    for part in path.parts:
        if part.partition(".")[0].rstrip().upper() in _DEVICES:
            return "has a name that Windows keeps for a device; put it in place under another"
        is_control = any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in part)
        if is_control or re.search(r'[<>:"|?*]', part) or part != part.rstrip(". "):
            return "has a name that not every system allows; put it in place under another"
        if len(unicodedata.normalize("NFD", part).encode()) > LONGEST_NAME:
            return "has a name that is too long; put it in place under another"
    return ""


def _reader(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with opened.open(info) as stream:
                data = stream.read(LARGEST + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as problem:
            raise ArchiveError(f"is damaged ({problem})") from None
        except (RuntimeError, NotImplementedError):  # locked, or packed in a way of its own
            raise ArchiveError("is packed in a way that cannot be opened") from None
        if len(data) > LARGEST:
            raise ArchiveError("is larger than it says; ask what it holds")
        return data

    return read
