"""Tickets found on one data set and trained on another (C33)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lth_core.ledger.grid import Grid, grid
from lth_core.ledger.rules import ENOUGH, OPEN, Count, Judged, counting
from lth_core.once import once
from lth_core.results.result import Result
from lth_core.said import DATA
from lth_core.spec import Data

CONDITIONS = ("native", "moved", "moved-reinit", "largest", "random")


@dataclass(frozen=True, eq=False)
class Journey:
    """source, target: what the images are, in words. runs: what several seeds measured on the target."""

    source: str
    target: str
    runs: Grid

    @property
    def name(self) -> str:
        return f"{self.source} → {self.target}"

    @property
    def worth(self) -> list[int]:
        """Rounds in which a ticket is worth something here: the native one surely beats a random mask."""
        return self.runs.ahead("native", "random")


@once(16)
def journey(results: tuple[Result, ...]) -> Journey:
    """The recorded runs of one pair of data sets."""
    spec = results[0].spec
    return Journey(images(spec.source), images(spec.data), grid(results, "native", CONDITIONS))  # type: ignore[attr-defined]


def images(data: Data) -> str:
    """What the images are, in words.

    >>> images(Data(train=25_000, classes=(0, 1, 2))), images(Data(name="fashion-mnist"))
    ('digits 0–2', 'Fashion-MNIST')
    """
    if not data.classes:
        return DATA[data.name]
    first, last = data.classes[0], data.classes[-1]
    whole = data.classes == tuple(range(first, last + 1))
    labels = f"{first}–{last}" if whole else ", ".join(map(str, data.classes))
    return f"{'digits' if data.name == 'mnist' else DATA[data.name] + ' classes'} {labels}"


TRAVELS = counting("travels", "the travelled ticket surely beats a random mask", "sizes at which a native one does")


def _won(found: Journey) -> list[int]:
    """Rounds, of those in which a ticket is worth something, in which the travelled one surely beats a random mask."""
    return found.runs.ahead("moved", "random", found.worth)


def _verdict(found: Sequence[Journey]) -> str:
    enough = [one for one in found if one.runs.seeds >= ENOUGH]
    return TRAVELS(Count(sum(len(_won(one)) for one in enough), sum(len(one.worth) for one in enough),
                         min((one.runs.seeds for one in enough), default=0)))


def judged(found: Sequence[Journey]) -> Judged:
    """C33: tickets transfer, that is, beat random masks on other data wherever a native ticket does."""
    settled = [one for one in found if one.runs.seeds >= ENOUGH]
    if not settled:
        return Judged(33, OPEN, f"Whether tickets travel: fewer than {ENOUGH} seeds settle nothing yet", TRAVELS)
    won, of = sum(len(_won(one)) for one in settled), sum(len(one.worth) for one in settled)
    short = sum(len(one.runs.ahead("native", "moved", one.worth)) for one in settled)
    return Judged(33, _verdict(found),
                  f"In **{of}** cases, of journeys and sizes, a ticket found on the very images surely beats a random "
                  f"mask. The travelled ticket does so too in **{won}** of them. It is surely behind the native one in "
                  f"**{short}**", TRAVELS)
