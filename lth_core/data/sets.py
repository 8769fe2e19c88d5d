"""The image sets by name: where their images come from, and what a pixel's values mean.

A name is that of a published set, or `own-` and the digest of one that somebody brought (`brought`): unlike the word
in a Spec it says which images they are, so that what is kept by name is kept rightly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from lth_core.data import brought, cifar, cifar_jpeg, fashion, mnist
from lth_core.data.mnist import Images
from lth_core.spec import Data


@dataclass(frozen=True)
class ImageSet:
    """part: reads "train" or "t10k" (the test images). labelled: training images of each label, of a published set.
    side, channels: of an image. mean, std: of each channel, taken from pixels in 0–1; nothing for pictures of ink on
    paper, whose zeros mean something."""

    part: Callable[[str], Images]
    labelled: tuple[int, ...] = ()
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
    "cifar-10-jpeg": ImageSet(lambda name: cifar_jpeg.part(name), (5_000,) * 10, 32, 3, cifar_jpeg.MEAN,
                              cifar_jpeg.STD),
}
OWN = "own-"


def name_of(data: Data) -> str:
    """The name of its image set.

    >>> name_of(Data()), name_of(Data(name="own", own=24 * "a", classes=(0, 1)))
    ('mnist', 'own-aaaaaaaaaaaaaaaaaaaaaaaa')
    """
    return OWN + data.own if data.name == "own" else data.name


def image_set(name: str) -> ImageSet:
    """The image set of that name; its files are not looked at. Raises KeyError for an unknown name.

    >>> image_set("cifar-10").channels, image_set(OWN + 24 * "a").side
    (3, 28)
    """
    if name.startswith(OWN):
        return ImageSet(partial(brought.part, name.removeprefix(OWN)), side=brought.SIDE)
    return SETS[name]


@lru_cache(maxsize=16)
def pooled(name: str, file: str, pool: int) -> np.ndarray:
    """Sums over pool×pool squares of all images of a file: uint8 as published, or uint16 (14² · 255 < 2¹⁶).

    Of shape (n, side, side) or (n, channels, side, side). Sums are whole numbers, so the mean is rounded once, at the
    division.
    """
    images = image_set(name).part(file).images
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
    chosen = image_set(name)
    if chosen.mean:
        mean, std = (np.array(values, np.float32)[:, None, None] for values in (chosen.mean, chosen.std))
        images = ((images.reshape(sums.shape) - mean) / std).reshape(len(sums), -1)
    return images
