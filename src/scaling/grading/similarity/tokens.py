"""Code and prose as sequences of tokens in which disguises do not show."""

from __future__ import annotations

import builtins
import io
import keyword
import re
import tokenize
from dataclasses import dataclass
from itertools import accumulate

_LEFT_OUT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
_PARTS_OF_TEXT = ("STRING", "FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END")
_TEXTS = {getattr(tokenize, name) for name in _PARTS_OF_TEXT if hasattr(tokenize, name)}
NAME, NUMBER, TEXT, END = "name", "0", "text", ";"


@dataclass(frozen=True)
class Token:
    """One token, and from which character to which it stands in its text."""

    text: str
    start: int
    end: int


def of_code(source: str) -> list[Token]:
    """Return the tokens of code: names, numbers and texts as such, no comment and no layout.

    Keywords, functions of Python's own and what stands behind a point (``.mean``) keep their names,
    which nobody can choose. Code that Python cannot read is read as far as that goes.
    """
    starts = [0, *accumulate(len(line) for line in source.splitlines(keepends=True))]
    found: list[Token] = []
    before = ""
    try:
        for one in tokenize.generate_tokens(io.StringIO(source).readline):
            if one.type in _LEFT_OUT or not one.string:
                continue
            start, end = (
                starts[min(row, len(starts)) - 1] + at for row, at in (one.start, one.end)
            )
            text = _normal(one, before)
            before = one.string
            if not (text == TEXT and found and found[-1].text == TEXT):
                found.append(Token(text, start, end))
    except (tokenize.TokenError, SyntaxError):
        return found
    return found


def _normal(one: tokenize.TokenInfo, before: str) -> str:
    if one.type == tokenize.NAME:
        is_known = keyword.iskeyword(one.string) or hasattr(builtins, one.string)
        return one.string if is_known or before == "." else NAME
    if one.type == tokenize.NUMBER:
        return NUMBER
    if one.type in _TEXTS:
        return TEXT
    return END if one.type == tokenize.NEWLINE else one.string


def of_prose(text: str) -> list[Token]:
    """Return the words of a text in small letters; numbers are words, and signs are not."""
    return [Token(one[0].lower(), *one.span()) for one in re.finditer(r"\w+", text)]
