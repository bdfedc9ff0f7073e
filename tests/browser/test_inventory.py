"""The inventory in JupyterLab: answered by keyboard, there after a restart, clean for axe."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import notebook_of
from lab import restart_kernel, run_all, select
from playwright.sync_api import expect
from shown import eventually

from scaling import inventory
from scaling.inventory import items
from scaling.inventory.page import FINISH, HAND_IN

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def kept(classroom):
    file = classroom.predictions.with_name(f"{classroom.predictions.stem}.inventory.json")
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def answered(classroom, when="before"):
    return (kept(classroom).get(when) or {}).get("chosen", {})


def grave(root):
    page = root.page
    context = {"include": [[".scaling-inventory"]]}
    found = Axe().run(page, context=context, options={"resultTypes": ["violations"]}).response
    assert found["passes"], "axe found nothing to look at"
    grave = [rule for rule in found["violations"] if rule["impact"] in ("serious", "critical")]
    return {rule["help"]: [node["html"][:200] for node in rule["nodes"]] for rule in grave}


def too_wide(root):
    """What lies beyond the right edge, with its edge and that of the whole, in pixels."""
    return root.evaluate(
        """(root) => {
          const edge = root.getBoundingClientRect().right;
          return [root, ...root.querySelectorAll("*")]
            .filter((node) => node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0)
            .filter((node) => node.getBoundingClientRect().left + node.scrollWidth > edge)
            .map((node) => [node.tagName, node.className, node.scrollWidth, node.clientWidth]);
        }"""
    )


@pytest.fixture
def page(open_page):
    cells = [
        f'from scaling import inventory\ninventory.show("{when}")' for when in ("before", "after")
    ]
    page = open_page("course/questions.ipynb", notebook=notebook_of(*cells))
    run_all(page)
    page.locator(".scaling-inventory fieldset").last.wait_for()
    return page


def test_both_sittings_are_answered_by_keyboard_and_kept(page, classroom):
    roots = page.locator(".scaling-inventory")
    before, after = roots.first, roots.last
    cells = page.locator(".jp-Cell").count()
    select(page, "cell-0").locator(".cm-content").click()
    page.keyboard.press("Escape")
    radios = before.get_by_role("radio")
    for _ in range(6):
        page.keyboard.press("Tab")
        if radios.first.evaluate("(node) => node === document.activeElement"):
            break
    expect(radios.first).to_be_focused()
    page.keyboard.press("ArrowDown")  # chooses the second option, and is no command of JupyterLab
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    first = {items()[0].id: "b", items()[1].id: "a"}
    eventually(lambda: answered(classroom), lambda chosen: chosen == first)
    expect(before.locator(".scaling-words")).to_have_text("2 of 16 questions answered. Kept.")
    assert page.locator(".jp-Cell").count() == cells
    name = before.locator("fieldset").first.get_by_text(items()[0].forms["A"].stem)
    other = before.locator("fieldset").first.get_by_text(items()[0].forms["B"].stem)
    assert name.count() + other.count() == 1

    for width, theme in ((800, "JupyterLab Dark"), (1280, "JupyterLab Light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(
            "(name) => jupyterapp.commands.execute('apputils:change-theme', {theme: name})", theme
        )
        is_light = str(theme.endswith("Light")).lower()
        page.wait_for_function("(is) => document.body.dataset.jpThemeLight === is", arg=is_light)
        page.wait_for_timeout(500)  # milliseconds, in which JupyterLab lays the page out anew
        assert too_wide(before) == []
        assert grave(before) == {}

    restart_kernel(page)
    run_all(page)
    page.locator(".scaling-inventory fieldset").last.wait_for()
    expect(before.get_by_role("radio", checked=True)).to_have_count(2)
    press = before.get_by_role("button", name=FINISH)
    press.focus()
    page.keyboard.press("Enter")
    expect(before.locator(".scaling-words")).to_contain_text("Questions 3, 4, 5")

    for root, when in ((before, "before"), (after, "after")):
        for number in range(len(items())):
            root.locator("fieldset").nth(number).get_by_role("radio").nth(2).press("Space")
        eventually(lambda when=when: answered(classroom, when), lambda chosen: len(chosen) == 16)
        root.get_by_role("button", name=FINISH).press("Enter")
        expect(root.get_by_role("button", name=HAND_IN)).to_be_focused()
    expect(before).to_contain_text("What is right you will see in the capstone")
    expect(before).not_to_contain_text("4 of 16 right")
    expect(after).to_contain_text("4 of 16 right, and 4 before the course.")
    assert grave(after) == {}
    name = after.get_by_role("textbox")
    name.fill("blue teapot")
    eventually(lambda: kept(classroom).get("name"), lambda said: said == "blue teapot")
    after.get_by_role("button", name=HAND_IN).press("Enter")
    expect(after.locator(".scaling-words")).to_contain_text("Nothing is sent")
    (written,) = (page.copy / "course").glob("inventory-*.json")
    assert json.loads(written.read_text(encoding="utf-8")) == kept(classroom)
    assert page.complaints == []


def test_the_cells_of_the_lessons_show_the_two_sittings(classroom):
    for lesson, sitting in (
        ("00-start-here", inventory.before),
        ("06-capstone", inventory.after),
    ):
        shown = classroom.lesson(lesson).locator(".scaling-inventory")
        expect(shown.get_by_role("heading")).to_have_text(sitting.title)
        expect(shown.locator("fieldset")).to_have_count(len(items()))
