"""What the browser needs to read a digit itself: a whole net at 16 bits a weight, and digits of the test set.

A weight travels as a whole number of 32,767ths of its matrix's largest, and with the rung of its ladder that prunes it:
sizes so rounded would tie, and two weights that change places at the cut can turn the answer to fifty of 10,000 digits.
With both the browser reads as many test digits right as the engine, give or take two in 10,000: a test holds that.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

from lth_core.data import mnist
from lth_core.experiments import Ladder
from lth_core.experiments.lottery.read import trained
from lth_core.masks.select import death_order, round_half_up
from lth_core.nets.layers import weight_count
from lth_core.nets.params import Params, weight_names
from lth_core.once import once
from lth_core.results.result import Result
from lth_core.results.weights import Missing
from lth_core.spec import Net

SHORT = 32_767  # int16
EACH = 3  # test digits of every class that are shipped: the first ones, chosen by nobody


def plain(net: Net) -> bool:
    """Can the browser compute this net? Layers of weights and ReLU only."""
    return net.name == "mlp" and not net.batchnorm


def whole(result: Result, level: int | None = None) -> Params:
    """The trained net of a Result: of a ladder, or of a lottery's round `level`. Raises Missing for others."""
    if level is not None and result.spec.experiment == "lottery":
        return trained(result, level)
    found = {name.removeprefix("theta/"): value for name, value in result.arrays.items() if name.startswith("theta/")}
    if not found or not plain(result.spec.net):
        raise Missing("this result holds no trained net that a browser can compute")
    return found


def deaths(result: Result) -> dict[str, np.ndarray]:
    """Of every weight of a ladder the first rung at which it is pruned, uint8; nothing for other results."""
    spec = result.spec
    if not isinstance(spec, Ladder) or spec.scope != "global" or spec.rungs > 256:
        return {}
    params = whole(result)
    order = death_order({name: np.abs(params[name]) for name in weight_names(spec.net)})
    total = weight_count(spec.net)
    gone = np.array([round_half_up(total * rung / (spec.rungs - 1)) for rung in range(spec.rungs)])
    return {name: np.searchsorted(gone, ranks, side="right").astype(np.uint8) for name, ranks in order.items()}


def payload(params: Params, dies: Mapping[str, np.ndarray] | None = None) -> list[dict[str, Any]]:
    """The layers of a plain net from input to output, ready for JSON and for `shared/js/forward.js`.

    >>> layer, = payload({"fc1.weight": np.float32([[1, -0.5]]), "fc1.bias": np.float32([2])})
    >>> layer["rows"], layer["columns"], layer["bias"]
    (1, 2, [2.0])
    >>> np.frombuffer(base64.b64decode(layer["weights"]), "<i2").tolist()
    [32767, -16384]
    """
    layers = []
    for name in sorted(name for name in params if name.endswith(".weight")):
        values = np.asarray(params[name], np.float64)  # (out, in)
        scale = float(np.abs(values).max(initial=0)) / SHORT or 1.0
        bias = params[name.replace("weight", "bias")]
        layers.append({
            **({"dies": base64.b64encode(dies[name].tobytes()).decode()} if dies else {}),
            "rows": values.shape[0], "columns": values.shape[1], "scale": scale,
            "weights": base64.b64encode(np.round(values / scale).astype("<i2").tobytes()).decode(),
            "bias": [float(f"{value:.8g}") for value in bias],
        })
    return layers


def along(result: Result) -> tuple[np.ndarray, ...]:
    """What every layer of a ladder's net says to the first of `digits` at each rung, (rungs, units) a layer; the last
    as shares that add up to 1. With it a page can show a digit's way before the whole net has come."""
    spec, params, dies = result.spec, whole(result), deaths(result)
    if not isinstance(spec, Ladder) or not dies:
        return ()
    pixels = np.frombuffer(base64.b64decode(digits()[0]["pixels"]), np.uint8) / 255
    said = [_said(params, dies, pixels, rung) for rung in range(spec.rungs)]
    return tuple(np.array(layer) for layer in zip(*said, strict=True))


def _said(params: Params, dies: Mapping[str, np.ndarray], pixels: np.ndarray, rung: int) -> list[np.ndarray]:
    x, said = pixels, list[np.ndarray]()
    for name in sorted(dies):
        lit = np.flatnonzero(x)
        weights = np.where(dies[name][:, lit] > rung, params[name][:, lit], 0)  # (out, lit)
        x = weights @ x[lit] + params[name.replace("weight", "bias")]
        x = np.maximum(x, 0) if len(said) < len(dies) - 1 else x
        said.append(x)
    powers = np.exp(x - x.max())
    return [*said[:-1], powers / powers.sum()]


@once(1)
def digits() -> list[dict[str, Any]]:
    """The first EACH digits of every class in the test set, in its order: label, and 28 × 28 bytes as base64."""
    test = mnist.part("t10k")
    first = np.sort(np.concatenate([np.flatnonzero(test.labels == label)[:EACH] for label in range(10)]))
    return [{"label": int(test.labels[place]), "number": int(place),
             "pixels": base64.b64encode(test.images[place].astype(np.uint8).tobytes()).decode()} for place in first]
