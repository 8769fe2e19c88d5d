"""A zip's members, believed no further than they can be checked: names, counts, declared and real sizes."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from pages.uploads.refused import MOST_BYTES, MOST_IMAGES, UploadError, quoted

MOST_RATIO = 1_000  # of unpacked to packed; deflate reaches 1,032, blank pictures perhaps 100
IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")  # what systems put into every zip
ARCHIVES = (".zip", ".gz", ".tar", ".7z", ".rar", ".bz2", ".xz", ".tgz", ".npz")


@dataclass(frozen=True)
class Member:
    """One file of a zip: its name, and what is in it once somebody asks."""

    name: str
    archive: zipfile.ZipFile
    info: zipfile.ZipInfo

    def bytes(self) -> bytes:
        """What is in it. Raises UploadError when it is damaged or longer than it declares."""
        try:
            with self.archive.open(self.info) as file:
                found = file.read(self.info.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
            raise UploadError(f"{quoted(self.name)} in the zip is damaged: pack it anew.") from None
        if len(found) != self.info.file_size:
            raise UploadError(f"{quoted(self.name)} in the zip has another size than it declares: pack it anew.")
        return found


def members(payload: bytes) -> list[Member]:
    """All files of a zip, checked by what it declares. Raises UploadError."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(payload))
        found = [Member(info.filename, archive, info) for info in archive.infolist() if _counts(info)]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        raise UploadError("The zip is damaged or cut short: pack it anew.") from None
    if not found:
        raise UploadError("The zip holds no files: put one folder of pictures a class into it.")
    if len(found) > MOST_IMAGES:
        raise UploadError(f"The zip holds {len(found):,} files, more than {MOST_IMAGES:,}: leave some out.")
    for fault in _faults(found):
        raise UploadError(fault)
    return found


def _counts(info: zipfile.ZipInfo) -> bool:
    last = info.filename.rpartition("/")[2]
    return not info.is_dir() and not info.filename.startswith(IGNORED[0]) and last not in IGNORED[1:]


def _faults(found: list[Member]) -> Iterator[str]:
    whole = sum(member.info.file_size for member in found)
    if whole > MOST_BYTES:
        yield (f"The zip would unpack to {whole / 2**20:,.0f} MB, more than {MOST_BYTES / 2**20:.0f}: bring fewer or "
               "smaller images.")
    names = [member.name for member in found]
    if len(set(names)) < len(names):
        yield "The zip holds two files of one name: pack it anew."
    for member in found:
        parts = member.name.replace("\\", "/").split("/")
        if ".." in parts or "" in parts or ":" in parts[0]:
            yield f"{quoted(member.name)} in the zip points outside of it: pack the folders themselves."
        if member.info.flag_bits & 1:
            yield "The zip has a password: pack it without one."
        blank = member.name.endswith(".npy")  # arrays may be: only their sum counts
        if not blank and member.info.file_size > MOST_RATIO * max(member.info.compress_size, 1):
            yield f"{quoted(member.name)} in the zip unpacks to far more than a picture would: leave it out."
        if member.name.lower().endswith(ARCHIVES):
            yield f"{quoted(member.name)} is an archive within the zip: unpack it first."
