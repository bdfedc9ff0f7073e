"""What the README names first opens the whole course, and a newcomer gets from it to a ✔.

JupyterLab is started with the very words of the Makefile and of the README, on a fresh copy in a
folder whose name is not ASCII, and in a locale that is not UTF-8.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import lab
import nbformat
import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FIRST = "exercises/01-scaling-up/01-scaling-up-exercise.ipynb"
FLAGS = [
    "--no-browser",
    "--IdentityProvider.token=",
    "--ServerApp.disable_check_xsrf=True",
    "--LabApp.expose_app_in_browser=True",
]
PATH = "() => window.jupyterapp?.shell.currentWidget?.context?.path"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def others():
    """The README's commands for those without make, as this system writes them."""
    windows = re.search(r"^\.venv\\Scripts\\(jupyter lab .+)$", README, re.MULTILINE)[1]
    conda = re.search(r"`conda activate [\w-]+` and `(jupyter lab [^`]+)`", README)[1]
    return {"windows": windows.replace("\\", "/"), "conda": conda}


@pytest.fixture
def fresh(tmp_path):
    """A copy of the course as it is downloaded, with an environment that is set up already."""
    place = tmp_path / "Jörg" / "does-it-scale"
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, place / name)
    (place / ".venv").symlink_to(sys.prefix)
    return place


@contextlib.contextmanager
def started(command, place, home):
    """Start JupyterLab with a command; yield the address that it prints."""
    home.mkdir()
    log = home / "log.txt"
    with log.open("w") as output:
        server = subprocess.Popen(
            command,
            cwd=place,
            env=lab.environment(home) | {"LC_ALL": "C"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        port = next(part for part in command if "port=" in part).split("port=")[1].split()[0]
        lab.wait_for_server(f"http://127.0.0.1:{port}/api/status", server)
        printed = log.read_text(encoding="utf-8", errors="replace")
        yield re.findall(rf"http://127\.0\.0\.1:{port}/\S*", printed)[-1]
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def make_lab():
    flags = " ".join([*FLAGS, f"--ServerApp.port={lab.free_port()}"])
    # What it installs is there; "-o" tells make so, whatever the files' times are.
    return ["make", "lab", "-o", ".venv/course.done", f"LAB_FLAGS={flags}"]


def test_a_newcomer_gets_from_the_first_command_to_an_answer(fresh, tmp_path, classroom):
    with (
        started(make_lab(), fresh, tmp_path / "home") as address,
        contextlib.closing(classroom.context.browser.new_context()) as context,
    ):
        page = lab.open_address(context, address)
        assert page.evaluate(PATH) == "course/00-start-here.ipynb"
        expect(page.get_by_role("tab", name="Create Assignment")).to_have_count(0)

        follow(page, "1a Scaling up", "course/01a-scaling-up.ipynb")
        follow(page, "Lesson 1b", "course/01b-how-ideas-spread.ipynb")
        follow(page, "Compute", FIRST)
        asked, typed, checked = first_question()
        lab.run_all(page)
        lab.type_into(page, asked, typed)
        page.keyboard.press("Shift+Enter")
        check = lab.select(page, checked)
        page.keyboard.press("Shift+Enter")
        expect(check.locator(".jp-OutputArea-output")).to_contain_text("✔")
        page.keyboard.press("ControlOrMeta+s")
        page.wait_for_function("() => !jupyterapp.shell.currentWidget.context.model.dirty")

        page.goto(address)
        # The notebooks of before are opened again first, and each is in view for a moment.
        page.wait_for_function("() => window.jupyterapp?.restored.then(() => true)")
        page.wait_for_function(f"() => ({PATH})() === 'course/00-start-here.ipynb'")
        page.evaluate("() => jupyterapp.shell.activateById(jupyterapp.shell.currentWidget.id)")
        lab.wait_for_kernel(page)
        for cell in ("imports", "progress"):
            lab.select(page, cell)
            # The keys were tried above; a page that is still opening may take the focus elsewhere.
            page.evaluate("() => jupyterapp.commands.execute('notebook:run-cell')")
        row = lab.select(page, "progress").locator("tr", has_text="Question 1:")
        expect(row).to_contain_text("done")
        assert [one for one in page.complaints if "404" in one] == []


def follow(page, link, path):
    """Click the last link of this name in the notebook; wait until it has opened."""
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)").get_by_role(
        "link", name=link
    ).last.click()
    page.wait_for_function(f"() => ({PATH})() === '{path}'")
    lab.wait_for_kernel(page)


def first_question():
    """Return the ids of the first answer cell and its check, and the answer of the solution."""
    solution = ROOT / FIRST.replace("exercises", "solutions", 1)
    cells = nbformat.read(solution, as_version=4).cells
    place = next(i for i, cell in enumerate(cells) if "### BEGIN SOLUTION" in cell.source)
    source = cells[place].source
    answer = re.search(r"### BEGIN SOLUTION\n(.*?)\s*### END SOLUTION", source, re.DOTALL)[1]
    return cells[place].id, answer, cells[place + 1].id


@pytest.mark.parametrize("name", others())
def test_the_other_commands_serve_the_whole_course_and_open_the_start_page(
    name, fresh, tmp_path, classroom
):
    command = [*others()[name].split(), *FLAGS, "--allow-root"]
    with started(
        [*command, f"--ServerApp.port={lab.free_port()}"], fresh, tmp_path / "home"
    ) as address:
        server, _, page = address.partition("/lab/tree/")
        assert page == "course/00-start-here.ipynb"
        for path in (page, FIRST):
            with urllib.request.urlopen(f"{server}/api/contents/{path}?content=0") as answer:
                assert json.load(answer)["type"] == "notebook"
