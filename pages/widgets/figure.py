"""One chart, its outputs on a page: picture, sentence, table, CSV and the figure for paper as SVG, PNG and PDF."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import streamlit as st

from lth_core.once import once
from pages.figures import drawing, in_words, printed
from pages.figures.chart import Chart
from pages.widgets import colours, shared
from pages.widgets.chart import chart as draw
from pages.widgets.number_table import number_table, written

NUMBERS = "Numbers"


@dataclass(frozen=True)
class _Same:
    """A chart that equals every chart with the same content: pages make theirs anew at each rerun."""

    content: bytes
    chart: Chart = field(compare=False)

    @classmethod
    def of(cls, chart: Chart) -> _Same:
        parts = [value.tobytes() if isinstance(value, np.ndarray) else repr(value)
                 for line in chart.lines for value in vars(line).values()]
        head = (chart.title, chart.takeaway, chart.source, chart.x, chart.y, chart.marks)
        return cls(hashlib.sha256(repr((head, parts)).encode()).digest(), chart)


@once(256)
def _drawn(same: _Same, palette: str, height: int) -> str:
    return shared.packed(drawing.drawing(same.chart, palette, height))


@once(256)
def _told(same: _Same) -> str:
    return written(in_words.table(same.chart))


def figure(chart: Chart, *, key: str, height: int = drawing.HEIGHT) -> None:
    """Draw `chart` with its takeaway; its numbers, its files and how it was made are one click away, in one menu."""
    same = _Same.of(chart)
    table = _told(same)
    title = chart.title if chart.title.endswith("?") else f"{chart.title}."
    st.markdown(f"**{title}** {chart.takeaway[:1].upper()}{chart.takeaway[1:].rstrip('.')}.")
    draw(_drawn(same, colours.chosen(), height), key=key, height=height)
    with st.popover(NUMBERS, icon=":material/table:", type="tertiary"):
        number_table(table, NUMBERS, key=f"{key}-numbers")
        st.caption(chart.source)
        with st.container(horizontal=True, gap="small"):
            _files(chart, key)


_FILES = {"SVG": "image/svg+xml", "PNG": "image/png", "PDF": "application/pdf", "CSV": "text/csv"}


def take(chart: Chart, *, key: str) -> None:
    """The chart's numbers, one click away, and the chart as files with caption, config and citation inside."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _numbers(NUMBERS, _told(_Same.of(chart)), key)
        _files(chart, key)


def _files(chart: Chart, key: str) -> None:
    palette = colours.on_paper()
    made: dict[str, Callable[[], str | bytes]]
    made = {"SVG": partial(printed.svg, chart, palette), "PNG": partial(printed.document, "png", chart, palette),
            "PDF": partial(printed.document, "pdf", chart, palette), "CSV": partial(in_words.csv, chart)}
    for name, kind in _FILES.items():
        st.download_button(name, made[name], f"{key}.{name.lower()}", kind, key=f"{key}-{name.lower()}",
                           on_click="ignore", type="tertiary")


def numbers(table: Mapping[str, Sequence[object]], *, key: str, label: str = NUMBERS) -> None:
    """What a picture shows that is no chart, one click away as a table and as CSV."""
    with st.container(horizontal=True, vertical_alignment="center"):
        _numbers(label, written(table), key)
        st.download_button("CSV", partial(in_words.columns_csv, table), f"{key}.csv", "text/csv",
                           icon=":material/download:", key=f"{key}-csv", on_click="ignore")


def _numbers(label: str, table: str, key: str) -> None:
    with st.popover(label, icon=":material/table:"):
        number_table(table, label, key=f"{key}-numbers")
