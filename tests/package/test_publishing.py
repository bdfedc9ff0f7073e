"""The workflow that publishes the web edition on GitHub Pages does what the README says."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github/workflows/pages.yml"
LINES = 30  # of a workflow that somebody can check before they run it on their copy
PINNED = re.compile(r"[\w.-]+/[\w.-]+@(v\d+(\.\d+)*|[0-9a-f]{40})")


def jobs():
    return yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]


def test_the_workflow_is_short_and_asks_for_no_more_than_publishing():
    text = WORKFLOW.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LINES
    allowed = yaml.safe_load(text)["permissions"]
    assert allowed == {"contents": "read", "pages": "write", "id-token": "write"}


def test_every_action_of_the_workflow_names_its_version():
    used = [step["uses"] for job in jobs().values() for step in job["steps"] if "uses" in step]
    assert len(used) >= 3
    assert [action for action in used if not PINNED.fullmatch(action)] == []


def test_the_workflow_runs_two_targets_and_publishes_what_the_second_makes():
    (job,) = jobs().values()
    assert [step["run"] for step in job["steps"] if "run" in step] == ["make quick", "make site"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{target}:.*$", makefile, re.M) for target in ("quick", "site"))
    (upload,) = (step for step in job["steps"] if "upload-pages" in step.get("uses", ""))
    assert upload["with"]["path"] == "site"
    assert "scaling.web site\n" in makefile
