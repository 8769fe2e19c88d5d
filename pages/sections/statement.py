"""Chapter 2: the hypothesis in the paper's words, and in symbols that explain themselves."""

from __future__ import annotations

import streamlit as st

from pages.text.chapters import see
from pages.text.statement import MEANINGS, STATEMENT
from pages.widgets import chip
from pages.widgets.depth import Depth
from pages.widgets.symbols import symbols


def section(level: Depth) -> None:
    """The quotation; in symbols for who wants the mathematics."""
    st.header("The hypothesis, word for word", anchor="statement")
    st.markdown(
        "> *A randomly-initialized, dense neural network contains a subnetwork that is initialized such that—when "
        "trained in isolation—it can match the test accuracy of the original network after training for at most the "
        "same number of iterations.*\n\n" + chip.cited("Frankle & Carbin 2019, v5", "section 1")
    )
    if level >= "how":
        st.markdown(
            "So **a ticket is a mask *and* its first values**. The same mask with new random values is another "
            f"network, which {see(4)} puts to the test. The statement says that such a mask exists, not how to find it."
        )
    if level >= "maths":
        _in_symbols()


def _in_symbols() -> None:
    st.markdown("The same in symbols, as we read it. Point at one, or tap it, to see what it stands for.")
    symbols(STATEMENT, MEANINGS, "Nothing chosen yet.", key="statement-symbols")
