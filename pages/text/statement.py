"""The hypothesis in symbols, in our wording after section 1 of the paper, and what each of its symbols stands for."""

from __future__ import annotations

STATEMENT = (
    "A dense network ", "f(x; θ₀)", " with first values ", "θ₀ ∼ D", ", trained with gradient descent, "
    "reaches its least validation loss at iteration ", "j", " with test accuracy ", "a", ". "
    "Then there is a mask ", "m", " with ", "‖m‖₀ ≪ |θ|", " such that ", "f(x; m ⊙ θ₀)", ", trained alone, "
    "reaches its least validation loss at ", "j′ ≤ j", " with test accuracy ", "a′ ≥ a", ".",
)
MEANINGS = {
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
}
