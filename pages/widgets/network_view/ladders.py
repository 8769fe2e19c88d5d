"""Chapter 1's ladders as the network view draws them, kept for all sessions."""

from __future__ import annotations

import math

import numpy as np

from lth_core.experiments import Ladder
from lth_core.nets.drawn import SMALL, followed, units
from lth_core.nets.layers import weight_count
from lth_core.nets.params import Params, initial
from lth_core.once import once
from lth_core.results.result import Result
from pages.figures import forward, ladder
from pages.figures.chart import Chart
from pages.live import nets
from pages.records import recorded
from pages.widgets.network_view.build import slider_data
from pages.widgets.network_view.slider_data import SliderData


@once(16)
def of_ladder(name: str, own: Result, recorded_seeds: tuple[Result, ...]) -> SliderData:
    """One run, recorded or live, with the band of the recorded seeds around its accuracy."""
    assert isinstance(own.spec, Ladder)
    small = weight_count(own.spec.net) <= SMALL
    return _data(name, own.spec, forward.whole(own), ladder.accuracy(recorded_seeds, own),
                 "" if small else nets.address(own), () if small else forward.along(own))


@once(16)
def at_start(name: str, spec: Ladder, recorded_seeds: tuple[Result, ...]) -> SliderData:
    """A net that is still to be trained, with its first weights and what the recorded ones lead to expect."""
    return _data(name, spec, initial(spec.net, spec.seed), ladder.expected(recorded_seeds), "")


def _data(name: str, spec: Ladder, params: Params, accuracy: Chart, address: str,
          first: tuple[np.ndarray, ...] = ()) -> SliderData:
    net, small = spec.net, weight_count(spec.net) <= SMALL
    weights = {layer: value for layer, value in params.items() if layer.endswith("weight")}
    side = math.isqrt(net.sizes[0])
    return slider_data(
        name, weights, accuracy, grid=(side, side), image=recorded.seven(net.sizes[0]),
        drawn=None if small else units(net), edges=None if small else followed(net),
        biases=[params[layer.replace("weight", "bias")] for layer in weights], net=address, first=first,
    )
