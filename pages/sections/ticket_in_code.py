"""Chapter 2: the ticket in code that runs while the page is built."""

from __future__ import annotations

import streamlit as st

from lth_core.masks.mask import Mask
from lth_core.masks.prune import prune
from lth_core.nets.params import Params, initial
from lth_core.spec import Pruning, Spec
from pages.records import recorded
from pages.widgets import code, frame, source

PARTS = (
    ("Save θ₀: the first values", "lth_core/nets/params.py", ("initial",)),
    ("Prune: which weights go", "lth_core/masks/prune.py", ("prune",)),
    ("Reset and apply the mask", "lth_core/running/conditions.py", ("begin",)),
    ("Draw a ticket blindly", "lth_core/experiments/draws/tickets.py", ("draw",)),
    ("Train it", "lth_core/experiments/draws/run.py", ("stream",)),
)
CUT = Pruning(rate=0.6, output_rate=0.6)  # enough to see the zeros


def winning_ticket(spec: Spec, trained: Params) -> tuple[Mask, Params]:
    """The ticket of a dense net, in three lines of the engine's own."""
    # The first values: from the seed, bit for bit.
    theta0 = initial(spec.net, spec.seed)
    # Six in ten go, the smallest after training, layer by layer.
    mask = prune(CUT, Mask.dense(spec.net), trained, spec.seed, level=1)
    # Struck-out weights zero, survivors back at their first values.
    return mask, mask.apply(theta0)


def fold() -> None:
    """The fold: the code, what came out of it, and the parts that it is made of."""
    with st.expander("The same in code"), frame.beside("code") as (text, picture):
        with text:
            _ran()
        with picture:
            st.markdown("The parts it is made of, as they run behind this page:")
            for label, path, names in PARTS:
                st.markdown(f"**{label}**")
                source.show(path, *names)


def _ran() -> None:
    """The function, and what it gave while the page was built."""
    dense = recorded.one("ladder-drawable")
    trained = {name.removeprefix("theta/"): array for name, array in dense.arrays.items() if name.startswith("theta/")}
    mask, ticket = winning_ticket(dense.spec, trained)
    theta0 = initial(dense.spec.net, dense.spec.seed)
    exact = all((ticket[name][mask[name]] == theta0[name][mask[name]]).all() for name in mask)
    zeros = sum(int((ticket[name] == 0).sum()) for name in mask)
    st.markdown(
        "Keep θ₀, train, remove the weights that became small, and put the others back. This ran while the page was "
        f"built, on a recorded net of {mask.total:,} weights:"
    )
    source.show("pages/sections/ticket_in_code.py", "winning_ticket")
    code.plain(
        f"weights kept              {mask.kept:,} of {mask.total:,}\n"
        f"weights at exactly zero   {zeros:,}\n"
        f"survivors equal θ₀        {'to the bit' if exact else 'NO'}"
    )
