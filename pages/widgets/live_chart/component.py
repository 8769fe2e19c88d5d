"""Mounting the live chart on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import streamlit as st

from pages.figures import palette, text
from pages.figures.chart import Chart
from pages.widgets.live_chart.plan import Plan
from pages.widgets.live_chart.words import WORDS

_HERE = Path(__file__).parent
# Plain scripts in the order they build on each other; main.js ends with the export that Streamlit calls.
_SCRIPTS = ("stream", "run", "scale", "draw", "main")

_mount = st.components.v2.component(
    "lottery.live_chart",
    html=(_HERE / "body.html").read_text(encoding="utf-8"),
    css=(_HERE / "style.css").read_text(encoding="utf-8"),
    js="\n".join((_HERE / "js" / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS),
)


def live_chart(
    chart: Chart,
    plan: Plan,
    *,
    key: str,
    job: str,
    url: str | None,
    events: Sequence[str] = (),
    words: Mapping[str, str] = WORDS,
    colours: str = palette.DEFAULT,
) -> str | None:
    """Draw `chart`, with the points of `job` as they come; returns how the job ended, once, when it ends.

    chart: the recorded lines (perhaps none), axes and marks. url: of the event stream; None where the server has no
    routes, then `events` are the messages so far, passed anew every second by a fragment.
    """
    message = {
        "chart": text.as_dict(chart),
        "styles": {role: vars(style) for role, style in palette.PALETTES[colours].items()},
        "plan": asdict(plan),
        "job": job,
        "url": url,
        "events": list(events),
        "words": {**WORDS, **words},
    }
    state: Any = _mount(key=key, data=message, on_over_change=_ignore)
    return str(state.over) if state.over else None


def _ignore() -> None:
    """Streamlit wants a callback for every trigger; the return value says it all."""
