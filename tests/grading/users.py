"""Do something as another user of this machine, in a process of its own.

The users have numbers and no entry in /etc/passwd: to the kernel they are users as any. Where
Python, the course or what grading has prepared is in a folder that is closed to others, such as
/root, the process sees an open folder in its place, in mounts of its own. What the commands import
is imported here, once for all of these processes, which are forks of this one.
"""

import contextlib
import ctypes
import multiprocessing
import os
import shutil
import sys
import tempfile
import traceback
from collections import defaultdict
from pathlib import Path

import pytest
from nbgrader.apps.nbgraderapp import NbGraderApp

from scaling.__main__ import main
from scaling.grading import grade, prepare  # noqa: F401

ROOT = Path(__file__).parents[2]
GROUP = 61000
USERS = {"alice": 61001, "ben": 61002, "cleo": 61003}
NEW_MOUNTS, BIND, PRIVATE = 0x20000, 0x1000, 0x4000 | 0x40000


def needed():
    """Where Python, the course and what grading has prepared are."""
    places = {Path(sys.base_prefix).resolve(), Path(sys.prefix), ROOT, prepare.cache()}
    return {place for place in places if place.exists()}


def closed():
    """Which folders hide what Python needs, each with the places in it that are needed."""
    found = defaultdict(list)
    for place in needed():
        above = (up for up in reversed(place.parents) if not up.stat().st_mode & 0o001)
        if first := next(above, None):
            found[first].append(place)
    return found


def mount(source, target, kind=None, flags=BIND, options=None):
    """Mount something, by default a folder at another place as well."""
    libc = ctypes.CDLL(None, use_errno=True)
    parts = [part and os.fsencode(part) for part in (source, target, kind)]
    if libc.mount(*parts, flags, options):
        raise OSError(ctypes.get_errno(), f"mount {target}")


def open_up(stage, hidden):
    """See empty folders in the place of some, with what is needed in them, in mounts of its own."""
    if not hidden:
        return
    if ctypes.CDLL(None, use_errno=True).unshare(NEW_MOUNTS):
        raise OSError(ctypes.get_errno(), "unshare")
    mount("none", "/", flags=PRIVATE)
    for folder, places in hidden.items():
        kept = {place: Path(tempfile.mkdtemp(dir=stage)) for place in places}
        for place, aside in kept.items():
            mount(place, aside)
        mount("none", folder, "tmpfs", 0, b"mode=755")
        for place, aside in kept.items():
            place.mkdir(parents=True)
            mount(aside, place)


class Running:
    """Something that a user does in a course's folder."""

    def __init__(self, user, place, do, *arguments):
        self.home = Path(tempfile.mkdtemp(prefix=f"{user}-", dir="/tmp"))
        os.chown(self.home, USERS[user], GROUP)
        self._said = self.home / "said"
        self._arguments = user, Path(place), do, arguments
        self._process = multiprocessing.get_context("fork").Process(target=self._run)
        self._process.start()

    def _run(self):
        user, place, do, arguments = self._arguments
        stage = self.home / "stage"
        stage.mkdir()
        open_up(stage, closed())
        os.setgroups([])
        os.setgid(GROUP)
        os.setuid(USERS[user])
        os.umask(0o022)  # as Debian gives it
        here = str(Path(sys.executable).parent)
        os.environ |= {
            "HOME": str(self.home), "LOGNAME": user, "PATH": here + ":" + os.environ["PATH"],
            "JUPYTER_CONFIG_DIR": str(self.home), "IPYTHONDIR": str(self.home),
        }  # fmt: skip
        os.chdir(place)
        with self._said.open("w", buffering=1) as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = said
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                try:
                    code = do(*arguments)
                except Exception:
                    traceback.print_exc()
                    code = 70
        os._exit(code or 0)

    def result(self):
        """Wait for the end; return the exit code and what was said."""
        self._process.join(900)
        said = self._said.read_text(encoding="utf-8")
        assert self._process.exitcode is not None, said
        shutil.rmtree(self.home)
        return self._process.exitcode, said


def scaling(*arguments):
    """Run ``python -m scaling``."""
    return main(list(arguments))


def nbgrader(*arguments):
    """Run ``nbgrader``."""
    try:
        NbGraderApp.launch_instance(list(arguments))
    except SystemExit as end:
        return end.code
    return 0


def skip_without_users():
    """Skip, visibly, where one cannot become another user; fail where that is required."""
    if os.name == "posix" and os.geteuid() == 0:
        return
    required = os.environ.get("SCALING_USERS") == "required"
    (pytest.fail if required else pytest.skip)("only root can become several users")
