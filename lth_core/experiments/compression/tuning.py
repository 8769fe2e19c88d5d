"""Shared weights that learn: a centre moves by the gradients of all its weights, added up (Han et al. 2016, eq. 3)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch.nn import functional as F

from lth_core.data import Splits
from lth_core.experiments.compression.stored import Shared
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params


class Books:
    """A net in training of which nothing moves but its codebooks."""

    def __init__(self, params: Params, mask: Mask, shared: Mapping[str, Shared]) -> None:
        self.biases = [torch.from_numpy(np.array(value)) for name, value in params.items() if name not in mask]
        self.shapes = [alive.shape for alive in mask.values()]
        self.places = [torch.from_numpy(np.flatnonzero(alive)) for alive in mask.values()]
        self.codes = [torch.from_numpy(np.asarray(shared[name].codes, np.int64)) for name in mask]
        self.books = [torch.tensor(shared[name].book, requires_grad=True) for name in mask]

    def loss(self, images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Mean cross-entropy of images (batch, features), in nats. Its gradient at a centre is the sum over the weights
        that share it."""
        signal = images
        for depth, (book, bias) in enumerate(zip(self.books, self.biases, strict=True)):
            out, inputs = self.shapes[depth]
            flat = torch.zeros(out * inputs).index_put((self.places[depth],), book[self.codes[depth]])
            signal = F.linear(F.relu(signal) if depth else signal, flat.view(out, inputs), bias)
        return F.cross_entropy(signal, labels)


def tuned(
    params: Params, mask: Mask, shared: Mapping[str, Shared], splits: Splits, batches: np.ndarray, lr: float
) -> dict[str, Shared]:
    """The codebooks after one step of Adam for each row of `batches` (steps, batch), indices of training images. Codes
    and biases stay."""
    torch.set_num_threads(1)  # a step takes 2 ms: on a busy machine a second thread made it 50
    net = Books(params, mask, shared)
    optimiser = torch.optim.Adam(net.books, lr)
    for batch in batches:
        images, labels = (torch.from_numpy(part[batch]) for part in (splits.train.images, splits.train.labels))
        optimiser.zero_grad()
        net.loss(images, labels).backward()
        optimiser.step()
    return {name: Shared(book.detach().numpy().copy(), shared[name].codes)
            for name, book in zip(mask, net.books, strict=True)}
