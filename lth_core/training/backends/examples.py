"""Images as the kernels want them: only the pixels that are not zero, found once a data set and shared."""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from lth_core.data import Part, Splits

# Training images that training loss and accuracy are judged on: all 55,000 would take a quarter of a one-epoch run, and
# the standard error of an accuracy of 98 % is 0.14 points with 10,000.
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
    def of(cls, images: np.ndarray) -> Pixels:
        """Compress images (n, features).

        >>> Pixels.of(np.array([[0, 0.5], [0, 0], [0, 1]], np.float32)).starts.tolist()
        [0, 1, 1, 2]
        """
        starts = np.concatenate([[0], np.cumsum(np.count_nonzero(images, axis=1))])
        places, values = np.empty(starts[-1], np.int32), np.empty(starts[-1], images.dtype)
        live = np.zeros(images.shape[1], np.bool_)
        for first in range(0, len(images), CHUNK):
            part = images[first : first + CHUNK]
            rows, columns = np.nonzero(part)
            run = slice(starts[first], starts[first] + len(rows))
            places[run], values[run] = columns, part[rows, columns]
            live[columns] = True
        return cls(starts, places, values, live)

    def head(self, count: int) -> Pixels:
        """The first `count` images, nothing copied."""
        return self._replace(starts=self.starts[: count + 1])

    def cast(self, dtype: Any) -> Pixels:
        """The same with values of that type; itself when they already are."""
        return self if self.values.dtype == dtype else self._replace(values=self.values.astype(dtype))


@dataclass(frozen=True, eq=False)  # compared by identity: equal arrays would take a pass over 170 MB to find
class Examples:
    """One split: images float32 (n, features), labels int64 (n,), and the images' non-zero pixels when asked for."""

    images: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def pixels(self) -> Pixels:
        return Pixels.of(self.images)


@dataclass(frozen=True)
class Prepared:
    """The three splits, ready for any backend."""

    train: Examples
    validation: Examples
    test: Examples

    def __getitem__(self, name: str) -> Examples:
        """What the split called `train`, `validation` or `test` is judged on: all of it, or PROBE training images."""
        if name not in ("train", "validation", "test"):
            raise KeyError(f"no split called {name!r}: one of train, validation, test")
        examples: Examples = self.probe if name == "train" else getattr(self, name)
        return examples

    @cached_property
    def probe(self) -> Examples:
        """The first PROBE training images (the split is shuffled, so they are a random sample)."""
        probe = Examples(self.train.images[:PROBE], self.train.labels[:PROBE])
        probe.__dict__["pixels"] = self.train.pixels.head(len(probe))  # filled in before it is asked for
        return probe

    @cached_property
    def live(self) -> np.ndarray:
        """bool (features,): pixels lit in any image of any split. The weights of all others never matter."""
        live: np.ndarray = np.any([self[name].pixels.live for name in ("train", "validation", "test")], axis=0)
        return live


_prepared: dict[int, Examples] = {}
_lock = threading.Lock()


def prepare(splits: Splits) -> Prepared:
    """The splits as backends want them, done once and shared by every training of this process."""
    return Prepared(*(_examples(part) for part in (splits.train, splits.validation, splits.test)))


def _examples(part: Part) -> Examples:
    """Cached by identity for as long as the part lives: arrays have no hash."""
    with _lock:
        if id(part) not in _prepared:
            images = np.ascontiguousarray(part.images, np.float32)
            _prepared[id(part)] = Examples(images, np.array(part.labels, np.int64))
            weakref.finalize(part, _prepared.pop, id(part), None)
        return _prepared[id(part)]
