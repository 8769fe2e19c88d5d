"""Chapter 2's runs: how many random tickets win."""

from __future__ import annotations

import dataclasses

from lth_core.experiments import Draws
from lth_core.presets import preset
from lth_core.spec import Net

# Chapter 2's lotteries: shares of the weights that a ticket keeps, and hidden units of the dense net.
SHARES, WIDTHS = (0.64, 0.48, 0.32, 0.24, 0.16), (10, 20, 40, 80)


def tickets(share: float, width: int = 20, seed: int = 0) -> Draws:
    """Chapter 2's runs: 200 random tickets of 784 – width – 10 that keep `share` of every layer."""
    base = preset("tickets", seed)
    assert isinstance(base, Draws)
    return dataclasses.replace(base, density=share, net=Net(sizes=(784, width, 10)))
