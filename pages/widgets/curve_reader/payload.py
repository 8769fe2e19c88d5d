"""What the browser is sent of one protocol: every measure's chart and the differences within seeds."""

from __future__ import annotations

from typing import Any

import numpy as np

from lth_core.ledger.lenet import POPULAR_LEFT, POPULAR_READS
from lth_core.once import once
from pages.figures import in_words, palette
from pages.figures.runs import KINDS
from pages.figures.sweep import MEASURES, STABILIZING, Sweep, chart, compared_by, measures, spread_of
from pages.widgets import shared


def payload(case: Sweep, colours: str = palette.DEFAULT) -> dict[str, Any]:
    """JSON-able: per level `density` and `kept`; `measures` in order, each with its charts by step (0: no step)."""
    steps = case.steps()
    return {
        "density": case.runs.density.tolist(),
        "kept": case.runs.grid("ticket", "kept")[0].astype(int).tolist(),
        "total": int(case.runs.grid("ticket", "total")[0, 0]),
        "seeds": case.runs.seeds,
        "steps": list(steps),
        "measures": [{"key": name, "word": MEASURES[name].word,
                      "charts": {str(step): _chart(case, name, step) for step in (steps if name == "step" else (0,))}}
                     for name in measures(case)],
        "styles": {role: vars(style) for role, style in palette.PALETTES[colours].items()},
        "anchored": STABILIZING,
    }


def _chart(case: Sweep, measure: str, step: int) -> dict[str, Any]:
    """The chart with `against` by level, one entry a line: [mean, low, high] of curve − dense net; null without. The
    dense net's own line has none. For steps the difference is a share of the dense net's. `ranged`: at which points the
    band spans the seeds, for t may not speak there."""
    drawn = in_words.as_dict(chart(case, measure, step))
    for line, curve in zip(drawn["lines"], case.curves(), strict=False):  # the dense net, the last, has no difference
        grid = case.grid(curve, measure, step)
        base = grid[:, :1]
        first, second = (grid / base - 1, 0 * base) if measure == "stop" else (grid, base)
        compare = compared_by(measure)
        gaps = (compare(first[:, level], second[:, 0]) for level in range(grid.shape[1]))
        _spread_out(line, case.runs.density[::-1])
        line["against"] = [[_number(each) for each in (gap.centre, *gap.ends)] for gap in gaps]
        line["ranged"] = [not spread_of(measure)(column).plain for column in grid.T[::-1]]
    drawn["marks"] = [_printed(mark) for mark in drawn["marks"]] + (_popular(measure) if case.lenet else [])
    return drawn


def _spread_out(line: dict[str, Any], levels: np.ndarray) -> None:
    """Give a line that lacks some levels an entry for each, null where nothing was run: the reader goes by place."""
    at = [int(np.argmin(np.abs(levels - share))) for share in line["x"]]
    if len(at) == len(levels):
        return
    line["x"], line["seeds"] = levels.tolist(), [_filled(seed, at, len(levels)) for seed in line["seeds"]]
    for name in ("y", "low", "high"):
        line[name] = line[name] and _filled(line[name], at, len(levels))


def _filled(values: list[float | None], at: list[int], length: int) -> list[float | None]:
    found = dict(zip(at, values, strict=True))
    return [found.get(place) for place in range(length)]


def _printed(mark: dict[str, Any]) -> dict[str, Any]:
    """A figure of the paper, with the words that stand beside it."""
    return mark if mark["x"] is None or mark["y"] is None else {**mark, "kind": "paper",
                                                                 "told": f"paper: {mark['label']}"}


def _popular(measure: str) -> list[dict[str, Any]]:
    """What is often told of this net: a ticket of 3.5% reads as well as the dense net."""
    if measure not in ("accuracy", "error"):
        return []
    y = 1 - POPULAR_READS if measure == "error" else POPULAR_READS
    told = f"popular: {POPULAR_READS:.1%} with {POPULAR_LEFT:.1%} left"
    return [{"label": told, "told": told, "kind": "popular", "role": KINDS["ticket"].role, "x": POPULAR_LEFT, "y": y}]


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None  # in full, so that it rounds as the prose does


@once(8)
def packed(case: Sweep, colours: str) -> str:
    """The payload as one string, made once for the same runs."""
    return shared.packed(payload(case, colours))
