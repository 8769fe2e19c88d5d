"""Chapter 6's deep net on pictures of clothes: do its tickets fail and recover there too?"""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import CATALOGUE, LATE
from lth_core.ledger import repair
from lth_core.ledger.rewound import Rewound, rewound
from pages.address import url
from pages.figures import methods, rewind, rewind_charts
from pages.labs.base import Lab
from pages.records import recorded
from pages.text.chapters import see
from pages.widgets import chip, frame
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure
from pages.widgets.provenance import provenance

ROUND = url.Whole("round", 3, 6, 6)
RECORD = "python -m lth_core record chapter6-fashion"


def worn() -> Rewound | None:
    """The deep net's chains on Fashion-MNIST; None until both θ₀ and the late step are recorded."""
    found = recorded.drawn(CATALOGUE["chapter6-fashion"])
    net = rewound("fashion", found) if found else None
    return net if net and {0, LATE} <= set(net.steps) else None


def show(level: Depth) -> None:
    """The page."""
    url.check((ROUND,))
    fashion = worn()
    with frame.beside("clothes", leads=True) as (text, picture):
        with text:
            st.markdown(
                f"In {see(6)} sparse tickets of a deep net fail from their first values, and recover from values a few "
                "steps later. Is that a quirk of digits? Give the net 70,000 pictures of clothes instead. "
                f"{chip.cited('Xiao, Rasul & Vollgraf 2017', 'abstract')} They are as large and in ten classes too. "
                "The net, its training and its pruning stay what they were."
            )
            if fashion is None:
                st.info("These runs are not recorded yet. `python -m lth_core fetch fashion-mnist` brings the "
                        f"pictures, `{RECORD}` trains.", icon=":material/checkroom:")
                return
            left = {f"{fashion.density[at]:.1%}": at for at in range(ROUND.least, ROUND.most + 1)}
            shown = list(left)[url.whole(ROUND) - ROUND.least]
            picked = st.segmented_control("Weights left", list(left), default=shown, key="clothes-left", required=True)
            at = left[picked or shown]
            url.put(ROUND, at)
            st.markdown(f"{rewind.beside(fashion, at)} {chip.measured(len(fashion.seeds(0)))}")
            if level >= "how":
                for judged in (repair.fails(fashion), repair.repairs(fashion)):
                    st.markdown(f"{judged.told}. {chip.verdict(f'on Fashion-MNIST · {judged.verdict}')}")
        with picture:
            figure(rewind_charts.rounds(fashion), key="fashion-chart", height=400)
            provenance(fashion.at(LATE), RECORD)
    fact_table(methods.by_step(fashion, at), "Rewind steps on Fashion-MNIST", key="fashion-steps")


LAB = Lab("clothes", "Clothes instead of digits", "Do tickets fail and recover on harder pictures too?", show)
