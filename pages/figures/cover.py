"""The picture on the cover: a recorded net of which most weights are pruned."""

from __future__ import annotations

import numpy as np

from lth_core import graphs
from lth_core.masks.mask import Mask
from lth_core.masks.select import death_order
from lth_core.results.result import Result
from pages.figures import graph_svg, ladder, palette
from pages.records.once import once

PICTURED = 0.7  # sparsity of the net on the cover: the pruned part shows and the survivors still read most digits


@once(8)
def cover(results: tuple[Result, ...], colours: str) -> tuple[str, str]:
    """The first of some recorded ladders at PICTURED sparsity: the picture, and the sentence that says what it is."""
    theta = {name.removeprefix("theta/"): value for name, value in results[0].arrays.items()}
    weights = {name: value for name, value in theta.items() if name.endswith("weight")}
    at = ladder.at_rung(results, round(PICTURED * (len(results[0].tables["rungs"]["sparsity"]) - 1)))
    ranks = death_order({name: np.abs(value) for name, value in weights.items()})
    total = sum(value.size for value in weights.values())
    mask = Mask({name: rank >= total - at.kept for name, rank in ranks.items()})
    hue = palette.HUES[colours]
    net = graphs.graph(graphs.edges(theta, mask), graphs.sizes(mask))
    sentence = (
        f"A real network with {PICTURED:.0%} of its {total:,} weights pruned, the smallest first "
        f"({hue['pruned']}), and {at.kept:,} kept ({hue['kept']}). After {at.retrain_steps} more training steps "
        f"it reads {at.magnitude_retrained:.1%} of the test digits; whole, {ladder.facts(results).dense:.1%}."
    )
    return graph_svg.svg(net, sentence, colours=colours), sentence
