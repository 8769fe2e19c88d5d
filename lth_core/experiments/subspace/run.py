"""How many numbers does training really turn? All weights at once, along d random directions (Li et al., ICLR 2018).

θ = θ₀ + P z, with P a fixed random matrix of unit columns; only z, d numbers, is trained. The *intrinsic dimension* is
the smallest d at which that reaches 90% of the ordinary net's accuracy.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch.nn import functional as F

from lth_core.data import Splits, load
from lth_core.experiments.subspace.spec import Subspace
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.running.backend_for import backend_for
from lth_core.running.book import Book
from lth_core.running.options import Options
from lth_core.snapshot import Snapshot
from lth_core.spec import Net
from lth_core.streams import stream as chance
from lth_core.training.order import batches

CHUNK = 1_000  # test images of a forward pass


def stream(spec: Subspace, options: Options) -> Iterator[Snapshot]:
    """Table `cells`: `dimension` (0 for ordinary training of all parameters), `parameters`, `test_accuracy`. Plain ReLU
    MLPs, with Adam."""
    splits, book = load(spec.data, spec.seed), Book.open(spec, options)
    theta0 = initial(spec.net, spec.seed)
    total = sum(value.size for value in theta0.values())
    whole = Mask.dense(spec.net)
    order = batches(spec.seed, len(splits.train.labels), spec.training.batch, 0, spec.training.steps)
    for at, dimension in enumerate((0, *spec.dimensions)):
        if book.has("cells", dimension=dimension):
            continue
        if dimension:
            flat = _trained(spec, splits, theta0, order, dimension)
            accuracy = _accuracy(spec.net, flat, splits)
        else:
            backend = backend_for(spec.net, spec.training, theta0, whole, splits, options)
            backend.advance(order)
            accuracy = backend.evaluate("test")[1]
        book.add("cells", dimension=dimension, parameters=total, test_accuracy=accuracy)
        book.save()
        yield Snapshot("cell", at, len(spec.dimensions), f"d = {dimension}", measures=book.rows["cells"][-1])
    yield Snapshot("done", result=book.result())


def directions(total: int, dimension: int, seed: int) -> np.ndarray:
    """P: `dimension` random directions of length 1 in a space of `total`, float32 (total, dimension)."""
    drawn = chance(seed, "subspace", dimension).standard_normal((total, dimension), np.float32)
    unit: np.ndarray = drawn / np.linalg.norm(drawn, axis=0)
    return unit


def _trained(
    spec: Subspace, splits: Splits, theta0: dict[str, np.ndarray], order: np.ndarray, dimension: int
) -> torch.Tensor:
    """All parameters in one line after training z from 0."""
    start = torch.from_numpy(np.concatenate([value.ravel() for value in theta0.values()]))
    along = torch.from_numpy(directions(len(start), dimension, spec.seed))  # (total, d)
    z = torch.zeros(dimension, requires_grad=True)
    adam = torch.optim.Adam([z], lr=spec.along_lr)
    for batch in order:
        images, labels = torch.tensor(splits.train.images[batch]), torch.tensor(splits.train.labels[batch])
        adam.zero_grad()
        F.cross_entropy(logits(spec.net, start + along @ z, images), labels).backward()
        adam.step()
    return (start + along @ z).detach()


def logits(net: Net, flat: torch.Tensor, images: torch.Tensor) -> torch.Tensor:
    """images (batch, features) → (batch, classes); flat: weights and biases layer by layer, as `initial` has them."""
    signal, at = images, 0
    for depth, (inputs, units) in enumerate(zip(net.sizes, net.sizes[1:], strict=False), 1):
        weight = flat[at : at + inputs * units].view(units, inputs)
        at += inputs * units
        signal = F.linear(signal, weight, flat[at : at + units])
        at += units
        signal = signal.relu() if depth < len(net.sizes) - 1 else signal
    return signal


@torch.inference_mode()
def _accuracy(net: Net, flat: torch.Tensor, splits: Splits) -> float:
    labels = torch.tensor(splits.test.labels)
    images = torch.tensor(splits.test.head(len(labels)))
    right = [logits(net, flat, part).argmax(1) == known
             for part, known in zip(images.split(CHUNK), labels.split(CHUNK), strict=True)]
    return float(torch.cat(right).double().mean())
