"""Read gzipped IDX files, and trust nothing about them.

IDX (LeCun, "The MNIST database"): two zero bytes, a type code, the number of dimensions, each dimension as a
big-endian uint32, then the values row by row. The header is believed only up to a limit, and no more than it promises
plus one byte is ever decompressed, so neither a lying header nor a decompression bomb can fill the memory.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

UBYTE = 0x08  # the only type code the MNIST family uses
MOST_DIMENSIONS = 4  # images of several channels; more is a damaged header
MOST_BYTES = 64 * 2**20  # MNIST's largest file unpacks to 47,040,016 bytes


class DataError(RuntimeError):
    """A data file that cannot be used. Names the file, what is wrong with it, and the cure.

    cure: sentences; by default how to restore a file that is shipped with the project.
    """

    def __init__(self, path: Path, problem: str, cure: str | None = None) -> None:
        cure = cure or f"Restore it with `git checkout -- {path}`, or clone the project again."
        super().__init__(f"{path}: {problem}. {cure}")
        self.path, self.problem, self.cure = path, problem, cure

    def __reduce__(self) -> tuple[type[DataError], tuple[Path, str, str]]:
        """How it travels from a worker: an exception is otherwise rebuilt from its message alone."""
        return DataError, (self.path, self.problem, self.cure)


def read(path: Path, sha256: str | None = None, most: int = MOST_BYTES) -> np.ndarray:
    """The array in a gzipped IDX file: uint8, of the header's shape, read-only.

    sha256: expected digest of the decompressed file, header included, in hex; None skips the check. most: largest size
    in bytes, packed or unpacked, that is accepted. Raises DataError for anything but one intact file.
    """
    try:
        if path.stat().st_size > most:
            raise DataError(path, f"is larger than the {most:,} bytes allowed")
        with gzip.open(path, "rb") as file:
            header, shape = _header(path, cast(BinaryIO, file), most)
            promised = math.prod(shape)
            body = file.read(promised + 1)  # the extra byte also makes gzip verify its checksum at the end
    except FileNotFoundError:
        raise DataError(path, "is missing") from None
    except EOFError:
        raise DataError(path, "is cut short") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(path, f"is not an intact gzip file ({error})") from None
    except OSError as error:
        raise DataError(path, f"cannot be read ({error.strerror or error})") from None
    if len(body) != promised:
        found = "fewer" if len(body) < promised else "more"
        raise DataError(path, f"holds {found} than the {promised:,} values its header promises")
    if sha256 is not None and hashlib.sha256(header + body).hexdigest() != sha256:
        raise DataError(path, "is not the published file (its sha256 differs)")
    return np.frombuffer(body, np.uint8).reshape(shape)  # over `bytes`, hence read-only


def _header(path: Path, file: BinaryIO, most: int) -> tuple[bytes, tuple[int, ...]]:
    """The header's bytes and the shape they promise."""
    magic = file.read(4)
    if len(magic) < 4:
        raise DataError(path, "is too short for an IDX header")
    if magic[:2] != b"\0\0" or magic[2] != UBYTE or not 1 <= magic[3] <= MOST_DIMENSIONS:
        raise DataError(path, f"is not an IDX file of unsigned bytes (it begins with {magic.hex(' ')})")
    lengths = file.read(4 * magic[3])
    if len(lengths) < 4 * magic[3]:
        raise DataError(path, "is too short for its IDX header")
    shape = struct.unpack(f">{magic[3]}I", lengths)
    if math.prod(shape) > most:
        raise DataError(path, f"promises {math.prod(shape):,} values, more than the {most:,} allowed")
    return magic + lengths, shape
