"""Images a little different every time: flipped or not, and moved by up to four pixels.

He et al. (2016, section 4.2), whom Frankle & Carbin follow for CIFAR-10: the picture is padded by four pixels on each
side and a square of its own size is cut out at random, mirrored half of the time. The padding is 0, the mean colour of
normalised pictures.
"""

from __future__ import annotations

import zlib

import numpy as np
import torch
from torch.nn import functional as F

from lth_core.streams import stream

PAD = 4  # pixels


def draws(batch: np.ndarray, step: int) -> tuple[np.ndarray, np.ndarray]:
    """For each example of a batch of indices: mirrored or not, bool (n,), and the cut's corner, int (n, 2) in 0–8.

    The stream is named by the batch itself and the step: the order of the examples, which differs from seed to seed
    and from sibling to sibling, decides about this noise too, and a resumed training meets the same.
    """
    chance = stream(zlib.crc32(np.ascontiguousarray(batch, np.int32).tobytes()), "augment", step)
    return chance.random(len(batch)) < 0.5, chance.integers(0, 2 * PAD + 1, (len(batch), 2))


def augmented(images: torch.Tensor, mirrored: np.ndarray, corners: np.ndarray) -> torch.Tensor:
    """Images (n, channels, side, side), each cut out of its padded self at its corner, then mirrored where asked."""
    count, channels, side, _ = images.shape
    within = torch.arange(side)
    rows = torch.from_numpy(corners[:, :1]) + within  # (n, side)
    columns = torch.from_numpy(corners[:, 1:]) + within
    columns = torch.where(torch.from_numpy(mirrored)[:, None], columns.flip(1), columns)
    example, channel = torch.arange(count)[:, None, None, None], torch.arange(channels)[:, None, None]
    return F.pad(images, (PAD,) * 4)[example, channel, rows[:, None, :, None], columns[:, None, None, :]]
