"""Formats are declared once: files of the old kind load, broken ones are renamed, later ones left.

What the old versions wrote stands here byte for byte, as they wrote it.
"""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from scaling import files, prediction
from scaling.checking import tries
from scaling.form import Form, Step, Text
from scaling.form.file import FormFile
from scaling.game import saved


@dataclass(frozen=True)
class Cup:
    name: str
    size: float
    is_full: bool = False

    def __post_init__(self):
        if self.size < 0:
            raise ValueError("a cup has a size")


@dataclass(frozen=True)
class Shelf:
    cups: tuple[Cup, ...]
    places: int = 0
    notes: dict[str, str] = field(default_factory=dict)
    last: float | None = None
    moves: list[list[Any]] = field(default_factory=list)


WHOLE = Shelf((Cup("blue", 2.5, True), Cup("red", 1.0)), 3, {"a": "b"}, 0.5, [["x", 1, None]])


def test_what_is_written_is_read_again(tmp_path):
    file = tmp_path / "shelf.json"
    files.write(file, 1, WHOLE)
    assert files.read(file, 1, files.decoder(Shelf), "shelf") == (WHOLE, "")


def test_a_whole_number_is_read_as_a_float_where_one_is_declared():
    found = files.decoder(Shelf)({"cups": [{"name": "a", "size": 2}], "last": 1})
    assert found == Shelf((Cup("a", 2.0),), last=1.0)
    assert type(found.cups[0].size) is type(found.last) is float


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({}, KeyError),
        ({"cups": {}}, TypeError),
        ({"cups": "ab"}, TypeError),
        ({"cups": ["a"]}, TypeError),
        ({"cups": [{"name": "a"}]}, KeyError),
        ({"cups": [{"name": 1, "size": 1}]}, TypeError),
        ({"cups": [{"name": "a", "size": "1"}]}, TypeError),
        ({"cups": [{"name": "a", "size": True}]}, TypeError),
        ({"cups": [{"name": "a", "size": 1, "is_full": 1}]}, TypeError),
        ({"cups": [{"name": "a", "size": 1, "colour": "red"}]}, TypeError),
        ({"cups": [{"name": "a", "size": -1}]}, ValueError),
        ({"cups": [], "places": 1.0}, TypeError),
        ({"cups": [], "places": True}, TypeError),
        ({"cups": [], "notes": {"a": 1}}, TypeError),
        ({"cups": [], "notes": []}, TypeError),
        ({"cups": [], "last": "1"}, TypeError),
        ({"cups": [], "moves": [3]}, TypeError),
        ({"cups": [], "last": 10**400}, OverflowError),
    ],
)
def test_what_is_not_as_declared_is_refused(content, error):
    with pytest.raises(error):
        files.decoder(Shelf)(content)


def test_the_file_may_hold_more_than_is_declared_and_its_parts_may_not():
    assert files.decoder(Shelf)({"format": 1, "cups": [], "title": "x"}) == Shelf(())


def test_a_declaration_that_no_file_can_hold_is_a_fault_of_ours():
    @dataclass
    class Wrong:
        names: set[str]

    with pytest.raises(NotImplementedError, match="set"):
        files._decoded(set[str], ["a"])


OLD_PREDICTIONS = """{
 "format": 1,
 "predictions": [
  {
   "key": "three_scales.voices",
   "question": "How many?",
   "predicted": 40,
   "outcome": 62.5,
   "unit": "per cent",
   "committed": "2026-03-01T09:10:11.123456+00:00"
  }
 ]
}"""
OLD_GAMES = """{
 "format": 1,
 "games": [
  {
   "number": "0f",
   "seed": 1,
   "steps": [[["export", 3], ["export", 5]], [["end"]]],
   "predicted": 30,
   "started": true,
   "undone": 2,
   "told": false,
   "guess": "quiet"
  },
  {"number": "10", "seed": 434}
 ]
}"""
OLD_TRIES = '{\n "format": 1,\n "questions": {"m3-voice": {"wrong": 2, "seen": false}}\n}'
OLD_PLAN = """{
 "format": 1,
 "form": "Tea",
 "answers": {"why": "It is warm – \u7d50 <b>", "milk": "much"},
 "exported": {"tea.html": "00ff"}
}"""
TEA = Form("Tea", "tea", (Step("Why", "Say why.", (Text("why", "Why?"),)),), {})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SCALING_PREDICTIONS", str(tmp_path / "predictions.json"))
    monkeypatch.setattr(prediction, "_unsaved", [])
    monkeypatch.setattr(prediction, "_notes_shown", set())
    monkeypatch.setattr(tries, "_unsaved", {})
    return tmp_path


def test_predictions_of_the_old_kind_load_and_stay(folder):
    file = folder / "predictions.json"
    file.write_text(OLD_PREDICTIONS)
    (one,) = prediction.committed()
    assert (one.key, one.predicted, one.outcome) == ("who_is_heard.voices", 40.0, 62.5)
    assert prediction.commit("a", "b", 1, 2, "c") == ""
    old, new = json.loads(file.read_text())["predictions"]
    (before,) = json.loads(OLD_PREDICTIONS)["predictions"]
    assert old == before | {"key": "who_is_heard.voices", "confidence": "", "drawn": []}
    assert new["key"] == "a"
    assert list(folder.glob("*.broken-*")) == []


def test_games_of_the_old_kind_load_and_stay(folder):
    file = saved.path("capstone.region")
    file.write_text(OLD_GAMES)
    games, note = saved.load("capstone.region")
    assert note == ""
    assert games[0] == saved.SavedGame(
        "0f", 1, ([["export", 3], ["export", 5]], [["end"]]), 30.0, True, 2, False, "quiet"
    )
    assert games[1] == saved.SavedGame("10", 434)
    saved.save("capstone.region", saved.begin(7), None)
    before = json.loads(OLD_GAMES)["games"][0]
    assert json.loads(file.read_text())["games"][0] == before | {"confidence": ""}


def test_tries_of_the_old_kind_load_and_stay(folder):
    file = folder / "tries.json"
    file.write_text(OLD_TRIES)
    assert tries.read() == {"m3-voice": tries.Tries(2, False)}
    tries.add("m3-pairs")
    tries.mark_seen("m3-voice")
    assert json.loads(file.read_text()) == {
        "format": 1,
        "questions": {
            "m3-voice": {"wrong": 2, "seen": True},
            "m3-pairs": {"wrong": 1, "seen": False},
        },
    }


def test_a_plan_of_the_old_kind_loads_and_stays(folder):
    file = folder / "tea.json"
    file.write_text(OLD_PLAN, encoding="utf-8")
    form = FormFile(TEA)
    answers, note = form.read()
    assert answers == {"why": "It is warm – 結 <b>"}
    assert note == "Your answers of last time, from tea.json."
    form.write(answers)
    assert json.loads(file.read_text(encoding="utf-8")) == json.loads(OLD_PLAN)


BROKEN = [b"", b"{", b"[1]", b"\xff\xfe", b'{"format": "1"}', b'{"format": 1}', b"[" * 100_000]
OF_TRIES = [b'{"format": 1, "questions": {"q": {"wrong": "2", "seen": false}}}']


@pytest.mark.parametrize("content", [*BROKEN[:-2], BROKEN[-1], *OF_TRIES])
def test_broken_tries_are_renamed_when_the_next_one_is_written(folder, content):
    file = folder / "tries.json"
    file.write_bytes(content)
    assert tries.read() == {}
    assert file.read_bytes() == content
    tries.add("m3-voice")
    (renamed,) = folder.glob("tries.broken-*.json")
    assert renamed.read_bytes() == content
    assert tries.read() == {"m3-voice": tries.Tries(1)}


def test_tries_of_a_later_version_are_left_alone(folder):
    file = folder / "tries.json"
    content = b'{"format": 2, "questions": "of another shape"}'
    file.write_bytes(content)
    tries.add("m3-voice")
    assert file.read_bytes() == content
    assert tries.read() == {"m3-voice": tries.Tries(1)}  # until the kernel stops
