"""Pixels of any size and scale brought to grey squares like MNIST's: uint8, SIDE × SIDE, 0–255."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.data.brought import SIDE
from pages.uploads.refused import MOST_IMAGES, UploadError

LEAST_SIDE, MOST_SIDE = 4, 512


@dataclass(frozen=True, eq=False)
class Brought:
    """Images (n, SIDE, SIDE), uint8, and a class's name for each. test: they are for the test alone."""

    images: np.ndarray
    labels: list[str]
    test: bool


def grey(pixels: np.ndarray) -> np.ndarray:
    """Numbers of shape (n, pixels), (n, height, width) or (n, height, width, 1, 3 or 4) as images (n, SIDE, SIDE).

    In 0–255, or 0–1 when none is larger. Raises UploadError.

    >>> grey(np.full((1, 16), 0.5))[0, 0, :3].tolist()
    [128, 128, 128]
    """
    if not len(pixels):
        raise UploadError("The file holds no images.")
    if len(pixels) > MOST_IMAGES:
        raise UploadError(f"The file holds {len(pixels):,} images, more than {MOST_IMAGES:,}: leave some out.")
    if pixels.dtype.kind not in "buif":
        raise UploadError("The pixels are not numbers: save them as numbers from 0 to 255.")
    pixels = _shaped(pixels)
    most = _checked(pixels)
    factor = 255 if most <= 1 and (pixels.dtype.kind in "bf" or most == 1) else 1
    return np.stack([fitted(_bytes(image, factor)) for image in pixels])  # one by one: floats of all take 8 times more


def named(labels: Sequence[object]) -> list[str]:
    """Labels as names of classes: whole numbers without their point.

    >>> named([3.0, 4, "cat"])
    ['3', '4', 'cat']
    """
    return [str(int(label)) if isinstance(label, (int, float)) and float(label).is_integer() else str(label).strip()
            for label in labels]


def fitted(image: np.ndarray) -> np.ndarray:
    """A grey picture, uint8 of any shape, laid into SIDE × SIDE whole; what it does not cover is like its corner."""
    if image.shape == (SIDE, SIDE):
        return image
    from PIL import Image, ImageOps

    corner = int(image[0, 0])
    return np.asarray(ImageOps.pad(Image.fromarray(image), (SIDE, SIDE), Image.Resampling.BILINEAR, corner))


def _shaped(pixels: np.ndarray) -> np.ndarray:
    """(n, height, width), with colours where there are any."""
    if pixels.ndim == 2:
        side = math.isqrt(pixels.shape[1])
        if side * side != pixels.shape[1]:
            raise UploadError(f"{pixels.shape[1]:,} pixels an image make no square: {SIDE * SIDE} are {SIDE} × {SIDE}.")
        pixels = pixels.reshape(-1, side, side)
    colours = pixels.shape[3] if pixels.ndim == 4 else 1
    if pixels.ndim not in (3, 4) or colours not in (1, 3, 4):
        raise UploadError(f"Images of shape {pixels.shape} are not understood: give (n, height, width), or that with 3 "
                          "colours last.")
    if not all(LEAST_SIDE <= side <= MOST_SIDE for side in pixels.shape[1:3]):
        raise UploadError(f"Images of {pixels.shape[1]} × {pixels.shape[2]} pixels are not taken: {LEAST_SIDE} to "
                          f"{MOST_SIDE} a side are.")
    return pixels


def _checked(pixels: np.ndarray) -> float:
    """The largest value."""
    least, most = float(pixels.min()), float(pixels.max())  # NaN wins both
    if not math.isfinite(least) or not math.isfinite(most):
        raise UploadError("Some pixels are NaN or infinite: give them numbers from 0 to 255.")
    if least < 0 or most > 255:
        raise UploadError(f"Pixels reach from {least:g} to {most:g}: scale them to 0–255 or 0–1.")
    return most


def _bytes(image: np.ndarray, factor: int) -> np.ndarray:
    """One image as uint8 (height, width); colours weigh as in Pillow's grey (ITU-R 601)."""
    values = image.astype(np.float32)
    if values.ndim == 3:
        weights = np.array([0.299, 0.587, 0.114] if values.shape[2] > 1 else [1.0], np.float32)
        values = values[..., : len(weights)] @ weights
    return np.round(values * factor).astype(np.uint8)
