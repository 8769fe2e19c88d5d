"""Chapter 2: the chosen ticket beside the one that pruning found, in a fold that a chosen card opens."""

from __future__ import annotations

import streamlit as st

from lth_core.experiments.draws.tickets import draw
from lth_core.masks.mask import Mask
from pages.figures import anatomy, draw_charts, draws
from pages.records import recorded
from pages.sections.wall_of_tickets import TICKET, Shown
from pages.widgets import chip, colours, frame
from pages.widgets.figure import figure
from pages.widgets.show_svg import show_svg


def fold(shown: Shown, now: draws.Reading) -> None:
    """Both tickets as pictures, and how the chosen one learned. now: the wall as it is read on the page."""
    spec, wall = shown.spec, shown.wall
    number = shown.ticket if wall.row(shown.ticket) else int(wall.cells["draw"][0])
    base, row = recorded.find(spec), wall.row(number) or {}
    assert base is not None  # the wall stands on it
    found = Mask({name.removeprefix("found/"): alive for name, alive in base.arrays.items()})
    masks = {f"Ticket {number}, drawn": (draw(spec.net, spec.density, spec.seed, number), row["test_accuracy"]),
             "Found by pruning": (found, now.found)}
    with st.expander(f"Ticket no. {number} under the magnifying glass", expanded=TICKET.name in st.query_params):
        for column, (name, (mask, accuracy)) in zip(st.columns(2, gap="large"), masks.items(), strict=True):
            with column:
                verdict = "wins" if accuracy >= now.target - 1e-9 else "loses"
                st.markdown(f"**{name}: {accuracy:.2%}** after {spec.training.steps} steps, {verdict} "
                            f"{chip.measured(1)}")
                drawn, sentence = anatomy.picture(spec.net, mask, spec.seed, name, colours.chosen())
                show_svg(drawn, sentence)
                st.caption(anatomy.anatomy(mask).sentence())
        kept, pruned = colours.word("kept"), colours.word("pruned")
        with frame.beside("learning") as (text, picture):
            with text:
                st.markdown(
                    "The card that you chose above, and the ticket that pruning found. Shown are 14 pixels down the "
                    "middle of the image, at most 20 hidden units, and the ten outputs. "
                    f"{kept.capitalize()}: kept, the wider the larger at the start. {pruned.capitalize()}, dashed: "
                    "removed."
                )
            with picture:
                figure(draw_charts.curve(wall, number, shown.margin / 1000), key="curve", height=320)
