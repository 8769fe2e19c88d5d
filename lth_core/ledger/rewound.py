"""Chains that rewind to step k, the other ways to go on, and the hills between siblings.

Everything is an error, a share in 0–1 of the 10,000 test images. Seeds may be missing: whatever is compared is compared
within seeds, which share their split, θ₀ and batch order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lth_core.catalogue import CIFAR_LATE, HARDER_ROUNDS, LATE
from lth_core.experiments import Instability, Lottery
from lth_core.intervals import Interval, excess
from lth_core.ledger.rules import ENOUGH
from lth_core.ledger.runs import value
from lth_core.once import once
from lth_core.results.result import Result

# Frankle et al. 2020, section 2: a subnetwork matches when it is at most 0.2 points worse, and a net is stable when the
# error barrier between its siblings stays below 2%.
EPSILON, STABLE = 0.002, 0.02
RESIDUAL = "residual"  # the net that is the paper's ResNet-20, on photographs
MATCHES, SHORT, UNSURE, UNSETTLED = "matches", "falls short", "cannot be told", "not settled yet"


@dataclass(frozen=True, eq=False)
class Rewound:
    """All recorded runs of one net: `deep` or `lenet`, or `fashion`, the deep one on other pictures, or RESIDUAL.

    chains: (rewind step, seed) → lottery. others: (`lr` or `fine-tune`, seed) → lottery. hills: (level, step, seed) →
    siblings, level 0 for the dense net.
    """

    net: str
    chains: Mapping[tuple[int, int], Result]
    others: Mapping[tuple[str, int], Result]
    hills: Mapping[tuple[int, int, int], Result]

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """The rewind steps recorded with any seed."""
        return tuple(sorted({step for step, _ in self.chains}))

    @cached_property
    def walked(self) -> tuple[int, ...]:
        """Rounds whose siblings are recorded, the sparsest first; 0 is the whole net."""
        return tuple(sorted({level for level, *_ in self.hills}, reverse=True))

    @cached_property
    def budget(self) -> int:
        """Steps of one training."""
        return next(iter(self.chains.values())).spec.training.steps

    @property
    def late(self) -> int:
        """The late step, at which fresh weights are compared too."""
        return CIFAR_LATE if self.net == RESIDUAL else LATE

    @cached_property
    def density(self) -> dict[int, float]:
        """Share of weights left after each round."""
        cells = next(iter(self.chains.values())).tables["cells"]
        return {int(level): float(share) for level, share in zip(cells["round"], cells["density"], strict=True)}

    @cached_property
    def dense(self) -> dict[int, float]:
        """Seed → error of the whole net. Every chain of a seed trains the same one; where they were recorded on two
        processors the last counts."""
        return {seed: error(chain, 0) for (_, seed), chain in self.chains.items()}

    def seeds(self, step: int) -> tuple[int, ...]:
        return tuple(sorted(seed for at, seed in self.chains if at == step))

    def at(self, step: int) -> tuple[Result, ...]:
        """The chains that rewind to `step`, one a seed; those of the first recorded step when there are none."""
        known = step if step in self.steps else self.steps[0]
        return tuple(self.chains[known, seed] for seed in self.seeds(known))

    def errors(self, level: int, step: int, condition: str = "ticket") -> dict[int, float]:
        """Seed → error in round `level` of the chains that rewind to `step`; empty where that was not trained."""
        found = {seed: error(self.chains[step, seed], level, condition) for seed in self.seeds(step)}
        return {seed: each for seed, each in found.items() if np.isfinite(each)}

    def other(self, mode: str, level: int) -> dict[int, float]:
        """Seed → error in round `level` of the chains by `lr` rewinding or `fine-tune`."""
        return {seed: error(chain, level) for (name, seed), chain in sorted(self.others.items()) if name == mode}

    def gap(self, errors: Mapping[int, float]) -> Interval:
        """How far `errors` lie above the whole net's, within seeds."""
        return excess(list(errors.values()), [self.dense[seed] for seed in errors])

    def barrier(self, level: int, step: int) -> dict[int, float]:
        """Seed → height of the hill between siblings from `step`, in shares of test error."""
        return {seed: float(hill.tables["barrier"]["test_barrier"][0])
                for (at, k, seed), hill in sorted(self.hills.items()) if (at, k) == (level, step)}

    def line(self, level: int, step: int) -> tuple[np.ndarray, np.ndarray]:
        """The way from one sibling to the other: α, (points,), and the test error there, (seeds, points)."""
        tables = [hill.tables["line"] for (at, k, _), hill in sorted(self.hills.items()) if (at, k) == (level, step)]
        if not tables:
            return np.array([]), np.zeros((0, 0))
        return np.array(tables[0]["alpha"]), np.array([table["test_error"] for table in tables])


@once(8)
def rewound(net: str, results: tuple[Result, ...]) -> Rewound:
    """Sort the results of one net. Raises ValueError when no chain is among them."""
    chains, others, hills = {}, {}, {}
    for result in results:
        spec = result.spec
        if isinstance(spec, Instability):
            hills[spec.level, spec.step, spec.seed] = result
        elif is_chain(result):
            assert isinstance(spec, Lottery)
            chains[spec.rewind.step, spec.seed] = result
        elif isinstance(spec, Lottery):
            others[spec.rewind.mode, spec.seed] = result
    if not chains:
        raise ValueError(f"no chain of {net} is recorded: record chapter6")
    return Rewound(net, chains, others, hills)


def is_chain(result: Result) -> bool:
    """Is this a chain that sets weights back?"""
    return isinstance(result.spec, Lottery) and result.spec.rewind.mode == "weights"


def error(chain: Result, level: int, condition: str = "ticket") -> float:
    """Test error of one training of a lottery; NaN where it was not run. With BatchNorm the statistics of the data
    count, not their running averages (`running.population`)."""
    column = "population_test_accuracy" if chain.spec.net.batchnorm else "test_accuracy"
    return 1 - value(chain, condition, level, column)


def judge(gap: Interval) -> str:
    """Does a net match the whole one? `gap`: its error above the whole net's.

    >>> judge(Interval(0.001, 0.0005, 0.0015, 5)), judge(Interval(0.01, 0.005, 0.015, 5))
    ('matches', 'falls short')
    >>> judge(Interval(0.002, -0.001, 0.005, 5)), judge(Interval(0.0, -0.1, 0.1, 2))
    ('cannot be told', 'not settled yet')
    """
    if gap.n < ENOUGH:
        return UNSETTLED
    return MATCHES if gap.below(EPSILON) else SHORT if gap.above(EPSILON) else UNSURE


def first_matching(net: Rewound, level: int) -> int | None:
    """The earliest recorded step from which the ticket of round `level` surely matches the whole net."""
    return next((step for step in net.steps if judge(net.gap(net.errors(level, step))) == MATCHES), None)


def repaired(net: Rewound, level: int, step: int = LATE) -> Interval:
    """How much less a ticket errs when it goes back to `step` instead of 0, within seeds."""
    before, after = net.errors(level, 0), net.errors(level, step)
    both = [seed for seed in before if seed in after]
    return excess([before[seed] for seed in both], [after[seed] for seed in both])


def together(net: Rewound, level: int) -> list[tuple[int, int, bool, bool]]:
    """(step, seed, stable, matching) of every ticket of round `level` whose siblings were trained.

    One seed at a time, so matching is a plain comparison with the whole net of the seed.
    """
    return [(step, seed, barrier < STABLE, net.errors(level, step)[seed] - net.dense[seed] <= EPSILON)
            for step in net.steps for seed, barrier in net.barrier(level, step).items()
            if seed in net.errors(level, step)]


def harder(net: Rewound) -> tuple[int, ...]:
    """The rounds that the claims are judged at, as far as they were recorded: all of RESIDUAL's, which are large."""
    return tuple(level for level in net.density if level in HARDER_ROUNDS or (level and net.net == RESIDUAL))
