"""What makes a ticket from θ₀ fail? Depth, BatchNorm and learning rate, each turned back."""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import CATALOGUE, CAUSE_SEEDS, LATE, SETTINGS
from lth_core.catalogue import cause as cause_run
from lth_core.ledger.rewound import EPSILON, Rewound, is_chain, rewound
from lth_core.spec import Spec
from pages.figures import cause
from pages.labs.base import Lab
from pages.records import recorded
from pages.text.chapters import see
from pages.text.glossary import term
from pages.widgets import chip, frame
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure

RECORD = "python -m lth_core record chapter6-cause"


def sweep() -> list[cause.Spot]:
    """The recorded settings of the search for a cause."""
    asked: dict[Spec, tuple[tuple[int, bool, float], int, int]]
    asked = {cause_run(*setting, step, seed): (setting, step, seed)
             for setting in SETTINGS for seed in CAUSE_SEEDS for step in (0, LATE)}
    return cause.spots({asked[run.spec]: run for run in recorded.drawn(asked)})


def deep() -> Rewound | None:
    """Chapter 6's chains of the deep net."""
    found = recorded.drawn(spec for spec in CATALOGUE["chapter6"] if spec.net.batchnorm)
    return rewound("deep", found) if any(is_chain(run) for run in found) else None


def show(level: Depth) -> None:
    """The page."""
    spots, net = sweep(), deep()
    with frame.beside("cause", leads=True) as (text, picture):
        with text:
            st.markdown(
                f"In {see(6)} tickets of a deep net fail from their first values; those of LeNet do not. The two nets "
                "differ in several ways. Three are suspects: eight hidden layers, "
                f"{term('BatchNorm', 'BatchNorm')}, and a learning rate of 0.8. So we trained the net with each of "
                "them turned back, and in every combination."
            )
            if len(spots) <= 2 or net is None:
                recorded.later("The search for a cause is", "chapter6-cause")
                return
            st.markdown(cause.sentence(spots) + f" {chip.measured(max(spot.gap.n for spot in spots))}")
            st.caption(f"Error above the whole net in points, after {net.budget:,} steps, with "
                       f"{net.density[cause.LEVEL]:.1%} of the weights left; {cause.seeds_told(spots)}. “Falls behind” "
                       f"means: surely by more than {100 * EPSILON:.1f} points. Again: `{RECORD}`."
                       + cause.beside(spots, net.gap(net.errors(cause.LEVEL, 0))))
        with picture:
            figure(cause.chart(spots), key="cause-chart", height=400)
    fact_table(cause.grid(spots), "Where θ₀ fails: points above the whole net by net and learning rate", key="map",
               tones=cause.TONES)
    if level >= "how":
        with st.expander("All settings"):
            fact_table(cause.rows(spots), "Twelve settings: whole net, ticket from θ₀, ticket from the late step",
                       key="causes")


LAB = Lab("cause", "Why θ₀ fails", "Is it depth, BatchNorm or the learning rate?", show)
