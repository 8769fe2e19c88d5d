"""The published image sets by name: where their images come from, and what a pixel's values mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lth_core.data import cifar, fashion, mnist
from lth_core.data.mnist import Images


@dataclass(frozen=True)
class ImageSet:
    """part: reads "train" or "t10k" (the test images). labelled: training images of each label. side, channels: of an
    image. mean, std: of each channel, taken from pixels in 0–1; nothing for pictures of ink on paper, whose zeros mean
    something."""

    part: Callable[[str], Images]
    labelled: tuple[int, ...]
    side: int = 28
    channels: int = 1
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()

    @property
    def pools(self) -> tuple[int, ...]:
        """Sides of squares that an image can be averaged over, for example (1, 2, 4, 7, 14)."""
        return tuple(side for side in range(1, self.side) if self.side % side == 0)


SETS = {
    "mnist": ImageSet(lambda name: mnist.part(name),
                      (5_923, 6_742, 5_958, 6_131, 5_842, 5_421, 5_918, 6_265, 5_851, 5_949)),
    "fashion-mnist": ImageSet(lambda name: fashion.part(name), (6_000,) * 10),
    "cifar-10": ImageSet(lambda name: cifar.part(name), (5_000,) * 10, 32, 3, cifar.MEAN, cifar.STD),
}


@lru_cache(maxsize=16)
def pooled(name: str, file: str, pool: int) -> np.ndarray:
    """Sums over pool×pool squares of all images of a published file: uint8 as published, or uint16 (14² · 255 < 2¹⁶).

    Of shape (n, side, side) or (n, channels, side, side). Sums are whole numbers, so the mean is rounded once, at the
    division.
    """
    images = SETS[name].part(file).images
    if pool == 1:
        return images
    *front, side, _ = images.shape
    sums = np.zeros((*front, side // pool, side // pool), np.uint16)
    for row, column in np.ndindex(pool, pool):
        sums += images[..., row::pool, column::pool]
    sums.setflags(write=False)
    return sums


def scale(pool: int) -> np.float32:
    """What the sums of `pooled` are divided by to give pixels in 0–1."""
    return np.float32(255 * pool**2)


def pixels(name: str, pool: int, sums: np.ndarray) -> np.ndarray:
    """Sums of `pooled` as a net sees them: float32 (n, features), channel by channel, row by row.

    In 0–1, or less the mean and divided by the standard deviation of each channel.

    >>> pixels("mnist", 1, np.full((1, 2, 2), 255, np.uint8)).tolist()
    [[1.0, 1.0, 1.0, 1.0]]
    """
    images: np.ndarray = sums.reshape(len(sums), -1) / scale(pool)
    if SETS[name].mean:
        mean, std = (np.array(values, np.float32)[:, None, None] for values in (SETS[name].mean, SETS[name].std))
        images = ((images.reshape(sums.shape) - mean) / std).reshape(len(sums), -1)
    return images
