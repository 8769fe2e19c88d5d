"""Numbers in columns, in a box that scrolls under its heads: what a figure shows, digit by digit.

Plain text in a plain table: Streamlit's own needs pandas in the web process, 45 MB, and a canvas in the browser.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from pages.figures import in_words
from pages.widgets import shared

LETTER, PADDING, WIDEST = 8, 24, 680  # CSS pixels: of a digit, beside a column, of the whole table

_mount = shared.component("number_table", Path(__file__).parent)


def written(columns: Mapping[str, Sequence[object]]) -> str:
    """The columns, of equal length, as text for `number_table`; keep it where they do not change. One number of digits
    down each column; empty where there is none."""
    cells = [_cells(list(values)) for values in columns.values()]
    words = [any(isinstance(value, str) for value in values) for values in columns.values()]
    widths = (max(map(len, (*column, *head.split(" ")))) for head, column in zip(columns, cells, strict=True))
    wide = min(sum(LETTER * width + PADDING for width in widths), WIDEST)
    return shared.packed({"heads": list(columns), "columns": cells, "words": words, "wide": wide})


def number_table(text: str, label: str, *, key: str) -> None:
    """Print what `written` made. label: what the table is called when it is read aloud."""
    _mount(key=key, data={"packed": text, "label": label}, width="content")


def _cells(values: list[object]) -> list[str]:
    """Each value as it is written.

    >>> _cells([97.4, 96.8433, None]), _cells([1, 266200]), _cells(["ticket", float("nan")])
    (['97.40', '96.84', ''], ['1', '266200'], ['ticket', ''])
    """
    floats = [float(value) for value in values if isinstance(value, (float, np.floating))]
    digits = in_words.decimals(floats)
    return ["" if value is None or value != value else f"{value:.{digits}f}" if isinstance(value, (float, np.floating))
            else str(value) for value in values]
