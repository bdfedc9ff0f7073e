"""Learners do not see the instructor's panels; one command shows them, another hides them."""

import json
from pathlib import Path

import pytest
from jupyterlab_server.config import get_page_config

from scaling.__main__ import main
from scaling.grading import panels

HIDDEN = Path(__file__).parents[2] / "src/jupyter/page_config.json"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An environment's settings, with the course's own among them."""
    monkeypatch.setattr(panels, "settings", lambda: tmp_path / "labconfig")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path))
    ours = tmp_path / "labconfig/page_config.d/does-it-scale.json"
    ours.parent.mkdir(parents=True)
    ours.write_text(HIDDEN.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path / "labconfig"


def disabled():
    """What JupyterLab itself says is switched off."""
    listed = get_page_config([])["disabledExtensions"]
    return {name for name in panels.PANELS if name in listed}


def test_the_course_hides_just_the_panels_that_the_command_shows():
    assert set(json.loads(HIDDEN.read_text())["disabledExtensions"]) == set(panels.PANELS)


def test_one_command_shows_them_and_another_hides_them_again(place, capsys):
    assert disabled() == set(panels.PANELS)
    assert main(["panels"]) == 0
    assert disabled() == set()
    assert "Create Assignment" in capsys.readouterr().out
    assert main(["panels", "--off"]) == 0
    assert disabled() == set(panels.PANELS)


def test_other_settings_stay(place):
    file = place / "page_config.json"
    file.write_text('{"disabledExtensions": {"another:thing": true}}')
    assert main(["panels"]) == 0
    assert json.loads(file.read_text())["disabledExtensions"]["another:thing"] is True


def test_an_environment_that_cannot_be_written_is_told(monkeypatch, capsys):
    monkeypatch.setattr(panels, "settings", lambda: Path("/dev/null/labconfig"))
    assert main(["panels"]) == 2
    assert "cannot be written" in capsys.readouterr().out
