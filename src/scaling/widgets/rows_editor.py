"""The editor of a table on the page: change, add, remove, undo, save, load.

The browser's side is ``rows_editor.js``. Only tables that pass their check are accepted; until then
the field keeps what the learner typed. Every change is written at once to a file beside the
notebook, so that neither a restart nor running the cell again loses it. A form writes the tables in
it itself.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import traitlets

from scaling import wording
from scaling.files import encodable, rename_with_time, write_text
from scaling.rows import Rows, Table, from_csv, to_csv
from scaling.widgets.late import AnyWidget
from scaling.wording import listed, number_of, reason

_HERE = Path(__file__).parent
MOST_STEPS_BACK = 200
# The methods that a message of the browser may call.
ACTIONS = ("set", "add", "remove", "undo", "restart", "save", "load")
# Some of these are forbidden on Windows only, but a file may be copied there.
FORBIDDEN = '/\\:*?"<>|'
NAME = re.compile(r'[^./\\:*?"<>|\x00-\x1f][^/\\:*?"<>|\x00-\x1f]{0,99}\.csv', re.IGNORECASE)


class RowsEditor(AnyWidget):
    """A table that a learner edits; ``value`` is the table as the model takes it.

    Parameters
    ----------
    control : scaling.explorable.Rows
        The columns, the rows at the start, and the check that a table has to pass.
    """

    _esm = _HERE / "rows_editor.js"
    _css = _HERE / "rows_editor.css"

    value = traitlets.Tuple()  # A ``Table``, which is not sent to the browser.
    rows: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    columns: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    fixed = traitlets.Bool(False).tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    file = traitlets.Unicode().tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)
    trouble = traitlets.Bool(False).tag(sync=True)
    steps_back = traitlets.Int(0).tag(sync=True)
    is_start = traitlets.Bool(True).tag(sync=True)

    def __init__(self, control: Rows):
        self.control = control
        self._history: list[Table] = []  # Undo goes back through these.
        # Contents that this editor wrote or read last; a file that differs is another program's.
        self._draft_content: bytes | None = None
        self._contents: dict[str, bytes] = {}
        # Name and content of the file that Save would replace, after the warning that it would.
        self._warned: tuple[str, bytes] | None = None
        super().__init__(
            value=control.start,
            columns=[
                {
                    "name": column.name,
                    "label": column.label,
                    "options": list(column.options),
                    "hidden": column.hidden,
                    "short": column.short,
                }
                for column in control.columns
            ],
            fixed=control.fixed,
            label=control.label,
            file=control.file,
        )
        self._find_draft()
        self._tell_browser()
        self.observe(self._tell_browser, "value")
        self.on_msg(self._on_message)

    # ------------------------------------------------------------ actions of the learner

    def set(self, row: int, column: int, text: str) -> bool:
        """Write into one field; return whether it was taken over."""
        if not (0 <= row < len(self.value) and 0 <= column < len(self.control.columns)):
            return False
        changed = [list(one) for one in self.value]
        changed[row][column] = _single_spaced(text)
        return self._edit(tuple(map(tuple, changed)), row)

    def add(self, row: list[str]) -> bool:
        """Put one more row at the end; return whether it was taken over."""
        return self._edit((*self.value, tuple(map(_single_spaced, row))), len(self.value))

    def remove(self, row: int) -> bool:
        """Take one row out; return whether that was possible."""
        if not 0 <= row < len(self.value):
            return False
        return self._edit(self.value[:row] + self.value[row + 1 :])

    def undo(self) -> bool:
        """Go one step back; return whether there was one."""
        if not self._history:
            return False
        self._say("One step back.")
        self._replace(self._history.pop())
        return True

    def restart(self) -> bool:
        """Bring back the rows of the start."""
        self._record()
        self._say("This is the start again. Undo brings back what was here.")
        self._replace(self.control.start)
        return True

    def put(self, table: Table) -> None:
        """Show another table, for a task to try; undo brings back what was here."""
        if table == self.value:
            return
        self._record()
        self._say("This table belongs to what you try. Undo brings back what was here.")
        self._replace(table)

    def take(self, table: Table) -> None:
        """Show a table that was changed in the picture; raises what its check raises."""
        if table == self.value:
            return
        self.control.check(table)
        self._record()
        self._say("Changed in the picture. Undo brings back what was here.")
        self._replace(table)

    def save(self, name: str) -> bool:
        """Write the table to a CSV file beside the notebook; return whether it is there now."""
        try:
            file = self._file(name)
            there = file.read_bytes() if file.exists() else None
            is_others = there is not None and there != self._contents.get(file.name)
            if there is not None and is_others and self._warned != (file.name, there):
                self._warned = (file.name, there)
                self._say(
                    f"{file.name} is there already and holds something else. Press Save again to "
                    "replace it, or choose another name.",
                    trouble=True,
                )
                return False
            text = to_csv(self.value, self.control.columns)
            write_text(file, text)
        except (ValueError, OSError) as error:
            self._say(f"Not saved: {reason(error)}.", trouble=True)
            return False
        self._contents[file.name] = text.encode()
        self._warned = None
        self.file = file.name
        self._say(
            f"Saved {number_of(len(self.value), 'row')} in {file.name}, {wording.here.beside}."
        )
        self._drop_draft()
        return True

    def load(self, name: str) -> bool:
        """Read the table from a CSV file; if that fails, say which line, and change nothing."""
        try:
            file = self._file(name)
            if not file.exists():
                raise ValueError(
                    f"there is no {file.name} {wording.here.beside}.{_csv_files_here()}"
                )
            content = file.read_bytes()
            table = from_csv(content, self.control.columns, self.control.check)
        except (ValueError, OSError) as error:
            self._say(f"Not loaded, and nothing has changed: {reason(error)}.", trouble=True)
            return False
        self._record()
        self._contents[file.name] = content
        self.file = file.name
        self._say(
            f"Loaded {number_of(len(table), 'row')} from {file.name}. "
            "Undo brings back what was here."
        )
        self.value = self.control.settle((), table)
        self._drop_draft()  # The table is in a file of its own now.
        return True

    # ------------------------------------------------------------ edits and messages

    def _on_message(self, _: object, content: dict[str, Any], __: object) -> None:
        done = False
        try:
            if content.get("do") in ACTIONS:
                done = getattr(self, content["do"])(*content["with"])
        finally:  # The browser waits for an answer.
            self.send({"answers": content.get("number"), "done": done})

    def _edit(self, typed: Table, row: int | None = None) -> bool:
        after = self.control.settle(self.value, typed)
        if after == self.value:
            self._say("")
            return True
        try:
            self.control.check(after)
        except ValueError as error:
            self._say(f"Not taken over yet. {error}", trouble=True)
            return False
        self._record()
        self._say("" if row is None else self._side_effects(typed, after, row))
        self._replace(after)
        return True

    def _side_effects(self, typed: Table, after: Table, row: int) -> str:
        """Return what else an edit of one row has changed, as a message to the learner."""
        seen = [i for i, column in enumerate(self.control.columns) if not column.hidden]
        for i in seen:
            if typed[row][i] != after[row][i]:
                return (
                    f"Row {row + 1} now says {after[row][i]} in place of {typed[row][i]}, as this "
                    "table does already for that name. Choose another there, and every row follows."
                )
        others = [
            str(number)
            for number, (was, now) in enumerate(zip(typed, after, strict=True), 1)
            if number != row + 1 and any(was[i] != now[i] for i in seen)
        ]
        if not others:
            return ""
        return f"Changed in {'row' if len(others) == 1 else 'rows'} {listed(others)} as well."

    def _record(self) -> None:
        self._history = [*self._history[1 - MOST_STEPS_BACK :], self.value]

    def _replace(self, table: Table) -> None:
        self.value = table
        self._write_draft()

    def _tell_browser(self, _: object = None) -> None:
        with self.hold_sync():
            self.rows = [list(row) for row in self.value]
            self.steps_back = len(self._history)
            self.is_start = self.value == self.control.start

    def _say(self, words: str, trouble: bool = False) -> None:
        with self.hold_sync():
            self.said, self.trouble = words, trouble

    def _append(self, words: str, trouble: bool = False) -> None:
        """Append to the message on the page, which the learner has not read yet."""
        self._say(f"{self.said} {words}".strip(), trouble or self.trouble)

    # ------------------------------------------------------------ files

    def _file(self, name: str) -> Path:
        name = name.strip()
        if not name.lower().endswith(".csv"):
            name += ".csv"
        if not NAME.fullmatch(name):
            raise ValueError(_why_not_a_name(name))
        if name == self._draft.name:
            raise ValueError(f"{name} is where unsaved changes are kept. Choose another name.")
        return Path.cwd() / name

    @property
    def _draft(self) -> Path:
        return Path.cwd() / f"{Path(self.control.file).stem}.unsaved.csv"

    def _find_draft(self) -> None:
        if not self.control.file:
            return
        try:
            content = self._draft.read_bytes()
            table = from_csv(content, self.control.columns, self.control.check)
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            # If the rename fails, the first change tries again and reports it.
            with suppress(OSError):
                self._rename_draft("broken", f"could not be read ({reason(error)})")
            return
        self._draft_content = content
        self._record()
        self.value = self.control.settle((), table)
        self._say(
            "These are your changes of last time, not yet saved under a name. Undo goes back to "
            "the start."
        )

    def _write_draft(self) -> None:
        if not self.control.file:
            return
        if self.value == self.control.start:
            self._drop_draft()
            return
        text = to_csv(self.value, self.control.columns)
        try:
            if self._draft.exists() and self._draft.read_bytes() != self._draft_content:
                self._rename_draft("other", "are of another notebook")
            write_text(self._draft, text)
            self._draft_content = text.encode()
        except OSError as error:
            self._append(
                f"Your changes cannot be kept {wording.here.beside} ({reason(error)}), so they "
                f"last {wording.here.until}.",
                trouble=True,
            )

    def _drop_draft(self) -> None:
        try:
            if self._draft.exists() and self._draft.read_bytes() == self._draft_content:
                self._draft.unlink()
        except OSError as error:
            self._append(f"{self._draft.name} cannot be removed: {reason(error)}.", trouble=True)

    def _rename_draft(self, kind: str, why: str) -> None:
        """Rename a draft that another program wrote, and say so; raises ``OSError``."""
        renamed = rename_with_time(self._draft, kind)
        self._append(f"Changes in {self._draft.name} {why}. They are kept as {renamed.name}.")


def _single_spaced(text: str) -> str:
    return " ".join(encodable(str(text)).split())


def _why_not_a_name(name: str) -> str:
    """Return what is wrong with a file's name."""
    stem = name.removesuffix(".csv")
    strange = next((letter for letter in stem if letter in FORBIDDEN or ord(letter) < 32), None)
    if not stem.strip():
        why = "a name is missing"
    elif strange and strange in "/\\":
        why = f"a file is kept {wording.here.beside}, so its name is one without {strange}"
    elif strange:
        why = f"the name of a file cannot hold {strange if ord(strange) > 32 else 'a line break'}"
    elif stem.startswith("."):
        why = "a name that begins with a dot would be hidden"
    else:
        why = "the name is too long"
    return f"{why}. Write one such as my-map.csv"


def _csv_files_here() -> str:
    found = sorted(path.name for path in Path.cwd().glob("*.csv"))[:8]
    return f" CSV files here: {', '.join(found)}." if found else ""
