"""What the rounds of a lottery cost, counted in trainings of the whole net (C30).

One training costs its steps times the processor time of a step, and every round trains for as many steps; so ratios of
steps are ratios of trainings.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lth_core.experiments import Cost
from lth_core.intervals import Interval, mean_ci
from lth_core.ledger.rules import CONFIRMED, FAILED, PARTLY, Case, Judged, Rule
from lth_core.once import once
from lth_core.results.result import Result

NEAR = 0.1  # "15 rounds cost 15 trainings" holds when what is measured is within a tenth of it


@dataclass(frozen=True, eq=False)
class Price:
    """The ledgers of all seeds. density: share of weights left by round, (levels,). counted: one a round. plain:
    PyTorch with masks; engine: the kernel that the engine would choose; ideal: if only survivors cost anything; each
    (seeds, levels), in steps of its own whole net. seconds: of one whole-net training in plain PyTorch and here, means.
    turns: each measurement is the fastest of so many. steps: of every training.
    """

    seeds: int
    density: np.ndarray
    plain: np.ndarray
    engine: np.ndarray
    ideal: np.ndarray
    seconds: tuple[float, float]
    turns: int
    steps: int

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
    spec = results[0].spec
    assert isinstance(spec, Cost)
    budget = spec.training.steps
    return Price(len(results), density, plain / plain[:, :1], engine / engine[:, :1], ideal / ideal[:, :1],
                 (budget * float(plain[:, 0].mean()), budget * float(engine[:, 0].mean())),
                 spec.repeats, budget)


def _paid(found: Price, shares: np.ndarray) -> bool:
    return found.total(shares).mean >= (len(found.density) - 1) * (1 - NEAR)


PAID = Rule("trainings paid for", (
    Case(CONFIRMED, "also this engine's sparse kernels pay at least nine tenths of a training a round",
         lambda found: _paid(found, found.engine)),
    Case(PARTLY, "plain PyTorch with masks pays that, sparse kernels pay less",
         lambda found: _paid(found, found.plain)),
    Case(FAILED, "neither does", lambda found: True)))


def judged(found: Price) -> Judged:
    """C30: fifteen rounds cost fifteen trainings (or more)."""
    plain, engine = found.total(found.plain), found.total(found.engine)
    return Judged(30, PAID(found),
                  f"Fifteen rounds, and the training of what they leave, are sixteen trainings of {found.steps:,} "
                  f"steps. In processor time plain PyTorch with masks pays as much as **{times(plain)}** trainings of "
                  "the whole net. It multiplies the zeros like any number, and applying the masks costs extra. This "
                  f"engine skips the zeros and pays **{times(engine)}**. If zeros were free, it would be "
                  f"{times(found.total(found.ideal))}", PAID)


def times(value: Interval) -> str:
    """A multiple with its interval.

    >>> times(Interval(16.2, 15.9, 16.5, 3)), times(Interval(4.87, 4.87, 4.87, 3))
    ('16.2 ± 0.3', '4.9')
    """
    return f"{value.mean:.1f}" + (f" ± {value.half:.1f}" if value.known and value.half >= 0.05 else "")
