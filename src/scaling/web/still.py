"""What a page shows before any script has run: question, still picture, words and table, as HTML.

The question is made from the same widgets as the live one, so that nothing is worded twice. A
reader without scripts sees question and answer; with scripts the answer waits behind the question.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ipywidgets
import numpy as np
import plotly.graph_objects as go
from markupsafe import Markup

from scaling import style
from scaling.explorable import Explorable, Rounds, Still
from scaling.explorable.frame import SHOW, TRY_IT, Frame, told_without
from scaling.form import Form
from scaling.game import Game
from scaling.game.page import Page
from scaling.inventory import Sitting
from scaling.recall import Recall, review
from scaling.recall.page import REVIEW
from scaling.recall.schedule import NOTHING_MET
from scaling.stacking import stacked
from scaling.still import as_html, scrolled
from scaling.widgets.markup import bullets
from scaling.widgets.pad import Pad
from scaling.widgets.question import HOW_SURE, Question
from scaling.widgets.screen import ALL_FIGURES, NOT_SET, limits_note, names_of_parts, titled


@dataclass(frozen=True)
class Drawing:
    """A picture that is not drawn yet: all of them are drawn in one go, and take this place.

    Attributes
    ----------
    figure : plotly.graph_objects.Figure
    label : str
        What a screen reader says in place of the picture.
    """

    figure: go.Figure
    label: str


Part = Markup | Drawing
OPEN = "Open it"
PHONE = 320  # pixels that a phone has for a picture
LONG_NAME = 16  # letters


def of(found: Any, page: str) -> Iterator[Part]:
    """Yield the parts of what a page shows of an explorable, a form, a game and so on.

    Parameters
    ----------
    found : Explorable, Form, Game, Recall, Sitting or callable
        A callable is the review, or makes a still picture of the reader's own files.
    page : str
        Its name for ``guest.open_page``.
    """
    if isinstance(found, Explorable):
        yield from _explorable(found, page)
    elif isinstance(found, Game):
        yield from _game(found, page)
    elif isinstance(found, Form):
        yield from _form(found, page)
    elif isinstance(found, Recall):
        yield from _recall(found, page)
    elif found is review.show:
        yield _begin(page, "", REVIEW)
        yield _opener("See what is due")
        yield Markup("<div class='scaling-still'><p>{}</p></div></scaling-live>").format(
            NOTHING_MET
        )
    elif isinstance(found, Sitting):
        yield from _sitting(found, page)
    else:
        yield _begin(page, "", found().title)
        yield _opener("Show mine")
        yield Markup("<div class='scaling-still'>")
        yield from still(found())
        yield Markup("</div></scaling-live>")


def still(shown: Still, is_folded: bool = False, is_for_phones: bool = False) -> Iterator[Part]:
    """Yield the parts of a picture with its words and its table.

    ``is_for_phones`` adds the picture as a phone shows it, for one that never comes alive.
    """
    figure = go.Figure(shown.picture).update_layout(template=style.LIGHT)
    label = names_of_parts(shown.title)["picture"]
    if is_for_phones and _has_long_names(figure):
        yield Markup(
            "<div class='scaling-with-names' tabindex='0' role='region' aria-label='{}'>"
        ).format(label)
        yield Drawing(figure, label)
        yield Markup("</div>")
    elif is_for_phones:
        yield Markup("<div class='scaling-where-wide'>")
        yield Drawing(figure, label)
        yield Markup("</div><div class='scaling-where-narrow'>")
        yield Drawing(stacked(figure).update_layout(width=PHONE), label)
        yield Markup("</div>")
    else:
        yield Drawing(figure, label)
    yield Markup("<p class='scaling-words'>{}</p>").format(shown.words)
    yield _table(shown, is_folded or shown.folded)


def _has_long_names(figure: go.Figure) -> bool:
    """Tell whether names at the points of a picture need more room than a phone has."""
    names = [name for trace in figure.data for name in np.ravel(getattr(trace, "text", None) or "")]
    return any(len(str(name)) > LONG_NAME for name in names)


def _table(shown: Still, is_folded: bool) -> Markup:
    if not len(shown.table):
        return Markup("")
    wrapped = scrolled(as_html(shown.table), names_of_parts(shown.title)["table"])
    if not is_folded:
        return wrapped
    return Markup("<details class='scaling-table'><summary>{}</summary>{}</details>").format(
        ALL_FIGURES, wrapped
    )


def _explorable(found: Explorable, page: str) -> Iterator[Part]:
    frame = Frame(found)
    result = found.run(**found.start)
    yield _begin(page, found.ask.text, found.title)
    yield _question(frame.question, page)
    yield Markup("<div class='scaling-still'><div class='scaling-told'>{}</div>").format(
        told_without(found.ask, float(found.answer(result)))
    )
    shown = Still(found.title, found.picture(result), found.words(result), found.table(result))
    if found.rounds is not None:
        yield _rounds(found.rounds)
    yield from still(shown, is_folded=True)
    # Without scripts the steps cannot be taken, so what there is to see is told as well.
    tasks = Markup().join(
        Markup("<li>{} <details><summary>What there is to see</summary>{}</details></li>").format(
            task.text, task.seen(lambda **values: found.run(**(found.start | values)))
        )
        for task in found.tasks
    )
    yield Markup("{}<ol>{}</ol>{}</div></scaling-live>").format(
        TRY_IT, tasks, limits_note(found.limits).value
    )


def _rounds(found: Rounds) -> Markup:
    """Return the first round as a list, with what each one would deliver."""
    told = bullets(found.told(each) for each in found.offers(0, 1))
    return Markup("<details><summary>{}</summary><ul>{}</ul></details>").format(found.title, told)


def _game(found: Game, page: str) -> Iterator[Part]:
    state = found.new(1)
    yield _begin(page, "", found.title)
    yield _question(Page(found).question, page)
    yield Markup("<div class='scaling-still'>")
    shown = Still(
        found.title, found.picture(state, None), found.words(None, state), found.table(state)
    )
    yield from still(shown, is_folded=True)
    yield Markup("<h4>{}</h4><ul>{}</ul>{}</div></scaling-live>").format(
        "The rules", bullets(found.rules), limits_note(found.limits).value
    )


def _form(found: Form, page: str) -> Iterator[Part]:
    yield _begin(page, "", found.title)
    yield _opener(OPEN)
    yield Markup("<div class='scaling-still scaling-always'><ol>")
    for step in found.steps:
        fields = Markup().join(Markup("<li>{}</li>").format(one.label) for one in step.fields)
        yield Markup("<li><b>{}</b> {}<ul>{}</ul></li>").format(step.title, step.why, fields)
    yield Markup("</ol></div></scaling-live>")


def _recall(found: Recall, page: str) -> Iterator[Part]:
    yield _begin(page, "", found.title)
    yield _opener("Answer three questions")
    yield Markup("<div class='scaling-still'><ol>")
    for one in found.questions:
        options = one.options()
        reasons = Markup().join(
            Markup("<li>{} {}</li>").format(f"“{each.text}”", each.why)
            for each in options
            if each != one.right
        )
        yield Markup(
            "<li>{}<ul>{}</ul><details><summary>Which is right, and why</summary><p>“{}” {}</p>"
            "<p>And the others:</p><ul>{}</ul></details></li>"
        ).format(
            one.text, bullets(each.text for each in options), one.right.text, one.right.why, reasons
        )
    yield Markup("</ol></div></scaling-live>")


def _sitting(found: Sitting, page: str) -> Iterator[Part]:
    # Which questions are a reader's own is known only in their browser.
    yield _begin(page, "", found.title)
    yield _opener(OPEN)
    yield Markup("<div class='scaling-still scaling-always'><p>{}</p></div></scaling-live>").format(
        found.about
    )


def _begin(page: str, question: str, title: str) -> Markup:
    return Markup(
        "<scaling-live class='scaling-explorable' data-page='{}' data-question='{}' role='group' "
        "aria-label='{}' data-picture='{}'>{}"
    ).format(page, question, title, names_of_parts(title)["picture"], titled(title).value)


_COST = Markup(
    "<p class='scaling-loading scaling-script scaling-small' role='status'>To bring this "
    "to life, Python is fetched once: <span class='scaling-megabytes'>30</span> MB.</p>"
)
_UNABLE = Markup(
    "<p class='scaling-unable'>This browser cannot run Python, so here is the still picture. A "
    "newer one brings it to life: Chrome or Edge 137, Firefox 131, Safari 18.4.</p>"
    "<noscript><p>This comes alive where scripts are allowed.</p></noscript>"
)


def _opener(label: str) -> Markup:
    button = Markup("<button type='button' data-part='open' class='scaling-primary'>{}</button>")
    return Markup("<div class='scaling-buttons scaling-script'>{}</div>{}{}").format(
        button.format(label), _COST, _UNABLE
    )


def _question(question: Question, page: str) -> Markup:
    names = ("answer", "sure", "commit", "skip")
    parts = {getattr(question, name): name for name in names}
    before = Markup(
        "<div class='scaling-buttons scaling-script scaling-before'><span>You have predicted this "
        "before.</span><button type='button' data-part='open' class='scaling-primary'>{}</button>"
        "</div>"
    ).format(SHOW)
    only = Markup(
        "<div class='scaling-buttons scaling-script'><button type='button' data-part='still' "
        "class='scaling-aside'>Only the still picture</button></div>"
    )
    label = question.prompt
    body = Markup().join(_native(child, parts, label, page) for child in question.children)
    return Markup("<div class='scaling-question'>{}{}{}{}</div>{}").format(
        body, before, _COST, only, _UNABLE
    )


def _native(widget: ipywidgets.Widget, parts: dict[Any, str], label: str, page: str) -> Markup:
    """Return a widget of the question as native elements, as ``native.js`` builds them."""
    classes = " ".join(widget.classes)
    part = parts.get(widget, "")
    if isinstance(widget, ipywidgets.HTML):
        return Markup("<div class='widget-html-content'>{}</div>").format(Markup(widget.value))
    if isinstance(widget, ipywidgets.Button):
        look = "scaling-primary" if widget.button_style == "primary" else classes
        return Markup("<button type='button' data-part='{}' class='{}'{}>{}</button>").format(
            part, look, Markup(" disabled") if widget.disabled else "", widget.description
        )
    if isinstance(widget, ipywidgets.FloatSlider):
        return Markup(
            "<div class='scaling-slider scaling-script {}' data-part='{}'><input type='range' "
            "min='{}' max='{}' step='{}' value='{}' aria-label='{}' aria-valuetext='{}'>"
            "<output aria-hidden='true' data-format='{}'></output></div>"
        ).format(
            classes,
            part,
            *(f"{number:.12g}" for number in (widget.min, widget.max, widget.step, widget.value)),
            label,
            NOT_SET,
            widget.readout_format,
        )
    if isinstance(widget, Pad):
        return Markup(
            "<div class='scaling-script {}' data-part='{}' data-about='{}'></div>"
        ).format(classes, part, json.dumps(widget.about))
    if isinstance(widget, ipywidgets.RadioButtons):
        one = Markup("<label><input type='radio' name='{}'>{}</label>")
        steps = Markup().join(one.format(f"{page}-{part}", words) for words, _ in widget.options)
        group = Markup(
            "<div class='scaling-radios' role='radiogroup' data-part='{}' aria-label='{}'>{}</div>"
        )
        return group.format(part, HOW_SURE, steps)
    if isinstance(widget, ipywidgets.Box):
        inner = Markup().join(_native(child, parts, label, page) for child in widget.children)
        return Markup("<div class='{} scaling-script'>{}</div>").format(classes, inner)
    raise TypeError(f"A question does not hold a {type(widget).__name__}.")
