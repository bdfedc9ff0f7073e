"""Why an answer that was right in the learner's own notebook got nothing when it was graded.

What preflight has found of this goes with the graded notebook, in its metadata, which the grader
writes anew, and from there onto the page of feedback.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nbformat import NotebookNode

from .preflight.findings import Finding

KEY = "scaling"
MOST = 3  # of one cell
_RUN_FIRST = " Run its answer cell first."


def note(notebook: NotebookNode, findings: Iterable[Finding]) -> None:
    """Write down, by cell, what preflight found that a learner should know."""
    found: dict[str, list[str]] = {}
    for finding in findings:
        if finding.explains:
            found.setdefault(finding.about, []).append(finding.text)
    if found:
        notebook.metadata[KEY] = {"reasons": found}


def noted(notebook: NotebookNode) -> dict[str, list[str]]:
    """Return what was written down, by cell; nothing where it has another form."""
    kept: Any = notebook.metadata.get(KEY)
    found = kept.get("reasons") if isinstance(kept, dict) else None
    return {
        str(name): [text for text in texts if isinstance(text, str)][:MOST]
        for name, texts in (found.items() if isinstance(found, dict) else ())
        if isinstance(texts, list)
    }


def explained(said: list[str], reasons: list[str]) -> list[str]:
    """Return what a check said, the reasons first; what would mislead beside them goes."""
    if not reasons:
        return said
    return [*dict.fromkeys(reasons), *(line.removesuffix(_RUN_FIRST) for line in said)]
