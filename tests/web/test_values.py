"""What is computed in the browser is what CPython computes here."""

import base64
import json
import math
import random
import sys
from pathlib import Path

import numpy as np
import plotly.io as pio
import pytest

from scaling.explorable import Choice, Slider, all_explorables
from scaling.still import as_html
from scaling.web import OTHER_PAGES, exercises

sys.path.insert(0, str(Path(__file__).parent))
from reader import ask

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EXPLORABLES = all_explorables()
PAGES = [
    *(f"{key}.explorable" for key in EXPLORABLES),
    *OTHER_PAGES,
    *(f"exercise-{name}" for name in exercises.notebooks(Path(__file__).parents[2])),
]
# Results of a search that ends within a tolerance, and not at the last digit; all others agree in
# twelve digits.
DIGITS = {"scaling_up.corn": 1e-6, "who_is_heard.averages": 1e-10}

DRAWN = {"scatter", "bar", "pie"}  # by plotly.js-basic


def values_of(control):
    """All values that a reader can set."""
    if isinstance(control, Choice):
        return list(control.options.values())
    steps = round((control.high - control.low) / control.step)
    return [round(control.low + step * control.step, 9) for step in range(steps + 1)]


def states(explorable):
    """Start, both ends of every control, and three states drawn by lot."""
    movable = [c for c in explorable.controls if isinstance(c, Slider | Choice)]
    ends = [{c.name: values_of(c)[at]} for c in movable for at in (0, -1)]
    lot = random.Random(explorable.key)
    return [{}, *ends, *({c.name: lot.choice(values_of(c)) for c in movable} for _ in range(3))]


def plain(part):
    """A part of a figure with its arrays as lists."""
    if isinstance(part, dict) and "bdata" in part:
        array = np.frombuffer(base64.b64decode(part["bdata"]), part["dtype"])
        shape = part.get("shape")
        return (array.reshape([int(n) for n in shape.split(",")]) if shape else array).tolist()
    if isinstance(part, dict):
        return {name: plain(value) for name, value in part.items()}
    return [plain(value) for value in part] if isinstance(part, list) else part


def differences(here, there, near, path=""):
    """Paths at which two figures differ: texts at all, numbers by more than a share."""
    if isinstance(here, dict) and isinstance(there, dict):
        for name in sorted(here.keys() | there.keys()):
            yield from differences(here.get(name), there.get(name), near, f"{path}.{name}")
    elif isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        for place, (one, other) in enumerate(zip(here, there, strict=True)):
            yield from differences(one, other, near, f"{path}[{place}]")
    elif isinstance(here, int | float) and isinstance(there, int | float):
        both_nan = math.isnan(here) and math.isnan(there)
        if not both_nan and not math.isclose(here, there, rel_tol=near, abs_tol=near):
            yield f"{path}: {here} here, {there} in the browser"
    elif here != there:
        yield f"{path}: {here!r} here, {there!r} in the browser"


@pytest.fixture(autouse=True)
def without_plotlys_own_template(monkeypatch):
    """In the browser no figure begins with plotly's template; all are drawn with the course's."""
    monkeypatch.setattr(pio.templates, "default", None)


@pytest.fixture(scope="module")
def page(server, home):
    """A page whose Python does only what it is asked, and nothing in advance."""
    page = home.new_page()
    page.goto(f"{server.address}/your-files.html")
    page.evaluate("async () => { await scalingEngine.load(); scalingEngine.later = []; }")
    yield page
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_with_its_picture(page, name):
    ask(page, "warm", name)


def test_every_page_that_was_opened_once_is_there_on_the_next_visit(page, home):
    """So it is for all tests after these: what each began in advance would else be begun again."""
    page.evaluate("() => scalingEngine.keep()")
    other = home.new_page()
    other.goto(page.url)
    assert set(other.evaluate("async () => (await scalingEngine.load()).opened")) == set(PAGES)
    assert other.evaluate("() => scalingEngine.later") == []
    other.close()


@pytest.mark.parametrize("key", EXPLORABLES)
def test_words_answer_and_figure_are_those_of_cpython(page, key):
    explorable = EXPLORABLES[key]
    found = {}
    for state in states(explorable):
        try:
            result = explorable.run(**(explorable.start | state))
        except ValueError:
            continue  # A refusal is shown as a sentence; the next test reads one.
        there = ask(page, "still", f"{key}.explorable", state)
        here = {
            "figure": json.loads(explorable.picture(result).to_json()),
            "words": [explorable.words(result), explorable.brief(result, None)],
            "answer": float(explorable.answer(result)),
            "table": as_html(explorable.table(result)),
        }
        there["figure"] = json.loads(there["figure"])
        if differing := list(differences(plain(here), plain(there), DIGITS.get(key, 1e-12))):
            found[str(state)] = differing[:5]
    assert not found


def test_the_library_of_the_site_draws_every_kind_of_trace():
    figures = [one.picture(one.run(**one.start)) for one in EXPLORABLES.values()]
    assert {trace.type for figure in figures for trace in figure.data} <= DRAWN
