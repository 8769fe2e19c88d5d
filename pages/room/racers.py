"""Who runs what in a room's race: each phone one training, the ticket's or one of its rivals'.

Phones are dealt in turn to the ticket, to its mask with fresh weights, and to a random mask. Seeds are those whose
masks are recorded; with the same seed there are further draws of fresh weights and of random masks. A ticket has no
such draws: a seed has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from lth_core.catalogue import SEEDS

LANES = ("ticket", "reinit", "random")
DRAWS = 900  # further draws of a seed, of which each room takes the next few
MOST = 60  # phones with a training of their own; beyond that two share one, or the room would wait for minutes


@dataclass(frozen=True)
class Runner:
    """One training. lane: its condition. draw: which fresh weights or random mask of this seed."""

    lane: str
    seed: int
    draw: int

    @property
    def name(self) -> str:
        return f"{self.lane}.{self.seed}.{self.draw}"


def runner(place: int, first: int = 0) -> Runner:
    """What the phone that came in as number `place` (from 0) runs. first: number of the room's first draw, so that no
    room runs another's race again.

    >>> [runner(place, 70).name for place in (0, 1, 2, 3, 16)]
    ['ticket.0.0', 'reinit.0.70', 'random.0.70', 'ticket.1.0', 'reinit.0.71']
    """
    lane = LANES[place % len(LANES)]
    turn = place % MOST // len(LANES)
    return Runner(lane, SEEDS[turn % len(SEEDS)], 0 if lane == "ticket" else first + turn // len(SEEDS))


def means(laps: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Lane → the mean test accuracy of what it has trained so far, in 0–1.

    >>> means({"ticket.0.0": {"end": 0.5}, "ticket.1.0": {"end": 1.0}})
    {'ticket': 0.75}
    """
    ends: dict[str, list[float]] = {}
    for name, lap in laps.items():
        ends.setdefault(name.partition(".")[0], []).append(lap["end"])
    return {lane: fmean(ends[lane]) for lane in LANES if lane in ends}


def runners(phones: int, first: int = 0) -> list[Runner]:
    """All trainings of a room, without repetition."""
    return list(dict.fromkeys(runner(place, first) for place in range(phones)))
