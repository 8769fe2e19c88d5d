"""A landscape with heights chosen by a test, under the Spec of the real one, so that pages find it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lth_core.catalogue import landscape
from lth_core.experiments.landscape.spec import NETS
from lth_core.results.result import Result

# (net, share of the way, seed) → training loss in nats
Heights = Callable[[str, float, int], float]
# (net, step, seed) → training loss in nats
Descent = Callable[[str, int, int], float]

ENDS = {"dense": (10.0, 0.0), "ticket": (4.0, 6.0), "reinit": (2.0, 1.0), "random": (1.0, 1.0)}
STARTS = {"ticket": (1.0, 2.0)}  # the others begin at θ₀
SPEED = {"ticket": 4, "dense": 3, "reinit": 2, "random": 1}


def sloping(net: str, alpha: float, seed: int) -> float:
    """Down all the way from 2.3 nats; between the two ends a hill of a nat."""
    if net == "across":
        return float(0.001 + 4 * alpha * (1 - alpha))
    return float(2.3 * (1 - alpha) ** SPEED[net] + 0.001 * (1 + seed))


def falling(net: str, step: int, seed: int) -> float:
    """Real trainings: the ticket falls fastest."""
    return float(2.3 / (1 + SPEED[net] * step / 100) + 0.001 * seed)


def ground(seed: int, heights: Heights = sloping, descent: Descent = falling) -> Result:
    """One seed's landscape."""
    spec = landscape(seed)
    side = np.linspace(-2.0, 12.0, spec.points)
    across, up = (grid.ravel() for grid in np.meshgrid(side, side))
    high = 0.01 + 0.02 * (np.square(across - 6) + np.square(up - 3))
    plane = {"x": across, "y": up, "train_loss": high, "train_accuracy": np.exp(-high)}
    lines = [(net, alpha) for net in (*NETS, "across") for alpha in np.linspace(0, 1, spec.alphas).tolist()]
    losses = np.array([heights(net, alpha, seed) for net, alpha in lines])
    line = {"net": np.array([net for net, _ in lines]), "alpha": np.array([alpha for _, alpha in lines]),
            "kept": np.array([266_200 if net in ("dense", "across") else 28_823 for net, _ in lines]), **reads(losses)}
    steps = [(net, step) for net in NETS for step in spec.looks]
    share = np.array([step / spec.training.steps for _, step in steps])
    first, last = (np.array([places.get(net, (0.0, 0.0)) for net, _ in steps]) for places in (STARTS, ENDS))
    spots = (1 - share[:, None]) * first + share[:, None] * last
    path = {"net": np.array([net for net, _ in steps]), "step": np.array([step for _, step in steps]),
            "x": spots[:, 0], "y": spots[:, 1], "distance": 7 * share,
            "off": np.array([3.0 * (1 - part) * (net != "dense") for (net, _), part in zip(steps, share, strict=True)]),
            **reads(np.array([descent(net, step, seed) for net, step in steps]))}
    return Result(spec, {"path": path, "line": line, "plane": plane}, {},
                  {"created": "2026-01-01T00:00:00", "seconds": 1.0})


def reads(losses: np.ndarray) -> dict[str, np.ndarray]:
    """What belongs to a loss: accuracies, and a test loss a little above."""
    return {"train_loss": losses, "train_accuracy": np.exp(-losses), "test_loss": losses + 0.1,
            "test_accuracy": np.exp(-losses - 0.1)}
