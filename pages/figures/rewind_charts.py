"""Chapter 6's charts: the curves of the rewind slider as one object with its sentence and table, and live training."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial

import numpy as np

from lth_core import said
from lth_core.catalogue import LATE
from lth_core.intervals import errors as spread
from lth_core.ledger import residual
from lth_core.ledger.rewound import EPSILON, RESIDUAL, STABLE, Rewound, harder
from lth_core.results.result import Result
from lth_core.said import percent
from pages.figures.chart import Axis, Chart, Line, Mark
from pages.figures.conditions import ROUNDS
from pages.figures.rewind import NAMES

STEPS = Axis("rewind step k")
EARLY = Axis(f"rewind step k, up to {LATE}", range=(0.0, float(LATE)))  # the table of numbers has the others
ERROR = Axis("test error", percent=True)
WHOLE = "whole net"
HILL = Axis("barrier", percent=True)
ABOVE = Axis("error above the whole net", "points")
ROLES = ("kept", "kept-raw", "frozen", "supermask")  # one hue, four dashes: densities of the same ticket


def errors(net: Rewound) -> Chart:
    """Test error of the tickets against the rewind step, a line a density."""
    lines = tuple(_means(f"{net.density[level]:.1%} left", role, net, partial(net.errors, level))
                  for role, level in zip(ROLES, reversed(harder(net)), strict=False))
    dense = spread(list(net.dense.values()))
    last = harder(net)[-1]
    start, best = (spread(list(net.errors(last, step).values())) for step in (0, _best(net, last)))
    takeaway = (f"with {net.density[last]:.1%} left {percent(start)} from θ₀, {percent(best)} from step "
                f"{_best(net, last):,}; the whole net {percent(dense)}")
    return Chart(f"Error against the rewind step, {NAMES[net.net]}", takeaway, STEPS, ERROR, lines,
                 (Mark(f"whole net {percent(dense)}", "dense", y=dense.mean),), source(net))


def hills(net: Rewound) -> Chart | None:
    """Height of the hill between siblings against the rewind step, for the dense net and the masks that were walked;
    None where none was."""
    if not net.walked:
        return None
    lines = tuple(_means(f"{net.density[level]:.1%} left" if level else WHOLE, "kept" if level else "dense", net,
                         partial(net.barrier, level)) for level in net.walked)
    takeaway = "on average it stays below 2 points " + ", and ".join(
        f"{'at no step' if at is None else f'from step {at:,} on'} {'for the' if name == WHOLE else 'with'} {name}"
        for name, at in calm(lines).items())
    return Chart(f"Hill between siblings, {NAMES[net.net]}", takeaway,
                 STEPS if net.net == RESIDUAL else EARLY, HILL, lines, (Mark("stable below 2%", "target", y=STABLE),),
                 source(net, {seed for *_, seed in net.hills}))


def calm(lines: Iterable[Line]) -> dict[str, int | None]:
    """Line → the first step from which on, to the last one measured, its mean hill is below STABLE; None: never."""
    found: dict[str, int | None] = {}
    for line in lines:
        high = np.flatnonzero(np.asarray(line.y) >= STABLE)
        first = int(high[-1]) + 1 if high.size else 0
        found[line.name] = int(line.x[first]) if first < len(line.x) else None
    return found


def rounds(net: Rewound) -> Chart:
    """How far tickets lie above the whole net, round after round; a line a rewind step, the four earliest recorded."""
    lines = tuple(_rounds(net, step, role) for step, role in zip(net.steps, ROLES, strict=False))
    last = harder(net)[-1]
    ends = ", ".join(f"{_points(net, last, step)} from step {step:,}" for step in net.steps[:len(lines)])
    return Chart(f"Rewinding {NAMES[net.net]}",
                 f"errors against the whole net, with {net.density[last]:.1%} left: {ends}", ROUNDS, ABOVE, lines,
                 (Mark("match", "target", y=100 * EPSILON),), source(net))


def _points(net: Rewound, level: int, step: int) -> str:
    gap = 100 * net.gap(net.errors(level, step)).centre
    return f"{abs(gap):.2f} points {'more' if gap >= 0 else 'fewer'}"


def _rounds(net: Rewound, step: int, role: str) -> Line:
    """Points above the whole net, within seeds; lowest and highest seed as band."""
    levels = [level for level in net.density if net.errors(level, step)]
    above = np.array([[100 * (error - net.dense[seed]) for seed, error in net.errors(level, step).items()]
                      for level in levels])  # (rounds, seeds)
    return Line.over_seeds(f"from step {step:,}", role, np.array(levels), above.T)


def _means(name: str, role: str, net: Rewound, values: Callable[[int], Mapping[int, float]]) -> Line:
    """A line over the steps where anything was measured, lowest and highest seed as its band."""
    known = {step: list(found.values()) for step in net.steps if (found := values(step))}
    return Line(name, role, np.array(list(known)), np.array([np.mean(each) for each in known.values()]),
                np.array([min(each) for each in known.values()]), np.array([max(each) for each in known.values()]))


def _best(net: Rewound, level: int) -> int:
    return min(net.steps, key=lambda step: float(np.mean(list(net.errors(level, step).values()) or [1.0])))


def source(net: Rewound, only: Collection[int] | None = None) -> str:
    """How the runs were made. only: the seeds behind a chart of fewer."""
    counts = {step: len(net.seeds(step)) if only is None else len(only) for step in net.steps}
    few, many = min(counts.values()), max(counts.values())
    seeds = said.seeds(many) if few == many else f"{few} to {many} seeds a step"
    if net.net == RESIDUAL:
        images = said.DATA[net.at(0)[0].spec.data.name]
        how = residual.protocol(net) if only is None else f"{images}, {net.budget:,} steps, {seeds}"
        return f"{residual.NAME} on {how}; dots: seeds."
    pictures = "" if net.net == "fashion" else "MNIST, "
    return f"{seeds}; {pictures}{NAMES[net.net]}, {net.budget:,} steps a training; band: lowest to highest seed."


def learning(chain: Result) -> Chart:
    """The recorded dense training of a chain: what a live one is drawn over."""
    curves = chain.tables["curves"]
    first = (curves["round"] == 0) & (curves["condition"] == "ticket")
    step, reads = curves["step"][first], curves["validation_accuracy"][first]
    line = Line("whole net, recorded", "dense", step.astype(np.float64), reads)
    return Chart("Learning, round after round",
                 f"the recorded whole net ends at {reads[-1]:.1%} of the validation images",
                 Axis("step"), Axis("validation accuracy", percent=True, error=True), (line,), (),
                 f"seed {chain.spec.seed}")
