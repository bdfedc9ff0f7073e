"""What a guest finds of an operating system: files in memory, a clock, chance, two streams.

These are the functions of WASI (preview 1, https://wasi.dev) that a Python in WebAssembly asks its
host for. All of them are answered from objects of this process: no path of the machine is ever
opened for a guest, and nothing it writes reaches a disk. Folders that hold the guest's Python and
the course can only be read; a few others can be written to, up to a limit.

`copy` gives the whole state, open files included, for another guest that is to go on from there.
"""

from __future__ import annotations

import random
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

# Errors, kinds of file and flags, as WASI numbers them.
FINE, ACCESS, BAD_FILE, EXISTS, INVALID, IS_FOLDER, TOO_MANY = 0, 2, 8, 20, 28, 31, 33
FAULT, TOO_LONG, NO_ENTRY, NO_SPACE, NO_CALL = 21, 37, 44, 51, 52
NO_FOLDER, NOT_EMPTY, READ_ONLY, NO_SEEK, OTHER_PLACE = 54, 55, 69, 70, 75
CHARACTERS, FOLDER, REGULAR = 2, 3, 4
CREATE, MUST_BE_FOLDER, EXCLUSIVE, TRUNCATE = 1, 2, 4, 8
APPEND = 1
ALL_RIGHTS = (1 << 30) - 1
MOST_FILES, MOST_OPEN, LONGEST_PATH, DEEPEST = 20_000, 512, 4096, 64
LARGEST_WRITE = 1 << 20  # bytes of one call; a guest that writes more calls again
ROOT = 3  # the number of the open folder that a guest starts from
PAGE = 65_536


class Exited(Exception):
    """The guest ended itself."""

    def __init__(self, code: int):
        super().__init__(f"it ended by itself with exit code {code}")


class Asleep(Exception):
    """The guest wants to sleep for longer than it has."""


class _Refused(Exception):
    """A call that is answered with an error's number."""


# ---------------------------------------------------------------- files in memory


class Node:
    """A file, or a folder if ``inside`` is a dict.

    Parameters
    ----------
    content : bytes-like, dict or callable
        What a file holds, what a folder holds by name, or what returns a file's content.
    may_write : bool
        Whether the guest may change it.
    """

    __slots__ = ("_content", "_stays", "may_write", "number")
    _numbers = 1

    def __init__(self, content: Any, may_write: bool = False):
        self._content, self.may_write = content, may_write
        self._stays: bool | None = None  # not known before it is asked for: the tree is built
        Node._numbers += 1
        self.number = Node._numbers

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return isinstance(self._content, dict)

    @property
    def content(self) -> Any:
        """The bytes of a file, or the nodes of a folder by name."""
        if callable(self._content):
            self._content = self._content()
        return self._content

    @content.setter
    def content(self, content: Any) -> None:
        self._content = content

    def stays(self) -> bool:
        """Tell whether nothing in it can ever be changed by a guest."""
        if self._stays is None:
            parts = self._content.values() if self.is_folder else ()
            self._stays = not self.may_write and all(part.stays() for part in parts)
        return self._stays

    def copy(self, known: dict[int, Node]) -> Node:
        """Return a copy that shares what cannot be changed."""
        if self.number in known:
            return known[self.number]
        if self.stays():
            return self
        made = Node(None, self.may_write)
        known[self.number] = made
        if self.is_folder:
            made._content = {name: part.copy(known) for name, part in self._content.items()}
        else:
            made._content = bytearray(self.content)
        return made


def folder(may_write: bool = False) -> Node:
    """Return an empty folder."""
    return Node({}, may_write)


def put(root: Node, path: str, content: Any, may_write: bool = False) -> None:
    """Put a file at a path, and the folders above it."""
    *above, name = path.strip("/").split("/")
    for part in above:
        root = root.content.setdefault(part, folder(may_write))
    root.content[name] = Node(content, may_write)


def walk(root: Node, place: str = "", changing: bool = False) -> Iterator[tuple[str, Node]]:
    """Give every file with its path, or only those that a guest can change."""
    for name, part in root.content.items():
        path = f"{place}/{name}"
        if changing and part.stays():
            continue
        if part.is_folder:
            yield from walk(part, path, changing)
        else:
            yield path, part


@dataclass
class Open:
    """An open file: how far it was read, and how it was opened."""

    node: Node
    at: int = 0
    appends: bool = False
    path: str = ""


@dataclass
class System:
    """The state of one guest's world.

    Parameters
    ----------
    root : Node
        Its files.
    environment : dict of str
        Its variables.
    most_bytes : float
        How much it may write to files, in all.
    """

    root: Node
    environment: dict[str, str]
    most_bytes: float
    said: Callable[[int, bytes], None] = lambda *_: None  # takes what is written to 1 and 2
    opened: dict[int, Any] = field(default_factory=dict)
    slept: int = 0  # nanoseconds
    until: float = float("inf")  # on the clock of time.thread_time; no sleep may end later
    chance: random.Random = field(default_factory=lambda: random.Random(0))

    def __post_init__(self):
        self.opened = self.opened or {ROOT: Open(self.root, path="/")}

    def copy(self) -> System:
        """Return another world in the same state."""
        known: dict[int, Node] = {}
        root = self.root.copy(known)
        opened = {
            number: Open(one.node.copy(known), one.at, one.appends, one.path)
            for number, one in self.opened.items()
        }
        chance = random.Random()
        chance.setstate(self.chance.getstate())
        return System(
            root, self.environment, self.most_bytes, self.said, opened, self.slept, self.until,
            chance,
        )  # fmt: skip

    def used(self) -> tuple[int, int]:
        """Return how many files and bytes there are that the guest may write."""
        mine = [part for _, part in walk(self.root, changing=True)]
        return len(mine), sum(len(part.content) for part in mine)


# ---------------------------------------------------------------- the calls of WASI


class Calls:
    """Answers a guest's calls. Each public method is the WASI function of its name.

    Parameters
    ----------
    system : System
    memory : callable
        Returns the guest's memory as a writable memoryview.
    """

    def __init__(self, system: System, memory: Callable[[], memoryview]):
        self.memory = memory
        self.go_on(system)

    def go_on(self, system: System) -> None:
        """Answer from the state of another world from now on."""
        self.system = system
        self._files, self._bytes = system.used()

    # ------------------------------------------------------------ reading and writing memory

    def _put(self, at: int, form: str, *values: int) -> None:
        struct.pack_into(f"<{form}", self.memory(), at, *values)

    def _text(self, at: int, size: int) -> str:
        if size > LONGEST_PATH:
            raise _Refused(INVALID)
        return bytes(self.memory()[at : at + size]).decode("utf-8", "surrogateescape")

    def _parts(self, at: int, count: int) -> list[tuple[int, int]]:
        if count > 1024:
            raise _Refused(INVALID)
        numbers = struct.unpack_from(f"<{2 * count}I", self.memory(), at)
        return list(zip(numbers[::2], numbers[1::2], strict=True))

    # ------------------------------------------------------------ paths

    def _open_file(self, number: int) -> Open:
        try:
            return self.system.opened[number]
        except KeyError:
            raise _Refused(BAD_FILE) from None

    def _steps(self, number: int, path: str) -> list[str]:
        start = [] if path.startswith("/") else self._open_file(number).path.split("/")
        steps: list[str] = []
        for part in [*start, *path.split("/")]:
            if part == "..":
                steps[-1:] = []
            elif part not in ("", "."):
                steps.append(part)
        if len(steps) > DEEPEST:
            raise _Refused(TOO_LONG)
        return steps

    def _find(self, number: int, path: str) -> Node:
        node = self.system.root
        for part in self._steps(number, path):
            if not node.is_folder:
                raise _Refused(NO_FOLDER)
            if part not in node.content:
                raise _Refused(NO_ENTRY)
            node = node.content[part]
        return node

    def _above(self, number: int, path: str) -> tuple[Node, str]:
        """Return the folder that something is in, to be changed, and its name there."""
        steps = self._steps(number, path)
        if not steps:
            raise _Refused(ACCESS)
        node = self._find(ROOT, "/" + "/".join(steps[:-1]))
        if not node.is_folder:
            raise _Refused(NO_FOLDER)
        return node, steps[-1]

    def _changed(self, number: int, path: str) -> tuple[Node, str, Node]:
        node, name = self._above(number, path)
        if name not in node.content:
            raise _Refused(NO_ENTRY)
        if not node.may_write:
            raise _Refused(READ_ONLY)
        return node, name, node.content[name]

    def _made(self, node: Node, name: str, content: Any) -> Node:
        if not node.may_write:
            raise _Refused(READ_ONLY)
        if self._files >= MOST_FILES:
            raise _Refused(NO_SPACE)
        self._files += 1
        node.content[name] = Node(content, may_write=True)
        return node.content[name]

    # ------------------------------------------------------------ program and chance

    def proc_exit(self, code: int) -> None:
        raise Exited(code)

    def args_sizes_get(self, count: int, size: int) -> int:
        self._put(count, "I", 0)
        self._put(size, "I", 0)
        return FINE

    def args_get(self, *_: int) -> int:
        return FINE

    def _variables(self) -> list[bytes]:
        return [f"{name}={value}\0".encode() for name, value in self.system.environment.items()]

    def environ_sizes_get(self, count: int, size: int) -> int:
        lines = self._variables()
        self._put(count, "I", len(lines))
        self._put(size, "I", sum(map(len, lines)))
        return FINE

    def environ_get(self, places: int, at: int) -> int:
        for number, line in enumerate(self._variables()):
            self._put(places + 4 * number, "I", at)
            self.memory()[at : at + len(line)] = line
            at += len(line)
        return FINE

    def random_get(self, at: int, size: int) -> int:
        for start in range(at, at + size, PAGE):
            length = min(PAGE, at + size - start)
            self.memory()[start : start + length] = self.system.chance.randbytes(length)
        return FINE

    def sched_yield(self) -> int:
        return FINE

    # ------------------------------------------------------------ time

    def clock_res_get(self, _clock: int, at: int) -> int:
        self._put(at, "Q", 1)
        return FINE

    def clock_time_get(self, clock: int, _precision: int, at: int) -> int:
        now = time.time_ns() if clock == 0 else time.monotonic_ns()
        self._put(at, "Q", now + self.system.slept)
        return FINE

    def poll_oneoff(self, asked: int, answers: int, count: int, told: int) -> int:
        """Answer at once: no one waits for a guest that sleeps, but its clock goes on."""
        if not 0 < count <= 64:
            return INVALID
        ready, clocks = [], []
        for number in range(count):
            user, kind = struct.unpack_from("<QB", self.memory(), asked + 48 * number)
            if kind == 0:
                clock, timeout, _, flags = struct.unpack_from(
                    "<I4xQQH", self.memory(), asked + 48 * number + 16
                )
                if flags & 1:
                    now = time.time_ns() if clock == 0 else time.monotonic_ns()
                    timeout = max(0, timeout - now - self.system.slept)
                clocks.append((timeout, user))
            else:
                ready.append((user, kind))
        if not ready:
            timeout, user = min(clocks)
            self._sleep(timeout)
            ready = [(user, 0)]
        for number, (user, kind) in enumerate(ready):
            self._put(answers + 32 * number, "QHB5xQH6x", user, FINE, kind, 1, 0)
        self._put(told, "I", len(ready))
        return FINE

    def _sleep(self, nanoseconds: int) -> None:
        system = self.system
        system.slept += nanoseconds
        system.until -= nanoseconds / 1e9
        if time.thread_time() > system.until:
            raise Asleep

    # ------------------------------------------------------------ open files

    def fd_prestat_get(self, number: int, at: int) -> int:
        if number != ROOT:
            return BAD_FILE
        self._put(at, "II", 0, 1)
        return FINE

    def fd_prestat_dir_name(self, number: int, at: int, size: int) -> int:
        if number != ROOT or size < 1:
            return BAD_FILE
        self.memory()[at : at + 1] = b"/"
        return FINE

    def fd_fdstat_get(self, number: int, at: int) -> int:
        if number <= 2:
            kind, flags = CHARACTERS, 0
        else:
            one = self._open_file(number)
            kind, flags = FOLDER if one.node.is_folder else REGULAR, APPEND * one.appends
        rights = ALL_RIGHTS if number > 2 else (1 << 1) | (1 << 6) | (1 << 27)  # read, write, poll
        self._put(at, "BxHxxxxQQ", kind, flags, rights, ALL_RIGHTS)
        return FINE

    def fd_fdstat_set_flags(self, number: int, flags: int) -> int:
        if number > 2:
            self._open_file(number).appends = bool(flags & APPEND)
        return FINE

    def fd_filestat_get(self, number: int, at: int) -> int:
        if number <= 2:
            self._put(at, "QQB7xQQQQQ", 1, number, CHARACTERS, 1, 0, 0, 0, 0)
            return FINE
        return self._tell(self._open_file(number).node, at)

    def _tell(self, node: Node, at: int) -> int:
        kind, size = (FOLDER, 0) if node.is_folder else (REGULAR, len(node.content))
        self._put(at, "QQB7xQQQQQ", 1, node.number, kind, 1, size, 0, 0, 0)
        return FINE

    def fd_close(self, number: int) -> int:
        if number > 2 and self.system.opened.pop(number, None) is None:
            return BAD_FILE
        return FINE

    def fd_renumber(self, number: int, other: int) -> int:
        one = self._open_file(number)
        del self.system.opened[number]
        self.system.opened[other] = one
        return FINE

    def fd_seek(self, number: int, offset: int, whence: int, at: int) -> int:
        if number <= 2:
            return NO_SEEK
        one = self._open_file(number)
        if one.node.is_folder:
            return BAD_FILE
        start = (0, one.at, len(one.node.content))[whence]
        if start + offset < 0:
            return INVALID
        one.at = start + offset
        self._put(at, "Q", one.at)
        return FINE

    def fd_tell(self, number: int, at: int) -> int:
        self._put(at, "Q", self._open_file(number).at)
        return FINE

    def fd_read(self, number: int, parts: int, count: int, told: int) -> int:
        if number <= 2:  # There is no keyboard.
            self._put(told, "I", 0)
            return FINE
        one = self._open_file(number)
        done = self._read(one.node, one.at, parts, count)
        one.at += done
        self._put(told, "I", done)
        return FINE

    def fd_pread(self, number: int, parts: int, count: int, offset: int, told: int) -> int:
        self._put(told, "I", self._read(self._open_file(number).node, offset, parts, count))
        return FINE

    def _read(self, node: Node, start: int, parts: int, count: int) -> int:
        if node.is_folder:
            raise _Refused(IS_FOLDER)
        content, done = node.content, 0
        for at, size in self._parts(parts, count):
            piece = content[start + done : start + done + size]
            self.memory()[at : at + len(piece)] = piece
            done += len(piece)
            if len(piece) < size:
                break
        return done

    def fd_write(self, number: int, parts: int, count: int, told: int) -> int:
        piece = self._gathered(parts, count)
        if number <= 2:
            self.system.said(number, piece)
        else:
            one = self._open_file(number)
            at = len(one.node.content) if one.appends else one.at
            self._write(one.node, at, piece)
            one.at = at + len(piece)
        self._put(told, "I", len(piece))
        return FINE

    def fd_pwrite(self, number: int, parts: int, count: int, offset: int, told: int) -> int:
        piece = self._gathered(parts, count)
        self._write(self._open_file(number).node, offset, piece)
        self._put(told, "I", len(piece))
        return FINE

    def _gathered(self, parts: int, count: int) -> bytes:
        piece = bytearray()
        for at, size in self._parts(parts, count):
            piece += self.memory()[at : at + min(size, LARGEST_WRITE - len(piece))]
        return bytes(piece)

    def _write(self, node: Node, at: int, piece: bytes) -> None:
        if not isinstance(node.content, bytearray):
            raise _Refused(READ_ONLY)
        self._grow(node, max(len(node.content), at + len(piece)))
        node.content[at : at + len(piece)] = piece

    def _grow(self, node: Node, size: int) -> None:
        more = size - len(node.content)
        if self._bytes + more > self.system.most_bytes:
            raise _Refused(NO_SPACE)
        self._bytes += more
        if more > 0:
            node.content.extend(bytes(more))
        else:
            del node.content[size:]

    def fd_filestat_set_size(self, number: int, size: int) -> int:
        node = self._open_file(number).node
        if not isinstance(node.content, bytearray):
            return READ_ONLY
        self._grow(node, size)
        return FINE

    def fd_readdir(self, number: int, at: int, room: int, cookie: int, told: int) -> int:
        node = self._open_file(number).node
        if not node.is_folder:
            return NO_FOLDER
        entries = [(".", node), ("..", node), *node.content.items()]
        written = 0
        for place, (name, part) in enumerate(entries[cookie:], start=cookie + 1):
            said = name.encode("utf-8", "surrogateescape")
            kind = FOLDER if part.is_folder else REGULAR
            entry = struct.pack("<QQIB3x", place, part.number, len(said), kind) + said
            entry = entry[: room - written]
            self.memory()[at + written : at + written + len(entry)] = entry
            written += len(entry)
            if written == room:
                break
        self._put(told, "I", written)
        return FINE

    # ------------------------------------------------------------ by path

    def path_open(
        self, number: int, _look: int, path: int, size: int, how: int, rights: int, _more: int,
        flags: int, told: int,
    ) -> int:  # fmt: skip
        named = self._text(path, size)
        writes = bool(rights & (1 << 6))
        try:
            node = self._find(number, named)
        except _Refused as refused:
            if refused.args[0] != NO_ENTRY or not how & CREATE:
                raise
            above, name = self._above(number, named)
            node = self._made(above, name, bytearray())
        else:
            if how & CREATE and how & EXCLUSIVE:
                return EXISTS
        if how & MUST_BE_FOLDER and not node.is_folder:
            return NO_FOLDER
        if node.is_folder:
            if how & CREATE:
                return IS_FOLDER
        elif (writes or how & TRUNCATE) and not node.may_write:
            return READ_ONLY
        if how & TRUNCATE and not node.is_folder:
            self._grow(node, 0)
        if len(self.system.opened) >= MOST_OPEN:
            return TOO_MANY
        free = next(n for n in range(ROOT + 1, ROOT + 2 + MOST_OPEN) if n not in self.system.opened)
        place = "/" + "/".join(self._steps(number, named))
        self.system.opened[free] = Open(node, 0, bool(flags & APPEND), place)
        self._put(told, "I", free)
        return FINE

    def path_filestat_get(self, number: int, _look: int, path: int, size: int, at: int) -> int:
        return self._tell(self._find(number, self._text(path, size)), at)

    def path_create_directory(self, number: int, path: int, size: int) -> int:
        above, name = self._above(number, self._text(path, size))
        if name in above.content:
            return EXISTS
        self._made(above, name, {})
        return FINE

    def path_remove_directory(self, number: int, path: int, size: int) -> int:
        above, name, node = self._changed(number, self._text(path, size))
        if not node.is_folder:
            return NO_FOLDER
        if node.content:
            return NOT_EMPTY
        del above.content[name]
        self._files -= 1
        return FINE

    def path_unlink_file(self, number: int, path: int, size: int) -> int:
        above, name, node = self._changed(number, self._text(path, size))
        if node.is_folder:
            return IS_FOLDER
        del above.content[name]
        self._gone(node)
        return FINE

    def _gone(self, node: Node) -> None:
        """Count a file no longer, unless it is open and can be read on."""
        self._files -= 1
        if all(one.node is not node for one in self.system.opened.values()):
            self._bytes -= len(node.content)

    def path_rename(
        self, number: int, path: int, size: int, other: int, to: int, length: int
    ) -> int:
        above, name, node = self._changed(number, self._text(path, size))
        target, new = self._above(other, self._text(to, length))
        if not target.may_write:
            return READ_ONLY
        if node.is_folder and above is not target:
            return OTHER_PLACE  # so that no folder gets into itself, nor too deep
        there = target.content.get(new)
        if there is node:
            return FINE
        if there is not None and there.is_folder:
            return NOT_EMPTY if there.content else EXISTS
        if there is not None:
            self._gone(there)
        del above.content[name]
        target.content[new] = node
        return FINE

    # ------------------------------------------------------------ what there is not

    def _fine(self, *_: int) -> int:
        return FINE

    def _no_call(self, *_: int) -> int:
        return NO_CALL

    fd_advise = fd_allocate = fd_datasync = fd_sync = _fine
    fd_filestat_set_times = path_filestat_set_times = _fine
    path_link = path_symlink = sock_accept = sock_recv = sock_send = sock_shutdown = _no_call

    def path_readlink(self, *_: int) -> int:
        return INVALID  # there are no links


def answered(calls: Calls, name: str) -> Callable[..., int | None]:
    """Return the function of a name, so that what it refuses is an error's number."""
    function = getattr(calls, name)

    def answer(*given: int) -> int | None:
        try:
            return function(*given)
        except _Refused as refused:
            return refused.args[0]
        except (struct.error, IndexError, ValueError, OverflowError):
            return FAULT  # places in memory that there are not

    return answer
