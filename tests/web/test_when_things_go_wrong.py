"""No network, no storage, a broken file, a stuck model, a reload in the middle of a game."""

import json
import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

import scaling
from scaling import prediction, recall
from scaling.recall import file as recall_file
from scaling.size_context import next_place
from scaling.still import as_html

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
from playing import Playing
from reader import (
    PATIENCE,
    ask,
    come_alive,
    forget_all,
    live,
    opened,
    press_until_changed,
    words,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TIES = "size_context.ties.explorable"
NEXT_PLACE = "size_context.next_place.explorable"
# Both are played, by the same script.
PLAYED, PLAYED_TOO = "size_context.joining_up.explorable", "size_context.villages.explorable"
LESSON = "03-size-and-context.html"
CONTROLLED = """async () => {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller) return;
  await new Promise((go) => serviceWorker.addEventListener("controllerchange", go));
}"""
IS_KEPT = """async () => {
  const kept = await caches.open("does-it-scale-runtime");
  return (await kept.keys()).length === 3;
}"""
READ = "from pathlib import Path\nimport scaling\nprint(end=Path(scaling.__file__).read_text())"
SHOWS = """([name, html]) => {
  const wanted = document.createElement("div");
  wanted.innerHTML = html;
  const shown = document.querySelector(`scaling-live[data-page="${name}"] .scaling-table > div`);
  return shown.innerHTML === wanted.innerHTML;
}"""


@pytest.fixture
def break_part(server, site):
    """Send something else in place of a part of the runtime: nothing, its first half, a text."""

    def break_one(part, how):
        (file,) = (site / "_web/runtime").glob(f"{part}-*")
        content = file.read_bytes()
        sent = {"missing": None, "half": content[: len(content) // 2], "a text": b"No module."}
        server.broken[file.name] = sent[how]

    yield break_one
    server.broken.clear()


def expect_the_still_picture(page, name=TIES):
    place = live(page, name)
    place.locator("button[data-part=skip]").click()
    expect(place.locator(".scaling-drawn svg")).to_be_visible(timeout=PATIENCE)
    expect(place.locator(".scaling-note")).to_contain_text("cannot be started")


@pytest.mark.parametrize(
    ("part", "how"),
    [("python", "missing"), ("python", "a text"), ("library", "half"), ("course", "missing")],
)
def test_without_its_runtime_a_page_shows_the_still_picture(visit, new_home, break_part, part, how):
    break_part(part, how)
    expect_the_still_picture(visit(LESSON, new_home))


def test_a_runtime_that_came_in_half_is_fetched_anew_and_works_offline(
    visit, server, new_home, break_part
):
    """On a first visit; after it every page works without a network, also one not seen before."""
    page = visit(LESSON, new_home)
    page.evaluate(CONTROLLED)
    break_part("python", "half")
    expect_the_still_picture(page)
    server.broken.clear()
    come_alive(page, NEXT_PLACE)  # through the service worker, which has not kept the half
    page.wait_for_function(IS_KEPT, timeout=PATIENCE)
    page.evaluate("scalingEngine.ask({ keep: true }, 0)")
    new_home.set_offline(True)
    page.goto(f"{server.address}/04-scaling-down.html")
    place = come_alive(page, "scaling_down.layers.explorable")
    expect(words(place)).not_to_be_empty()
    # Python comes from the memory that was kept, and the course's files from the storage.
    assert page.evaluate("scalingEngine.load().then(({ isWarm }) => isWarm)")
    ask(page, "begin_exercise", "03-size-and-context")
    (shown,) = ask(page, "run_cell", "", READ)["outputs"]
    assert "".join(shown["text"]) == Path(scaling.__file__).read_text(encoding="utf-8")


FULL = """() => {
  Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
FORBIDDEN = """for (const name of ["localStorage", "caches"]) {
  const get = () => { throw new DOMException("no", "SecurityError"); };
  Object.defineProperty(globalThis, name, { get });
}
navigator.storage.getDirectory = () => Promise.reject(new DOMException("no"));"""


@pytest.fixture(scope="module")
def bare(chromium, server):
    """A lesson in a browser that keeps nothing, so that every page fetches Python anew."""
    context = chromium.new_context(service_workers="block")
    context.add_init_script(FORBIDDEN)
    yield opened(context, f"{server.address}/{LESSON}")
    context.close()


def expect_it_to_say_so_and_work(page):
    place = come_alive(page, TIES)
    expect(place.locator(".scaling-note")).to_contain_text("keeps nothing")
    press_until_changed(page, place, place.get_by_label("People in the group"))


def test_where_a_browser_may_keep_nothing_a_page_says_so_and_works(bare):
    expect_it_to_say_so_and_work(bare)


def test_where_a_browsers_storage_is_full_a_page_says_so_and_works(visit, empty_home):
    page = visit(LESSON, empty_home)
    page.evaluate(FULL)
    expect_it_to_say_so_and_work(page)


def test_a_page_is_shown_when_its_last_script_has_come(bare):
    bare.route("**/widgets/player.js", lambda route: route.abort())
    expect_the_still_picture(bare, PLAYED_TOO)
    bare.unroute("**/widgets/player.js")
    withheld = []
    bare.route("**/widgets/player.js", lambda route: withheld.append(route))
    place = live(bare, PLAYED)
    with bare.expect_request("**/widgets/player.js", timeout=PATIENCE):
        place.locator("button[data-part=skip]").click()
    ask(bare, "follow")  # answered after all that the page has asked for
    assert "scaling-alive" not in place.get_attribute("class").split()
    expect(place.locator(".scaling-drawn svg")).to_be_visible()
    withheld.pop().continue_()
    bare.locator(f'scaling-live[data-page="{PLAYED}"].scaling-alive').wait_for()


@pytest.fixture(scope="module")
def page_of(home, server):
    """A function that opens a page once for all tests of it, with nothing kept before."""
    pages = {}

    def open_once(name):
        if name not in pages:
            forget_all(home, server.address)
            pages[name] = opened(home, f"{server.address}/{name}")
        return pages[name]

    yield open_once
    for page in pages.values():
        page.close()


def test_predictions_are_kept_in_the_form_that_jupyterlab_reads(
    page_of, visit, tmp_path, monkeypatch
):
    page = page_of(LESSON)
    live(page, TIES).get_by_role("radio", name="I think so").focus()
    page.keyboard.press("ArrowRight")
    come_alive(page, TIES)
    files = visit("your-files.html")
    with files.expect_download() as download:
        files.get_by_role("button", name="Save predictions.json").click()
    file = tmp_path / "predictions.json"
    download.value.save_as(file)
    monkeypatch.setenv("SCALING_PREDICTIONS", str(file))
    (kept,) = (one for one in prediction.committed() if one.key == "size_context.ties")
    assert kept.outcome == 276
    assert kept.confidence == "sure"


def test_predictions_of_jupyterlab_can_be_brought_in(visit, empty_home, tmp_path, monkeypatch):
    file = tmp_path / "predictions.json"
    monkeypatch.setenv("SCALING_PREDICTIONS", str(file))
    prediction.commit("size_context.ties", "How many?", 100, 276, "ties", "guess")
    page = visit("your-files.html", empty_home)
    for _ in range(2):  # The second time there is nothing to add.
        page.get_by_label("Bring files in").set_input_files(file)
        page.get_by_role("button", name="Save predictions.json").wait_for()
    stored = page.evaluate("localStorage.getItem('does-it-scale/predictions.json')")
    assert json.loads(stored)["predictions"] == json.loads(file.read_text())["predictions"]


def test_recalled_answers_are_kept_and_can_be_brought_in_elsewhere(
    page_of, visit, tmp_path, monkeypatch
):
    name, questions = "recall.lesson_3.recall", recall.of_lesson("3").questions
    page = page_of(LESSON)
    place = come_alive(page, name)
    for number, question in enumerate(questions, start=1):
        expect(words(place)).to_have_text(f"Question {number} of 3.")
        place.get_by_role("button", name=question.right.text, exact=True).focus()
        page.keyboard.press("Enter")
        expect(words(place)).to_contain_text(question.verdict(question.right))
        expect(place.get_by_role("group", name="Question", exact=True)).to_be_focused()
        if number < 3:
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
    expect(words(place)).to_contain_text("3 of 3 right")
    files = visit("your-files.html")
    with files.expect_download() as download:
        files.get_by_role("button", name="Save predictions.recall.json").click()
    file = tmp_path / "predictions.recall.json"
    download.value.save_as(file)
    monkeypatch.setenv("SCALING_PREDICTIONS", str(tmp_path / "predictions.json"))
    assert [one.right for one in recall_file.kept()] == [True] * 3
    recall_file.keep(questions[0], questions[0].wrong[0])  # and on, in JupyterLab
    nothing_to_add = re.compile("is here already|0 answers were added")
    for said in ("1 answer was added", nothing_to_add):
        files.get_by_label("Bring files in").set_input_files(file)
        expect(files.get_by_role("status")).to_contain_text(said)
    stored = files.evaluate("localStorage.getItem('does-it-scale/predictions.recall.json')")
    assert json.loads(stored)["answers"] == json.loads(file.read_text())["answers"]


def test_a_stuck_model_is_stopped_and_begun_anew_where_it_was(page_of):
    page, name, explorable = page_of(LESSON), NEXT_PLACE, next_place.explorable
    place = come_alive(page, name)
    slider = place.get_by_label("Next place: degrees from the equator")
    press_until_changed(page, place, slider)
    expect(slider).to_have_value("21")
    # The table follows the picture in a turn of its own.
    result = explorable.run(**(explorable.start | {"latitude": 21}))
    page.wait_for_function(SHOWS, arg=[name, as_html(explorable.table(result))], timeout=PATIENCE)
    story = "TPT Madras 1980"
    assert story in explorable.details.names(result)
    place.get_by_label("Look at a study").select_option(story)
    expect(words(place)).to_contain_text("Madras")
    told = words(place).inner_text()
    ask(page, "follow")  # so that nothing else is on its way
    # The model answers within milliseconds, so the page is made deaf to it.
    page.evaluate("scalingEngine.limit = 1; scalingEngine.worker.onmessage = null")
    slider.focus()
    page.keyboard.press("End")
    page.evaluate("scalingEngine.limit = 60000")
    expect(place.locator(".scaling-note")).to_contain_text("took too long", timeout=PATIENCE)
    expect(place.get_by_label("Next place: degrees from the equator")).to_have_value("21")
    expect(words(place)).to_have_text(told)


def test_the_review_of_the_start_page_asks_what_is_due(page_of):
    page = page_of("00-start-here.html")
    question = recall.of_lesson("3").questions[0]
    answer = {
        "question": question.key,
        "chosen": question.right.text,
        "right": True,
        "answered": "2026-01-01T12:00:00+00:00",
    }
    stored = json.dumps({"format": 1, "answers": [answer]})
    page.evaluate("(text) => localStorage['does-it-scale/predictions.recall.json'] = text", stored)
    place = come_alive(page, "recall.review.show")
    expect(words(place)).to_have_text("1 question is due: about 1 minute.")
    place.get_by_role("button", name="Begin").click()
    place.get_by_role("button", name=question.wrong[0].text).click()
    expect(words(place)).to_contain_text("0 of 1 right. Next: 1 question on")


def test_answers_to_the_inventory_are_kept_and_can_be_taken_along(page_of, visit):
    page = page_of("00-start-here.html")
    place = come_alive(page, "inventory.before")
    place.get_by_role("radio").nth(1).press("Space")
    expect(place).to_contain_text("1 of 16 questions answered. Kept.")
    page.reload()
    place = come_alive(page, "inventory.before")
    expect(place.get_by_role("radio", checked=True)).to_have_count(1)
    for number in range(16):
        place.locator("fieldset").nth(number).get_by_role("radio").first.press("Space")
    expect(place).to_contain_text("16 of 16 questions answered.")
    place.get_by_role("button", name="I have finished").press("Enter")
    button = place.get_by_role("button", name="Write the file for my instructor")
    expect(button).to_be_focused()
    button.press("Enter")
    expect(place).to_contain_text("Nothing is sent")
    kept = dict(page.evaluate("Object.entries(localStorage)"))
    own = json.loads(kept["does-it-scale/predictions.inventory.json"])
    assert own == json.loads(kept[f"does-it-scale/inventory-{own['id'][:8]}.json"])
    files = visit("your-files.html")
    files.get_by_role("button", name="Save predictions.inventory.json").wait_for()
    files.get_by_role("button", name=f"Save inventory-{own['id'][:8]}.json").wait_for()


def test_a_game_plays_its_quarter_and_goes_on_after_a_reload(page_of):
    name = "capstone.board.game"
    page = page_of("06-capstone.html")
    place = come_alive(page, name)
    place.get_by_role("button", name="Do it: Listen").click()
    place.get_by_role("button", name="End the quarter").click()
    expect(place).to_contain_text("Quarter 2 of 8")
    run = Playing(place)
    run.press("Play")  # once more: it has played by itself
    run.press("One week on")
    run.assert_on_the_way()
    run.at_speed("fast")
    run.press("Play")
    run.wait_until_over()
    expect(words(place)).to_contain_text("Quarter 1 is over")
    page.reload()
    expect(come_alive(page, name)).to_contain_text("Quarter 2 of 8")


def test_the_plan_is_kept_and_exported_with_its_picture(page_of):
    name = "capstone.plan.plan"
    page = page_of("06-capstone.html")
    place = come_alive(page, name)
    place.get_by_role("button", name="Fill in an example").click()
    expect(place).to_contain_text("in this browser")
    place.get_by_role("button", name="Save as web page").click()
    expect(place.get_by_role("link", name="Open the page")).to_be_visible(timeout=PATIENCE)
    kept = page.evaluate("Object.entries(localStorage)")
    (html,) = (text for file, text in kept if file.endswith(".html"))
    assert "<img" in html and "data-figure" not in html


def test_a_table_is_edited_and_kept(visit, empty_home):
    name = "three_scales.system_map.explorable"
    page = visit("05a-three-scales.html", empty_home)
    place = come_alive(page, name)
    before = words(place).inner_text()
    place.get_by_role("button", name="Remove row 1", exact=True).click()
    expect(words(place)).not_to_have_text(before)
    page.reload()
    expect(come_alive(page, name)).to_contain_text("your changes of last time")
