"""One ticket under the magnifying glass: what it kept, which units it starved, and a picture of a readable part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lth_core import graphs
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.once import once
from lth_core.spec import Net
from pages.figures import graph_svg, palette

PIXELS, UNITS = 14, 20  # drawn at most, of the input and of each hidden layer: 500 lines, each still to be told apart


@dataclass(frozen=True)
class Anatomy:
    """kept: weights alive. dead: numbers of hidden units without a way in or a way out. live_inputs: pixels that
    reach an output. paths, all_paths: ways from a pixel to an output, in the ticket and in the dense net."""

    kept: int
    total: int
    dead: tuple[int, ...]
    hidden: int
    live_inputs: int
    inputs: int
    paths: int
    all_paths: int

    def sentence(self) -> str:
        """The figures in words."""
        if not self.dead:
            units = f"none of its {self.hidden} hidden units is dead"
        else:
            verb = "is" if len(self.dead) == 1 else "are"
            numbers = ", ".join(map(str, self.dead[:8])) + (" …" if len(self.dead) > 8 else "")
            units = f"{len(self.dead)} of its {self.hidden} hidden units {verb} dead (no. {numbers})"
        return (
            f"{self.kept:,} of {self.total:,} weights; {units}; {self.live_inputs} of {self.inputs} pixels are read; "
            f"{self.paths:,} of {self.all_paths:,} paths from a pixel to an output are left."
        )


def anatomy(mask: Mask) -> Anatomy:
    """What is left of the net under `mask`."""
    dead = graphs.dead_units(mask)
    hidden = np.concatenate(dead[1:-1])
    widths = graphs.sizes(mask)
    return Anatomy(
        kept=mask.kept, total=mask.total, dead=tuple(np.flatnonzero(hidden).tolist()), hidden=hidden.size,
        live_inputs=int(np.count_nonzero(~dead[0])), inputs=widths[0], paths=graphs.paths(mask),
        all_paths=int(np.prod([float(width) for width in widths])),
    )


def shown(net: Net) -> tuple[np.ndarray, ...]:
    """Units that the picture draws: pixels down the middle column, hidden units evenly spaced, all outputs.

    >>> [len(layer) for layer in shown(Net(sizes=(784, 40, 10)))]
    [14, 20, 10]
    """
    side = int(np.sqrt(net.sizes[0]))
    down = np.unique(np.linspace(0, side - 1, min(PIXELS, side)).round().astype(int)) * side + side // 2
    hidden = [np.unique(np.linspace(0, size - 1, min(UNITS, size)).round().astype(int)) for size in net.sizes[1:-1]]
    return (down, *hidden, np.arange(net.sizes[-1]))


@once(256)
def picture(net: Net, mask: Mask, seed: int, name: str, colours: str = palette.DEFAULT) -> tuple[str, str]:
    """(SVG, sentence) of the shown part as a graph: kept edges as wide as their θ₀ is large; pruned ones dashed."""
    chosen, hue = shown(net), palette.HUES[colours]
    theta0 = initial(net, seed)
    part = {weight: np.ix_(after, before) for weight, before, after in zip(mask, chosen, chosen[1:], strict=False)}
    small = Mask({weight: mask[weight][where] for weight, where in part.items()})
    table = graphs.edges({weight: theta0[weight][where] for weight, where in part.items()}, small)
    counts = " and ".join(f"{len(layer)} of {size}" for layer, size in zip(chosen[:-1], net.sizes[:-1], strict=True))
    sentence = (
        f"{name}: a part of its graph, {counts} units of the layers before the output. {small.kept} of the "
        f"{small.total} connections drawn are kept ({hue['kept']}), {small.total - small.kept} pruned "
        f"({hue['pruned']}, dashed)."
    )
    return graph_svg.svg(graphs.graph(table, graphs.sizes(small)), sentence, colours=colours), sentence
