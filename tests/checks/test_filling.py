"""What fills in answers is shown on a page of Jupyter, and nowhere else.

The page itself is tried in ``tests/browser/test_fill.py``.
"""

import pytest

from scaling import fill
from scaling.checking import watching
from scaling.fill import page

CALLS = {
    "choice": lambda: fill.choice("reading", "abcd"),
    "several": lambda: fill.several("x", ["a", "b"]),
    "order": lambda: fill.order("promise", "abcd"),
    "match": lambda: fill.match("cases", "123", "abc"),
    "number": lambda: fill.number("guess", unit="kg"),
}


@pytest.fixture
def shown(monkeypatch):
    """The widgets that are shown, as on a page that sends the ids of its cells."""
    found = []
    monkeypatch.setattr(watching, "cell_id", lambda: "u3-promise-fill")
    monkeypatch.setattr(page, "display", found.append)
    return found


@pytest.mark.parametrize("kind", CALLS)
def test_where_there_is_no_page_nothing_is_shown_or_said(kind, monkeypatch, capfd):
    monkeypatch.setattr(watching, "_watch", None)
    monkeypatch.setattr(page, "display", lambda _: pytest.fail("shown without a page"))
    assert CALLS[kind]() is None
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("kind", CALLS)
def test_on_a_page_one_widget_is_shown_that_knows_its_kind(kind, shown, capfd):
    CALLS[kind]()
    (widget,) = shown
    assert widget.kind == kind
    assert repr(widget) == f"Type your answer into the cell below: {widget.name} = …"
    assert capfd.readouterr() == ("", "")


def test_letters_items_and_unit_reach_the_page(shown):
    for call in CALLS.values():
        call()
    letters = [["a", "b", "c", "d"], ["a", "b"], ["a", "b", "c", "d"], ["a", "b", "c"], []]
    assert [widget.letters for widget in shown] == letters
    assert [widget.items for widget in shown] == [[], [], [], ["1", "2", "3"], []]
    assert [widget.unit for widget in shown] == ["", "", "", "", "kg"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: fill.choice("two words", "ab"), "a name in Python, not 'two words'"),
        (lambda: fill.order("promise", "aab"), "At least two different letters"),
        (lambda: fill.match("cases", "1", "ab"), "At least two different letters"),
    ],
)
def test_a_mistake_of_an_author_is_named(call, said):
    with pytest.raises(ValueError, match=said):
        call()
