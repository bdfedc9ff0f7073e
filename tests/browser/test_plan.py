"""The plan of the capstone: filled in by keyboard, there after a restart, safe once exported."""

import json

import pytest
from conftest import notebook_of
from lab import restart_kernel, run_all, select, tab_to
from playwright.sync_api import expect
from shown import eventually

from scaling.capstone.plan import plan
from scaling.form import LONGEST

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NASTY = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"


class Filled:
    """The form in the page, handled as somebody fills it in."""

    def __init__(self, page):
        self.page, self.folder = page, page.copy / "course"
        self.root = page.locator(".scaling-form")
        self.status = self.root.locator(".scaling-form-status")

    def kept(self):
        return json.loads((self.folder / f"{plan.file}.json").read_text(encoding="utf-8"))

    def press(self, name):
        button = self.root.get_by_role("button", name=name)
        tab_to(self.page, button, at_most=60)
        self.page.keyboard.press("Enter")
        return button

    def field(self, name):
        return self.root.get_by_role("textbox", name=name, exact=True)

    def type_into(self, field, text):
        tab_to(self.page, field, at_most=60)
        self.page.keyboard.type(text)


@pytest.fixture
def form(open_page):
    """The form in a notebook of its own, for somebody who has not begun."""
    cells = ("from scaling.capstone.plan import plan", "plan.show()")
    page = open_page("course/form.ipynb", notebook=notebook_of(*cells))
    run_all(page)
    found = Filled(page)
    found.root.get_by_role("textbox").first.wait_for()
    return found


def test_it_is_filled_in_with_the_keyboard_and_there_after_a_restart(form):
    page, text = form.page, plan.steps[0].fields[0]
    select(page, "cell-1").locator(".cm-content").click()
    page.keyboard.press("Escape")
    form.type_into(form.field(text.label), "A table, dd x")
    expect(form.status).to_contain_text("Kept in")
    expect(form.field(text.label)).to_have_value("A table, dd x")

    expect(form.press("3 Who is touched")).to_be_focused()
    form.type_into(form.root.get_by_label("New row, Who"), "Guests")
    tab_to(page, form.root.get_by_role("combobox", name="New row, Scale"))
    page.keyboard.press("ArrowDown")
    for label, typed in (("Power", "2"), ("At stake", "9")):
        form.type_into(form.root.get_by_label(f"New row, {label}"), typed)
    form.press("Add this row")
    expect(form.root.locator(".scaling-words")).to_contain_text("little power: Guests.")
    expect(form.root.locator(".js-plotly-plot[role=img] .main-svg").first).to_be_visible()
    answers = form.kept()["answers"]
    assert answers["project"] == "A table, dd x"
    assert answers["stakeholders"] == [["Guests", "organisational", "2", "9", ""]]

    restart_kernel(page)
    run_all(page)
    expect(form.status).to_contain_text("Your answers of last time")
    expect(form.field(text.label)).to_have_value("A table, dd x")
    form.press("3 Who is touched")
    expect(form.root.get_by_label("Row 1, Who")).to_have_value("Guests")


def test_a_text_that_does_not_fit_is_cut_before_the_learner_s_eyes(form):
    long, short = (form.field(field.label) for field in plan.steps[0].fields[2:4])
    full = form.root.locator(".scaling-form-full").filter(has_text="characters")
    long.fill("x" * 15_000)
    long.press("ControlOrMeta+a")
    long.press("ControlOrMeta+c")
    short.fill("ab")
    short.press("ControlOrMeta+v")
    expect(short).to_have_value("ab" + "x" * 15_000)
    expect(full).to_have_count(0)
    short.press("ControlOrMeta+Home")
    short.press("ControlOrMeta+v")
    expect(full).to_have_text(
        f"This field holds {LONGEST:,} characters. What you added is cut at its end, by 10,002."
    )
    expect(short).to_have_value("x" * 4_998 + "ab" + "x" * 15_000)
    kept = eventually(lambda: form.kept()["answers"]["box"], lambda text: len(text) == LONGEST)
    assert kept == "x" * 4_998 + "ab" + "x" * 15_000
    short.press("Enter")
    expect(full).to_contain_text("cut at its end, by 1.")
    short.press("Backspace")
    expect(full).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 800])
def test_every_step_can_be_read(form, width):
    form.page.set_viewport_size({"width": width, "height": 900})
    form.root.get_by_role("button", name="Fill in an example", exact=True).click()
    for number, step in enumerate(plan.steps, start=1):
        form.root.get_by_role("button", name=f"{number} {step.title}").click()
        expect(form.root.locator("h4")).to_have_text(f"{number} {step.title}")
        form.page.wait_for_timeout(500)
        wide = "(root) => root.scrollWidth - root.clientWidth"
        assert form.root.evaluate(wide) <= 0, step.title


def test_what_was_typed_does_not_run_on_the_exported_page(form, classroom):
    answers = plan.checked(
        {
            **{
                field.name: NASTY
                for field in plan.fields
                if isinstance(plan.empty[field.name], str)
            },
            "pilot_size": "50",
            "budget": "100",
            "tasks": ((NASTY, NASTY, "1", "2", "30"),),
            "stakeholders": ((NASTY, "individual", "2", "9", NASTY),),
            "process": ((NASTY, NASTY, "3", "grown anew there"),),
        }
    )
    stored = {"format": 1, "answers": answers, "exported": {}}
    (form.folder / f"{plan.file}.json").write_text(json.dumps(stored), encoding="utf-8")
    run_all(form.page)
    expect(form.status).to_contain_text("Your answers of last time")
    form.root.get_by_role("button", name="Save as web page and Markdown", exact=True).click()
    expect(form.status).to_contain_text(f"{plan.file}.html")

    shown, ran = classroom.context.new_page(), []
    shown.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    shown.goto((form.folder / f"{plan.file}.html").as_uri())
    shown.locator(".js-plotly-plot .main-svg").last.wait_for()
    shown.wait_for_timeout(500)
    assert ran == []
    assert shown.locator("img").count() == 0
    assert NASTY in shown.locator("body").inner_text()
    shown.close()
