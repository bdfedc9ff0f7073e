"""Make what a student wrote harmless in a page: HTML, markdown, formulas, code, pictures.

Everything that is not on a list of what is allowed goes. The cleaning comes last, after markdown
has become HTML, because markdown lets HTML through and can build more of it.
"""

from __future__ import annotations

import base64
import binascii
import html as html_text
import re
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

import bleach
from bleach.css_sanitizer import CSSSanitizer
from bleach.html5lib_shim import Filter
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.token import STANDARD_TYPES

try:
    from latex2mathml.converter import convert_to_element
except ImportError:  # formulas are then shown as they were typed
    convert_to_element = None

LONGEST_TEXT = 100_000  # characters; a parser may need time that grows with the square of it
LONGEST_FORMULA = 2_000
DEEPEST_TAGS = 200
LARGEST_PICTURE = 4_000_000  # characters of base64, three megabytes

# ---------------------------------------------------------------- HTML

_BLOCKS = "p div pre blockquote hr br ul ol li dl dt dd details summary h1 h2 h3 h4 h5 h6"
_INLINE = "a abbr b cite code del dfn em i img input ins kbd mark q s samp small span strong sub"
_TABLES = "caption colgroup col table thead tbody tfoot tr th td sup u var"
TAGS = frozenset(f"{_BLOCKS} {_INLINE} {_TABLES}".split())

# What Pygments calls its tokens, and what pandas calls its tables. No other class, no id and no
# name: formgrader finds its own fields by them.
CLASSES = frozenset(STANDARD_TYPES.values()) - {""} | {"highlight", "dataframe"}

_CLOSE_THEMSELVES = {"br", "hr", "img", "input", "col", "p", "li", "dt", "dd", "tr", "td", "th"}
_PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,([A-Za-z0-9+/=\s]+)")
_BEGINS = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "gif": b"GIF8"}
_ADDRESS = re.compile(r"(https?://|mailto:)[^\s<>\"']+", re.IGNORECASE)
# The cleaner drops these tags but would keep their contents, as text that nobody wants to read.
# What is never closed goes to its end, as it would in a browser.
_UNREADABLE = re.compile(r"<(style|script)\b.*?(</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)


def html(source: Any) -> str:
    """Return HTML in which nothing runs, loads, hides or answers to a name.

    Parameters
    ----------
    source : str
        HTML from anywhere.

    Returns
    -------
    str
        Headings two levels lower, so that they stand below those of the page; links to other sites
        only; pictures only when they are part of the text; no style but the alignment of cells.
    """
    source = source if isinstance(source, str) else str(source)
    if len(_PICTURE.sub("", source)) > LONGEST_TEXT or _depth(source) > DEEPEST_TAGS:
        return as_typed(source)
    return _cleaner().clean(_UNREADABLE.sub("", source))


def _depth(source: str) -> int:
    """Return about how many tags stand inside each other; the cleaner's time grows as its square.

    Tags that close themselves do not count, nor do end tags of what was never opened.
    """
    still_open: Counter[str] = Counter()
    depth = deepest = 0
    for end, name in re.findall(r"<(/?)([a-z][a-z0-9]*)", source.lower()):
        if name in _CLOSE_THEMSELVES or (end and not still_open[name]):
            continue
        step = -1 if end else 1
        still_open[name] += step
        depth += step
        deepest = max(deepest, depth)
    return deepest


def as_typed(text: str) -> str:
    """Return text for a page, every character as it was typed, the middle cut if it is long."""
    return f"<pre>{html_text.escape(shorten(text))}</pre>"


def shorten(text: str, most: int = 20_000) -> str:
    """Return text of at most ``most`` characters, and where something is left out, how much."""
    if len(text) <= most:
        return text
    left_out = f"\n[… {len(text) - most:,} characters left out …]\n"
    return text[: most // 2] + left_out + text[len(text) - most // 2 :]


def _cleaner() -> bleach.Cleaner:
    # a new one each time: it keeps state while it works
    return bleach.Cleaner(
        tags=TAGS,
        attributes=_is_allowed,
        protocols={"http", "https", "mailto", "data"},
        strip=True,
        strip_comments=True,
        filters=[_Rewrite],
        css_sanitizer=CSSSanitizer(allowed_css_properties=["text-align"]),
    )


def _is_allowed(tag: str, name: str, value: str) -> bool:
    """Tell whether an attribute may stay."""
    if name == "class":
        return set(value.split()) <= CLASSES
    if name == "style":
        return tag in {"th", "td", "tr"}
    if name in {"colspan", "rowspan", "start", "span"}:
        return re.fullmatch(r"\d{1,3}", value) is not None
    if name in {"width", "height"}:
        return tag == "img" and re.fullmatch(r"\d{1,4}", value) is not None
    by_tag = {
        "a": {"href", "title"},
        "abbr": {"title"},
        "img": {"src", "alt", "title"},
        "input": {"type", "checked"},
        "details": {"open"},
        "th": {"scope"},
    }
    return name in by_tag.get(tag, ())


class _Rewrite(Filter):
    """What cannot be decided attribute by attribute."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for token in super().__iter__():
            name = token.get("name", "")
            if re.fullmatch("h[1-6]", name):
                token["name"] = f"h{min(6, int(name[1]) + 2)}"
            if name == "input":  # a task list; a page of feedback has no fields
                token = _box(token)
            elif name == "img":
                token = _picture(token)
            elif name == "a" and "data" in token:
                _link(token)
            yield token


_NO_NAMESPACE = None


def _box(token: dict[str, Any]) -> dict[str, Any]:
    ticked = (_NO_NAMESPACE, "checked") in token.get("data", {})
    return {"type": "Characters", "data": "☑ " if ticked else "☐ "}


def _picture(token: dict[str, Any]) -> dict[str, Any]:
    """Keep a picture that is part of the text; say what stood there otherwise.

    A picture from elsewhere would tell its owner who looks at the page, and when.
    """
    attributes = token["data"]
    if is_picture(attributes.get((_NO_NAMESPACE, "src"), "")):
        return token
    described = attributes.get((_NO_NAMESPACE, "alt"), "") or "not part of this notebook"
    return {"type": "Characters", "data": f"[picture: {described}]"}


def _link(token: dict[str, Any]) -> None:
    """Keep a link to another site; one to this server could open another student's file."""
    attributes = token["data"]
    if not _ADDRESS.fullmatch(attributes.get((_NO_NAMESPACE, "href"), "")):
        attributes.pop((_NO_NAMESPACE, "href"), None)
    else:
        attributes[(_NO_NAMESPACE, "rel")] = "noopener noreferrer nofollow"


def is_picture(address: str) -> bool:
    """Tell whether a data address holds what it says: a PNG, JPEG or GIF picture."""
    found = _PICTURE.fullmatch(address) if len(address) <= LARGEST_PICTURE else None
    if not found:
        return False
    kind, encoded = found.groups()
    try:
        content = base64.b64decode("".join(encoded.split()), validate=True)
    except binascii.Error:
        return False
    return content.startswith(_BEGINS[kind])


# ---------------------------------------------------------------- markdown


@pass_context
def markdown(context: Any, source: Any) -> str:
    """Return markdown as harmless HTML: a Jinja filter, in the place of ``markdown2html``.

    Formulas become MathML where latex2mathml is installed, which every browser draws without a
    script or a network, and are shown as they were typed where it is not.
    """
    cell = context.get("cell") or {}
    return render(source, cell.get("attachments") or {})


def render(source: Any, attachments: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """Return markdown as harmless HTML; ``attachments`` are pictures by name, as in a cell."""
    source = source if isinstance(source, str) else str(source or "")
    if len(_PICTURE.sub("", source)) > LONGEST_TEXT:
        return as_typed(source)
    renderer = _Renderer(attachments or {})
    try:
        dirty = MarkdownWithMath(renderer=renderer).render(source)
    except RecursionError:
        return as_typed(source)
    return renderer.with_formulas(html(dirty))


class _Renderer(IPythonRenderer):
    """nbconvert's renderer, with formulas kept aside until the rest has been cleaned."""

    def __init__(self, attachments: Mapping[str, Mapping[str, str]]):
        super().__init__(escape=False, exclude_anchor_links=True)
        self._pictures = attachments
        self._formulas: list[str] = []
        # Nobody who writes an answer can know this word, so nobody can forge a formula.
        self._word = secrets.token_hex(8)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Write a picture; one that was pasted into the cell becomes part of the page."""
        if url.startswith("attachment:"):
            name = url.removeprefix("attachment:")
            bundle = self._pictures.get(name, {})
            url = next((f"data:{kind};base64,{data}" for kind, data in bundle.items()), "")
        described = html_text.unescape(re.sub(r"<[^>]*>", "", text))
        return f'<img src="{html_text.escape(url)}" alt="{html_text.escape(described)}" />'

    def _aside(self, tex: str, display: str) -> str:
        self._formulas.append(formula(tex, display))
        place = len(self._formulas) - 1
        return f"{self._word}-{place}-{self._word}"

    def inline_math(self, body: str) -> str:
        """Put a formula of a line aside."""
        return self._aside(body, "inline")

    def block_math(self, body: str) -> str:
        """Put a formula of its own line aside."""
        return self._aside(body, "block")

    def latex_environment(self, name: str, body: str) -> str:
        """Put an environment such as ``align`` aside."""
        return self._aside(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")

    def with_formulas(self, clean: str) -> str:
        """Return clean HTML with the formulas in their places, but never inside a tag."""
        tag = r"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>"
        stands = re.compile(rf"{tag}|{self._word}-(\d+)-{self._word}")

        def put(found: re.Match[str]) -> str:
            if found[1] is None:  # a tag: an attribute cannot hold a formula
                return re.sub(rf"{self._word}-\d+-{self._word}", "formula", found[0])
            return self._formulas[int(found[1])]

        return stands.sub(put, clean)


# ---------------------------------------------------------------- formulas

_LEAVES = "math mrow mi mn mo ms mtext mspace mstyle mtable mtr mtd"
_SCRIPTS = "msub msup msubsup mfrac msqrt mroot munder mover munderover"
_MATHML = frozenset(f"{_LEAVES} {_SCRIPTS}".split())
# Nothing that moves or stretches: a formula must stay where it is.
_MATHML_ATTRIBUTES = {
    "display": "block|inline",
    "displaystyle": "true|false",
    "scriptlevel": r"[+-]?[0-3]",
    "stretchy": "true|false",
    "fence": "true|false",
    "separator": "true|false",
    "form": "prefix|infix|postfix",
    "accent": "true|false",
    "movablelimits": "true|false",
    "linethickness": "0|0px|0em",
    "mathvariant": "[a-z-]{4,24}",
    "columnalign": "(left|right|center| )+",
}


def formula(tex: str, display: str = "inline") -> str:
    """Return a TeX formula as MathML, or as it was typed where that cannot be done."""
    typed = f'<code class="tex">{html_text.escape(shorten(tex.strip(), LONGEST_FORMULA))}</code>'
    if convert_to_element is None or len(tex) > LONGEST_FORMULA:
        return typed
    try:
        return _as_mathml(convert_to_element(tex, display=display))
    except Exception:  # whatever the converter thinks of it, the reader sees the formula
        return typed


def _as_mathml(element: Element) -> str:
    r"""Write MathML anew from what is allowed in it.

    The converter lets ``\href``, ``\style``, ``\class`` and tags inside ``\text`` through.
    """
    if element.tag not in _MATHML:
        raise ValueError(f"{element.tag} is not part of a formula.")
    attributes = "".join(
        f' {name}="{value}"'
        for name, value in element.attrib.items()
        if re.fullmatch(_MATHML_ATTRIBUTES.get(name, "(?!)"), value)
    )
    # the converter writes characters as entities, which are text until its own last step
    text = html_text.escape(html_text.unescape(element.text or ""))
    inside = text + "".join(_as_mathml(child) for child in element)
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"


# ---------------------------------------------------------------- code


def code(source: Any, **_: Any) -> str:
    """Return Python code with its colours: a Jinja filter, in the place of ``highlight_code``.

    The stock filter reads the language from the student's notebook, and the language decides which
    of hundreds of parsers reads the code. Here it is Python.
    """
    source = str(source)
    if len(source) > LONGEST_TEXT:
        return as_typed(source)
    return highlight(source or " ", PythonLexer(stripnl=False), HtmlFormatter())
