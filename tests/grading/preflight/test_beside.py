"""Helpers and data of the learner's own are kept; what would change the run is left out."""

import pytest

from scaling.grading.preflight import Kind, beside
from scaling.grading.preflight.submission import inspect_submission

from .builders import RELEASE, hand_in, solved, texts


@pytest.fixture
def with_files(tmp_path):
    def inspect(files):
        folder = hand_in(tmp_path / "ada", solved())
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(data)
        return inspect_submission(folder, RELEASE)

    return inspect


def test_helpers_and_data_are_kept(with_files):
    inspection = with_files({
        "my_helpers.py": "x = 1", "data/own.csv": "a,b", "tools_of_mine/__init__.py": "",
        "tools_of_mine/io.py": "", "test/table.csv": "a", ".DS_Store": "", "x.ipynb": "{}",
        ".ipynb_checkpoints/a.ipynb": "", "__pycache__/my_helpers.cpython-311.pyc": "",
    })  # fmt: skip
    assert [path.as_posix() for path in inspection.files] == [
        "data/own.csv", "my_helpers.py", "test/table.csv", "tools_of_mine/__init__.py",
        "tools_of_mine/io.py",
    ]  # fmt: skip
    assert inspection.findings == ()


@pytest.mark.parametrize(
    "name",
    ["numpy.py", "random.py", "scaling.py", "sitecustomize.py", "usercustomize.py", "conftest.py",
     "numpy/__init__.py", "scaling/size_context/checks.py", "statistics/helper.py", "fast.so",
     "a.pth", "numpy.pyc", "ipython_config.py", ".ipython/profile_default/startup/a.py",
     ".jupyter/jupyter_config.py", "nbgrader_config.py", "nbgrader.py", "xml.py"],
)  # fmt: skip
def test_what_would_shadow_a_module_or_change_settings_is_left_out(with_files, name):
    inspection = with_files({name: "x = 1"})
    assert inspection.files == ()
    (finding,) = inspection.flagged
    assert finding.about == name
    assert "it was left out" in finding.text


def test_a_linked_file_is_left_out(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a")
    folder = hand_in(tmp_path / "ada", solved())
    (folder / "own.csv").symlink_to(secret)
    inspection = inspect_submission(folder, RELEASE)
    assert inspection.files == ()
    assert "is a link" in texts(inspection, Kind.FLAGGED)


def test_files_beyond_the_limits_are_left_out(with_files, monkeypatch):
    monkeypatch.setattr(beside, "MOST_FILES", 3)
    inspection = with_files({f"{n}.csv": "a" for n in range(10)})
    assert len(inspection.files) == 3
    (finding,) = inspection.flagged
    assert "7 files" in finding.text


def test_a_helper_is_read_like_a_cell(with_files):
    inspection = with_files({"my_helpers.py": "import ctypes"})
    assert [finding.about for finding in inspection.flagged] == ["my_helpers.py"]
