"""Chapter 2's tickets: how random ones do beside the dense net and the one that pruning finds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.experiments import Draws
from lth_core.experiments.draws.read import at_most, tally
from lth_core.measures import wilson
from lth_core.once import once
from lth_core.results.result import Result, Table

WIDTH, SHARE = 20, 0.32  # hidden units and share kept of the chapter's own wall, against which other widths are held
MARGIN = 0.01  # how far below the mean dense net a winner may stay, where nobody moves it


@dataclass(frozen=True, eq=False)
class Wall:
    """All tickets drawn so far from one dense net, recorded and live, in the order they were drawn.

    spec: of the first run; cells: its table, with `live` (bool). curves, dense_curves, dense, found: as in the Result.
    """

    spec: Draws
    cells: Table
    curves: Table
    dense: Table
    dense_curves: Table
    found: Table

    def row(self, ticket: int) -> dict[str, float] | None:
        """The row of ticket number `ticket`; None when it has not been drawn."""
        at = np.flatnonzero(self.cells["draw"] == ticket)
        return {name: values[at[0]].item() for name, values in self.cells.items()} if at.size else None


@once(128)
def gathered(base: Result, *more: Result) -> Wall:
    """The tickets of `base`, which has the dense nets and the found ticket, and of live runs that went on from it.

    Raises ValueError for a run of another lottery: its tickets would stand beside the wrong target.
    """
    spec = _draws(base)
    for other in map(_draws, more):
        if (other.net, other.data, other.training, other.seed, other.density) != (
            spec.net, spec.data, spec.training, spec.seed, spec.density,
        ):
            raise ValueError("tickets of different lotteries cannot be put on one wall")
    cells, curves, seen = [], [], np.empty(0, np.int64)
    for result in (base, *more):
        # A number drawn twice is the same ticket.
        rows = _rows(result.tables["cells"], ~np.isin(result.tables["cells"]["draw"], seen))
        cells.append(rows | {"live": np.full(len(rows["draw"]), result is not base)})
        curves.append(_rows(result.tables["curves"], ~np.isin(result.tables["curves"]["draw"], seen)))
        seen = np.concatenate([seen, result.tables["cells"]["draw"]])
    tables = base.tables
    return Wall(spec, _joined(cells), _joined(curves), tables["dense"], tables["dense_curves"], tables["found"])


def _rows(table: Table, chosen: np.ndarray) -> dict[str, np.ndarray]:
    return {name: values[chosen] for name, values in table.items()}


def _draws(result: Result) -> Draws:
    if not isinstance(result.spec, Draws):
        raise ValueError(f"these figures show draws, not {result.spec.experiment!r}")
    return result.spec


def _joined(tables: Sequence[Table]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


# ── what the numbers say ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Reading:
    """A wall read with a margin: accuracies and shares in 0–1.

    low, high: 95% Wilson interval of the win rate. best, mean, spread: of the tickets. dense: mean of the dense
    seeds. found: accuracy of the ticket that pruning finds. above: tickets that reach it.
    """

    draws: int
    wins: int
    target: float
    low: float
    high: float
    best: float
    mean: float
    spread: float
    dense: float
    dense_seeds: int
    found: float
    above: int

    @property
    def rate(self) -> float:
        return self.wins / self.draws


@once(1024)
def reading(wall: Wall, margin: float) -> Reading:
    """`wall` as the prose quotes it; margin: how far below the mean dense net a winner may stay, in 0–1."""
    accuracy, dense = wall.cells["test_accuracy"], wall.dense["test_accuracy"]
    count, found = tally(accuracy, dense, margin), float(wall.found["test_accuracy"][-1])
    low, high = wilson(count.wins, count.draws)
    return Reading(
        draws=count.draws, wins=count.wins, target=count.target, low=low, high=high,
        best=float(accuracy.max()), mean=float(accuracy.mean()), spread=_spread(accuracy),
        dense=float(dense.mean()), dense_seeds=len(dense),
        found=found, above=int(np.count_nonzero(accuracy >= found - 1e-9)),
    )


def _spread(values: np.ndarray) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else 0.0


def pooled(readings: Sequence[Reading]) -> tuple[int, int, int]:
    """(draws, wins, tickets that reach the found one) over several walls, each against its own target."""
    return tuple(sum(getattr(one, name) for one in readings) for name in ("draws", "wins", "above"))


def beaten(readings: Sequence[Reading]) -> str:
    """Whether the found ticket beats all drawn ones, and what that allows one to say about how many it would take."""
    draws, _, above = pooled(readings)
    lotteries = "this lottery" if len(readings) == 1 else f"{len(readings)} such lotteries"
    if above:
        return (
            f"In {lotteries}, **{above:,} of {draws:,}** random tickets are as good as the one that pruning finds: "
            f"about one in {draws / above:,.0f}."
        )
    return (f"In {lotteries}, **none of {draws:,}** random tickets is as good. So, with 95% confidence, fewer than one "
            f"in **{1 / at_most(draws):,.0f}** would be.")


def scores(now: Reading) -> str:
    """A wall's accuracies and its win rate as a table in Markdown."""
    rows = (("the whole network, mean", f"{now.dense:.2%}"), ("needed to win", f"{now.target:.2%}"),
            ("**the found ticket**", f"**{now.found:.2%}**"), ("the best random ticket", f"{now.best:.2%}"),
            ("the mean random ticket", f"{now.mean:.2%}"),
            ("random tickets that win [95% interval]", f"{now.rate:.1%} [{now.low:.1%}, {now.high:.1%}]"))
    return "\n".join(["| which | test accuracy |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def bags(walls: Mapping[tuple[int, float], Wall]) -> str:
    """Wins of random tickets by the width of their net, as a table in Markdown: against their own whole net; against
    one mark, that of WIDTH; and against it with as many weights as WIDTH has at twice the SHARE. walls: by (hidden
    units, share kept)."""
    mark, equal = reading(walls[WIDTH, SHARE], MARGIN).target, _kept(walls[WIDTH, 2 * SHARE])
    lines = [f"| hidden units | against its own net | against {mark:.2%} | so, with {equal:,} weights each |",
             "|---|---|---|---|"]
    for units in sorted({units for units, _ in walls}):
        wall = walls[units, SHARE]
        alike = next((one for (w, _), one in walls.items() if w == units and abs(_kept(one) - equal) <= 0.01 * equal),
                     None)
        own = reading(wall, MARGIN)
        even = f"{_over(alike, mark)} of {len(alike.cells['draw'])}" if alike else "–"
        lines.append(f"| {units} | {own.wins} of {own.draws} | {_over(wall, mark)} of {own.draws} | {even} |")
    return "\n".join(lines)


def _over(wall: Wall, mark: float) -> int:
    return int(np.count_nonzero(wall.cells["test_accuracy"] >= mark - 1e-9))


def _kept(wall: Wall) -> int:
    return int(wall.cells["kept"][0])


def far_out(one: Reading) -> tuple[float, float]:
    """How many standard deviations above the mean ticket the found one lies, and one in how many draws would reach it
    if accuracies were normally distributed. The second is an extrapolation, not a measurement."""
    distance = (one.found - one.mean) / one.spread if one.spread else math.inf
    share = 0.5 * math.erfc(distance / math.sqrt(2))
    return distance, 1 / share if share else math.inf


def table(wall: Wall, margin: float) -> dict[str, list[object]]:
    """Every ticket on the wall: number, accuracy, verdict at this margin, anatomy, and where it was trained."""
    cells, target = wall.cells, reading(wall, margin).target
    return {
        "ticket": cells["draw"].tolist(), "test accuracy": cells["test_accuracy"].tolist(),
        "verdict": ["wins" if one >= target - 1e-9 else "loses" for one in cells["test_accuracy"]],
        "weights kept": cells["kept"].tolist(), "dead hidden units": cells["dead_units"].tolist(),
        "pixels read": cells["live_inputs"].tolist(),
        "trained": ["just now" if live else "recorded" for live in cells["live"]],
    }
