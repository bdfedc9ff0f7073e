"""Kernels behind the wall, for programs that talk to kernels through jupyter_client.

`ForkServer` is the host's end of ``forkserver.py``; `ForkedKernel` makes it a kernel provisioner,
jupyter_client's own extension point, so that nbclient and nbgrader run notebooks in it unchanged.
"""

from __future__ import annotations

import asyncio
import json
import select
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerBase

from . import walls
from .forkserver import Order
from .limits import MEGABYTE, Limits

KILL_SECONDS = 10
WARM_UP = "warm-up.json"
# The first start on a fresh machine takes long, because Python compiles pandas and scipy.
START_SECONDS = 120
# A kernel that sends a larger message is disconnected.
LARGEST_MESSAGE = 64 * MEGABYTE
# At most this many messages wait here unread. Others wait in the kernel, as part of its memory.
MOST_MESSAGES = 16


class SandboxError(RuntimeError):
    """The sandbox itself does not work, which is not the fault of any submission."""


class ForkServer:
    """A fork server in a process of its own, behind the wall or (``unsafe``) without one.

    Use it as a context manager. One kernel runs at a time; each has processes and folders of its
    own, and nothing of it is left when the next starts.

    Parameters
    ----------
    warm_up : list of str
        Cells of the exercise itself, run once before any kernel is forked.
    limits : Limits
        What each kernel may use.
    unsafe : bool
        Without the wall.
    place : pathlib.Path
        Where its own folder is made; its name has to be short.
    """

    def __init__(
        self,
        warm_up: list[str],
        limits: Limits,
        *,
        unsafe: bool = False,
        place: Path = Path("/tmp"),
    ):
        self.warm_up, self.limits, self.unsafe = warm_up, limits, unsafe
        self.place = place
        self._empty = () if unsafe else tuple(walls.writable())

    def __enter__(self) -> ForkServer:
        # The name is short because the path of a socket may have at most 107 characters.
        self.shared = Path(tempfile.mkdtemp(prefix="scaling-", dir=self.place))
        (self.shared / WARM_UP).write_text(json.dumps(self.warm_up), encoding="utf-8")
        ours, theirs = socket.socketpair()
        seen = self.shared if self.unsafe else Path(walls.SHARED)
        inside = [sys.executable, "-m", "scaling.grading.forkserver", str(theirs.fileno())]
        inside.append(str(seen / WARM_UP))
        line = inside if self.unsafe else walls.command(inside, self.shared)
        self._process = subprocess.Popen(
            line,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        theirs.close()
        self._control = ours
        return self

    def wait_until_ready(self) -> None:
        """Wait until everything is imported; called late, to do other work in the meantime."""
        if self._control.gettimeout() is None:
            self._control.settimeout(START_SECONDS)
            if not self._control.recv(16):
                said = self._process.communicate()[1].strip().splitlines()
                raise SandboxError(f"The sandbox does not start: {said[-1] if said else '?'}")

    def __exit__(self, *_: object) -> None:
        self._control.close()
        self._process.terminate()
        self._process.communicate()
        shutil.rmtree(self.shared, ignore_errors=True)

    def fork(self, name: str, info: dict[str, Any], files: Path | None) -> socket.socket:
        """Order one kernel and wait until it listens.

        Parameters
        ----------
        name : str
            A short name, unique in this server.
        info : dict
            Connection information of jupyter_client, with addresses as the host sees them.
        files : pathlib.Path or None
            A folder whose content the kernel finds where it works.

        Returns
        -------
        socket.socket
            The line to the kernel's keeper.
        """
        self.wait_until_ready()
        place = self.shared / name
        seen = place if self.unsafe else Path(walls.SHARED, name)
        if files:
            shutil.copytree(files, place / "files")
        connection = {**info, "ip": str(seen / "k"), "key": info["key"].decode()}
        (place / "connection.json").write_text(json.dumps(connection), encoding="utf-8")
        order = Order(
            connection=str(seen / "connection.json"),
            work=str(seen / "work") if self.unsafe else walls.WORK,
            files=str(seen / "files") if files else "",
            empty=self._empty,
            limits=self.limits.as_dict(),
        )
        ours, theirs = socket.socketpair()
        socket.send_fds(self._control, [order.as_line()], [theirs.fileno()])
        theirs.close()
        ours.settimeout(START_SECONDS)
        if ours.recv(16) != b"started\n":
            raise SandboxError("The sandbox does not start a kernel.")
        return ours


class ForkedKernel(KernelProvisionerBase):
    """A kernel of a fork server, as a provisioner for jupyter_client."""

    server: ForkServer
    files: Path | None = None
    ended: str | None = None  # This becomes the reason once the kernel has ended.
    _count = 0

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose the addresses of the kernel's sockets."""
        ForkedKernel._count += 1
        self._name = str(ForkedKernel._count)
        place = self.server.shared / self._name
        place.mkdir()
        manager: Any = self.parent  # the manager that `manager` below makes
        manager.transport, manager.ip = "ipc", str(place / "k")
        channels = ("shell", "iopub", "stdin", "hb", "control")
        for number, channel in enumerate(channels, start=1):
            setattr(manager, f"{channel}_port", number)
        self.connection_info = manager.get_connection_info()
        return {"cmd": [], **kwargs}

    async def launch_kernel(self, cmd: list[str], **_: Any) -> KernelConnectionInfo:
        """Fork it."""
        self._line = self.server.fork(self._name, dict(self.connection_info), self.files)
        self._line.setblocking(False)
        self.ended = None
        return self.connection_info

    @property
    def has_process(self) -> bool:
        """Return whether there is a kernel."""
        return getattr(self, "_line", None) is not None

    async def poll(self) -> int | None:
        """Return None while it runs, 1 when it has ended."""
        if self.ended is None and select.select([self._line], [], [], 0)[0]:
            said = self._line.recv(4096)
            self.ended = json.loads(said)["ended"] if said else "its keeper is gone"
        return None if self.ended is None else 1

    async def _until_ended(self) -> None:
        while await self.poll() is None:
            await asyncio.sleep(0.002)

    async def wait(self) -> int | None:
        """Wait until it has ended."""
        await self._until_ended()
        self._line.close()
        del self._line
        return 1

    async def send_signal(self, signum: int) -> None:
        """Interrupt it; another signal ends it."""
        if await self.poll() is None:
            self._line.send(b"interrupt\n" if signum == 2 else b"kill\n")

    async def kill(self, restart: bool = False) -> None:
        """End it and all its processes."""
        await self.send_signal(9)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._until_ended(), KILL_SECONDS)

    async def terminate(self, restart: bool = False) -> None:
        """End it at once: no kernel here has anything to save."""
        await self.kill()

    async def cleanup(self, restart: bool = False) -> None:
        """Forget its sockets."""
        shutil.rmtree(self.server.shared / self._name, ignore_errors=True)


class CarefulClient(AsyncKernelClient):
    """A client that waits no longer than needed, and never for a kernel that does not answer."""

    def start_channels(self, *flags: bool, **named: bool) -> None:
        """Start all channels but the heartbeat, whose thread ends only if the kernel answers.

        The keeper reports when a kernel has ended.
        """
        super().start_channels(*flags, **{**named, "hb": False})

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for the first message on the channel of output: it says that the kernel is ready.

        jupyter_client itself would then wait a fifth of a second for further messages.
        """
        await self.iopub_channel.get_msg(timeout=timeout or START_SECONDS)


def manager(server: ForkServer, files: Path | None, **traits: Any) -> AsyncKernelManager:
    """Return the manager of a kernel yet to be forked from ``server``."""
    # All share one context: a manager with its own would wait a tenth of a second to close it.
    context = zmq.asyncio.Context.instance()
    context.setsockopt(zmq.MAXMSGSIZE, LARGEST_MESSAGE)  # It holds for all later sockets.
    context.setsockopt(zmq.RCVHWM, MOST_MESSAGES)
    made = AsyncKernelManager(client_factory=CarefulClient, context=context, **traits)
    made.provisioner = ForkedKernel(parent=made, kernel_id="", kernel_spec=made.kernel_spec)
    made.provisioner.server, made.provisioner.files = server, files
    return made
