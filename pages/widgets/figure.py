"""One chart, four outputs on a page: picture, sentence, table, CSV."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.figures import plotly_figure, text
from pages.figures.chart import Chart


def figure(chart: Chart, *, key: str, height: int = 420) -> None:
    """Draw `chart` with its takeaway, and put its numbers one click away."""
    theme = st.context.theme.type or "light"
    st.markdown(f"**{chart.title}.** {chart.takeaway[:1].upper()}{chart.takeaway[1:].rstrip('.')}.")
    st.plotly_chart(
        plotly_figure.figure(chart, theme=theme),
        key=key, height=height, theme=None, config=plotly_figure.CONFIG, alt=text.alt(chart),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover("Numbers", icon=":material/table:"):
            st.dataframe(pd.DataFrame(text.table(chart)), hide_index=True, height=300)
        st.download_button("CSV", text.csv(chart), f"{key}.csv", "text/csv", icon=":material/download:",
                           key=f"{key}-csv", on_click="ignore")
    st.caption(chart.source)
