"""A small picture of ours within the page."""

from __future__ import annotations

import streamlit as st


def drawing(svg: str) -> None:
    """Show an SVG as wide as its box. It stands in the page itself, for an image cannot use the page's letters. svg: of
    ours, never a reader's; with a viewBox, and with role and aria-label where it says more than the text beside it."""
    st.html(f'<div class="drawing">{svg}</div>')
