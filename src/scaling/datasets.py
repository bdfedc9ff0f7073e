"""The thirteen tables of the course, each loaded by one call, such as ``load("bcg_trials")``.

This module only reads the tables. ``data/datapackage.json`` (a Frictionless data package) gives the
meaning, unit and type of every column; ``data/README.md`` says where each table comes from, what it
shows and what it does not show.
"""

import difflib
import json
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

DESCRIPTOR = "datapackage.json"
COLUMN_TYPES = {"string": "str", "integer": "Int64", "number": "float64"}
WHAT_TO_DO = (
    "Fetch the course again (git clone, or pip install of a fresh copy) so that this file is back."
)


def load(name: str) -> pd.DataFrame:
    """Return one table of the course.

    Parameters
    ----------
    name : str
        Name of the table, such as ``"bcg_trials"``; `names` lists all of them.

    Returns
    -------
    pandas.DataFrame
        One row per observation, in the order of the file. Words are ``str``, whole numbers
        ``int64`` (``Int64`` where some are missing), other numbers ``float64``. Each call
        returns a new copy, so a change to it has no effect elsewhere.

    Raises
    ------
    ValueError
        If no table has this name, or if the file does not match its description.
    FileNotFoundError
        If the file is missing or cannot be read.

    Examples
    --------
    >>> load("bcg_trials").shape
    (13, 9)
    """
    folder = _folder()
    resource = _resource(folder, name)
    return _parse(folder, resource["name"]).copy()


def names() -> list[str]:
    """Return the names of all tables, in alphabetical order.

    Returns
    -------
    list of str
        The names that `load`, `describe`, `sources` and `licence` accept.

    Raises
    ------
    FileNotFoundError
        If the description of the tables is missing.
    """
    return sorted(_resources(_folder()))


def describe(name: str) -> pd.DataFrame:
    """Return what each column of a table means.

    Parameters
    ----------
    name : str
        Name of the table.

    Returns
    -------
    pandas.DataFrame
        One row per column of the table: ``column``, ``meaning`` and ``unit`` (empty where the
        column has none).

    Raises
    ------
    ValueError
        If no table has this name.
    FileNotFoundError
        If the description of the tables is missing.
    """
    fields = _resource(_folder(), name)["schema"]["fields"]
    rows = [(field["name"], field["description"], field.get("unit", "")) for field in fields]
    return pd.DataFrame(rows, columns=["column", "meaning", "unit"])


def sources(name: str) -> list[str]:
    """Return the sources to cite for a table.

    Parameters
    ----------
    name : str
        Name of the table.

    Returns
    -------
    list of str
        One reference for each source, followed by its web address if it has one.

    Raises
    ------
    ValueError
        If no table has this name.
    FileNotFoundError
        If the description of the tables is missing.
    """
    listed = _resource(_folder(), name)["sources"]
    return [" ".join((source["title"], source.get("path", ""))).strip() for source in listed]


def licence(name: str) -> str:
    """Return the licence under which a table may be passed on.

    Parameters
    ----------
    name : str
        Name of the table.

    Returns
    -------
    str
        Identifier and title, such as ``"CC0-1.0: CC0 1.0 (licence of the R package spData)"``.

    Raises
    ------
    ValueError
        If no table has this name.
    FileNotFoundError
        If the description of the tables is missing.
    """
    listed = _resource(_folder(), name)["licenses"]
    return "; ".join(f"{entry['name']}: {entry['title']}" for entry in listed)


def _possible_folders() -> tuple[Path, ...]:
    """Return the data folder of an installed package, and that of a clone of the course."""
    return Path(__file__).parent / "_data", Path(__file__).parents[2] / "data"


def _folder() -> Path:
    """Return the first data folder that exists.

    Raises
    ------
    FileNotFoundError
        If none does; the error names them all.
    """
    for folder in _possible_folders():
        if folder.is_dir():
            return folder
    looked_in = " and ".join(str(folder) for folder in _possible_folders())
    raise FileNotFoundError(
        f"The course's data folder is missing: looked in {looked_in}. {WHAT_TO_DO}"
    )


def _read_text(folder: Path, file_name: str) -> str:
    """Return the text of a file.

    Raises
    ------
    FileNotFoundError, ValueError
        If the file cannot be read or decoded; the error names it and says what to do.
    """
    try:
        return (folder / file_name).read_text(encoding="utf-8-sig")
    except OSError as error:
        problem = "is missing" if isinstance(error, FileNotFoundError) else "cannot be read"
        message = f"The data file {file_name} {problem}: looked in {folder}. {WHAT_TO_DO}"
        raise FileNotFoundError(message) from error
    except UnicodeDecodeError as error:
        raise ValueError(_damage_message(folder, file_name, "is not UTF-8 text")) from error


def _damage_message(folder: Path, file_name: str, problem: str) -> str:
    return f"The data file {file_name} in {folder} {problem}; was it edited? {WHAT_TO_DO}"


@cache
def _resources(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the descriptions of all tables by name."""
    text = _read_text(folder, DESCRIPTOR)
    try:
        listed = json.loads(text)["resources"]
    except (ValueError, KeyError) as error:
        raise ValueError(_damage_message(folder, DESCRIPTOR, "is damaged")) from error
    return {resource["name"]: resource for resource in listed}


def _resource(folder: Path, name: str) -> dict[str, Any]:
    """Return the description of one table.

    Raises
    ------
    ValueError
        If no table has this name; the error lists the names that exist.
    """
    resources = _resources(folder)
    if isinstance(name, str) and name in resources:
        return resources[name]
    known = ", ".join(sorted(resources))
    nearest = difflib.get_close_matches(str(name).lower(), resources, n=1, cutoff=0.4)
    suggestion = f" Did you mean {nearest[0]!r}?" if nearest else ""
    raise ValueError(f"There is no table called {name!r}.{suggestion} The tables are: {known}.")


@cache
def _parse(folder: Path, name: str) -> pd.DataFrame:
    """Read one table, with the column types that its description gives."""
    resource = _resource(folder, name)
    column_types = {
        field["name"]: COLUMN_TYPES[field["type"]] for field in resource["schema"]["fields"]
    }
    text = _read_text(folder, resource["path"])
    if text.partition("\n")[0].strip().split(",") != list(column_types):
        problem = f"should begin with the columns {', '.join(column_types)}"
        raise ValueError(_damage_message(folder, resource["path"], problem))
    try:
        table = _read_csv(text, column_types)
    except (TypeError, ValueError) as error:
        problem = f"does not hold what is described ({error})"
        raise ValueError(_damage_message(folder, resource["path"], problem)) from error
    return table.astype(dict.fromkeys(_integer_columns_without_gaps(table), "int64"))


def _read_csv(text: str, column_types: dict[str, str]) -> pd.DataFrame:
    """Read comma-separated text; only an empty cell counts as missing."""
    return pd.read_csv(StringIO(text), dtype=column_types, keep_default_na=False, na_values=[""])


def _integer_columns_without_gaps(table: pd.DataFrame) -> list[str]:
    return [
        column
        for column in table.columns
        if table[column].dtype == "Int64" and table[column].notna().all()
    ]
