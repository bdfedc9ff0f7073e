"""The few widgets of ipywidgets that the course's pages are made of, without Jupyter.

A widget here is a set of traits with a number. What changes during one turn is collected by
``collect`` and sent to the page in one piece; ``web/js/native.js`` draws it as native elements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import traitlets

__all__ = [
    "HTML",
    "BoundedIntText",
    "Box",
    "Button",
    "DOMWidget",
    "Dropdown",
    "FloatSlider",
    "IntSlider",
    "Layout",
    "RadioButtons",
    "Textarea",
    "VBox",
    "Widget",
    "collect",
    "widgets",
]

widgets: dict[str, Widget] = {}  # all that exist, by number
_changed: dict[str, set[str]] = {}  # names of traits that the page does not know yet, by number
_announced: set[str] = set()
_messages: list[tuple[str, Any]] = []  # for the page, each with the number of its widget


class Layout:
    """The CSS properties of a widget, by their names in Python; None where one is not set."""

    _owner: Widget
    _set: dict[str, str | None]

    def __init__(self, owner: Widget, given: Mapping[str, str]):
        self.__dict__.update(_owner=owner, _set=dict(given))

    def __getattr__(self, name: str) -> str | None:
        return self._set.get(name)

    def __setattr__(self, name: str, value: str | None) -> None:
        self._set[name] = value
        self._owner.mark("layout")

    def as_css(self) -> dict[str, str]:
        """Return the properties that are set, by their names in CSS."""
        return {name.replace("_", "-"): value for name, value in self._set.items() if value}


class Widget(traitlets.HasTraits):
    """Anything on the page."""

    def __init__(self, *, layout: Mapping[str, str] | None = None, **traits: Any):
        self.model_id = f"w{len(widgets)}"
        widgets[self.model_id] = self
        self.classes: list[str] = []
        self.style_of_box = Layout(self, layout or {})
        self._listeners: list[Callable[[Any, Any, Any], None]] = []
        super().__init__(**traits)

    @property
    def layout(self) -> Any:
        """The look of its box."""
        return self.style_of_box

    def mark(self, name: str) -> None:
        """Have the page told of a trait, or of "classes", "layout" or "children"."""
        _changed.setdefault(self.model_id, set()).add(name)

    def notify_change(self, change: Any) -> None:
        """Note what has changed, and tell all who observe it."""
        if self.trait_metadata(change.name, "sync"):
            self.mark(change.name)
        super().notify_change(change)

    def add_class(self, name: str) -> Any:
        """Add a CSS class; return the widget."""
        if name not in self.classes:
            self.classes.append(name)
            self.mark("classes")
        return self

    def remove_class(self, name: str) -> Any:
        """Take a CSS class away; return the widget."""
        if name in self.classes:
            self.classes.remove(name)
            self.mark("classes")
        return self

    @contextmanager
    def hold_sync(self) -> Iterator[None]:
        """Do nothing: all changes of a turn are sent together."""
        yield

    def on_msg(self, listener: Callable[[Any, Any, Any], None]) -> None:
        """Call ``listener(widget, content, buffers)`` for each message of the page."""
        self._listeners.append(listener)

    def send(self, content: Any) -> None:
        """Send a message to the page."""
        _messages.append((self.model_id, content))

    def receive(self, content: Any) -> None:
        """Take a message of the page."""
        for listener in self._listeners:
            listener(self, content, [])

    def focus(self) -> None:
        """Move the focus here."""
        self.send({"do": "focus"})

    def take(self, changes: Mapping[str, Any]) -> None:
        """Set traits to what the page says; only what comes out differently is sent back."""
        for name, value in changes.items():
            if not self.trait_metadata(name, "sync"):
                raise ValueError(f"{type(self).__name__} has no {name} that a page may set.")
            setattr(self, name, value)
            if getattr(self, name) == value:
                _changed.get(self.model_id, set()).discard(name)

    def state_for_page(self, names: Iterable[str] | None = None) -> dict[str, Any]:
        """Return the named traits, or all of them, as plain values for the page."""
        chosen = [*self.trait_names(sync=True), "classes", "layout"] if names is None else names
        return {name: self.plain_value(name) for name in sorted(chosen)}

    def plain_value(self, name: str) -> Any:
        """Return one trait as a plain value; a child is its number."""
        if name == "layout":
            return self.style_of_box.as_css()
        value = getattr(self, name)
        if name == "children":
            return [child.model_id for child in value]
        return str(value) if isinstance(value, str) else value  # Markup is text there.


DOMWidget = Widget


class Box(Widget):
    """Widgets one after the other."""

    children = traitlets.Tuple().tag(sync=True)

    def __init__(self, children: Iterable[Widget] = (), **rest: Any):
        super().__init__(children=tuple(children), **rest)


class VBox(Box):
    """Widgets one below the other."""


class HTML(Widget):
    """A piece of HTML."""

    value = traitlets.Unicode().tag(sync=True)

    def __init__(self, value: str = "", **rest: Any):
        super().__init__(value=value, **rest)


class Button(Widget):
    """A button."""

    description = traitlets.Unicode().tag(sync=True)
    button_style = traitlets.Unicode().tag(sync=True)
    tooltip = traitlets.Unicode("", allow_none=True).tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)

    def __init__(self, **traits: Any):
        self._on_click: list[Callable[[Any], None]] = []
        super().__init__(**traits)

    def on_click(self, act: Callable[[Any], None]) -> None:
        """Call ``act(button)`` whenever it is pressed."""
        self._on_click.append(act)

    def receive(self, content: Any) -> None:
        """Take a click, unless the button was disabled meanwhile."""
        if content == {"event": "click"} and not self.disabled:
            for act in self._on_click:
                act(self)


class _Number(Widget):
    """A number from ``min`` to ``max``."""

    value = traitlets.Float(0).tag(sync=True)
    min = traitlets.Float(0).tag(sync=True)
    max = traitlets.Float(100).tag(sync=True)
    step = traitlets.Float(1).tag(sync=True)
    readout_format = traitlets.Unicode("d").tag(sync=True)

    @traitlets.validate("value")
    def _within(self, proposal: Any) -> float:
        return min(max(proposal["value"], self.min), self.max)

    def __init__(self, *, value: float, **traits: Any):
        super().__init__(**traits)
        self.value = value  # after its limits


class FloatSlider(_Number):
    """A slider."""


class IntSlider(_Number):
    """A slider of whole numbers."""

    value = traitlets.CInt(0).tag(sync=True)


class BoundedIntText(_Number):
    """A field for a whole number."""

    value = traitlets.CInt(0).tag(sync=True)


class Textarea(Widget):
    """A field for text, which is read when the reader leaves it."""

    value = traitlets.Unicode().tag(sync=True)
    placeholder = traitlets.Unicode().tag(sync=True)
    rows = traitlets.Int(4).tag(sync=True)
    continuous_update = traitlets.Bool(True)


class Dropdown(Widget):
    """A list to choose from; ``options`` are pairs of label and value, or an iterable of them."""

    options: Any = traitlets.Any(())
    value = traitlets.Any()
    index = traitlets.Int(0, allow_none=True).tag(sync=True)
    labels: traitlets.List[str] = traitlets.List().tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)

    def __init__(self, *, options: Iterable[tuple[str, Any]], value: Any = None, **rest: Any):
        super().__init__(**rest)
        self.options = tuple(options)
        if value is not None:
            self.value = value

    @traitlets.observe("options")
    def _offer(self, _: Any) -> None:
        self.labels = [label for label, _ in self.options]
        self.index = 0
        self.value = self.options[0][1] if self.options else None

    @traitlets.validate("value")
    def _one_of_these(self, proposal: Any) -> Any:
        offered = [None, *(value for _, value in self.options)]
        if self.options and proposal["value"] not in offered:
            raise traitlets.TraitError(f"{proposal['value']!r} is not among the options.")
        return proposal["value"]

    @traitlets.observe("value")
    def _find(self, change: Any) -> None:
        if self.options:
            values = [value for _, value in self.options]
            self.index = None if change["new"] is None else values.index(change["new"])

    @traitlets.observe("index")
    def _choose(self, change: Any) -> None:
        if self.options and change["new"] is not None:
            self.value = self.options[change["new"]][1]


class RadioButtons(Dropdown):
    """One of several options that are all in sight; none at first, unless ``value`` is given."""

    def __init__(self, *, options: Iterable[tuple[str, Any]], value: Any = None, **rest: Any):
        super().__init__(options=options, **rest)
        self.value = value


def collect() -> dict[str, Any]:
    """Return what the page has to be told since the last call, and forget it.

    Returns
    -------
    dict
        ``new``: kind and state of widgets that the page has not seen, by number; ``changes``:
        traits by number and name; ``messages``: pairs of number and content.
    """
    new: dict[str, Any] = {}
    changes: dict[str, Any] = {}

    def announce(number: str) -> None:
        if number in _announced:
            return
        _announced.add(number)
        widget = widgets[number]
        for child in getattr(widget, "children", ()):
            announce(child.model_id)
        new[number] = {"kind": _kind(widget), "state": widget.state_for_page()}

    for number, names in _changed.items():
        if names and number in _announced and number not in new:
            if "children" in names:
                for child in widgets[number].children:  # type: ignore[attr-defined]
                    announce(child.model_id)
            changes[number] = widgets[number].state_for_page(names)
    messages = [(number, content) for number, content in _messages if number in _announced]
    _changed.clear()
    _messages.clear()
    return {"new": new, "changes": changes, "messages": messages}


def forget(kept: int = 0) -> None:
    """Forget what has not been collected, and all widgets but the first ones.

    Parameters
    ----------
    kept : int
        How many to keep.
    """
    for number in list(widgets)[kept:]:
        del widgets[number]
        _announced.discard(number)
    _changed.clear()
    _messages.clear()


def announce_root(widget: Widget) -> str:
    """Have the next ``collect`` tell of a widget that is in no other; return its number."""
    root = Root(children=(widget,))
    _announced.add(root.model_id)
    root.mark("children")
    return widget.model_id


class Root(Box):
    """The place of one explorable on the page."""


def _kind(widget: Widget) -> str:
    """Return the name by which the page knows how to draw a widget."""
    module = getattr(widget, "_esm", None)
    if module is not None:
        return module.name  # A file of JavaScript that draws it by itself, in Jupyter as here.
    for kind in type(widget).__mro__:
        if kind.__module__ == __name__ or kind.__name__ == "Picture":
            return kind.__name__
    raise TypeError(f"The page cannot draw {type(widget).__name__}.")
