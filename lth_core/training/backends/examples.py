"""Images as the kernels want them: only the pixels that are not zero, found once a process. A split is an index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np

from lth_core.data import Splits
from lth_core.data.sets import image_set, pixels, pooled, scale
from lth_core.data.split import outputs

# Training images that training loss and accuracy are judged on: all 55,000 would take a quarter of a one-epoch run, and
# the standard error of an accuracy of 98% is 0.14 points with 10,000.
PROBE = 10_000

CHUNK = 2_000  # images compressed at a time: bounds what lies around in between to a few MB


class Pixels(NamedTuple):
    """The non-zero pixels of n images, row after row (compressed sparse rows).

    starts: int64 (n + 1,); image i owns entries starts[i] to starts[i + 1]. places: int32, which pixel. values:
    float32. live: bool (features,), pixels that are not zero in every image.
    """

    starts: np.ndarray
    places: np.ndarray
    values: np.ndarray
    live: np.ndarray

    @classmethod
    def of(cls, images: np.ndarray, scale: Any = 1) -> Pixels:
        """Compress images (n, features), dividing by `scale`.

        >>> Pixels.of(np.array([[0, 0.5], [0, 0], [0, 1]], np.float32)).starts.tolist()
        [0, 1, 1, 2]
        """
        starts = np.concatenate([[0], np.cumsum(np.count_nonzero(images, axis=1))])
        dtype = images.dtype if images.dtype.kind == "f" else np.float32
        places, values = np.empty(starts[-1], np.int32), np.empty(starts[-1], dtype)
        live = np.zeros(images.shape[1], np.bool_)
        for first in range(0, len(images), CHUNK):
            part = images[first : first + CHUNK]
            rows, columns = np.nonzero(part)
            run = slice(starts[first], starts[first] + len(rows))
            places[run], values[run] = columns, part[rows, columns] / scale
            live[columns] = True
        return cls(starts, places, values, live)

    def take(self, rows: np.ndarray) -> Pixels:
        """Those of images `rows` side by side, a copy.

        >>> Pixels.of(np.array([[0, 0.5], [0, 0], [0, 1]], np.float32)).take(np.array([2, 0])).values.tolist()
        [1.0, 0.5]
        """
        counts = np.diff(self.starts)[rows]
        starts = np.concatenate([[0], np.cumsum(counts)])
        chosen = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], counts)
        return self._replace(starts=starts, places=self.places[chosen], values=self.values[chosen])

    def lit(self, rows: np.ndarray) -> np.ndarray:
        """bool (features,): pixels that are not zero in all of the different images `rows`."""
        if len(rows) == len(self.starts) - 1:
            return self.live
        chosen, live = np.zeros(len(self.starts) - 1, np.bool_), np.zeros_like(self.live)
        chosen[rows] = True
        live[self.places[np.repeat(chosen, np.diff(self.starts))]] = True
        return live

    def cast(self, dtype: Any) -> Pixels:
        """The same with values of that type; itself when they already are."""
        return self if self.values.dtype == dtype else self._replace(values=self.values.astype(dtype))


@dataclass(frozen=True, eq=False)  # compared by identity: equal arrays would take a pass over 70 MB to find
class Pool:
    """All images of a file, or of a test, that splits are drawn from.

    labels: int64 (N,). pictures: makes float32 images (n, features) of n row numbers. packing: makes `pixels`.
    """

    labels: np.ndarray
    pictures: Callable[[np.ndarray], np.ndarray]
    packing: Callable[[], Pixels]

    @cached_property
    def pixels(self) -> Pixels:
        """Of all N images, made when a kernel asks: autograd never does, and of CIFAR-10 they take 1.2 GB."""
        return self.packing()


@lru_cache(maxsize=4)  # both files at two sizes; the 60,000 images at full size take 72 MB
def published(name: str, file: str, pool: int) -> Pool:
    """The images of a published file as kernels want them: found once a process, whatever the seeds of its splits."""
    sums = pooled(name, file, pool)
    labels = image_set(name).part(file).labels.astype(np.int64)

    def packing() -> Pixels:
        if image_set(name).mean:
            return Pixels.of(pixels(name, pool, sums))
        return Pixels.of(sums.reshape(len(sums), -1), scale(pool))  # (N, features)

    return Pool(labels, lambda rows: pixels(name, pool, sums[rows]), packing)


@lru_cache(maxsize=8)
def _relabelled(name: str, file: str, pool: int, classes: tuple[int, ...]) -> Pool:
    """The same images and pixels with labels counted among `classes`; what others are labelled means nothing."""
    whole = published(name, file, pool)
    return Pool(outputs(whole.labels, classes), whole.pictures, lambda: whole.pixels)


@dataclass(frozen=True, eq=False)
class Examples:
    """One split: which images of a pool. rows: int32 (n,)."""

    pool: Pool
    rows: np.ndarray

    @classmethod
    def of(cls, images: np.ndarray, labels: np.ndarray) -> Examples:
        """All of the given images (n, features) with labels (n,)."""
        pool = Pool(np.asarray(labels, np.int64), lambda rows: images[rows], lambda: Pixels.of(images))
        return cls(pool, np.arange(len(labels), dtype=np.int32))

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def labels(self) -> np.ndarray:
        """int64 (n,)"""
        labels: np.ndarray = self.pool.labels[self.rows]
        return labels

    @property
    def images(self) -> np.ndarray:
        """float32 (n, features), made anew whenever asked for."""
        return self.pool.pictures(self.rows)

    @cached_property
    def packed(self) -> Examples:
        """The same with a pool of their own: what is judged again and again should not lie about in a large one."""
        if len(self) == len(self.pool.labels):
            return self
        pool = Pool(self.labels, lambda rows: self.pool.pictures(self.rows[rows]),
                    lambda: self.pool.pixels.take(self.rows))
        return Examples(pool, np.arange(len(self), dtype=np.int32))


@dataclass(frozen=True, eq=False)
class Prepared:
    """The three splits, ready for any backend: to learn from, or by name to be judged on."""

    train: Examples
    validation: Examples
    test: Examples

    def __getitem__(self, name: str) -> Examples:
        """What the split called `train`, `validation` or `test` is judged on: all of it, or PROBE training images."""
        if name not in ("train", "validation", "test"):
            raise KeyError(f"no split called {name!r}: one of train, validation, test")
        examples: Examples = self.probe if name == "train" else getattr(self, name)
        return examples.packed

    def learning(self, labels: np.ndarray) -> Prepared:
        """The same images with other labels, int64 (n,), to learn from. Those that are only judged keep theirs.

        >>> one = Examples.of(np.ones((2, 3), np.float32), np.array([0, 1]))
        >>> told = Prepared(one, one, one).learning(np.array([1, 1]))
        >>> told.train.labels.tolist(), told.test.labels.tolist()
        ([1, 1], [0, 1])
        """
        pool, told = self.train.pool, self.train.pool.labels.copy()
        told[self.train.rows] = labels
        own = Pool(told, pool.pictures, lambda: pool.pixels)
        return Prepared(Examples(own, self.train.rows), self.validation, self.test)

    @cached_property
    def probe(self) -> Examples:
        """The first PROBE training images (the split is shuffled, so they are a random sample)."""
        return Examples(self.train.pool, self.train.rows[:PROBE])

    @cached_property
    def live(self) -> np.ndarray:
        """bool (features,): pixels lit in any image of any split. The weights of all others never matter."""
        rows: dict[Pool, list[np.ndarray]] = {}
        for split in (self.train, self.validation, self.test):
            rows.setdefault(split.pool, []).append(split.rows)
        live: np.ndarray = np.any([pool.pixels.lit(np.concatenate(parts)) for pool, parts in rows.items()], axis=0)
        return live


@lru_cache(maxsize=8)
def prepare(splits: Splits) -> Prepared:
    """The splits as backends want them, done once and shared by every training of this process."""
    parts = (splits.train, splits.validation, splits.test)
    return Prepared(*(Examples(_relabelled(part.name, part.file, part.pool, part.classes) if part.classes
                               else published(part.name, part.file, part.pool), part.indices.astype(np.int32))
                      for part in parts))
