"""A learner's game, kept in a small file of theirs after every move.

Only the seed, the moves and the prediction are kept, because the game can be played again from
them. The file is beside the learner's predictions (``prediction.path``). Every game that is begun
is added; none is removed. If two notebooks go on with the same game, the file keeps both.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scaling import files, prediction, wording
from scaling.wording import reason

FORMAT = 2  # since 2 a game has a confidence; an earlier course leaves such a file alone


@dataclass(frozen=True)
class SavedGame:
    """One game as far as it went.

    Attributes
    ----------
    number : str
        A unique identifier.
    seed : int
    steps : tuple of lists
        The moves that were made together, each as ``Game.pack`` makes it.
    predicted : float or None
        What the learner predicted; None if they declined or have not been asked.
    started : bool
        Whether the question has been answered or declined.
    undone : int
        How often a move was taken back.
    told : bool
        Whether the prediction and its outcome are in the file of predictions.
    guess : str
        The kind of world that the learner guesses; empty before they have chosen one.
    confidence : str
        How sure they were of the prediction, as in ``prediction.CONFIDENCE``; empty if not stated.
    """

    number: str
    seed: int
    steps: tuple[list[list[Any]], ...] = ()
    predicted: float | None = None
    started: bool = False
    undone: int = 0
    told: bool = False
    guess: str = ""
    confidence: str = ""

    def __post_init__(self):
        prediction.check_confidence(self.confidence)
        if min(self.seed, self.undone) < 0:
            raise ValueError("seed and undone are 0 or more")


@dataclass(frozen=True)
class GamesFile:
    """The content of the file: every game that was begun, the last one played last."""

    games: tuple[SavedGame, ...]


def path(key: str) -> Path:
    """Return the learner's file for a game, beside their predictions."""
    return prediction.beside(key.rpartition(".")[2])


def load(key: str) -> tuple[list[SavedGame], str]:
    """Return all games, the last one played last, and a note for the learner, often empty.

    A file that cannot be understood is set aside, and the note says so.
    """
    file = path(key)
    try:
        if not file.exists():
            return [], ""
        with files.lock(file):
            return _read(file)
    except OSError as error:
        return [], f"Your games in {file} cannot be read ({reason(error)})."


def begin(seed: int) -> SavedGame:
    """Return a new game without a move; it is in no file before `save`."""
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
        The same game as it was last saved or loaded here. If the file holds another state of it,
        another notebook has gone on with it; then both are kept.

    Returns
    -------
    tuple
        The game; the state of it that the file now holds, which differs where it cannot be
        written; and a note for the learner, empty when all is well.
    """
    file = path(key)
    try:
        with files.lock(file):
            games, note = _read(file)
            stored = next((other for other in games if other.number == game.number), None)
            if stored not in (None, last):
                game = replace(game, number=begin(game.seed).number)
                note = "This game was played on elsewhere as well. Both are kept; this is yours."
            others = (other for other in games if other.number != game.number)
            files.write(file, FORMAT, GamesFile((*others, game)))
    except OSError as error:
        note = (
            f"Your game cannot be saved in {file} ({reason(error)}), so it lasts "
            f"{wording.here.until}. Everything else works."
        )
        return game, last, note
    return game, game, note


def _read(file: Path) -> tuple[list[SavedGame], str]:
    found, note = files.read(file, FORMAT, files.decoder(GamesFile), "file of games")
    return list(found.games) if found else [], note
