"""What grading needs on a machine is made once, and not where other users could change it."""

import os
import shutil
import subprocess
import sys

import pytest

from scaling.grading import prepare
from scaling.grading.course import CourseError
from scaling.grading.guest import compiled, is_compiled
from scaling.grading.image import Images

SCRIPT = """\
from pathlib import Path
from scaling.grading.prepare import prepare
prepare([], Path("nowhere"))
"""


@pytest.mark.skipif(os.name != "posix", reason="modes mean nothing on Windows")
@pytest.mark.parametrize(("mode", "is_taken"), [(0o755, True), (0o775, False), (0o777, False)])
def test_only_what_no_other_user_could_write_is_taken(tmp_path, mode, is_taken):
    kept, place = tmp_path / "kept", tmp_path / "place"
    kept.mkdir()
    compiled(kept).write_bytes(b"code")
    compiled(kept).chmod(0o644)
    kept.chmod(mode)
    assert prepare._is_copied(kept, place) == is_taken
    assert compiled(place).exists() == is_taken


def test_what_is_ready_is_used_where_it_cannot_be_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(prepare, "_why_not", lambda place: "cannot be written to")
    monkeypatch.setattr(Images, "are_ready", lambda self, exercises: True)
    monkeypatch.setenv(prepare.CACHE, str(tmp_path / "kept"))
    assert prepare.prepare([], tmp_path).cache == tmp_path / "kept"


def test_where_it_cannot_be_kept_it_is_made_for_one_run_and_said(tmp_path, monkeypatch, capsys):
    made = []
    monkeypatch.setattr(prepare, "_why_not", lambda place: "cannot be written to")
    monkeypatch.setattr(prepare, "_make", lambda place, exercises: made.append(place))
    monkeypatch.setenv(prepare.CACHE, str(tmp_path / "kept"))
    assert prepare.prepare([], tmp_path).cache == tmp_path / "cache"
    assert made == [tmp_path / "cache"]
    assert "for this run alone" in capsys.readouterr().err


def test_what_cannot_be_made_is_told_in_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(prepare, "MODULE", "scaling.grading.missing")
    monkeypatch.setenv(prepare.CACHE, str(tmp_path / "kept"))
    with pytest.raises(CourseError, match=r"could not be made .* No module named"):
        prepare.prepare([], tmp_path)


def test_a_runtime_that_may_not_be_read_counts_as_not_compiled(tmp_path, monkeypatch):
    tmp_path.chmod(0o755)
    compiled(tmp_path).write_bytes(b"machine code")
    compiled(tmp_path).chmod(0o644)
    assert is_compiled(tmp_path)
    monkeypatch.setattr(os, "access", lambda place, mode: mode != os.R_OK)  # Root may read all.
    assert not is_compiled(tmp_path)


@pytest.mark.slow
def test_a_script_without_a_guard_can_prepare(tmp_path):
    cache = prepare.prepare([], tmp_path).cache
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept").chmod(0o755)
    shutil.copy(compiled(cache), tmp_path / "kept")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, prepare.CACHE: str(tmp_path / "kept")}
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "kept").glob("image-*.memory"))) == 1
