"""What Windows or macOS does not have is used only where it is there."""

import ast
import pickle
import sys
from pathlib import Path

import pytest

from scaling.grading import worker
from scaling.grading.image import Images
from scaling.grading.limits import Limits

PACKAGE = Path(__file__).parents[2] / "src" / "scaling"
# Modules, functions and flags of POSIX or of Linux alone, and os.kill, which means another thing.
MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
NAMES = {
    "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "SIGALRM", "SIGCHLD", "SIGHUP",
    "SIGKILL", "SIGUSR1", "SIGUSR2", "alarm", "chown", "dir_fd", "fchmod", "fchown", "fork",
    "forkserver", "getegid", "geteuid", "getgid", "getgrgid", "getpgid", "getpwuid", "getresuid",
    "getuid", "initgroups", "kill", "killpg", "lchown", "lockf", "mkfifo", "mknod", "nice",
    "preexec_fn", "prctl", "sched_getaffinity", "sched_setaffinity", "setgid", "setitimer",
    "setpgid", "setpgrp", "setresuid", "setrlimit", "setsid", "setuid", "start_new_session",
    "statvfs", "uname", "wait4", "waitid", "waitpid", "MAP_PRIVATE", "PROT_READ",
    "PROT_WRITE",
}  # fmt: skip
FOLDERS = ("/proc", "/dev", "/etc", "/sys", "/run", "/tmp", "/var")
# What is said of a guest, looked for in a student's code, or asked about how processes begin.
ELSEWHERE = {
    "grading/image.py": {"/tmp"},
    "grading/pool.py": {"fork"},
    "grading/preflight/scanning.py": {"fork"},
    "web/guest.py": {"/tmp/kept"},
}
# Each is used only after the system, or the thing itself, was looked at.
GUARDED = {
    "grading/claims.py": {"kill", "/proc/self/ns/pid"},
    "grading/demo_class.py": {"geteuid"},
    "grading/doctor.py": {"/proc/mounts", "grp", "getgrgid"},
    "grading/grade.py": {"sched_getaffinity"},
    "grading/guest.py": {
        "MAP_PRIVATE", "PROT_READ", "PROT_WRITE", "getuid", "/proc/self/pagemap",
    },
    "grading/preflight/folder.py": {"O_NOFOLLOW", "O_NONBLOCK"},
    "grading/preflight/inside.py": {"O_NOFOLLOW", "O_NONBLOCK"},
    "grading/worker.py": {"fork"},
}  # fmt: skip


def used(source):
    """Which of these a module names, in code or in a text of its own."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {part.name for part in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module} & MODULES
            found |= {part.name for part in node.names} & NAMES
        elif isinstance(node, ast.Attribute):
            if not (node.attr == "kill" and ast.unparse(node.value) != "os"):  # Popen's is portable
                found |= {node.attr} & NAMES
        elif isinstance(node, ast.keyword):
            found |= {node.arg} & NAMES
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {node.value} & NAMES
            if node.value.startswith(FOLDERS):
                found.add(node.value)
    return found


def test_what_looks_for_them_finds_them():
    source = """
import pwd
from os import fork
os.kill(1, signal.SIGKILL); getattr(os, "O_NOFOLLOW"); open("/proc/stat")
Popen(x, preexec_fn=f)
"""
    wanted = {"pwd", "fork", "kill", "SIGKILL", "O_NOFOLLOW", "/proc/stat", "preexec_fn"}
    assert used(source) == wanted


@pytest.mark.slow
def test_what_other_systems_lack_is_used_where_it_was_looked_for():
    found = {
        file.relative_to(PACKAGE).as_posix(): used(file.read_text(encoding="utf-8"))
        for file in PACKAGE.rglob("*.py")
    }
    assert {name: names for name, names in found.items() if names} == GUARDED | ELSEWHERE


@pytest.mark.parametrize("name", GUARDED)
def test_each_exception_is_looked_at_on_the_spot(name):
    """One of these words is in the function, or the statement, that uses it."""
    looks = ("hasattr(os", "os.name", "sys.platform", "OSError", "getattr(os", "is_shared")
    tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
    for part in tree.body:
        text = ast.unparse(part)
        if used(text):
            assert any(look in text for look in looks), text


@pytest.mark.parametrize(
    ("system", "how"), [("linux", "fork"), ("darwin", "spawn"), ("win32", "spawn")]
)
def test_processes_begin_as_the_system_can(monkeypatch, system, how):
    monkeypatch.setattr(sys, "platform", system)
    assert worker.processes().get_start_method() == how


@pytest.mark.slow
def test_what_a_process_that_is_spawned_needs_can_be_sent_to_it(tmp_path):
    given = Images(tmp_path), Limits(), tmp_path
    images, limits, place = pickle.loads(pickle.dumps(given))
    assert (images.key, limits, place) == (given[0].key, *given[1:])
