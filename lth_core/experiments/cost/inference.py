"""What an answer costs: the same ticket stored in four ways, and a net of as many weights with whole neurons gone.

A zero in a dense matrix is multiplied like any other number. To gain from unstructured zeros one must store only the
rest (CSR), or drop the units that no path runs through. Structured pruning removes whole neurons: what is left is an
ordinary small net.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save
from torch.nn.functional import linear

from lth_core.data import Splits
from lth_core.experiments.cost.spec import Cost
from lth_core.experiments.cost.timing import in_turns
from lth_core.masks.mask import Mask
from lth_core.masks.neurons import by_neurons, shrunk
from lth_core.nets.params import Params, initial
from lth_core.running.book import Book
from lth_core.running.one_thread import one_thread
from lth_core.running.stretch import stretch

CALLS = {1: 200, 256: 10}  # images at once → calls a measurement

Layers = list[tuple[torch.Tensor, torch.Tensor]]  # weight (out, in), bias (out,)


def measured(book: Book[Cost], splits: Splits, masks: Mapping[int, Mask]) -> Iterator[dict[str, Any]]:
    """One row a net, way of storing it and batch size: `level`, `stored` (dense, masked, csr, shrunk or neurons),
    `batch`, `call_seconds` (processor time of one forward pass), `bytes` (as a safetensors file), `weights` (not zero),
    `units` (hidden), `test_accuracy`. Plain ReLU MLPs in PyTorch, on one thread."""
    spec = book.spec
    dense = _trained(book, splits, "dense", Mask.dense(spec.net))
    nets: dict[tuple[int, str], Params] = {(0, "dense"): dense}
    for level, mask in masks.items():
        if level:
            ticket = _trained(book, splits, f"ticket {level}", mask)
            neurons = _trained(book, splits, f"neurons {level}", by_neurons(dense, mask.kept))
            nets |= {(level, "masked"): ticket, (level, "csr"): ticket, (level, "shrunk"): shrunk(ticket),
                     (level, "neurons"): shrunk(neurons)}
    labels = splits.test.labels
    images = torch.tensor(splits.test.head(len(labels)))
    with one_thread():
        runs = {key: _forward(net, sparse=key[1] == "csr") for key, net in nets.items()}
        jobs = {f"{level} {stored} {batch}": partial(_again, run, images[:batch], calls)
                for (level, stored), run in runs.items() for batch, calls in CALLS.items()}
        seconds = in_turns(jobs, spec.repeats)
        right = {key: float(np.mean(run(images).argmax(1).numpy() == labels)) for key, run in runs.items()}
    for (level, stored), net in nets.items():
        for batch, calls in CALLS.items():
            yield {"level": level, "stored": stored, "batch": batch, "bytes": _bytes(net, stored == "csr"),
                   "call_seconds": seconds[f"{level} {stored} {batch}"] / calls,
                   "weights": sum(int(np.count_nonzero(net[name])) for name in net if name.endswith("weight")),
                   "units": sum(len(net[name]) for name in net if name.endswith("bias")) - spec.net.sizes[-1],
                   "test_accuracy": right[level, stored]}


def _trained(book: Book[Cost], splits: Splits, name: str, mask: Mask) -> dict[str, np.ndarray]:
    spec = book.spec
    return stretch(book, name, splits, mask, initial(spec.net, spec.seed), 0, spec.training.steps)


def _forward(net: Params, sparse: bool) -> Callable[[torch.Tensor], torch.Tensor]:
    """Images (batch, features) → logits (batch, classes)."""
    names = [name.removesuffix(".weight") for name in net if name.endswith("weight")]
    layers = [(torch.from_numpy(net[f"{name}.weight"]), torch.from_numpy(net[f"{name}.bias"])) for name in names]
    if not sparse:
        return partial(_dense, layers)
    with warnings.catch_warnings(action="ignore"):  # "CSR is in beta", since 2021
        return partial(_csr, [(weight.to_sparse_csr(), bias[:, None]) for weight, bias in layers])


@torch.inference_mode()
def _dense(layers: Layers, x: torch.Tensor) -> torch.Tensor:
    for weight, bias in layers[:-1]:
        x = linear(x, weight, bias).relu_()
    return linear(x, *layers[-1])


@torch.inference_mode()
def _csr(layers: Layers, x: torch.Tensor) -> torch.Tensor:
    signal = x.T  # (units, batch): CSR multiplies from the left
    for weight, bias in layers[:-1]:
        signal = (weight @ signal + bias).relu_()
    weight, bias = layers[-1]
    logits: torch.Tensor = (weight @ signal + bias).T
    return logits


def _again(run: Callable[[torch.Tensor], torch.Tensor], images: torch.Tensor, calls: int) -> None:
    for _ in range(calls):
        run(images)


def _bytes(net: Params, sparse: bool) -> int:
    """Size of the net as a file. CSR: values, 16-bit columns, 32-bit row starts."""
    if not sparse:
        return len(save({name: np.ascontiguousarray(value) for name, value in net.items()}))
    parts = {name: value for name, value in net.items() if name.endswith("bias")}
    for name, value in net.items():
        if name.endswith("weight"):
            rows, columns = np.nonzero(value)
            starts = np.searchsorted(rows, np.arange(len(value) + 1)).astype(np.uint32)
            parts |= {f"{name}.values": value[rows, columns], f"{name}.columns": columns.astype(np.uint16),
                      f"{name}.starts": starts}
    return len(save(parts))
