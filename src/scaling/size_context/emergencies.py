"""Emergencies: who leads when many organisations must join up.

Contact networks of seven search-and-rescue operations (Drabek, Tamminga, Kilijanek & Adams 1981):
in-degree centrality and staff beside prominence in command, with Spearman's rank correlation within
emergencies and a permutation test that shuffles within them.
Left out: direction. Contact may make leaders, or leaders may attract contact.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import networkx as nx
import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from scaling import datasets, style
from scaling.explorable import Ask, Choice, Explorable

ANY_CONTACT = 4  # the code of the rarest contact: about once a day or less
CONTACT = {  # what is counted, by the code of the rarest contact
    4: "any contact",
    3: "contact every few hours or more often",
    2: "contact about hourly or more often",
    1: "continuous contact",
}
SHUFFLES = 2000


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
        One row an organisation of this emergency: ``org``, ``name``, ``command_score``, ``staff``
        (NaN where unknown) and ``named_by``, the number of others that report contact with it.
    ties : pandas.DataFrame
        Contacts of this emergency: ``from_org`` and ``to_org``.
    leaders : pandas.DataFrame
        One row an emergency: who leads command, who has most staff, and whether each is also the
        one that most others name.
    """

    event: str
    rarest: int
    organisations: pd.DataFrame
    ties: pd.DataFrame
    leaders: pd.DataFrame


@cache
def events() -> tuple[str, ...]:
    """Return the names of the seven emergencies, in the order of the alphabet."""
    return tuple(sorted(datasets.load("rescue_orgs").event.unique()))


def organisations(rarest: int = ANY_CONTACT) -> pd.DataFrame:
    """Return all 140 organisations with their staff and how many others name them.

    Parameters
    ----------
    rarest : int
        Count contact with this code or a smaller one: 1 continuous to 4 once a day or less.

    Returns
    -------
    pandas.DataFrame
        ``rescue_orgs`` with ``named_by`` (organisations) and ``staff`` (people, paid and volunteer;
        NaN where neither is known). Each call returns a copy of its own.

    Raises
    ------
    ValueError
        If there is no such code.
    """
    return _organisations(rarest).copy()


@cache
def _organisations(rarest: int) -> pd.DataFrame:
    if rarest not in CONTACT:
        raise ValueError(f"rarest must be 1 (continuous) to 4 (any contact); it is {rarest}.")
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
        One row an emergency. Each call returns a copy of its own: a check reads the same table, and
        a learner who sorts or cuts theirs must not change the answer.

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
    """Return what goes with prominence in command within emergencies.

    Returns
    -------
    pandas.DataFrame
        For being named by others, for paid staff, and for paid staff and volunteers together:
        Spearman's correlation with command, its permutation p-value, and the number of
        organisations for which it is known. The last row asks about being named again, among the
        organisations whose staff is known, so that both are compared on the same ones.
    """
    table = organisations()
    staffed = table.dropna(subset=["paid_staff", "volunteer_staff"])
    asked = {
        "named by others": (table, "named_by"),
        "paid staff": (table, "paid_staff"),
        "paid staff and volunteers": (staffed, "staff"),
        "named by others, where all staff is known": (staffed, "named_by"),
    }
    rows = []
    for what, (rows_in, column) in asked.items():
        correlation, p, count = correlation_within(rows_in, column)
        rows.append(
            {
                "goes with leading command?": what,
                "rank correlation": round(correlation, 2),
                "p-value": round(p, 4),
                "organisations": count,
            }
        )
    return pd.DataFrame(rows).set_index("goes with leading command?")


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
        The mean correlation, each emergency counting by its organisations; the two-sided p-value,
        the share of shuffles within emergencies, counting ours as one, that are at least as
        strong; and the number of organisations.
    """
    generator = np.random.default_rng(1)
    observed, shuffled, size = 0.0, np.zeros(SHUFFLES), 0
    for _, group in table.dropna(subset=[column, "command_score"]).groupby("event"):
        one, other = (_standard_ranks(group[name]) for name in (column, "command_score"))
        orders = generator.permuted(np.tile(one, (SHUFFLES, 1)), axis=1)
        observed += float(one @ other)  # n times the correlation, as both are standardised
        shuffled += orders @ other
        size += len(group)
    beyond = np.sum(np.abs(shuffled) >= abs(observed) - 1e-12)
    return observed / size, float((1 + beyond) / (1 + SHUFFLES)), size


def _standard_ranks(values: pd.Series) -> np.ndarray:
    ranks = values.rank().to_numpy()
    spread = ranks.std()
    return (ranks - ranks.mean()) / spread if spread > 0 else np.zeros(len(ranks))


@lru_cache(maxsize=64)
def run(event: str = "Hurricane Frederic", rarest: int = ANY_CONTACT) -> Emergencies:
    """Set contact and staff beside command.

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
    if event not in events():
        raise ValueError(f"event must be one of {', '.join(events())}; it is {event!r}.")
    table, ties = _organisations(rarest), datasets.load("rescue_ties")
    return Emergencies(
        event=event,
        rarest=rarest,
        organisations=table[table.event == event].reset_index(drop=True),
        ties=ties[(ties.event == event) & (ties.contact <= rarest)],
        leaders=_leaders(rarest),
    )


@cache
def _places(event: str) -> dict[int, np.ndarray]:
    """Where organisations stand in the drawing: the same for any kind of contact."""
    ties = datasets.load("rescue_ties").query("event == @event")
    graph = nx.Graph()
    graph.add_nodes_from(organisations().query("event == @event").org)
    graph.add_edges_from(zip(ties.from_org, ties.to_org, strict=True))
    # Who has no contact at all stands in a row at the foot: springs would fling them far away and
    # leave the web of the others as one dot.
    alone = sorted(nx.isolates(graph))
    graph.remove_nodes_from(alone)
    places = nx.spring_layout(graph, seed=4, k=1.6 / np.sqrt(len(graph)), iterations=200)
    row = [np.array([-0.9 + 0.3 * seat, -1.4]) for seat in range(len(alone))]
    return places | dict(zip(alone, row, strict=True))


def picture(result: Emergencies) -> go.Figure:
    """Draw the network of one emergency, beside command against being named."""
    table, places = result.organisations, _places(result.event)
    spot = np.array([places[org] for org in table.org])
    row = {org: i for i, org in enumerate(table.org)}
    ends = np.array(
        [[row[a], row[b]] for a, b in zip(result.ties.from_org, result.ties.to_org, strict=True)]
    ).reshape(-1, 2)
    leads, biggest = table.command_score.idxmax(), table.staff.idxmax()
    symbol = ["star" if i == leads else "square" if i == biggest else "circle" for i in table.index]
    colour = [
        style.VERMILLION if i == leads else style.BLUE if i == biggest else style.GREY
        for i in table.index
    ]
    hover = [
        f"{org['name']}<br>staff {style.number(org.staff, 0)}, named by {org.named_by}"
        for _, org in table.iterrows()
    ]
    figure = make_subplots(
        cols=2,
        column_widths=[0.55, 0.45],
        horizontal_spacing=0.12,
        subplot_titles=[f"{result.event}: who is in contact", "command and contact"],
    )
    figure.add_trace(
        go.Scatter(
            **style.lines_between(spot[:, 0], spot[:, 1], ends),
            mode="lines",
            line={"width": 0.5, "color": style.GREY},
            hoverinfo="skip",
        ),
        row=1,
        col=1,
    )
    staff = table.staff.fillna(0)
    for column, (x, y) in enumerate(
        [(spot[:, 0], spot[:, 1]), (table.named_by, table.command_score)], start=1
    ):
        figure.add_trace(
            go.Scatter(
                x=x,
                y=y,
                mode="markers",
                marker={
                    "color": colour,
                    "symbol": symbol,
                    "size": 9 + 22 * np.sqrt(staff / staff.max()) if column == 1 else 13,
                    "line": {"width": 1, "color": "white"},
                },
                cliponaxis=False,
                hovertext=hover,
                hovertemplate="%{hovertext}<extra></extra>",
            ),
            row=1,
            col=column,
        )
    figure.update_xaxes(visible=False, row=1, col=1)
    figure.update_yaxes(visible=False, row=1, col=1)
    figure.update_xaxes(title="named by so many others", rangemode="tozero", row=1, col=2)
    figure.update_yaxes(title="prominence in command", rangemode="tozero", row=1, col=2)
    figure.add_annotation(
        text=f"{_key(leads == biggest)}<br>on the left, larger = more staff",
        xref="paper",
        yref="paper",
        x=0,
        y=-0.03,
        yanchor="top",
        xanchor="left",
        align="left",
    )
    return figure.update_layout(height=430, margin={"l": 10, "b": 60})


def _key(leader_is_biggest: bool) -> str:
    """Say what star and square stand for."""
    if leader_is_biggest:
        return "star: leads command, and has most staff"
    return "star: leads command · square: most staff"


def words(result: Emergencies) -> str:
    """Say who leads in this emergency, and in how many the leader is the most connected."""
    here = result.leaders.set_index("emergency").loc[result.event]
    table = result.organisations
    rank = table.named_by.rank(ascending=False, method="min")[table.command_score.idxmax()]
    connected = result.leaders["leader is named most"].sum()
    biggest = result.leaders["largest leads command"].sum()
    return (
        f"{result.event}, {CONTACT[result.rarest]}: {here['leads command']} leads command and is "
        f"number {rank:.0f} of {len(table)} in being named by others; {here['has most staff']} has "
        "the most staff. "
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


explorable = Explorable(
    title="Seven emergencies: who leads when all must join up?",
    ask=Ask(
        "A hurricane, a tornado, an eruption and others: in seven emergencies between 13 and 27 "
        "organisations had to work together. In how many of the seven did the organisation with "
        "the most staff lead the command?",
        low=0,
        high=7,
        step=1,
        unit="of seven",
        tempting=5,
        because="the largest has most to give, so it should lead.",
    ),
    answer=lambda result: result.leaders["largest leads command"].sum(),
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
    words=words,
    table=table,
    tasks=(
        "Go through the emergencies. In which one does “connection goes with leading, more "
        "than size” fail, and what do you see there?",
        "Count only continuous contact. Does the picture of who leads change?",
    ),
    limits=(
        "Contact and command were both reported by informants, so the same people who answer the "
        "telephone may also be remembered as leading. Nothing here says which came first. Staff is "
        "not known for every organisation, and paid staff alone does go with leading a little: the "
        "table below the picture in the lesson sets the two side by side."
    ),
)
