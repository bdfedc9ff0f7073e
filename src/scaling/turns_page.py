"""How a game in turns looks and behaves in a notebook; like ``frame.py`` a file that knows widgets.

From top to bottom: story and prediction; then where one stands, picture, words, table, moves, what
was done so far, and, once it is over, the comparison and every place's story. Buttons stay the same
widgets from the first turn to the last, so that the focus stays where it is; what cannot be done is
said and not greyed out.
"""

from __future__ import annotations

import html
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets

from scaling import prediction, saved_game
from scaling.explorable import as_html
from scaling.picture import Picture
from scaling.question import Question
from scaling.saved_game import SavedGame
from scaling.screen import Screen, boxed, identify, labelled, left_out, prose, titled
from scaling.turns import Game
from scaling.wording import fault, number_of

EVERYWHERE = -1  # in place of a number; None would leave the list blank
SEEDS = 1000  # from which another one is drawn by lot


class Page(ipywidgets.VBox):
    """A game on the page, where the learner left it.

    Parameters
    ----------
    game : Game
        What to play.
    """

    def __init__(self, game: Game):
        self.game = game
        self.states: list[Any] = []
        games, note = saved_game.load(game.key)
        self.saved = games[-1] if games else saved_game.begin(1)
        self._kept: SavedGame | None = games[-1] if games else None
        self._played: dict[str, SavedGame] = {}  # in this session, should no file take them

        self.screen = Screen(game.title)
        self.voice = self.screen.voice
        self._number = f"{game.world.capitalize()} number"
        self.kind = ipywidgets.Dropdown(options=list(game.kinds.items()))
        places = [(name, i) for i, name in enumerate(game.places)]
        self.place = ipywidgets.Dropdown(options=[(game.everywhere, EVERYWHERE), *places], value=0)
        self.seed = ipywidgets.BoundedIntText(value=self.saved.seed, min=0, max=10**9)
        self.kind.observe(self._tell_price, "value")
        self.do = self._button("Do it", self._on_do, button_style="primary")
        self.end = self._button(f"End the {game.turn}", self._on_end)
        self.undo = self._button("Undo", self._on_undo)
        self.another = self._button(f"Another {game.world}", self._on_another)
        self.again = self._button(f"This {game.world} again", self._on_again)
        self.go_to = self._button(f"Go to this {game.world}", self._on_go_to)
        self.question = _Opening(game, self._on_answer)

        self._heading, self._price, self._log, self._ending = (prose("") for _ in range(4))
        self._heading.add_class("scaling-heading")
        note = " ".join(filter(None, [note, self._resume()]))
        super().__init__([])
        self.add_class("scaling-explorable")
        self._arrange()
        self._show(note=note)
        self.voice.names = {
            identify(self.question.answer): self.question.prompt,
            identify(self.kind): "Move",
            identify(self.place): "Where",
            identify(self.seed): self._number,
        }

    @property
    def picture(self) -> Picture | None:
        """The live picture; None before there is one."""
        return self.screen.picture

    @property
    def state(self) -> Any:
        """Where the game stands."""
        return self.states[-1]

    # ------------------------------------------------------------ what the learner does

    def _on_answer(self, predicted: float | None) -> None:
        note = self._save(predicted=predicted, started=True)
        self._arrange()
        self.voice.revealed = True
        self._show(note=note)

    def _on_do(self) -> None:
        place = None if self.place.value == EVERYWHERE else self.place.value
        self._step(self.game.spread(self.state, self.kind.value, place))

    def _on_end(self) -> None:
        self._step([self.game.end])

    def _step(self, moves: list[Any]) -> None:
        before = state = self.state
        for move in moves:
            state = self.game.play(state, move)
        self.states.append(state)
        packed = [self.game.pack(move) for move in moves]
        note = self._save(steps=(*self.saved.steps, packed))
        self._show(self.game.words(before, state), note)

    def _on_undo(self) -> None:
        if len(self.states) == 1:
            raise ValueError("Nothing has been done yet, so there is nothing to undo.")
        self.states.pop()
        note = self._save(steps=self.saved.steps[:-1], undone=self.saved.undone + 1)
        self._show(f"Taken back. {self.game.words(None, self.state)}", note)

    def _on_another(self) -> None:
        drawn = f"Another {self.game.world}, drawn by lot from {SEEDS:,}."
        self._begin(secrets.randbelow(SEEDS), drawn)

    def _on_again(self) -> None:
        same = f"The same {self.game.world} from the start, with the same luck."
        self._begin(self.saved.seed, same)

    def _on_go_to(self) -> None:
        seed = self.seed.value
        if seed == self.saved.seed:
            raise ValueError(
                f"You are in {self.game.world} {seed}. Write another number, or press "
                f"“{self.again.description}”."
            )
        games, trouble = saved_game.load(self.game.key)
        known = {game.number: game for game in games} | self._played
        earlier = [game for game in known.values() if game.seed == seed]
        if not earlier:
            self._begin(seed, f"{self.game.world.capitalize()} {seed}, from the start.")
            return
        self.saved = earlier[-1]
        self._kept = next((game for game in games if game.number == self.saved.number), None)
        note = " ".join(filter(None, [trouble, self._resume()]))
        self._arrange()
        self._show(f"You have been here before. {self.game.words(None, self.state)}", note)

    def _begin(self, seed: int, words: str) -> None:
        """Start a game; the one before stays in the learner's file."""
        self.saved, self._kept = saved_game.begin(seed), None
        self._resume()
        note = self._save(started=True)
        self._arrange()
        self._show(f"{words} {self.game.words(None, self.state)}", note)

    # ------------------------------------------------------------ what the page does

    def _button(self, name: str, act: Callable[[], None], **style: str) -> ipywidgets.Button:
        button = ipywidgets.Button(description=name, **style)

        def pressed(_: object) -> None:
            try:
                act()
            except ValueError as reason:  # what a game raises for a learner to read
                self._refuse(str(reason))
            except Exception as error:
                self._refuse(fault(error, "Take back the move, and please report it."))
                raise  # into the notebook's log; a widget's callback shows nobody else

        button.on_click(pressed)
        return button

    def _save(self, **changes: Any) -> str:
        self.saved, self._kept, note = saved_game.save(
            self.game.key, replace(self.saved, **changes), self._kept
        )
        self._played[self.saved.number] = self.saved
        return note

    def _resume(self) -> str:
        """Play the saved moves; return a note if they cannot all be played."""
        self.states = [self.game.new(self.saved.seed)]
        self.seed.value = self.saved.seed
        for place, step in enumerate(self.saved.steps):
            try:
                state = self.state
                for packed in step:
                    state = self.game.play(state, self.game.unpack(packed))
                self.states.append(state)
            except (ValueError, TypeError):
                # Begin a copy: what cannot be followed here stays in the file as it is.
                steps = self.saved.steps[:place]
                number = saved_game.begin(self.saved.seed).number
                self.saved = replace(self.saved, number=number, steps=steps, started=True)
                self._kept = None
                return (
                    f"Your saved game can be followed for {number_of(place, 'step')} only; "
                    "it goes on from there as a copy."
                )
        return ""

    def _arrange(self) -> None:
        """Put the parts on the page: at first the question alone."""
        title = titled(self.game.title)
        if not self.saved.started:
            self.children = [title, self.question, self.voice]
            return
        self.question.close_with(self.saved.predicted)
        self.children = [
            title,
            self.question,
            self._heading,
            self.screen.box,
            self.voice,
            boxed(
                "scaling-controls",
                [labelled("Move", self.kind), labelled("Where", self.place)],
            ),
            self._price,
            boxed("scaling-buttons", [self.do, self.end, self.undo]),
            self._ending,
            self._log,
            boxed(
                "scaling-controls",
                [
                    labelled(self._number, self.seed),
                    boxed("scaling-buttons", [self.go_to, self.again, self.another]),
                ],
            ),
            left_out(self.game.limits),
        ]
        self.voice.revealed = True

    def _show(self, words: str = "", note: str = "") -> None:
        """Bring everything on the page to where the game stands."""
        state = self.state
        self._heading.value = f"<p><b>{html.escape(self.game.heading(state))}</b></p>"
        self._label_prices()
        self._log.value = self._log_as_html()
        self._ending.value, over = self._end() if self.game.is_over(state) else ("", "")
        words = words or self.game.words(None, state)
        words = " ".join(filter(None, [words, over, note]))
        self.screen.show(self.game.picture(state), words, self.game.table(state))

    def _refuse(self, why: str) -> None:
        """Say why nothing was done; the picture is still right."""
        with self.voice.hold_sync():
            self.voice.words, self.voice.trouble = why, True

    def _label_prices(self) -> None:
        """Write what each move costs now into its name, where a screen reader finds it too."""
        labels = [
            (f"{name} ({self.game.cost(self.state, kind):g})", kind)
            for name, kind in self.game.kinds.items()
        ]
        if list(self.kind.options) != labels:
            chosen = self.kind.value
            self.kind.options = labels  # goes back to the first of them
            self.kind.value = chosen
        self._tell_price()

    def _tell_price(self, _: object = None) -> None:
        said = self.game.price(self.state, self.kind.value)
        self._price.value = f"<p class='scaling-small'>{html.escape(said)}</p>"

    def _log_as_html(self) -> str:
        lines = "".join(f"<li>{html.escape(line)}</li>" for line in self.game.turns(self.state))
        return (
            "<details><summary>What was done so far</summary>"
            f"<ul>{lines or '<li>Nothing yet.</li>'}</ul></details>"
        )

    def _end(self) -> tuple[str, str]:
        """Return the ending as HTML, and what to say of the prediction, if there was one."""
        end = self.game.ending(self.state)
        stories = "".join(
            f"<details><summary>{html.escape(asked)}</summary><p>{html.escape(told)}</p></details>"
            for asked, told in end.stories
        )
        undone = self.saved.undone
        taken = f"<p>Moves taken back in this game: {undone}.</p>" if undone else ""
        content = (
            f"<h4>Beside simple rules in the same {self.game.world}, with the same luck</h4>"
            f"{as_html(end.comparison)}{taken}<h4>Why?</h4>{stories}"
        )
        return content, self._tell_prediction(end.outcome)

    def _tell_prediction(self, outcome: float) -> str:
        ask, predicted = self.game.ask, self.saved.predicted
        if predicted is None:
            return ""
        note = ""
        if not self.saved.told:
            note = prediction.commit(self.game.key, ask.text, predicted, outcome, ask.unit)
            note = " ".join(filter(None, [note, self._save(told=True)]))
        return (
            f"You said {ask.write(predicted)}; it became {ask.write(outcome)}. The tempting answer "
            f"is {ask.write(ask.tempting)}: {ask.because} {note}"
        ).strip()


class _Opening(Question):
    """Story and prediction; the outcome is known when the game is over."""

    def __init__(self, game: Game, answered: Callable[[float | None], None]):
        self.game = game
        super().__init__(game.ask, "Play without predicting")
        self.commit.on_click(lambda _: answered(self.answer.value))
        self.skip.on_click(lambda _: answered(None))
        self.put(self._story())

    def close_with(self, predicted: float | None) -> None:
        """Leave the story, and what was predicted if anything was."""
        said = (
            f"<p>You predict {html.escape(self.game.ask.write(predicted))}.</p>"
            if predicted is not None
            else ""
        )
        story = f"<details><summary>What this is about</summary>{self._story()}</details>"
        self.children = [prose(said + story)]

    def _story(self) -> str:
        return "".join(f"<p>{html.escape(part)}</p>" for part in self.game.story)
