"""Make what a student wrote harmless in a page: HTML, markdown, formulas, code, pictures.

Everything that is not on a list of what is allowed goes. ``nh3`` decides that, and it is the last
step of every path: nothing is added to HTML after it has been cleaned. What nh3 cannot do, which is
to rename a heading or to put words in the place of a picture, happens before that last step, on
HTML that nh3 has cleaned once already. That HTML is well formed, so the parser which rewrites it
cannot read it in another way than nh3 or a browser does; and if it did, the last step would still
see the result.
"""

from __future__ import annotations

import base64
import binascii
import html as html_text
import re
import secrets
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

import nh3
from jinja2 import pass_context
from markupsafe import Markup, escape
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.token import STANDARD_TYPES

from scaling.grading.marking import rubric

try:
    from latex2mathml.converter import convert_to_element
except ImportError:  # Formulas are then shown as they were typed.
    convert_to_element = None  # type: ignore[assignment]  # The name says whether it is there.

# A parser of HTML needs time that grows with the square of what it reads. Of the worst texts tried,
# nh3 read 100,000 characters in 1.4 seconds and a million in 140.
LONGEST_TEXT = 100_000  # characters
LONGEST_PAGE = 1_000_000  # characters of HTML, which a text may grow to
# nh3 itself reads 20,000 tags inside each other in a second. But browsers rearrange what is deeper
# than 512, and then what they read is no longer what has been cleaned.
DEEPEST_TAGS = 200
DEEPEST_FORMULA = 50  # tags
LONGEST_FORMULA = 2_000  # characters
# Pygments and mistune read some texts in a time that grows with the square of what is counted here.
LONGEST_CODE = 20_000  # characters
MOST_FORMULAS = 100
_FORMULA_BEGINS = re.compile(r"\\[(\[]|\\begin|\$")
LARGEST_PICTURE = 4_000_000  # characters of base64, three megabytes

# ---------------------------------------------------------------- what is allowed

_BLOCKS = "p div pre blockquote hr br ul ol li dl dt dd details summary h3 h4 h5 h6"
_INLINE = "a abbr b cite code del dfn em i img ins kbd mark q s samp small span strong sub"
_TABLES = "caption colgroup col table thead tbody tfoot tr th td sup u var"
TAGS = frozenset(f"{_BLOCKS} {_INLINE} {_TABLES}".split())
_ONLY_REWRITTEN = frozenset({"h1", "h2", "input"})
_WITHOUT_END = frozenset({"br", "hr", "img", "input", "col"})

_LEAVES = "math mrow mi mn mo ms mtext mspace mstyle mtable mtr mtd"
_SCRIPTS = "msub msup msubsup mfrac msqrt mroot munder mover munderover"
_MATHML = frozenset(f"{_LEAVES} {_SCRIPTS}".split())
# Nothing that moves or stretches is among these: a formula must stay where it is.
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

# What Pygments calls its tokens, pandas its tables, and this file a formula as it was typed. No
# other class, no id and no name is allowed: formgrader finds its own fields by them.
CLASSES = frozenset(STANDARD_TYPES.values()) - {""} | {"highlight", "dataframe", "tex"}

_ATTRIBUTES = {
    "*": {"class"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "img": {"src", "alt", "title", "width", "height"},
    "input": {"checked"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "style"},
    "th": {"colspan", "rowspan", "scope", "style"},
    "tr": {"style"},
} | {tag: set(_MATHML_ATTRIBUTES) for tag in _MATHML}

_PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,([A-Za-z0-9+/=\s]+)")
_BEGINS = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "gif": b"GIF8"}
_ADDRESS = re.compile(r"(https?://|mailto:)[^\s<>\"']+", re.IGNORECASE)
_ALIGNMENT = re.compile(r"(?:.*;)?\s*text-align\s*:\s*(left|right|center|justify)\s*(?:;.*)?", re.I)


def _allowed(tag: str, name: str, value: str) -> str | None:
    """Return the value with which an attribute may stay, or None if it may not.

    nh3 calls this for the attributes in ``_ATTRIBUTES`` only. It drops an attribute for which this
    function raises.
    """
    if tag in _MATHML:
        return value if re.fullmatch(_MATHML_ATTRIBUTES.get(name, "(?!)"), value) else None
    if name == "style":
        alignment = _ALIGNMENT.fullmatch(value)
        return f"text-align: {alignment[1].lower()};" if alignment else None
    may_stay: object = True
    if name == "class":
        may_stay = set(value.split()) <= CLASSES
    elif name in {"colspan", "rowspan", "start", "span"}:
        may_stay = re.fullmatch(r"\d{1,3}", value, re.ASCII)
    elif name in {"width", "height"}:
        may_stay = re.fullmatch(r"\d{1,4}", value, re.ASCII)
    elif name == "src":
        # A picture from elsewhere would tell its owner who looks at the page, and when.
        may_stay = is_picture(value)
    elif name == "href":
        # A link to this server could open the file of another student.
        may_stay = _ADDRESS.fullmatch(value)
    return value if may_stay else None


def _cleaner(tags: frozenset[str]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(tags),
        # Of other tags that are not allowed the contents stay, as text.
        clean_content_tags={"script", "style"},
        attributes={tag: names for tag, names in _ATTRIBUTES.items() if tag in tags | {"*"}},
        attribute_filter=_allowed,
        url_schemes={"http", "https", "mailto", "data"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )


_FIRST_STEP = _cleaner(TAGS | _ONLY_REWRITTEN)
_LAST_STEP = _cleaner(TAGS)
_LAST_STEP_WITH_FORMULAS = _cleaner(TAGS | _MATHML)

# ---------------------------------------------------------------- HTML


def html(source: Any) -> str:
    """Return HTML in which nothing runs, loads, hides or answers to a name.

    Parameters
    ----------
    source : str
        HTML from anywhere.

    Returns
    -------
    str
        Headings two levels lower, so that they are below those of the page; links to other sites
        only; pictures only when they are part of the text; no style but the alignment of cells.
    """
    source = encodable(source)
    rewritten = _clean_and_rewrite(source)
    return as_typed(source) if rewritten is None else _LAST_STEP.clean(rewritten)


def as_typed(text: str) -> str:
    """Return text for a page, every character as it was typed, the middle cut if it is long."""
    return _LAST_STEP.clean(Markup("<pre>{}</pre>").format(shorten(encodable(text))))


def shorten(text: str, most: int = 20_000) -> str:
    """Return text of at most ``most`` characters, and where something is left out, how much."""
    if len(text) <= most:
        return text
    left_out = f"\n[… {len(text) - most:,} characters left out …]\n"
    return text[: most // 2] + left_out + text[len(text) - most // 2 :]


def _clean_and_rewrite(source: str) -> str | None:
    """Return clean HTML with what nh3 cannot do done, or None if it is too long or too deep.

    The result still has to go through the last step.
    """
    if _length(source) > LONGEST_TEXT:
        return None
    once = _FIRST_STEP.clean(_without_growth(source))
    if _length(once) > LONGEST_PAGE:
        return None
    rewriter = _Rewriter()
    rewriter.feed(once)
    rewriter.close()
    return None if rewriter.deepest > DEEPEST_TAGS else "".join(rewriter.written)


def _length(source: str) -> int:
    """Return the number of characters without those of pictures, which have their own limit."""
    return len(_PICTURE.sub("", source))


def encodable(source: Any) -> str:
    """Return a value as text for UTF-8, where half a character becomes a replacement mark."""
    return re.sub("[\ud800-\udfff]", "\ufffd", "" if source is None else str(source))


# A parser opens each of these again in every paragraph until it is closed: three that are alike,
# but any number of different ones, so that a text of 100,000 characters once grew to ten gigabytes.
_OPENED_AGAIN = re.compile(
    r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/])[^>]*>", re.IGNORECASE
)


def _without_growth(source: str) -> str:
    """Return HTML whose tags that are opened again have no attributes, and so are all alike.

    An attribute with ``>`` in it leaves its rest behind as text.
    """
    # Only where another ">" follows can a tag end. Without the rest, each search is a short one.
    tags, end, rest = source.rpartition(">")
    return _OPENED_AGAIN.sub(r"<\1>", tags + end) + rest


class _Rewriter(HTMLParser):
    """Write clean HTML again: headings two levels lower, words for boxes and missing pictures."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self.deepest = self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag not in _WITHOUT_END:
            self._depth += 1
            self.deepest = max(self.deepest, self._depth)
        if tag == "input":  # A task list has boxes, but a page of feedback has no fields.
            self.written.append("☑ " if "checked" in attributes else "☐ ")
        elif tag == "img" and "src" not in attributes:
            described = attributes.get("alt") or "not part of this notebook"
            self.written.append(escape(f"[picture: {described}]"))
        else:
            self.written.append(_lower(self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        self._depth -= 1
        self.written.append(_lower(f"</{tag}>"))

    def handle_data(self, data: str) -> None:
        self.written.append(data)

    def handle_entityref(self, name: str) -> None:
        self.written.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.written.append(f"&#{name};")


def _lower(tag: str) -> str:
    """Return the tag of a heading two levels lower, and any other tag as it is."""
    return re.sub(r"^(</?h)([1-6])\b", lambda of: f"{of[1]}{min(6, int(of[2]) + 2)}", tag)


def is_picture(address: str) -> bool:
    """Return whether a data address holds what it says: a PNG, JPEG or GIF picture."""
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
    script or a network, and are shown as they were typed where it is not. The mark scheme of a
    question that a person marks gets a heading.
    """
    cell = context.get("cell") or {}
    if cell.get("metadata", {}).get("nbgrader", {}).get("task"):
        source = rubric.with_heading(encodable(source))
    return render(source, cell.get("attachments") or {})


def render(source: Any, attachments: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """Return markdown as harmless HTML; ``attachments`` are pictures by name, as in a cell."""
    source = encodable(source)
    formulas = sum(1 for _ in _FORMULA_BEGINS.finditer(source))
    if _length(source) > LONGEST_TEXT or formulas > MOST_FORMULAS:
        return as_typed(source)
    renderer = _Renderer(attachments or {})
    try:
        dirty = MarkdownWithMath(renderer=renderer).render(source)
    except RecursionError:
        return as_typed(source)
    rewritten = _clean_and_rewrite(dirty)
    if rewritten is None:
        return as_typed(source)
    return _LAST_STEP_WITH_FORMULAS.clean(renderer.with_formulas(rewritten))


class _Renderer(IPythonRenderer):
    """nbconvert's renderer, with formulas put aside until the rest has been cleaned once."""

    def __init__(self, attachments: Mapping[str, Mapping[str, str]]):
        super().__init__(escape=False, exclude_anchor_links=True)
        self._pictures = attachments
        self._formulas: list[str] = []
        # The author of an answer cannot know this word, and so cannot forge a formula.
        self._word = secrets.token_hex(8)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Write a picture; one that was pasted into the cell becomes part of the page."""
        if url.startswith("attachment:"):
            name = url.removeprefix("attachment:")
            # An address has %20 where the name of a file has a space.
            bundle = self._pictures.get(name) or self._pictures.get(unquote(name), {})
            url = next((f"data:{kind};base64,{data}" for kind, data in bundle.items()), "")
        described = html_text.unescape(re.sub(r"<[^>]*>", "", text))
        return Markup('<img src="{}" alt="{}" />').format(url, described)

    def _put_aside(self, tex: str, display: str) -> str:
        self._formulas.append(formula(tex, display))
        place = len(self._formulas) - 1
        return f"{self._word}-{place}-{self._word}"

    def inline_math(self, body: str) -> str:
        """Put a formula of a line aside."""
        return self._put_aside(body, "inline")

    def block_math(self, body: str) -> str:
        """Put a formula of its own line aside."""
        return self._put_aside(body, "block")

    def latex_environment(self, name: str, body: str) -> str:
        """Put an environment such as ``align`` aside."""
        return self._put_aside(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")

    def with_formulas(self, clean: str) -> str:
        """Return clean HTML with the formulas in their places, but never inside a tag."""
        tag = r"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>"
        places = re.compile(rf"{tag}|{self._word}-(\d+)-{self._word}")

        def put(found: re.Match[str]) -> str:
            if found[1] is None:  # It is a tag, whose attributes cannot hold a formula.
                return re.sub(rf"{self._word}-\d+-{self._word}", "formula", found[0])
            return self._formulas[int(found[1])]

        return places.sub(put, clean)


# ---------------------------------------------------------------- formulas


def formula(tex: str, display: str = "inline") -> str:
    """Return a TeX formula as MathML, or as it was typed where that cannot be done."""
    typed = Markup('<code class="tex">{}</code>').format(shorten(tex.strip(), LONGEST_FORMULA))
    if convert_to_element is None or len(tex) > LONGEST_FORMULA:
        return typed
    try:
        return _as_mathml(convert_to_element(tex, display=display))
    except Exception:  # The converter fails in many ways; the formula is shown in all of them.
        return typed


def _as_mathml(element: Element, depth: int = 1) -> Markup:
    r"""Write MathML anew from what is allowed in it.

    The converter lets ``\href``, ``\style``, ``\class`` and tags inside ``\text`` through.
    """
    if element.tag not in _MATHML:
        raise ValueError(f"{element.tag} is not part of a formula.")
    if depth > DEEPEST_FORMULA:
        raise ValueError("A formula this deep is shown as it was typed.")
    attributes = Markup().join(
        Markup(' {}="{}"').format(name, value)
        for name, value in element.attrib.items()
        if _allowed(element.tag, name, value)
    )
    # The converter writes characters as entities, which are text until its own last step.
    text = escape(html_text.unescape(element.text or ""))
    inside = text + Markup().join(_as_mathml(child, depth + 1) for child in element)
    return Markup("<{0}{1}>{2}</{0}>").format(element.tag, attributes, inside)


# ---------------------------------------------------------------- code


def code(source: Any, **_: Any) -> str:
    """Return Python code with its colours: a Jinja filter, in the place of ``highlight_code``.

    The stock filter reads the language from the student's notebook, and the language decides which
    of hundreds of parsers reads the code. Here it is Python.
    """
    source = encodable(source)
    source = "\n".join(line.rstrip() for line in source.split("\n"))
    if len(source) > LONGEST_CODE:
        return as_typed(source)
    return _LAST_STEP.clean(highlight(source or " ", PythonLexer(stripnl=False), HtmlFormatter()))
