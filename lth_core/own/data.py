"""Data of your own: arrays, a torch Dataset, a DataLoader or any batches, checked before anything is trained."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    IterableDataset,
    RandomSampler,
    SequentialSampler,
    default_collate,
)

from lth_core.own.functions import OwnError
from lth_core.training.backends.examples import Examples as Fast
from lth_core.training.backends.examples import Prepared

CHUNK = 1_000  # examples read from a Dataset at a time
HOW = "give (inputs, labels) as arrays, a torch Dataset or a DataLoader of such pairs"


@dataclass(frozen=True, eq=False)
class Examples:
    """One split: inputs (n, …) as the net takes them, labels int64 (n,). Nothing changes them."""

    inputs: torch.Tensor
    labels: torch.Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def first(self, count: int) -> Examples:
        """The first `count`, or all if they are fewer."""
        return Examples(self.inputs[:count], self.labels[:count])

    @property
    def digest(self) -> str:
        """sha256 over type, shape and content."""
        text = hashlib.sha256(f"{self.inputs.dtype}{tuple(self.inputs.shape)}".encode())
        for tensor in (self.inputs, self.labels):
            text.update(np.ascontiguousarray(tensor.numpy()).data)
        return text.hexdigest()[:24]


@dataclass(frozen=True, eq=False)
class Three:
    """Weights learn from `train`, choices are made on `validation`, `test` is only ever reported."""

    train: Examples
    validation: Examples
    test: Examples

    @classmethod
    def of(cls, train: Any, validation: Any, test: Any, dtype: torch.dtype = torch.float32) -> Three:
        """The three splits of what was brought, checked. dtype: the net's own float type.

        Raises OwnError for what is no data, for lengths or shapes that differ, NaN or an empty split.
        """
        parts = {name: examples(name, value, dtype) for name, value in
                 (("train", train), ("validation", validation), ("test", test))}
        shape = tuple(parts["train"].inputs.shape[1:])
        for name, part in parts.items():
            if tuple(part.inputs.shape[1:]) != shape:
                raise OwnError(f"{name}: an input has shape {tuple(part.inputs.shape[1:])}, one of train has {shape}: "
                               "the three splits must look alike")
        return cls(**parts)

    @cached_property
    def prepared(self) -> Prepared:
        """The same for the fast kernels, pixels that are not zero alone."""
        parts = (self.train, self.validation, self.test)
        return Prepared(*(Fast.of(part.inputs.flatten(1).numpy(), part.labels.numpy()) for part in parts))

    def check_labels(self, classes: int) -> None:
        """Raise OwnError for a label that no output of the net answers for."""
        for name in ("train", "validation", "test"):
            labels = getattr(self, name).labels
            least, most = int(labels.min()), int(labels.max())
            if least < 0 or most >= classes:
                raise OwnError(f"{name}: labels run from {least} to {most}, but the net has {classes} outputs: labels "
                               f"must be whole numbers from 0 to {classes - 1}")


def examples(name: str, value: Any, dtype: torch.dtype = torch.float32) -> Examples:
    """The split `name` out of what was brought, in memory: a Dataset is read once, in its own order, so that a random
    transform in it is drawn once and stays; of a DataLoader only its dataset and its collate_fn count.

    >>> part = examples("train", (np.zeros((5, 4)), [0, 1, 2, 1, 0]))
    >>> len(part), part.inputs.dtype, part.labels.tolist()
    (5, torch.float32, [0, 1, 2, 1, 0])
    """
    pairs = [_pair(name, batch) for batch in _batches(name, value)]
    if not pairs:
        raise OwnError(f"{name} is empty: it needs at least one example")
    try:
        inputs, labels = (torch.cat(parts) for parts in zip(*pairs, strict=True))
    except (RuntimeError, TypeError) as error:
        raise OwnError(f"{name}: the batches do not fit together ({_line(error)})") from None
    if len(inputs) != len(labels):
        raise OwnError(f"{name}: {len(inputs):,} inputs and {len(labels):,} labels: one label each is needed")
    if len(labels) == 0:
        raise OwnError(f"{name} is empty: it needs at least one example")
    return Examples(_inputs(name, inputs, dtype), _labels(name, labels))


def _batches(name: str, value: Any) -> Iterator[Any]:
    if isinstance(value, DataLoader):
        if isinstance(value.dataset, IterableDataset):
            yield from value
        else:
            _check_whole(name, value)
            yield from _of_dataset(name, value.dataset, value.collate_fn)
    elif isinstance(value, (tuple, list)) and len(value) == 2 and not all(map(_is_batch, value)):
        yield value
    elif isinstance(value, (tuple, list)) and value and _is_batch(value[0]):
        yield from value
    elif hasattr(value, "__getitem__") and hasattr(value, "__len__") and not isinstance(value, (str, bytes, np.ndarray,
                                                                                                torch.Tensor, dict)):
        yield from _of_dataset(name, value, default_collate)
    elif isinstance(value, Iterable) and not isinstance(value, (str, bytes, np.ndarray, torch.Tensor, dict)):
        yield from value
    else:
        raise OwnError(f"{name} is a {type(value).__name__}: {HOW}")


def _check_whole(name: str, loader: DataLoader[Any]) -> None:
    """Raise OwnError for a loader that does not give each example of its dataset once."""
    sampler = loader.sampler
    drawn = isinstance(sampler, RandomSampler) and not sampler.replacement and len(sampler) == len(loader.dataset)  # type: ignore[arg-type]
    batched = loader.batch_sampler is None or type(loader.batch_sampler) is BatchSampler
    if not batched or not (drawn or type(sampler) is SequentialSampler):
        kind = type(sampler if batched else loader.batch_sampler).__name__
        raise OwnError(f"{name}: its DataLoader chooses examples by a {kind}, and only its dataset is read here: give "
                       "torch.utils.data.Subset(dataset, indices) of those it chooses")


def _is_batch(item: Any) -> bool:
    """A pair with labels in it, not with a label."""
    return isinstance(item, (tuple, list)) and len(item) == 2 and np.ndim(item[1]) == 1 and np.ndim(item[0]) > 1


def _of_dataset(name: str, dataset: Any, collate: Any) -> Iterator[Any]:
    for start in range(0, len(dataset), CHUNK):
        items = [dataset[index] for index in range(start, min(start + CHUNK, len(dataset)))]
        try:
            yield collate(items)
        except (RuntimeError, TypeError) as error:
            raise OwnError(f"{name}: its examples do not stack into one array ({_line(error)})") from None


def _pair(name: str, batch: Any) -> tuple[torch.Tensor, torch.Tensor]:
    if not isinstance(batch, (tuple, list)) or len(batch) != 2:
        raise OwnError(f"{name}: an example is a {type(batch).__name__}, not a pair of input and label: {HOW}")
    inputs, labels = (_tensor(name, part) for part in batch)
    if inputs.ndim == 0 or labels.ndim == 0:
        raise OwnError(f"{name} holds a single number where there should be one for each example: {HOW}")
    return inputs, labels


def _tensor(name: str, part: Any) -> torch.Tensor:
    if isinstance(part, torch.Tensor):
        return part.detach().cpu()
    try:
        array = np.asarray(part)
        if array.dtype.kind not in "biuf":
            raise TypeError(f"type {array.dtype}")
        return torch.from_numpy(np.array(array, order="C"))
    except (TypeError, ValueError) as error:
        raise OwnError(f"{name} cannot be read as numbers ({_line(error)}): {HOW}") from None


def _inputs(name: str, inputs: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    if not inputs.is_floating_point():
        return inputs.long()  # indices of an embedding
    inputs = inputs.to(dtype)
    if not torch.isfinite(inputs).all():
        where = int((~torch.isfinite(inputs)).flatten(1).any(1).nonzero()[0]) if inputs.ndim > 1 else 0
        raise OwnError(f"{name}: input {where} holds NaN, infinity or a number too large for {dtype}: drop it or fill "
                       "it in first")
    return inputs


def _labels(name: str, labels: torch.Tensor) -> torch.Tensor:
    if labels.ndim != 1:
        cure = "labels.argmax(1)" if labels.ndim == 2 and labels.shape[1] > 1 else "labels.ravel()"
        raise OwnError(f"{name}: labels have shape {tuple(labels.shape)}: one whole number an example is needed, as "
                       f"{cure} gives them")
    if labels.is_floating_point() or labels.is_complex():
        raise OwnError(f"{name}: labels are of type {labels.dtype}: whole numbers from 0 up are needed")
    return labels.long()


def _line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0][:160] if str(error).strip() else type(error).__name__
