"""Smaller relatives of the paper's nets with convolutions (C18 to C22): none of them is its experiment."""

from __future__ import annotations

from lth_core import said
from lth_core.experiments import Lottery
from lth_core.intervals import accuracies
from lth_core.ledger.lenet import best, gain
from lth_core.ledger.runs import Runs, reads
from lth_core.nets.layers import image, weight_count
from lth_core.presets import PRESETS
from lth_core.said import DATA


def preset_of(name: str) -> str:
    """The preset with the paper's setting of that network.

    >>> preset_of("Conv-2")
    'conv2'
    """
    return {"ResNet": "resnet20", "VGG": "vgg19"}.get(name, name.lower().replace("-", ""))


# Smaller relatives of the paper's nets, on images that fit a page: none of them is its experiment.
RELATIVES = tuple(name for name, spec in PRESETS.items()
                  if isinstance(spec, Lottery) and spec.net.name != "mlp" and not spec.data.name.startswith("cifar"))


def smaller(runs: Runs) -> str:
    """What a relative of one of the paper's nets shows: another size, data set or budget than there."""
    spec, read, last = runs.results[0].spec, reads(runs.results[0]), runs.levels
    top = best(runs, read)
    net, side = spec.net, image(spec.net.sizes[0])[1]
    dense, lost = accuracies(runs.grid("ticket", read)[:, 0]), runs.gap("reinit", last, read)
    seeds = said.seeds(runs.seeds)
    return (f"{DATA[spec.data.name]} at {side}×{side} pixels, {net.width:.0%} of the channels ({weight_count(net):,} "
            f"weights), {runs.steps:,} steps, so that a lead is mostly faster learning; {seeds}. Dense "
            f"{said.percent(dense)}; best of {last} tickets {said.points(gain(runs, top, read))} at "
            f"{runs.density[top]:.1%} left; at {runs.density[last]:.1%} left "
            f"{said.points(gain(runs, last, read))} against dense and "
            f"{said.points(lost)} against fresh weights under the same mask")


def in_short(runs: Runs) -> str:
    """A relative in a sentence, where the paper's own net was run too."""
    spec, read, last = runs.results[0].spec, reads(runs.results[0]), runs.levels
    return (f"A smaller relative on {DATA[spec.data.name]}: {said.points(gain(runs, last, read))} against dense at "
            f"{runs.density[last]:.1%} left.")
