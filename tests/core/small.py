"""A small learnable problem for tests of the training backends: no files, no waiting."""

import numpy as np

from lth_core.masks.mask import Mask
from lth_core.nets.params import initial, weight_names
from lth_core.spec import Net
from lth_core.training.backends import Examples, Prepared


def problem(features: int = 12, classes: int = 3, train: int = 200, other: int = 70, seed: int = 0) -> Prepared:
    """Images with many zero pixels; the label is which third of the image is brightest. Pixel 0 is never lit in the
    training split but always in the others."""
    rng = np.random.default_rng(seed)

    def split(count: int, first: float) -> Examples:
        images = (rng.random((count, features)) * (rng.random((count, features)) < 0.5)).astype(np.float32)
        images[:, 0] = first
        labels = np.stack([part.sum(axis=1) for part in np.array_split(images, classes, axis=1)]).argmax(axis=0)
        return Examples.of(images, labels.astype(np.int64))

    return Prepared(split(train, 0.0), split(other, 0.5), split(other, 0.5))


def start(net: Net, density: float, seed: int = 0) -> tuple[dict[str, np.ndarray], Mask]:
    """Initial parameters with biases that are not zero, and a random mask."""
    rng = np.random.default_rng(seed)
    params = initial(net, seed)
    for name in params:
        if name.startswith("fc") and name.endswith("bias"):
            params[name] = 0.1 * rng.standard_normal(params[name].shape).astype(np.float32)
    return params, Mask({name: rng.random(params[name].shape) < density for name in weight_names(net)})


def order(steps: int, batch: int, examples: int = 200, seed: int = 0) -> np.ndarray:
    """Batches of examples, none twice in a batch."""
    rng = np.random.default_rng(seed)
    return np.stack([rng.permutation(examples)[:batch] for _ in range(steps)]).astype(np.int32)
