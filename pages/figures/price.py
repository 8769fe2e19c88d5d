"""Chapter 6's price: what the rounds of a lottery cost, counted in trainings of the whole net.

One training costs its steps times the processor time of a step, and every round trains for as many steps; so ratios of
steps are ratios of trainings.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lth_core.intervals import Interval, mean_ci
from lth_core.results.result import Result
from pages.figures.chart import Axis, Chart, Line, Mark
from pages.figures.findings import CONFIRMED, ENOUGH, FAILED, OPEN, PARTLY
from pages.figures.methods import Judged
from pages.records.once import once

ROUNDS = Axis("rounds of pruning")
TRAININGS = Axis("cost so far", "whole-net trainings")
NEAR = 0.1  # "15 rounds cost 15 trainings" holds when what is measured is within a tenth of it


@dataclass(frozen=True, eq=False)
class Price:
    """The ledgers of all seeds. density: share of weights left by round, (levels,). counted: one a round. plain:
    PyTorch with masks; engine: the kernel that the engine would choose; ideal: if only survivors cost anything; each
    (seeds, levels), in steps of its own whole net. seconds: of one whole-net training in plain PyTorch and here, means.
    """

    seeds: int
    density: np.ndarray
    plain: np.ndarray
    engine: np.ndarray
    ideal: np.ndarray
    seconds: tuple[float, float]

    def total(self, shares: np.ndarray) -> Interval:
        """All rounds together, in whole-net trainings."""
        return mean_ci(shares.sum(axis=1), bounds=(0.0, math.inf))


@once(4)
def price(results: tuple[Result, ...]) -> Price:
    """Read the recorded measurements of training steps. Raises ValueError without any."""
    if not results:
        raise ValueError("no price is recorded: record chapter6-cost")
    costs = [result.tables["costs"] for result in results]

    def steps(chosen: Callable[[dict[str, np.ndarray]], np.ndarray], column: str = "step_seconds") -> np.ndarray:
        return np.array([np.asarray(table[column])[chosen(dict(table))] for table in costs])

    plain = steps(lambda table: table["backend"] == "reference")
    engine = steps(lambda table: table["chosen"] == 1)
    ideal = steps(lambda table: table["chosen"] == 1, "flops")
    density = steps(lambda table: table["chosen"] == 1, "density")[0]
    budget = results[0].spec.training.steps
    return Price(len(results), density, plain / plain[:, :1], engine / engine[:, :1], ideal / ideal[:, :1],
                 (budget * float(plain[:, 0].mean()), budget * float(engine[:, 0].mean())))


def ledger(found: Price) -> Chart:
    """What all rounds up to each have cost, in whole-net trainings."""
    rounds = np.arange(len(found.density))
    lines = (
        Line("one a round", "dense", rounds, rounds + 1.0),
        Line.over_seeds("plain PyTorch, masked", "random", rounds, found.plain.cumsum(axis=1)),
        Line.over_seeds("this engine, sparse kernels", "lab", rounds, found.engine.cumsum(axis=1)),
        Line.over_seeds("if zeros cost nothing", "kept-raw", rounds, found.ideal.cumsum(axis=1)),
    )
    takeaway = (f"{rounds[-1]} rounds take {len(rounds)} trainings; in processor time that is "
                f"{times(found.total(found.plain))} in plain PyTorch, {times(found.total(found.engine))} here, and "
                f"{times(found.total(found.ideal))} if zeros cost nothing")
    return Chart("The price of a ticket", takeaway, ROUNDS, TRAININGS, lines,
                 (Mark("five, however many rounds", "target", y=5.0),),
                 f"{found.seeds} seed{'s' * (found.seeds > 1)}; LeNet-300-100, batch 60, processor time of one thread, "
                 "each the fastest of seven turns.")


def judged(found: Price) -> Judged:
    """C30: fifteen rounds cost fifteen trainings (or more)."""
    rounds = len(found.density) - 1
    plain, engine = found.total(found.plain), found.total(found.engine)
    wanted = rounds * (1 - NEAR)
    verdict = (OPEN if found.seeds < ENOUGH else CONFIRMED if engine.mean >= wanted
               else PARTLY if plain.mean >= wanted else FAILED)
    return Judged(30, verdict,
                  f"Fifteen rounds are sixteen trainings. Plain PyTorch with masks pays **{times(plain)}** whole-net "
                  f"trainings for them: it multiplies the zeros like any number, and applying masks costs extra. This "
                  f"engine's kernels visit survivors only and pay **{times(engine)}**; if zeros were entirely free it "
                  f"would be {times(found.total(found.ideal))}")


def times(value: Interval) -> str:
    """A multiple with its interval.

    >>> times(Interval(16.2, 15.9, 16.5, 3)), times(Interval(4.87, 4.87, 4.87, 3))
    ('16.2 ± 0.3', '4.9')
    """
    return f"{value.mean:.1f}" + (f" ± {value.half:.1f}" if value.known and value.half >= 0.05 else "")
