"""Images that somebody brought: kept as one checked file, under the digest of what is in it.

    <home>/own/<24 hex digits>.safetensors     images and labels of both parts, the names of the classes, a salt

All are grey squares of SIDE × SIDE pixels like MNIST's, so that every net and every figure takes them as they are. The
salt makes equal images of two visitors two sets: neither can find, or remove, the other's. Whoever keeps them checks
them first and says how long they stay.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from safetensors import numpy

from lth_core import files
from lth_core.data.home import home
from lth_core.data.idx import DataError
from lth_core.data.mnist import Images

SIDE = 28
ENDING = ".safetensors"
PARTS = ("train", "test")  # what a file's arrays are called after
GONE = "Own images go with the visit that brought them: choose other images, or bring these again"


@dataclass(frozen=True, eq=False)
class OwnSet:
    """Checked images. train, test: images (n, SIDE, SIDE) and labels (n,), both uint8; labels are places in `names`."""

    train: Images
    test: Images
    names: tuple[str, ...]

    def digest(self, salt: str = "") -> str:
        """24 hex digits that stand for these very images, of whoever has the salt.

        >>> one = Images(np.zeros((2, SIDE, SIDE), np.uint8), np.array([0, 1], np.uint8))
        >>> OwnSet(one, one, ("a", "b")).digest(), OwnSet(one, one, ("a", "b")).digest("mine")
        ('fd9bb10944f1cbac4c901eb0', 'a8c88517b1b7929ea3bf8083')
        """
        found = hashlib.sha256(json.dumps([salt, *self.names]).encode())
        for part in (self.train, self.test):
            found.update(f"{part.images.shape}".encode())
            found.update(part.images.tobytes())
            found.update(part.labels.tobytes())
        return found.hexdigest()[:24]


def path(digest: str) -> Path:
    """Where the set lies or would lie. Raises OSError where there is no folder for data."""
    return home("own") / f"{digest}{ENDING}"


def packed(images: OwnSet, salt: str = "") -> bytes:
    """The file of a set."""
    arrays = {f"{name}_{kind}": getattr(part, kind)
              for name, part in zip(PARTS, (images.train, images.test), strict=True) for kind in ("images", "labels")}
    about = np.frombuffer(json.dumps({"names": images.names, "salt": salt}).encode(), np.uint8)
    return numpy.save({"about": about, **{name: np.ascontiguousarray(array) for name, array in arrays.items()}})


def save(images: OwnSet, salt: str = "") -> str:
    """Keep a set, in one step; returns its digest. Raises OSError when the folder refuses."""
    digest = images.digest(salt)
    files.replace(path(digest), packed(images, salt))
    return digest


@lru_cache(maxsize=2)  # as many as one comparison needs: they are large, and gone soon
def read(digest: str) -> OwnSet:
    """The set of that digest, read-only. Raises DataError when it is not there, or no longer what it was."""
    file = path(digest)
    try:
        stored = numpy.load(file.read_bytes())
        about = json.loads(stored["about"].tobytes())
        train, test = (Images(_frozen(stored[f"{name}_images"]), _frozen(stored[f"{name}_labels"])) for name in PARTS)
        found = OwnSet(train, test, tuple(about["names"]))
        if found.digest(about["salt"]) == digest:
            return found
    except FileNotFoundError:
        raise DataError(file, "is not there (any more)", f"{GONE}.") from None
    except Exception as error:  # a damaged file fails in a dozen ways
        raise DataError(file, f"cannot be read ({type(error).__name__})", f"{GONE}.") from None
    raise DataError(file, "is not what was brought (its digest differs)", f"{GONE}.")


def part(digest: str, name: str) -> Images:
    """One part of the set: "train" or "t10k", as of any other. Raises DataError."""
    found = read(digest)
    return found.train if name == "train" else found.test


def size() -> int:
    """Bytes of all sets. Raises OSError."""
    found, folder = 0, home("own")
    for file in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):  # another visit has just ended
            found += file.stat().st_size
    return found


def remove(digest: str) -> None:
    """Forget the set."""
    read.cache_clear()
    with contextlib.suppress(OSError):
        path(digest).unlink(missing_ok=True)


def sweep(seconds: float) -> None:
    """Forget sets older than that, and what killed writers left."""
    with contextlib.suppress(OSError):
        for file in home("own").iterdir():
            if file.suffix in (ENDING, ".part") and time.time() - file.lstat().st_mtime > seconds:
                file.unlink(missing_ok=True)


def _frozen(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array
