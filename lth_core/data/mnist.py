"""MNIST as it was published (LeCun, Cortes & Burges): in `assets/mnist` of a copy of the project, else fetched.

The digests are sha256 of the decompressed files; they were computed from files whose md5 are the canonical ones
(train images 6bbc9ace…, train labels a25bea73…, test images 2646ac64…, test labels 27ae3e4e…).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lth_core.data.home import SHIPPED as FOLDER
from lth_core.data.home import cure, find
from lth_core.data.idx import DataError, read

NAME = "mnist"

# file name → sha256 of the decompressed file
SHA256 = {
    "train-images-idx3-ubyte.gz": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte.gz": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte.gz": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte.gz": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


class Images(NamedTuple):
    """Images (n, 28, 28) and labels (n,), both uint8 and read-only: pixels 0 (paper) to 255 (ink), labels 0–9."""

    images: np.ndarray
    labels: np.ndarray


@lru_cache(maxsize=4)  # both parts of two folders: the shipped one, and a test's
def part(name: str, folder: Path | None = None) -> Images:
    """One part of MNIST: "train" (60,000 images) or "t10k" (the 10,000 test images).

    folder: where it lies; by default with the project, or where `fetch` puts it. Raises DataError naming the file and
    the cure when one is missing, damaged or not the published one.

    >>> part("t10k").images.shape, part("t10k").labels[:5].tolist()
    ((10000, 28, 28), [7, 2, 1, 0, 4])
    """
    try:
        images, labels = (read(folder / file if folder else find(NAME, file), SHA256[file])
                          for file in SHA256 if file.startswith(name))
    except DataError as error:
        if folder or FOLDER.is_dir():
            raise
        raise DataError(error.path, error.problem, cure(NAME)) from None
    return Images(images, labels)


__all__ = ["FOLDER", "SHA256", "DataError", "Images", "part"]
