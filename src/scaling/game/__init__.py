"""What a game in turns is: a start from a seed, moves, and what the page shows after each.

A module declares one ``Game`` from plain functions. ``page.py`` decides how it looks in a notebook,
and ``saved.py`` keeps a learner's game when the kernel stops.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from scaling.ask import Ask


@dataclass(frozen=True)
class Replay:
    """What *Play* shows, picture by picture, counted from 0.

    Attributes
    ----------
    labels : list of str
        What each picture shows, such as "week 3 of 13"; several may share a label.
    seconds : float
        How long it takes at normal speed.
    figure : callable
        ``figure(place)`` gives the picture at a place; the last one is that at rest. All have the
        same traces and axes.
    """

    labels: list[str]
    seconds: float
    figure: Callable[[int], go.Figure]


@dataclass(frozen=True)
class Ending:
    """What the page shows when a game is over.

    Attributes
    ----------
    outcome : float
        What the prediction is compared with, in its unit.
    curve : plotly.graph_objects.Figure
        The learner's score by turn, beside those of simple policies.
    replay : Replay
        How the curve grew.
    advice : str
        What the curve shows, and one thing to try next time.
    path : pandas.DataFrame
        The figures behind the curve.
    best : tuple of str
        What the best policy did in its first turns, one line each.
    comparison : pandas.DataFrame
        The learner's result beside those of simple policies.
    stories : tuple of (str, str, str)
        Questions, their answers in a sentence or two, and the figures behind them, if any.
    """

    outcome: float
    curve: go.Figure
    replay: Replay
    advice: str
    path: pd.DataFrame
    best: tuple[str, ...]
    comparison: pd.DataFrame
    stories: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Score:
    """How far the learner has come, in the unit of the question.

    Attributes
    ----------
    words : str
        The same in a sentence.
    known : float
        What is known to have been reached.
    hoped : float
        What has been promised on top of that.
    """

    words: str
    known: float
    hoped: float


@dataclass(frozen=True, kw_only=True)
class Game:
    """A game in turns.

    A state may be any value; in this one it is what has been saved so far.

    >>> import pandas as pd
    >>> import plotly.graph_objects as go
    >>> from scaling.ask import Ask
    >>> from scaling.game import Ending, Game, Replay, Score
    >>> def picture(state: tuple, place: int | None) -> go.Figure:
    ...     return go.Figure(go.Scatter(x=[0], y=[sum(state)]))
    >>> def end(state: tuple) -> Ending:
    ...     nothing = pd.DataFrame()
    ...     still = Replay(["day 3 of 3"], 1, lambda at: picture(state, 0))
    ...     return Ending(sum(state), picture(state, 0), still, "", nothing, (), nothing, ())
    >>> saving = Game(
    ...     key="example.saving",
    ...     title="Saving",
    ...     story=("You save a coin a day, or two.",),
    ...     rules=("After three days it is over.",),
    ...     ask=Ask("How many coins will you have?", 0, 6, "coins", 6, "more is better."),
    ...     kinds={"One coin": "one", "Two coins": "two"},
    ...     places=("The jar",),
    ...     about=lambda state, place: "made of clay.",
    ...     guide=lambda state: "" if state else "Choose, and do it.",
    ...     purse=lambda state: 2.0,
    ...     place_for_all="every jar",
    ...     turn="day",
    ...     step="hour",
    ...     world="house",
    ...     new=lambda seed: (),
    ...     moves=lambda state, kind, place: [1 if kind == "one" else 2],
    ...     offer=lambda state, moves: f"save {sum(moves)}",
    ...     end=0,
    ...     stays=lambda state: "",
    ...     play=lambda state, move: (*state, move),
    ...     pack=lambda move: [move],
    ...     unpack=lambda packed: packed[0],
    ...     is_over=lambda state: len(state) == 3,
    ...     cost=lambda state, kind: 1,
    ...     heading=lambda state: f"Day {len(state) + 1}",
    ...     words=lambda before, after: f"You have {sum(after)} coins.",
    ...     price=lambda state, kind: "",
    ...     picture=picture,
    ...     replay=lambda states, place: None,
    ...     table=lambda state: pd.DataFrame({"coins": state}),
    ...     turns=lambda state: [f"{coins} saved" for coins in state],
    ...     score=lambda state: Score(f"{sum(state)} coins.", sum(state), 0),
    ...     known=lambda state: (),
    ...     guesses=(),
    ...     judge=lambda state, guess: "",
    ...     ending=end,
    ...     limits="Coins are lost.",
    ... )
    >>> state = saving.new(1)
    >>> for move in saving.moves(state, "two", 0):
    ...     state = saving.play(state, move)
    >>> saving.words(None, state)
    'You have 2 coins.'

    ``saving.show()`` displays it in a notebook; ``capstone/board.py`` declares a whole one.

    Parameters
    ----------
    key : str
        Its name in the learner's files.
    title : str
    story : tuple of str
        What it is about, in paragraphs.
    rules : tuple of str
        What a player has to know, one or two short sentences each: they are always in sight.
    ask : Ask
        What the learner predicts before the first turn.
    kinds : mapping of str to str
        Kinds of move: label to name.
    places : tuple of str
        Where a move can be made, by number.
    about : callable
        ``about(state, place)``: what is known of a place, in a line.
    guide : callable
        ``guide(state)``: what to try next in a first game, or an empty text.
    purse : callable
        ``purse(state)``: the points that can be spent.
    place_for_all : str
        The option for all places together, such as "as far as the money goes".
    turn, world : str
        What the learner calls a turn, and what one seed makes: nouns such as "day" and "island".
    step : str
        What *Play* counts within a turn, such as "hour".
    new : callable
        ``new(seed)`` gives the first state.
    moves : callable
        ``moves(state, kind, place)`` gives the moves of a kind in a place, or in all places if the
        place is None. Raises ``ValueError`` with a sentence for a learner if there are none.
    offer : callable
        ``offer(state, moves)`` names what these moves will do and cost, for a button.
    end : object
        The move that ends a turn.
    stays : callable
        ``stays(state)``: what is unspent and whether it can be used later, or an empty text.
    play : callable
        ``play(state, move)`` gives the next state; raises ``ValueError`` as above.
    pack, unpack : callable
        A move as a list of plain values for a file, and back.
    is_over : callable
    cost : callable
        ``cost(state, kind)``: points that a move costs now.
    heading, words, price : callable
        ``heading(state)``: the turn and what is left, in one line. ``words(before, after)``: what
        has happened and why. ``price(state, kind)``: what a move does and costs now.
    picture : callable
        ``picture(state, place)``: a plotly figure, with the chosen place marked. Its first traces
        have one point a place, in order.
    replay : callable
        ``replay(states, place)``: from all states so far, what *Play* shows; the last picture is
        that of the last state. None if there is nothing yet.
    table, turns : callable
        ``state`` to a DataFrame, and to one line a turn.
    score : callable
        ``state`` to a ``Score``.
    known : callable
        ``state`` to what has been found out so far, one sentence each.
    guesses : tuple of str
        The kinds of world that the learner may guess.
    judge : callable
        ``judge(state, guess)``: the comment on the guess when the game is over. The learner is
        asked for one before.
    ending : callable
        The last state to an ``Ending``.
    limits : str
        What it leaves out.
    """

    key: str
    title: str
    story: tuple[str, ...]
    rules: tuple[str, ...]
    ask: Ask
    kinds: Mapping[str, str]
    places: tuple[str, ...]
    about: Callable[[Any, int], str]
    guide: Callable[[Any], str]
    purse: Callable[[Any], float]
    place_for_all: str
    turn: str
    step: str
    world: str
    new: Callable[[int], Any]
    moves: Callable[[Any, str, int | None], list[Any]]
    offer: Callable[[Any, list[Any]], str]
    end: Any
    stays: Callable[[Any], str]
    play: Callable[[Any, Any], Any]
    pack: Callable[[Any], list[Any]]
    unpack: Callable[[list[Any]], Any]
    is_over: Callable[[Any], bool]
    cost: Callable[[Any, str], float]
    heading: Callable[[Any], str]
    words: Callable[[Any, Any], str]
    price: Callable[[Any, str], str]
    picture: Callable[[Any, int | None], go.Figure]
    replay: Callable[[Sequence[Any], int | None], Replay | None]
    table: Callable[[Any], pd.DataFrame]
    turns: Callable[[Any], list[str]]
    score: Callable[[Any], Score]
    known: Callable[[Any], tuple[str, ...]]
    guesses: tuple[str, ...]
    judge: Callable[[Any, str], str]
    ending: Callable[[Any], Ending]
    limits: str

    def show(self) -> None:
        """Display the game in a notebook, where the learner left it."""
        from scaling.game.page import show  # imported late: only a notebook has widgets

        show(self)

    def widget(self):  # noqa: ANN201 - the type lives in page.py, which only notebooks need
        """Return the game as an ipywidget, to be placed by the caller."""
        from scaling.game.page import Page

        return Page(self)
