"""No question, label or rule is written twice, for JupyterLab and for the web edition."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/scaling"
# reworded.py quotes the lessons, and test_book.py holds it to them.
WEB = [
    file
    for file in [*(PACKAGE / "web").rglob("*.py"), *(ROOT / "web/js").glob("*.js")]
    if file.name != "reworded.py"
]
COURSE = [
    file
    for file in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.js"), *PACKAGE.rglob("*.html")]
    if file.relative_to(PACKAGE).parts[0] not in ("web", "grading")
]
# Names of the course, of keys and of settings, which are not worded.
NAMES = {"Check", "Does It Scale?", "Enter", "Picture", "Save", "SCALING_PREDICTIONS", "text/html"}
SHORTEST = 12  # letters of a phrase that is looked for inside of others
BETWEEN = re.compile(r"<[^>]*>|\$?\{[^{}]*\}|\n")  # tags, and what is put in
COMMENT = re.compile(r"/\*.*?\*/|(?:^|(?<=\s))//[^\n]*", re.DOTALL)
IN_QUOTES = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')


def texts(file):
    """The literals of a file, without docstrings; of a template all of it."""
    source = file.read_text(encoding="utf-8")
    if file.suffix == ".html":
        return [source]
    if file.suffix == ".js":
        return [one or other for one, other in IN_QUOTES.findall(COMMENT.sub("", source))]
    tree = ast.parse(source)
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    literals = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return [one.value for one in literals if isinstance(one.value, str) and id(one) not in alone]


def phrases(files):
    """What a reader may read of these files: in several words, or with a capital."""
    found = {}
    for file in files:
        for text in texts(file):
            for part in BETWEEN.split(text):
                phrase = part.strip(" .:,()“”")
                if re.match(r"[A-Z][a-z]{3}|[A-Za-z]{2,} [a-z].{3}", phrase):
                    found.setdefault(phrase, file.name)
    return found


@pytest.mark.slow
def test_no_words_of_the_web_edition_are_those_of_a_page_of_the_course():
    web, course = phrases(WEB), phrases(COURSE)
    assert len(web) > 50 and len(course) > 1000
    twice = {
        phrase: (file, course[other])
        for phrase, file in web.items()
        for other in course
        if phrase == other or (len(phrase) >= SHORTEST and phrase in other)
    }
    assert {phrase: where for phrase, where in twice.items() if phrase not in NAMES} == {}


def test_words_written_twice_are_found(tmp_path):
    one, other = tmp_path / "page.js", tmp_path / "page.py"
    one.write_text("node.textContent = `Show the picture of ${name}`; // Show the picture")
    other.write_text('"""Show the table."""\nButton(description="Show the picture of it")')
    assert phrases([one]) == {"Show the picture of": "page.js"}
    assert phrases([other]) == {"Show the picture of it": "page.py"}
