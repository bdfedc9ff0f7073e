"""A class's essays marked in the marking room and in formgrader, side by side, by a script.

    python benchmarks/marking.py [--students 62]

Both are marked by keyboard in the shortest way that each offers, in one chromium, one essay here
and one there in turn, with the same points and comments. What is measured is what a program can
measure: the machine's time from the key that leads on until the next answer can be marked, keys
pressed, and the part of a screen that has to be scrolled until all of the answer has been seen.
What a person takes for it is reckoned and not observed: 238 words a minute (Brysbaert 2019, Journal
of Memory and Language 109, 104047), and for keys and decisions the Keystroke-Level Model (Card,
Moran and Newell 1980, Communications of the ACM 23, 396-410). Both are the same for both ways.
"""

import argparse
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from playwright.sync_api import expect, sync_playwright

from scaling.grading import demo_class
from scaling.grading.course import open_course
from scaling.grading.marking import essays

ROOT = Path(__file__).parents[1]
ASSIGNMENT, QUESTION = "03-size-and-context", "m3-judgement"
NOTEBOOK = f"{ASSIGNMENT}-exercise"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
SCREEN = {"width": 1280, "height": 800}
PATIENCE = 120_000  # milliseconds
WORDS_A_MINUTE = 238
KEY, DECISION = 0.28, 1.35  # seconds, for a typist of 40 words a minute
SCROLLED = 0.8  # of a screen at a time, so that a line is found again
# Formgrader asks a server of others for MathJax. In its place a stand-in answers at once.
MATHJAX = """
const Interest = (tell) => setTimeout(() => tell("End"));
window.MathJax = { Hub: { Startup: { signal: { Interest } }, Config() {}, Queue() {} } };
"""
PHRASES = (
    "Name what could be seen in the second place, and how.",
    "Say under which condition copying would be right as well.",
    "Use a number from the exercise, and say what follows from it.",
)


@dataclass
class Way:
    """What was counted in one of the two ways."""

    name: str
    waits: list = field(default_factory=list)
    screens: list = field(default_factory=list)
    pages: list = field(default_factory=list)
    keys: int = 0
    decisions: int = 0
    words: int = 0

    def press(self, page, *keys):
        """Press keys, and count them."""
        for key in keys:
            page.keyboard.press(key)
        self.keys += len(keys)

    def type(self, page, text):
        """Type a text, and count its letters."""
        page.keyboard.type(text)
        self.keys += len(text)

    def look(self, page, answer):
        """Count what has to be scrolled until the end of the answer has been seen."""
        box = page.locator(answer).first.bounding_box()
        below = max(0.0, box["y"] + box["height"] - SCREEN["height"])
        steps = -(-below // (SCROLLED * SCREEN["height"]))
        self.keys += int(steps)
        self.screens.append(steps)
        self.pages.append(page.evaluate("document.documentElement.scrollHeight"))

    def minutes(self, number):
        """Return the minutes for so many essays, by part."""
        share = number / len(self.waits) / 60
        return {
            "reading": self.words / WORDS_A_MINUTE * number / len(self.waits),
            "deciding": self.decisions * DECISION * share,
            "keys": self.keys * KEY * share,
            "machine": sum(self.waits) * share,
        }


def judged(essay):
    """Return the levels, the points and the comment of an essay: the same in both ways."""
    levels = min(2, essay.words // 50), min(2, essay.words // 90)
    points = sum(levels)
    return levels, points, PHRASES[essay.words % len(PHRASES)] if points < 4 else ""


def copied(folder, to):
    """Copy a class, with settings of its own."""
    shutil.copytree(folder, to)
    settings = to / "nbgrader_config.py"
    settings.write_text(settings.read_text("utf-8").replace(str(folder), str(to)), "utf-8")
    return to


def essays_of(course):
    """Return all essays by the id of their submission."""
    found = {}
    with course.gradebook() as book:
        for one in book.notebook_submissions(NOTEBOOK, ASSIGNMENT):
            file = course.autograded(one.student.id, ASSIGNMENT) / f"{NOTEBOOK}.ipynb"
            if file.is_file():
                found[one.id] = essays.read(file, QUESTION)
    return found


@contextlib.contextmanager
def served(folder, *command):
    """Start a server in a folder; give the address that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=os.environ | {"JUPYTER_PREFER_ENV_PATH": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for line in process.stdout:
            if address := re.search(r"http://127\.0\.0\.1:\d+/\S*token=\S+", line):
                # What it says further has to go somewhere, or it would wait for a reader.
                threading.Thread(target=process.stdout.read, daemon=True).start()
                yield address[0]
                break
        else:
            raise SystemExit(f"{command[0]} did not start.")
    finally:
        process.terminate()
        process.wait(60)


def in_room(page, way, found):
    """Mark the essay on the screen, and go on to the next."""
    here = page.url.rpartition("/")[2]
    essay = found[here]
    levels, _, comment = judged(essay)
    way.look(page, "article > .text")
    way.words += essay.words
    way.press(page, *map(str, levels))
    way.decisions += len(levels)
    if comment:
        offered = page.locator(".phrase").all_inner_texts()
        way.decisions += 1
        if comment in offered:
            way.press(page, "b", str(offered.index(comment) + 1))
        else:
            way.press(page, "c")
            way.type(page, comment)
            way.press(page, "Escape")
    began = time.perf_counter()
    way.press(page, "Enter")
    another = f"#room:not([data-here$='{here}']) #go-on"
    page.locator(f"{another}, h1:has-text('nothing is left')").wait_for()
    way.waits.append(time.perf_counter() - began)


def in_formgrader(page, way, found, is_last):
    """Mark the essay of the submission on the screen, and go on to the next."""
    here = page.evaluate("submission_id")
    essay = found[here]
    _, points, comment = judged(essay)
    score = page.locator(f"#{QUESTION}")
    while score.evaluate("field => field !== document.activeElement"):
        way.press(page, "Shift+Tab")
    at_rest(page)
    way.look(page, f".cell:has(#{QUESTION}) + .cell .text_cell_render")
    way.words += essay.words
    way.type(page, str(points))
    way.decisions += 2
    if comment:
        way.decisions += 1
        way.press(page, "Tab", "Tab")
        way.type(page, comment)
    began = time.perf_counter()
    way.press(page, "Control+.")
    if is_last:
        page.wait_for_function("() => !location.pathname.includes('/submissions/')")
    else:
        ready(page, here)
    way.waits.append(time.perf_counter() - began)


def ready(page, before=""):
    """Wait until formgrader shows another submission and has filled in its fields."""
    page.wait_for_function(
        """before => typeof formgrader !== "undefined" && submission_id !== before
        && formgrader.loaded && formgrader.grades?.loaded && formgrader.comments?.loaded""",
        arg=before,
    )


def at_rest(page):
    """Wait until formgrader has scrolled to the field that it selects."""
    before, now = None, page.evaluate("scrollY")
    while before != now:
        page.wait_for_timeout(200)
        before, now = now, page.evaluate("scrollY")


def marks(course):
    """Return points and comment of every essay by submission."""
    with course.gradebook() as book:
        return {
            one.id: (
                next(grade.manual_score for grade in one.grades if grade.name == QUESTION),
                next(said.manual_comment for said in one.comments if said.name == QUESTION) or "",
            )
            for one in book.notebook_submissions(NOTEBOOK, ASSIGNMENT)
        }


def main():
    """Make a class, or copy one, and mark it in both ways."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=62)
    parser.add_argument("--folder", type=Path, help="a class of demo-class, which is copied")
    given = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="marking-"))
    try:
        folder = given.folder
        if folder is None:
            folder = place / "class"
            demo_class.make(folder, course=ROOT, students=given.students, assignments=[ASSIGNMENT])
        compare(copied(folder, place / "room"), copied(folder, place / "formgrader"))
    finally:
        shutil.rmtree(place)


def compare(room_folder, formgrader_folder):
    """Mark two copies of a class; stop with an error where their marks differ."""
    courses = [open_course(one) for one in (room_folder, formgrader_folder)]
    found = essays_of(courses[0])
    jupyter = ("jupyter", "server", "--no-browser", "--allow-root", "--port=0")
    jupyter += (f"--ServerApp.root_dir={formgrader_folder}", "--ServerApp.ip=127.0.0.1")
    ways = Way("marking room"), Way("formgrader")
    with (
        served(room_folder, "scaling", "mark", ASSIGNMENT, "--marker", "Ada") as room,
        served(formgrader_folder, *jupyter) as formgrader,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        here, there = (browser.new_context(viewport=SCREEN).new_page() for _ in range(2))
        for page in (here, there):
            page.set_default_timeout(PATIENCE)
        here.goto(room)
        here.get_by_role("link", name="Begin").click()
        here.locator("#keys").wait_for()
        there.route("**/mathjax/**", lambda route: route.fulfill(body=MATHJAX))
        there.goto(formgrader)
        base = formgrader.partition("?")[0].rstrip("/")
        base = re.sub(r"/(tree|lab)$", "", base)
        there.goto(f"{base}/formgrader/submissions/{min(found)}/?index=0")
        ready(there)
        for number in range(len(found)):
            in_formgrader(there, ways[1], found, number == len(found) - 1)
            in_room(here, ways[0], found)
        expect(here.locator("h1")).to_contain_text("nothing is left", timeout=PATIENCE)
        browser.close()
    given, other = (marks(course) for course in courses)
    wrong = [one for one in found if given[one] != other[one] or given[one][0] is None]
    if wrong:
        raise SystemExit(f"{len(wrong)} of {len(found)} essays got other marks here than there.")
    report(ways, len(found))


def report(ways, number):
    """Print what was counted, and what follows from it."""
    print(f"{number} essays, every mark and comment the same in both\n")
    print(json.dumps({way.name: {
        "keys an essay": round(way.keys / number, 1),
        "screens to scroll, mean": round(sum(way.screens) / number, 2),
        "height of the page, px, median": median(way.pages),
        "machine, seconds an essay, median": round(median(way.waits), 2),
        "minutes for 60": {part: round(time, 1) for part, time in way.minutes(60).items()},
        "in all": round(sum(way.minutes(60).values()), 1),
    } for way in ways}, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
