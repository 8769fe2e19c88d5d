"""One open room in memory, with its lines to phones and boards. What it hears it writes into the book first.

Methods may be called from any thread. Frames are whole states, never changes: whoever lost the line knows all from the
first one after it.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pages.room import names, racers
from pages.room.book import Book
from pages.room.limits import MOST_GUESTS
from pages.room.now import Now, Posed, crowd


class Refused(ValueError):
    """What a phone or a presenter may not do; the message is a sentence for them."""


@dataclass(eq=False)
class Line:
    """An open event stream. guest: whose phone; "" for a board. bell: rung when there is something new. over: it is to
    end."""

    guest: str = ""
    over: bool = False
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self) -> None:
        with suppress(RuntimeError):  # its loop is closed
            self.loop.call_soon_threadsafe(self.bell.set)


@dataclass
class Ticket:
    """A guest's ticket. accuracy: on the test images, in 0–1, once it is trained. curve: mean batch losses."""

    guest: str
    number: int
    accuracy: float | None = None
    curve: list[float] | None = None


@dataclass(frozen=True)
class Rule:
    """What a ticket has to reach, as chapter 2 has it. All accuracies in 0–1. layers: units that a picture draws."""

    target: float
    margin: float
    dense: float
    found: float
    layers: tuple[int, ...]
    kept: float


class Room:
    """The room `code` with what the book knows of it. owner: the browser of whoever presents, "" for nobody yet."""

    def __init__(self, book: Book, code: str, owner: str, now: Now) -> None:
        self.book, self.code, self.owner, self.now = book, code, owner, now
        self.lines: set[Line] = set()
        self.closed = False
        self.trains = False  # a thread is training its tickets
        self.offered: Posed | None = None
        self.rule: Rule | None = None
        self.sketches: dict[int, str] = {}  # ticket → which of the drawn connections it keeps, base64
        self.lock = threading.RLock()
        self.guests = {guest: place for place, guest in enumerate(book.guests(code))}
        self.hands = book.hands(code)
        self.answers = book.answers(code, now.posed.key) if now.posed else {}
        self.tickets = {row[0]: Ticket(*row) for row in book.tickets(code)}
        self.laps: dict[str, dict[str, Any]] = {}  # of the race: runner → its curve and its end
        self._shared: bytes | None = None  # the phones' frame, made once for all

    # ── what phones do ───────────────────────────────────────────────────────────────────────────────────────────

    def join(self, guest: str) -> None:
        """A phone comes in, or comes back. Raises Refused when the room is full."""
        with self.lock:
            if guest in self.guests:
                return
            if len(self.guests) >= MOST_GUESTS:
                raise Refused(f"This room is full: {MOST_GUESTS} phones are in it.")
            self.book.join(self.code, guest)
            self.guests[guest] = len(self.guests)
        self._tell_boards()

    def answer(self, guest: str, key: str, value: Any) -> None:
        """Take an answer to question `key`. Raises Refused with what is wrong with it."""
        with self.lock:
            posed = self.now.posed
            if self.now.activity != "bet" or posed is None or posed.key != key:
                raise Refused("That question is over. The next one appears here.")
            if self.now.is_revealed:
                raise Refused("The answer is out: no more bets.")
            if fault := posed.question.fault(value):
                raise Refused(f"Your answer {fault}.")
            self.book.answer(self.code, key, guest, posed.question.text, value)
            self.answers[guest] = value
        self._tell_boards()

    def hand(self, guest: str, up: bool) -> None:
        """A hand goes up or down; only the presenter sees how many are up."""
        with self.lock:
            self.book.hand(self.code, guest, up)
            (self.hands.add if up else self.hands.discard)(guest)
        self._tell_boards()

    def draw(self, guest: str) -> None:
        """A ticket of one's own, once. Raises Refused while nothing is drawn."""
        with self.lock:
            if self.now.activity != "draw":
                raise Refused("Nothing is drawn at the moment.")
            if guest in self.tickets:
                return
            number = self.now.first + len(self.tickets)
            self.book.draw(self.code, guest, number)
            self.tickets[guest] = Ticket(guest, number)
        self._tell_boards()

    # ── what the presenter does ──────────────────────────────────────────────────────────────────────────────────

    def ask(self, posed: Posed) -> None:
        """Put a question to the room; one that was asked before has its answers, and its truth if that was out."""
        with self.lock:
            self.answers = self.book.answers(self.code, posed.key)
            self._turn(activity="bet", posed=posed)

    def offer(self, posed: Posed | None) -> None:
        """The question that `ask_offered` would put: the talk came to it."""
        with self.lock:
            self.offered = posed
        self._tell_boards()

    def ask_offered(self) -> None:
        """Put the question that the talk has come to."""
        if self.offered is None:
            raise Refused("There is no question here to put to the room.")
        self.ask(self.offered)

    def reveal(self) -> None:
        """The truth comes out, and what the room said."""
        with self.lock:
            if self.now.activity != "bet" or self.now.posed is None:
                raise Refused("There is no question to reveal.")
            self._turn(revealed=self.now.revealed | {self.now.posed.key})

    def rest(self) -> None:
        """Nothing is on: phones say to look at the screen."""
        self._turn(activity="wait")

    def deal(self, rule: Rule) -> None:
        """Everybody may draw a ticket."""
        self.rule = rule
        self._turn(activity="draw")

    def race(self) -> None:
        """Everybody who is in runs one training."""
        with self.lock:
            if not self.guests:
                raise Refused("Nobody is in the room yet.")
            self.laps = {}
            self._turn(activity="race", racers=len(self.guests))

    def raced(self, laps: dict[str, dict[str, Any]]) -> None:
        """Some trainings of the race have ended."""
        with self.lock:
            self.laps |= laps
        self.tell()

    def lower(self) -> None:
        """All hands down."""
        with self.lock:
            self.book.lower(self.code)
            self.hands.clear()
        self.tell()

    def trained(self, number: int, accuracy: float, curve: list[float] | None = None) -> None:
        """What became of ticket `number`."""
        with self.lock:
            ticket = next((one for one in self.tickets.values() if one.number == number), None)
            if ticket is None or self.closed:
                return
            self.book.trained(self.code, number, accuracy, curve)
            ticket.accuracy, ticket.curve = accuracy, curve or ticket.curve
        for line in tuple(self.lines):
            if line.guest in ("", ticket.guest):
                line.ring()

    def close(self) -> None:
        """Everybody is sent home, and all that is known of the room is deleted."""
        with self.lock:
            self.closed = True
            self.book.close(self.code)
        self.tell()

    def _turn(self, **change: Any) -> None:
        with self.lock:
            self.now = dataclasses.replace(self.now, **change)
            self.book.keep(self.code, self.now.to_json())
        self.tell()

    # ── what is told ─────────────────────────────────────────────────────────────────────────────────────────────

    def tell(self) -> None:
        """Something changed for everybody."""
        self._shared = None
        for line in tuple(self.lines):
            line.ring()

    def _tell_boards(self) -> None:
        for line in tuple(self.lines):
            if not line.guest:
                line.ring()

    def shared(self) -> bytes:
        """The frame of all phones, the same bytes until something changes for them."""
        with self.lock:
            if self._shared is None:
                self._shared = frame("room", self.to_phone())
            return self._shared

    def to_phone(self) -> dict[str, Any]:
        """What is on, without anything that is not out yet."""
        now = self.now
        told: dict[str, Any] = {"code": self.code, "activity": now.activity}
        if now.activity == "bet" and now.posed:
            out = now.is_revealed
            told |= {"question": now.posed.to_phone(out), "revealed": out}
            told |= {"crowd": crowd(now.posed.question, self.answers.values())} if out else {}
        if now.activity == "draw" and self.rule:
            told |= {"rule": dataclasses.asdict(self.rule)}
        if now.activity == "race":
            runners = len(racers.runners(now.racers))
            told |= {"means": racers.means(self.laps), "trained": len(self.laps), "runners": runners}
        return told

    def mine(self, guest: str) -> dict[str, Any]:
        """What only this phone is told: its name, its answer, its ticket."""
        with self.lock:
            ticket = self.tickets.get(guest)
            return {"name": names.name(guest), "hue": names.hue(guest), "answer": self.answers.get(guest),
                    "of": self.now.posed and self.now.posed.key,  # the question that it answers
                    "hand": guest in self.hands, "runs": (runs := self._runs(guest)),
                    "lap": self.laps.get(runs) if runs else None,
                    "ticket": ticket and {"number": ticket.number, "accuracy": ticket.accuracy, "curve": ticket.curve,
                                          "sketch": self.sketches.get(ticket.number)}}

    def csv(self) -> str:
        """What was answered, drawn and run, to take home."""
        with self.lock:
            first = self.now.first_draw
            ran = [(guest, racers.runner(place, first)) for guest, place in self.guests.items()
                   if place < self.now.racers]
            raced = [(guest, f"{one.lane}, seed {one.seed}", self.laps[one.name]["end"]) for guest, one in ran
                     if one.name in self.laps]
        return self.book.csv(self.code, raced)

    def _runs(self, guest: str) -> str | None:
        """Which training of the race is this phone's; None for who came in after its start."""
        if self.now.activity != "race" or guest not in self.guests:
            return None
        place = self.guests[guest]
        return racers.runner(place, self.now.first_draw).name if place < self.now.racers else None

    def to_board(self) -> dict[str, Any]:
        """What the projector shows, and what the presenter alone needs: hands."""
        with self.lock:
            told = self.to_phone() | {"guests": len(self.guests), "hands": len(self.hands)}
            told["offered"] = self.offered and self.offered.to_phone(revealed=False)
            if self.now.activity == "bet":
                told["answered"] = len(self.answers)
                if self.now.is_revealed and self.now.posed and self.now.posed.question.kind == "curve":
                    told["curves"] = list(self.answers.values())
            if self.now.activity == "race":
                told["laps"] = self.laps
            if self.now.activity == "draw":
                told["tickets"] = [(one.number, one.accuracy, self.sketches.get(one.number, ""))
                                   for one in self.tickets.values()]
            return told


def frame(kind: str, told: dict[str, Any]) -> bytes:
    """A message of the event stream.

    >>> frame("mine", {"hand": False})
    b'event: mine\\ndata: {"hand":false}\\n\\n'
    """
    return f"event: {kind}\ndata: {json.dumps(told, separators=(',', ':'), allow_nan=False)}\n\n".encode()
