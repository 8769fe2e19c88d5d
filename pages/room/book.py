"""What a room leaves behind: one SQLite file under the store, deleted after a day or at a press.

Phones appear in it as digests of a random number that each keeps for itself; there are no names and no addresses. Every
call is one small transaction in the write-ahead log, tens of microseconds: what was answered "thank you" is in the file
when the server dies.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lth_core.results.store import default_root

FILE = "rooms.sqlite"
DAY = 86_400.0  # seconds that a room is kept after it was opened
TABLES = """
CREATE TABLE IF NOT EXISTS rooms (code TEXT PRIMARY KEY, owner TEXT NOT NULL, opened REAL NOT NULL, now TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS guests (room TEXT, guest TEXT, joined REAL NOT NULL, hand INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (room, guest)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (room TEXT, question TEXT, guest TEXT, text TEXT NOT NULL, value TEXT NOT NULL,
  at REAL NOT NULL, PRIMARY KEY (room, question, guest)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tickets (room TEXT, guest TEXT, number INTEGER NOT NULL, at REAL NOT NULL, accuracy REAL,
  curve TEXT, PRIMARY KEY (room, guest), UNIQUE (room, number)) WITHOUT ROWID;
"""
HEAD = ("guest", "minute", "activity", "question", "answer")


class Book:
    """The rooms in the file at `path`; by default beside the results of this server's store. Safe from any thread.

    >>> import tempfile
    >>> book = Book(Path(tempfile.mkdtemp()) / FILE)
    >>> book.open("CDFGH", owner="me"); book.join("CDFGH", "a1"); book.answer("CDFGH", "q", "a1", "How many?", 7)
    >>> book.answers("CDFGH", "q"), book.hands("CDFGH")
    ({'a1': 7}, set())
    >>> book.close("CDFGH"); book.rooms()
    []
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or default_root() / FILE
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._file = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None, timeout=5)
        # NORMAL: written through to the disk at a checkpoint and not at every answer; a dead process loses nothing.
        for setting in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON"):
            self._file.execute(f"PRAGMA {setting}")
        self._file.executescript(TABLES)

    def open(self, code: str, owner: str) -> None:
        """A new room. owner: the browser of whoever presents."""
        self._do("INSERT INTO rooms VALUES (?, ?, ?, '{}')", code, owner, time.time())

    def own(self, code: str, owner: str) -> None:
        """The room belongs to this browser from now on."""
        self._do("UPDATE rooms SET owner = ? WHERE code = ?", owner, code)

    def rooms(self) -> list[tuple[str, str, float, dict[str, Any]]]:
        """(code, owner, when it was opened, what is on now) of every room, the oldest first."""
        rows = self._do("SELECT code, owner, opened, now FROM rooms ORDER BY opened")
        return [(code, owner, opened, json.loads(now)) for code, owner, opened, now in rows]

    def keep(self, code: str, now: dict[str, Any]) -> None:
        """What is on now, for a server that starts again."""
        self._do("UPDATE rooms SET now = ? WHERE code = ?", json.dumps(now), code)

    def join(self, code: str, guest: str) -> None:
        """A phone comes in, or comes back."""
        self._do("INSERT OR IGNORE INTO guests (room, guest, joined) VALUES (?, ?, ?)", code, guest, time.time())

    def guests(self, code: str) -> list[str]:
        """Everybody who joined, in that order."""
        return [guest for guest, in self._do("SELECT guest FROM guests WHERE room = ? ORDER BY joined", code)]

    def answer(self, code: str, question: str, guest: str, text: str, value: object) -> None:
        """A phone's answer to a question; the last one counts. text: the question, for whoever reads the file."""
        self._do("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)", code, question, guest, text,
                 json.dumps(value), time.time())

    def answers(self, code: str, question: str) -> dict[str, Any]:
        """Guest → answer."""
        rows = self._do("SELECT guest, value FROM answers WHERE room = ? AND question = ?", code, question)
        return {guest: json.loads(value) for guest, value in rows}

    def hand(self, code: str, guest: str, up: bool) -> None:
        """A hand goes up or down."""
        self._do("UPDATE guests SET hand = ? WHERE room = ? AND guest = ?", int(up), code, guest)

    def hands(self, code: str) -> set[str]:
        """Whose hand is up."""
        return {guest for guest, in self._do("SELECT guest FROM guests WHERE room = ? AND hand = 1", code)}

    def lower(self, code: str) -> None:
        """All hands down."""
        self._do("UPDATE guests SET hand = 0 WHERE room = ?", code)

    def draw(self, code: str, guest: str, number: int) -> None:
        """A phone draws ticket `number`."""
        self._do("INSERT OR IGNORE INTO tickets (room, guest, number, at) VALUES (?, ?, ?, ?)", code, guest, number,
                 time.time())

    def trained(self, code: str, number: int, accuracy: float, curve: list[float] | None = None) -> None:
        """What became of a ticket: test accuracy in 0–1, and its learning curve once that is known."""
        self._do("UPDATE tickets SET accuracy = ?, curve = COALESCE(?, curve) WHERE room = ? AND number = ?", accuracy,
                 None if curve is None else json.dumps(curve), code, number)

    def tickets(self, code: str) -> list[tuple[str, int, float | None, list[float] | None]]:
        """(guest, number, accuracy, curve), in the order of the presses."""
        rows = self._do("SELECT guest, number, accuracy, curve FROM tickets WHERE room = ? ORDER BY number", code)
        return [(guest, number, accuracy, curve and json.loads(curve)) for guest, number, accuracy, curve in rows]

    def close(self, code: str) -> None:
        """Delete all that is known of a room, also from the file's pages."""
        for table in ("answers", "tickets", "guests"):
            self._do(f"DELETE FROM {table} WHERE room = ?", code)  # noqa: S608  (names of ours)
        self._do("DELETE FROM rooms WHERE code = ?", code)
        self._do("PRAGMA wal_checkpoint(TRUNCATE)")

    def sweep(self, now: float | None = None) -> list[str]:
        """Delete the rooms of yesterday; their codes."""
        over = [code for code, _, opened, _ in self.rooms() if (now or time.time()) - opened > DAY]
        for code in over:
            self.close(code)
        return over

    def csv(self, code: str, raced: Iterable[tuple[str, str, float]] = ()) -> str:
        """All answers and tickets to take home: guests as numbers, minutes since the room was opened. raced: (guest,
        what it ran, test accuracy) of the last race, which is not in the file."""
        opened = next((opened for one, _, opened, _ in self.rooms() if one == code), 0.0)
        place = {guest: i + 1 for i, guest in enumerate(self.guests(code))}
        rows = [(place.get(guest, 0), at, "answer", text, value) for guest, at, text, value in
                self._do("SELECT guest, at, text, value FROM answers WHERE room = ? ORDER BY at", code)]
        rows += [(place.get(guest, 0), at, "ticket", f"ticket {number}", "" if accuracy is None else f"{accuracy:.4f}")
                 for guest, at, number, accuracy in
                 self._do("SELECT guest, at, number, accuracy FROM tickets WHERE room = ? ORDER BY at", code)]
        out = io.StringIO()
        write = csv.writer(out)
        write.writerow(HEAD)
        for guest, at, activity, question, answer in rows:
            write.writerow((guest, f"{(at - opened) / 60:.1f}", activity, _cell(question), answer))
        write.writerows((place.get(guest, 0), "", "race", ran, f"{accuracy:.4f}") for guest, ran, accuracy in raced)
        return out.getvalue()

    def end(self) -> None:
        """Close the file."""
        with self._lock:
            self._file.close()

    def _do(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._file.execute(statement, values).fetchall()


def _cell(text: str) -> str:
    """Text that a spreadsheet does not take for a formula.

    >>> _cell("=1+1"), _cell("How many?")
    ("'=1+1", 'How many?')
    """
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
