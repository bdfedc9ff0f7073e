"""The description of the tables is true: hashes, types, limits and keys hold, and errors show."""

import json
import shutil
from pathlib import Path

import pytest
from frictionless import validate

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def package(tmp_path):
    """A copy of the data that a test may damage."""
    copy = tmp_path / "data"
    shutil.copytree(DATA, copy)
    return copy


def described(package):
    return json.loads((package / "datapackage.json").read_text(encoding="utf-8"))


def forget_hashes(package):
    """Take hash and size out, so that only what the columns say can object."""
    description = described(package)
    for resource in description["resources"]:
        resource.pop("hash")
        resource.pop("bytes")
    (package / "datapackage.json").write_text(json.dumps(description), encoding="utf-8")


def replace_once(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def errors(package):
    report = validate(package / "datapackage.json")
    return {(task.name, error.type) for task in report.tasks for error in task.errors}


@pytest.mark.slow
def test_all_thirteen_tables_are_what_the_description_says():
    report = validate(DATA / "datapackage.json")
    problems = report.flatten(["name", "type", "message"])
    assert problems == []
    assert report.valid
    assert len(report.tasks) == 13


def test_every_table_in_the_folder_is_described_and_no_other():
    tables = {path.name for path in DATA.glob("*.csv")}
    assert tables == {resource["path"] for resource in described(DATA)["resources"]}


def test_every_table_states_source_licence_size_and_hash():
    for resource in described(DATA)["resources"]:
        assert resource["sources"], resource["name"]
        assert resource["licenses"], resource["name"]
        assert resource["bytes"] == (DATA / resource["path"]).stat().st_size
        assert resource["hash"].startswith("sha256:")


def test_every_column_says_what_it_means():
    for resource in described(DATA)["resources"]:
        for field in resource["schema"]["fields"]:
            assert field["description"], (resource["name"], field["name"])
            assert field["type"] in {"string", "integer", "number"}


def test_the_typed_figures_are_copied_unchanged():
    for typed in sorted((DATA / "facts").glob("*.csv")):
        assert typed.read_bytes() == (DATA / typed.name).read_bytes(), typed.name


@pytest.mark.slow
def test_an_unchanged_copy_is_valid_with_and_without_hashes(package):
    assert errors(package) == set()
    forget_hashes(package)
    assert errors(package) == set()


@pytest.mark.slow
def test_one_changed_digit_is_noticed_by_its_hash(package):
    replace_once(package / "bcg_trials.csv", "1948,44", "1948,45")
    assert errors(package) == {("bcg_trials", "hash-count")}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "old", "new", "error"),
    [
        pytest.param("bcg_trials", "1948,44", "1948,north", "type-error", id="word for a number"),
        pytest.param("bcg_trials", "1948,44", "1948,144", "constraint-error", id="latitude of 144"),
        pytest.param("daycare_fines", "fine", "fined", "constraint-error", id="unknown group"),
        pytest.param("daycare_fines", "1,fine,37,2", "1,fine,37,1", "primary-key", id="week twice"),
        pytest.param(
            "rescue_ties", "Cheyenne,1,2", "Cheyenne,1,99", "foreign-key", id="tie to none"
        ),
        pytest.param(
            "infant_deaths_nc", "births", "newborns", "incorrect-label", id="new column name"
        ),
    ],
)
def test_a_wrong_cell_is_noticed_by_the_description(package, table, old, new, error):
    forget_hashes(package)
    replace_once(package / f"{table}.csv", old, new)
    found = errors(package)
    assert (table, error) in found
    assert {name for name, _ in found} == {table}
