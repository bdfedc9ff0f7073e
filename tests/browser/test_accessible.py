"""What axe-core, the common rules of accessibility, has to say about our pages.

Asked of what is ours: texts, tables, outputs and explorables, not JupyterLab around them.
"""

from pathlib import Path
from pprint import pformat

import lab
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import LESSONS, ROOT, rest_thorough
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OURS = {"include": [[".jp-RenderedMarkdown"], [".jp-OutputArea-output"]]}
GRAVE = {"serious", "critical"}
PAGES = [
    path.relative_to(ROOT).as_posix()
    for path in (*LESSONS.values(), *sorted(ROOT.glob("exercises/[0-9]*/*.ipynb")))
]
# The longest lesson with a picture, the plan and the game, and an exercise.
OFTEN = {
    "course/03-size-and-context.ipynb",
    "course/06-capstone.ipynb",
    "exercises/03-size-and-context/03-size-and-context-exercise.ipynb",
}


def reveal_all(page):
    """Show every picture, and the table behind it."""
    waiting = page.get_by_role("button", name="Show me without predicting")
    for left in reversed(range(waiting.count())):
        waiting.first.click()
        expect(waiting).to_have_count(left)
    game = page.get_by_role("button", name="Play without predicting")
    if game.count():
        game.click()
        page.get_by_role("button", name="End the quarter").wait_for()
    page.locator(".scaling-explorable .js-plotly-plot[role=img] .main-svg").last.wait_for()
    for summary in page.locator(".scaling-explorable summary:visible").all():
        summary.click()  # that of the plan's first page, which has no picture, is hidden


def grave(page):
    """Serious and critical violations, with the elements they are about."""
    found = Axe().run(page, context=OURS, options={"resultTypes": ["violations"]}).response
    assert found["passes"], "axe found nothing to look at"
    return {
        f"{rule['impact']}: {rule['help']}": [node["html"][:200] for node in rule["nodes"]]
        for rule in found["violations"]
        if rule["impact"] in GRAVE
    }


@pytest.mark.parametrize("path", rest_thorough(PAGES, OFTEN))
def test_nothing_serious_or_critical_is_found_in_either_theme(open_page, classroom, path):
    if path.startswith("course/"):
        page = classroom.lesson(Path(path).stem)
        reveal_all(page)
    else:
        page = open_page(path)
        lab.run_all(page)
    found = {}
    for theme, is_light in (("JupyterLab Dark", "false"), ("JupyterLab Light", "true")):
        page.evaluate(
            "(name) => jupyterapp.commands.execute('apputils:change-theme', {theme: name})", theme
        )
        page.wait_for_function("(is) => document.body.dataset.jpThemeLight === is", arg=is_light)
        found[theme] = grave(page)
    assert not any(found.values()), pformat(found)


def test_what_is_looked_at_often_is_there():
    assert set(PAGES) >= OFTEN


def test_axe_finds_what_is_wrong(open_page):
    page = open_page("course/00-start-here.ipynb")
    page.evaluate("""() => {
      const text = document.querySelector('.jp-RenderedMarkdown');
      text.insertAdjacentHTML('beforeend', '<img src="data:,"><p style="color: #bbb">Pale</p>');
    }""")
    assert any("alt" in rule for rule in grave(page))
