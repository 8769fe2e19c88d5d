"""Chapter 2: the hypothesis in the paper's words, and in symbols that explain themselves."""

from __future__ import annotations

import streamlit as st

from pages.text.chapters import see
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
    symbols(
        (
            "A dense network ", "f(x; θ₀)", " with first values ", "θ₀ ∼ D", ", trained with gradient descent, "
            "reaches its least validation loss at iteration ", "j", " with test accuracy ", "a", ". "
            "Then there is a mask ", "m", " with ", "‖m‖₀ ≪ |θ|", " such that ", "f(x; m ⊙ θ₀)", ", trained alone, "
            "reaches its least validation loss at ", "j′ ≤ j", " with test accuracy ", "a′ ≥ a", ".",
        ),
        {
            "f(x; θ₀)": "the network as a function of an image x, with all its weights at their first values θ₀.",
            "θ₀ ∼ D": "the first values are drawn at random from a distribution D. Here: normal, with mean zero and "
                      "variance 2 / (inputs + outputs) of the layer (Glorot); biases start at zero.",
            "j": "the training step at which the loss on the validation images is least: how fast it learns.",
            "a": "the share of test images read correctly at that moment.",
            "m": "a list of zeros and ones, as long as the list of weights: 1 keeps a weight, 0 strikes it out.",
            "‖m‖₀ ≪ |θ|": "the number of ones in the mask is much smaller than the number of weights. Their quotient "
                          "is the density.",
            "f(x; m ⊙ θ₀)": "the same network with every struck-out weight at zero, and every kept one at the very "
                            "value it had at first: ⊙ multiplies the two lists entry by entry. This pair, mask "
                            "and first values, is the winning ticket.",
            "j′ ≤ j": "the ticket is at least as fast as the dense network.",
            "a′ ≥ a": "and at least as accurate.",
        },
        "Nothing chosen yet.", key="statement-symbols",
    )
