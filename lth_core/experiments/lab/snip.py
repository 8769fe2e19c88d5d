"""SNIP: which connections would the loss miss, asked before any training (Lee, Ajanthan & Torr, ICLR 2019).

Put a gate c on every weight. At c = 1 the loss changes with a gate at the rate ∂L/∂c = w·∂L/∂w. The weights whose gates
matter most are kept, from one look at some images and the untrained net; then the survivors are trained.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import torch
from torch.nn import functional as F

from lth_core.data import Splits
from lth_core.experiments.lab.spec import LOOKS, Lab
from lth_core.masks.mask import Mask
from lth_core.masks.select import remove_lowest, remove_lowest_globally
from lth_core.nets.module import load, module
from lth_core.nets.params import Params, initial
from lth_core.running.book import Book
from lth_core.running.cell import run_cell
from lth_core.running.conditions import Start, shuffled_mask
from lth_core.snapshot import Snapshot
from lth_core.spec import Condition, Net, Spec
from lth_core.training.order import batches


def level(book: Book[Lab], splits: Splits, at: int, counts: Mapping[str, int]) -> Iterator[Snapshot]:
    """Train θ₀ under three masks with as many weights as the ticket of round `at`.

    Conditions: `snip-layer` keeps the ticket's `counts` in every layer, so that only the choice within layers differs;
    `snip-global` keeps their sum wherever the scores are highest, as in the paper; `snip-shuffled` is the latter with
    its entries permuted within each layer, the sanity check of Frankle et al. (ICLR 2021).
    """
    spec, dense = book.spec, Mask.dense(book.spec.net)
    theta0 = initial(spec.net, spec.seed)
    scores = scores_of(book, splits, theta0)
    remove = {name: alive.size - counts[name] for name, alive in dense.items()}
    everywhere = remove_lowest_globally(scores, dense, sum(remove.values()))
    masks = {"snip-layer": remove_lowest(scores, dense, remove), "snip-global": everywhere,
             "snip-shuffled": shuffled_mask(everywhere, spec.seed, 0, at)}
    for name, mask in masks.items():
        if not book.has("cells", round=at, condition=name):
            yield from run_cell(book, splits, at, Condition(name), Start(theta0, mask), spec.training, 0)


def scores_of(book: Book[Lab], splits: Splits, theta0: Params) -> dict[str, np.ndarray]:
    """The scores of θ₀ on the first LOOKS batches; computed once a run, and again when it is resumed."""
    if not book.state.scores:
        book.state.scores = sensitivity(book.spec.net, theta0, looks(book.spec, splits))
    return book.state.scores


def looks(spec: Spec, splits: Splits) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(images (batch, features), labels (batch,)) of the first LOOKS batches that training will see."""
    for batch in batches(spec.seed, len(splits.train.labels), spec.training.batch, 0, LOOKS):
        yield splits.train.images[batch], splits.train.labels[batch]


def sensitivity(
    net: Net, params: Params, seen: Iterator[tuple[np.ndarray, np.ndarray]]
) -> dict[str, np.ndarray]:
    """|Σ w·∂L/∂w| of every weight, the sum over batches, float64 in the weights' shapes; not normalised.

    seen: (images (batch, features), labels (batch,)) of each batch. The absolute value comes after the sum: a gate
    that helps one batch as much as it hurts the next is not needed. A weight whose input is always zero scores 0.
    """
    model = module(net).double()
    load(model, params)
    for images, labels in seen:
        F.cross_entropy(model(torch.tensor(images).double()), torch.tensor(labels)).backward()  # gradients add up
    scores = {}
    for name in Mask.dense(net):
        weight = model.get_parameter(name)
        assert weight.grad is not None, "there must be at least one batch to look at"
        scores[name] = (weight * weight.grad).abs().detach().numpy()
    return scores
