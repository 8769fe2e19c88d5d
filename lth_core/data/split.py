"""Train, validation and test: who may learn from what.

The 60,000 published training images are split at random into 55,000 to learn from and 5,000 to validate on (Frankle &
Carbin v5, section 2); the 10,000 test images stay whole and select nothing. The split follows the run's own seed
through the stream `split`: intervals over seeds then include the luck of the split, while changing the initialisation
or the batch order leaves it alone. Validation images are dealt first, so that a smaller `train` only drops images.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lth_core.data import mnist
from lth_core.spec import Data, SpecError
from lth_core.streams import stream

SIDE = 28  # pixels along one side of an MNIST image
POOLS = tuple(side for side in range(1, SIDE) if SIDE % side == 0)  # 1, 2, 4, 7, 14


@dataclass(frozen=True)
class Part:
    """Some of the images: read-only arrays of equal length.

    images: float32 (n, features), pixels in 0–1, rows contiguous. labels: int64 (n,), digits 0–9. indices: int64 (n,),
    positions in the published file.
    """

    images: np.ndarray
    labels: np.ndarray
    indices: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Splits:
    """The three parts. Weights learn from `train`, choices are made on `validation`, `test` is only ever reported."""

    train: Part
    validation: Part
    test: Part


def features(data: Data) -> int:
    """Inputs of a net on this data: pixels left after pooling.

    >>> features(Data()), features(Data(pool=4))
    (784, 49)
    """
    return (SIDE // _pool(data)) ** 2


@lru_cache(maxsize=4)  # a full-size split holds 190 MB; four serve every page and worker at once
def load(data: Data, seed: int) -> Splits:
    """The images of `data`, split by the stream (seed, "split"), scaled to x / 255 and mean-pooled.

    Loaded once a process and shared, hence read-only. Raises SpecError for data that is not shipped or a pool that
    does not divide the side, DataError for a missing or damaged file.

    >>> splits = load(Data(pool=4), seed=0)
    >>> splits.train.images.shape, splits.validation.images.shape, splits.test.images.shape
    ((55000, 49), (5000, 49), (10000, 49))
    """
    pool = _pool(data)
    total = len(mnist.part("train").labels)
    if data.train + data.validation > total:
        raise SpecError("data.train", data.train, f"train + validation at most {total:,}")
    deal = stream(seed, "split").permutation(total)
    validation, train = deal[: data.validation], deal[data.validation : data.validation + data.train]
    return Splits(train=_take(pool, train), validation=_take(pool, validation), test=_test(pool))


def _pool(data: Data) -> int:
    if data.name != "mnist":
        raise SpecError("data.name", data.name, "mnist (the others are not shipped yet)")
    if data.pool not in POOLS:
        raise SpecError("data.pool", data.pool, f"a divisor of {SIDE}: one of {', '.join(map(str, POOLS))}")
    return data.pool


def _take(pool: int, indices: np.ndarray) -> Part:
    return _part(_pooled("train", pool)[indices], mnist.part("train").labels[indices], indices, pool)


@lru_cache(maxsize=len(POOLS))
def _test(pool: int) -> Part:
    labels = mnist.part("t10k").labels
    return _part(_pooled("t10k", pool), labels, np.arange(len(labels)), pool)


def _part(sums: np.ndarray, labels: np.ndarray, indices: np.ndarray, pool: int) -> Part:
    images = sums.reshape(len(sums), -1) / np.float32(255 * pool**2)  # (n, features)
    return Part(*map(_frozen, (images, labels.astype(np.int64), indices)))


def _frozen(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array


@lru_cache(maxsize=2 * len(POOLS))
def _pooled(name: str, pool: int) -> np.ndarray:
    """Sums over pool×pool squares, (n, 28 / pool, 28 / pool): uint8 as published, or uint16 (14² · 255 < 2¹⁶).

    Sums are whole numbers, so the mean is rounded once, at the division.
    """
    images = mnist.part(name).images
    if pool == 1:
        return images
    sums = np.zeros((len(images), SIDE // pool, SIDE // pool), np.uint16)
    for row, column in np.ndindex(pool, pool):
        sums += images[:, row::pool, column::pool]
    return _frozen(sums)
