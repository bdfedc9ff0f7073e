"""Requests to look again: a line in a learner's own notebook that travels with it.

It begins with ``Please look again:`` and stands in the answer, or in a cell below the question;
where the answer is code, behind ``#``. So it can be written wherever an answer can.
"""

from __future__ import annotations

import re

WORDS = "Please look again:"
_ASKED = re.compile(
    r"^[ \t]*(?P<mark>\#?)[ \t>*_]*please look again[*_]*[ \t]*:[*_ \t]*(?P<text>.*"
    r"(?:\n(?=[ \t]*(?P=mark)[ \t]*\S)[ \t]*(?P=mark).*)*)",
    re.IGNORECASE | re.MULTILINE,
)
LONGEST = 2_000  # characters


def asked(source: str) -> str:
    """Return what a cell asks, without the words that announce it, or ""."""
    found = [_plain(match) for match in _ASKED.finditer(source)]
    return "\n".join(one for one in found if one)[:LONGEST]


def without(source: str) -> str:
    """Return the source of a cell without its requests."""
    return _ASKED.sub("", source)


def _plain(match: re.Match[str]) -> str:
    lines = [line.strip() for line in match["text"].splitlines()]
    if match["mark"]:
        lines = [line.removeprefix("#").strip() for line in lines]
    return "\n".join(lines).strip() or "(without a reason)"
