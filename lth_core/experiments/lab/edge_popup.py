"""Edge-Popup: search for a mask, never train a weight (Ramanujan et al., CVPR 2020).

Every weight is frozen at ±√(2/inputs) and gets a score. Each step keeps the highest scores of every layer, and the
gradient that the kept weight would get goes to the scores instead, to those of the absent ones too (straight through).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from lth_core import measures
from lth_core.data import Splits
from lth_core.experiments.lab.spec import Lab
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, initial, weight_names
from lth_core.running.book import Book
from lth_core.running.cell import FINAL
from lth_core.snapshot import Snapshot
from lth_core.spec import Net, Training
from lth_core.streams import stream
from lth_core.training.backends import Prepared, build, prepare
from lth_core.training.trial import train

# Condition → are the weights scaled up by 1/√density, layer by layer? (the paper's "scaled" constant)
SCALED = {"edge-popup": False, "edge-popup-scaled": True}


def level(book: Book[Lab], splits: Splits, at: int, counts: Mapping[str, int]) -> Iterator[Snapshot]:
    """Search masks with `counts` weights a layer, those of the ticket of round `at`.

    Conditions: `edge-popup` freezes every weight at ±√(2/inputs); `edge-popup-scaled` at ±√(2/inputs kept on average),
    so that signals keep their size in a sparse net. `training` says how the scores learn (the paper: SGD, lr 0.1,
    momentum 0.9, weight decay 5e-4, here on a cosine over the steps). The curve begins with a random mask.
    """
    for name, scaled in SCALED.items():
        if not book.has("cells", round=at, condition=name):
            yield from _search(book, splits, at, counts, name, scaled)


def _search(
    book: Book[Lab], splits: Splits, at: int, counts: Mapping[str, int], name: str, scaled: bool
) -> Iterator[Snapshot]:
    """One search and its rows; an interrupted one begins anew."""
    spec, options = book.spec, book.options
    began, steps = options.clock(), spec.training.steps
    popup = Popup(spec.net, spec.training, spec.seed, counts, prepare(splits), options.threads, scaled)
    where: dict[str, Any] = {"round": at, "condition": name, "replicate": 0}
    curve: list[dict[str, Any]] = []
    for point in train(popup, spec.training, splits, spec.seed):
        curve.append({"step": point.step, "batch_loss": point.batch_loss, **point.figures})
        told = {"density": sum(counts.values()) / Mask.dense(spec.net).total, **point.figures}
        yield Snapshot("train", at, spec.pruning.rounds, name, point.step, steps, told)
    mask, last = popup.mask(), curve[-1]
    best = measures.early_stop(np.array([row.get("validation_loss", math.nan) for row in curve]))
    cell = {**measures.survivors(mask), **{figure: last.get(figure, math.nan) for figure in FINAL},
            "start_test_accuracy": popup.before, "early_stop_step": curve[best]["step"] if best >= 0 else -1,
            **measures.connectivity(mask)}
    for row in curve:
        book.add("curves", **where, **row)
    book.add("cells", **where, **cell)
    # Every step runs and differentiates the whole net: scores of absent weights learn too.
    book.add("costs", **where, seconds=options.clock() - began, backend=popup.name,
             flops=measures.flops(Mask.dense(spec.net), spec.training.batch, steps))
    book.save()
    yield Snapshot("cell", at, spec.pruning.rounds, name, steps, steps, cell)


class Popup:
    """Scores in training, as a backend (see `backends.base`). before: test accuracy of the first, random mask."""

    name = "torch"

    def __init__(
        self, net: Net, training: Training, seed: int, counts: Mapping[str, int], data: Prepared, threads: int = 1,
        scaled: bool = False,
    ) -> None:
        torch.set_num_threads(threads)
        self.net, self.training, self.data, self.counts, self.threads = net, training, data, counts, threads
        self.step = 0
        frozen = constants(net, seed, counts if scaled else None)
        self.weights = {name: torch.tensor(value) for name, value in frozen.items()}
        self.scores = {name: torch.tensor(value, requires_grad=True) for name, value in first_scores(net, seed).items()}
        self.optimiser = torch.optim.SGD(self.scores.values(), training.lr, training.momentum,
                                         weight_decay=training.weight_decay)
        self.images, self.labels = torch.tensor(data.train.images), torch.tensor(data.train.labels)
        self.before = self.evaluate("test")[1]

    def advance(self, batches: np.ndarray) -> np.ndarray:
        losses = np.empty(len(batches), np.float32)
        for i, batch in enumerate(batches):
            index = torch.from_numpy(batch).long()
            x = self.images[index]  # (batch, features)
            for position, (name, score) in enumerate(self.scores.items()):
                size = score.abs()
                mask = torch.from_numpy(top(size.detach().numpy(), self.counts[name]))
                straight = mask + (size - size.detach())  # the mask, with the gradient of |s|
                x = F.linear(F.relu(x) if position else x, self.weights[name] * straight)
            loss = F.cross_entropy(x, self.labels[index])
            self.optimiser.zero_grad()
            loss.backward()
            self.optimiser.param_groups[0]["lr"] = cosine(self.training, self.step + i)
            self.optimiser.step()
            losses[i] = loss.item()
        self.step += len(batches)
        return losses

    def evaluate(self, split: str) -> tuple[float, float]:
        net = build("dense", self.net, self.training, self.params(), self.mask(), self.data, self.threads)
        return net.evaluate(split)

    def mask(self) -> Mask:
        """The weights kept at this moment: the highest |scores| of each layer."""
        return Mask({name: top(score.detach().abs().numpy(), self.counts[name]) for name, score in self.scores.items()})

    def params(self) -> dict[str, np.ndarray]:
        """m ⊙ W, and biases of zero, under torch's names."""
        weights = self.mask().apply({name: weight.numpy() for name, weight in self.weights.items()})
        return {name: weights.get(name, value) for name, value in initial(self.net, 0).items()}

    def state(self) -> dict[str, np.ndarray]:
        raise NotImplementedError("a search takes seconds: an interrupted one begins anew")

    def restore(self, state: Params) -> None:
        raise NotImplementedError("a search takes seconds: an interrupted one begins anew")


def top(scores: np.ndarray, count: int) -> np.ndarray:
    """True at the `count` highest scores; of equal ones the later stay, as in `masks.select`, which sorts: slower.

    >>> top(np.array([[0.3, 0.1], [0.3, 0.2]]), 2).tolist()
    [[True, False], [True, False]]
    """
    flat = scores.ravel()
    if not count:
        return np.zeros(scores.shape, np.bool_)
    edge = np.partition(flat, flat.size - count)[flat.size - count]
    keep = flat > edge
    tied = np.flatnonzero(flat == edge)
    keep[tied[len(tied) - (count - np.count_nonzero(keep)):]] = True
    chosen: np.ndarray = keep.reshape(scores.shape)
    return chosen


def constants(net: Net, seed: int, counts: Mapping[str, int] | None = None) -> dict[str, np.ndarray]:
    """The frozen weights ±√(2/inputs), float32, with the signs of the seed's θ₀ ("signed Kaiming constant").

    counts: with them, `inputs` are those that a unit keeps on average.

    >>> round(float(abs(constants(Net(sizes=(8, 10)), 0)["fc1.weight"][0, 0])), 3)
    0.5
    """
    weights = {}
    for name, theta0 in initial(net, seed).items():
        if name in weight_names(net):
            # At least one: a layer with none left divides by nothing.
            inputs = theta0.shape[1] if counts is None else max(1, counts[name]) / theta0.shape[0]
            weights[name] = np.where(theta0 < 0, -1, 1).astype(np.float32) * np.float32(math.sqrt(2 / inputs))
    return weights


def first_scores(net: Net, seed: int) -> dict[str, np.ndarray]:
    """Uniform in ±1/√inputs, float32: Kaiming's uniform start with a = √5, as in the authors' code."""
    scores = {}
    for position, (name, weights) in enumerate(constants(net, seed).items()):
        uniform = 2 * stream(seed, "scores", position).random(weights.shape) - 1
        scores[name] = (uniform / math.sqrt(weights.shape[1])).astype(np.float32)
    return scores


def cosine(training: Training, step: int) -> float:
    """The learning rate at `step`: half a cosine from lr down to 0 over the budget.

    >>> cosine(Training(lr=0.1, steps=100), 50)
    0.05
    """
    return round(training.lr * (1 + math.cos(math.pi * step / training.steps)) / 2, 12)
