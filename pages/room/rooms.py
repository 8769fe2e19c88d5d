"""The rooms that are open on this server, and who may steer them."""

from __future__ import annotations

import functools
import secrets
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

from lth_core.results.store import default_root
from pages.room import code as codes
from pages.room import drawing
from pages.room.book import FILE, Book
from pages.room.limits import MOST_ROOMS
from pages.room.now import Now, restored
from pages.room.room import Refused, Room

# A room's tickets get numbers of their own, far from the recorded ones: every room draws new ones.
FIRST_TICKETS = range(10_000, 990_000)


class Rooms:
    """All open rooms. path: of their file, which is made with the first room."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or default_root() / FILE
        self._book: Book | None = None
        self._rooms: dict[str, Room] = {}
        self._tokens: dict[str, str] = {}  # presenter's token → code
        self._gone: deque[str] = deque(maxlen=100)  # codes of rooms that were closed: their phones are told so
        self._lock = threading.RLock()
        self.when_empty: Callable[[], object] = bool  # called when the last room has closed
        if self._path.exists():
            self._restore()

    def open(self, owner: str) -> Room:
        """A new room of this browser's, which closes the one that it had. Raises Refused when there are too many."""
        with self._lock:
            if (old := self.of(owner)) is not None and owner:
                self.close(old.code)
            if len(self._rooms) >= MOST_ROOMS:
                raise Refused(f"{MOST_ROOMS} rooms are open on this server. Close one, or try again later.")
            book, code = self._opened(), codes.new()
            book.open(code, owner)
            now = Now(first=FIRST_TICKETS.start + secrets.randbelow(len(FIRST_TICKETS)))
            book.keep(code, now.to_json())
            self._rooms[code] = Room(book, code, owner, now)
            return self._rooms[code]

    def all(self) -> tuple[Room, ...]:
        """Every open room, the oldest first."""
        return tuple(self._rooms.values())

    def find(self, code: str) -> Room | None:
        """The room of that code."""
        return self._rooms.get(code)

    def gone(self, code: str) -> bool:
        """Was there such a room lately?"""
        return code in self._gone

    def of(self, owner: str) -> Room | None:
        """The room of this browser's."""
        with self._lock:
            return next((room for room in self._rooms.values() if room.owner == owner), None)

    def adopt(self, owner: str) -> Room | None:
        """The room that was opened from the terminal belongs to the first presenter who looks."""
        with self._lock:
            if (room := self.of("")) is not None and room.book:
                room.owner = owner
                room.book.own(room.code, owner)
            return room

    def token(self, room: Room) -> str:
        """A new presenter's token for `room`. It lives in a page's memory, never in an address."""
        token = codes.token()
        self._tokens[token] = room.code
        return token

    def steered(self, code: str, token: str) -> Room | None:
        """The room, if this token steers it."""
        return self._rooms.get(code) if token and self._tokens.get(token) == code else None

    def close(self, code: str) -> None:
        """Close a room and delete all that is known of it."""
        with self._lock:
            room = self._rooms.pop(code, None)
            self._tokens = {token: other for token, other in self._tokens.items() if other != code}
        if room is not None:
            self._gone.append(code)
            room.close()
        if not self._rooms:
            self.when_empty()

    def sweep(self) -> None:
        """Close the rooms of yesterday."""
        if self._book is not None:
            for code in self._book.sweep():
                self.close(code)

    def hang_up(self) -> None:
        """The server ends: all lines are let go. Phones come back by themselves."""
        for room in tuple(self._rooms.values()):
            for line in tuple(room.lines):
                line.over = True
                line.ring()

    def _opened(self) -> Book:
        if self._book is None:
            self._book = Book(self._path)
        return self._book

    def _restore(self) -> None:
        """After a restart: every room as it was, with the tickets that still have to be trained."""
        book = self._opened()
        book.sweep()
        for code, owner, _, kept in book.rooms():
            room = self._rooms[code] = Room(book, code, owner, restored(kept))
            if room.now.activity == "draw":
                room.rule = drawing.rule()


@functools.cache
def rooms() -> Rooms:
    """This process's."""
    return Rooms()
