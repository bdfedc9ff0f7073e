"""Exercises answered in the site: run, checked, stopped and kept, by mouse and by keyboard."""

import contextlib
import io
import itertools
import json
import re
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from playwright.sync_api import expect

from scaling.checking import Hint, choice, function, matching, ordering, several, table
from scaling.checking.kinds import PRINTED
from scaling.checking.variants import token_for
from scaling.grading import varying
from scaling.scaling_down import checks as checks_4
from scaling.scaling_down.understand import checks as understand_4
from scaling.size_context import checks as checks_3
from scaling.size_context.understand import checks as understand_3

sys.path.insert(0, str(Path(__file__).parent))
from reader import PATIENCE, forget_all, opened
from test_pages import grave

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
NAME = "03-size-and-context"
EXERCISES = [folder.name for folder in sorted(ROOT.glob("exercises/[0-9]*"))]
RIGHT = "def pairs(n):\n    return n * (n - 1) / 2"
TWICE = "def pairs(n):\n    return n * (n - 1)"
LOOP = "while True:\n    pass"
SAYS = "print('before')\ndisplay({'text/html': '<b>a table</b>'}, raw=True)\nprint('in it', end='')"
READY = "Python is ready."
KEY = f"does-it-scale-exercises/{NAME}"


# ---------------------------------------------------------------- what a reader does


def visit_exercise(context, server, name=NAME):
    page = opened(context, f"{server.address}/exercise-{name}.html")
    page.locator("scaling-exercise.scaling-alive").wait_for(state="attached")
    return page


def ready(page):
    """Wait for Python, which begins by itself where it is on the device."""
    page.locator("scaling-exercise.scaling-alive").wait_for(state="attached")
    start = page.get_by_role("button", name="Start Python")
    if start.is_visible():
        start.click()
    expect(page.locator(".scaling-state")).to_have_text(READY, timeout=PATIENCE)
    return page


def ready_alone(context, server, name):
    """Open an exercise that may be open in another window, and write here."""
    page = ready(visit_exercise(context, server, name))
    take = page.get_by_role("button", name="Use it here instead")
    if take.is_visible():
        take.click()
        expect(take).to_be_hidden()
    return page


def cell(page, name):
    return page.locator(f'scaling-cell[data-id="{name}"]')


def write(page, name, text):
    """Put a text into an editor, as if it were typed."""
    cell(page, name).evaluate("(cell, text) => { cell.text = text; }", text)


def text_of(page, name):
    return cell(page, name).evaluate("(cell) => cell.text")


def at_rest(page):
    """Wait until nothing runs, and nothing waits to be run."""
    page.evaluate("""async () => {
      const exercise = document.querySelector("scaling-exercise");
      for (let last; last !== exercise.last; ) await (last = exercise.last);
    }""")


def check(page, name):
    """Press Check, and return what is said."""
    place = cell(page, name)
    place.get_by_role("button", name="Check").click()
    at_rest(page)
    expect(place.locator(".scaling-verdict")).not_to_be_empty()
    return place.locator(".scaling-verdict").inner_text()


def points(page):
    return page.locator(".scaling-points").inner_text()


def said_here(module, source, **names):
    """What a check's cell says in this Python, where nothing stands in for a browser."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            exec(source, {"check": module, **names})
        except Hint as hint:
            print(hint)
    return out.getvalue().strip()


@pytest.fixture(scope="module")
def page(server, home):
    """Exercise 3, opened by somebody who has answered nothing."""
    forget_all(home, server.address)
    page = ready(visit_exercise(home, server))
    yield page
    page.close()


@pytest.fixture
def fresh(page):
    """The same page, with nothing answered and nothing kept."""
    page.get_by_role("button", name="Begin afresh").click()
    at_rest(page)
    page.evaluate("localStorage.clear()")
    return page


# ---------------------------------------------------------------- answers and checks


def test_a_right_answer_is_praised_counted_and_marked(fresh):
    write(fresh, "m3-pairs-answer", RIGHT)
    said = check(fresh, "m3-pairs")
    assert said == said_here(checks_3, f"{RIGHT}\ncheck.pairs(pairs)")
    assert said.startswith("✔")
    assert points(fresh) == "1 of 16 points so far"
    expect(fresh.locator("#m3-pairs-question strong").first).to_have_text("Question 2✔, right")
    # What is seen is what counts.
    write(fresh, "m3-pairs-answer", f"{RIGHT} + 1")
    assert points(fresh) == "0 of 16 points so far"
    expect(cell(fresh, "m3-pairs-answer")).to_contain_text("Changed since it ran.")


def test_the_start_page_tells_how_far_a_reader_is(fresh, server, home):
    write(fresh, "m3-pairs-answer", RIGHT)
    check(fresh, "m3-pairs")
    fresh.wait_for_function("(key) => localStorage.getItem(key) !== null", arg=KEY)
    start = opened(home, f"{server.address}/00-start-here.html")
    told = start.locator("scaling-progress li").all_inner_texts()
    assert len(told) == len(EXERCISES)
    own = "Exercise 3: Size and context – Compute 1 of 16 points so far"
    assert [text for text in told if not text.endswith("not begun")] == [own]
    start.close()
    # An answer that is blank again gives nothing, once everything was run anew.
    released = cell(fresh, "m3-pairs-answer").evaluate("(cell) => cell.released")
    write(fresh, "m3-pairs-answer", released)
    fresh.get_by_role("button", name="Run from the top").click()
    at_rest(fresh)
    assert json.loads(fresh.evaluate("(key) => localStorage.getItem(key)", f"{KEY}.points")) == {}


def test_a_slip_gets_the_hint_of_the_course(fresh):
    write(fresh, "m3-pairs-answer", TWICE)
    assert check(fresh, "m3-pairs") == said_here(checks_3, f"{TWICE}\ncheck.pairs(pairs)")
    assert points(fresh) == "0 of 16 points so far"


def test_what_is_blank_or_cannot_be_read_is_named(fresh):
    assert check(fresh, "m3-pairs").startswith("Not done yet")
    write(fresh, "m3-pairs-answer", "def pairs(n)\n    return n")
    assert "stopped with an error" in check(fresh, "m3-pairs")
    expect(cell(fresh, "m3-pairs-answer").locator(".scaling-error")).to_contain_text("SyntaxError")


def test_a_cell_changes_what_another_needs_as_in_a_notebook(fresh):
    write(fresh, "m3-pairs-answer", RIGHT)
    assert check(fresh, "m3-pairs").startswith("✔")
    cell(fresh, "m3-pairs-answer").get_by_role("button", name="Add a cell").click()
    fresh.keyboard.insert_text(TWICE)
    fresh.keyboard.press("Shift+Enter")
    assert check(fresh, "m3-pairs") == said_here(checks_3, f"{TWICE}\ncheck.pairs(pairs)")
    cell(fresh, "m3-pairs-answer").get_by_role("button", name="Run").click()
    assert check(fresh, "m3-pairs").startswith("✔")


def test_outputs_are_cleaned_folded_and_can_be_reached(fresh):
    write(
        fresh,
        "m3-pairs-answer",
        "from IPython.display import HTML, Markdown\n"
        "print('\\x1b[31mred\\x1b[0m', *range(500), sep='\\n')\n"
        "display(Markdown('**bold** <img src=x onerror=alert(1)>'))\n"
        "display(HTML('<style>*{display:none}</style><script>alert(1)</script><b>kept</b>'))\n"
        "villages.head(3)",
    )
    place = cell(fresh, "m3-pairs-answer")
    place.get_by_role("button", name="Run").click()
    at_rest(fresh)
    output = place.locator(".scaling-output")
    expect(output.locator("pre").first).to_contain_text("red\n0\n1")
    expect(output.get_by_text("more lines")).to_be_visible()
    expect(output.locator("strong")).to_have_text("bold")
    expect(output.get_by_text("kept")).to_be_visible()
    assert output.locator("script, style, [onerror]").count() == 0
    region = output.get_by_role("region", name="Question 2: table")
    region.focus()
    expect(region.locator("tbody tr")).to_have_count(3)


def test_the_words_of_a_judgement_are_counted_and_told_at_rest(fresh):
    write(fresh, "m3-judgement-answer", "One two three")
    place = cell(fresh, "m3-judgement-answer")
    expect(place.locator(".scaling-count")).to_have_text("3 words; 150 to 250 are asked for")
    told = place.get_by_role("status")
    expect(told).to_have_text("")  # not at each key
    expect(told).to_have_text("3 words; 150 to 250 are asked for")


# ---------------------------------------------------------------- texts of one's own

PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_texts_and_their_pictures_are_shown_kept_and_handed_in(fresh, tmp_path):
    given = {"seen.png": {"image/png": PICTURE}}
    nb = json.loads((ROOT / f"exercises/{NAME}/{NAME}-exercise.ipynb").read_text())
    source = "A *note*\n\n![what I saw](attachment:seen.png)<script>alert(1)</script>"
    note = {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": source}
    note["attachments"] = given
    place = next(at for at, one in enumerate(nb["cells"]) if one["id"] == "m3-pairs")
    nb["cells"].insert(place + 1, note)
    judgement = next(one for one in nb["cells"] if one["id"] == "m3-judgement-answer")
    judgement |= {"source": "Because.", "attachments": {"why.png": {"image/png": PICTURE}}}
    file = tmp_path / "mine.ipynb"
    file.write_text(json.dumps(nb))
    fresh.locator("scaling-exercise input[type=file]").set_input_files(file)
    expect(fresh.locator(".scaling-said")).to_contain_text("mine.ipynb is here now.")
    # Each comes back with another visit.
    fresh.wait_for_function("(key) => localStorage.getItem(key) !== null", arg=KEY)
    fresh.reload()
    ready(fresh)
    own = cell(fresh, "mine")
    expect(own.locator("em")).to_have_text("note")
    seen = own.get_by_role("img", name="what I saw")
    assert seen.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 1
    assert own.locator("script").count() == 0
    expect(own.get_by_role("textbox")).to_be_hidden()
    shown = cell(fresh, "m3-judgement-answer").get_by_role("img", name="why.png")
    assert shown.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 1
    # It is edited as in a notebook, by keyboard alone.
    own.get_by_role("button", name="Edit: your own cell").press("Enter")
    expect(own.get_by_role("textbox")).to_be_focused()
    fresh.keyboard.press("Control+End")
    fresh.keyboard.type(" and **more**")
    fresh.keyboard.press("Shift+Enter")
    expect(own.locator("strong")).to_have_text("more")
    expect(own.get_by_role("button", name="Edit: your own cell")).to_be_focused()
    with fresh.expect_download() as download:
        fresh.get_by_role("button", name="Download my notebook").click()
    cells = {one["id"]: one for one in json.loads(Path(download.value.path()).read_text())["cells"]}
    assert cells["mine"]["attachments"] == given
    assert "".join(cells["mine"]["source"]) == note["source"] + " and **more**"
    assert cells["m3-judgement-answer"]["attachments"] == judgement["attachments"]
    # What was replaced is among the earlier versions, pictures and all.
    fresh.get_by_role("button", name="Begin afresh").click()
    at_rest(fresh)
    assert own.count() == shown.count() == 0
    fresh.get_by_role("button", name="Earlier versions").click()
    fresh.locator("#scaling-versions summary").first.click()
    fresh.get_by_role("button", name="Go back to this").first.click()
    expect(seen).to_be_visible()
    expect(shown).to_be_visible()
    fresh.get_by_role("button", name="Earlier versions").click()


def test_data_of_ones_own_come_with_a_notebook_and_go_with_it(fresh, tmp_path):
    nb = nbformat.read(ROOT / f"exercises/{NAME}/{NAME}-exercise.ipynb", as_version=4)
    varying.Vary().preprocess(nb, {})
    token = token_for(b"the secret of a course", "alex")
    varying.with_token(nb, token)
    file = tmp_path / "alex.ipynb"
    nbformat.write(nb, file)
    fresh.locator("scaling-exercise input[type=file]").set_input_files(file)
    expect(fresh.locator(".scaling-said")).to_contain_text("alex.ipynb is here now.")
    # None of its cells is run by hand.
    write(fresh, "m3-voice-answer", "voice = 90 / 48")
    assert check(fresh, "m3-voice") == PRINTED
    own = checks_3.mine.values(token)
    shown = cell(fresh, "m3-mine-voice-question").locator(".scaling-output")
    expect(shown).to_contain_text(f"{own['guests']} guests")
    write(fresh, "m3-voice-answer", "voice = mine.meeting_minutes / mine.guests")
    assert check(fresh, "m3-voice").startswith("✔")
    # Begun afresh, it is the exercise of all.
    fresh.get_by_role("button", name="Begin afresh").click()
    at_rest(fresh)
    write(fresh, "m3-voice-answer", "voice = 90 / 48")
    assert check(fresh, "m3-voice").startswith("✔")


# ---------------------------------------------------------------- loops, reloads


def test_an_endless_loop_is_stopped_and_the_answers_are_kept(fresh):
    write(fresh, "m3-pairs-answer", RIGHT)
    assert check(fresh, "m3-pairs").startswith("✔")
    write(fresh, "m3-alive-share-answer", f"{SAYS}\n{LOOP}")
    place = cell(fresh, "m3-alive-share-answer")
    place.get_by_role("button", name="Run").click()
    output = place.locator(".scaling-output")
    expect(output).to_have_text("beforea tablein it")  # while it runs
    table = output.locator("b").element_handle()
    fresh.locator(".scaling-strip").get_by_role("button", name="Stop").click()
    expect(output).to_have_text("beforea tablein itIt was stopped here.")
    assert table.is_visible()  # It was not drawn anew.
    expect(place.locator(".scaling-note")).to_have_text("Stopped.")
    expect(fresh.locator(".scaling-state")).to_contain_text("was stopped", timeout=PATIENCE)
    # Everything else has run again by itself.
    assert points(fresh) == "1 of 16 points so far"
    assert check(fresh, "m3-pairs").startswith("✔")
    fresh.evaluate("document.querySelector('scaling-exercise').limit = 500")
    place.get_by_role("button", name="Run").click()
    expect(output).to_have_text(
        "beforea tablein itIt was stopped here, because it took more than 0.5 seconds. "
        "Is there a loop that does not end?",
        timeout=PATIENCE,
    )
    expect(place.locator(".scaling-note")).to_have_text("Stopped after 0.5 seconds.")
    fresh.evaluate("document.querySelector('scaling-exercise').limit = 30000")
    at_rest(fresh)
    assert text_of(fresh, "m3-alive-share-answer") == f"{SAYS}\n{LOOP}"

    fresh.reload()
    ready(fresh)
    assert text_of(fresh, "m3-pairs-answer") == RIGHT
    assert points(fresh) == "1 of 16 points so far"
    expect(cell(fresh, "m3-alive-share-answer").locator(".scaling-note")).to_contain_text("Not run")


def test_a_check_that_does_not_end_is_not_run_again_by_itself(fresh):
    write(fresh, "m3-pairs-answer", RIGHT)
    assert check(fresh, "m3-pairs").startswith("✔")
    write(fresh, "m3-pairs-answer", "def pairs(n):\n    while True:\n        pass")
    place = cell(fresh, "m3-pairs")
    place.get_by_role("button", name="Check").click()
    place.get_by_role("button", name="Stop").click()
    expect(fresh.locator(".scaling-state")).to_contain_text("was stopped", timeout=PATIENCE)
    at_rest(fresh)
    expect(place.locator(".scaling-verdict")).to_be_empty()
    expect(place.locator(".scaling-output")).to_have_text("It was stopped here.")
    assert points(fresh) == "0 of 16 points so far"


def test_an_explorable_on_the_page_comes_back_after_a_stop(server, home):
    page = ready(visit_exercise(home, server, "03-size-and-context-understand"))
    place = page.locator('scaling-live[data-page="size_context.joining_up.explorable"]')
    place.locator("button[data-part=skip]:visible, button[data-part=open]:visible").click()
    page.locator("scaling-live.scaling-alive").wait_for(timeout=PATIENCE)
    write(page, "u3-assembly-answer", LOOP)
    cell(page, "u3-assembly-answer").get_by_role("button", name="Run").click()
    page.locator(".scaling-strip").get_by_role("button", name="Stop").click()
    expect(place.locator(".scaling-note")).to_contain_text("begun anew", timeout=PATIENCE)
    expect(place.locator(".scaling-words").first).not_to_be_empty()
    at_rest(page)
    page.evaluate("localStorage.clear()")
    page.close()


# ---------------------------------------------------------------- what is kept


def test_earlier_versions_can_be_seen_and_gone_back_to(fresh):
    for text in (TWICE, RIGHT):
        write(fresh, "m3-pairs-answer", text)
        check(fresh, "m3-pairs")
    opener = fresh.get_by_role("button", name="Earlier versions")
    opener.click()
    versions = fresh.locator("#scaling-versions > ol > li")
    expect(versions).to_have_count(2)
    versions.last.locator("summary").click()
    expect(versions.last).to_contain_text("Other than now: Question 2.")
    expect(versions.last.locator("pre")).to_have_text(TWICE)
    versions.last.get_by_role("button", name="Go back to this").click()
    assert text_of(fresh, "m3-pairs-answer") == TWICE
    expect(opener).to_be_focused()
    versions.nth(0).locator("summary").click()
    versions.nth(0).get_by_role("button", name="Go back to this").click()
    assert text_of(fresh, "m3-pairs-answer") == RIGHT
    opener.click()


def test_ten_states_are_kept_and_runs_do_not_displace_all_others(page):
    kept = page.evaluate(
        """async (scripts) => {
      const { Draft } = await import(`${scripts}/drafts.js`);
      const draft = new Draft("99-test", "r", new Map([["a", "released"]]));
      const change = (source, why) => { draft.setAnswer("a", source); draft.snapshot(why); };
      change("opened", "before it was begun afresh");
      for (let run = 0; run < 20; run++) change(`${run}`, "before a run");
      const found = new Draft("99-test", "r", new Map([["a", "released"]])).history();
      return found.map(({ answers, why }) => [answers.a, why]);
    }""",
        page.evaluate("document.querySelector('script[src$=\"exercise.js\"]').src").rpartition("/")[
            0
        ],
    )
    assert 7 <= len(kept) <= 10
    assert [text for text, _ in kept[:6]] == ["19", "18", "17", "16", "15", "14"]
    assert kept[-1] == ["opened", "before it was begun afresh"]


def test_an_answer_without_a_place_in_this_release_becomes_an_own_cell(server, new_home):
    page = opened(new_home, f"{server.address}/your-files.html")
    answers = {"m3-gone-answer": "gone = 1", "m3-pairs-answer": RIGHT}
    state = {"format": 1, "release": "older", "saved": "", "answers": answers, "own": []}
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, json.dumps(state)])
    page.goto(f"{server.address}/exercise-{NAME}.html")
    page.locator("scaling-exercise.scaling-alive").wait_for(state="attached")
    assert text_of(page, "m3-pairs-answer") == RIGHT
    assert text_of(page, "kept-m3-gone-answer") == "gone = 1"
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, "{broken"])
    page.reload()
    expect(page.locator(".scaling-said")).to_contain_text("cannot be read")
    aside = page.evaluate("Object.entries(localStorage).filter(([key]) => key.includes('aside'))")
    assert [text for _, text in aside] == ["{broken"]


WITHOUT_LOCKS = "Object.defineProperty(navigator, 'locks', { value: undefined });"


@pytest.mark.parametrize("has_locks", [True, False], ids=["with locks", "without locks"])
def test_two_windows_do_not_overwrite_each_other(chromium, server, has_locks):
    context = chromium.new_context()
    if not has_locks:
        context.add_init_script(WITHOUT_LOCKS)
    one = visit_exercise(context, server)
    write(one, "m3-pairs-answer", "typed in the first")
    one.evaluate("document.querySelector('scaling-exercise').draft.flush()")
    other = visit_exercise(context, server)
    take = "Use it here instead"
    if has_locks:
        expect(other.locator(".scaling-said")).to_contain_text("open in another window")
        other.get_by_role("button", name=take).click()
    else:
        write(other, "m3-pairs-answer", "typed in the other")
    expect(one.locator(".scaling-said")).to_contain_text("open in another window")
    expect(one.get_by_role("button", name=take)).to_be_visible()
    expect(cell(one, "m3-pairs-answer").locator(".cm-content")).to_have_attribute(
        "aria-readonly", "true"
    )
    write(one, "m3-pairs-answer", "lost?")  # The page itself would not take it.
    kept = "typed in the first" if has_locks else "typed in the other"
    assert text_of(other, "m3-pairs-answer") == kept
    one.get_by_role("button", name=take).click()
    expect(other.locator(".scaling-said")).to_contain_text("open in another window")
    assert text_of(one, "m3-pairs-answer") == kept
    context.close()


FULL = """const set = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, text) {
  if (text.length > 60) throw new DOMException("full", "QuotaExceededError");
  set.call(this, key, text);
};"""
FORBIDDEN = """const get = () => { throw new DOMException("no", "SecurityError"); };
Object.defineProperty(globalThis, "localStorage", { get });"""


@pytest.mark.parametrize("storage", [FULL, FORBIDDEN], ids=["full", "forbidden"])
def test_where_nothing_can_be_kept_the_page_says_so_and_loses_nothing(chromium, server, storage):
    context = chromium.new_context()
    context.add_init_script(storage)
    page = visit_exercise(context, server)
    write(page, "m3-pairs-answer", RIGHT)
    expect(page.locator(".scaling-said")).to_contain_text("Download your notebook")
    page.get_by_role("button", name="Begin afresh").click()
    page.get_by_role("button", name="Earlier versions").click()
    page.locator("#scaling-versions summary").first.click()
    page.get_by_role("button", name="Go back to this").first.click()
    assert text_of(page, "m3-pairs-answer") == RIGHT
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my notebook").click()
    assert "n * (n - 1) / 2" in Path(download.value.path()).read_text()
    context.close()


# ---------------------------------------------------------------- for everybody


def go_to(page, place, key):
    """Press a key until the focus is at a place; out of an editor Escape leads first."""
    for _ in range(150):
        page.keyboard.press(key)
        if place.evaluate("(one) => one === document.activeElement"):
            return
        if page.evaluate("document.activeElement.closest('.cm-editor') !== null"):
            page.keyboard.press("Escape")
    expect(place).to_be_focused()


def test_from_opening_to_download_by_keyboard_alone(fresh):
    fresh.reload()  # Python is on the device, and begins by itself.
    expect(fresh.locator(".scaling-state")).to_have_text(READY, timeout=PATIENCE)
    editor = cell(fresh, "m3-pairs-answer").get_by_role("textbox")
    go_to(fresh, editor, "Tab")
    fresh.keyboard.press("Control+a")
    fresh.keyboard.type("def pairs(n):\nreturn n * (n - 1) / 2")
    fresh.keyboard.press("Shift+Enter")
    button = cell(fresh, "m3-pairs").get_by_role("button", name="Check")
    expect(button).to_be_focused()
    fresh.keyboard.press("Enter")
    verdict = cell(fresh, "m3-pairs").get_by_role("status", name="Question 2: verdict")
    expect(verdict).to_contain_text("✔")
    expect(button).to_be_focused()
    go_to(fresh, fresh.get_by_role("button", name="Download my notebook"), "Shift+Tab")
    with fresh.expect_download() as download:
        fresh.keyboard.press("Enter")
    cells = json.loads(Path(download.value.path()).read_text())["cells"]
    (answer,) = ("".join(one["source"]) for one in cells if one["id"] == "m3-pairs-answer")
    assert answer == RIGHT


def test_a_used_page_fits_a_phone_and_axe_finds_nothing_grave(fresh):
    write(fresh, "m3-pairs-answer", TWICE)
    check(fresh, "m3-pairs")
    write(fresh, "m3-alive-share-answer", f"print('{'long' * 200}')\nvillages.T")
    cell(fresh, "m3-alive-share-answer").get_by_role("button", name="Run").click()
    at_rest(fresh)
    fresh.get_by_role("button", name="Earlier versions").click()
    fresh.locator("#scaling-versions summary").first.click()
    found = {}
    for theme, width in (("light", 800), ("dark", 360)):
        fresh.set_viewport_size({"width": width, "height": 900})
        fresh.evaluate("(theme) => { document.body.dataset.theme = theme; }", theme)
        assert fresh.evaluate("document.documentElement.scrollWidth") <= width
        found |= grave(fresh)
    fresh.set_viewport_size({"width": 1280, "height": 900})
    fresh.evaluate("document.body.dataset.theme = 'auto'")
    fresh.get_by_role("button", name="Earlier versions").click()
    assert found == {}


def test_a_screen_reader_hears_of_prompt_editor_and_verdict(fresh):
    write(fresh, "m3-pairs-answer", TWICE)
    said = check(fresh, "m3-pairs")
    tree = fresh.locator("article").aria_snapshot()
    question = tree.index("Question 2")
    editor = tree.index('textbox "Question 2: answer"')
    verdict = tree.index('status "Question 2: verdict"')
    assert question < editor < verdict < tree.index(said, verdict)


# ---------------------------------------------------------------- every answer, every slip


def answers_of(name):
    """The solution's answers by the ids of their cells."""
    cells = json.loads((ROOT / f"solutions/{name}/{name}-exercise.ipynb").read_text())["cells"]
    sources = {one["id"]: "".join(one["source"]) for one in cells if one["cell_type"] == "code"}
    return {
        cell_id: re.sub(r"^[ \t]*### (BEGIN|END) SOLUTION\n?", "", source, flags=re.M).rstrip()
        for cell_id, source in sources.items()
        if "### BEGIN SOLUTION" in source
    }


@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=[] if one == NAME else [pytest.mark.thorough]) for one in EXERCISES],
)
def test_the_answers_of_a_solution_pass_every_check(server, home, name):
    page = ready_alone(home, server, name)
    for cell_id, text in answers_of(name).items():
        write(page, cell_id, text)
    page.get_by_role("button", name="Run from the top").click()
    expect(page.locator(".scaling-state")).to_contain_text("from the top", timeout=PATIENCE)
    reached, of = re.match(r"([\d.]+) of ([\d.]+) points", points(page)).groups()
    left = page.locator('scaling-cell[data-kind="check"]:not([data-state="right"])')
    assert left.evaluate_all("all => all.map((one) => one.textContent)") == []
    assert float(reached) == float(of) > 5
    page.evaluate("localStorage.clear()")
    page.close()


def wrong_answers(kind):
    """Answers, as Python writes them, that meet every slip of a check."""
    if isinstance(kind, function | table):
        call = "" if isinstance(kind, function) else "()"
        for place in range(len(kind.slips)):
            yield f"list(check.{kind.name}.slips.values())[{place}]{call}"
    elif isinstance(kind, choice):
        yield from (repr(letter) for letter, is_true in kind.expected().items() if not is_true)
    elif isinstance(kind, ordering):
        yield from (repr("".join(one)) for one in itertools.permutations(kind.expected()))
    elif isinstance(kind, matching):
        right = kind.expected()
        for item, option in itertools.product(right, sorted(set(right.values()))):
            if option != right[item]:
                yield repr(" ".join(k + v for k, v in (right | {item: option}).items()))
    elif isinstance(kind, several):
        truth = kind.expected()
        for letter in truth:
            yield repr("".join(one for one in truth if bool(truth[one]) != (one == letter)))
    else:
        for slip in kind.slips.values():
            answers = np.ravel(np.asarray(slip(), dtype=object)).tolist()
            yield from (repr(one.item() if isinstance(one, np.generic) else one) for one in answers)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "module"),
    [
        (NAME, checks_3),
        (f"{NAME}-understand", understand_3),
        ("04-scaling-down", checks_4),
        ("04-scaling-down-understand", understand_4),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_every_slip_gets_the_hint_that_it_gets_in_jupyterlab(server, home, name, module):
    page = ready_alone(home, server, name)
    differing, count = {}, 0
    cells = json.loads((ROOT / f"exercises/{name}/{name}-exercise.ipynb").read_text())["cells"]
    for one in cells:
        source = "".join(one["source"])
        found = re.match(r"check\.(\w+)", source)
        if not found or not one["metadata"].get("nbgrader", {}).get("grade"):
            continue
        kind = getattr(module, found[1])
        for answer in wrong_answers(kind):
            text = f"{kind.name} = {answer}"
            write(page, f"{one['id']}-answer", text)
            here = cell(page, one["id"]).evaluate(
                """async (cell) => {
                  await cell.exercise.check(cell);
                  await new Promise((go) => setTimeout(go, 60));
                  return cell.querySelector(".scaling-verdict").textContent;
                }"""
            )
            there = said_here(module, f"{text}\n{source}", **vars(module))
            count += 1
            if here != there:
                differing[text] = (here, there)
    assert differing == {}
    assert count > 15
    page.evaluate("localStorage.clear()")
    page.close()
