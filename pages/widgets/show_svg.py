"""A drawing that is no widget: an SVG on the page, as a file of its own where this server has the route for it."""

from __future__ import annotations

import re
from html import escape

import streamlit as st

from pages.serving import parts

_SIZE = re.compile(r'viewBox="\S+ \S+ (\S+) (\S+)"')


def show_svg(svg: str, alt: str) -> None:
    """Show `svg`, as wide as its column. alt: what it says, for who cannot see it.

    Within a message it would travel whole and uncompressed, at every visit again: chapter 4 has two of 38 kB.
    """
    where, size = parts.picture(svg), _SIZE.search(svg)
    if where is None or size is None:
        st.image(svg, width="stretch", alt=alt)
        return
    st.html(f'<img src="{where}" alt="{escape(alt, quote=True)}" '
            f'style="width: 100%; aspect-ratio: {size[1]} / {size[2]}">')
