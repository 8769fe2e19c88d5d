"""A part of a page that redraws alone, and redraws the page when it has another thing to tell.

A press in it then costs no rerun of the page, whose charts would take cores from a training.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st


def apart(name: str, part: Callable[..., Any], *arguments: Any) -> Any:
    """Draw `part` with its arguments as a fragment; returns what it returns, now and after each redraw of its own.

    name: unique on the site. What it returns is compared with what it returned before.
    """
    st.session_state[f"{name}.page"] = True
    st.fragment(_draw)(name, part, arguments)
    return st.session_state[f"{name}.told"]


def _draw(name: str, part: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    told, before = part(*arguments), st.session_state.get(f"{name}.told")
    st.session_state[f"{name}.told"] = told
    alone = not st.session_state.pop(f"{name}.page", False)
    if alone and told != before:
        st.rerun()
