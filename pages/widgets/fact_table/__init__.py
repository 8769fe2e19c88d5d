"""A table of words: cells wrap, and on a phone every row becomes a block with its heads beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from pages.figures import in_words
from pages.widgets import shared
from pages.widgets.chip import VERDICTS

_mount = shared.component("fact_table", Path(__file__).parent)


def fact_table(
    rows: Sequence[dict[str, str]], caption: str, *, key: str, tones: Mapping[str, str] | None = None
) -> None:
    """Print `rows`, all with the same heads; the first column leads its row, a cell under "Verdict" is a chip. The
    same rows are one click away as CSV. caption: read to those who cannot see the table. tones: last words of a cell,
    behind " · ", that make it a chip under any head, and its colour: green, orange, red or gray."""
    _mount(key=key, data={"rows": list(rows), "caption": caption, "colours": VERDICTS, "tones": dict(tones or {})})
    st.download_button("CSV", lambda: in_words.columns_csv({head: [row[head] for row in rows] for head in rows[0]}),
                       f"{key}.csv", "text/csv",
                       icon=":material/download:", key=f"{key}-csv", on_click="ignore")


def fact_columns(columns: Mapping[str, Sequence[str]], caption: str, *, key: str) -> None:
    """The same of columns of equal length, by their heads."""
    rows = zip(*columns.values(), strict=True)
    fact_table([dict(zip(columns, row, strict=True)) for row in rows], caption, key=key)
