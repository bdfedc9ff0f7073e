"""A learner's committed predictions survive restarts, crashes, bad files and full disks."""

import errno
import json
import multiprocessing
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import filelock
import pytest

from scaling import prediction
from scaling.explorable import all_explorables


@pytest.fixture
def file(tmp_path, monkeypatch):
    """The file of a learner who has not predicted anything yet."""
    place = tmp_path / "of theirs" / "predictions.json"
    monkeypatch.setenv("SCALING_PREDICTIONS", str(place))
    monkeypatch.setattr(prediction, "_unsaved", [])
    monkeypatch.setattr(prediction, "_notes_shown", set())
    return place


def commit(key="ties", predicted=132.0, outcome=276.0):
    return prediction.commit(key, f"What of {key}?", predicted, outcome, "ties")


def keys():
    return [item.key for item in prediction.committed()]


def left_over(file):
    """Files beside the predictions, but for the lock."""
    return sorted(
        other.name
        for other in file.parent.iterdir()
        if other.name not in (file.name, f"{file.name}.lock")
    )


# Kept


def test_a_prediction_is_kept_as_it_was_made(file):
    before = datetime.now(UTC)
    assert commit() == ""
    (kept,) = prediction.committed()
    assert (kept.key, kept.question, kept.unit) == ("ties", "What of ties?", "ties")
    assert (kept.predicted, kept.outcome, kept.confidence) == (132.0, 276.0, "")
    when = datetime.fromisoformat(kept.committed)
    assert timedelta(0) <= when - before < timedelta(minutes=1)
    assert file.exists()


@pytest.mark.parametrize("step", prediction.CONFIDENCE)
def test_how_sure_a_learner_was_is_kept(file, step):
    assert prediction.commit("ties", "How many?", 1, 2, "ties", step) == ""
    assert [one.confidence for one in prediction.committed()] == [step]


def test_a_confidence_that_is_no_step_is_refused(file):
    with pytest.raises(ValueError, match="guess, think, sure"):
        prediction.commit("ties", "How many?", 1, 2, "ties", "certain")
    assert not file.exists()


def test_a_prediction_from_before_lesson_5b_had_its_folder_is_still_found(file):
    commit("three_scales.voices")
    commit("three_scales.ripples")
    assert keys() == ["who_is_heard.voices", "three_scales.ripples"]
    came_later = {"who_is_heard.score"}
    assert (
        set(prediction._RENAMED.values())
        == {key for key in all_explorables() if key.startswith("who_is_heard.")} - came_later
    )


def test_an_older_copy_of_lesson_5b_finds_its_modules():
    from scaling.three_scales import county_line, voices  # as that copy has it

    assert voices.explorable.key == "who_is_heard.voices"
    assert county_line.__name__ == "scaling.who_is_heard.county_line"


def test_nothing_is_written_before_the_first_prediction(file):
    assert prediction.committed() == []
    assert not file.parent.exists()


def test_predictions_add_up_and_none_replaces_another(file):
    for predicted in (100, 200, 300):
        commit(predicted=predicted)
    commit(key="villages")
    assert [item.predicted for item in prediction.committed("ties")] == [100, 200, 300]
    assert keys() == ["ties", "ties", "ties", "villages"]
    assert prediction.committed("nothing") == []


def test_a_prediction_survives_a_restart(file):
    commit(predicted=7.25)
    script = (
        "from scaling import prediction\n"
        "(kept,) = prediction.committed()\n"
        "print(kept.predicted)\n"
        "prediction.commit('villages', 'And?', 55, 85, 'per cent')"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert finished.stdout == "7.25\n"
    assert keys() == ["ties", "villages"]


def test_any_language_and_any_number_survive(file):
    prediction.commit("ties", "Wie viele Bände? 结 “«", -1e-12, 0, "€ per Ängström")
    (kept,) = prediction.committed()
    assert (kept.question, kept.unit) == ("Wie viele Bände? 结 “«", "€ per Ängström")
    assert (kept.predicted, kept.outcome) == (-1e-12, 0)


def test_without_a_wish_the_file_lies_in_the_learners_own_data_folder(monkeypatch):
    monkeypatch.delenv("SCALING_PREDICTIONS", raising=False)
    assert prediction.path().name == "predictions.json"
    assert prediction.path().parent.name == "does-it-scale"
    assert prediction.path().is_relative_to(Path.home())


def test_a_bare_name_in_the_wish_is_one_file_for_all_folders(monkeypatch):
    monkeypatch.setenv("SCALING_PREDICTIONS", "mine.json")
    assert prediction.path() == Path.home() / "mine.json"


def test_a_tilde_in_the_wish_is_the_learners_home(monkeypatch):
    monkeypatch.setenv("SCALING_PREDICTIONS", "~/course/mine.json")
    assert prediction.path() == Path.home() / "course" / "mine.json"


# Interrupted


def test_a_failure_while_writing_leaves_the_old_file_whole_and_no_rubbish(file, monkeypatch):
    commit()
    before = file.read_bytes()

    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    note = commit(key="villages")
    assert "cannot be saved" in note
    assert "No space left on device" in note
    assert file.read_bytes() == before
    assert left_over(file) == []
    assert keys() == ["ties", "villages"]  # the second until the kernel stops


@pytest.mark.parametrize("place", ["os.fsync", "json.dumps", "Path.replace"])
def test_an_interruption_while_writing_leaves_the_old_file_whole(file, monkeypatch, place):
    commit()
    before = file.read_bytes()

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    owner, name = place.split(".")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr({"os": os, "json": json, "Path": Path}[owner], name, interrupt)
        commit(key="villages")
    assert file.read_bytes() == before
    assert left_over(file) == []
    assert commit(key="joining_up") == ""
    assert keys() == ["ties", "joining_up"]


def test_a_kernel_killed_while_writing_leaves_the_old_file_whole(file):
    commit()
    before = file.read_bytes()
    script = (
        "import os\n"
        "from scaling import prediction\n"
        "os.fsync = lambda _: os._exit(9)\n"
        "prediction.commit('villages', 'And?', 55, 85, 'per cent')"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 9
    assert file.read_bytes() == before
    assert commit(key="joining_up") == ""
    assert keys() == ["ties", "joining_up"]


# Not understood


BROKEN = {
    "cut short": b'{"format": 1, "predictions": [{"key": "ti',
    "empty": b"",
    "another thing": b"[1, 2, 3]",
    "a number": b"3",
    "no format": b'{"predictions": []}',
    "no predictions": b'{"format": 1}',
    "format in words": b'{"format": "one", "predictions": []}',
    "predictions in words": b'{"format": 1, "predictions": ["ties"]}',
    "half a prediction": b'{"format": 1, "predictions": [{"key": "ties"}]}',
    "an unknown field": b'{"format": 1, "predictions": [{"key": "ties", "mood": 1}]}',
    "not text": b"\xff\xfe\x00",
    "a time in figures": json.dumps(
        {
            "format": 1,
            "predictions": [
                {
                    "key": "ties",
                    "question": "?",
                    "predicted": 1,
                    "outcome": 2,
                    "unit": "ties",
                    "committed": 5,
                }
            ],
        }
    ).encode(),
    "a confidence of another kind": json.dumps(
        {
            "format": 2,
            "predictions": [
                {
                    "key": "ties",
                    "question": "?",
                    "predicted": 1,
                    "outcome": 2,
                    "unit": "ties",
                    "committed": "2026-03-01T09:10:11+00:00",
                    "confidence": "certain",
                }
            ],
        }
    ).encode(),
    "a prediction in words": json.dumps(
        {
            "format": 1,
            "predictions": [
                {
                    "key": "ties",
                    "question": "?",
                    "predicted": "many",
                    "outcome": 1,
                    "unit": "",
                    "committed": "",
                }
            ],
        }
    ).encode(),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_set_aside_and_the_learner_told(file, kind):
    file.parent.mkdir()
    file.write_bytes(BROKEN[kind])
    assert prediction.committed() == []  # looking changes nothing
    assert prediction.committed() == []
    assert file.read_bytes() == BROKEN[kind]
    note = commit()
    (aside,) = left_over(file)
    assert aside.startswith("predictions.broken-")
    assert aside.endswith(".json")
    assert aside in note
    assert "could not be read" in note
    assert (file.parent / aside).read_bytes() == BROKEN[kind]
    assert keys() == ["ties"]
    assert commit(key="villages") == ""
    assert left_over(file) == [aside]


def test_two_broken_files_are_both_kept(file):
    file.parent.mkdir()
    for content in (b"first", b"second"):
        file.write_bytes(content)
        commit()
    assert sorted((file.parent / name).read_bytes() for name in left_over(file)) == [
        b"first",
        b"second",
    ]


def test_a_file_saved_by_a_windows_editor_is_still_understood(file):
    commit()
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert keys() == ["ties"]
    assert commit(key="villages") == ""
    assert keys() == ["ties", "villages"]


def test_a_file_of_a_later_course_is_left_untouched(file):
    file.parent.mkdir()
    content = json.dumps({"format": prediction.FORMAT + 1, "predictions": "of another shape"})
    file.write_text(content, encoding="utf-8")
    note = commit()
    assert "later version of the course" in note
    assert "last until the kernel stops" in note
    assert file.read_text(encoding="utf-8") == content
    assert left_over(file) == []
    assert keys() == ["ties"]


# Not writable


@pytest.mark.parametrize("place", ["/dev/null/x", "/dev/null/folder/predictions.json"])
def test_where_nothing_can_be_written_all_else_works_and_it_is_said(file, monkeypatch, place):
    monkeypatch.setenv("SCALING_PREDICTIONS", place)
    note = commit()
    assert note.startswith(f"Your predictions cannot be saved in {place}")
    assert note.endswith("Everything else works.")
    assert commit(key="villages") == ""
    assert keys() == ["ties", "villages"]


def test_a_folder_in_the_place_of_the_file_is_not_written_into(file):
    file.mkdir(parents=True)
    assert "cannot be saved" in commit()
    assert list(file.iterdir()) == []
    assert keys() == ["ties"]


def test_a_lock_that_is_never_released_does_not_stop_the_learner(file, monkeypatch):
    commit()
    patient = filelock.FileLock
    monkeypatch.setattr(filelock, "FileLock", lambda name, timeout: patient(name, timeout=0.05))
    with patient(f"{file}.lock"):
        note = commit(key="villages")
    assert "cannot be saved" in note
    assert keys() == ["ties", "villages"]
    assert json.loads(file.read_text(encoding="utf-8"))["predictions"][0]["key"] == "ties"


# Two kernels at once


def commit_many(place, name, start):
    os.environ["SCALING_PREDICTIONS"] = place
    start.wait()
    for i in range(20):
        note = prediction.commit(name, "?", i, 0, "")
        assert note == "", note


@pytest.mark.slow
def test_two_kernels_that_commit_at_once_lose_nothing(file):
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(2)
    both = [
        context.Process(target=commit_many, args=(str(file), name, start))
        for name in ("one", "two")
    ]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    for name in ("one", "two"):
        assert [item.predicted for item in prediction.committed(name)] == list(range(20))
    assert left_over(file) == []
