"""What a cell of an exercise shows: values as MIME bundles, and outputs in order, up to a limit."""

from __future__ import annotations

import base64
import inspect
import io
import json
from collections.abc import Callable
from time import monotonic
from typing import Any

from IPython.lib.pretty import RepresentationPrinter

from scaling.wording import number_of

LONGEST = 100_000  # characters of text that one cell shows
LARGEST = 2_000_000  # characters of all other contents of one cell, such as tables and pictures
MOST = 300  # outputs of one cell
LINE = 79  # characters, as in a notebook
# Printed texts of one cell that are told one by one. To tell takes longer than to print, so what is
# printed after these in quick succession is told together.
AT_ONCE = 1000
PAUSE = 0.01  # seconds
_METHODS = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_latex_": "text/latex",
    "_repr_json_": "application/json",
}


def plain(value: Any) -> str:
    """Return a value as a notebook prints it."""
    out = io.StringIO()
    printer = RepresentationPrinter(out, False, LINE, "\n", max_seq_length=1000)
    printer.pretty(value)
    printer.flush()
    return out.getvalue()


def bundle(value: Any, on_error: Callable[[], None]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the contents of a value by kind, and their metadata, as IPython's formatter does.

    Parameters
    ----------
    value : object
    on_error : callable
        Called where a method of the value fails, while its error is handled.
    """
    data: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    try:
        data["text/plain"] = plain(value)
    except Exception:
        on_error()
    if inspect.isclass(value):
        return data, metadata
    for name, kind in _METHODS.items():
        method = _method(value, name)
        if method is None:
            continue
        try:
            found = method()
        except NotImplementedError:
            continue
        except Exception:
            on_error()
            continue
        if isinstance(found, tuple) and len(found) == 2:
            found, metadata[kind] = found
        if found is not None:
            data[kind] = found
    method = _method(value, "_repr_mimebundle_")
    if method is not None:
        try:
            found = method(include=None, exclude=None)
        except NotImplementedError:
            found = None
        except Exception:
            on_error()
            found = None
        if isinstance(found, tuple) and len(found) == 2:
            found, more = found
            metadata |= more
        if isinstance(found, dict):
            data |= found
    return data, metadata


def _method(value: Any, name: str) -> Callable[..., Any] | None:
    """Return a method of a value; None where it has none, or where it has any name at all."""
    try:
        if hasattr(type(value), "__getattr__") and hasattr(value, "_ipython_canary_method_"):
            return None
        found = getattr(value, name, None)
    except Exception:
        return None
    return found if callable(found) else None


class Outputs:
    """The outputs of one cell as nbformat has them, in order.

    Parameters
    ----------
    tell : callable, optional
        Called at each change: ``tell(at, output)`` where the output at a place is new or another,
        ``tell(at, more)`` with a text where a stream has grown, ``tell(0, None)`` where all is
        forgotten. What was told is all that can be shown of a cell that never ends.
    """

    def __init__(self, tell: Callable[[int, Any], None] | None = None) -> None:
        self.kept: list[dict[str, Any]] = []
        self._tell_now = tell or (lambda at, what: None)
        self._untold = ""  # printed text at the end of the last output
        self._pieces, self._told = 0, 0.0
        self.by_name: dict[str, list[dict[str, Any]]] = {}
        self._characters = self._contents = 0
        self._is_full = self._clears = False

    def stream(self, name: str, text: str) -> None:
        """Add printed text; ``name`` is "stdout" or "stderr"."""
        room = max(0, LONGEST - self._characters)
        self._characters += len(text)
        if text and room:
            self._begin()
            last = self.kept[-1] if self.kept else None
            if last and last["output_type"] == "stream" and last["name"] == name:
                last["text"].append(text[:room])
                self._untold += text[:room]
                self._pieces += 1
                if self._pieces <= AT_ONCE or monotonic() - self._told > PAUSE:
                    self._tell_untold()
            else:
                self._add({"output_type": "stream", "name": name, "text": [text[:room]]})
        if self._characters > LONGEST:
            self._fill()

    def show(
        self,
        kind: str,
        data: dict[str, Any],
        metadata: dict[str, Any],
        display_id: str = "",
        update: bool = False,
        count: int | None = None,
    ) -> None:
        """Add contents; ``kind`` is "display_data" or "execute_result"."""
        made = {str(name): self._within(name, value) for name, value in data.items()}
        if not made:
            return
        output: dict[str, Any] = {"output_type": kind, "data": made, "metadata": _json(metadata)}
        if kind == "execute_result":
            output["execution_count"] = count
        if update and self.by_name.get(display_id):
            for earlier in self.by_name[display_id]:
                earlier.update(data=made, metadata=output["metadata"])
                self._tell_of(earlier)
            return
        self._begin()
        if display_id:
            self.by_name.setdefault(display_id, []).append(output)
        self._add(output)
        if self._characters > LONGEST:
            self._fill()

    def error(self, name: str, value: str, lines: list[str]) -> None:
        """Add an error; it is shown however much was shown before."""
        self._begin()
        text = "\n".join(lines)
        if len(text) > LONGEST // 10:
            lines = [text[: LONGEST // 20], "…", text[-LONGEST // 20 :]]
        self._keep(
            {
                "output_type": "error",
                "ename": name,
                "evalue": value[: LONGEST // 10],
                "traceback": lines,
            }
        )

    def clear(self, wait: bool) -> None:
        """Forget what was shown, at once or before what comes next."""
        self._clears = True
        if not wait:
            self._begin()

    def as_list(self) -> list[dict[str, Any]]:
        """Return the outputs, with the text of each stream in one piece."""
        return [_whole(output) for output in self.kept]

    def _begin(self) -> None:
        if self._clears:
            self.kept.clear()
            self._clears, self._untold = False, ""
            self._tell(0, None)

    def _add(self, output: dict[str, Any]) -> None:
        if len(self.kept) < MOST:
            self._keep(output)
        else:
            self._fill()

    def _keep(self, output: dict[str, Any]) -> None:
        self._tell_untold()
        self.kept.append(output)
        # The value of the last line comes with the answer, which follows at once.
        if output["output_type"] != "execute_result":
            self._tell(len(self.kept) - 1, _whole(output))

    def _tell(self, at: int, what: Any) -> None:
        self._tell_untold()
        self._tell_now(at, what)

    def _tell_untold(self) -> None:
        if self._untold:
            self._tell_now(len(self.kept) - 1, self._untold)
            self._untold, self._told = "", monotonic()

    def _tell_of(self, output: dict[str, Any]) -> None:
        """Tell that an output is another now, unless it was forgotten."""
        for at, one in enumerate(self.kept):
            if one is output:
                self._tell(at, output)

    def _fill(self) -> None:
        """Say once that there would be more."""
        if not self._is_full:
            self._is_full = True
            text = (
                f"\n… The rest is left out: a cell shows at most {number_of(LONGEST, 'character')} "
                f"and {number_of(MOST, 'output')}.\n"
            )
            self._keep({"output_type": "stream", "name": "stderr", "text": [text]})

    def _within(self, kind: str, value: Any) -> Any:
        """Return a content that can be sent and is not too large, or a sentence that says so."""
        if isinstance(value, bytes):
            value = base64.b64encode(value).decode()
        if str(kind).endswith("json"):
            value = _json(value)
            size = len(json.dumps(value))
        else:
            value = value if type(value) is str else str(value)
            size = len(value)
        if kind == "text/plain":
            room = max(0, LONGEST - self._characters)
            self._characters += size
            return value[:room]
        self._contents += size
        if self._contents > LARGEST:
            return "This is too large to be shown on this page."
        return value


def _whole(output: dict[str, Any]) -> dict[str, Any]:
    """Return an output with the text of a stream in one piece."""
    if output["output_type"] != "stream":
        return output
    return output | {"text": "".join(output["text"])}


def _json(value: Any) -> Any:
    """Return a value as JSON has it; as text where it is none."""
    try:
        return json.loads(json.dumps(value, allow_nan=False, default=str))
    except (ValueError, TypeError, RecursionError):
        try:
            return str(value)
        except Exception:
            return ""
