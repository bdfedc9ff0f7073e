"""The wall around everything that a student wrote: one bubblewrap sandbox.

What is not named here does not exist inside: not the solutions, not the gradebook, not another
student's folder, not the home of the grader, and no network. What is named can only be read.
"""

import os
import shutil
import site
import subprocess
import sys
from pathlib import Path

import scaling

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
# Of /etc, libraries read only these, to find each other, the fonts and the time.
SETTINGS = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/localtime",
    "/etc/mime.types",
)
# Host and kernel share this folder, which holds the sockets of one kernel at a time.
SHARED = "/run/scaling"
# This does what each kernel does: some systems allow bubblewrap itself and nothing inside of it.
TRIAL = """\
from scaling.grading import namespaces as own
own.unshare(own.NEW_PIDS | own.NEW_IPC)
own.own_mounts()
own.empty_folder("/run/student", 1)
own.drop_all_privileges()
"""
HOME, WORK = "/run/student", "/run/student/work"
TEMPORARY = "/tmp"


def installed() -> str | None:
    """Return the path of bubblewrap, or None where it is not installed."""
    return shutil.which("bwrap")


def problem() -> str | None:
    """Return why submissions cannot be walled in here, or None if they can."""
    if not sys.platform.startswith("linux"):
        return "The sandbox needs Linux (on Windows: WSL; on a Mac: a Linux container)."
    if installed() is None:
        return "The sandbox needs bubblewrap (Debian, Ubuntu: apt install bubblewrap)."
    tried = subprocess.run(
        command([sys.executable, "-c", TRIAL], shared=None),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if tried.returncode:
        why = (tried.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        return f"bubblewrap is installed but may not build a sandbox here: {why}"
    return None


def command(inside: list[str], shared: Path | None) -> list[str]:
    """Return the command line that runs ``inside`` behind the wall.

    Parameters
    ----------
    inside : list of str
        The command to run.
    shared : pathlib.Path or None
        The one folder that host and sandbox share, seen inside as ``/run/scaling``.
    """
    line = [installed() or "bwrap"]
    line += ["--unshare-all", "--unshare-user", "--disable-userns"]
    line += ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "grading"]
    # The fork server needs this one to isolate each kernel from the others; kernels have none.
    line += ["--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN"]
    for place in _readable():
        line += ["--ro-bind-try", place, place]
    for place in _answers():
        line += ["--ro-bind", "/dev/null", place]
    line += ["--proc", "/proc", "--dev", "/dev", "--dir", TEMPORARY, "--dir", HOME]
    if shared is not None:
        line += ["--bind", str(shared), SHARED]
    for name, value in environment().items():
        line += ["--setenv", name, value]
    return [*line, "--chdir", "/", "--remount-ro", "/", *inside]


def writable() -> list[str]:
    """Return the folders in which a kernel may write.

    The usual one for temporary files is among them unless Python or the course itself lie in it.
    """
    taken = any(_is_inside(place, TEMPORARY) for place in _readable())
    return [HOME] if taken else [HOME, TEMPORARY]


def environment() -> dict[str, str]:
    """Return the whole environment inside: nothing of the grader's own goes in."""
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
        "HOME": HOME,
        "TMPDIR": writable()[-1],
        "IPYTHONDIR": f"{HOME}/.ipython",
        "JUPYTER_PLATFORM_DIRS": "1",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONDONTWRITEBYTECODE": "1",
        # With a fixed order of sets, an answer that depends on it gets the same mark every time.
        "PYTHONHASHSEED": "0",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "NBGRADER_EXECUTION": "autograde",
        "SCALING_PREDICTIONS": f"{HOME}/predictions.json",
    }


def _readable() -> list[str]:
    """Return all places that may be read inside, none of them inside another."""
    package = Path(scaling.__file__).resolve().parent
    places = [*SYSTEM, *SETTINGS, sys.prefix, sys.base_prefix, sys.exec_prefix]
    places += [*site.getsitepackages(), str(package), str(package.parent.parent / "data")]
    # In a virtual environment, Python itself is installed in another folder.
    places.append(str(Path(sys.executable).resolve().parent.parent))
    wanted = [
        place for place in dict.fromkeys(map(os.path.abspath, places)) if Path(place).exists()
    ]
    return [place for place in wanted if not any(_is_inside(place, other) for other in wanted)]


def _answers() -> list[str]:
    """Return the files of the package that hold right answers; `stand_in` takes their place."""
    package = Path(scaling.__file__).resolve().parent
    found = [*package.glob("*/checks.py"), *package.glob("*/__pycache__/checks.*.pyc")]
    return sorted(map(str, found))


def _is_inside(place: str, other: str) -> bool:
    return place != other and place.startswith(other.rstrip("/") + "/")
