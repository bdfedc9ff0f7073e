"""An extension of Sphinx: formulas as MathML, which a browser draws without a script."""

from __future__ import annotations

from typing import Any

import docutils.nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(writer: Any, node: Any) -> None:
    writer.body.append(convert(node.astext()))
    raise docutils.nodes.SkipNode


def _block(writer: Any, node: Any) -> None:
    writer.body.append(f"<div class='math'>{convert(node.astext(), display='block')}</div>")
    raise docutils.nodes.SkipNode
