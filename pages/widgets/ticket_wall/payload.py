"""From a wall of tickets to what the browser draws. Pure numpy."""

from __future__ import annotations

from typing import Any

import numpy as np

from lth_core.nets.layers import weight_count
from pages.figures import draw_charts, draws, palette
from pages.figures.sketches import places, sketches
from pages.widgets.network_view.payload import packed


def payload(wall: draws.Wall, margin: float, colours: str = palette.DEFAULT) -> dict[str, Any]:
    """What does not change while the reader moves the margin or chooses a card."""
    numbers = wall.cells["draw"].tolist()
    styles = {role: vars(palette.style(role, colours)) for role in ("kept", "losing", "dense", "target", "training")}
    steps, losses, dense = draw_charts.learning(wall)
    return {
        "numbers": numbers,
        "accuracy": wall.cells["test_accuracy"].tolist(),
        "live": [int(live) for live in wall.cells["live"]],
        "sketches": sketches(wall.spec, numbers),
        "layers": [len(layer) for layer in places(wall.spec.net)],
        "total": weight_count(wall.spec.net),
        "dense": wall.dense["test_accuracy"].tolist(),
        "found": float(wall.found["test_accuracy"][-1]),
        "bin": draw_charts.width_of_bins(wall, margin),
        "steps": steps.astype(int).tolist(),
        "losses": packed(losses, np.float32),
        "dense_losses": [round(float(loss), 4) for loss in dense.mean(0)],
        "dead": wall.cells["dead_units"].tolist(),
        "pixels": wall.cells["live_inputs"].tolist(),
        "hidden": int(sum(wall.spec.net.sizes[1:-1])),
        "inputs": wall.spec.net.sizes[0],
        "styles": styles,
    }
