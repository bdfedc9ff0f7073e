"""Nothing in a student's notebook runs, loads or hides in a page that somebody else opens.

Every route is a notebook with one attempt in it. It is first shown to be live in nbgrader's own
page, so that the test proves something, and then dead in ours: the feedback page and formgrader's.
Each route is a student of one class, graded once; the browser is a real one.
"""

import base64
import contextlib
import html
import html.parser
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from naming import case
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell
from nbgrader.api import Gradebook
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension

from scaling.grading import clean, pages

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))
import lab

ROOT = Path(__file__).parents[2]
PIXEL = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\2\0\0\0\x90wS\xde"
    b"\0\0\0\x0cIDATx\x9cc\xf8\xcf\xc0\0\0\3\1\1\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82"
).decode()
ELSEWHERE = "https://elsewhere.example"
SECRET = "assert pairs(6131) == 18791515"
RUBRIC = "| | 0 | 1 |\n|---|---|---|\n| **Reasons** | none | says why |"
SCHEME = "### BEGIN MARK SCHEME\n**Reasons.** Any.\n### END MARK SCHEME"

# ---------------------------------------------------------------- the attempts


def essay(text):
    """The attempt stands in the essay."""

    def attempt(nb):
        nb.cells[4].source = text

    return attempt


def result(**data):
    """The attempt is a result of the student's code; "html" stands for "text/html", and so on."""
    kinds = {"html": "text/html", "md": "text/markdown", "js": "application/javascript"}

    def attempt(nb):
        bundle = {kinds.get(kind, kind): value for kind, value in data.items()}
        nb.cells[1].outputs = [new_output("display_data", data=bundle)]

    return attempt


def picture_with_width(nb):
    # as a word of its own, for in a tag without quotes it becomes an attribute
    nb.cells[1].outputs = [
        new_output(
            "display_data",
            data={"image/png": "AAAA"},
            metadata={"image/png": {"width": "1 onerror=window.pwned=1"}},
        )
    ]


def tag_with_a_blank(nb):
    nb.cells[1].metadata.tags = ["x score"]


RAN = "window.pwned === 1"
ASKED = "something was asked for elsewhere"
FOUND = "document.querySelector({!r}) !== null"

# the attempt, and what is true in a page where it works
ROUTES = {
    "script-in-an-essay": (essay("<script>window.pwned = 1</script>"), RAN),
    "event-in-an-essay": (essay("Hello <img src=x onerror='window.pwned=1'>"), RAN),
    "svg-in-an-essay": (essay("<svg onload='window.pwned=1'></svg>"), RAN),
    "frame-in-an-essay": (
        essay("<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>"),
        RAN,
    ),
    "details-that-open": (essay("<details open ontoggle='window.pwned=1'>x</details>"), RAN),
    "link-in-markdown": (
        essay("[click](javascript:window.pwned=1)"),
        "document.querySelector('a[href^=javascript]')?.click() === undefined && "
        "document.querySelector('a[href^=javascript]') !== null",
    ),
    "link-in-html": (
        essay("<a href='java&#10;script:window.pwned=1' id=go>click</a>"),
        FOUND.format("a#go[href]"),
    ),
    "picture-from-elsewhere": (essay(f"![]({ELSEWHERE}/pixel.png)"), ASKED),
    "style-for-the-page": (
        essay("<style>body { color: rgb(1, 2, 3) }</style>"),
        "getComputedStyle(document.body).color === 'rgb(1, 2, 3)'",
    ),
    "a-score-laid-over-the-page": (
        essay("<div style='position:fixed;inset:0;background:#fff'>20 of 20</div>"),
        "document.elementFromPoint(400, 300).textContent.trim() === '20 of 20'",
    ),
    "base-address": (
        essay(f"<base href='{ELSEWHERE}/'>"),
        f"document.baseURI.startsWith('{ELSEWHERE}')",
    ),
    "a-page-that-moves-on": (
        essay(f"<meta http-equiv=refresh content='0;url={ELSEWHERE}/'>"),
        ASKED,
    ),
    "form": (
        essay(f"<form action='{ELSEWHERE}'><button>Continue</button></form>"),
        FOUND.format("form button"),
    ),
    "field-with-the-name-of-a-score": (
        essay("<div class='nbgrader_cell'><input class='score' id='check' value='20'></div>"),
        "[...document.querySelectorAll('input')].some((field) => field.value === '20')",
    ),
    "anchor-with-a-name-of-formgraders": (
        essay("<a id='submission_id'>x</a>"),
        FOUND.format("#submission_id"),
    ),
    "plain-text-for-the-rest": (essay("<plaintext>"), FOUND.format("plaintext")),
    "end-tags-out-of-the-box": (
        essay("x\n\n" + "</div>" * 20 + "<p>Total: 20 of 20</p>"),
        "document.evaluate(\"//p[.='Total: 20 of 20']\", document, null, 9, null)"
        ".singleNodeValue?.closest('.panel, .box') === null",
    ),
    "script-in-a-result": (result(html="<script>window.pwned = 1</script>"), RAN),
    "event-in-a-result": (result(html="<video><source onerror='window.pwned=1'></video>"), RAN),
    "script-in-a-markdown-result": (result(md="<script>window.pwned = 1</script>"), RAN),
    "javascript-result": (result(js="</script><script>window.pwned = 1</script>"), RAN),
    "width-of-a-picture": (picture_with_width, RAN),
    "tag-of-a-cell": (tag_with_a_blank, FOUND.format("div.score")),
}


def notebook():
    """A small exercise, as autograding leaves it."""

    def own(name, **flags):
        flags = {"grade": False, "solution": False, "locked": False, "task": False} | flags
        return {"nbgrader": {"schema_version": 3, "grade_id": name, **flags}}

    nb = new_notebook(
        cells=[
            new_markdown_cell("# Pairs\n\n**Question 1** (1 point). Count the pairs."),
            new_code_cell("def pairs(n):\n    return n * n"),
            new_code_cell(
                f"assert pairs(2) == 1\n### BEGIN HIDDEN TESTS\n{SECRET}\n### END HIDDEN TESTS"
            ),
            new_markdown_cell(f"**Question 2** (3 points). Write an essay.\n\n{RUBRIC}"),
            new_markdown_cell("An essay."),
            new_markdown_cell("Last words."),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "P", "language": "python"}},
    )
    names = ("title", "pairs", "check", "question", "essay", "last")
    flags = ({"locked": True}, {"solution": True}, {"grade": True, "locked": True, "points": 1})
    flags += ({"locked": True}, {"grade": True, "solution": True, "points": 3}, {"locked": True})
    for cell, name, of in zip(nb.cells, names, flags, strict=True):
        cell.id, cell.metadata = name, nbformat.from_dict(own(name, **of))
    nb.cells[2].execution_count = 2
    hint = "This counts everybody with themselves."
    nb.cells[2].outputs = [new_output("error", ename="Hint", evalue=hint, traceback=[hint])]
    return nb


# ---------------------------------------------------------------- a class that tries them all

STOCK = "c = get_config()\nc.CourseDirectory.course_id = 'stock'\n"


class Place:
    """A course folder with a gradebook and autograded notebooks; ``settings`` is its config."""

    def __init__(self, folder, settings):
        self.folder = folder
        folder.mkdir()
        (folder / "nbgrader_config.py").write_text(settings, encoding="utf-8")
        self.book = f"sqlite:///{folder / 'gradebook.db'}"
        with Gradebook(self.book, "course") as book:
            book.add_assignment("ps")
            book.add_notebook("nb", "ps")
            book.add_grade_cell("check", "nb", "ps", max_score=1, cell_type="code")
            book.add_solution_cell("pairs", "nb", "ps")
            book.add_grade_cell("essay", "nb", "ps", max_score=3, cell_type="markdown")
            book.add_solution_cell("essay", "nb", "ps")

    def hand_in(self, student, nb, check=0.0, essay=None, comment=None):
        with Gradebook(self.book, "course") as book:
            book.add_student(student)
            with book.db.no_autoflush:  # nbgrader makes the submission step by step.
                book.add_submission("ps", student)
            grade = book.find_grade("check", "nb", "ps", student)
            grade.auto_score, grade.needs_manual_grade = check, False
            grade = book.find_grade("essay", "nb", "ps", student)
            grade.manual_score, grade.needs_manual_grade = essay, essay is None
            book.find_comment("essay", "nb", "ps", student).manual_comment = comment
            book.db.commit()
        file = self.file("autograded", student, "ipynb")
        file.parent.mkdir(parents=True)
        nbformat.write(nb, file)

    def file(self, stage, student, suffix="html"):
        return self.folder / stage / student / "ps" / f"nb.{suffix}"

    def environment(self):
        """The environment of somebody who has activated the course's Python."""
        here = str(Path(sys.executable).parent)
        return {
            **os.environ,
            "PATH": here + os.pathsep + os.environ["PATH"],  # nbgrader calls alembic by name
            "HOME": str(self.folder),
            "JUPYTER_CONFIG_DIR": str(self.folder / ".jupyter"),
        }

    def feedback(self):
        """Run the stock command in the folder; return what it said."""
        finished = subprocess.run(
            [sys.executable, "-m", "nbgrader", "generate_feedback", "ps", "--force"],
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        assert finished.returncode == 0, finished.stdout[-3000:]
        return finished.stdout

    def page(self, student):
        return self.file("feedback", student).read_text(encoding="utf-8")

    def text(self, student):
        shown = re.sub(r"<style>.*?</style>", "", self.page(student), flags=re.DOTALL)
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", shown)))

    def formgrader(self, monkeypatch):
        """Formgrader's exporter, made as formgrader makes it when its server starts here."""
        monkeypatch.chdir(self.folder)
        monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(self.folder / ".jupyter"))
        extension = FormgradeExtension()
        extension.root_dir = str(self.folder)
        extension.initialize([])
        return HTMLExporter(config=extension.config)

    def formgrade(self, monkeypatch, students, **names):
        """Write formgrader's page for each student beside the notebook."""
        exporter = self.formgrader(monkeypatch)
        for student in students:
            resources = {
                "assignment_id": "ps",
                "notebook_id": "nb",
                "submission_id": "abc",
                "index": 0,
                "total": 1,
                "base_url": "",
                "student": student,
                "last_name": "",
                "first_name": "",
                "notebook_path": "x",
            } | names
            source = self.file("autograded", student, "ipynb")
            page, _ = exporter.from_filename(str(source), resources=resources)
            file = self.file("formgrader", student)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(page, encoding="utf-8")


@pytest.fixture(scope="module")
def patch():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def _filled(place, patch):
    """Hand in the whole class at a place, and make all of its pages."""
    for name, (attempt, _) in ROUTES.items():
        nb = notebook()
        attempt(nb)
        place.hand_in(name, nb)
    place.feedback()
    place.formgrade(patch, ROUTES)
    return place


@pytest.fixture(scope="module")
def ours(tmp_path_factory, patch):
    """The class with our settings."""
    settings = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    return _filled(Place(tmp_path_factory.mktemp("pages") / "ours", settings), patch)


@pytest.fixture(scope="module")
def stock(tmp_path_factory, patch):
    """The same class with nbgrader's own settings."""
    return _filled(Place(tmp_path_factory.mktemp("pages") / "stock", STOCK), patch)


# ---------------------------------------------------------------- in a browser


@pytest.fixture(scope="module")
def browser():
    if not shutil.which("chromium"):
        pytest.skip("no chromium here: these tests need it (Debian: apt-get install chromium)")
    with lab.chromium() as browser:
        yield browser


class Window:
    """A browser's page in which one file is opened after the other; a new page takes longer."""

    def __init__(self, browser):
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.asked, self.refused = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", self._note)
        self.page.route(re.compile("^https?:"), lambda route: route.abort())

    def _note(self, said):
        if "Policy" in said.text:
            self.refused.append(said.text)

    def open(self, file, wait):
        """Open a file alone, and wait some milliseconds for what it does by itself."""
        self.page.goto("about:blank")  # What the file before was still about to do ends here.
        self.asked, self.refused = [], []
        self.page.goto(file.as_uri(), wait_until="load")
        self.page.wait_for_timeout(wait)

    def elsewhere(self):
        return [url for url in self.asked if url.startswith(ELSEWHERE)]


@pytest.fixture(scope="module")
def window(browser):
    return Window(browser)


def look(window, file, true):
    """Open a page; return whether the condition holds, what it asked for and what was refused."""
    window.open(file, 200)
    if true == ASKED:
        for _ in range(4):
            window.page.wait_for_timeout(0 if window.elsewhere() else 100)
        works = bool(window.elsewhere())
    else:
        works = window.page.evaluate(f"() => Boolean({true})")
    return works, window.elsewhere(), window.refused


@contextlib.contextmanager
def formgrader_server(place):
    """Start Jupyter with formgrader in a course folder; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    extension = '{"nbgrader.server_extensions.formgrader": True}'
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser"),
            f"--ServerApp.port={address.rpartition(':')[2]}",
            "--IdentityProvider.token=",
            f"--ServerApp.jpserver_extensions={extension}",
        ],
        cwd=place.folder,
        env=place.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        lab.wait_for_server(f"{address}/api/status", server, seconds=240)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.mark.slow
@pytest.mark.browser
class TestInABrowser:
    @pytest.mark.thorough
    @pytest.mark.parametrize("route", ROUTES)
    def test_the_attempt_works_in_the_page_of_stock_nbgrader(self, window, stock, route):
        file = stock.file("feedback", route)
        works, _, _ = look(window, file, ROUTES[route][1])
        assert works

    @pytest.mark.parametrize("stage", ["feedback", "formgrader"])
    @pytest.mark.parametrize("route", ROUTES)
    def test_the_attempt_fails_in_ours_before_any_policy_has_to_stop_it(
        self, window, ours, route, stage
    ):
        works, asked, refused = look(window, ours.file(stage, route), ROUTES[route][1])
        assert not works
        assert not asked
        assert not refused
        if stage == "feedback":  # The page stays whole.
            assert "Last words" in window.page.inner_text("body")
            assert window.page.title()

    def test_formgrader_itself_runs_nothing_and_saves_what_a_person_marks(self, browser, ours):
        with Gradebook(ours.book, "course") as book:
            (one,) = book.find_submission("ps", "script-in-an-essay").notebooks
            name = one.id
        with formgrader_server(ours) as address:
            page, asked = browser.new_page(), []
            page.on("request", lambda request: asked.append(request.url))
            page.route(re.compile("^https:"), lambda route: route.abort())
            page.goto(f"{address}/formgrader/submissions/{name}/")
            page.wait_for_function("document.querySelector('#check').placeholder === '0'")
            page.fill("#essay", "2")
            with page.expect_response(re.compile("/api/grade/")):
                page.locator("#essay").dispatch_event("change")
            assert not page.evaluate(RAN)
            cell = page.get_by_role("cell", name="says why")
            assert cell.evaluate("cell => parseFloat(getComputedStyle(cell).paddingLeft)") > 5
            page.wait_for_load_state("networkidle")
            page.close()
            assert asked
            assert [url for url in asked if not url.startswith(address)] == []
        with Gradebook(ours.book, "course") as book:
            assert book.find_grade("essay", "nb", "ps", "script-in-an-essay").manual_score == 2

    def test_the_policy_stops_a_script_that_slips_through(self, window, ours, tmp_path):
        page = ours.page("form").replace("Last words", "<script>pwned = 1</script>")
        (tmp_path / "slipped.html").write_text(page, encoding="utf-8")
        works, _, refused = look(window, tmp_path / "slipped.html", RAN)
        assert not works
        assert refused


# ---------------------------------------------------------------- without a browser


@pytest.mark.parametrize(
    ("dirty", "kept"),
    [
        ("<b onclick='x()'>bold</b>", "<b>bold</b>"),
        ("<a href='https://example.org/a?b=1'>a</a>", 'href="https://example.org/a?b=1"'),
        ("<table class='dataframe'><tr><td>1</td></tr></table>", 'class="dataframe"'),
        ('<td style="text-align: right; position: fixed">1</td>', "text-align: right;"),
        ("<details><summary>more</summary>text</details>", "<details><summary>more</summary>"),
        (f'<img alt="a dot" src="data:image/png;base64,{PIXEL}">', f"base64,{PIXEL}"),
        ("<h1>Big</h1>", "<h3>Big</h3>"),
    ],
)
def test_what_belongs_into_a_text_stays(dirty, kept):
    cleaned = clean.html(f"<table><tr>{dirty}</tr></table>" if dirty[:3] == "<td" else dirty)
    assert kept in cleaned
    assert "onclick" not in cleaned
    assert "position" not in cleaned


@pytest.mark.parametrize(
    ("dirty", "gone"),
    [
        ("<a href='/formgrader/x'>a</a>", "href"),
        ("<a href='#check'>a</a>", "href"),
        ("<a href='data:text/html,x'>a</a>", "href"),
        ("<a href=' javascript:x'>a</a>", "href"),
        ("<img src='data:image/svg+xml;base64,AAAA'>", "<img"),
        ("<img src='data:image/png;base64,AAAA'>", "<img"),
        (f"<img src='{ELSEWHERE}/x.png'>", "<img"),
        ("<p id=x class='score needs_manual_grade' name=y>a</p>", "="),
        ("<style>body{display:none}</style>", "display"),
        ("<script>one()</script>", "one"),
        ("<math><mtext><table><mglyph><style><img src=x onerror=y>", "<img src"),
        ("<!-- and no end", "<"),
        ("<textarea> and no end", "<"),
        ("<noscript><p title='</noscript><img src=x onerror=y>'>", "onerror=y>"),
    ],
)
def test_what_does_not_belong_into_a_text_goes(dirty, gone):
    assert gone not in clean.html(dirty)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["<div>", "<div></x>", "<b>", "<p>", "<style", "<script>", "<a href=x>", "&", "[", "<"]
)
def test_a_text_made_to_keep_the_cleaner_busy_is_shown_soon(piece):
    source = piece * (99_000 // len(piece)) + "the end"
    assert len(source) <= clean.LONGEST_TEXT  # what is longer is not read at all
    assert len(clean.html(source)) <= clean.LONGEST_PAGE
    assert len(clean.render(source)) <= clean.LONGEST_PAGE


def test_a_text_beyond_all_measure_is_cut_and_shown_as_typed():
    assert "characters left out" in clean.html("<b>" * 100_000)
    assert clean.html("<div>" * 1_000 + "the end").endswith("the end</pre>")


def test_ordinary_markdown_remains():
    shown = clean.render(
        "**bold** and *soft*, `code`, [a link](https://example.org)\n\n"
        "- one\n- [x] done\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nx = 1\n```\n"
    )
    for piece in ("<strong>bold", "<em>soft", "<code>code", "<li>one", "☑ done", "<th>a", "<pre>"):
        assert piece in shown


def test_a_picture_pasted_into_an_essay_is_shown_and_a_missing_one_named():
    shown = clean.render("![a dot](attachment:dot.png)", {"dot.png": {"image/png": PIXEL}})
    assert f'src="data:image/png;base64,{PIXEL}"' in shown
    assert "[picture: a dot]" in clean.render("![a dot](attachment:gone.png)")


@pytest.mark.parametrize(
    "tex",
    [r"\href{javascript:x}{y}", r"\style{position:fixed}{y}", r"\class{score}{y}", r"\id{q}{y}"],
)
def test_a_formula_brings_no_attributes_along(tex):
    shown = clean.formula(tex)
    assert not re.search(r"<[^>]*(href|style=|class=\"score|id=)", shown)


def test_a_formula_is_drawn_or_shown_as_typed_but_never_as_tags():
    assert "<script" not in clean.formula(r"\text{<script>alert(1)</script>}")
    assert clean.formula(r"\tau^2") in {
        '<code class="tex">\\tau^2</code>',
        '<math display="inline"><mrow><msup><mi>τ</mi><mn>2</mn></msup></mrow></math>',
    }


def test_a_formula_in_an_attribute_stays_text():
    shown = clean.render(f"![$x$](data:image/png;base64,{PIXEL} \"$y$\")\n\n<abbr title='$x>$'>a")
    assert "<math" not in shown
    assert '<code class="tex">' not in shown


def test_an_essay_cannot_forge_the_place_of_a_formula():
    shown = clean.render("0-0-0 and $x$ and 0123456789abcdef-0-0123456789abcdef")
    assert "0123456789abcdef-0-0123456789abcdef" in shown


# ---------------------------------------------------------------- the seam between two steps

IMG = "<img src=x onerror=window.pwned=1>"
ESCAPED = html.escape(IMG)

# Each would be live if what one step writes were read in another way by the next one, or by a
# browser: cleaning, then rewriting (a heading lowered, words for a picture), then cleaning again.
SEAMS = {
    "words-of-a-picture-are-a-tag": f"<img alt='{IMG}'>",
    "words-of-a-picture-decode-to-a-tag": f"<img alt='{ESCAPED}'>",
    "words-of-a-picture-decode-twice": f"<img alt='{html.escape(ESCAPED)}'>",
    "words-of-a-picture-end-its-place": f"<details title='<img alt=\"'></details>{IMG}\">",
    "a-box-gone-joins-a-tag": "<scr<input>ipt>window.pwned=1</scr<input>ipt>" + IMG,
    "a-picture-gone-joins-a-tag": f"<<img>script>window.pwned=1<<img>/script><<img>{IMG[1:]}",
    "a-heading-in-a-heading": "<h<h1>1 onclick=pwned=1><h1<img/src=x/onerror=window.pwned=1>>",
    "a-heading-without-end": f"<h1 title='{IMG}<h1 title=\"{IMG}",
    "an-end-tag-with-an-event": f"</h1 onclick='>{IMG}'><h2></h1/{IMG}></h2 >",
    "a-comment-closed-at-once": f"<!-->{IMG}--><!--->{IMG}-->",
    "a-comment-closed-in-another-way": f"<!-- --!>{IMG}--><!-- <!-- --> {IMG} -->",
    "a-comment-that-is-none": f"<!x>{IMG}<?x >{IMG}?></ x>{IMG}",
    "cdata-outside": f"<![CDATA[>{IMG}]]>",
    "cdata-in-svg": f"<svg><![CDATA[</svg>{IMG}]]></svg><h1><![CDATA[{IMG}]]>",
    "style-in-svg": f"<svg></p><style><h1 title='</style>{IMG}'>",
    "style-in-math": f"<math><mtext><table><mglyph><style><!--</style><h1 title='--&gt;{ESCAPED}'>",
    "forms-in-math": f"<form><math><mtext></form><form><mglyph><style></math>{IMG}",
    "annotation-in-math": f"<math><annotation-xml encoding=text/html><style></style>{IMG}<h1>",
    "noscript": f"<noscript><h1 title='</noscript>{IMG}'>",
    "template": f"<template><h1><template></template>{IMG}</template>{IMG}",
    "textarea": f"<textarea><img alt='</textarea>{IMG}'>",
    "title": f"<title><h1 title='</title>{IMG}'>",
    "raw-text": "".join(f"<{of}><h1 title='</{of}>{IMG}'>" for of in ("xmp", "iframe", "noembed")),
    "all-the-rest-as-text": f"<h1><plaintext><img alt='{IMG}'></plaintext>{IMG}",
    "in-a-list-of-choices": f"<select><h1><template><style><!--</select>{IMG}--></style>",
    "pulled-out-of-a-table": f"<table><h1><tr><img alt='<td>{IMG}'><style></table>{IMG}",
    "quotes-in-odd-places": f"<img alt=a'><img alt=\"b`'x>{IMG}\"><h1 '{IMG}'><a href=x'\">{IMG}",
    "no-blank-between-attributes": "<h1 title=''onclick='x'/style=''onload=''><img/src/onerror=x>",
    "attributes-dropped-up-to-a-bracket": f"<b title='>{IMG}'><i x=\"{IMG}\"><font/x='>{IMG}'",
    "the-same-attribute-twice": f"<img alt=a alt='{IMG}' src='data:image/gif;base64,AA==' src=x>",
    "zeros": f"<h1\0 onclick=x><im\0g alt='{IMG}'><scr\0ipt>window.pwned=1</script>\0{IMG}",
    "entities-in-an-address": "".join(
        f"<h1><a href='{address}:window.pwned=1'>a</a></h1>"
        for address in ("java&Tab;script", "&#x6A;avascript", "&amp;#106;avascript", "j\0avascript")
    ),
    "deeper-than-a-browser-nests": f"<h1>{'<div>' * 600}<svg>{'<g>' * 600}<style>{IMG}",
    "less-deep": f"{'<div><h1>' * 90}<svg><style><img alt='</style>{IMG}'>",
    "a-formula-in-an-attribute": f"<abbr title='$</abbr>{IMG}$'>a</abbr><h1 title=\"$x$\">{IMG}",
    "a-formula-around-tags": f"$\\text{{</mtext></math>{IMG}}}$ $$<h1 title='$$ '>{IMG}$$",
    "a-formula-deeper-than-a-browser-nests": f"${'{' * 300}\\text{{{IMG}}}{'}' * 300}$",
    "mathematics-in-tags": f"<math><mi href='javascript:x' style='x'><mtext><h1>{IMG}</math>",
    "half-a-character": f"<h1 title='\ud83d{IMG}'>\ud83d<im\udc00g alt='{IMG}'>",
    "words-of-a-picture-in-markdown": f'![{IMG}](x) ![a">{IMG}](attachment:{IMG})\n\n# {IMG}',
}


def long(attempt):
    return attempt + "x" * clean.LONGEST_TEXT + attempt


WAYS = {
    "html": clean.html,
    "twice": lambda attempt: clean.html(clean.html(attempt)),
    "markdown": clean.render,
    "markdown-in-a-block": lambda attempt: clean.render(f"<div>\n{attempt}\n</div>\n\n{attempt}"),
    "code": clean.code,
    "as-typed": clean.as_typed,
    "html-cut": lambda attempt: clean.html(long(attempt)),
    "markdown-cut": lambda attempt: clean.render(long(attempt)),
    "code-cut": lambda attempt: clean.code(long(attempt)),
}

OF_MATHEMATICS = "math mrow mi mn mo ms mtext mspace mstyle mtable mtr mtd msub msup msubsup mfrac"
HARMLESS = set(
    "p div pre blockquote hr br ul ol li dl dt dd details summary h3 h4 h5 h6 a abbr b cite code"
    " del dfn em i img ins kbd mark q s samp small span strong sub sup u var table caption"
    f" colgroup col thead tbody tfoot tr th td {OF_MATHEMATICS} a[href] a[rel] a[title] img[src]"
    " img[alt] math[display] abbr[title] span[class] div[class] code[class]".split()
)


class Read(html.parser.HTMLParser):
    """What a parser other than nh3 finds in a page."""

    def __init__(self, page):
        super().__init__()
        self.found, self.addresses, self.text = set(), [], ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found |= {tag} | {f"{tag}[{name}]" for name, _ in attrs}
        self.addresses += [value for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.found.add("a comment")

    def unknown_decl(self, data):
        self.found.add("a declaration")

    handle_decl = handle_pi = unknown_decl


@pytest.mark.parametrize("seam", SEAMS)
def test_what_one_step_writes_is_no_way_past_the_next(seam):
    for way, cleaned in WAYS.items():
        with case(way):
            page = cleaned(SEAMS[seam])
            read = Read(page)
            assert read.found <= HARMLESS
            assert all(address.startswith("data:image/png;base64,") for address in read.addresses)
            assert clean._LAST_STEP_WITH_FORMULAS.clean(page) == page
            page.encode()


class Nothing:
    """A first step that lets everything through."""

    def clean(self, source):
        return source


@pytest.mark.parametrize("way", ["html", "markdown"])
@pytest.mark.parametrize("seam", SEAMS)
def test_the_last_step_alone_would_do(monkeypatch, seam, way):
    monkeypatch.setattr(clean, "_FIRST_STEP", Nothing())
    read = Read(WAYS[way](SEAMS[seam]))
    assert read.found <= HARMLESS
    assert all(address.startswith("data:image/png;base64,") for address in read.addresses)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_attribute_is_dropped_when_looking_at_it_fails(monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    source = f"<p><img src='data:image/png;base64,{PIXEL}'>"
    assert "src" in clean.html(source)
    monkeypatch.setattr(clean, "is_picture", fail)
    assert "src" not in clean.html(source)


@pytest.mark.parametrize("tag", ["b x={}", "b/x={}", "FONT\fx={}", "b x='>' y={}"])
@pytest.mark.parametrize("end", ["", "<!--</b>-->"])
def test_tags_that_a_parser_opens_again_do_not_make_a_text_grow(monkeypatch, tag, end):
    monkeypatch.setattr(clean, "LONGEST_PAGE", 10**9)
    opened = "".join(f"<{tag.format(number)}>{end}" for number in range(100))
    source = f"<p>{opened}{'<p>a' * 2_000}"
    assert len(clean.html(source)) < 10 * len(source)


def test_a_text_that_would_make_a_page_too_long_is_shown_as_typed():
    opened = "".join(3 * f"<{name}>" for name in ("b", "i", "code", "em", "s", "u"))
    source = f"<p>{opened}{'<p>a' * 20_000}"
    assert len(source) < clean.LONGEST_TEXT
    assert clean.html(source).startswith("<pre>&lt;p&gt;&lt;b&gt;")


def test_no_formula_is_nested_as_deep_as_a_browser_cannot_follow():
    assert clean.formula("{" * 20 + "x" + "}" * 20).startswith("<math")
    assert clean.formula("{" * 100 + "x" + "}" * 100).startswith('<code class="tex">{')


def test_the_words_of_a_missing_picture_are_shown_as_they_are():
    assert clean.html("<img alt='a <b> &amp;lt; c'>") == "[picture: a &lt;b&gt; &amp;lt; c]"


def of_the_page(window, file):
    """Return what a browser finds in a page, and whether something ran or was asked for."""
    window.open(file, 50)
    found = window.page.evaluate(
        "[...document.body.querySelectorAll('*')].flatMap((one) => [one.localName,"
        " ...[...one.attributes].map((of) => `${one.localName}[${of.name}]`)])"
    )
    assert window.asked[0] == file.as_uri()
    asked = [url for url in window.asked[1:] if url[:5] != "data:"]
    return set(found), window.page.evaluate(RAN), asked


def write(file, body):
    file.write_text(f"<!DOCTYPE html><meta charset=utf-8><body>{body}", encoding="utf-8")
    return file


@pytest.mark.slow
@pytest.mark.browser
def test_a_browser_runs_and_finds_what_has_not_been_cleaned(window, tmp_path):
    found, ran, asked = of_the_page(window, write(tmp_path / "page.html", IMG))
    assert found == {"img", "img[src]", "img[onerror]"}
    assert ran
    assert asked


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("seam", SEAMS)
def test_a_browser_reads_at_the_seam_what_was_cleaned(window, tmp_path, seam):
    both = "<hr>".join(cleaned(SEAMS[seam]) for cleaned in (clean.html, clean.render))
    both += str(BeautifulSoup(both, "html.parser"))  # nbconvert writes the whole page in this way.
    found, ran, asked = of_the_page(window, write(tmp_path / "page.html", both))
    assert found <= HARMLESS
    assert not ran
    assert not asked


# ---------------------------------------------------------------- results


def defused(**fields):
    cell = new_code_cell("x", **fields)
    nb, _ = pages.Defuse().preprocess(new_notebook(cells=[cell]), {})
    return nb.cells[0]


@pytest.mark.parametrize(
    "kind",
    [
        "text/latex",
        "image/svg+xml",
        "application/javascript",
        "application/vnd.jupyter.widget-view+json",
        "application/vnd.plotly.v1+json",
        "application/pdf",
        "application/json",
    ],
)
def test_of_a_result_only_what_a_page_can_show_safely_remains(kind):
    output = new_output("display_data", data={kind: "x", "text/plain": "in words"})
    (kept,) = defused(outputs=[output]).outputs
    assert kept.data == {"text/plain": "in words"}


def test_a_picture_must_be_one():
    good = new_output("display_data", data={"image/png": PIXEL})
    bad = new_output("display_data", data={"image/png": '"><script>'})
    (kept,) = defused(outputs=[good, bad]).outputs
    assert kept.data == {"image/png": PIXEL}


def test_a_result_that_is_nothing_but_script_falls_back_on_its_words():
    output = new_output("display_data", data={"text/html": "<script>x</script>", "text/plain": "w"})
    (kept,) = defused(outputs=[output]).outputs
    assert kept.data == {"text/plain": "w"}


def test_the_words_of_an_explorable_are_not_said_twice():
    picture = new_output("display_data", data={"text/plain": "Ties. Sixty-six."})
    words = new_output("display_data", data={"text/plain": "Sixty-six.", "text/markdown": "66."})
    first, second = defused(outputs=[picture, words]).outputs
    assert first.data["text/plain"] == "[A picture in the notebook: Ties.]"
    assert second.data["text/markdown"] == "66."


def test_endless_output_is_cut_and_says_so():
    much = new_output("stream", text="spam\n" * 100_000)
    (kept,) = defused(outputs=[much]).outputs
    assert len(kept.text) < 30_000
    assert "characters left out" in kept.text
    many = [new_output("stream", text=str(number)) for number in range(500)]
    assert len(defused(outputs=many).outputs) == pages.MOST_OUTPUTS + 1


def test_colours_of_a_terminal_go_and_words_stay():
    (kept,) = defused(outputs=[new_output("stream", text="\x1b[37;47mhidden\x1b[0m")]).outputs
    assert kept.text == "hidden"


def test_raw_cells_are_shown_as_text():
    nb = new_notebook(cells=[new_raw_cell("</pre><script>x</script> ```", metadata={})])
    nb, _ = pages.Defuse().preprocess(nb, {})
    assert nb.cells[0].cell_type == "markdown"
    assert "<script>" not in clean.render(nb.cells[0].source)
    assert "&lt;script&gt;" in clean.render(nb.cells[0].source)


def test_of_metadata_only_what_nbgrader_needs_remains():
    nb = notebook()
    nb.metadata.title = "</title><script>"
    nb.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    nb.metadata.language_info = {"name": '"><script>', "pygments_lexer": '"><script>'}
    nb.cells[1].metadata.update(tags=["score"], alt='"><script>', magics_language="html")
    nb.cells[2].metadata.nbgrader.update(score=20, comment="<script>")
    nb.cells[4].metadata.nbgrader.grade_id = '"><script>'
    nb.cells[4].id = "x y"
    nb, _ = pages.Defuse().preprocess(nb, {})
    assert "<script>" not in str(nb.metadata) + str([cell.metadata for cell in nb.cells])
    assert nb.metadata.keys() == {"language_info"}
    assert nb.cells[1].metadata.keys() == {"nbgrader"}
    assert not {"score", "comment"} & nb.cells[2].metadata.nbgrader.keys()
    assert "nbgrader" not in nb.cells[4].metadata
    assert nb.cells[4].id == "cell-4"


# ---------------------------------------------------------------- hidden tests


def with_hidden_quoted():
    """Every way in which a hidden test has been seen to leak."""
    nb = notebook()
    quoted = [
        "-----",
        "ZeroDivisionError       Traceback (most recent call last)",
        f"Cell In[2], line 3\n      2 # HIDDEN\n----> 3 \x1b[38;5;28massert\x1b[39m {SECRET[7:]}",
        "Cell In[1], line 2, in pairs(n)\n----> 2     return n / 0",
        "ZeroDivisionError: division by zero",
    ]
    nb.cells[2].outputs = [
        new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=quoted)
    ]
    listed = repr(["pairs", nb.cells[2].source])
    nb.cells[1].outputs = [
        new_output("stream", text=listed),
        new_output("display_data", data={"text/html": f"<b>{SECRET}</b>", "text/plain": listed}),
        new_output("display_data", data={"text/markdown": listed}),
        new_output("error", ename="E", evalue=SECRET, traceback=[SECRET]),
    ]
    return nb


def joking(word):
    nb = notebook()
    nb.cells[1].source += f"\n{word}"
    nb.cells[4].source += f"\n\n{word}"
    return nb


def right():
    nb = notebook()
    nb.cells[2].outputs = [new_output("stream", text="✔ Half of n times n minus one.\n")]
    return nb


def wide():
    nb = notebook()
    cells = "".join(f"<td>{number}0000000</td>" for number in range(40))
    table = f"<table class='dataframe'><tr>{cells}</tr></table>"
    nb.cells[1].outputs = [
        new_output("display_data", data={"text/html": table}),
        new_output("stream", text="x" * 5_000),
        new_output("stream", name="stderr", text="a warning"),
    ]
    nb.cells[4].source = f"> quoted\n\n`code` {'long' * 300}\n\n$$\\tau^2$$"
    return nb


def unreadable():
    nb = notebook()
    nb.cells[1].outputs = [
        new_output("error", ename="SyntaxError", evalue="'(' was never closed", traceback=["…"])
    ]
    return nb


JOKERS = {"joker-1": "### BEGIN HIDDEN TESTS", "joker-2": "### BEGIN MARK SCHEME"}


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """A class with our settings, of which each test looks at one student; ``said`` by nbgrader."""
    settings = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    place = Place(tmp_path_factory.mktemp("few") / "course", settings)
    place.hand_in("ann", notebook())
    place.hand_in("curious", with_hidden_quoted())
    for student, word in JOKERS.items():
        place.hand_in(student, joking(word))
    comment = "**Good.** <script>pwned</script>"
    place.hand_in("late", right(), check=1, essay=2.5, comment=comment)
    with Gradebook(place.book, "course") as book:
        book.find_submission_notebook("nb", "ps", "late").late_submission_penalty = 0.5
        book.db.commit()
    place.hand_in("wide", wide(), comment="Good.")
    place.hand_in("unreadable", unreadable())
    place.said = place.feedback()
    return place


@pytest.mark.slow
@pytest.mark.thorough
def test_stock_nbgrader_hands_hidden_tests_out(tmp_path):
    stock = Place(tmp_path / "stock", STOCK)
    stock.hand_in("curious", with_hidden_quoted())
    stock.feedback()
    assert "18791515" in stock.text("curious")


@pytest.mark.slow
def test_no_hidden_test_is_in_the_feedback_however_it_was_quoted(few):
    for secret in ("6131", "18791515", "HIDDEN"):
        assert secret not in few.page("curious")
    assert "The check stopped with ZeroDivisionError: division by zero" in few.text("curious")
    assert "return n / 0" in few.text("curious")  # the student's own line is there to learn from


@pytest.mark.slow
def test_whoever_marks_still_sees_hidden_tests(few, monkeypatch):
    few.formgrade(monkeypatch, ["ann"])
    page = few.file("formgrader", "ann").read_text(encoding="utf-8")
    assert "6131" in page


@pytest.mark.slow
def test_whoever_marks_finds_the_mark_scheme_under_a_heading(few, monkeypatch):
    nb = notebook()
    nb.cells[3].source += f"\n\n{SCHEME}"
    nb.cells[3].metadata.nbgrader.update(task=True, points=3)
    nb.cells[4].source += f"\n\n{SCHEME}"  # A student's own words stay as they are.
    file = few.file("autograded", "asked", "ipynb")
    file.parent.mkdir(parents=True)
    nbformat.write(nb, file)
    few.formgrade(monkeypatch, ["asked"])
    page = few.file("formgrader", "asked").read_text(encoding="utf-8")
    headings = [one.text for one in BeautifulSoup(page, "html.parser").find_all("h5")]
    assert headings == [
        "Mark scheme (students never see it)",
        "BEGIN MARK SCHEME",
        "END MARK SCHEME",
    ]


@pytest.mark.parametrize("joker", JOKERS)
@pytest.mark.slow
def test_a_student_who_writes_nbgraders_words_stops_nobodys_feedback(few, joker):
    assert "ERROR" not in few.said
    assert "Last words" in few.text(joker)
    assert "Last words" in few.text("ann")


# ---------------------------------------------------------------- what the page says


@pytest.mark.slow
def test_the_hint_of_a_failed_check_comes_first(few):
    text = few.text("ann")
    hint = "This counts everybody with themselves."
    assert "Feedback: Pairs 0 of 4 points" in text
    assert text.index(hint) < text.index("Your notebook")
    assert text.count(hint) == 2  # in the summary, and where the check stands
    assert "Question 1 0 of 1 ✘ Not yet" in text
    assert "Question 2 – of 3 … Not marked yet" in text


@pytest.mark.slow
def test_points_comments_and_a_late_penalty_are_shown(few):
    text = few.text("late")
    assert "3 of 4 points" in text
    assert "A penalty of 0.5 for handing in late has been taken off." in text
    assert "Question 1 1 of 1 ✔ Right Half of n times n minus one." in text
    assert "Question 2 2.5 of 3 Marked by a person There is a comment." in text
    assert "<strong>Good.</strong>" in few.page("late")
    assert "pwned" not in few.page("late")


CONTRAST = """() => {
  const light = (colour) => colour.match(/[0-9.]+/g).slice(0, 3).map(Number)
    .map((part) => part / 255)
    .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return !/, 0\\)$/.test(colour) ? colour :
      element.parentElement ? behind(element.parentElement) : 'rgb(255, 255, 255)';
  };
  const ratios = [...document.querySelectorAll('body *')]
    .filter((element) => [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .map((e) => [light(getComputedStyle(e).color), light(behind(e))])
    .map(([one, two]) => (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05));
  return Math.min(...ratios);
}"""


@pytest.mark.slow
@pytest.mark.browser
def test_the_page_is_readable_on_a_wide_and_a_narrow_screen(few, browser):
    page = browser.new_page()
    page.goto(few.file("feedback", "wide").as_uri())
    for width in (1280, 800, 400):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CONTRAST) >= 4.5
    page.get_by_role("link", name="Question 1").click()
    assert page.evaluate("document.activeElement && location.hash") == "#q-check"
    page.close()


@pytest.mark.slow
def test_an_answer_that_failed_is_named_beside_what_its_check_says(few):
    told = "The answer cell stopped with SyntaxError: '(' was never closed."
    assert told in few.text("unreadable")


@pytest.mark.slow
def test_the_page_needs_no_network_and_allows_no_script(few):
    page = few.page("ann")
    assert "<script" not in page
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", page)
    assert "default-src 'none'" in page
    assert '<html lang="en">' in page
    assert [int(level) for level in re.findall(r"<h(\d)", page)] == [1, 2, 2, 3]


@pytest.mark.slow
def test_a_name_that_is_html_stays_a_name_in_formgrader(few, monkeypatch):
    few.formgrade(monkeypatch, ["ann"], first_name="<script>x</script>", last_name="<b>")
    page = few.file("formgrader", "ann").read_text(encoding="utf-8")
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


@pytest.mark.slow
def test_formgrader_keeps_its_own_fields(few, monkeypatch):
    few.formgrade(monkeypatch, ["ann"])
    page = few.file("formgrader", "ann").read_text(encoding="utf-8")
    for field in ('id="check"', 'id="essay"', 'id="essay-comment"', "formgrade.js"):
        assert field in page
