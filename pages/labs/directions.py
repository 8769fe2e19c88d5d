"""Random directions: how many numbers does training really turn?"""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import STABILITY_SEEDS
from lth_core.catalogue import subspace as subspace_run
from lth_core.ledger import subspace as ledger
from pages.figures import subspace
from pages.labs.base import Lab
from pages.records import recorded
from pages.text.glossary import term
from pages.text.references import cite
from pages.widgets import chip, frame
from pages.widgets.depth import Depth
from pages.widgets.figure import figure


def show(level: Depth) -> None:
    """The page."""
    runs = recorded.among(subspace_run(seed) for seed in STABILITY_SEEDS)
    with frame.beside("directions", leads=True) as (text, picture):
        with text:
            st.markdown(
                "A ticket trains a few chosen weights. Here a few random combinations of *all* weights are trained "
                f"instead. {cite('intrinsic')} Each combination is a **direction**, drawn by chance before training. "
                "Going along it moves all weights at once. With d directions there are just d numbers to learn. The "
                f"smallest d that is enough is called the {term('Intrinsic dimension')}."
            )
        if not runs:
            recorded.later("Random directions are", "chapter6-subspace")
            return
        line = ledger.curve(runs)
        verdict = ledger.judged(line)
        with picture:
            figure(subspace.chart(line), key="subspace-chart", height=400)
        with text:
            st.markdown(f"{verdict.told}. {chip.measured(len(runs))} {chip.claim(31, verdict.verdict)}")
            if level >= "how":
                st.markdown(
                    "So fair solutions are not rare points. Every random slice drawn here holds one, if it has enough "
                    "directions. Such a net can be stored as a seed and its d numbers. "
                    f"{chip.cited('Li et al. 2018', 'section 3')} But to answer, it still computes with every weight. "
                    "A ticket does not have to."
                )
            if level >= "maths":
                st.markdown(r"$\theta = \theta_0 + P z$ with $P \in \mathbb R^{D \times d}$ of random unit columns "
                            r"and $z = 0$ at the start; only $z$ is trained.")


LAB = Lab("directions", "Random directions", "How many numbers does training really turn?", show)
