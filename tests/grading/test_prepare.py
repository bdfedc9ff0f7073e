"""What grading needs on a machine is made once, and not where other users could change it."""

import os
import shutil
import subprocess
import sys

import pytest

from scaling.grading import image, prepare
from scaling.grading.course import CourseError
from scaling.grading.guest import compiled, is_compiled, is_ready, is_safe
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


@pytest.mark.slow
def test_what_is_ready_is_used_where_it_cannot_be_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(prepare, "_why_not", lambda place: "cannot be written to")
    monkeypatch.setattr(Images, "are_ready", lambda self, exercises: True)
    monkeypatch.setenv(prepare.CACHE, str(tmp_path / "kept"))
    assert prepare.prepare([], tmp_path).cache == tmp_path / "kept"


@pytest.mark.slow
def test_where_it_cannot_be_kept_it_is_made_for_one_run_and_said(tmp_path, monkeypatch, capsys):
    made = []
    monkeypatch.setattr(prepare, "_why_not", lambda place: "cannot be written to")
    monkeypatch.setattr(prepare, "_make", lambda place, exercises: made.append(place))
    monkeypatch.setenv(prepare.CACHE, str(tmp_path / "kept"))
    assert prepare.prepare([], tmp_path).cache == tmp_path / "cache"
    assert made == [tmp_path / "cache"]
    assert "for this run alone" in capsys.readouterr().err


@pytest.mark.slow
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


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    def fails(new):
        new.write_bytes(b"half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        image._write(tmp_path / "image", fails)
    assert list(tmp_path.iterdir()) == []
    image._write(tmp_path / "image", lambda new: new.write_bytes(b"all"))
    assert (tmp_path / "image").read_bytes() == b"all"


@pytest.mark.skipif(os.name != "posix", reason="modes mean nothing on Windows")
def test_what_is_kept_is_closed_to_the_group_whatever_the_umask(tmp_path):
    before = os.umask(0o002)
    try:
        image._write(tmp_path / "image", lambda new: new.write_bytes(b"all"))
    finally:
        os.umask(before)
    assert is_safe(tmp_path / "image")


@pytest.mark.slow
def test_an_image_counts_when_all_of_it_is_there(tmp_path):
    images = Images(tmp_path)
    images._memory("x").touch()
    assert not images._is_kept("x")
    images._memory("x").with_suffix(".json").touch()
    assert images._is_kept("x")


@pytest.mark.slow
def test_only_what_was_not_used_for_a_day_is_forgotten(tmp_path):
    images = Images(tmp_path)
    names = [f"image-{n:02d}.memory" for n in range(20)]
    for n, name in enumerate(names):
        for file in (tmp_path / name, (tmp_path / name).with_suffix(".json")):
            file.touch()
        os.utime(tmp_path / name, (0, 0) if n < 6 else None)
    (tmp_path / ".image-05.memory-half").touch()
    os.utime(tmp_path / ".image-05.memory-half", (0, 0))
    images._forget_old()
    assert sorted(place.name for place in tmp_path.glob("*.memory")) == names[6:]
    assert len(list(tmp_path.glob("*.json"))) == 14
    assert not list(tmp_path.glob(".*"))


def test_what_was_compiled_for_another_machine_is_not_ready(tmp_path):
    tmp_path.chmod(0o755)
    compiled(tmp_path).write_bytes(b"machine code")
    compiled(tmp_path).chmod(0o644)
    assert is_compiled(tmp_path)
    assert not is_ready(tmp_path)


@pytest.mark.slow
@pytest.mark.thorough
def test_a_script_without_a_guard_can_prepare(tmp_path):
    cache = prepare.prepare([], tmp_path).cache
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept").chmod(0o755)
    shutil.copy(compiled(cache), tmp_path / "kept")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, prepare.CACHE: str(tmp_path / "kept")}
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, timeout=1200
    )
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "kept").glob("image-*.memory"))) == 1
