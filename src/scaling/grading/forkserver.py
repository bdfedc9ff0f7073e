"""The fork server: a Python with everything imported, from which each kernel is forked.

Starting Python and importing pandas, plotly and the course takes a second of work; forking a
process that has done so takes milliseconds. This is the idea of the fork server in Python's own
``multiprocessing``. It runs inside the sandbox (``walls.py``), as

    python -m scaling.grading.forkserver CONTROL WARM_UP

where ``CONTROL`` is the number of an open socket and ``WARM_UP`` a file of JSON: the exercise's own
cells, to be run once. One line of JSON there, together with a socket of its own, orders one kernel;
see `Order`. No line of a student's code ever runs in this process.

Three processes belong to a submission:

- the **server** forks a keeper for each order, and goes back to waiting;
- the **keeper** forks the kernel into a list of processes of its own, watches what all of them
  use, passes signals on, and kills them all when the host says so or hangs up;
- the **kernel** shuts itself off (own empty folders, no privileges) and is then an ordinary
  IPython kernel. As the first of its processes it takes all others with it when it ends.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import resource
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scaling import checking

from . import namespaces, source, stand_in
from .limits import MEGABYTE, Limits

TICK = 0.05  # seconds between two measurements
SHARED = "/run/scaling"
PRELOADED = (
    "scaling.explorable",
    "scaling.grading.carry",
    "scipy.stats",
    "ipykernel.kernelapp",
    "ipykernel.debugger",  # Every kernel would take a third of a second to import it.
)


@dataclass(frozen=True)
class Order:
    """What the host asks for: one kernel.

    Attributes
    ----------
    connection : str
        The kernel's connection file, as seen in here.
    work : str
        The folder to work in, as seen in here; what ``files`` holds is copied there first.
    files : str
        A folder with files of the submission and of the course, or "".
    empty : tuple of str
        Folders that are to be the kernel's own; none where there is no wall (``--unsafe``).
    limits : dict
        As `Limits.as_dict` gives them.
    """

    connection: str
    work: str
    files: str
    empty: tuple[str, ...]
    limits: dict[str, float]

    def as_line(self) -> bytes:
        """Return the order as one line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"


def main(control: int, warm_up: str) -> None:
    """Import everything, say so, and fork a kernel for every order until the host hangs up."""
    stand_in.install()
    for name in PRELOADED:
        importlib.import_module(name)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        _warm_up(json.loads(Path(warm_up).read_text(encoding="utf-8")))
    gc.collect()
    gc.freeze()  # Otherwise a kernel's garbage collection would copy all of this memory.
    host = socket.socket(fileno=control)
    host.sendall(b"ready\n")
    signal.signal(signal.SIGCHLD, lambda *_: _reap())
    while True:
        line, sockets, _, _ = socket.recv_fds(host, 65536, 1)
        if not line:
            return
        keeper = socket.socket(fileno=sockets[0])
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            host.close()
            _run_keeper(Order(**json.loads(line)), keeper)
            os._exit(0)
        keeper.close()


def _warm_up(cells: list[str]) -> None:
    """Run the exercise's locked cells once, so that no kernel has to import the same again."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    for cell in cells:
        # What fails here fails again, visibly, in the notebook.
        with suppress(Exception):
            shown = source.run(source.parse(cell), namespace)
            getattr(shown, "_repr_mimebundle_", dict)()


def _reap() -> None:
    """Collect keepers that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


# ---------------------------------------------------------------- the keeper


def _run_keeper(order: Order, host: socket.socket) -> None:
    """Start the kernel, watch it, and tell the host how it ended."""
    namespaces.die_with_parent(signal.SIGKILL)
    limits = Limits(**order.limits)
    if order.empty:
        namespaces.unshare(namespaces.NEW_PIDS | namespaces.NEW_IPC)
    others = _processes()  # This keeper is among them.
    ready, announce = os.pipe()
    kernel = os.fork()
    if kernel == 0:
        os.close(ready)
        host.close()
        _become_kernel(order, limits, announce)
    os.close(announce)
    os.read(ready, 1)  # By then the kernel has bound its sockets, or has ended.
    os.close(ready)
    host.sendall(b"started\n")
    # Without a wall it cannot be known which process belongs to the submission.
    behind_a_wall = bool(order.empty)
    why = _watch(kernel, host, limits, lambda: _processes() - others if behind_a_wall else {kernel})
    with suppress(OSError):  # The host may have hung up.
        host.sendall(json.dumps({"ended": why}).encode() + b"\n")


def _watch(
    kernel: int, host: socket.socket, limits: Limits, processes: Callable[[], set[int]]
) -> str:
    """Pass signals on until the kernel has ended; return why it ended."""
    while True:
        ended, status = os.waitpid(kernel, os.WNOHANG)
        if ended:
            return _exit_reason(status)
        why = _exceeded_limit(limits, processes())
        if select.select([host], [], [], 0 if why else TICK)[0]:
            line = host.recv(64)
            if line.strip() == b"interrupt":
                os.kill(kernel, signal.SIGINT)
            else:  # The host orders to kill, or has hung up.
                why = "told to"
        if why:
            os.killpg(kernel, signal.SIGKILL)
            os.waitpid(kernel, 0)
            return why


def _exceeded_limit(limits: Limits, mine: set[int]) -> str:
    """Return which limit the processes of this submission exceed, or ""."""
    if len(mine) > limits.processes:
        return f"it started more than {limits.processes:.0f} processes"
    if sum(map(_process_memory, mine)) + _unattached_memory(mine) > limits.memory_mb * MEGABYTE:
        return f"it used more than {limits.memory_mb:.0f} MB of memory"
    return ""


def _processes() -> set[int]:
    return {int(place.name) for place in Path("/proc").iterdir() if place.name.isdigit()}


def _process_memory(process: int) -> int:
    """Return the bytes of memory that a process holds without a file, or 0 if it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    # Shared memory counts, too: it belongs to no file, and no limit of the system covers it.
    sizes = [line.split()[1] for line in lines if line.startswith(("RssAnon:", "RssShmem:"))]
    return sum(map(int, sizes)) * 1024


def _unattached_memory(mine: set[int]) -> int:
    """Return the bytes of memory kept in files without a name and in segments of System V."""
    held: dict[object, int] = {}  # bytes
    for process in mine:
        with suppress(OSError):
            for place in Path(f"/proc/{process}/fd").iterdir():
                about = place.stat()
                if about.st_nlink == 0:
                    held[about.st_dev, about.st_ino] = about.st_blocks * 512
    with suppress(OSError):
        for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]:
            held[line] = int(line.split()[14])
    return sum(held.values())


def _exit_reason(status: int) -> str:
    if os.WIFSIGNALED(status):
        return f"it was ended by {signal.Signals(os.WTERMSIG(status)).name}"
    return f"it ended by itself with exit code {os.waitstatus_to_exitcode(status)}"


# ---------------------------------------------------------------- the kernel


def _become_kernel(order: Order, limits: Limits, announce: int) -> None:
    """Shut this process off from all others, then run an IPython kernel in it; never return."""
    try:
        namespaces.die_with_parent(signal.SIGKILL)
        os.setsid()
        held = _data_bytes()
        if order.empty:
            _shut_off(order, limits)
        _copy_files(order)
        _lower_limits(limits, held)
        _silence_standard_streams()
        app = _kernel(order.connection)
        if order.empty:
            # The kernel's sockets are there by now, and it needs nothing else in this folder.
            namespaces.read_only(SHARED)
            namespaces.drop_all_privileges()
        # Before this line, no file of the student's can be imported by mistake.
        os.chdir(order.work)
        os.write(announce, b"1")
        os.closerange(announce, announce + 1)
        app.start()
    finally:
        os._exit(1)


def _shut_off(order: Order, limits: Limits) -> None:
    """Give this process folders and a list of processes of its own."""
    namespaces.own_mounts()
    namespaces.own_processes()
    for place in (*order.empty, "/dev/shm"):
        namespaces.empty_folder(place, limits.disk_mb)
    namespaces.read_only("/dev")


def _copy_files(order: Order) -> None:
    """Copy the files of the submission and of the course to where the kernel works."""
    Path(order.work).mkdir(parents=True, exist_ok=True)
    if order.files:
        for place in sorted(Path(order.files).rglob("*")):
            target = Path(order.work, place.relative_to(order.files))
            if place.is_dir():
                target.mkdir(exist_ok=True)
            else:
                target.write_bytes(place.read_bytes())


def _lower_limits(limits: Limits, held: float) -> None:
    namespaces.limit(resource.RLIMIT_CORE, 0)
    namespaces.limit(resource.RLIMIT_FSIZE, limits.disk_mb * MEGABYTE)
    namespaces.limit(resource.RLIMIT_CPU, limits.submission_seconds * 2)
    namespaces.limit(resource.RLIMIT_DATA, held + limits.memory_mb * MEGABYTE)
    namespaces.limit(resource.RLIMIT_NOFILE, 512)


def _data_bytes() -> float:
    """Return how much private memory this process has asked for so far, in bytes."""
    words = Path("/proc/self/statm").read_text().split()
    return int(words[5]) * resource.getpagesize()


def _silence_standard_streams() -> None:
    """Redirect the three standard streams to the null device: output goes through sockets."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _kernel(connection: str) -> Any:
    """Return the application of a new kernel, ipykernel's ``IPKernelApp``."""
    from ipykernel.kernelapp import IPKernelApp

    app: Any = IPKernelApp.instance()
    app.initialize(["-f", connection, "--HistoryManager.hist_file=:memory:"])
    checking.watch(app.shell)  # The shell is new; the checks were imported before.
    # With this, exit() in a cell does not prevent the cells after it from running.
    app.shell.unobserve_all("exit_now")
    return app


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
