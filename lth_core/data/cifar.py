"""CIFAR-10: 60,000 small colour pictures of ten things (Krizhevsky 2009), in its binary version.

The published archive is read as it is and trusted in nothing. Its six `.bin` files are records of 3,073 bytes: a label
0–9, then the 32×32 red values row by row, the green and the blue ones. No file is unpacked to disk, and nothing is
unpickled, as the Python version would ask for.
"""

from __future__ import annotations

import hashlib
import tarfile
import zlib
from functools import lru_cache
from pathlib import Path

import numpy as np

from lth_core.data.home import FILES, cure, find
from lth_core.data.idx import DataError
from lth_core.data.mnist import Images

NAME = "cifar-10"
ARCHIVE = FILES[NAME][0]
SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"  # of the archive, 170,052,171 bytes

SHAPE = (3, 32, 32)  # channels, rows, columns
CLASSES = 10
RECORD = 1 + 3 * 32 * 32
MOST = 10_000 * RECORD  # bytes of one file
FOLDER = "cifar-10-batches-bin/"
MEMBERS = {"train": tuple(f"{FOLDER}data_batch_{i}.bin" for i in range(1, 6)), "t10k": (f"{FOLDER}test_batch.bin",)}

# Mean and standard deviation of each colour over the 50,000 training images, in 0–1.
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)


@lru_cache(maxsize=2)
def part(name: str) -> Images:
    """One part of CIFAR-10: "train" (50,000 images) or "t10k" (the 10,000 test images); images (n, 3, 32, 32) uint8.

    Raises DataError, with all that can be done about it, when the archive is missing, damaged or not the published one.
    """
    return read(find(NAME, ARCHIVE), MEMBERS[name], SHA256)


def read(archive: Path, members: tuple[str, ...], sha256: str | None = None) -> Images:
    """The records of `members`, one file after the other, read-only.

    sha256: expected digest of the archive in hex; None skips the check. Raises DataError for anything but intact files
    of whole records.
    """
    try:
        if sha256 is not None:
            with archive.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                    raise _damage(archive, "is not the published file (its sha256 differs)")
        with tarfile.open(archive, "r|gz") as tar:  # in one pass: going back would unpack everything again
            found = {info.name: _records(archive, tar, info) for info in tar if info.name in members}
    except FileNotFoundError:
        raise _damage(archive, "is missing") from None
    except (EOFError, zlib.error, tarfile.TarError) as error:
        raise _damage(archive, f"is not an intact gzipped tar file ({error})") from None
    except OSError as error:
        raise _damage(archive, f"cannot be read ({error.strerror or error})") from None
    if missing := [member for member in members if member not in found]:
        raise _damage(archive, f"holds no {missing[0]}")
    records = np.concatenate([found[member] for member in members])  # (n, RECORD)
    records.setflags(write=False)
    return Images(records[:, 1:].reshape(-1, *SHAPE), records[:, 0])


def _records(archive: Path, tar: tarfile.TarFile, info: tarfile.TarInfo) -> np.ndarray:
    """The records of one file in the archive, uint8 (n, RECORD). A header that promises too much is not believed."""
    member = info.name
    if not info.isreg() or info.size > MOST or info.size % RECORD or not info.size:
        raise _damage(archive, f"holds {member} with {info.size:,} bytes: not up to 10,000 records of {RECORD:,}")
    file = tar.extractfile(info)
    body = file.read(MOST) if file else b""
    if len(body) != info.size:
        raise _damage(archive, f"ends within {member}")
    records = np.frombuffer(body, np.uint8).reshape(-1, RECORD)
    if records[:, 0].max() >= CLASSES:
        raise _damage(archive, f"holds the label {records[:, 0].max()} in {member}: labels are 0 to {CLASSES - 1}")
    return records


def _damage(archive: Path, problem: str) -> DataError:
    return DataError(archive, problem, cure(NAME))
