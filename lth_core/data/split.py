"""Train, validation and test: who may learn from what.

The 60,000 published training images are split at random into 55,000 to learn from and 5,000 to validate on (Frankle &
Carbin v5, section 2); the 10,000 test images stay whole and select nothing. The split follows the run's own seed
through the stream `split`: intervals over seeds then include the luck of the split, while changing the initialisation
or the batch order leaves it alone. Validation images are dealt first, so that a smaller `train` only drops images.
CIFAR-10's 50,000 training images are divided in the same way, and so are the images of some classes alone, and those
that somebody brought.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from lth_core.data.sets import image_set, name_of, pixels, pooled
from lth_core.spec import Data, SpecError
from lth_core.streams import stream


@dataclass(frozen=True, eq=False)  # compared by identity: parts are shared, and arrays have no hash
class Part:
    """Some images of a published file: an index into it, and read-only arrays of equal length made when asked for.

    name: the image set, as `sets.name_of` calls it. file: `train` or `t10k`. pool: side of the squares that are
    averaged. indices: int64 (n,), positions in the file. classes: the published labels among them, empty for all ten.
    labels: int64 (n,), places in `classes`, or 0–9. images: float32 (n, features), rows contiguous: pixels in 0–1, of
    colour pictures normalised (see `sets.pixels`).
    """

    name: str
    file: str
    pool: int
    indices: np.ndarray
    classes: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.indices)

    @cached_property
    def labels(self) -> np.ndarray:
        return _frozen(outputs(image_set(self.name).part(self.file).labels[self.indices], self.classes))

    @cached_property
    def images(self) -> np.ndarray:
        return self.head(len(self))

    def head(self, count: int) -> np.ndarray:
        """The first `count` of `images`, without making the others: all of them take 170 MB."""
        return _frozen(pixels(self.name, self.pool, pooled(self.name, self.file, self.pool)[self.indices[:count]]))


@dataclass(frozen=True, eq=False)
class Splits:
    """The three parts. Weights learn from `train`, choices are made on `validation`, `test` is only ever reported."""

    train: Part
    validation: Part
    test: Part


def features(data: Data) -> int:
    """Inputs of a net on this data: pixels left after pooling, of all channels.

    >>> features(Data()), features(Data(pool=4)), features(Data(name="cifar-10", train=45_000))
    (784, 49, 3072)
    """
    images = image_set(name_of(data))
    return images.channels * (images.side // _pool(data)) ** 2


def outputs(labels: np.ndarray, classes: tuple[int, ...]) -> np.ndarray:
    """Which output answers for each published label, int64 (n,): its place among `classes`, or the label itself.

    >>> outputs(np.array([9, 5, 7], np.uint8), (5, 7, 9)).tolist(), outputs(np.array([9, 5], np.uint8), ()).tolist()
    ([2, 0, 1], [9, 5])
    """
    places: np.ndarray = np.searchsorted(classes, labels) if classes else labels
    return places.astype(np.int64)


@lru_cache(maxsize=4)  # once somebody asks for its images a full-size split holds 190 MB
def load(data: Data, seed: int) -> Splits:
    """The images of `data`, split by the stream (seed, "split"), mean-pooled and scaled.

    Loaded once a process and shared, hence read-only. Raises SpecError for a pool that does not divide the side or for
    more images than there are, DataError for a missing or damaged file.

    >>> splits = load(Data(pool=4), seed=0)
    >>> splits.train.images.shape, splits.validation.images.shape, splits.test.images.shape
    ((55000, 49), (5000, 49), (10000, 49))
    """
    name, pool = name_of(data), _pool(data)
    found = _members(name, "train", data.classes)
    if data.train + data.validation > len(found):
        which = f" of the classes {', '.join(map(str, data.classes))}" if data.classes else ""
        raise SpecError("data.train", data.train, f"train + validation at most {len(found):,}{which}")
    deal = found[stream(seed, "split").permutation(len(found))]
    validation, train = deal[: data.validation], deal[data.validation : data.validation + data.train]
    learned, chosen = (Part(name, "train", pool, _frozen(indices), data.classes)
                       for indices in (train, validation))
    return Splits(learned, chosen, held_out(data))


def held_out(data: Data) -> Part:
    """The test images of `data` alone: the training images, 47 MB of MNIST, are not read for them.

    >>> len(held_out(Data(pool=4)))
    10000
    """
    return _test(name_of(data), _pool(data), data.classes)


def _members(name: str, file: str, classes: tuple[int, ...]) -> np.ndarray:
    """Positions in the file of the images that belong to the classes, int64."""
    labels = image_set(name).part(file).labels
    return np.flatnonzero(np.isin(labels, classes)) if classes else np.arange(len(labels))


def _pool(data: Data) -> int:
    images = image_set(name_of(data))
    if data.pool not in images.pools:
        allowed = f"a divisor of {images.side}: one of {', '.join(map(str, images.pools))}"
        raise SpecError("data.pool", data.pool, allowed)
    return data.pool


@lru_cache(maxsize=16)
def _test(name: str, pool: int, classes: tuple[int, ...]) -> Part:
    return Part(name, "t10k", pool, _frozen(_members(name, "t10k", classes)), classes)


def _frozen(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array
