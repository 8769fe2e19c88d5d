"""Images that a reader brings: a stranger's file in, checked arrays or one sentence out. Nothing here keeps anything.

A file is judged by its bytes. Whatever it declares is held against what it may be before it is unpacked, and against
what comes out while it is: sizes, counts and shapes alike. Nothing is unpickled, nothing is ever written to a path
that the file names.

>>> from pages.uploads.refused import UploadError
>>> try:
...     read("notes.csv", b"")
... except UploadError as error:
...     print(error)
notes.csv is empty: choose a CSV, an .npz or a zip of pictures.
"""

from __future__ import annotations

from lth_core.data.brought import OwnSet
from pages.uploads import archive, arrays, pictures, table
from pages.uploads.divide import divided
from pages.uploads.refused import MOST_MB, UploadError

__all__ = ["MOST_MB", "UploadError", "read"]


def read(name: str, payload: bytes) -> OwnSet:
    """The images in a file of that name, brought to one size and divided. Raises UploadError, a sentence."""
    shown = name.replace("\\", "/").rpartition("/")[2][:60] or "The file"
    if not payload:
        raise UploadError(f"{shown} is empty: choose a CSV, an .npz or a zip of pictures.")
    if len(payload) > MOST_MB * 2**20:
        raise UploadError(f"{shown} has {len(payload) / 2**20:.0f} MB, more than {MOST_MB}: bring fewer or smaller "
                          "images.")
    if payload.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        members = archive.members(payload)
        inside = all(member.name.endswith(".npy") for member in members)
        return divided(arrays.read(members) if inside else pictures.read(members))
    if payload.startswith((b"\x93NUMPY", b"\x80")):
        raise UploadError(f"{shown} is one array or a pickle: save images and labels together, with "
                          "`numpy.savez_compressed(file, images=…, labels=…)`.")
    return divided(table.read(payload, shown))
