"""Run a submission in a guest: the student's cells inside, the test cells outside of it.

A cell that has to be stopped costs that cell alone: a fresh guest goes on from the state before it,
and the rest of the notebook is graded. What a test cell asks a student's function for is asked in a
copy of the guest, or undone: no input of a hidden test is there when the next cell runs.
"""

from __future__ import annotations

import copy
import json
import time
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, ValidationError
from nbformat.v4 import new_output

from . import carry
from .carry import GivenUp, KernelEnded, NotCarried, TooSlow
from .examiner import Examiner, Verdict
from .guest import Guest, Runtime, State, Stopped
from .image import WORK, Image
from .limits import MEGABYTE, Limits
from .outputs import FULL_CELLS, begin, cut, is_test, is_valid, stop
from .release import Release
from .wasi import Node, folder

OFTEN = 2.0  # seconds of a student's cells after which the state is noted, not to run them again


class Messages:
    """Collects what a guest writes, as long as there is room for it."""

    def __init__(self, room: float):
        self.room = room
        self.messages: list[dict[str, Any]] = []
        self.reply: Any = None
        self._line = bytearray()
        self._is_cut = False

    def take(self, number: int, piece: bytes) -> None:
        """Take what is written to stdout (1) or stderr (2)."""
        if number == 2:
            self._keep({"is_": "stream", "name": "stderr", "text": piece.decode(errors="replace")})
            return
        *whole, rest = piece.split(b"\n")
        for part in whole:
            self._add(part)
            self._end()
        self._add(rest)

    def _add(self, part: bytes) -> None:
        if len(self._line) + len(part) <= carry.LARGEST + 1000:
            self._line += part
        else:  # no message is that long
            self._is_cut = True
            self._line += part[: max(0, carry.LARGEST + 1000 - len(self._line))]

    def _end(self) -> None:
        line, is_cut = bytes(self._line), self._is_cut
        self._line, self._is_cut = bytearray(), False
        if line.startswith(b'{"is_": "reply"'):
            self.reply = line[len(b'{"is_": "reply", "content": ') : -1]
            if is_cut:
                self.reply = b" " * (carry.LARGEST + 1)
            return
        if self.room < 0:
            return
        self.room -= len(line)
        if self.room < 0:
            self.messages.append({"is_": "cut", "line": line})
            return
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            message = {"is_": "stream", "name": "stdout", "text": line.decode(errors="replace")}
        if isinstance(message, dict):
            self.messages.append(message)

    def _keep(self, message: dict[str, Any]) -> None:
        self.room -= len(message["text"])
        if self.room >= 0:
            self.messages.append(message)


class GuestExecute:
    """Runs one notebook; see the module's own words.

    Parameters
    ----------
    runtime : Runtime
    image : Image
        Where its guests begin.
    limits : Limits
    examiner : Examiner
        Runs the test cells of this exercise.
    """

    def __init__(self, runtime: Runtime, image: Image, limits: Limits, examiner: Examiner):
        self.runtime, self.image = runtime, image
        self.limits, self.examiner = limits, examiner

    def grade(
        self, nb: NotebookNode, release: Release, files: Path | None
    ) -> tuple[NotebookNode, dict[str, Verdict]]:
        """Run a notebook.

        Parameters
        ----------
        nb : NotebookNode
            As preflight returns it. Its outputs are filled in.
        release : Release
            The exercise it answers.
        files : pathlib.Path or None
            A folder with the files that the notebook finds beside it.

        Returns
        -------
        nb : NotebookNode
        verdicts : dict
            By the id of each test cell.

        Raises
        ------
        GivenUp
            If it takes too long or breaks too many guests.
        """
        self.nb = nb
        self._until = time.monotonic() + self.limits.submission_seconds
        self._room_of_all = FULL_CELLS * self.limits.output_mb * MEGABYTE
        self._displays: dict[str, list[NotebookNode]] = {}
        self._guests = 0
        self._since: list[str] = []  # cells that have run since the state was noted
        self._took = 0.0
        sources = {cell.grade_id: cell for cell in release.cells}
        verdicts: dict[str, Verdict] = {}
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        led = self.image.led
        if [cell.source for cell in code[: len(led)]] != [cell.source for cell in led]:
            led = []
        self._first = self.image.state if led else self.image.first
        self.guest = self._guest(self._first)
        try:
            self._files = files
            _fill(self.guest, files)
            self._noted = self._first
            for number, cell in enumerate(code):
                if number < len(led):
                    begin(cell)
                    cell.execution_count = led[number].count
                    for message in copy.deepcopy(led[number].messages):
                        self._show(cell, message)
                elif is_test(cell):
                    grade_id = cell.metadata.nbgrader.grade_id
                    verdict = self._examine(sources[grade_id])
                    verdicts[grade_id] = verdict
                    cell.outputs, cell.execution_count = verdict.outputs, None
                else:
                    self._run(cell)
        finally:
            self.guest.close()
        return nb, verdicts

    def _guest(self, state: State) -> Guest:
        guest = Guest(self.runtime, state, self.limits.memory_mb * MEGABYTE)
        guest.system.most_bytes = self.limits.disk_mb * MEGABYTE
        return guest

    # ------------------------------------------------------------ a student's cell

    def _run(self, cell: NotebookNode) -> None:
        begin(cell)
        room = min(self.limits.output_mb * MEGABYTE, self._room_of_all)
        messages = Messages(room)
        began = time.monotonic()
        try:
            reply = self._order(messages, do="run", source=cell.source)
            why = None if isinstance(reply, dict) else "its Python no longer answers"
        except Stopped as end:
            why = str(end)
        for message in messages.messages:
            self._show(cell, message)
        cell.outputs = [cut(part) for part in cell.outputs if is_valid(part)]
        self._room_of_all -= room - max(messages.room, 0)
        if why is not None:
            stop(cell, why)
            self._go_back()
            return
        if isinstance(reply.get("count"), int):
            cell.execution_count = reply["count"]
        self._since.append(cell.source)
        self._took += time.monotonic() - began
        if self._took > OFTEN:
            self._note()

    def _order(self, messages: Messages, **order: Any) -> Any:
        """Have the guest do one thing; return what it answers, as yet unread."""
        left = self._seconds_left()
        self.guest.system.said = messages.take
        seconds = min(left, self.limits.cell_seconds)
        self.guest.run(f"room.serve({json.dumps(order)!r})", seconds, left)
        if messages.reply is None:
            return None
        if order["do"] != "run":
            return messages.reply
        try:
            return json.loads(messages.reply)
        except (ValueError, RecursionError):
            return None

    def _note(self) -> None:
        self._noted, self._since, self._took = self.guest.state(), [], 0.0

    def _go_back(self) -> None:
        """Go on from the state before the cell that was stopped."""
        self.guest.close()
        self._guests += 1
        if self._guests >= self.limits.restarts:
            raise GivenUp(f"{self.limits.restarts:.0f} of its cells had to be stopped")
        self.guest = self._guest(self._noted)
        if self._noted is self._first:
            _fill(self.guest, self._files)
        for source in self._since:
            try:
                self._order(Messages(0), do="run", source=source)
            except Stopped as end:
                raise GivenUp(f"what ran before does not run again: {end}") from None

    def _seconds_left(self) -> float:
        """Return how long the rest of the notebook may take, or give up."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise GivenUp(f"it took more than {self.limits.submission_seconds:.0f} seconds")
        return left

    # ------------------------------------------------------------ outputs

    def _show(self, cell: NotebookNode, message: dict[str, Any]) -> None:
        """Add a message to a cell's outputs as nbclient does."""
        kind = message.pop("is_", None)
        if kind == "stream" and isinstance(message.get("text"), str):
            last = cell.outputs[-1] if cell.outputs else None
            if last and last.output_type == "stream" and last.name == message.get("name"):
                last.text += message["text"]
                return
        if kind == "cut":
            note = f"\n… The output is cut off here, at {self.limits.output_mb:g} MB.\n"
            cell.outputs.append(new_output("stream", name="stdout", text=note))
            return
        if kind == "clear_output":
            cell.outputs = []
            return
        transient = message.pop("transient", None)
        name = transient.get("display_id") if isinstance(transient, dict) else None
        if kind == "update_display_data":
            new = {"data": message.get("data"), "metadata": message.get("metadata")}
            for shown in self._displays.get(str(name), []):
                if is_valid(NotebookNode({**shown, **new})):
                    shown.update(new)
            return
        if kind not in ("stream", "display_data", "execute_result", "error"):
            return
        try:
            made = new_output(kind, **message)
        except (TypeError, ValueError, ValidationError, AttributeError, RecursionError):
            return  # forged
        cell.outputs.append(made)
        if name is not None:
            self._displays.setdefault(str(name), []).append(made)

    # ------------------------------------------------------------ what a test cell asks for

    def _examine(self, cell: Any) -> Verdict:
        """Run a test cell; undo what it called."""
        self._before: State | None = None
        self._lost = ""
        try:
            return self.examiner.examine(cell, self._fetch)
        finally:
            if self._lost and self._before is None:
                self._go_back()
            elif self._lost:
                self.guest.close()
                self.guest = self._guest(self._before)
            elif self._before is not None:
                self.guest = self.guest.go_back(self._before)

    def _fetch(self, names: list[str]) -> dict[str, Any]:
        """Return those variables that exist in the guest, as data."""
        if not names:
            return {}
        content = self._ask(do="send", names=names)
        return {name: carry.unpack(content[name], self._call) for name in names if name in content}

    def _call(self, number: int, cases: str) -> dict[str, Any]:
        """Call a student's function where it lives."""
        if not self._lost and self._before is None:
            self._before = self.guest.state()
        return self._ask(do="call", number=number, cases=cases)

    def _ask(self, **order: Any) -> dict[str, Any]:
        if self._lost:
            raise KernelEnded(self._lost)
        try:
            reply = self._order(Messages(0), **order)
        except Stopped as end:
            self._lost = str(end)
            kind = TooSlow if end.is_late else KernelEnded
            raise kind(self._lost) from None
        if reply is None:
            raise NotCarried("it cannot be read")
        return carry.read(reply.decode("utf-8", "replace"))


def _fill(guest: Guest, files: Path | None) -> None:
    """Put the files of a submission where the guest works."""
    if files is None:
        return
    for place in sorted(files.rglob("*")):
        above = _folder(guest, place.relative_to(files).parent.parts)
        if place.is_dir():
            above.content.setdefault(place.name, folder(may_write=True))
        else:
            above.content[place.name] = Node(bytearray(place.read_bytes()), may_write=True)


def _folder(guest: Guest, parts: tuple[str, ...]) -> Node:
    node = guest.system.root
    for part in (*WORK.strip("/").split("/"), *parts):
        node = node.content.setdefault(part, folder(may_write=True))
    return node
