"""Chapter 1's ladders as the network view draws them, kept for all sessions."""

from __future__ import annotations

import math

from lth_core.nets.layers import weight_count
from lth_core.results.result import Result
from pages.figures import ladder
from pages.records import recorded
from pages.records.once import once
from pages.widgets.network_view.build import slider_data
from pages.widgets.network_view.slider_data import SliderData

# Units and weights of LeNet-300-100 that are drawn: 266,200 lines would be a grey block, 3,000 still show the pattern.
UNITS, EDGES = (784, 60, 40, 10), (2_000, 700, 300)
WHOLE = 5_000  # nets up to this many weights are drawn whole


@once(16)
def of_ladder(name: str, own: Result, recorded_seeds: tuple[Result, ...]) -> SliderData:
    """One run, recorded or live, with the band of the recorded seeds around its accuracy."""
    weights = {name.removeprefix("theta/"): value for name, value in own.arrays.items() if name.endswith("weight")}
    side, small = math.isqrt(own.spec.net.sizes[0]), weight_count(own.spec.net) <= WHOLE
    return slider_data(
        name, weights, ladder.accuracy(recorded_seeds, own), grid=(side, side),
        image=recorded.seven(own.spec.net.sizes[0]), drawn=None if small else UNITS, edges=None if small else EDGES,
    )
