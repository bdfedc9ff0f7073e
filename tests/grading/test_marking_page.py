"""The marking room in chromium: by keyboard alone, for two people, and safe from what it shows."""

import asyncio
import http.client
import os
import re
import shutil
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from essays import CHECK, QUESTION, make_class, place_of, room
from playwright.sync_api import expect, sync_playwright

from scaling.grading.marking.server import serve

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 60_000  # milliseconds
SAVED = re.compile("^Saved at")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("here"))
        yield make_class(tmp_path_factory.mktemp("marking") / "course")


@pytest.fixture(scope="module")
def addresses(course):
    """The addresses of two rooms, for Ada and for Ben, served until the tests are over."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    found, tasks = {}, []
    for marker in ("Ada", "Ben"):
        told = threading.Event()

        def tell(address, marker=marker, told=told):
            found[marker] = address
            told.set()

        serving = serve(room(course, marker), 0, tell)
        tasks.append(asyncio.run_coroutine_threadsafe(serving, loop))
        assert told.wait(60)
    yield found
    for task in tasks:
        task.cancel()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="module")
def browser():
    if not shutil.which("chromium"):
        why = "no chromium here: this test needs it (Debian: apt-get install chromium)"
        required = os.environ.get("SCALING_BROWSER") == "required"
        pytest.fail(why) if required else pytest.skip(why)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        yield started
        started.close()


@pytest.fixture
def enter(browser, addresses):
    """Return a function that opens the room of one person in a browser of their own."""
    contexts = []

    def open_room(marker):
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 800}))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(addresses[marker])
        assert "token" not in page.url
        return page

    yield open_room
    for context in contexts:
        context.close()


def show(page, course, student):
    submission = place_of(room(course), student).mark.submission
    page.goto(re.sub(r"(//[^/]+)/.*", rf"\1/mark/{QUESTION}/{submission}", page.url))


def says(page, text):
    expect(page.locator("#status")).to_have_text(text, timeout=PATIENCE)


def marked(course, student):
    with course.gradebook() as book:
        (notebook,) = book.find_submission("03-size-and-context", student).notebooks
        (grade,) = (one for one in notebook.grades if one.name == QUESTION)
        (comment,) = (one for one in notebook.comments if one.name == QUESTION)
        return grade.manual_score, grade.needs_manual_grade, comment.manual_comment


def test_a_class_is_marked_by_keyboard_alone(enter, course):
    page = enter("Ada")
    page.keyboard.press("Tab")
    while page.evaluate_handle("document.activeElement").inner_text() != "Begin":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for number in range(1, 5):
        expect(page.locator("#done")).to_have_text(str(number - 1), timeout=PATIENCE)
        expect(page.locator("#keys")).to_be_checked()
        page.keyboard.press("2")
        page.keyboard.press("1")
        says(page, SAVED)
        if number == 1:
            page.keyboard.press("c")
            page.keyboard.type("Say when copying is right.")
            page.keyboard.press("Escape")
        else:
            page.keyboard.press("b")
            page.keyboard.press("1")
        says(page, SAVED)
        expect(page.locator("#comment")).to_have_value("Say when copying is right.")
        here = page.url
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, here=here: url != here and "after" not in url)
    page.keyboard.press("t")
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "after" not in url)
    expect(page.locator("#done")).to_have_text("5", timeout=PATIENCE)
    given = [marked(course, one) for one in ("alex", "kim", "sam", "robin", "ines", "tove")]
    assert sorted(given, key=str).count((3.0, False, "Say when copying is right.")) == 4
    assert [one[0] for one in given].count(2.5) == 1
    assert [one[1] for one in given].count(True) == 1


def test_the_second_of_two_people_is_asked_and_nothing_is_lost(enter, course):
    ada, ben = enter("Ada"), enter("Ben")
    for page in (ada, ben):
        show(page, course, "alex")
    for page, key in ((ada, "0"), (ben, "2")):
        page.keyboard.press("r")
        page.locator("fieldset[data-row='0'] input").nth(int(key)).check()
        page.locator("fieldset[data-row='1'] input").nth(int(key)).check()
        if page is ada:
            expect(ada.locator("#score")).to_have_value("0")
            says(ada, SAVED)
    dialog = ben.locator("#conflict")
    expect(dialog).to_be_visible(timeout=PATIENCE)
    expect(dialog.locator("#their-name")).to_contain_text("Ada")
    grave(ben)
    assert marked(course, "alex")[0] == 0
    dialog.get_by_role("button", name="Save mine").press("Enter")
    says(ben, SAVED)
    expect(ben.locator("#score")).to_have_value("4")
    assert marked(course, "alex")[:2] == (4.0, False)


def test_nothing_that_a_student_wrote_runs_or_hides_the_page(enter, course):
    page = enter("Ada")
    show(page, course, "kim")
    article = page.locator("article .text").first
    expect(article).to_contain_text("The next place gets 0.85 of it at most.")
    expect(page.locator("article")).to_contain_text("0.85 own result")
    assert article.locator("script, style, form, input, button, [onerror]").count() == 0
    assert article.locator("a[href^='javascript'], img[src]").count() == 0
    assert "Full marks" not in page.title()
    expect(page.locator("#mark")).to_be_visible()
    assert page.locator("#score").count() == 1
    assert "MARK SCHEME" not in page.content()


def test_every_page_is_clean_for_axe_and_fits_at_two_widths(enter, course):
    page = enter("Ada")
    address = page.url
    one = room(course).asked()[0]
    paths = ["", f"list/{QUESTION}", "requests", "agreement"]
    for path in [*paths, f"requests/{one.submission}/{one.request.key}", f"mark/{QUESTION}"]:
        page.goto(address + path)
        for width in (1280, 800):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        grave(page)
    page.emulate_media(color_scheme="dark")
    grave(page)


def grave(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response
    assert found["passes"] and found["violations"] == [], page.url


def test_a_request_is_answered_with_points_and_a_comment(enter, course):
    page = enter("Ada")
    label = next(one.request.label for one in room(course).asked() if one.request.question == CHECK)
    page.get_by_role("link", name="Requests").click()
    expect(page.locator("blockquote")).to_have_count(2)
    page.get_by_role("link", name=f"Answer {label} of").click()
    expect(page.locator("blockquote").first).to_have_text("1.45 is right.")
    expect(page.locator(".written")).to_contain_text("voice = 1.45")
    page.get_by_label("Points").fill("1")
    page.get_by_label("Comment").fill("You are right.")
    page.get_by_role("button", name="Answer and close").press("Enter")
    expect(page.locator("section").last).to_contain_text("Answered.")
    with course.gradebook() as book:
        (notebook,) = book.find_submission("03-size-and-context", "tove").notebooks
        assert next(one.score for one in notebook.grades if one.name == CHECK) == 1


def test_only_who_has_the_token_is_let_in_and_foreign_pages_are_not(addresses, course):
    port = int(re.search(r":(\d+)/", addresses["Ada"])[1])
    token = addresses["Ada"].partition("token=")[2]
    submission = place_of(room(course), "ines").mark.submission
    before = marked(course, "ines")

    def asked(method, path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request(method, path, body=b"{}" if method == "POST" else None, headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    mine = {"Cookie": f"marking-{port}={token}"}
    here = f"/mark/{QUESTION}/{submission}"
    assert asked("GET", "/").status == asked("GET", "/?token=wrong").status == 403
    assert asked("GET", "/page.js").status == 403
    assert asked("GET", here, **mine, Host="elsewhere.example").status == 403
    assert asked("POST", here, **mine).status == 403
    assert asked("GET", "/mark/no-such-question", **mine).status == 404
    answer = asked("GET", here, **mine)
    assert answer.status == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "unsafe" not in policy
    assert marked(course, "ines") == before
