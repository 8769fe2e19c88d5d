"""Train, validation and test: who may learn from what.

The 60,000 published training images are split at random into 55,000 to learn from and 5,000 to validate on (Frankle &
Carbin v5, section 2); the 10,000 test images stay whole and select nothing. The split follows the run's own seed
through the stream `split`: intervals over seeds then include the luck of the split, while changing the initialisation
or the batch order leaves it alone. Validation images are dealt first, so that a smaller `train` only drops images.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from lth_core.data import mnist
from lth_core.spec import Data, SpecError
from lth_core.streams import stream

SIDE = 28  # pixels along one side of an MNIST image
POOLS = tuple(side for side in range(1, SIDE) if SIDE % side == 0)  # 1, 2, 4, 7, 14


@dataclass(frozen=True, eq=False)  # compared by identity: parts are shared, and arrays have no hash
class Part:
    """Some images of a published file: an index into it, and read-only arrays of equal length made when asked for.

    file: `train` or `t10k`. pool: side of the squares that are averaged. indices: int64 (n,), positions in the file.
    labels: int64 (n,), digits 0–9. images: float32 (n, features), pixels in 0–1, rows contiguous.
    """

    file: str
    pool: int
    indices: np.ndarray

    def __len__(self) -> int:
        return len(self.indices)

    @cached_property
    def labels(self) -> np.ndarray:
        return _frozen(mnist.part(self.file).labels[self.indices].astype(np.int64))

    @cached_property
    def images(self) -> np.ndarray:
        return self.head(len(self))

    def head(self, count: int) -> np.ndarray:
        """The first `count` of `images`, without making the others: all of them take 170 MB."""
        sums = pooled(self.file, self.pool)[self.indices[:count]]
        return _frozen(sums.reshape(len(sums), -1) / scale(self.pool))


@dataclass(frozen=True, eq=False)
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


@lru_cache(maxsize=4)  # once somebody asks for its images a full-size split holds 190 MB
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
    return Splits(Part("train", pool, _frozen(train)), Part("train", pool, _frozen(validation)), _test(pool))


def _pool(data: Data) -> int:
    if data.name != "mnist":
        raise SpecError("data.name", data.name, "mnist (the others are not shipped yet)")
    if data.pool not in POOLS:
        raise SpecError("data.pool", data.pool, f"a divisor of {SIDE}: one of {', '.join(map(str, POOLS))}")
    return data.pool


@lru_cache(maxsize=len(POOLS))
def _test(pool: int) -> Part:
    return Part("t10k", pool, _frozen(np.arange(len(mnist.part("t10k").labels))))


def _frozen(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array


def scale(pool: int) -> np.float32:
    """What the sums of `pooled` are divided by to give pixels in 0–1."""
    return np.float32(255 * pool**2)


@lru_cache(maxsize=2 * len(POOLS))
def pooled(file: str, pool: int) -> np.ndarray:
    """Sums over pool×pool squares of all images of a published file, (n, 28 / pool, 28 / pool): uint8 as published, or
    uint16 (14² · 255 < 2¹⁶).

    Sums are whole numbers, so the mean is rounded once, at the division.
    """
    images = mnist.part(file).images
    if pool == 1:
        return images
    sums = np.zeros((len(images), SIDE // pool, SIDE // pool), np.uint16)
    for row, column in np.ndindex(pool, pool):
        sums += images[:, row::pool, column::pool]
    return _frozen(sums)
