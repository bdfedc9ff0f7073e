"""Lessons arrive in a learner's home, and never over what the learner changed."""

import sys

import pytest
from machine import HUB

sys.path.append(str(HUB))
import lessons

LESSON, EXERCISE = "course/03.ipynb", "exercises/03/03.ipynb"


@pytest.fixture
def learner(tmp_path, monkeypatch):
    """Return a function that brings what the course holds, to a home that is still empty."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home/.local/share"))
    (tmp_path / "home").mkdir()

    class Learner:
        course, released = tmp_path / "course", tmp_path / "released"
        own = tmp_path / "home/does-it-scale"

        def publish(self, name, text, top=None):
            file = (top or self.course) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

        def bring(self):
            return lessons.bring(tmp_path / "home", self.course, self.released)

        def beside(self, name):
            place = (self.own / name).parent
            return sorted(file.read_text() for file in place.glob("* (new *"))

    learner = Learner()
    learner.publish(LESSON, "first")
    learner.publish(EXERCISE, "first")
    learner.publish("data/table.csv", "1")
    learner.bring()
    return learner


def test_everything_arrives_in_a_home_that_is_closed_to_others(learner):
    assert (learner.own / LESSON).read_text() == (learner.own / EXERCISE).read_text() == "first"
    assert (learner.own / "data/table.csv").read_text() == "1"
    assert learner.own.stat().st_mode & 0o077 == 0


def test_a_lesson_that_was_not_touched_is_replaced(learner):
    learner.publish(LESSON, "second")
    assert learner.bring() == []
    assert (learner.own / LESSON).read_text() == "second"
    assert learner.beside(LESSON) == []


def test_a_lesson_that_was_changed_stays_and_the_new_one_is_beside_it(learner):
    (learner.own / LESSON).write_text("mine")
    learner.publish(LESSON, "second")
    (told,) = learner.bring()
    assert told.startswith(f"{LESSON} is yours, and stays. Its new version is 03 (new ")
    assert learner.bring() == []  # once
    learner.publish(LESSON, "third")  # on the same day
    learner.bring()
    assert (learner.own / LESSON).read_text() == "mine"
    assert learner.beside(LESSON) == ["second", "third"]


def test_what_was_deleted_comes_again(learner):
    (learner.own / LESSON).unlink()
    learner.bring()
    assert (learner.own / LESSON).read_text() == "first"


def test_an_exercise_comes_as_it_was_released(learner):
    learner.publish("03/03.ipynb", "released", learner.released)
    learner.bring()
    assert (learner.own / EXERCISE).read_text() == "released"


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"course/03.ipynb": 3}'])
def test_without_notes_what_differs_counts_as_the_learners_own(learner, broken):
    (learner.own / LESSON).write_text("mine")
    lessons._notes().write_text(broken)
    learner.publish(LESSON, "second")
    learner.bring()
    assert (learner.own / LESSON).read_text() == "mine"
    assert learner.beside(LESSON) == ["second"]
