"""A machine with users of its own, for as long as a test lasts.

It is this machine, seen with other mounts: /etc is a copy, and /home, /opt and /srv are empty but
for what Python needs. So `useradd` and the Makefile of the hub run as they are, and nothing of it
is left behind.
"""

import ctypes
import multiprocessing
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

from users import NEW_MOUNTS, ROOT, closed, mount, needed, open_up

OWN = [Path(folder) for folder in ("/home", "/opt", "/srv")]
PREFIX = Path("/opt/does-it-scale")
HUB = ROOT / "deploy/jupyterhub"
MODULES = HUB / "node_modules"
PATIENCE = 1800  # seconds, on a busy machine
PROGRAMS = PREFIX / "venv/bin"


class Machine:
    """A machine of its own: processes that enter its mounts see what it is made of.

    Parameters
    ----------
    installed : bool
        Whether the environment of the tests and the proxy are there as the hub's own.
    """

    def __init__(self, installed=True):
        self._installed = installed
        self.stage = Path(tempfile.mkdtemp(prefix="hub-", dir="/tmp"))
        self.stage.chmod(0o755)
        shutil.copytree("/etc", self.stage / "etc", symlinks=True)
        context = multiprocessing.get_context("fork")
        here, there = context.Pipe()
        self._holder = context.Process(target=self._hold, args=(there,), daemon=True)
        self._holder.start()
        there.close()
        here.recv()  # An EOFError here means that the mounts could not be made.
        self._mounts = os.open(f"/proc/{self._holder.pid}/ns/mnt", os.O_RDONLY)

    def _hold(self, there):
        inside = {up: [one for one in needed() if one.is_relative_to(up)] for up in OWN}
        open_up(self.stage, {up: set(at) for up, at in (closed() | inside).items() if up.exists()})
        mount(self.stage / "etc", "/etc")
        if self._installed:
            mount(Path(sys.prefix), _made(PREFIX / "venv"))
            mount(MODULES, _made(PREFIX / "proxy/node_modules"))
        there.send(True)
        signal.pause()

    def enter(self):
        """See this machine, in a process that has no other threads."""
        if ctypes.CDLL(None, use_errno=True).setns(self._mounts, NEW_MOUNTS):
            raise OSError(ctypes.get_errno(), "setns")

    def root(self, *line, **how):
        """Run a command as root; return what it said."""
        done = subprocess.run(
            ["nsenter", f"--mount=/proc/{self._holder.pid}/ns/mnt", *line],
            capture_output=True, text=True, check=False, **how,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *line, log):
        """Start a program as root, in a session of its own."""
        with log.open("w") as said:
            return subprocess.Popen(
                ["nsenter", f"--mount=/proc/{self._holder.pid}/ns/mnt", *line],
                stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip

    def by(self, user, do, *arguments, place="", settings="learners", code=0):
        """Do something as a user, in a process of its own; return what was said."""
        said = Path(tempfile.mkstemp(dir=self.stage)[1])
        arguments = user, do, arguments, place, settings, said
        process = multiprocessing.get_context("fork").Process(target=self._be, args=arguments)
        process.start()
        process.join(PATIENCE)
        text = said.read_text(encoding="utf-8")
        assert process.exitcode == code, text
        return text

    def _be(self, user, do, arguments, place, settings, said):
        with said.open("w", buffering=1) as out:
            self.enter()
            entry = pwd.getpwnam(user)
            os.initgroups(user, entry.pw_gid)
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
            os.umask(0o077)
            etc = PREFIX / "etc"
            os.environ |= {
                "HOME": entry.pw_dir, "USER": user, "LOGNAME": user,
                "PATH": f"{PROGRAMS}:/usr/bin:/bin", "IPYTHONDIR": f"{entry.pw_dir}/.ipython",
                "JUPYTER_CONFIG_PATH": f"{etc / settings}:{etc / 'everyone'}",
            }  # fmt: skip
            os.environ.pop("JUPYTER_CONFIG_DIR", None)
            os.chdir(Path(entry.pw_dir, place))
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
            sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = out
            try:
                code = do(*arguments)
            except Exception:
                traceback.print_exc()
                code = 70
            out.flush()
        os._exit(code or 0)

    def close(self):
        """Forget it."""
        os.close(self._mounts)
        self._holder.terminate()
        self._holder.join()
        shutil.rmtree(self.stage)


def _made(folder):
    folder.mkdir(parents=True)
    return folder
