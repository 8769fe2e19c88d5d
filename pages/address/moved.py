"""Where sections stand that once stood elsewhere: old links lead on.

An anchor is known to the browser alone: `preview` sends the table with every page, and `page.js` follows it. A
parameter reaches the server: `follow` goes to its page.
"""

from __future__ import annotations

import json

import streamlit as st

# Address of a page → anchor → the address where that section stands now.
ANCHORS = {
    "paradox": {"large": "paradox#capacity"},
    "hypothesis": {"width": "hypothesis#ticket", "density": "hypothesis#ticket"},
    "pruning": dict.fromkeys(("biases", "code", "faults", "what-if"), "pruning#life"),
    "evidence": {"enough": "evidence#findings", "networks": "evidence#reproduces", "overfitting": "evidence#epochs"},
    "limits": {"fashion": "lab?method=clothes", "cause": "lab?method=cause", "neurons": "lab?method=neurons",
               "travel": "lab?method=travel", "subspace": "lab?method=directions", "landscape": "lab?method=plane"},
    "connections": {"glossary": "sources#glossary", "references": "sources#references", "cite": "sources#cite",
                    "labs": "lab"},
}


def table() -> str:
    """The anchors of every page as JSON, for the browser."""
    return json.dumps(ANCHORS, separators=(",", ":"))


def follow(parameter: str, file: str, **query: str) -> None:
    """When the address asks for a `parameter` whose section has moved, go to the page in `file`, with `query` and it.

    Call before anything is drawn.
    """
    value = st.query_params.get(parameter)
    if value is not None:
        st.switch_page(file, query_params={**query, **st.query_params.to_dict()})
