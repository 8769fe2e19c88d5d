"""One of a few words, chosen on a row of buttons and kept in the address."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.address import url


def choice(label: str, parameter: url.Choice, words: Sequence[str] = (), *, named: bool = True,
           tip: str | None = None) -> str:
    """The word that `parameter` holds. words: those that may be chosen here, where they are not all of it. named: is
    the label on screen, or only read aloud? tip: what a reader may want to know first."""
    chosen = st.segmented_control(label, words or parameter.words, default=parameter.default, key=parameter.name,
                                  required=True, bind="query-params", help=tip,
                                  label_visibility="visible" if named else "collapsed")
    return chosen or parameter.default


def picked(label: str, parameter: url.Choice, words: Sequence[str] = (), *, width: int, tip: str | None = None) -> str:
    """The word that `parameter` holds, chosen from a list, where its words are too many for a row of buttons. words:
    those that may be chosen here, the default among them. The label is only read aloud. width: in pixels."""
    offered = list(words or parameter.words)
    chosen = st.selectbox(label, offered, index=offered.index(parameter.default), key=parameter.name,
                          bind="query-params", help=tip, label_visibility="collapsed", width=width)
    return chosen or parameter.default
