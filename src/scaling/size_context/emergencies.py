"""Emergencies: who leads when many organisations must join up.

Contact networks of seven search-and-rescue operations (Drabek, Tamminga, Kilijanek & Adams 1981).
In-degree centrality and staff are compared with prominence in command, by Spearman's rank
correlation within emergencies and a permutation test that shuffles within them.
Left out: direction. Contact may make leaders, or leaders may attract contact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import networkx as nx
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scaling import arguments, datasets, style
from scaling.explorable import Ask, Choice, Details, Explorable, Folded, Mark, Pick, Task
from scaling.style import Panel
from scaling.wording import listed

# The data code contact from 1, the most frequent, to 4, which means about once a day or less.
ANY_CONTACT = 4
# For each code this says what is counted if that is the rarest contact to be counted.
CONTACT = {
    4: "any contact",
    3: "contact every few hours or more often",
    2: "contact about hourly or more often",
    1: "continuous contact",
}
SHUFFLES = 2000
# Each row of squares in the picture shows one column of ``leaders``.
ROWS = {
    "has most staff": "largest leads command",
    "is named by most": "leader is named most",
}


@dataclass(frozen=True)
class Emergencies:
    """Seven emergencies, one of them drawn.

    Attributes
    ----------
    event : str
        The emergency drawn.
    rarest : int
        The code of the rarest contact that is counted.
    organisations : pandas.DataFrame
        One row for each organisation of this emergency: ``org``, ``name``, ``command_score``,
        ``staff`` (NaN where unknown) and ``named_by``, the number of others that report contact
        with it.
    ties : pandas.DataFrame
        Contacts of this emergency: ``from_org`` and ``to_org``.
    leaders : pandas.DataFrame
        One row for each emergency: who leads command, who has most staff, and whether each is also
        the one that most others name.
    """

    event: str
    rarest: int
    organisations: pd.DataFrame
    ties: pd.DataFrame
    leaders: pd.DataFrame


@cache
def events() -> tuple[str, ...]:
    """Return the names of the seven emergencies, in alphabetical order."""
    return tuple(sorted(datasets.load("rescue_orgs").event.unique()))


def organisations(rarest: int = ANY_CONTACT) -> pd.DataFrame:
    """Return all 140 organisations with their staff and the number of others that name them.

    Parameters
    ----------
    rarest : int
        Contact with this code or a smaller one is counted, from 1 (continuous) to 4 (about once a
        day or less).

    Returns
    -------
    pandas.DataFrame
        ``rescue_orgs`` with ``named_by`` (organisations) and ``staff`` (people, paid and volunteer;
        NaN where neither is known). Each call returns a new copy.

    Raises
    ------
    ValueError
        If ``rarest`` is not a whole number from 1 to 4.
    """
    return _organisations(rarest).copy()


@cache
def _organisations(rarest: int) -> pd.DataFrame:
    arguments.whole("rarest", rarest, 1, ANY_CONTACT)
    table = datasets.load("rescue_orgs")
    ties = datasets.load("rescue_ties")
    named = ties[ties.contact <= rarest].groupby(["event", "to_org"]).size().rename("named_by")
    table = table.join(named, on=["event", "org"])
    table["named_by"] = table.named_by.fillna(0).astype(int)
    table["staff"] = table[["paid_staff", "volunteer_staff"]].sum(axis=1, min_count=1)
    return table


def leaders(rarest: int = ANY_CONTACT) -> pd.DataFrame:
    """Return, for each emergency, who leads command and who has most staff.

    Parameters
    ----------
    rarest : int
        As in ``organisations``.

    Returns
    -------
    pandas.DataFrame
        One row for each emergency. Each call returns a new copy: a check reads the same table, and
        a learner who sorts or cuts it must not change the answer.

    Raises
    ------
    ValueError
        As in ``organisations``.
    """
    return _leaders(rarest).copy()


@cache
def _leaders(rarest: int) -> pd.DataFrame:
    rows = []
    for event, group in _organisations(rarest).groupby("event"):
        leads = group.loc[group.command_score.idxmax()]
        biggest = group.loc[group.staff.idxmax()]
        rows.append(
            {
                "emergency": event,
                "organisations": len(group),
                "leads command": leads["name"],
                "leader is named most": bool(leads.named_by == group.named_by.max()),
                "has most staff": biggest["name"],
                "largest leads command": bool(biggest.org == leads.org),
                "largest is named most": bool(biggest.named_by == group.named_by.max()),
            }
        )
    return pd.DataFrame(rows)


def correlations() -> pd.DataFrame:
    """Return how contact and staff correlate with prominence in command within emergencies.

    Returns
    -------
    pandas.DataFrame
        For being named by others, for paid staff, and for paid staff and volunteers together:
        Spearman's correlation with command, its permutation p-value, and the number of
        organisations for which it is known. The last row repeats being named by others for the
        organisations whose staff is known, so that both are compared on the same ones.
    """
    table = organisations()
    staffed = table.dropna(subset=["paid_staff", "volunteer_staff"])
    compared = {
        "named by others": (table, "named_by"),
        "paid staff": (table, "paid_staff"),
        "paid staff and volunteers": (staffed, "staff"),
        "named by others, where all staff is known": (staffed, "named_by"),
    }
    rows = []
    for what, (compared_rows, column) in compared.items():
        correlation, p, count = correlation_within(compared_rows, column)
        rows.append(
            {
                "goes with leading command?": what,
                "rank correlation": round(correlation, 2),
                "p-value": round(p, 4),
                "organisations": count,
            }
        )
    return pd.DataFrame(rows).set_index("goes with leading command?")


def correlation_table() -> Folded:
    """Return ``correlations`` as a table that stays folded until the learner has predicted."""
    return Folded(correlations().reset_index())


def correlation_within(table: pd.DataFrame, column: str) -> tuple[float, float, int]:
    """Return Spearman's correlation of ``column`` with command within emergencies.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``organisations`` returns it; rows without ``column`` or command are left out.
    column : str

    Returns
    -------
    tuple of float, float, int
        The mean correlation, weighted by the number of organisations in each emergency; the
        two-sided p-value, which is the share of shuffles within emergencies (the observed order
        counts as one of them) with a correlation at least as strong; and the number of
        organisations.
    """
    generator = np.random.default_rng(1)
    observed, shuffled, size = 0.0, np.zeros(SHUFFLES), 0
    for _, group in table.dropna(subset=[column, "command_score"]).groupby("event"):
        one, other = (_standard_ranks(group[name]) for name in (column, "command_score"))
        orders = generator.permuted(np.tile(one, (SHUFFLES, 1)), axis=1)
        # This product is n times the correlation, because both sets of ranks are standardised.
        observed += float(one @ other)
        shuffled += orders @ other
        size += len(group)
    as_strong = np.sum(np.abs(shuffled) >= abs(observed) - 1e-12)
    return observed / size, float((1 + as_strong) / (1 + SHUFFLES)), size


def _standard_ranks(values: pd.Series) -> np.ndarray:
    ranks = values.rank().to_numpy()
    spread = ranks.std()
    return (ranks - ranks.mean()) / spread if spread > 0 else np.zeros(len(ranks))


@lru_cache(maxsize=64)
def run(event: str = "Hurricane Frederic", rarest: int = ANY_CONTACT) -> Emergencies:
    """Compare contact and staff with prominence in command, and choose one emergency to draw.

    Parameters
    ----------
    event : str
        One of ``events()``.
    rarest : int
        As in ``organisations``.

    Raises
    ------
    ValueError
        If there is no such emergency or code.
    """
    arguments.one_of("event", event, events())
    table, ties = _organisations(rarest), datasets.load("rescue_ties")
    return Emergencies(
        event=event,
        rarest=rarest,
        organisations=table[table.event == event].reset_index(drop=True),
        ties=ties[(ties.event == event) & (ties.contact <= rarest)],
        leaders=_leaders(rarest),
    )


@cache
def _positions(event: str) -> dict[int, np.ndarray]:
    """Return where each organisation is drawn, which is the same for every kind of contact."""
    ties = datasets.load("rescue_ties").query("event == @event")
    graph = nx.Graph()
    graph.add_nodes_from(organisations().query("event == @event").org)
    graph.add_edges_from(zip(ties.from_org, ties.to_org, strict=True))
    # Organisations without any contact get a row at the foot. The spring layout would push them far
    # away, and the network of the others would shrink to a dot.
    isolated = sorted(nx.isolates(graph))
    graph.remove_nodes_from(isolated)
    positions = nx.spring_layout(graph, seed=4, k=1.6 / np.sqrt(len(graph)), iterations=200)
    row = [np.array([-0.9 + 0.3 * place, -1.4]) for place in range(len(isolated))]
    return positions | dict(zip(isolated, row, strict=True))


def picture(result: Emergencies) -> go.Figure:
    """Draw the network of one emergency, beside two counts of the leaders of all seven."""
    left, right = (0, 0.54), (0.64, 1)
    table = result.organisations
    leads, biggest = table.command_score.idxmax(), table.staff.idxmax()
    layout = style.panels(
        Panel(result.event, left, {"visible": False}, {"visible": False}),
        Panel(
            "The leader, in all seven",
            right,
            {
                "range": [-0.3, 7.4],
                "tickvals": list(range(8)),
                "title": {"text": "emergencies"},
            },
            {"visible": False, "range": [-0.95, 1.75]},
        ),
    )
    layout["annotations"] += [
        {"text": _key(leads == biggest), "xref": "x domain", "yref": "y domain"}
        | {"x": 0, "y": -0.02, "xanchor": "left", "yanchor": "top", "align": "left"},
        *(
            {"text": f"{row}: {_number_true(result, column)}", "xref": "x2", "yref": "y2"}
            | {"x": 0, "y": height + 0.3, "xanchor": "left", "yanchor": "bottom"}
            for (row, column), height in zip(ROWS.items(), (1, 0), strict=True)
        ),
        {"text": "filled: so · ringed: this one", "xref": "x2", "yref": "y2"}
        | {"x": 0, "y": -0.36, "xanchor": "left", "yanchor": "top"},
    ]
    return go.Figure(
        [*_network_traces(result, leads, biggest), *_leader_traces(result)],
        layout | {"height": 430, "margin": {"l": 10, "b": 60}},
    )


def _number_true(result: Emergencies, column: str) -> str:
    return f"{result.leaders[column].sum()} of {len(result.leaders)}"


def _network_traces(result: Emergencies, leads: int, biggest: int) -> list[go.Scatter]:
    """Return the contacts of one emergency as lines, and its organisations as marks."""
    table, positions = result.organisations, _positions(result.event)
    spot = np.array([positions[org] for org in table.org])
    row = {org: i for i, org in enumerate(table.org)}
    ends = np.array(
        [[row[a], row[b]] for a, b in zip(result.ties.from_org, result.ties.to_org, strict=True)]
    ).reshape(-1, 2)
    marks = {biggest: ("square", style.BLUE), leads: ("star", style.VERMILLION)}
    drawn = [marks.get(i, ("circle", style.GREY)) for i in table.index]
    staff = table.staff.fillna(0)
    return [
        go.Scatter(
            **style.lines_between(spot[:, 0], spot[:, 1], ends),
            mode="lines",
            line={"width": 0.5, "color": style.GREY},
            hoverinfo="skip",
        ),
        go.Scatter(
            x=spot[:, 0],
            y=spot[:, 1],
            mode="markers",
            marker={
                "color": [colour for _, colour in drawn],
                "symbol": [symbol for symbol, _ in drawn],
                "size": 9 + 22 * np.sqrt(staff / staff.max()),
                "line": {"width": 1, "color": "white"},
            },
            cliponaxis=False,
            hovertext=[
                f"{org['name']}<br>staff {style.number(org.staff, 0)}, named by {org.named_by}"
                for _, org in table.iterrows()
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        ),
    ]


def _filled_first(result: Emergencies, column: str) -> pd.DataFrame:
    return result.leaders.sort_values(column, ascending=False, kind="stable")


def _leader_traces(result: Emergencies) -> list[go.Scatter]:
    """Return two rows with a square for each emergency, the filled ones first."""
    traces = []
    colours = (style.BLUE, style.VERMILLION)
    for column, height, colour in zip(ROWS.values(), (1, 0), colours, strict=True):
        rows = _filled_first(result, column)
        here = rows.emergency == result.event
        traces.append(
            go.Scatter(
                x=np.arange(len(rows)) + 0.5,
                y=np.full(len(rows), height),
                xaxis="x2",
                yaxis="y2",
                mode="markers",
                marker={
                    "symbol": np.where(rows[column], "square", "square-open"),
                    "color": colour,
                    "size": 18,
                },
                hovertext=rows.emergency,
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
        traces.append(
            go.Scatter(
                x=np.flatnonzero(here) + 0.5,
                y=[height],
                xaxis="x2",
                yaxis="y2",
                mode="markers",
                marker={
                    "symbol": "circle-open",
                    "color": style.GREY,
                    "size": 32,
                    "line": {"width": 3},
                },
                hoverinfo="skip",
            )
        )
    return traces


# The traces that can be clicked, by their numbers in the picture.
ORGANISATIONS, SQUARES = 1, (2, 4)


def _events_of_squares(result: Emergencies) -> dict[int, list[str]]:
    """Return the emergency that each square of either row stands for."""
    return {
        trace: list(_filled_first(result, column).emergency)
        for trace, column in zip(SQUARES, ROWS.values(), strict=True)
    }


def _story(result: Emergencies, name: str) -> str:
    """Return what is known of one organisation of this emergency."""
    table = result.organisations
    org = table[table.name == name].iloc[0]
    names = int((result.ties.from_org == org.org).sum())
    command, staff = (
        style.number(value, 0) if value == value else "not known"
        for value in (org.command_score, org.staff)
    )
    return (
        f"{name}: named by {org.named_by} of the {len(table) - 1} others, and names {names}; "
        f"prominence in command {command}, staff {staff}."
    )


def _key(leader_is_biggest: bool) -> str:
    """Return the key to the marks; the leader may also be the organisation with most staff."""
    if leader_is_biggest:
        return "star: leads command, most staff<br>larger: more staff"
    return "star: leads command · square: most staff<br>larger: more staff"


def _rank(result: Emergencies) -> int:
    """Return the leader's rank by the number of organisations that name it."""
    table = result.organisations
    ranks = table.named_by.rank(ascending=False, method="min")
    return int(ranks[table.command_score.idxmax()])


def brief(result: Emergencies, before: Emergencies | None) -> str:
    """State in how many emergencies the leader is named most, or what the one drawn shows."""
    if before is None or before is result:
        largest, named = (int(result.leaders[column].sum()) for column in ROWS.values())
        return (
            f"In {named} of the seven the leader is the one named most; in {largest}, the one with "
            "most staff."
        )
    if result.event != before.event:
        return (
            f"{result.event}: in being named by others, the leader is number {_rank(result)} of "
            f"{len(result.organisations)}."
        )
    return (
        f"Counted so, the leader here is number {_rank(result)} of {len(result.organisations)} in "
        "being named by others."
    )


def words(result: Emergencies) -> str:
    """State who leads in this emergency, and in how many the leader is the most connected."""
    here = result.leaders.set_index("emergency").loc[result.event]
    connected = result.leaders["leader is named most"].sum()
    biggest = result.leaders["largest leads command"].sum()
    return (
        f"{result.event}, {CONTACT[result.rarest]}: {here['leads command']} leads command and is "
        f"number {_rank(result)} of {len(result.organisations)} in being named by others; "
        f"{here['has most staff']} has the most staff. "
        f"Over all seven emergencies the leader is the one named most in {connected}, and the one "
        f"with most staff in {biggest}."
    )


def table(result: Emergencies) -> pd.DataFrame:
    """Return the organisations of this emergency, the most prominent in command first."""
    rows = result.organisations.sort_values(["command_score", "named_by"], ascending=False)
    return pd.DataFrame(
        {
            "organisation": rows["name"],
            "prominence in command": [style.number(score, 0) for score in rows.command_score],
            "named by others": rows.named_by,
            "staff": [style.number(staff, 0) for staff in rows.staff],
        }
    )


def _exception_seen(at: Callable[..., Emergencies]) -> str:
    ranks = {event: _rank(at(event=event)) for event in events()}
    exception = max(ranks, key=lambda event: ranks[event])
    return (
        f"In {exception}: there the leader is only number {ranks[exception]} in being named by "
        "others. Nor does the largest lead: both slogans fail at once."
    )


def _continuous_seen(at: Callable[..., Emergencies]) -> str:
    every, continuous = (_leader_named_most(at(rarest=rarest)) for rarest in (ANY_CONTACT, 1))
    lost, won = listed(sorted(every - continuous)), listed(sorted(continuous - every))
    return (
        f"The count stays {len(continuous)} of seven, but not the same ones: {lost} drops out and "
        f"{won} comes in. How contact is counted is part of the finding."
    )


def _leader_named_most(result: Emergencies) -> set[str]:
    """Return the emergencies whose leader is the one named most."""
    return set(result.leaders.emergency[result.leaders["leader is named most"]])


def _largest_seen(at: Callable[..., Emergencies]) -> str:
    largest = int(at().leaders["largest leads command"].sum())
    return (
        f"In {largest} of the seven. Size is not nothing, but to be large is to have much to give, "
        "and to lead is to be found by the others."
    )


explorable = Explorable(
    title="Seven emergencies: who leads?",
    ask=Ask(
        "A hurricane, a tornado, an eruption and others: in seven emergencies between 13 and 27 "
        "organisations had to work together. In how many of the seven was the one that led the "
        "command also the one that most others named as a contact?",
        low=0,
        high=7,
        step=1,
        unit="of seven",
        tempting=6,
        is_right=True,
        because="command runs through contact, so nearly every leader should be named most.",
        otherwise="A leader has to be found by the others, whether or not it has many people.",
    ),
    answer=lambda result: result.leaders["leader is named most"].sum(),
    controls=(
        Choice("event", "Emergency", {name: name for name in events()}, start="Hurricane Frederic"),
        Choice(
            "rarest",
            "What counts as contact",
            {label: code for code, label in CONTACT.items()},
            start=ANY_CONTACT,
        ),
    ),
    run=run,
    picture=picture,
    brief=brief,
    words=words,
    table=table,
    mark=Mark("x2"),
    touch=(
        Pick(control="event", hint="or click its square", points=_events_of_squares),
        Details(
            label="Look at an organisation",
            hint="or click its mark",
            names=lambda result: list(result.organisations.name),
            story=_story,
            points=lambda result: {ORGANISATIONS: list(result.organisations.name)},
        ),
    ),
    tasks=(
        Task(
            "Now look at size, in the other row of squares. The largest has most to give: in how "
            "many of the seven does it lead?",
            {},
            _largest_seen,
        ),
        Task(
            "Click the squares, one after the other. In which emergency does “connection goes "
            "with leading, more than size” fail, and what do you see there?",
            {},
            _exception_seen,
        ),
        Task(
            "Count only continuous contact. Does the picture of who leads change?",
            {"rarest": 1},
            _continuous_seen,
        ),
    ),
    limits=(
        "Contact and command were both reported by informants, so the same people who answer the "
        "telephone may also be remembered as leading. Nothing here says which came first. Staff is "
        "not known for every organisation, and paid staff alone does go with leading a little: the "
        "table below the picture in the lesson sets the two side by side."
    ),
)
