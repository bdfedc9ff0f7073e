"""The exercises as pages: complete, nothing of the answers in them, and an editor to write in."""

import gzip
import hashlib
import html
import json
import re
import sys
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from scaling.web import exercises, reworded

sys.path.insert(0, str(Path(__file__).parent))
from reader import opened
from test_book import OF_JUPYTER

ROOT = Path(__file__).parents[2]
RELEASED = exercises.notebooks(ROOT)
BETWEEN = re.compile(r"[*`$|_#>]+|<[^>]*>|\n|^- ", re.MULTILINE)  # what Markdown takes for its own
MARKER = re.compile(r"^\s*(#+|=+) (BEGIN|END) ")


def cells(name, folder="exercises"):
    return nbformat.read(ROOT / folder / name / f"{name}-exercise.ipynb", as_version=4).cells


def shown(source):
    """The text of a page without its tags, with every gap as one space."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", source)).replace("’", "'").split())


def page_of(site, name):
    return (site / f"exercise-{name}.html").read_text(encoding="utf-8")


# ---------------------------------------------------------------- without a site


def test_every_passage_that_is_reworded_is_in_an_exercise():
    texts = [cell.source for name in RELEASED for cell in cells(name)]
    assert reworded.left_behind(texts, reworded.OF_EXERCISES) == []


def test_the_exercises_of_the_site_do_not_speak_of_cells_and_kernels():
    texts = [
        reworded.reworded(cell.source, reworded.OF_EXERCISES)
        for name in RELEASED
        for cell in cells(name)
        if cell.cell_type == "markdown"
    ]
    assert len(texts) > 150
    assert [found[0] for text in texts for found in OF_JUPYTER.finditer(text)] == []


def test_understand_and_compute_of_each_lesson_are_side_by_side():
    lessons = [name.removesuffix("-understand") for name in RELEASED]
    assert lessons[::2] == lessons[1::2] == sorted(set(lessons))
    assert list(RELEASED)[::2] == [f"{lesson}-understand" for lesson in lessons[::2]]


@pytest.mark.parametrize("name", RELEASED)
def test_given_cells_show_what_they_show_without_any_answer(name, monkeypatch):
    # How an explorable looks is drawn with the stand-ins of the web edition, which are not here.
    monkeypatch.setattr(exercises.still, "of", lambda found, page: iter(()))
    page = exercises.Exercise(name, cells(name))
    made = "".join(str(part) for part in page.parts())
    assert made.count("<scaling-cell ") == sum(
        cell.cell_type == "code" or cell.id.endswith("-judgement-answer") for cell in page.cells
    )
    assert page.without_output == []


def test_a_cell_that_needs_an_answer_shows_its_code_only():
    needs_answer = nbformat.v4.new_code_cell("print('so far')\npeople + 1", id="m0-more")
    page = exercises.Exercise("00-none", [needs_answer])
    made = "".join(map(str, page._given(needs_answer)))
    assert page.without_output == ["m0-more"]
    assert "people + 1" in made and "```text" not in made


# ---------------------------------------------------------------- the built site

RELEASES = "\n".join(cell.source for name in RELEASED for cell in cells(name))
SHORTEST = 12  # letters of a line that is looked for; less, and a page says it for another reason
OF_THE_SITE = (".html", ".js", ".css", ".json", ".ipynb", ".txt")


def hidden_in(name):
    """The lines of a solution that no release holds: answers and hidden tests."""
    lines = [line for cell in cells(name, "solutions") for line in cell.source.splitlines()]
    stripped = {line.strip() for line in lines if not MARKER.search(line)}
    return {
        " ".join(line.split())
        for line in stripped
        if len(line) >= SHORTEST and line not in RELEASES
    }


@pytest.fixture(scope="module")
def everything(site):
    """All texts of the site by file, those of pages without tags, except other people's scripts."""
    found = {}
    for file in site.rglob("*"):
        if file.suffix in OF_THE_SITE and "libraries" not in file.parts:
            text = file.read_text(encoding="utf-8")
            is_page = file.suffix == ".html"
            found[file.relative_to(site)] = shown(text) if is_page else " ".join(text.split())
    return found


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", RELEASED)
def test_no_answer_and_no_hidden_test_is_in_the_site(everything, name):
    answers = [cell.id for cell in cells(name) if cell.id.endswith("-answer")]
    hidden = hidden_in(name)
    assert len(hidden) >= len(answers) - 1  # A judgement has no answer.
    assert len(everything) > 50
    found = {(line, file) for line in hidden for file, text in everything.items() if line in text}
    assert found == set()


@pytest.mark.browser
@pytest.mark.slow
def test_the_pack_of_the_course_holds_checks_but_no_solution(site):
    """Each ``checks.py`` travels, as it is on the disk of a learner who works in JupyterLab."""
    (file,) = site.glob("_web/runtime/course-*.pack.gz")
    index, _, body = gzip.decompress(file.read_bytes()).partition(b"\n")
    names = [name for name, _ in json.loads(index)]
    assert [name for name in names if "solutions" in name] == []
    assert len([name for name in names if name.endswith("/checks.py")]) >= len(RELEASED)
    text = " ".join(body.decode("utf-8").split())
    tests = {line for name in RELEASED for line in hidden_in(name) if ".again(" in line}
    assert len(tests) > 20
    assert [line for line in tests if line in text] == []


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", RELEASED)
def test_a_page_holds_every_cell_once_and_its_notebook_byte_for_byte(site, name):
    page = page_of(site, name)
    ids = re.findall(r"data-id='([^']+)'", page)
    assert ids == [cell.id for cell in cells(name)]
    assert [one for one in ids if page.count(f"id='{one}'") != 2] == []  # id and data-id
    released = RELEASED[name].read_bytes()
    assert (site / f"exercises/{name}-exercise.ipynb").read_bytes() == released
    assert f"data-release='{hashlib.sha256(released).hexdigest()[:12]}'" in page


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", RELEASED)
def test_a_page_without_scripts_holds_what_its_notebook_says(site, name):
    page = page_of(site, name)
    text = shown(page)
    for cell in cells(name):
        if cell.cell_type == "code" and ".show(" not in cell.source and "fill." not in cell.source:
            assert " ".join(cell.source.replace("# ", "").split()) in text.replace("# ", "")
    assert f"exercises/{name}-exercise.ipynb' download>" in page
    passages = [
        " ".join(part.split()).replace("’", "'")
        for cell in cells(name)
        if cell.cell_type == "markdown"
        for part in BETWEEN.split(reworded.reworded(cell.source, reworded.OF_EXERCISES))
    ]
    long = [part for part in passages if len(part) > 40 and "\\" not in part]
    assert len(long) > 40
    assert [part for part in long if part not in text] == []


# ---------------------------------------------------------------- the editor

STUB = 'raise NotImplementedError("Not done yet: replace this line with your answer.")'
# An editor of its own between two buttons, so that the keyboard can be followed out of it.
MAKE = """async ([text, kind]) => {
  const { href } = document.querySelector("link[href$='/web.css']");
  const { makeEditor } = await import(new URL("editor.js", href).href);
  const place = document.createElement("article");
  place.innerHTML = "<button>before</button><div></div><button>after</button>";
  document.body.prepend(place);
  window.typed = [];
  window.runs = 0;
  window.editor = makeEditor({
    parent: place.children[1], text, label: "Question 1: your answer", kind,
    onChange: (now) => typed.push(now), onRun: () => (runs += 1),
  });
}"""
FOCUSED = "document.activeElement.textContent"


@pytest.fixture
def editor(visit):
    def make(text=STUB, kind="python", context=None):
        page = visit("glossary.html", *([context] if context else []))
        page.evaluate(MAKE, [text, kind])
        return page

    return make


def text_in(page):
    return page.evaluate("editor.text")


@pytest.mark.browser
@pytest.mark.slow
def test_python_is_typed_with_its_indentation_and_brackets(editor):
    page = editor("")
    page.evaluate("editor.focus()")
    page.keyboard.type("def pairs(n):")
    page.keyboard.press("Enter")
    page.keyboard.type("return (n")
    assert text_in(page) == "def pairs(n):\n    return (n)"
    assert page.evaluate("typed.at(-1)") == text_in(page)
    page.keyboard.press("ControlOrMeta+z")
    assert text_in(page) != "def pairs(n):\n    return (n)"


@pytest.mark.browser
@pytest.mark.slow
def test_tab_moves_in_and_leaves_after_escape(editor):
    page = editor("x = 1")
    hint = page.locator(f"#{page.locator('.cm-content').get_attribute('aria-describedby')}")
    assert "Escape, then Tab" in hint.text_content()
    page.evaluate("editor.focus()")
    page.keyboard.press("Tab")
    assert text_in(page) == "    x = 1"
    page.keyboard.press("Shift+Tab")
    assert text_in(page) == "x = 1"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "after"
    page.evaluate("editor.focus()")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUSED) == "before"
    page.evaluate("editor.focus()")
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    assert text_in(page) == "    x = 1"


@pytest.mark.browser
@pytest.mark.slow
def test_tab_leaves_a_text_at_once(editor):
    page = editor("*Write your answer here.*", "text")
    page.evaluate("editor.focus()")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "after"


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["python", "text"])
def test_shift_and_enter_run_it_and_change_nothing(editor, kind):
    page = editor("x = 1", kind)
    page.evaluate("editor.focus()")
    page.keyboard.press("Shift+Enter")
    assert page.evaluate("[runs, typed.length]") == [1, 0]
    assert text_in(page) == "x = 1"


@pytest.mark.browser
@pytest.mark.slow
def test_a_text_that_is_put_there_does_not_count_as_typed(editor):
    page = editor("x = 1")
    page.evaluate("editor.text = 'y = 2'")
    assert (text_in(page), page.evaluate("typed")) == ("y = 2", [])
    page.evaluate("editor.setReadOnly(true); editor.focus()")
    page.keyboard.type("z")
    assert text_in(page) == "y = 2"
    page.evaluate("editor.setReadOnly(false)")
    page.keyboard.type("z")
    assert page.evaluate("typed") == ["zy = 2"]


@pytest.mark.browser
@pytest.mark.slow
def test_axe_finds_nothing_in_an_editor_of_either_kind_and_theme(editor):
    for kind, text in (
        ("python", f"# A note\ndef f(n):\n    x = 'a'\n    {STUB}"),
        ("text", "So."),
    ):
        page = editor(text, kind)
        for theme in ("light", "dark"):
            page.evaluate("(theme) => { document.body.dataset.theme = theme; }", theme)
            rules = Axe().run(page, context={"include": [["article"]]}).response
            assert rules["passes"]
            assert [rule["help"] for rule in rules["violations"]] == []


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["python", "text"])
def test_a_phone_does_not_enlarge_the_page_for_an_editor(editor, chromium, kind):
    context = chromium.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    page = editor(STUB, kind, context)
    size = page.locator(".cm-content").evaluate(
        "(node) => parseFloat(getComputedStyle(node).fontSize)"
    )
    assert size >= 16  # pixels, below which Safari enlarges what gets the focus
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    context.close()


# ---------------------------------------------------------------- the page with its scripts

# A page of each kind, with tables and with every kind of field.
OFTEN = ("03-size-and-context", "03-size-and-context-understand")
LARGEST = 1_500_000  # bytes of a page before the runtime, as for a lesson
SHIFTS = """window.shifts = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) shifts += one.value;
}).observe({ type: "layout-shift", buffered: true });"""


def alive(page):
    page.locator("scaling-exercise.scaling-alive").wait_for(state="attached")
    page.locator(".cm-editor").first.wait_for()
    return page


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in OFTEN else [pytest.mark.thorough])
        for name in RELEASED
    ],
)
def test_a_page_is_small_fits_and_keeps_still(chromium, server, name, width):
    context = chromium.new_context(viewport={"width": width, "height": 900})
    context.add_init_script(SHIFTS)
    page = alive(opened(context, f"{server.address}/exercise-{name}.html"))
    page.wait_for_timeout(300)  # milliseconds, in which something might still move
    assert page.evaluate("shifts") < 0.05
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    sizes = "performance.getEntries().map((one) => one.transferSize ?? 0)"
    assert 0 < sum(page.evaluate(sizes)) < LARGEST
    assert page.faults == []
    context.close()


# The control that is used first, the keys that are pressed on it, and the line that is written.
FILLED = {
    "assembly": (("combobox", "Letter for 1"), ["b", "Tab", "a"], 'assembly = "1b 2a"'),
    "promise": (("button", "Move b up"), ["Enter"], 'promise = "b a c d"'),
    "many_clinics": (
        ("textbox", "many_clinics, in points"),
        ["1", "2", "Enter"],
        "many_clinics = 12",
    ),
    "hostels": (("radio", "a"), ["Space", "ArrowDown"], 'hostels = "b"'),
    "change_mind": (("checkbox", "a"), ["Space", "Tab", "Tab", "Space"], 'change_mind = "a c"'),
}


@pytest.fixture
def understand(chromium, server):
    context = chromium.new_context(viewport={"width": 800, "height": 900})
    yield alive(opened(context, f"{server.address}/exercise-03-size-and-context-understand.html"))
    context.close()


def answer_of(page, name):
    return page.evaluate(
        "(name) => [...document.querySelectorAll('scaling-cell[data-kind=answer]')]"
        ".map((cell) => cell.text).find((text) => text.includes(`${name} =`))",
        name,
    )


@pytest.mark.browser
@pytest.mark.slow
def test_what_is_filled_in_by_keyboard_is_the_answer_and_is_kept(understand):
    for name, ((role, label), keys, line) in FILLED.items():
        group = understand.get_by_role("group", name=f"Fill in {name}", exact=True)
        group.get_by_role(role, name=label, exact=True).focus()
        for key in keys:
            understand.keyboard.press(key)
        expect(group.get_by_role("status")).to_have_text(f"{line}. Written below.")
        assert answer_of(understand, name) == line
    understand.reload()
    alive(understand)
    assert [answer_of(understand, name) for name in FILLED] == [
        line for *_, line in FILLED.values()
    ]
    group = understand.get_by_role("group", name="Fill in hostels", exact=True)
    expect(group.get_by_role("radio", name="b")).to_be_checked()


@pytest.mark.browser
@pytest.mark.slow
def test_what_is_typed_into_an_answer_is_shown_and_never_overwritten(understand):
    group = understand.get_by_role("group", name="Fill in hostels", exact=True)
    editor = understand.locator("scaling-cell[data-id=u3-hostels-answer] .cm-content")
    editor.fill('hostels = "c"')
    expect(group.get_by_role("radio", name="c")).to_be_checked()
    editor.fill('hostels = "c"  # as I think')
    group.get_by_role("radio", name="a").click()
    expect(group.get_by_role("status")).to_contain_text("more than one short line")
    expect(group.locator("code")).to_have_text('hostels = "a"')
    assert answer_of(understand, "hostels") == 'hostels = "c"  # as I think'
