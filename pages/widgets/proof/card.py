"""One check as a card: what is promised, what was found, and the code that found it."""

from __future__ import annotations

import math
from html import escape
from pathlib import Path

import streamlit as st

from lth_core.proof import Check
from lth_core.proof.check import figure
from pages.figures import palette
from pages.widgets.proof import asked

CSS = (Path(__file__).parent / "card.css").read_text(encoding="utf-8")
MARKS = {"passed": "✓", "failed": "✗", "running": "…", "waiting": "…", "open": "○"}
SAID = {"passed": "passed", "failed": "failed", "running": "running now", "waiting": "waits for its turn",
        "open": "not run yet"}


def style() -> None:
    """The cards' look, once a page."""
    theme = st.context.theme.type or "light"
    ink = {state: palette.style(role).ink(theme) for state, role in (("passed", "kept"), ("failed", "random"))}
    colours = " ".join(f".check.{state} :is(.mark, .state, b) {{ color: {colour}; }}" for state, colour in ink.items())
    st.html(f"<style>{CSS} {colours}</style>")


def card(check: Check, row: asked.Row | None, state: str, busy: bool, opened: bool) -> None:
    """Draw it. state: `running`, `waiting` or `open` where there is no row. busy: no other run can begin now. opened:
    with the code unfolded."""
    if row is not None:
        state = "passed" if row["passed"] else "failed"
    with st.container(border=True, key=f"check-{check.name}", gap="xsmall", height="stretch"):
        st.html(_told(check, row, state))
        # Code that is in sight from the start gets the whole width.
        button, code = (st.container(), st.container()) if opened else reversed(st.columns([3, 1.2]))
        button.button("Run it", key=f"run-{check.name}", icon=":material/play_arrow:", disabled=busy,
                      on_click=asked.ask, args=(check.name,), width="content" if opened else "stretch")
        with code.expander("The code that checks it", expanded=opened, icon=":material/code:"):
            st.code(check.code, language="python", wrap_lines=True)
            st.caption(f"{check.file}, as it runs.")


def _told(check: Check, row: asked.Row | None, state: str) -> str:
    number = ""
    if row is not None:
        value = row["number"]
        known = value is not None and math.isfinite(value)
        number = f"<b>{figure(value)}</b> {escape(check.counts)}" if known else ""
        number += f' <span class="took">{max(0.1, row["seconds"]):.1f} s</span>'
    told = escape(str(row["told"])) if row is not None else ""
    return (
        f'<div class="check {state}" data-state="{state}"><span class="mark" aria-hidden="true">{MARKS[state]}</span>'
        f'<h2 class="words">{escape(check.title)}</h2><p class="words">{escape(check.claim)}</p>'
        f'<p class="words told"><span class="state">{SAID[state].capitalize()}.</span> {told}</p>'
        f'<p class="number">{number}</p></div>'
    )
