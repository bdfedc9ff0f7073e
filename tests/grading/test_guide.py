"""The instructor's guide is true: its ten steps run, word for word, on a clone of the course.

All blocks run in one shell, one after the other, as somebody types them. Two open a server and are
not run; they carry a note that says so.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "course/for-instructors/guide.md").read_text(encoding="utf-8")
TEN_STEPS = GUIDE.split("## Ten steps", 1)[1].split("\n## ", 1)[0]
NOT_RUN = "<!-- not run: opens a server -->"
CLONED = "https://github.com/OWNER/REPO.git"
EXERCISE = "03-size-and-context"
COURSE = (
    "course", "data", "exercises", "solutions", "src", "Makefile", "README.md",
    "nbgrader_config.py", "pyproject.toml", "requirements.txt", ".gitignore", ".gitattributes",
)  # fmt: skip


def steps():
    """Each step's title and its command, or None where it is not run."""
    for part in TEN_STEPS.split("\n### ")[1:]:
        title = part.splitlines()[0]
        (block,) = re.findall(rf"({NOT_RUN}\n)?```bash\n(.*?)```", part, re.DOTALL)
        yield title, None if block[0] else block[1]


STEPS = dict(steps())


def test_there_are_ten_numbered_steps_and_all_but_two_are_run():
    assert [int(title.split()[0]) for title in STEPS] == list(range(1, 11))
    assert list(STEPS.values()).count(None) == 2


@pytest.mark.parametrize("link", re.findall(r"\]\(#([\w-]+)\)", GUIDE))
def test_links_inside_the_guide_lead_somewhere(link):
    titles = re.findall(r"^#+ (.+)$", GUIDE, re.MULTILINE)
    assert link in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("place", re.findall(r"`((?:src|tests|course)/[\w/.-]+)`", GUIDE))
def test_files_that_the_guide_names_are_there(place):
    assert (ROOT / place).exists()


def test_the_readme_points_to_the_guide():
    assert "course/for-instructors/guide.md" in (ROOT / "README.md").read_text(encoding="utf-8")


# ---------------------------------------------------------------- for real


def git(place, *arguments):
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=place, check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A repository with the course as it stands here."""
    place = tmp_path_factory.mktemp("published")
    junk = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", ".kept", "*.pyc")
    for name in COURSE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=junk)
        else:
            shutil.copy(source, place / name)
    git(place, "init", "--quiet")
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--message=The course")
    return place


@pytest.fixture(scope="module")
def said(copy, tmp_path_factory):
    """What each step printed, and where the course was cloned to."""
    home = tmp_path_factory.mktemp("home")
    script = ["set -e"]
    for title, command in STEPS.items():
        script += [f"echo '=== {title}'", command or "true"]
        if title.startswith("2 "):  # in place of what `make grading` would install
            script += [f"ln -s {Path(sys.prefix)} .venv"]
    settings = {
        "HOME": str(home),
        "TMPDIR": str(home),
        "GIT_CONFIG_COUNT": "1",  # the guide's own address, without a network
        "GIT_CONFIG_KEY_0": f"url.{copy}.insteadOf",
        "GIT_CONFIG_VALUE_0": CLONED,
    }
    done = subprocess.run(
        ["bash"],
        input="\n".join(script),
        cwd=home,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=3000,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    parts = re.split(r"^=== (.*)\n", done.stdout, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True)), home / "does-it-scale"


def of_step(said, number):
    return next(text for title, text in said[0].items() if title.startswith(f"{number} "))


@pytest.mark.slow
def test_the_invented_class_looks_as_the_guide_shows_it(said):
    printed = of_step(said, 3)
    shown = TEN_STEPS.split("```\nstudent ", 1)[1].split("```", 1)[0]
    for line in shown.splitlines():
        assert line == "…" or line in printed or line in f"student {printed}"


@pytest.mark.slow
def test_the_grades_are_those_that_the_guide_shows(said):
    shown = re.search(r"```\n(student  state .*?)```", TEN_STEPS, re.DOTALL)[1]
    assert of_step(said, 8).strip().endswith(shown.strip())


@pytest.mark.slow
def test_generating_changes_nothing_that_is_committed(said):
    done = subprocess.run(
        ["git", "status", "--short"], cwd=said[1], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() in ("", "?? .venv")  # a link here, a folder elsewhere


@pytest.mark.slow
def test_what_students_get_holds_no_solutions(said):
    archive = said[1].parent / "for-students.zip"
    listed = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", archive], capture_output=True, text=True, check=True
    ).stdout
    assert f"exercises/{EXERCISE}/{EXERCISE}-exercise.ipynb" in listed
    assert "solutions/" not in listed


@pytest.mark.slow
def test_there_are_feedback_and_grades_for_both(said):
    course = said[1]
    lines = (course.parent / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line for line in lines if '"alex"' in line and '"Moss"' in line and "16" in line]
    for student in ("alex", "sam"):
        (page,) = (course / "feedback" / student / EXERCISE).glob("*.html")
        assert "Sample answer" not in page.read_text(encoding="utf-8")
