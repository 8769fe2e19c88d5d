"""Chapter 7's figures: one run against the nearest recorded ones, and two runs against each other.

The x axis is how many times fewer weights are left than the whole net has (the compression ratio): it rises with every
round, and runs of any rate and any net share it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lth_core import said
from lth_core.experiments import Lottery
from lth_core.ledger.runs import column, reads
from lth_core.reproduce import changes
from lth_core.results.result import Result
from lth_core.said import DATA, budget
from lth_core.spec import Net
from pages.figures.chart import Axis, Chart, Line, Mark
from pages.figures.rounds import ACCURACY, POINT, lottery, points, stacked

FEWER = Axis("times fewer weights than the whole net", "×", log=True)


def fewer(result: Result) -> np.ndarray:
    """Total over kept weights, one entry a trained round."""
    return column(result, "total") / np.maximum(column(result, "kept"), 1)


def diverged(result: Result) -> int | None:
    """The round whose training blew up; None when all went well."""
    bad = np.flatnonzero(column(result, "status") != "ok")
    return int(bad[0]) if bad.size else None


# ── the recorded background ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Reference:
    """Recorded runs of one protocol, one a seed, and what the reader's run does differently (paths of the Spec)."""

    runs: tuple[Result, ...]
    differs: tuple[str, ...]

    @property
    def name(self) -> str:
        other = f" on {DATA[self.runs[0].spec.data.name]}" if "data.name" in self.differs else ""
        return f"recorded{other}, {said.seeds(len(self.runs))}"


def nearest(spec: Lottery, protocols: Sequence[tuple[Result, ...]]) -> Reference | None:
    """The recorded protocol of the same net, outputs aside, that differs from `spec` in the fewest fields, on the same
    images if there is one; None if the net has no record."""
    found = []
    for runs in protocols:
        if runs and _alike(runs[0].spec.net, spec.net):
            paths = [path for path in changes(runs[0].spec, spec)
                     if path not in ("pruning.rounds", "conditions", "training.eval_every", "training.measure")]
            found.append(Reference(runs, tuple(paths)))
    return min(found, key=lambda reference: ("data.name" in reference.differs, len(reference.differs)), default=None)


def _alike(one: Net, other: Net) -> bool:
    return replace(one, sizes=one.sizes[:-1]) == replace(other, sizes=other.sizes[:-1])


def band(reference: Reference) -> Line:
    """Test accuracy of the recorded protocol: mean and range over its seeds."""
    grid = stacked(reference.runs, reads(reference.runs[0]))
    return Line.over_seeds(reference.name, "dense", fewer(reference.runs[0])[: grid.shape[1]], grid)


# ── one run ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Outcome:
    """What one run says. dense, best: test accuracies; best_kept: weights at the best. held: fewest weights up to
    which, without a gap, no ticket lost a point against dense; held_fewer: how many times fewer that is."""

    dense: float
    best: float
    best_kept: int
    held: int
    held_fewer: float
    trainings: int
    seconds: float


def outcome(result: Result) -> Outcome:
    """Read off the run's rounds."""
    accuracy, kept = column(result, reads(result)), column(result, "kept")
    low = np.flatnonzero(accuracy < accuracy[0] - POINT)
    last = (int(low[0]) if low.size else len(kept)) - 1
    best = int(np.argmax(accuracy))
    return Outcome(float(accuracy[0]), float(accuracy[best]), int(kept[best]), int(kept[last]),
                   float(fewer(result)[last]), len(kept), float(np.sum(result.tables["costs"]["seconds"])))


def told(result: Result) -> str:
    """The run in two sentences."""
    found, total = outcome(result), int(column(result, "total")[0])
    best = ("none of them reads more" if found.best_kept == total else
            f"the best reads {found.best:.2%} with {found.best_kept:,}")
    return (
        f"After {budget(result.spec)} the whole net of {total:,} weights reads **{found.dense:.2%}** of the test "
        f"images. Its tickets stay within a point of that down to **{found.held:,} weights**. "
        f"{best[:1].upper()}{best[1:]}."
    )


def accuracy(result: Result, reference: Reference | None) -> Chart:
    """One run's tickets, over the nearest recorded runs."""
    own = Line("this run", "kept", fewer(result), column(result, reads(result)))
    known = reference is None or [run.manifest for run in reference.runs] == [result.manifest]  # itself alone
    lines = (own,) if reference is None or known else (band(reference), own)
    found = outcome(result)
    marks = (Mark(f"whole net {found.dense:.1%}", "target", y=found.dense),)
    takeaway = f"within a point of the whole net down to {found.held:,} weights, {found.held_fewer:.1f} times fewer"
    return Chart("Accuracy as the net shrinks", takeaway, FEWER, ACCURACY, lines, marks, source((result,)))


# ── two runs ─────────────────────────────────────────────────────────────────────────────────────────────────────


def versus(first: Result, second: Result) -> Chart:
    """Both runs' tickets on one pair of axes."""
    lines = tuple(Line(name, role, fewer(run), column(run, reads(run)))
                  for name, role, run in (("run A", "kept", first), ("run B", "lab", second)))
    one, other = outcome(first), outcome(second)
    takeaway = f"A holds to {one.held:,} weights, B to {other.held:,}"
    return Chart("A against B", takeaway, FEWER, ACCURACY, lines, (), f"A: {source((first,))} B: {source((second,))}")


def side_by_side(first: Result, second: Result) -> list[dict[str, str]]:
    """The two outcomes as a table."""
    one, other = outcome(first), outcome(second)
    return [
        _row("Whole net, test accuracy", f"{one.dense:.2%}", f"{other.dense:.2%}", points(other.dense - one.dense, 2)),
        _row("Best net of the run", f"{one.best:.2%} ({one.best_kept:,} weights)",
             f"{other.best:.2%} ({other.best_kept:,})", points(other.best - one.best, 2)),
        _row("Fewest weights within a point of its whole net", f"{one.held:,}", f"{other.held:,}",
             f"× {other.held / one.held:.2f}"),
        _row("Trainings, time", f"{one.trainings}, {one.seconds:.1f} s", f"{other.trainings}, {other.seconds:.1f} s",
             f"× {other.seconds / max(one.seconds, 1e-9):.2f}"),
    ]


def _row(what: str, a: str, b: str, difference: str) -> dict[str, str]:
    return {"Outcome": what, "A": a, "B": b, "B against A": difference}


def source(runs: Sequence[Result]) -> str:
    """How the runs were made, in a sentence."""
    spec = lottery(runs[0])
    training, pruning = spec.training, spec.pruning
    optimiser = f"{'Adam' if training.optimiser == 'adam' else f'SGD (momentum {training.momentum:g})'}"
    steps = f"{training.steps:,} steps of {optimiser} at {training.lr:g}{', stepped down' if training.decay_at else ''}"
    rewound = f", rewound to step {spec.rewind.step:,}" if spec.rewind.step else ""
    where = "in each layer" if pruning.scope == "layer" else "over the whole net"
    seeds = f"seed {spec.seed}" if len(runs) == 1 else f"{len(runs)} seeds; band: lowest to highest"
    return (
        f"MLP {'-'.join(map(str, spec.net.sizes))}{' with BatchNorm' if spec.net.batchnorm else ''} on "
        f"{DATA[spec.data.name]}, {steps}, batch {training.batch}; {pruning.rate:.0%} a round {where}, "
        f"{pruning.criterion}, {pruning.schedule}{rewound}; {seeds}."
    )
