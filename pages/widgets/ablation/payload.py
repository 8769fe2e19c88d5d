"""What the browser is sent of recorded runs: every level's curves and read-outs, so that dragging is local."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lth_core.ledger.runs import Curves, Runs, curves, steps_to
from lth_core.once import once
from lth_core.results.result import Result
from pages.figures import palette
from pages.figures.conditions import LONG
from pages.figures.runs import DENSE, KINDS

MEASURES = {"accuracy": "validation_accuracy", "loss": "validation_loss"}
GOALS = (0.95, 0.97)
POINTS = 40  # of a curve: more cannot be told apart on a phone, and the long protocol has 160


def payload(runs: Runs, colours: str = palette.DEFAULT) -> dict[str, Any]:
    """JSON-able: `levels`, `conditions`, the `curves` of each by measure and level, and a `table` of read-outs.

    curves[condition][measure][level − 1] = {x, y, low, high}; table[condition][level − 1] = {final, low, high, to}. The
    dense net is a condition with one level.
    """
    names = [name for name in KINDS if runs.has(name)]
    kept = runs.grid("ticket", "kept")[0]
    every = {DENSE: [0], **{name: list(range(1, runs.levels + 1)) for name in names}}
    return {
        "steps": runs.steps,
        "log": runs.steps > LONG,
        "seeds": runs.seeds,
        "goals": list(GOALS),
        "levels": [{"share": float(runs.density[level]), "kept": int(kept[level])} for level in every["ticket"]],
        "conditions": [{"key": name, "name": KINDS[name].name, "role": KINDS[name].role,
                        "what": f"mask: {KINDS[name].mask}; weights: {KINDS[name].start}"} for name in names],
        "styles": {role: vars(style) for role, style in palette.PALETTES[colours].items()},
        "curves": {name: {measure: [_line(curves(runs, name, level, column), runs.steps) for level in levels]
                          for measure, column in MEASURES.items()} for name, levels in every.items()},
        "table": {name: [_row(runs, name, level) for level in levels] for name, levels in every.items()},
    }


def _line(found: Curves, steps: int) -> dict[str, list[float]]:
    x, values = found.step, found.values
    if x[-1] == 0 and steps:  # a supermask is never trained: the same at every step
        x, values = np.array([0, steps]), np.repeat(values, 2, axis=1)
    chosen = thin(x, POINTS)
    if steps > LONG:
        chosen = chosen[x[chosen] > 0]  # a logarithm has no place for the start
    x, values = x[chosen], values[:, chosen]
    mean, low, high = values.mean(0), values.min(0), values.max(0)
    return {"x": x.tolist(), **{name: _short(part) for name, part in (("y", mean), ("low", low), ("high", high))}}


def thin(steps: np.ndarray, most: int) -> np.ndarray:
    """Positions of at most `most` of the rising `steps`: the first, the last, and those that part the time
    logarithmically; all of them if they are few.

    >>> thin(np.array([0, 1, 2, 3, 4, 100, 1000]), 4).tolist()
    [0, 1, 5, 6]
    """
    if len(steps) <= most:
        return np.arange(len(steps))
    wanted = np.geomspace(max(1, steps[1]), steps[-1], most - 1)
    nearest = [int(np.argmin(np.abs(np.log(np.maximum(steps, 1e-9) / step)))) for step in wanted]
    return np.unique([0, *nearest])


def _row(runs: Runs, name: str, level: int) -> dict[str, Any]:
    condition = "ticket" if name == DENSE else name
    final = runs.grid(condition, "test_accuracy")[:, level]
    reached = [steps_to(runs, condition, level, goal) for goal in GOALS]
    return {"final": _short(final.mean())[0], "low": _short(final.min())[0], "high": _short(final.max())[0],
            "to": [reading(steps) for steps in reached]}


def reading(steps: np.ndarray) -> dict[str, float | int | None]:
    """Median of the seeds that arrived, None when none did, and how many that were."""
    there = steps[np.isfinite(steps)]
    return {"steps": float(np.median(there)) if there.size else None, "reached": int(there.size)}


@once(32)
def live_payload(result: Result) -> dict[str, Any]:
    """The finished live run as the browser draws it: {level, seed, curves, table}."""
    cells, table = result.tables["cells"], result.tables["curves"]
    found: dict[str, Any] = {"level": int(cells["round"][0]), "seed": result.spec.seed, "curves": {}, "table": {}}
    steps = result.spec.training.steps
    for name, final in zip(cells["condition"].tolist(), cells["test_accuracy"], strict=True):
        mine = (table["condition"] == name) & (table["round"] > 0)
        x = table["step"][mine].tolist()
        values = {measure: _short(table[column][mine]) for measure, column in MEASURES.items()}
        if len(x) == 1 and steps:
            x, values = [0, steps], {measure: 2 * parts for measure, parts in values.items()}
        accuracy = table["validation_accuracy"][mine]
        firsts = [np.flatnonzero(accuracy >= goal - 1e-9) for goal in GOALS]
        found["curves"][name] = {measure: {"x": x, "y": parts} for measure, parts in values.items()}
        found["table"][name] = {"final": _short(final)[0],
                                "to": [float(table["step"][mine][at[0]]) if at.size else None for at in firsts]}
    return found


def _short(values: np.ndarray | float) -> list[float | None]:
    """Five digits are enough for a picture; not-a-number becomes None."""
    flat: Sequence[float] = np.atleast_1d(np.asarray(values, np.float64)).tolist()
    return [float(f"{value:.5g}") if np.isfinite(value) else None for value in flat]
