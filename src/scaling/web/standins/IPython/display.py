"""What the course's pages and learners import of ``IPython.display``."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import IPython


class DisplayObject:
    """Something that is displayed as one kind of content.

    Parameters
    ----------
    data : object
        Its content.
    """

    _mime = "text/plain"

    def __init__(self, data: Any = None):
        self.data = data

    def __repr__(self):
        return f"<IPython.core.display.{type(self).__name__} object>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {self._mime: self.data}


class HTML(DisplayObject):
    """A piece of HTML."""

    _mime = "text/html"


class Markdown(DisplayObject):
    """A piece of Markdown."""

    _mime = "text/markdown"


class Latex(DisplayObject):
    """A formula in LaTeX, with its dollar signs."""

    _mime = "text/latex"


class Math(Latex):
    """A formula in LaTeX, without its dollar signs."""

    def __init__(self, data: str = ""):
        super().__init__(f"$\\displaystyle {data.strip('$')}$")


class SVG(DisplayObject):
    """A picture of lines."""

    _mime = "image/svg+xml"


class JSON(DisplayObject):
    """Data as JSON."""

    _mime = "application/json"


class Image(DisplayObject):
    """A picture in PNG.

    Parameters
    ----------
    data : bytes, optional
    filename : str, optional
        The file that holds it, where no data are given.
    """

    _mime = "image/png"

    def __init__(self, data: bytes | None = None, filename: str | None = None, **_: Any):
        found = data if filename is None else Path(filename).read_bytes()
        if not isinstance(found, bytes):
            raise ValueError("Image needs the bytes of a PNG, or the name of a file.")
        super().__init__(base64.b64encode(found).decode())


class DisplayHandle:
    """What ``display(…, display_id=…)`` returns."""

    def __init__(self, display_id: str):
        self.display_id = display_id

    def display(self, value: Any, **rest: Any) -> None:
        """Display a value under this name."""
        display(value, display_id=self.display_id, **rest)

    def update(self, value: Any, **rest: Any) -> None:
        """Display a value in the place of what was displayed under this name."""
        update_display(value, display_id=self.display_id, **rest)


def display(
    *values: Any, raw: bool = False, display_id: Any = None, update: bool = False, **rest: Any
) -> DisplayHandle | None:
    """Show values below the cell that runs; without a session do nothing.

    Parameters
    ----------
    *values : object
    raw : bool
        Each value is a dict of contents by their kind (MIME).
    display_id : str or bool, optional
        A name for what is displayed, by which it can be replaced; True for any name.
    update : bool
        Replace what has that name.
    **rest : object
        ``metadata``, ``include`` and ``exclude``, as in IPython.
    """
    if IPython.shell is None:
        return None
    return IPython.shell.display(values, raw=raw, display_id=display_id, update=update, **rest)


def update_display(value: Any, *, display_id: str, **rest: Any) -> None:
    """Show a value in the place of what was displayed under a name."""
    display(value, display_id=display_id, update=True, **rest)


def clear_output(wait: bool = False) -> None:
    """Forget what the cell that runs has shown; with ``wait`` once something follows."""
    if IPython.shell is not None:
        IPython.shell.clear_output(wait)
