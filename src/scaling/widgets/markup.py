"""HTML on the page: every text that is not ``Markup`` already is escaped on its way there.

HTML is made by ``Markup("<p>{}</p>").format(value)``, which escapes the value. A value that was put
into a plain string by mistake is shown as text, tags and all, and never as a tag.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ipywidgets
import traitlets
from markupsafe import Markup, escape


class Html(traitlets.Unicode):
    """A trait that holds HTML; a plain string becomes the text that it spells."""

    def validate(self, obj: Any, value: Any) -> Markup:
        """Return the value as markup, escaped unless it was markup before."""
        return escape(super().validate(obj, value))


class Prose(ipywidgets.HTML):
    """A paragraph, a heading or a list on the page; ``value`` takes ``Markup``."""

    value = Html().tag(sync=True)


def prose(text: str) -> Prose:
    """Return text as a widget: ``Markup`` as it is, a plain string escaped."""
    return Prose(text)


def bullets(lines: Iterable[str]) -> Markup:
    """Return lines as the items of a list, to be placed inside ``<ul>``."""
    return Markup().join(Markup("<li>{}</li>").format(line) for line in lines)
