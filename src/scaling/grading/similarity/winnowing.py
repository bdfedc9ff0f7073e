"""Fingerprints of a sequence of tokens, by winnowing (Schleimer, Wilkerson and Aiken, 2003).

Of every so many neighbouring runs of ``length`` tokens the one with the smallest hash is kept. Two
texts that share ``length + window - 1`` tokens in a row then share a fingerprint, wherever it is.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from scaling.grading.similarity.tokens import Token

Span = tuple[int, int]


def fingerprints(tokens: Sequence[Token], length: int, window: int) -> dict[int, Span]:
    """Return fingerprints, and where each stands first.

    Parameters
    ----------
    tokens : sequence of Token
    length : int
        Tokens in one run, at least 1.
    window : int
        Of how many neighbouring runs one at least is kept; with 1 all are.
    """
    if length < 1 or window < 1:
        raise ValueError("A run has at least 1 token, and a window at least 1 run.")
    runs = [tokens[at : at + length] for at in range(len(tokens) - length + 1)]
    # Python's own hash differs from process to process.
    hashes = [zlib.crc32("\0".join(one.text for one in run).encode()) for run in runs]
    kept: dict[int, Span] = {}
    for at in range(max(1, len(hashes) - window + 1) if hashes else 0):
        here = hashes[at : at + window]
        # The rightmost of equal ones, as in the paper, so that fewer are kept.
        place = at + max(i for i, value in enumerate(here) if value == min(here))
        kept.setdefault(hashes[place], (runs[place][0].start, runs[place][-1].end))
    return kept
