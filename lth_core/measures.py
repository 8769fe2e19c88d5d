"""Figures that describe a training: pure functions of weights, masks and curves.

Names are the columns of a Result's tables. Layer-wise figures carry the layer as a prefix: `fc1.kept`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from lth_core import graphs
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params

NORMAL = 1.959964  # 95% of a standard normal distribution lie between −NORMAL and NORMAL


def early_stop(validation_loss: np.ndarray) -> int:
    """Index of the point with the lowest validation loss, the first of equals: the early-stopping iteration, found
    in retrospect (Frankle & Carbin section 1). −1 when nothing finite was measured.

    >>> early_stop(np.array([2.3, 0.4, 0.5]))
    1
    """
    finite = np.isfinite(validation_loss)
    return int(np.argmin(np.where(finite, validation_loss, np.inf))) if finite.any() else -1


def survivors(mask: Mask) -> dict[str, float]:
    """Counts and densities, whole and by layer."""
    figures: dict[str, float] = {"kept": mask.kept, "total": mask.total, "density": mask.density}
    for name, count in mask.counts().items():
        figures[f"{_layer(name)}.kept"] = count
    return figures


def connectivity(mask: Mask) -> dict[str, float]:
    """Whether signals can still pass: dead hidden units (no way in or no way out), live inputs, and log₁₀ of the number
    of input→output paths (−inf when none is left). Nothing for a net whose layers are no chain of edges (convolutions,
    attention).

    >>> connectivity(Mask({"fc1.weight": [[1, 0], [0, 0]], "fc2.weight": [[1, 1]]}))
    {'dead_units': 1, 'live_inputs': 1, 'log10_paths': 0.0}
    """
    if not graphs.chained(mask):
        return {}
    dead, paths = graphs.dead_units(mask), graphs.paths(mask)
    return {
        "dead_units": sum(int(np.count_nonzero(layer)) for layer in dead[1:-1]),
        "live_inputs": int(np.count_nonzero(~dead[0])),
        "log10_paths": math.log10(paths) if paths else -math.inf,
    }


def movement(start: Params, end: Params, kept: Mask, live: Mask) -> dict[str, float]:
    """How far training carried the weights that are kept and those that go, by layer.

    start, end: θ before and after a training under the mask `live`; kept: the mask pruned from `end`. Weights that
    never move (their input pixel is zero in every example) keep their sign by default and are left out. For kept and
    pruned alike: sign agreement sign(θ_start) = sign(θ_end) in 0–1, mean |θ_start|, mean |θ_end|, mean |Δθ|; NaN where
    there are none. Plus each layer's `threshold`, the largest |θ_end| that went, and `travelled`, the L2 norm of the
    whole step.
    """
    figures: dict[str, float] = {}
    squares = 0.0
    for name, alive in live.items():
        before, after = start[name], end[name]
        step = np.where(alive, after - before, 0)
        squares += float(np.sum(np.square(step, dtype=np.float64)))
        figures[f"{_layer(name)}.threshold"] = float(np.max(np.abs(after[alive & ~kept[name]]), initial=0.0))
        moved = alive & (step != 0)
        for word, chosen in (("kept", moved & kept[name]), ("pruned", moved & ~kept[name])):
            figures |= {f"{_layer(name)}.{key}_{word}": value for key, value in _group(before, after, chosen).items()}
    return figures | {"travelled": float(np.sqrt(squares))}


def _group(before: np.ndarray, after: np.ndarray, chosen: np.ndarray) -> dict[str, float]:
    a, b = before[chosen].astype(np.float64), after[chosen].astype(np.float64)
    if not a.size:
        return dict.fromkeys(("sign_agreement", "start_magnitude", "end_magnitude", "moved"), float("nan"))
    return {
        "sign_agreement": float(np.mean(np.sign(a) == np.sign(b))),
        "start_magnitude": float(np.mean(np.abs(a))),
        "end_magnitude": float(np.mean(np.abs(b))),
        "moved": float(np.mean(np.abs(b - a))),
    }


def gradient_flow(params: Params, mask: Mask, images: np.ndarray, labels: np.ndarray) -> float:
    """Squared L2 norm of the loss gradient over the surviving weights, ‖m ⊙ ∂L/∂θ‖², on one batch.

    The first-order decrease of the loss per unit of learning rate under gradient descent (Wang et al. 2020, section
    4.1). images (batch, features), labels (batch,). Plain ReLU MLPs only; float64 throughout.
    """
    names = list(mask)
    activations, pre = [images.astype(np.float64)], []
    for name in names:
        weight = np.where(mask[name], params[name], 0).astype(np.float64)  # (out, in)
        pre.append(activations[-1] @ weight.T + params[name.replace("weight", "bias")])  # (batch, out)
        activations.append(np.maximum(pre[-1], 0))
    shifted = np.exp(pre[-1] - pre[-1].max(axis=1, keepdims=True))
    delta = shifted / shifted.sum(axis=1, keepdims=True)  # (batch, classes)
    delta[np.arange(len(labels)), labels] -= 1
    delta /= len(labels)
    flow = 0.0
    for position in reversed(range(len(names))):
        alive = mask[names[position]]
        flow += float(np.sum(np.square((delta.T @ activations[position])[alive])))
        if position:
            delta = (delta @ np.where(alive, params[names[position]], 0)) * (pre[position - 1] > 0)
    return flow


def flops(mask: Mask, batch: int, steps: int, uses: Mapping[str, int] | None = None) -> float:
    """Floating-point operations of `steps` updates if only surviving weights cost anything: forward 2, backward 4 per
    weight, use and example (a multiply and an add each for output, weight gradient and input gradient).

    uses: how often one example uses a weight of that name, once by default; a convolution's at every place.
    """
    return 6.0 * sum(count * (uses or {}).get(name, 1) for name, count in mask.counts().items()) * batch * steps


def wilson(wins: int, draws: int) -> tuple[float, float]:
    """The 95% Wilson score interval of a win rate (Wilson 1927): honest near 0 and 1, where ±√(p(1−p)/n) is not.

    >>> low, high = wilson(3, 50)
    >>> round(low, 3), round(high, 3)
    (0.021, 0.162)
    """
    if draws == 0:
        return 0.0, 1.0
    rate, z = wins / draws, NORMAL
    centre = rate + z * z / (2 * draws)
    spread = z * np.sqrt(rate * (1 - rate) / draws + z * z / (4 * draws * draws))
    scale = 1 + z * z / draws
    return max(0.0, float((centre - spread) / scale)), min(1.0, float((centre + spread) / scale))


def _layer(name: str) -> str:
    return name.removesuffix(".weight")
