"""The pages of the site before and after they come alive."""

import re
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from scaling import recall
from scaling.explorable import all_explorables
from scaling.web import OTHER_PAGES

sys.path.insert(0, str(Path(__file__).parent))
from reader import come_alive, live, names_on, opened, words
from spoken import declared, told

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
LESSONS = [file.stem for file in sorted(ROOT.glob("course/*.ipynb"))]
# That with the game and the plan, which has explorables and questions as every other has. In
# JupyterLab, tests/browser looks at three lessons.
OFTEN = ("06-capstone",)
LARGEST = 1_500_000  # bytes of a lesson before the runtime
# Functions that tell whether what is drawn and written can be read, as in the tests of JupyterLab.
LOOK = ROOT.joinpath("tests/browser/look.js").read_text()
FAULTS = """() => [...document.querySelectorAll("scaling-live")]
  .flatMap((one) => look.faults(one).map((fault) => `${one.dataset.page}: ${fault}`))"""
SIDEWAYS = """() => [...document.querySelectorAll("scaling-live")]
  .filter((one) => [...one.querySelectorAll(".scaling-picture")]
    .some((place) => place.scrollWidth > place.clientWidth + 1))
  .map((one) => one.dataset.page)"""
# Until half a second has passed in which Python was asked nothing. By then pictures are stacked
# and have their colours.
AT_REST = """async () => {
  for (let tenths = 0; tenths < 5; tenths = scalingEngine.waiting.size ? 0 : tenths + 1) {
    await new Promise((go) => setTimeout(go, 100));
  }
}"""
# From the controls to the words beside the picture, in pixels.
TAKEN = """(place) => place.querySelector(".scaling-words").getBoundingClientRect().bottom
  - place.querySelector(".scaling-controls").getBoundingClientRect().top"""
SCREEN = 800  # pixels
PHONE = {"width": 360, "height": 640}
# Scroll until a hundred pixels of the picture have gone out of the window.
TO_THE_PICTURE = """(place) => {
  const top = place.querySelector(".scaling-picture").getBoundingClientRect().top;
  window.scrollBy({ top: top + 100, behavior: "instant" });
}"""
# What is wrong with how a control is seen: out of the window, or under something else.
IN_VIEW = """(control) => {
  const { left, top, bottom, width, height } = control.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) return `it is at ${top} to ${bottom} px`;
  const over = document.elementFromPoint(left + width / 2, top + height / 2);
  return over === control ? "" : `it is under ${over.outerHTML.slice(0, 100)}`;
}"""
SHIFT = """() => new Promise((told) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => told(sum), 300);
})"""


def grave(page):
    """Serious and critical violations in the text, with the elements they are about."""
    context = {"include": [["article"]]}
    found = Axe().run(page, context=context, options={"resultTypes": ["violations"]}).response
    assert found["passes"], "axe found nothing to look at"
    return {
        rule["help"]: [node["html"][:200] for node in rule["nodes"]]
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
    }


def test_every_explorable_of_the_course_is_on_a_page(site):
    html = "".join(file.read_text() for file in site.glob("0*.html"))
    found = re.findall(r"<scaling-live[^>]*data-page='([^']+)'", html)
    wanted = {f"{key}.explorable" for key in all_explorables()}
    assert wanted | set(OTHER_PAGES) == set(found)


def test_no_page_holds_a_script_of_its_own(site):
    for file in site.rglob("*.html"):
        html = file.read_text()
        assert "Content-Security-Policy" in html
        assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", html) == [], file.name
        assert re.findall(r"""\son[a-z]+=["']""", html) == [], file.name


def test_no_style_asks_what_the_page_around_a_picture_has(site):
    """Plotly adds an element for each word that it measures, and such rules are looked at again."""
    (sheet,) = site.glob("_web/*/web.css")
    asking = set(re.findall(r"([^\s{},]+):has\(", sheet.read_text()))
    assert asking == {"label", ".scaling-buttons", ".js-plotly-plot"}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=[] if name in OFTEN else [pytest.mark.thorough])
        for name in LESSONS
    ],
)
def lesson(request, server, home):
    """A lesson with everything on it alive, and the bytes that came before."""
    page = opened(home, f"{server.address}/{request.param}.html")
    page.before = page.evaluate(
        "performance.getEntries().filter((one) => 'transferSize' in one)"
        ".map((one) => one.transferSize)"
    )
    for name in names_on(page):
        come_alive(page, name)
    yield page
    page.close()


def test_a_lesson_comes_alive_by_keyboard_and_keeps_still(lesson, server):
    assert sum(lesson.before) < LARGEST
    for name in names_on(lesson):
        place = live(lesson, name)
        if name != "capstone.plan.plan":
            if not name.startswith(("recall.", "inventory.")):
                place.locator(".js-plotly-plot .main-svg").first.wait_for()
            expect(words(place)).not_to_be_empty()
    assert lesson.evaluate(SHIFT) < 0.05
    assert lesson.faults == []
    own = (server.address, "data:", "blob:")
    assert [url for url in lesson.requested if not url.startswith(own)] == []


def test_a_living_lesson_fits_its_page_and_axe_finds_nothing_grave(lesson):
    lesson.evaluate(LOOK)
    found = {}
    for theme, width in (("light", 1280), ("dark", 800), ("dark", 360)):
        lesson.set_viewport_size({"width": width, "height": 900})
        lesson.evaluate("(theme) => { document.body.dataset.theme = theme; }", theme)
        lesson.evaluate(AT_REST)
        assert lesson.evaluate("document.documentElement.scrollWidth") <= width
        if width != 800:  # Both themes, and the widest and the narrowest page: axe takes long.
            found |= grave(lesson)
        assert lesson.evaluate(SIDEWAYS) == []
        if faults := lesson.evaluate(FAULTS):
            found[f"{width} px, {theme}"] = faults
    assert found == {}


def test_controls_picture_and_words_fit_one_screen(lesson):
    lesson.set_viewport_size({"width": 1280, "height": SCREEN})
    lesson.evaluate(AT_REST)
    keys = [name for name in names_on(lesson) if name.endswith(".explorable")]
    taken = {key: live(lesson, key).evaluate(TAKEN) for key in keys}
    assert {key: pixels for key, pixels in taken.items() if pixels > SCREEN} == {}


def test_on_a_phone_the_control_in_use_stays_above_the_picture(lesson):
    lesson.set_viewport_size(PHONE)
    lesson.evaluate(AT_REST)
    keys = [name for name in names_on(lesson) if name.endswith(".explorable")]
    sliders = {key: live(lesson, key).locator(".scaling-control input[type=range]") for key in keys}
    assert any(found.count() for found in sliders.values())
    for key in (key for key in keys if sliders[key].count()):
        slider = sliders[key].first
        is_at_its_end = slider.evaluate("(slider) => slider.value === slider.max")
        slider.press("ArrowLeft" if is_at_its_end else "ArrowRight")
        lesson.evaluate(AT_REST)
        live(lesson, key).evaluate(TO_THE_PICTURE)
        seen = slider.evaluate(IN_VIEW)
        assert seen == "", f"{key}: {seen}"


def test_a_screen_reader_is_told_what_it_is_told_in_jupyterlab(lesson):
    for name in names_on(lesson):
        explorable = all_explorables().get(name.removesuffix(".explorable"))
        if explorable is not None:
            found = told(lesson, f'scaling-live[data-page="{name}"]', explorable)
            assert found == declared(explorable, has_predicted=True)


@pytest.fixture(scope="module")
def still_lesson(chromium, server):
    """A function that opens a lesson without scripts, once for all tests of this file."""
    context = chromium.new_context(java_script_enabled=False)
    pages = {}

    def open_once(name):
        if name not in pages:
            pages[name] = context.new_page()
            pages[name].goto(f"{server.address}/{name}.html")
        return pages[name]

    yield open_once
    context.close()


def seen_in(explorable):
    """What there is to see in each step."""

    def at(**values):
        return explorable.run(**(explorable.start | values))

    return [task.seen(at) for task in explorable.tasks]


@pytest.mark.parametrize("name", LESSONS)
def test_without_scripts_a_lesson_is_complete(still_lesson, name):
    page = still_lesson(name)
    for key, explorable in all_explorables().items():
        place = live(page, f"{key}.explorable")
        if not place.count():
            continue
        result = explorable.run(**explorable.start)
        text = place.inner_text()
        assert explorable.ask.text in text
        assert explorable.words(result) in place.locator("p.scaling-words").inner_text()
        assert explorable.limits in text
        assert all(task.text in text for task in explorable.tasks)
        for step, seen in zip(place.locator("ol > li").all(), seen_in(explorable), strict=True):
            expect(step).not_to_contain_text(seen, use_inner_text=True)  # behind a fold
            step.locator("summary").click()
            expect(step).to_contain_text(seen, use_inner_text=True)
        expect(place.locator(".scaling-drawn svg")).to_be_visible()


UNFOLDED = """() => {
  for (const fold of document.querySelectorAll("article details")) fold.open = true;
  for (const code of document.querySelectorAll("article :is(pre, code)")) code.remove();
  return [document.querySelector("article").innerText, document.documentElement.scrollWidth];
}"""


@pytest.mark.parametrize("name", LESSONS)
def test_unfolded_a_lesson_fits_a_phone_and_shows_no_tag_as_text(chromium, server, name):
    page = chromium.new_page(java_script_enabled=False, viewport=PHONE)
    page.goto(f"{server.address}/{name}.html")
    text, width = page.evaluate(UNFOLDED)
    page.close()
    assert width <= PHONE["width"]
    assert len(text) > 5_000
    assert re.findall(r"</?[a-z]+[ >].{,40}|&[a-z]+;", text) == []


@pytest.mark.parametrize("lesson_number", recall.ABOUT)
def test_without_scripts_recall_questions_have_their_answers(still_lesson, lesson_number):
    (stem,) = (one for one in LESSONS if one.startswith(f"0{lesson_number}-"))
    place = live(still_lesson(stem), f"recall.lesson_{lesson_number}.recall")
    for question in recall.of_lesson(lesson_number).questions:
        item = place.locator("ol > li").filter(has_text=question.text)
        text = item.inner_text()
        assert all(one.text in text for one in question.options())
        item.locator("summary").click()
        text = item.inner_text()
        assert all(one.why in text for one in question.options())
