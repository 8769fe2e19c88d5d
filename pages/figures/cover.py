"""The film on the cover: one recorded lottery, from its whole net to the smallest ticket that still matches it.

Everything is read from records: which round is the last is computed, and so is the sentence that says what was seen.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np

from lth_core.data import held_out, mnist
from lth_core.nets.drawn import units
from lth_core.nets.layers import weight_count
from lth_core.results.result import Result
from lth_core.said import budget
from lth_core.spec import Data
from pages.figures import palette
from pages.figures.biography import Followed, follow
from pages.figures.digits import Panel, Reader
from pages.figures.rounds import column

BYTE = 127  # int8: a weight of the film is drawn with a width, not read


@dataclass(frozen=True)
class Story:
    """What the film shows. rounds: it ends with this one. total, kept: weights of the whole net and of the last ticket.
    dense, ticket: test accuracy of both, in 0–1. trained: for how long, each time."""

    trained: str
    rounds: int
    total: int
    kept: int
    dense: float
    ticket: float

    @property
    def matches(self) -> bool:
        """Does the ticket read at least as many test digits as the whole net?"""
        return self.ticket >= self.dense

    @property
    def sentence(self) -> str:
        """What was just seen, in a sentence."""
        verdict = "as well as" if self.matches else "not as well as"
        return (
            f"You saw a real network go from {self.total:,} weights to {self.kept:,} ({self.kept / self.total:.1%}) in "
            f"{self.rounds} rounds. From its first values, this ticket learned in {self.trained} to read {verdict} "
            "the whole net."
        )


def story(run: Result, levels: tuple[int, ...]) -> Story:
    """The film of a recorded lottery, up to the last of `levels` whose ticket matches the whole net, or the first one.

    levels: rounds of which a trained ticket is at hand that can read a digit.
    """
    kept, read = column(run, "kept"), column(run, "test_accuracy")
    matching = [level for level in sorted(levels) if level < len(read) and read[level] >= read[0]]
    last = matching[-1] if matching else min(levels)
    return Story(budget(run.spec), last, weight_count(run.spec.net), int(kept[last]), float(read[0]), float(read[last]))


def payload(run: Result, told: Story, panel: Panel, colours: str = palette.DEFAULT) -> dict[str, Any]:
    """The film for the browser: drawn units and weights, when each dies, its first value and its value after every
    training; and what the ticket says at the end to the first digit of the test set.

    panel: whose ticket reads the digit.
    """
    crowd = follow(run).first(told.rounds)
    net, shown = run.spec.net, units(run.spec.net)
    side = int(net.sizes[0] ** 0.5)
    image = held_out(Data()).head(1)[0]
    names = ["input", *(f"hidden {depth}" for depth in range(1, len(net.sizes) - 1)), "output"]
    scales = [max(float(np.abs(path[:, crowd.layer[crowd.alive(level)] == depth]).max(initial=0))
                  for level, path in enumerate(crowd.paths)) or 1.0 for depth in range(len(net.sizes) - 1)]
    return {
        "layers": [
            {"name": name, "of": size, "units": _packed(mine, "<u2"), "dies": _packed(np.full(mine.size, 999), "<u2"),
             "grid": [side, side] if depth == 0 else None, "image": _packed(image, "<f4") if depth == 0 else None}
            for depth, (name, size, mine) in enumerate(zip(names, net.sizes, shown, strict=True))
        ],
        "source": _packed(_places(shown, crowd.layer, crowd.source), "<u2"),
        "target": _packed(_places(shown, crowd.layer + 1, crowd.target), "<u2"),
        "layer": _packed(crowd.layer, "u1"),
        "died": _packed(crowd.died, "u1"),
        "first": _packed(_whole(crowd.theta0, crowd, scales), "i1"),
        "trained": [_packed(_whole(crowd.end(level), crowd, scales), "i1") for level in range(told.rounds + 1)],
        "kept": [int(count) for count in column(run, "kept")[: told.rounds + 1]],
        "read": [round(float(share), 4) for share in column(run, "test_accuracy")[: told.rounds + 1]],
        "said": [[round(float(value), 4) for value in layer] for layer in said(panel.readers[1], image)],
        "label": int(mnist.part("t10k").labels[0]),
        "styles": {role: vars(style) for role, style in palette.PALETTES[colours].items()},
    }


def said(reader: Reader, image: np.ndarray) -> list[np.ndarray]:
    """What every unit of a plain net says to an image (inputs,), layer by layer; the outputs as shares."""
    x, layers = image, []
    for name in reader.mask:
        x = reader.params[name] @ x + reader.params[name.replace("weight", "bias")]  # (out,)
        layers.append(np.maximum(x, 0))
    powers = np.exp(x - x.max())
    return [*layers[:-1], powers / powers.sum()]


def _whole(values: np.ndarray, crowd: Followed, scales: list[float]) -> np.ndarray:
    """Values as whole numbers of BYTE parts of their matrix's largest; 0 for the dead."""
    return np.round(np.nan_to_num(values) / np.array(scales)[crowd.layer] * BYTE)


def _places(shown: tuple[np.ndarray, ...], layer: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Units by their place among the drawn ones of their layer."""
    return np.array([np.searchsorted(shown[depth], one) for depth, one in zip(layer, unit, strict=True)])


def _packed(values: np.ndarray, kind: str) -> str:
    return base64.b64encode(np.asarray(values).astype(kind).tobytes()).decode()
