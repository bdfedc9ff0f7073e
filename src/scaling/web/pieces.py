"""Pieces that all pages are made of: texts of the course, and HTML inside of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from markupsafe import Markup

from scaling.web.still import Part

_EXERCISES = re.compile(r"\]\(\.\./exercises/([\w-]+)/[\w-]+\.ipynb\)")


def text(source: str) -> Markup:
    """Return a text of the course with links that lead to pages of the book."""
    source = _EXERCISES.sub(r"](exercise-\1.md)", source)
    source = re.sub(r"\]\((?:course/|\.\./)?([\w-]+)\.ipynb\)", r"](\1.md)", source)
    source = source.replace("](course/for-instructors/guide.md)", "](for-instructors.md)")
    source = source.replace("](../../README.md)", "](jupyterlab.md)")
    source = source.replace("](data/README.md)", "](data.md)").replace(
        "](CONTRIBUTING.md)", "](about.md)"
    )
    return Markup(source.replace("](course/images/", "](images/"))


def code(source: str) -> Markup:
    """Return Python that is to be read."""
    return Markup(f"\n\n```python\n{source}\n```\n")


def printed(output: str) -> Markup:
    """Return what a cell prints; nothing where it prints nothing."""
    return Markup(f"\n```text\n{output.removesuffix(chr(10))}\n```\n" if output else "")


def raw(parts: Iterable[Part]) -> Iterator[Part]:
    """Put HTML where Markdown is, so that it is not read as Markdown."""
    yield Markup("\n\n``````{raw} html\n")
    yield from parts
    yield Markup("\n``````\n")
