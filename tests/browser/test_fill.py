"""An answer that is chosen with the keyboard is in the answer cell, runs, and passes its check."""

from pprint import pformat

import lab
import nbformat
import pytest
from conftest import notebook_of
from playwright.sync_api import expect
from test_accessible import grave

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHECKS = """\
from types import SimpleNamespace
from scaling import checking, fill
from scaling.checking import choice, estimate, matching, ordering, several
truth = {"a": False, "b": True, "c": False}
these = {"a": True, "b": False, "c": True}
pairs = {"1": "b", "2": "a", "3": "b"}
rank = {"a": 3, "b": 1, "c": 4, "d": 2}
check = SimpleNamespace(
    reading=choice(name="reading", expected=lambda: truth, meaning="Read."),
    both=several(name="both", expected=lambda: these, meaning="Both."),
    promise=ordering(name="promise", expected=lambda: rank, meaning="In order."),
    cases=matching(name="cases", expected=lambda: pairs, options="abc", meaning="All matched."),
    guess=estimate(name="guess", expected=lambda: 200, meaning="About 200 kg."),
)
checking.watch()"""
WRITTEN = "Written into the cell below. Run it with Shift+Enter."
# The cell that fills in, the first control, the keys that are pressed on it, and the line.
KINDS = {
    "reading": (
        'fill.choice("reading", "abc")',
        ("radio", "a"),
        ["Space", "ArrowDown"],
        'reading = "b"',
    ),
    "both": (
        'fill.several("both", "abc")',
        ("checkbox", "a"),
        ["Space", "Tab", "Tab", "Space"],
        'both = "a c"',
    ),
    # From a b c d: b up, d up twice.
    "promise": (
        'fill.order("promise", "abcd")',
        ("button", "Move b up"),
        ["Enter", *["Tab"] * 6, "Enter", "Enter"],
        'promise = "b d a c"',
    ),
    "cases": (
        'fill.match("cases", "123", "abc")',
        ("combobox", "Letter for 1"),
        ["b", "Tab", "a", "Tab", "b"],
        'cases = "1b 2a 3b"',
    ),
    "guess": (
        'fill.number("guess", unit="kg")',
        ("textbox", "guess, in kg"),
        ["1", "8", "0", "Enter"],
        "guess = 180",
    ),
}
every_kind = pytest.mark.parametrize("name", KINDS)


def questions():
    """A notebook with a question of each kind: cells to fill in, to answer and to check."""
    nb = notebook_of(CHECKS)
    for name, (source, *_) in KINDS.items():
        for part, code in (
            ("fill", source),
            ("answer", f"{name} = ..."),
            ("check", f"check.{name}.credit({name}, 2)"),
        ):
            nb.cells.append(nbformat.v4.new_code_cell(code, id=f"{name}-{part}"))
    return nb


@pytest.fixture(scope="module")
def page(classroom):
    page = classroom.open("exercises/fill.ipynb", notebook=questions())
    lab.select(page, "cell-0")
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-cell')")
    for name in KINDS:
        lab.select(page, f"{name}-fill")
        page.evaluate("() => jupyterapp.commands.execute('notebook:run-cell')")
        expect(group(page, name)).to_be_visible()
    yield page
    lab.close(page)


def group(page, name):
    return page.get_by_role("group", name=f"Fill in {name}", exact=True)


def source(page, cell_id):
    """The text of a cell, as the notebook's own model has it."""
    return page.evaluate(
        """(id) => jupyterapp.shell.currentWidget.content.widgets
          .find((cell) => cell.model.id === id).model.sharedModel.source""",
        cell_id,
    )


def rewrite(page, cell_id, text):
    page.evaluate(
        """([id, text]) => jupyterapp.shell.currentWidget.content.widgets
          .find((cell) => cell.model.id === id).model.sharedModel.setSource(text)""",
        [cell_id, text],
    )


@every_kind
def test_by_keyboard_alone_it_is_written_run_and_found_right(page, name):
    _, (role, label), keys, line = KINDS[name]
    shown = group(page, name)
    lab.select(page, f"{name}-fill").locator(".cm-content").click()
    page.keyboard.press("Escape")
    lab.tab_to(page, shown.get_by_role(role, name=label, exact=True))
    for key in keys:
        page.keyboard.press(key)
        assert shown.evaluate("(node) => node.contains(document.activeElement)"), key
    expect(shown.get_by_role("status")).to_have_text(f"{line}. {WRITTEN}")
    assert source(page, f"{name}-answer") == line
    page.keyboard.press("Shift+Enter")  # the answer, though the focus is above it
    page.keyboard.press("Shift+Enter")  # and its check, which is chosen then
    said = lab.select(page, f"{name}-check").locator(".jp-OutputArea-output").first
    expect(said).to_contain_text("✔")


def test_every_control_has_a_name(page):
    for name in KINDS:
        for control in group(page, name).locator("button, input, select").all():
            if control.is_visible():
                assert control.evaluate(
                    "(node) => node.ariaLabel || node.labels?.[0]?.textContent || node.textContent"
                ).strip()


def test_what_was_written_can_be_undone_and_is_saved_with_the_notebook(page):
    before = source(page, "both-answer")
    group(page, "both").get_by_role("checkbox", name="b").click()
    assert source(page, "both-answer") == 'both = "a b c"'
    assert page.evaluate("() => jupyterapp.shell.currentWidget.context.model.dirty")
    lab.select(page, "both-answer").locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+z")
    assert source(page, "both-answer") == before
    group(page, "both").get_by_role("checkbox", name="b").click()
    group(page, "both").get_by_role("checkbox", name="b").click()
    page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")
    saved = nbformat.read(page.copy / "exercises/fill.ipynb", as_version=4)
    assert next(cell for cell in saved.cells if cell.id == "both-answer").source == 'both = "a b c"'


@pytest.mark.parametrize(
    "typed",
    [
        'reading = "a"\nreading = "c"',
        'reading = "a"  # because of the picture',
        "# I am not sure.\nreading = ...",
        "print(1)",
        "reading == 3",
        "",
    ],
)
def test_what_a_learner_has_typed_is_never_overwritten(page, typed):
    rewrite(page, "reading-answer", typed)
    shown = group(page, "reading")
    shown.get_by_role("radio", name="b").click()
    shown.get_by_role("radio", name="c").click()
    expect(shown.get_by_role("status")).not_to_contain_text("Written")
    expect(shown.locator("code")).to_have_text('reading = "c"')
    shown.get_by_role("radio", name="a").click()
    expect(shown.locator("code")).to_have_text('reading = "a"')
    assert source(page, "reading-answer") == typed
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown.get_by_role("button", name="Copy the line").click()
    expect(shown.get_by_role("status")).to_contain_text("Copied.")
    assert page.evaluate("() => navigator.clipboard.readText()") == 'reading = "a"'
    rewrite(page, "reading-answer", "reading = ...")
    shown.get_by_role("radio", name="c").click()
    assert source(page, "reading-answer") == 'reading = "c"'


def test_shown_again_it_takes_up_what_the_answer_cell_holds(page):
    held = {
        "reading": 'reading = "b"',
        "both": "both = ['b', 'C']",
        "promise": 'promise = "d, c, b, a"',
        "cases": 'cases = "1-c 3-a"',
        "guess": "guess = 42",
    }
    for name, line in held.items():
        rewrite(page, f"{name}-answer", line)
        group(page, name).evaluate("(node) => node.classList.add('old')")
        lab.select(page, f"{name}-fill")
        page.evaluate("() => jupyterapp.commands.execute('notebook:run-cell')")
        page.locator(".scaling-fill.old").wait_for(state="detached")
    expect(group(page, "reading").get_by_role("radio", name="b")).to_be_checked()
    boxes = group(page, "both").get_by_role("checkbox")
    expect(boxes.nth(1)).to_be_checked()
    assert [box.is_checked() for box in boxes.all()] == [False, True, True]
    expect(group(page, "promise").get_by_role("listitem")).to_contain_text(list("dcba"))
    menus = group(page, "cases").get_by_role("combobox").all()
    assert [menu.input_value() for menu in menus] == ["c", "", "a"]
    expect(group(page, "guess").get_by_role("textbox")).to_have_value("42")
    assert {name: source(page, f"{name}-answer") for name in held} == held


def test_what_is_no_number_is_told_so_and_not_written(page):
    rewrite(page, "guess-answer", "guess = ...")
    shown = group(page, "guess")
    shown.get_by_role("textbox").fill("about 12")
    shown.get_by_role("button", name="Write this number").click()
    expect(shown.get_by_role("alert")).to_contain_text("Type digits only")
    assert source(page, "guess-answer") == "guess = ..."


def test_nothing_serious_is_found_in_either_theme(page):
    found = {}
    for theme, is_light in (("JupyterLab Dark", "false"), ("JupyterLab Light", "true")):
        page.evaluate(
            "(name) => jupyterapp.commands.execute('apputils:change-theme', {theme: name})", theme
        )
        page.wait_for_function("(is) => document.body.dataset.jpThemeLight === is", arg=is_light)
        found[theme] = grave(page)
    assert not any(found.values()), pformat(found)
