"""A CSV: one image a row, a label and its pixels."""

from __future__ import annotations

import numpy as np

from pages.uploads.refused import MOST_IMAGES, UploadError, quoted
from pages.uploads.tidy import Brought, grey

LABEL = ("label", "class", "target", "y")


def read(payload: bytes, shown: str) -> list[Brought]:
    """What a CSV brings. Its label is the column of that name, or the first. Raises UploadError."""
    try:
        text = payload.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if "," not in text or "\0" in text:
        raise UploadError(f"{shown} is none of a CSV with commas, an .npz, and a zip of pictures: choose one of these.")
    lines = [line for line in text.splitlines() if line.strip()]
    head = [cell.strip().strip('"').lower() for cell in lines[0].split(",")]
    at = next((head.index(name) for name in LABEL if name in head), None)
    if at is not None or not _number(head[-1]):
        lines = lines[1:]
    if len(lines) > MOST_IMAGES:
        raise UploadError(f"The table has {len(lines):,} rows, more than {MOST_IMAGES:,}: leave some out.")
    pixels, labels = np.zeros((len(lines), len(head) - 1), np.float32), []
    for row, line in enumerate(lines):
        cells = line.split(",")
        if len(cells) != len(head):
            raise UploadError(f"Image {row + 1} of the table has {len(cells):,} cells where the first row has "
                              f"{len(head):,}: give every row a label and all its pixels.")
        labels.append(cells.pop(at or 0).strip().strip('"'))
        try:
            pixels[row] = cells
        except ValueError:
            bad = next(cell for cell in cells if not _number(cell))
            raise UploadError(f"Image {row + 1} of the table has {quoted(bad)} among its pixels: numbers from 0 to 255 "
                              "belong there.") from None
    return [Brought(grey(pixels), labels, False)]


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
