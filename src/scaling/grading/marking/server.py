"""The pages of the marking room, on this machine's own address and behind a token.

No script stands in a page and none comes from elsewhere: the policy in each answer forbids it, so
that what a student wrote could not run even if cleaning had missed it. Who opens the address with
its token gets a cookie; what changes something needs a second one that a foreign page cannot read.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler

from scaling import reports
from scaling.grading import clean

from . import agreement, book, log
from .asking import WORDS
from .room import Asked, Room
from .saving import Changed, score_from

HOST = "127.0.0.1"
_HERE = Path(__file__).parent / "pages"
_PAGES = reports.templates(_HERE)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STATIC = {"page.css": "text/css", "page.js": "text/javascript"}


def points(number: float | None) -> str:
    """Return points as they are written: 3, 2.5, or a dash where there are none."""
    return "–" if number is None else f"{round(number, 2):g}"


def clock(moment: float) -> str:
    """Return the local day and time of a moment in seconds since 1970."""
    return f"{datetime.fromtimestamp(moment, UTC).astimezone():%d %b, %H:%M}"


_PAGES.filters |= {"points": points, "clock": clock, "markdown": clean.render}


class _Page(RequestHandler):
    """What all pages share: who may see them, and how they are written."""

    room: Room
    token: str

    def initialize(self, room: Room, token: str) -> None:
        self.room, self.token = room, token

    def set_default_headers(self) -> None:
        for name, value in HEADERS.items():
            self.set_header(name, value)
        self.clear_header("Server")

    @property
    def cookie(self) -> str:
        # A browser sends a cookie to every port of a machine, so each room has its own.
        return f"marking-{self.request.host.rpartition(':')[2]}"

    def prepare(self) -> None:
        """Let in who knows the token, by the address once and then by a cookie.

        The name in the address has to be this machine's own: a foreign name that leads here would
        make a foreign page one of the same origin.
        """
        if self.request.host.rpartition(":")[0] not in (HOST, "localhost"):
            raise HTTPError(403)
        given = self.get_query_argument("token", "")
        if given and hmac.compare_digest(given.encode(), self.token.encode()):
            self.set_cookie(self.cookie, self.token, httponly=True, samesite="Strict")
            self.redirect(self.request.path)
        elif not hmac.compare_digest(
            (self.get_cookie(self.cookie) or "").encode(), self.token.encode()
        ):
            raise HTTPError(403)

    def write_error(self, status_code: int, **about: Any) -> None:
        error = about.get("exc_info", (None, None))[1]
        why = {
            403: "Open the address that stands in the terminal, with its token.",
            404: "There is no such page, or no such submission any more.",
        }.get(status_code, "Something went wrong; the terminal says what. What was saved is safe.")
        if isinstance(error, HTTPError) and error.log_message and status_code == 400:
            why = error.log_message
        self.finish(_PAGES.get_template("error.html.j2").render(why=why))

    def show(self, page: str, **about: Any) -> None:
        """Write a page."""
        shared = {
            "room": self.room,
            "questions": list(self.room.questions.values()),
            "xsrf": self.xsrf_token.decode(),
            "words": WORDS,
        }
        self.finish(_PAGES.get_template(f"{page}.html.j2").render(**shared, **about))

    def body(self) -> dict[str, Any]:
        """Return what a script has sent."""
        try:
            found = json.loads(self.request.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise HTTPError(400, "This is not what the page sends.")
        return found

    def score(self, text: object, question: str) -> float | None:
        """Return points that were typed; answer with a sentence where they are none."""
        try:
            return score_from(text, self.room.most.get(question, 0.0))
        except ValueError as error:
            raise HTTPError(400, str(error)) from None

    def found(self, find: Callable[[], Any]) -> Any:
        """Return what is looked for, or answer that it is not there."""
        try:
            return find()
        except MissingEntry:
            raise HTTPError(404) from None


class _Static(_Page):
    def get(self, name: str) -> None:
        self.set_header("Content-Type", STATIC[name])
        self.finish((_HERE / name).read_bytes())


class _Overview(_Page):
    def get(self) -> None:
        queues = {name: self.room.queue(name) for name in self.room.questions}
        asked = [one for one in self.room.asked() if not one.is_answered]
        self.show("overview", queues=queues, waiting=len(asked))


class _Start(_Page):
    """Leads to what is to be marked next."""

    def get(self, name: str) -> None:
        question = self.found(lambda: self.room.question(name))
        after = self.get_query_argument("after", "")
        queue = self.room.queue(name)
        place = self.room.next_open(queue, after)
        if place is None:
            place = next((one for one in queue if not one.is_done), None)
        if place is None:
            self.show("done", question=question, queue=queue)
        else:
            self.redirect(f"/mark/{name}/{place.mark.submission}")


class _List(_Page):
    """All answers to one question, to go back to."""

    def get(self, name: str) -> None:
        question = self.found(lambda: self.room.question(name))
        self.show("list", question=question, queue=self.room.queue(name))


class _Essay(_Page):
    def get(self, name: str, submission: str) -> None:
        question = self.found(lambda: self.room.question(name))
        place = self.found(lambda: self.room.place(name, submission))
        mark = self.room.current(name, submission)
        try:
            essay = self.room.essay(mark)
        except (OSError, ValueError):
            essay = None
        version = mark.version(essay.digest if essay else "")
        queue = self.room.queue(name)
        ids = [one.mark.submission for one in queue]
        at = ids.index(submission) if submission in ids else None
        before = ids[at - 1] if at else None
        after = ids[at + 1] if at is not None and at + 1 < len(ids) else None
        mine = place.state.seconds.get(self.room.marker) if self.room.second else place.state.mark
        score = (mine.score if mine else None) if self.room.second else mark.by_hand
        levels = _levels(mine, score, question)
        bank = log.phrases(self.room.events(), name)
        self.show(
            "essay", question=question, place=place, mark=mark, essay=essay, version=version,
            queue=queue, at=at, before=before, after=after, mine=mine, score=score, levels=levels,
            bank=bank, done=sum(one.is_done for one in queue),
        )  # fmt: skip

    def post(self, name: str, submission: str) -> None:
        """Save; answer 409 with what another has saved where the mark was changed meanwhile."""
        question = self.found(lambda: self.room.question(name))
        sent = self.body()
        levels = _sent_levels(sent.get("levels"), question)
        score = self.score(sent.get("score"), name)
        comment = str(sent.get("comment", ""))
        seen = str(sent.get("version", ""))
        try:
            mark = self.found(
                lambda: self.room.save(name, submission, seen, score, levels, comment)
            )
        except Changed:
            self.set_status(409)
            self.finish(self._now(name, submission))
            return
        except (OSError, ValueError):
            raise HTTPError(400, "The graded notebook cannot be read. Grade it again.") from None
        queue = self.room.queue(name)
        version = mark.version(self.room.essay(mark).digest)
        self.finish({
            "version": version, "score": score, "done": sum(one.is_done for one in queue),
            "at": f"{datetime.now():%H:%M:%S}",
        })  # fmt: skip

    def _now(self, name: str, submission: str) -> dict[str, Any]:
        """Return what the gradebook says now, for one who had seen something else."""
        mark = self.found(lambda: self.room.current(name, submission))
        by = self.room.place(name, submission).state.mark
        from_here = by is not None and by.score == mark.by_hand
        return {
            "version": mark.version(self.room.essay(mark).digest),
            "score": points(mark.by_hand),
            "waits": mark.waits,
            "comment": mark.comment or "",
            "by": f"{by.marker}, {clock(by.at)}" if by and from_here else "",
        }


class _Note(_Page):
    """Puts an answer off, flags it, or takes a phrase out of the bank."""

    def post(self, name: str, submission: str) -> None:
        self.found(lambda: self.room.question(name))
        self.found(lambda: self.room.place(name, submission))
        sent = self.body()
        what, text = sent.get("what"), str(sent.get("text", ""))
        if what not in (log.LATER, log.FLAG, log.FORGOTTEN):
            raise HTTPError(400, "This is not what the page sends.")
        self.room.note(name, submission, what, text)
        self.finish({"done": True})


class _Requests(_Page):
    def get(self) -> None:
        self.show("requests", asked=self.room.asked())


class _Request(_Page):
    def get(self, submission: str, key: str) -> None:
        asked = self._asked(submission, key)
        self._show(asked, self._mark(asked), None)

    def post(self, submission: str, key: str) -> None:
        asked = self._asked(submission, key)
        mark = self._mark(asked)
        if mark is None:
            self.room.close(asked.request, submission)
            self.redirect("/requests")
            return
        typed = self.get_body_argument("score", ""), self.get_body_argument("comment", "")
        comment = typed[1].replace("\r\n", "\n")
        score = self.score(typed[0], asked.request.question)
        if mark.by_hand is None and score == mark.by_checks:
            score = None  # What the checks gave stands, and a later run may still correct it.
        try:
            seen = self.get_body_argument("version", "")
            self.room.answer(asked.request, submission, seen, score, comment)
        except Changed:
            self.set_status(409)
            self._show(asked, mark, typed)
            return
        self.redirect("/requests")

    def _asked(self, submission: str, key: str) -> Asked:
        for one in self.room.asked():
            if one.submission == submission and one.request.key == key:
                return one
        raise HTTPError(404)

    def _mark(self, asked: Asked) -> book.Mark | None:
        """Return the mark that is asked about, or None for the exercise as a whole."""
        if not asked.request.question:
            return None
        about = asked.request
        return self.found(
            lambda: self.room.current(about.question, asked.submission, about.commented)
        )

    def _show(self, asked: Asked, mark: book.Mark | None, typed: tuple[str, str] | None) -> None:
        html = self.room.written(mark) if mark else ""
        score = None
        if mark:
            score = mark.by_checks if mark.by_hand is None else mark.by_hand
        most = self.room.most.get(asked.request.question, 0.0)
        self.show("request", asked=asked, mark=mark, score=score, typed=typed, html=html, most=most)


class _Agreement(_Page):
    def get(self) -> None:
        drifts = agreement.drifts(self.room.events())
        self.show("agreement", found=self.room.agreements(), drifts=drifts, about=agreement)


class _Missing(_Page):
    def get(self) -> None:
        raise HTTPError(404)


def _levels(
    mine: log.Event | None, score: float | None, question: book.Question
) -> list[int | None]:
    """Return the levels that this person chose, or none where they are not those of the points."""
    rows = len(question.rubric.rows)
    if mine is None or len(mine.levels) != rows or mine.score != score:
        return [None] * rows
    return list(mine.levels)


def _sent_levels(sent: object, question: book.Question) -> list[int | None]:
    rows = question.rubric.rows
    if not isinstance(sent, list) or len(sent) != len(rows):
        return [None] * len(rows)
    return [
        at if type(at) is int and 0 <= at < len(row.levels) else None
        for at, row in zip(sent, rows, strict=True)
    ]


def application(room: Room, token: str) -> Application:
    """Return the pages of a room."""
    name, key = r"([\w-]{1,128})", r"([0-9a-f]{32})"
    pages: list[tuple[str, type[_Page]]] = [
        (r"/", _Overview),
        (rf"/mark/{name}", _Start),
        (rf"/mark/{name}/{key}", _Essay),
        (rf"/mark/{name}/{key}/note", _Note),
        (rf"/list/{name}", _List),
        (r"/requests", _Requests),
        (rf"/requests/{key}/{key}", _Request),
        (r"/agreement", _Agreement),
        (r"/(page\.css|page\.js)", _Static),
    ]
    shared = {"room": room, "token": token}
    return Application(
        [(path, page, shared) for path, page in pages],
        default_handler_class=_Missing,
        default_handler_args=shared,
        xsrf_cookies=True,
        xsrf_cookie_name="marking-xsrf",  # JupyterLab has one of the usual name on the same host
        xsrf_cookie_kwargs={"samesite": "Strict", "httponly": True},
    )


async def serve(room: Room, port: int, tell: Callable[[str], None]) -> None:
    """Serve a room until it is stopped; ``tell`` is told its address.

    Raises
    ------
    OSError
        If the port is taken.
    """
    token = secrets.token_urlsafe(24)
    sockets = bind_sockets(port, HOST)
    server = HTTPServer(application(room, token), max_body_size=1_000_000)
    server.add_sockets(sockets)
    tell(f"http://{HOST}:{sockets[0].getsockname()[1]}/?token={token}")
    try:
        await asyncio.Event().wait()
    finally:
        server.stop()
