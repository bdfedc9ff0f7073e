"""What a learner has chosen in rounds, kept in a small file of theirs beside the predictions.

Every choice is added and none is replaced. On a disk that cannot be written the choices last until
the kernel stops.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scaling import files, prediction, wording
from scaling.wording import reason

FORMAT = 1
WHAT = "file of choices"


@dataclass(frozen=True)
class Choice:
    """What was chosen in one round.

    Attributes
    ----------
    key : str
        The key of the explorable.
    game, place : int
        Which game it was, and which of those that could be chosen; both counted from 0.
    chosen : str
        ISO 8601, UTC.
    """

    key: str
    game: int
    place: int
    chosen: str

    def __post_init__(self):
        if min(self.game, self.place) < 0:
            raise ValueError("game and place are 0 or more")
        datetime.fromisoformat(self.chosen)  # raises ValueError if it is no time


@dataclass(frozen=True)
class RoundsFile:
    """The content of the file, oldest choice first."""

    choices: tuple[Choice, ...]


def path() -> Path:
    """Return the path of the file, which need not exist yet."""
    return prediction.beside("rounds")


def keep(key: str, game: int, place: int) -> str:
    """Keep one choice; return a note for the learner, which is often empty."""
    new = Choice(key, game, place, datetime.now(UTC).isoformat())
    file = path()
    try:
        return files.append(file, FORMAT, RoundsFile, new, WHAT)
    except OSError as error:
        return (
            f"Your choices cannot be saved in {file} ({reason(error)}), so they last "
            f"{wording.here.until}."
        )


def last_game(key: str) -> tuple[int, list[int]]:
    """Return the game that was played last, and the places that were chosen in it, in order."""
    try:
        found, _ = files.read(path(), FORMAT, files.decoder(RoundsFile), WHAT, rename_broken=False)
    except OSError:
        found = None
    choices = found.choices if found else ()
    own = [choice for choice in choices if choice.key == key]
    if not own:
        return 0, []
    return own[-1].game, [choice.place for choice in own if choice.game == own[-1].game]
