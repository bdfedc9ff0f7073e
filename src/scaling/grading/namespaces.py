"""Linux namespaces from Python: what one forked kernel needs to be alone.

Bubblewrap builds the outer wall once, around a whole fork server. Each submission's kernel is then
forked inside it, and these few calls give that kernel its own list of processes, its own empty
folders, and no way back. They follow unshare(2), mount(2), capabilities(7) and prctl(2).
"""

import ctypes
import os
import resource
from collections.abc import Callable

# These are flags of unshare(2).
NEW_MOUNTS, NEW_IPC, NEW_PIDS = 0x00020000, 0x08000000, 0x20000000
# These are flags of mount(2).
READ_ONLY, NO_SUID, NO_DEVICES, NO_EXEC, REMOUNT = 1, 2, 4, 8, 32
BIND, RECURSIVE, PRIVATE = 1 << 12, 1 << 14, 1 << 18
# These are options of prctl(2).
DEATH_SIGNAL, DROP_FROM_BOUNDS, NO_NEW_PRIVILEGES = 1, 24, 38
CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Sets(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


def unshare(flags: int) -> None:
    """Leave the namespaces named by ``flags`` for new ones."""
    _call(_libc.unshare, flags)


def own_mounts() -> None:
    """Hide from the outside what is mounted from here on."""
    unshare(NEW_MOUNTS)
    _call(_libc.mount, None, b"/", None, RECURSIVE | PRIVATE, None)


def empty_folder(place: str, megabytes: float) -> None:
    """Put an empty folder in memory, of a limited size, in the place of what is there."""
    size = f"size={int(megabytes * 1024)}k,nr_inodes=20k,mode=700".encode()
    _call(_libc.mount, b"tmpfs", place.encode(), b"tmpfs", NO_SUID | NO_DEVICES, size)


def read_only(place: str) -> None:
    """Make a place that is mounted already read-only. Sockets in it still work."""
    flags = REMOUNT | BIND | READ_ONLY | NO_SUID | NO_DEVICES
    _call(_libc.mount, None, place.encode(), None, flags, None)


def own_processes(place: str = "/proc") -> None:
    """Show the processes of this namespace only, or, where the kernel refuses that, none at all."""
    try:
        _call(_libc.mount, b"proc", place.encode(), b"proc", NO_SUID | NO_DEVICES | NO_EXEC, None)
    except OSError:
        empty_folder(place, 1)


def die_with_parent(signal: int) -> None:
    """Have the system send ``signal`` to this process when its parent ends, however it ends."""
    _call(_libc.prctl, DEATH_SIGNAL, signal, 0, 0, 0)


def drop_all_privileges() -> None:
    """Give up every capability for good, for this process and all that it starts."""
    capability = 0
    while _libc.prctl(DROP_FROM_BOUNDS, capability, 0, 0, 0) == 0:
        capability += 1
    nothing = (_Sets * 2)()
    _call(_libc.capset, ctypes.byref(_Header(CAPABILITY_VERSION_3, 0)), ctypes.byref(nothing))
    _call(_libc.prctl, NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def limit(what: int, most: float) -> None:
    """Lower one limit of setrlimit(2), soft and hard."""
    _, hard = resource.getrlimit(what)
    value = int(most) if hard == resource.RLIM_INFINITY else min(int(most), hard)
    resource.setrlimit(what, (value, value))


def _call(function: Callable[..., int], *arguments: object) -> None:
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
