"""What the browser is sent: a net's errors, hills and lines, with the words of each read-out already made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lth_core.intervals import errors as spread
from lth_core.ledger.rewound import EPSILON, MATCHES, SHORT, Rewound, harder, judge
from lth_core.once import once
from lth_core.said import more as behind
from lth_core.said import percent
from pages.figures import palette
from pages.figures.rewind import NAMES
from pages.widgets import shared

TONES = {MATCHES: "yes", SHORT: "no"}  # of a verdict; the others say that nothing can be said


def payload(net: Rewound, colours: str = palette.DEFAULT) -> dict[str, Any]:
    """JSON-able: the `net`, and the `styles` of all roles."""
    return {"net": _net(net),
            "styles": {role: vars(style) for role, style in palette.PALETTES[colours].items()}}


def _net(net: Rewound) -> dict[str, Any]:
    return {
        "key": net.net, "name": NAMES[net.net].removeprefix("the ").capitalize() if net.net == "deep"
        else NAMES[net.net],
        "budget": net.budget, "steps": list(net.steps),
        "rounds": {str(level): _round(net, level) for level in harder(net)},
        "hills": {str(level): [_hill(net, level, step) for step in net.steps] for level in {0, *net.walked}},
        "siblings": _siblings(net),
        "dense": float(np.mean(list(net.dense.values()))), "epsilon": EPSILON,
    }


def _siblings(net: Rewound) -> dict[str, Any] | None:
    """The round whose siblings walk, the sparsest there is; None where none were trained."""
    if not net.walked:
        return None
    level = net.walked[0]
    return {"level": level, "density": net.density[level], "role": "kept" if level else "dense"}


def _round(net: Rewound, level: int) -> dict[str, Any]:
    """density, the ticket at every step, and the references, which do not depend on the step."""
    others = [("whole net", "dense", net.dense),
              ("same mask, fresh weights", "reinit", net.errors(level, net.late, "reinit"))]
    return {
        "density": net.density[level],
        "ticket": [_read(net, net.errors(level, step)) for step in net.steps],
        "others": [{"name": name, "role": role, **_read(net, errors, reference=role == "dense")}
                   for name, role, errors in others if errors],
    }


def _read(net: Rewound, errors: Mapping[int, float], reference: bool = False) -> dict[str, Any]:
    """One set of runs: each seed's error, their mean and ends, and what the read-out says."""
    if not errors:
        return {"each": [], "mean": None, "wrong": "", "against": "", "verdict": "", "tone": ""}
    each, gap = list(errors.values()), net.gap(errors)
    return {"each": each, "mean": float(np.mean(each)), "low": min(each), "high": max(each),
            "wrong": percent(spread(each)), "against": "" if reference else behind(gap),
            "verdict": "" if reference else judge(gap), "tone": TONES.get(judge(gap), "")}


def _hill(net: Rewound, level: int, step: int) -> dict[str, Any]:
    """Barriers of all seeds, and the errors along their lines."""
    heights = list(net.barrier(level, step).values())
    alpha, errors = net.line(level, step)
    told = f"{100 * float(np.mean(heights)):.1f} points" if heights else ""
    return {"each": heights, "mean": float(np.mean(heights)) if heights else None, "told": told,
            "alpha": alpha.tolist(), "lines": errors.tolist()}


@once(8)
def packed(net: Rewound, colours: str) -> str:
    """The payload as one string, made once for the same runs."""
    return shared.packed(payload(net, colours))
