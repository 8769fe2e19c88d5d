"""A zip of pictures: one folder a class, PNG or JPEG."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np

from lth_core.data.brought import SIDE
from pages.uploads.archive import Member
from pages.uploads.refused import UploadError, quoted
from pages.uploads.tidy import Brought, fitted

ENDINGS = (".png", ".jpg", ".jpeg")
MOST_PIXELS = 4_000_000  # of one picture; a megapixel takes 10 ms to open
MOST_PIXELS_IN_ALL = 400_000_000


def read(members: Sequence[Member]) -> list[Brought]:
    """What the pictures bring: two parts when some lie in a folder `test` above their class. Raises UploadError."""
    found: dict[bool, tuple[list[np.ndarray], list[str]]] = {False: ([], []), True: ([], [])}
    opened = 0
    for member in members:
        folders = member.name.split("/")[:-1]
        if not folders:
            raise UploadError(f"{quoted(member.name)} lies in no folder: put each picture into the folder of its "
                              "class.")
        if not member.name.lower().endswith(ENDINGS):
            raise UploadError(f"{quoted(member.name)} is not a PNG or a JPEG: take it out, or convert it.")
        image, pixels = _picture(member)
        opened += pixels
        if opened > MOST_PIXELS_IN_ALL:
            raise UploadError(f"The pictures have more than {MOST_PIXELS_IN_ALL / 1e6:.0f} million pixels in all: make "
                              f"them smaller, {SIDE} × {SIDE} is enough.")
        images, labels = found["test" in (folder.lower() for folder in folders[:-1])]
        images.append(image)
        labels.append(folders[-1])
    if not found[False][0]:
        raise UploadError("All pictures lie in the folder test: put those to learn from into a folder train.")
    return [Brought(np.stack(images), labels, test) for test, (images, labels) in found.items() if images]


def _picture(member: Member) -> tuple[np.ndarray, int]:
    """A picture brought to size, and how many pixels it had."""
    from PIL import Image  # here: few visits bring pictures

    name = quoted(member.name)
    try:
        with Image.open(io.BytesIO(member.bytes()), formats=("PNG", "JPEG")) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise UploadError(f"{name} has {width:,} × {height:,} pixels: make it smaller, {SIDE} × {SIDE} is "
                                  "enough.")
            image.draft("L", (4 * SIDE, 4 * SIDE))  # lets a JPEG be opened at an eighth of its size
            whole = image.convert("RGBA")
    except UploadError:
        raise
    except Exception:  # Pillow answers damage with a dozen kinds
        raise UploadError(f"{name} cannot be opened as a PNG or a JPEG: take it out, or save it anew.") from None
    paper = Image.new("RGBA", whole.size, "white")  # what is transparent shows the paper
    return fitted(np.asarray(Image.alpha_composite(paper, whole).convert("L"))), width * height
