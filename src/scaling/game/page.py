"""How a game in turns looks and behaves in a notebook.

From top to bottom: story and prediction; the picture with score, moves and rules beside it, and
words and table below; what has been found out; what was done so far; and, once it is over, the
score by turn, the comparison and the story of every place. When a turn ends, *Play* shows it at
once, unless the device asks for little motion. All parts are the same widgets from the first turn
to the last, so that the focus is not lost. The button of a move that cannot be made is disabled,
and the reason is shown; if it was the one that was pressed, the next enabled button gets the focus.
"""

from __future__ import annotations

import functools
import math
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ipywidgets
from IPython.display import display
from markupsafe import Markup

from scaling import prediction, style
from scaling.game import Game, Replay, saved
from scaling.game.saved import SavedGame
from scaling.still import as_html
from scaling.widgets.markup import bullets, prose
from scaling.widgets.picture import Picture
from scaling.widgets.player import Player
from scaling.widgets.question import HOW_SURE, Question
from scaling.widgets.screen import Screen, boxed, identify, labelled, limits_note, titled
from scaling.wording import fault, listed, number_of

# The value of the option for all places; None would leave the list blank.
ALL_PLACES = -1
# More points than this are drawn as these, and the number of the others.
COINS = 24
COIN = 15  # pixels
SEEDS = 1000  # Another seed is drawn from 0 up to this.


def show(game: Game) -> None:
    """Display a game as the output of a notebook's cell."""
    display(Page(game))


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
        self._pressed: ipywidgets.Button | None = None
        games, note = saved.load(game.key)
        self.saved = games[-1] if games else saved.begin(1)
        self._kept: SavedGame | None = games[-1] if games else None
        # The games of this session, for the case that no file can be written.
        self._played: dict[str, SavedGame] = {}
        self._is_first = len(games) <= 1  # A newcomer is guided.

        self.screen = Screen(game.title)
        self.screen.on_click(self._on_click)
        self.text_panel = self.screen.text_panel
        self._number = f"{game.world.capitalize()} number"
        self.kind = next(iter(game.kinds.values()))  # the kind of move that is chosen
        self.kinds = {
            kind: self._button(label, functools.partial(self._choose, kind))
            for label, kind in game.kinds.items()
        }
        places = [(name, i) for i, name in enumerate(game.places)]
        self.place = ipywidgets.Dropdown(
            options=[(game.place_for_all, ALL_PLACES), *places], value=ALL_PLACES
        )
        self.seed = ipywidgets.BoundedIntText(value=self.saved.seed, min=0, max=10**9)
        self.guess = ipywidgets.Dropdown(
            options=[("I cannot tell yet", ""), *((kind, kind) for kind in game.guesses)]
        )
        self.do = self._button("Do it", self._on_do, button_style="primary")
        self.end = self._button(self._end_name, self._on_end)
        self.undo = self._button("Undo", self._on_undo)
        self.another = self._button(f"Another {game.world}", self._on_another)
        self.again = self._button(f"This {game.world} again", self._on_again)
        self.go_to = self._button(f"Go to this {game.world}", self._on_go_to)
        self.question = _Opening(game, self._on_answer)

        beside = ("heading", "coins", "score", "price", "about", "rules")
        names = ("guide", *beside, "known", "log", "ending")
        self._prose = {name: prose("") for name in names}
        self._prose["heading"].add_class("scaling-heading")
        self._curve = ipywidgets.VBox([]).add_class("scaling-played")
        self.player = Player(game.step)
        self._parts = self._build_parts()
        note = " ".join(filter(None, [note, self._resume()]))
        super().__init__([])
        self.add_class("scaling-explorable")
        self._place_parts()
        self._show(note=note)
        self.place.observe(self._on_place, "value")
        self.guess.observe(self._on_guess, "value")
        self.text_panel.names = {
            identify(self.question.answer): self.question.prompt,
            identify(self.question.sure): HOW_SURE,
            identify(self.place): "Where",
            identify(self.seed): self._number,
            identify(self.guess): self._asked,
        }

    @property
    def _end_name(self) -> str:
        return f"End the {self.game.turn}"

    @property
    def _asked(self) -> str:
        return f"Which kind of {self.game.world} is it?"

    @property
    def picture(self) -> Picture | None:
        """The live picture; None before there is one."""
        return self.screen.picture

    @property
    def state(self) -> Any:
        """The present state of the game."""
        return self.states[-1]

    # ------------------------------------------------------------ actions of the learner

    def _on_answer(self, predicted: float | None, confidence: str = "") -> None:
        note = self._save(predicted=predicted, confidence=confidence, started=True)
        self._place_parts()
        self.text_panel.revealed = True
        self._show(note=note)

    @property
    def _where(self) -> int | None:
        return None if self.place.value == ALL_PLACES else self.place.value

    def _choose(self, kind: str) -> None:
        self.kind = kind
        self._label_buttons()

    def _on_place(self, _: object) -> None:
        self._label_buttons()
        self._draw(self.text_panel.words)

    def _on_click(self, _: int, place: int) -> None:
        """Choose the place that was clicked in the picture."""
        if not self.game.is_over(self.state):
            self.place.value = place

    def _on_guess(self, change: dict[str, Any]) -> None:
        if change["new"] != self.saved.guess:
            note = self._save(guess=change["new"])
            self._lock_guess()
            if self.game.is_over(self.state):
                self._show(note=note)

    def _lock_guess(self) -> None:
        """Let the guess be changed until the end has told what is right."""
        self.guess.disabled = bool(self.saved.guess) and self.game.is_over(self.state)

    def _on_do(self) -> None:
        self._step(self.game.moves(self.state, self.kind, self._where))

    def _on_end(self) -> None:
        self._step([self.game.end])
        self.player.begin()

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
        games, trouble = saved.load(self.game.key)
        known = {game.number: game for game in games} | self._played
        earlier = [game for game in known.values() if game.seed == seed]
        if not earlier:
            self._begin(seed, f"{self.game.world.capitalize()} {seed}, from the start.")
            return
        self.saved = earlier[-1]
        self._kept = next((game for game in games if game.number == self.saved.number), None)
        note = " ".join(filter(None, [trouble, self._resume()]))
        self._place_parts()
        self._show(f"You have been here before. {self.game.words(None, self.state)}", note)

    def _begin(self, seed: int, words: str) -> None:
        """Start a game; the one before stays in the learner's file."""
        self.saved, self._kept, self._is_first = saved.begin(seed), None, False
        self._resume()
        note = self._save(started=True)
        self._place_parts()
        self._show(f"{words} {self.game.words(None, self.state)}", note)

    # ------------------------------------------------------------ what is on the page

    def _button(self, name: str, act: Callable[[], None], **look: str) -> ipywidgets.Button:
        button = ipywidgets.Button(description=name, **look)

        def pressed(_: object) -> None:
            self._pressed = button
            try:
                act()
            except ValueError as reason:  # A game words these for learners.
                self._show_reason(str(reason))
            except Exception as error:
                self._show_reason(fault(error, "Take back the move, and please report it."))
                raise  # The notebook's log is the only place that shows errors of a callback.

        button.on_click(pressed)
        return button

    def _save(self, **changes: Any) -> str:
        self.saved, self._kept, note = saved.save(
            self.game.key, replace(self.saved, **changes), self._kept
        )
        self._played[self.saved.number] = self.saved
        return note

    def _resume(self) -> str:
        """Play the saved moves; return a note if they cannot all be played."""
        self.states = [self.game.new(self.saved.seed)]
        self.seed.value = self.saved.seed
        self.guess.value = self.saved.guess if self.saved.guess in self.game.guesses else ""
        for place, step in enumerate(self.saved.steps):
            try:
                state = self.state
                for packed in step:
                    state = self.game.play(state, self.game.unpack(packed))
                self.states.append(state)
            except (ValueError, TypeError):
                # Begin a copy, so that the file keeps the moves that this version cannot follow.
                steps = self.saved.steps[:place]
                number = saved.begin(self.saved.seed).number
                self.saved = replace(self.saved, number=number, steps=steps, started=True)
                self._kept = None
                return (
                    f"Your saved game can be followed for {number_of(place, 'step')} only; "
                    "it goes on from there as a copy."
                )
        return ""

    def _build_parts(self) -> list[ipywidgets.Widget]:
        """Return the widgets below the question, in the order of the page."""
        game, part = self.game, self._prose
        moves = ipywidgets.VBox(
            [
                part["heading"],
                part["coins"],
                part["score"],
                boxed("scaling-buttons", list(self.kinds.values())),
                part["price"],
                boxed(
                    "scaling-controls", [labelled("Where (or click in the picture)", self.place)]
                ),
                part["about"],
                boxed("scaling-buttons", [self.do, self.end, self.undo]),
                boxed("scaling-buttons", [self.player]),
                part["rules"],
            ],
            layout={"flex": "1 1 330px", "min_width": "0", "overflow": "visible"},
        ).add_class("scaling-moves")
        for button in self.kinds.values():
            button.layout.padding = "0 9px"  # Two buttons have to fit side by side.
        self.undo.layout.padding = "0 9px"
        shown = ipywidgets.VBox(
            [self.screen.box, self.text_panel],
            layout={"flex": "1000 1 470px", "min_width": "0", "overflow": "visible"},
        )  # It takes the width that the moves leave, or a row of its own.
        board = ipywidgets.Box(
            [shown, moves],
            layout={"flex_flow": "row wrap", "overflow": "visible"},
        )
        board.layout.align_items = "flex-start"
        worlds = [
            labelled(self._number, self.seed),
            boxed("scaling-buttons", [self.go_to, self.again, self.another]),
        ]
        part["rules"].value = Markup("<ul class='scaling-small'>{}</ul>").format(
            bullets(game.rules)
        )
        return [
            part["guide"],
            board,
            part["known"],
            boxed("scaling-controls", [labelled(self._asked, self.guess)]),
            self._curve,
            part["ending"],
            part["log"],
            boxed("scaling-controls", worlds),
            limits_note(game.limits),
        ]

    def _place_parts(self) -> None:
        """Place the parts on the page; before the question is answered, the question alone."""
        if not self.saved.started:
            self.children = [titled(self.game.title), self.question, self.text_panel]
            return
        self.question.close_with(self.saved.predicted)
        if self._parts[0] not in self.children:  # Placing them again would redraw them.
            self.children = [titled(self.game.title), self.question, *self._parts]
        self.text_panel.revealed = True

    def _show(self, words: str = "", note: str = "") -> None:
        """Show the present state everywhere on the page."""
        state, part = self.state, self._prose
        guide = self.game.guide(state) if self._is_first else ""
        framed = Markup("<p class='scaling-guide'><b>Your first {}.</b> {}</p>")
        part["guide"].value = framed.format(self.game.turn, guide) if guide else ""
        part["heading"].value = Markup("<p><b>{}</b></p>").format(self.game.heading(state))
        part["score"].value = self._score_as_html()
        part["known"].value = self._known_as_html()
        part["log"].value = self._log_as_html()
        over = ""
        if self.game.is_over(state):
            over = self._end()
        else:
            part["ending"].value, self._curve.children = "", []
        self._lock_guess()
        self._label_buttons()
        words = words or self.game.words(None, state)
        self._draw(" ".join(filter(None, [words, over, note])))

    def _draw(self, words: str) -> None:
        """Show picture, words and table of the present state, and have *Play* lead there."""
        replay = self.game.replay(self.states, self._where)
        _load(self.player, replay, self.screen)
        self.player.layout.display = None if replay else "none"
        figure = self.game.picture(self.state, self._where)
        self.screen.show(figure, words, self.game.table(self.state))

    def _show_reason(self, why: str) -> None:
        """Show why nothing was done; the picture is still valid."""
        with self.text_panel.hold_sync():
            self.text_panel.words, self.text_panel.trouble = why, True

    def _label_buttons(self) -> None:
        """Label the buttons with what they do and cost now; disable those that cannot be used."""
        state, names = self.state, {kind: label for label, kind in self.game.kinds.items()}
        for kind, button in self.kinds.items():
            mark = "\N{CHECK MARK} " if kind == self.kind else ""
            button.description = f"{mark}{names[kind]} ({self.game.cost(state, kind):g})"
            can, why_not = self._moves_or_reason(kind, None)
            if not can and self._where is not None:
                can, _ = self._moves_or_reason(kind, self._where)
            button.tooltip = "" if can else why_not
            button.disabled = not can
        moves, why_not = self._moves_or_reason(self.kind, self._where)
        self.do.description = (
            f"Do it: {self.game.offer(state, moves)}" if moves else f"{names[self.kind]}: not now"
        )
        is_over = self.game.is_over(state)
        self._disable(self.do, not moves, self.undo if is_over else self.end)
        self._disable(self.end, is_over, self.undo)
        stays = self.game.stays(state)
        self.end.description = f"{self._end_name} ({stays})" if stays else self._end_name
        price = "" if self.kinds[self.kind].disabled else self.game.price(state, self.kind)
        said = " ".join(filter(None, [why_not, price, self._what_is_off()]))
        self._prose["price"].value = Markup("<p class='scaling-small'>{}</p>").format(
            "" if is_over else said
        )
        about = "" if self._where is None else self.game.about(state, self._where)
        self._prose["about"].value = Markup("<p class='scaling-small'>{}</p>").format(about)
        after = functools.reduce(self.game.play, moves, state)
        left = self.game.purse(after)
        self._prose["coins"].value = _coins(left, self.game.purse(state) - left)

    def _what_is_off(self) -> str:
        """Say which other kinds of move cannot be made now, and why, as long as some can."""
        if all(button.disabled for button in self.kinds.values()):
            return ""
        names = {kind: label for label, kind in self.game.kinds.items()}
        reasons: dict[str, list[str]] = {}
        for kind, button in self.kinds.items():
            if button.disabled and kind != self.kind:
                reasons.setdefault(button.tooltip, []).append(names[kind])
        return " ".join(f"{listed(off)}: {why}" for why, off in reasons.items())

    def _moves_or_reason(self, kind: str, place: int | None) -> tuple[list[Any], str]:
        """Return the moves of a kind that can be made now, or none and the reason."""
        try:
            return self.game.moves(self.state, kind, place), ""
        except ValueError as reason:
            return [], str(reason)

    def _disable(self, button: ipywidgets.Button, off: bool, other: ipywidgets.Button) -> None:
        """Disable or enable a button; if it was just pressed, move the focus to another."""
        if off and not button.disabled and button is self._pressed:
            other.focus()
        button.disabled = off

    def _score_as_html(self) -> Markup:
        """Return the score as a sentence and a bar, with the prediction marked."""
        score, ask, predicted = self.game.score(self.state), self.game.ask, self.saved.predicted
        share = 100 / (ask.high - ask.low)
        known, hoped = (
            min(max(value, 0), ask.high - ask.low) * share for value in (score.known, score.hoped)
        )
        said = (
            f" You said {ask.write(predicted)}: the upright line." if predicted is not None else ""
        )
        hatched = f"repeating-linear-gradient(45deg,{style.OBSERVED} 0 2px,transparent 2px 7px)"
        bar = _piece(0, f"width:{known:.1f}%;background:{style.OBSERVED}")
        bar += _piece(known, f"width:{min(hoped, 100 - known):.1f}%;background:{hatched}")
        if predicted is not None:
            upright = "width:4px;margin-left:-2px;top:-4px;bottom:-4px;background:#cc79a7"
            bar += _piece((predicted - ask.low) * share, upright)
        return Markup(
            "<p class='scaling-small'>{}</p>"
            "<div aria-hidden='true' style='position:relative;height:16px;margin:6px 0;"
            "border:1px solid currentColor'>{}</div>"
        ).format(score.words + said, bar)

    def _known_as_html(self) -> Markup:
        return Markup("<h4>What we know of this {}</h4><ul>{}</ul>").format(
            self.game.world, bullets(self.game.known(self.state))
        )

    def _log_as_html(self) -> Markup:
        return Markup(
            "<details><summary>What was done so far</summary><ul>{}</ul></details>"
        ).format(bullets(self.game.turns(self.state) or ["Nothing yet."]))

    def _end(self) -> str:
        """Show the ending; return what to say of the guess and of the prediction."""
        end = self.game.ending(self.state)
        screen = Screen(self.game.title)  # Both pictures of a game have its name.
        screen.text_panel.dark, screen.text_panel.revealed = self.text_panel.dark, True
        player = Player(self.game.turn)
        _load(player, end.replay, screen)
        screen.show(end.curve, end.advice, end.path)
        self._curve.children = [
            prose(Markup("<h4>How you got there</h4>")),
            screen.box,
            boxed("scaling-buttons", [player]),
            screen.text_panel,
        ]
        head, *turns = end.best
        undone = self.saved.undone
        taken = Markup("<p>Moves taken back in this game: {}.</p>").format(undone)
        self._prose["ending"].value = Markup(
            "<h4>Beside simple rules in the same {world}, with the same luck</h4>{comparison}"
            "<details><summary>{head}</summary><ul>{turns}</ul></details>{taken}"
            "<h4>Place by place</h4>{stories}"
        ).format(
            world=self.game.world,
            comparison=as_html(end.comparison),
            head=head,
            turns=bullets(turns),
            taken=taken if undone else "",
            stories=Markup().join(map(_story_as_html, end.stories)),
        )
        said = (
            self.game.judge(self.state, self.saved.guess)
            if self.saved.guess
            else f"{self._asked} Choose it in the list below, and you are told."
        )
        return f"{said} {self._compare_prediction(end.outcome)}".strip()

    def _compare_prediction(self, outcome: float) -> str:
        ask, predicted = self.game.ask, self.saved.predicted
        if predicted is None:
            return ""
        note = ""
        if not self.saved.told:
            sure = self.saved.confidence
            note = prediction.commit(self.game.key, ask.text, predicted, outcome, ask.unit, sure)
            note = " ".join(filter(None, [note, self._save(told=True)]))
        return (
            f"You said {ask.write(predicted)}; it became {ask.write(outcome)}. "
            f"{ask.reply(predicted, outcome)} {note}"
        ).strip()


def _load(player: Player, replay: Replay | None, screen: Screen) -> None:
    """Have a player show a replay, or nothing."""
    if replay is None:
        player.renew()
        return
    last, shown = len(replay.labels) - 1, replay.figure
    times = [round(replay.seconds * place / last, 3) for place in range(last + 1)]
    player.renew(replay.labels, times, last, lambda place: screen.fitted(shown(place)))


def _coins(stay: float, go: float) -> Markup:
    """Return points as coins: those that stay, then, striped, those that the chosen moves take."""
    most = max(COINS - math.ceil(go), 0)
    more = math.floor(stay) - most
    drawn = [("", part) for part in _pieces(min(stay, most) if more > 0 else stay)]
    drawn += [("scaling-goes", part) for part in _pieces(go)]
    coin = Markup("<i class='{}' style='width:{:.0f}px'></i>")
    others = Markup(" <span>and {} more</span>").format(more) if more > 0 else ""
    coins = Markup().join(coin.format(look, COIN * part) for look, part in drawn)
    return Markup("<div class='scaling-coins' aria-hidden='true'>{}{}</div>").format(coins, others)


def _pieces(points: float) -> list[float]:
    """Return points one by one, and the rest as a part of one."""
    whole, rest = divmod(round(points, 6), 1)
    return [1.0] * int(whole) + ([rest] if rest else [])


def _piece(left: float, look: str) -> Markup:
    """Return one piece of the bar of points, which begins ``left`` per cent of the way along it."""
    piece = Markup("<i style='position:absolute;top:0;bottom:0;left:{:.1f}%;{}'></i>")
    return piece.format(left, look)


def _story_as_html(story: tuple[str, str, str]) -> Markup:
    asked, told, figures = story
    more = Markup("<details><summary>Its figures</summary><p>{}</p></details>").format(figures)
    return Markup("<details><summary>{}</summary><p>{}</p>{}</details>").format(
        asked, told, more if figures else ""
    )


class _Opening(Question):
    """Story and prediction; the outcome is known when the game is over."""

    def __init__(self, game: Game, answered: Callable[..., None]):
        self.game = game
        super().__init__(game.ask, "Play without predicting")
        self.commit.on_click(lambda _: answered(self.answer.value, self.confidence))
        self.skip.on_click(lambda _: answered(None))
        self.ask(self._story())

    def close_with(self, predicted: float | None) -> None:
        """Leave the story, and what was predicted if anything was."""
        said = "" if predicted is None else f" (you predict {self.game.ask.write(predicted)})"
        about = Markup("<details><summary>What this is about{}</summary>{}</details>")
        self.children = [prose(about.format(said, self._story()))]

    def _story(self) -> Markup:
        return Markup().join(Markup("<p>{}</p>").format(part) for part in self.game.story)
