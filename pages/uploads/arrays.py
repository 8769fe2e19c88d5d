"""An .npz: arrays of images and labels, read without numpy's loader, which believes the header."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

import numpy as np
from numpy.lib import format as npy

from pages.uploads.archive import Member
from pages.uploads.refused import UploadError, quoted
from pages.uploads.tidy import Brought, grey, named

IMAGES = ("images", "x", "data", "x_train", "train_images")
LABELS = ("labels", "y", "target", "y_train", "train_labels")
TEST_IMAGES, TEST_LABELS = ("test_images", "x_test"), ("test_labels", "y_test")
MOST_ARRAYS = 20


def read(members: Sequence[Member]) -> list[Brought]:
    """What an .npz brings: one part, or two when it holds test images. Raises UploadError."""
    if len(members) > MOST_ARRAYS:
        raise UploadError(f"The .npz holds {len(members)} arrays: two are needed, images and labels.")
    by_name = {member.name.removesuffix(".npy").lower(): member for member in members}
    parts = [_part(by_name, IMAGES, LABELS, test=False)]
    if any(name in by_name for name in (*TEST_IMAGES, *TEST_LABELS)):
        parts.append(_part(by_name, TEST_IMAGES, TEST_LABELS, test=True))
    return parts


def _part(by_name: dict[str, Member], images: Sequence[str], labels: Sequence[str], test: bool) -> Brought:
    pixels, names = _array(_one(by_name, images)), _array(_one(by_name, labels))
    if names.ndim != 1 or len(names) != len(pixels):
        raise UploadError(f"The .npz holds {len(pixels):,} images and labels of shape {names.shape}: give one label an "
                          "image, in one row.")
    return Brought(grey(pixels), named(names.tolist()), test)


def _one(by_name: dict[str, Member], names: Sequence[str]) -> Member:
    for name in names:
        if name in by_name:
            return by_name[name]
    held = ", ".join(quoted(name) for name in list(by_name)[:5])
    raise UploadError(f"The .npz holds {held}, and no array called {names[0]}: name them images and labels.")


def _array(member: Member) -> np.ndarray:
    """One array, of exactly the bytes that its header promises; numbers or words, never objects."""
    raw = member.bytes()
    file, name = io.BytesIO(raw), quoted(member.name)
    try:
        version = npy.read_magic(file)
        reader = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran, kind = reader(file)
    except Exception:  # the header is a Python literal of somebody else's: anything may be wrong with it
        raise UploadError(f"{name} is not an array of numpy's: save it with `numpy.savez_compressed`.") from None
    if kind.hasobject:
        raise UploadError(f"{name} holds pickled objects, which could run code: save plain numbers, with "
                          "`.astype('float32')` for images and `.astype(str)` for labels.")
    if kind.kind not in "buifU" or not shape or kind.itemsize == 0:
        raise UploadError(f"{name} holds neither numbers nor words: save plain arrays.")
    if math.prod(shape) * kind.itemsize != len(raw) - file.tell():
        raise UploadError(f"{name} holds another number of values than its header promises: save it anew.")
    return np.frombuffer(raw, kind, offset=file.tell()).reshape(shape, order="F" if fortran else "C")
