"""Kernels that begin as forks of a Python in which the libraries of other people are imported.

That takes longer than most notebooks run. Nothing of the course is imported before the fork.
"""

import multiprocessing
import os
import signal
import sys
import time

LIBRARIES = ("ipykernel.kernelapp", "numpy", "pandas", "scipy.stats", "networkx")

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([*LIBRARIES, __name__])


class Kernel:
    """A kernel's process, with what jupyter_client asks of a ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, process):
        self._process, self.pid = process, process.pid

    def poll(self):
        return None if self._process.is_alive() else self._process.exitcode

    def wait(self):
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number):
        os.kill(self.pid, number)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)


def launch(command, env, cwd, **_):
    """Start a kernel in place of ``jupyter_client.launcher.launch_kernel``."""
    options = command[command.index("ipykernel_launcher") + 1 :]
    process = _forks.Process(target=_run, args=(options, env, str(cwd)))
    process.start()
    while os.getpgid(process.pid) != process.pid:  # Signals are sent to all of a kernel's group.
        time.sleep(0.01)
    return Kernel(process)


def _run(options, env, cwd):
    from ipykernel.kernelapp import launch_new_instance

    os.setsid()
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["ipykernel_launcher", *options]
    launch_new_instance()
