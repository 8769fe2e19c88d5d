"""Tickets that phones draw, trained in the job engine's workers: many at once, for one costs nearly as much as ten.

Presses of about a second become one run. While it trains, the next ones are collected.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import threading
import time

from lth_core.catalogue import tickets
from lth_core.experiments import Draws
from lth_core.jobs.engine import JobEngine
from lth_core.jobs.limits import Refused as Full
from lth_core.results.store import StoreError
from pages.figures import draws, sketches
from pages.records import recorded
from pages.room.room import Refused, Room, Rule

KEPT = 0.32  # of the weights: chapter 2's own lottery, in which a few in a hundred win
COLLECT = 0.8  # seconds from the first press to the training
LOOK = 0.1  # seconds between two looks at a run
MOST = 192  # tickets of one run
GIVE_UP = 600.0  # seconds: a run that has not ended by then is not waited for

log = logging.getLogger(__name__)


def rule() -> Rule | None:
    """What a ticket of this room has to reach: chapter 2's target, from its recorded run. None when it is missing."""
    base = recorded.find(tickets(KEPT))
    if base is None:
        return None
    read = draws.reading(draws.gathered(base), draws.MARGIN)
    layers = tuple(len(layer) for layer in sketches.places(tickets(KEPT).net))
    return Rule(read.target, draws.MARGIN, read.dense, read.found, layers, KEPT)


def batch(first: int, count: int) -> Draws:
    """The run that trains tickets `first`, `first` + 1, … of chapter 2's lottery, and nothing else.

    >>> batch(70_000, 3).draws
    3
    """
    return dataclasses.replace(tickets(KEPT), first=first, draws=count, dense_seeds=0, found=False)


def deal(room: Room, engine: JobEngine) -> None:
    """Let everybody draw; the workers start meanwhile. Raises Refused where chapter 2's run is not recorded."""
    found = rule()
    if found is None:
        raise Refused("Chapter 2's recorded run is missing here, so nobody could say who wins.")
    engine.warm()
    room.deal(found)
    press(room, engine)


def press(room: Room, engine: JobEngine) -> None:
    """Train what is drawn and not trained yet: somebody drew a ticket, or the server came back."""
    with room.lock:
        if not room.trains:
            room.trains = True
            threading.Thread(target=Drawing(room, engine).work, name="room-draws", daemon=True).start()


class Drawing:
    """Trains what the phones of one room draw, in a thread that lives as long as something is to be trained."""

    def __init__(self, room: Room, engine: JobEngine) -> None:
        self.room, self.engine = room, engine

    def work(self) -> None:
        """Train run after run until nothing is left to train."""
        while True:
            time.sleep(COLLECT)
            with self.room.lock:
                run = self.next()
                if run is None or self.room.closed:
                    self.room.trains = False
                    return
            try:
                self.train(run)
            except (Full, StoreError) as error:
                log.warning("room: %s", error)
                time.sleep(COLLECT)
            except Exception:
                log.exception("a room's tickets could not be trained")
                self.room.trains = False
                return

    def next(self) -> Draws | None:
        """The run of the tickets that are drawn and not trained; None when there is none."""
        waiting = [one.number for one in list(self.room.tickets.values()) if one.curve is None]
        return batch(waiting[0], min(MOST, waiting[-1] - waiting[0] + 1)) if waiting else None

    def train(self, run: Draws) -> None:
        """Train `run` and tell the room of each ticket as it finishes, then of the curves."""
        self.engine.submit(run, viewer := f"room-{self.room.code}")
        self._sketch(run)  # meanwhile: the first ticket is not trained before they are all drawn
        since, until = 0, time.monotonic() + GIVE_UP
        while time.monotonic() < until and not self.room.closed:
            self.engine.seen([run.key], viewer)
            for event in self.engine.events([run.key], since):
                since = max(since, event.seq)
                self._hear(event.text)
            status = self.engine.status(run.key)
            if status is None or status.over:
                break
            time.sleep(LOOK)
        self._finish(run)

    def _sketch(self, run: Draws) -> None:
        for number in range(run.first, run.first + run.draws):
            self.room.sketches[number] = sketches.sketches(run, [number])
        self.room.tell()

    def _hear(self, text: str) -> None:
        for point in json.loads(text).get("points", ()):
            if point["stage"] == "cell" and point["condition"] == "draw":
                self.room.trained(int(point["measures"]["draw"]), float(point["measures"]["test_accuracy"]))

    def _finish(self, run: Draws) -> None:
        result = self.engine.result(run.key)
        if result is None:
            raise RuntimeError(f"the run of {run.draws} tickets ended without a result")
        cells, curves = result.tables["cells"], result.tables["curves"]
        for number, accuracy in zip(cells["draw"].tolist(), cells["test_accuracy"].tolist(), strict=True):
            losses = curves["batch_loss"][curves["draw"] == number]
            self.room.trained(number, accuracy, [round(float(loss), 4) for loss in losses])
