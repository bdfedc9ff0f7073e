"""A learner's game, kept in a small file of theirs after every move.

All that is kept is the seed, the moves and the prediction: the game itself can be played again from
them. The file stands beside the learner's predictions (``prediction.path``). Each game begun adds
one; none is removed. Where two notebooks go on with the same game, the file keeps both ways.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from scaling import kept, prediction
from scaling.wording import reason

FORMAT = 1


@dataclass(frozen=True)
class SavedGame:
    """One game as far as it went.

    Attributes
    ----------
    number : str
        Which game it is: a word that no other has.
    seed : int
    steps : tuple of lists
        What was done at a time: moves as ``Game.pack`` makes them.
    predicted : float or None
        What the learner said; None where they would not, or have not yet.
    started : bool
        Whether the question has been answered or declined.
    undone : int
        How often a move was taken back.
    told : bool
        Whether the prediction stands among the others with its outcome.
    guess : str
        Of what kind the learner takes the world to be; empty while they have not said.
    """

    number: str
    seed: int
    steps: tuple[list[list[Any]], ...] = ()
    predicted: float | None = None
    started: bool = False
    undone: int = 0
    told: bool = False
    guess: str = ""


def path(key: str) -> Path:
    """Return the learner's file for a game, beside their predictions."""
    file = prediction.path()
    return file.with_name(f"{file.stem}.{key.rpartition('.')[2]}{file.suffix}")


def load(key: str) -> tuple[list[SavedGame], str]:
    """Return all games, the last one played last, and a note for the learner, often empty.

    A file that cannot be understood is set aside, and the note says so.
    """
    file = path(key)
    try:
        if not file.exists():
            return [], ""
        with kept.lock(file):
            return _read(file)
    except OSError as error:
        return [], f"Your games in {file} cannot be read ({reason(error)})."


def begin(seed: int) -> SavedGame:
    """Return a new game that nothing has been done in; it is not kept before `save`."""
    return SavedGame(uuid.uuid4().hex, seed)


def save(
    key: str, game: SavedGame, last: SavedGame | None
) -> tuple[SavedGame, SavedGame | None, str]:
    """Keep a game in place of what was last kept of it.

    Parameters
    ----------
    key : str
    game : SavedGame
    last : SavedGame or None
        The same game as it was last kept or loaded here. If the file holds another state of it,
        somebody has gone on with it elsewhere; then both are kept.

    Returns
    -------
    tuple
        The game; the state of it that the file now holds, which differs where it cannot be
        written; and a note for the learner, empty when all is well.
    """
    file = path(key)
    try:
        with kept.lock(file):
            games, note = _read(file)
            stored = next((other for other in games if other.number == game.number), None)
            if stored not in (None, last):
                game = replace(game, number=begin(game.seed).number)
                note = "This game was played on elsewhere as well. Both are kept; this is yours."
            others = [other for other in games if other.number != game.number]
            content = [asdict(each) for each in [*others, game]]
            kept.write(file, {"format": FORMAT, "games": content})
    except OSError as error:
        note = (
            f"Your game cannot be saved in {file} ({reason(error)}), so it lasts until "
            "the kernel stops. Everything else works."
        )
        return game, last, note
    return game, game, note


def _read(file: Path) -> tuple[list[SavedGame], str]:
    found, note = kept.read(
        file,
        FORMAT,
        lambda stored: [_understood(item) for item in stored["games"]],
        "file of games",
    )
    return found or [], note


def _understood(item: dict[str, Any]) -> SavedGame:
    game = SavedGame(**item)
    if not all(type(value) is int and value >= 0 for value in (game.seed, game.undone)):
        raise TypeError("seed and undone are whole numbers")
    if not (isinstance(game.number, str) and isinstance(game.guess, str)):
        raise TypeError("number and guess are text")
    if not isinstance(game.started, bool):
        raise TypeError("started is true or false")
    if not (isinstance(game.steps, list) and all(map(_is_step, game.steps))):
        raise TypeError("steps are lists of moves, and a move is a list")
    predicted = None if game.predicted is None else float(game.predicted)
    return replace(game, steps=tuple(game.steps), predicted=predicted)


def _is_step(step: object) -> bool:
    return isinstance(step, list) and all(isinstance(move, list) for move in step)
