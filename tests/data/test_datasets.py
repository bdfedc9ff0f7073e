"""load() gives each table typed, whole and fresh, and says clearly what went wrong."""

import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scaling import datasets

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
RESOURCES = {
    resource["name"]: resource
    for resource in json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))["resources"]
}


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A copy of the data that datasets reads instead of the course's own."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    monkeypatch.setattr(datasets, "_possible_folders", lambda: (folder,))
    return folder


def cells(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_there_are_thirteen_names_in_alphabetical_order():
    assert len(datasets.names()) == 13
    assert datasets.names() == sorted(RESOURCES)


@pytest.mark.parametrize("name", sorted(RESOURCES))
def test_each_table_has_all_rows_and_the_types_of_its_description(name):
    table, (header, *rows) = datasets.load(name), cells(name)
    assert table.columns.tolist() == header
    assert len(table) == len(rows)
    for field, column in zip(
        RESOURCES[name]["schema"]["fields"], zip(*rows, strict=True), strict=True
    ):
        has_gap = "" in column
        whole = "Int64" if has_gap else "int64"
        expected = {"string": "str", "integer": whole, "number": "float64"}[field["type"]]
        assert str(table[field["name"]].dtype) == expected, field["name"]
        assert table[field["name"]].isna().sum() == column.count(""), field["name"]


@pytest.mark.parametrize("name", sorted(RESOURCES))
def test_each_cell_arrives_as_it_stands_in_the_file(name):
    table, (_, *rows) = datasets.load(name), cells(name)
    for field, column in zip(
        RESOURCES[name]["schema"]["fields"], zip(*rows, strict=True), strict=True
    ):
        convert = {"string": str, "integer": int, "number": float}[field["type"]]
        expected = [convert(cell) for cell in column if cell != ""]
        assert table[field["name"]].dropna().tolist() == expected


def test_whole_numbers_with_gaps_stay_whole():
    literate = datasets.load("rice_insurance").literate
    assert literate.dtype == pd.Int64Dtype()
    assert literate.isna().any()
    assert set(literate.dropna()) == {0, 1}


def test_whole_numbers_without_gaps_work_in_plain_numpy():
    births = datasets.load("infant_deaths_nc").births
    assert np.sqrt(births.to_numpy()).dtype == np.float64


def test_what_a_learner_changes_in_a_table_changes_nothing_elsewhere():
    original = datasets.load("bcg_trials")
    spoiled = datasets.load("bcg_trials")
    spoiled.loc[:, "year"] = 0
    spoiled["extra"] = 1
    spoiled.columns.name = "spoiled"
    spoiled.index.name = "spoiled"
    spoiled.attrs["spoiled"] = True
    again = datasets.load("bcg_trials")
    pd.testing.assert_frame_equal(again, original)
    assert again.columns.name is None
    assert again.index.name is None
    assert again.attrs == {}


def test_writing_into_the_numbers_of_a_table_cannot_reach_the_next_one():
    values = datasets.load("bcg_trials")["year"].array
    values[:] = 0
    assert datasets.load("bcg_trials").year.min() == 1948


@pytest.mark.parametrize(
    "ask", [datasets.load, datasets.describe, datasets.sources, datasets.licence]
)
def test_an_unknown_name_lists_the_known_ones_and_the_nearest(ask):
    with pytest.raises(ValueError, match="no table called 'bcg_trails'") as caught:
        ask("bcg_trails")
    message = str(caught.value)
    assert "Did you mean 'bcg_trials'?" in message
    assert all(name in message for name in RESOURCES)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("BCG", "bcg_trials"),
        ("rice_insurance.csv", "rice_insurance"),
        ("Daycare fines", "daycare_fines"),
    ],
)
def test_a_nearly_right_name_leads_to_the_right_one(typed, meant):
    with pytest.raises(ValueError, match=f"Did you mean '{meant}'"):
        datasets.load(typed)


@pytest.mark.parametrize("name", ["zzzz", "", 5, None, ["bcg_trials"], "../pyproject"])
def test_a_name_like_no_other_gets_no_suggestion_but_the_list(name):
    with pytest.raises(ValueError, match="The tables are: bcg_trials"):
        datasets.load(name)


def test_a_missing_file_is_named_with_its_place_and_a_remedy(elsewhere):
    (elsewhere / "bcg_trials.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"bcg_trials\.csv is missing") as caught:
        datasets.load("bcg_trials")
    assert str(elsewhere) in str(caught.value)
    assert "Fetch the course again" in str(caught.value)


def test_a_file_that_cannot_be_read_is_named_with_its_place_and_a_remedy(elsewhere):
    (elsewhere / "bcg_trials.csv").unlink()
    (elsewhere / "bcg_trials.csv").mkdir()
    with pytest.raises(FileNotFoundError, match=r"bcg_trials\.csv cannot be read") as caught:
        datasets.load("bcg_trials")
    assert str(elsewhere) in str(caught.value)


def test_a_missing_description_is_named_too(elsewhere):
    (elsewhere / "datapackage.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"datapackage\.json is missing"):
        datasets.names()


def test_a_missing_data_folder_names_every_place_that_was_tried(tmp_path, monkeypatch):
    places = (tmp_path / "one", tmp_path / "two")
    monkeypatch.setattr(datasets, "_possible_folders", lambda: places)
    with pytest.raises(FileNotFoundError, match="data folder is missing") as caught:
        datasets.load("bcg_trials")
    assert all(str(place) in str(caught.value) for place in places)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(
            lambda text: text.replace(",", ";"), "begin with the columns", id="semicolons"
        ),
        pytest.param(
            lambda text: text.replace("1948,44", "1948,4x"), "what is described", id="word"
        ),
        pytest.param(
            lambda text: text.replace("1948,44", "1948,44.5"), "what is described", id="half"
        ),
        pytest.param(lambda text: "", "begin with the columns", id="empty"),
    ],
)
def test_a_table_damaged_by_an_editor_is_not_read_as_if_it_were_whole(elsewhere, change, problem):
    path = elsewhere / "bcg_trials.csv"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ValueError, match=problem) as caught:
        datasets.load("bcg_trials")
    assert "bcg_trials.csv" in str(caught.value)


def test_line_ends_and_byte_order_mark_of_windows_do_no_harm(elsewhere):
    before = datasets.load("rescue_orgs")
    path = elsewhere / "bcg_trials.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert datasets.load("bcg_trials").columns[0] == "trial"
    assert datasets.load("bcg_trials").control_tb.dtype == "int64"
    assert len(before) == 140


def test_describe_explains_each_column_with_its_unit():
    table = datasets.describe("bcg_trials")
    assert table.columns.tolist() == ["column", "meaning", "unit"]
    assert table["column"].tolist() == datasets.load("bcg_trials").columns.tolist()
    latitude = table.set_index("column").loc["latitude_deg"]
    assert latitude.tolist() == ["Distance from the equator", "degrees"]


@pytest.mark.parametrize("name", sorted(RESOURCES))
def test_sources_and_licence_are_those_of_the_description(name):
    listed = datasets.sources(name)
    assert len(listed) == len(RESOURCES[name]["sources"])
    assert all(source.strip() for source in listed)
    assert datasets.licence(name).startswith(RESOURCES[name]["licenses"][0]["name"])


@pytest.mark.slow
def test_an_installed_wheel_brings_its_tables_along(tmp_path):
    folder = tmp_path / "wheel"
    build = [sys.executable, "-m", "uv", "build", "--wheel", "--out-dir", folder, ROOT]
    built = subprocess.run(build, capture_output=True, text=True)
    if built.returncode and "build-system.requires" in built.stderr:
        pytest.skip("hatchling, which builds the wheel, could not be fetched")
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("scaling-*.whl")
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    script = (
        "import scaling, json; from scaling.datasets import load, names;"
        "print(json.dumps([scaling.__file__, {name: len(load(name)) for name in names()}]))"
    )
    away = tmp_path / "away"
    away.mkdir()
    finished = subprocess.run(
        [sys.executable, "-P", "-c", script],
        cwd=away,
        env={**os.environ, "PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
        text=True,
    )
    place, rows = json.loads(finished.stdout)
    assert Path(place).is_relative_to(installed)
    assert rows == {name: len(cells(name)) - 1 for name in RESOURCES}
