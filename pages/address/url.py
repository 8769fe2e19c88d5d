"""The state of a page is its address: one table of parameters a page, checked before any widget is built.

Streamlit's own binding drops a bad value without a word, or fails on it (`inf`). Here the reader is told which
parameter was refused, what would be allowed and what is shown instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.address.parameters import Choice, Free, Packed, Pairs, Placed, Real, Series, Whole, Words, write
from pages.teaching import task

REFUSED = "refused"  # where faults wait, in the session, until the reader is told
STREAMLITS = ("embed", "embed_options")  # parameters that are not for pages

Parameter: TypeAlias = Choice | Whole | Placed | Real | Series | Pairs | Words | Free | Packed

# Two palettes on every page, the home page among them.
COLOURS = Choice("colours", ("Green and red", "Blue and orange"), "Green and red")
TASK = Packed(task.NAME, task.of_link)  # and a teacher's question to most


def arrive() -> None:
    """Call at the start of a run: takes the address whole after the browser's Back.

    Streamlit then drops every parameter whose name a widget of the page just left has too: depth, seed and others.
    """
    context = get_script_run_ctx()
    if context is None or not context.is_history_navigation:
        return
    asked = {name: text for name, text in parse_qsl(context.query_string, keep_blank_values=True)
             if name.lower() not in STREAMLITS}
    if asked != st.query_params.to_dict():
        st.query_params.from_dict(asked)
        st.rerun()


def check(parameters: Sequence[Parameter]) -> None:
    """Tell the reader about every parameter of the address that is refused, and go on without it.

    The run begins again without them: widgets that are bound to the address read it as it was at the start. Unknown
    parameters are left.
    """
    faults = []
    for parameter in (*parameters, COLOURS, TASK):
        text = st.query_params.get(parameter.name)
        if text is not None and (fault := parameter.fault(text)):
            faults.append(fault)
            del st.query_params[parameter.name]
    if faults:
        st.session_state[REFUSED] = faults
        st.rerun()
    if faults := st.session_state.pop(REFUSED, []):
        text = "This link asked for something that does not exist. " + ". ".join(faults) + "."
        st.warning(text, icon=":material/link_off:")


def whole(parameter: Whole) -> int:
    """The value in the address, already checked, or the default."""
    return int(st.query_params.get(parameter.name, parameter.default))


def word(parameter: Choice) -> str:
    """The word in the address, already checked, or the default."""
    return str(st.query_params.get(parameter.name, parameter.default))


def real(parameter: Real) -> float:
    """The number in the address, already checked, or the default."""
    return float(st.query_params.get(parameter.name, parameter.default))


def put(parameter: Choice | Whole | Real, value: str | float) -> None:
    """Write a value into the address; the default leaves no trace there."""
    write(parameter.name, "" if value == parameter.default else str(value))
