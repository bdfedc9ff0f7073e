"""Writing a learner's small file so that nothing is ever half written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(file: Path, text: str) -> None:
    """Replace a file in one step, so that a crash leaves the old one or the new one, whole.

    Parameters
    ----------
    file : pathlib.Path
        In a folder that exists.
    text : str
        Written as UTF-8.

    Raises
    ------
    OSError
        If the folder cannot be written; the file is then as it was.
    """
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
