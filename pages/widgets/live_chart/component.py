"""Mounting the live chart on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pages.figures import in_words, palette
from pages.figures.chart import Chart
from pages.widgets import colours, shared
from pages.widgets.live_chart.plan import Plan
from pages.widgets.live_chart.words import WORDS

_mount = shared.component("live_chart", Path(__file__).parent)


def live_chart(
    chart: Chart,
    plan: Plan,
    *,
    key: str,
    job: str,
    url: str | None,
    events: Sequence[str] = (),
) -> str | None:
    """Draw `chart`, with the points of `job` as they come; returns how the job ended, once, when it ends.

    chart: the recorded lines (perhaps none), axes and marks. url: of the event stream; None where the server has no
    routes, then `events` are the messages so far, passed anew every second by a fragment.
    """
    message = {
        "chart": in_words.as_dict(chart),
        "styles": {role: vars(style) for role, style in palette.PALETTES[colours.chosen()].items()},
        "plan": asdict(plan),
        "job": job,
        "url": url,
        "events": list(events),
        "words": WORDS,
    }
    state: Any = _mount(key=key, data=message, on_over_change=shared.ignore)
    return str(state.over) if state.over else None
