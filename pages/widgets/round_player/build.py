"""From a lottery's Result to the message the player's browser part gets. Pure numpy, live and recorded runs alike."""

from __future__ import annotations

from typing import Any

import numpy as np

from lth_core import graphs
from lth_core.experiments import Lottery
from lth_core.experiments.lottery.read import biases, mask_of, next_mask, trained
from lth_core.ledger.runs import column, reads
from lth_core.masks.mask import Mask
from lth_core.masks.prune import left
from lth_core.nets.drawn import followed, units
from lth_core.nets.layers import weight_count
from lth_core.nets.params import weight_names
from lth_core.results.deaths import masks_at
from lth_core.results.result import Result
from lth_core.results.weights import Missing
from lth_core.spec import Net
from pages.figures import forward, palette
from pages.figures.biography import Followed, follow
from pages.figures.biography import untrained as follow_untrained
from pages.figures.rounds import lottery
from pages.widgets.network_view.payload import packed

SHORT = 32_767  # int16: a weight travels with a precision of 1/32,767 of the largest, finer than a pixel


def player(
    result: Result, name: str, image: np.ndarray | None = None, colours: str = palette.DEFAULT,
    rounds: int | None = None, planned: int = 0,
) -> dict[str, Any]:
    """The whole run as JSON-able data with base64 arrays.

    name: of the net, as a reader knows it. image: an example input, (inputs,) in 0–1, shown in the input layer. rounds:
    show the run only so far, as if it had been asked for no more. planned: rounds that a run which grows may reach:
    while it has fewer, its last ticket is cut and rewound too, and the reader can ask for the next training.
    """
    crowd, net, spec = follow(result), result.spec.net, lottery(result)
    if rounds is not None and rounds < crowd.rounds:
        crowd = crowd.first(rounds)
    deaths = {name: result.arrays[f"died/{name}"] for name in weight_names(net)}
    message = _common(spec, crowd, name, colours) | {
        "layers": _layers(net, [masks_at(deaths, level) for level in range(crowd.rounds + 1)], image),
        "curves": _curves(result, crowd),
        "cuts": _cuts(result, crowd.rounds),
        "rows": _rows(result, crowd.rounds),
    }
    if _reads_digits(spec):
        message |= _answers(_biases(result, crowd.rounds))
    return message | _open_end(result, crowd, planned) if planned > crowd.rounds else message


def untrained(
    spec: Lottery, name: str, image: np.ndarray | None = None, colours: str = palette.DEFAULT
) -> dict[str, Any]:
    """The same of a run of which nothing is trained: its whole net at θ₀, and the first round can be asked for."""
    crowd, dense = follow_untrained(spec), Mask.dense(spec.net)
    layers = list(dense.counts().values())
    return _common(spec, crowd, name, colours) | {
        "layers": _layers(spec.net, [dense], image),
        "curves": [[None, None]],
        "cuts": [None],
        "rows": [{"density": 1.0, "kept": dense.kept, "accuracy": None, "early": -1, "layers": layers, "seconds": 0}],
        "open": True,
        "bare": True,
        "next": {"kept": dense.kept, "layers": layers},
        "planned": [kept / dense.kept for kept in left(spec.pruning, dense, spec.pruning.rounds)],
    } | (_answers([]) if _reads_digits(spec) else {})


def _reads_digits(spec: Lottery) -> bool:
    """Can a test digit run through the drawn net? All of it must be drawn."""
    whole = followed(spec.net).size == weight_count(spec.net)
    return whole and forward.plain(spec.net) and spec.data.name == "mnist"


def _answers(biases: list[list[list[float]]] | None) -> dict[str, Any]:
    """What lets test digits run through: the digits, and the biases of every trained round; nothing without those."""
    return {} if biases is None else {"digits": forward.digits(), "biases": biases}


def _biases(result: Result, rounds: int) -> list[list[list[float]]] | None:
    """Of every layer after each round's training; None when a Result left them out."""
    try:
        nets = [biases(result, level) for level in range(rounds + 1)]
    except Missing:
        return None
    names = [name.replace("weight", "bias") for name in weight_names(result.spec.net)]
    return [[[float(f"{value:.8g}") for value in net[name]] for name in names] for net in nets]


def _common(spec: Lottery, crowd: Followed, name: str, colours: str) -> dict[str, Any]:
    """What does not hang on how far the run has come: the drawn weights, their paths, the look."""
    net, total = spec.net, weight_count(spec.net)
    shown = units(net)
    places = [np.searchsorted(layer, np.arange(size)) for layer, size in zip(shown, net.sizes, strict=True)]
    starts = np.cumsum([0, *map(len, places)])
    lookup = np.concatenate(places)
    scale = max(float(np.abs(path).max(initial=0)) for path in crowd.paths) or 1.0
    paths = [_from_the_start(path, crowd.steps.size) for path in crowd.paths]
    return {
        "start": spec.shortened(1).key,  # the same for a run that has grown
        "name": name,
        "total": total,
        "rounds": crowd.rounds,
        "rate": spec.pruning.rate,
        "edge": packed(crowd.edge, np.uint32),
        "source": packed(lookup[starts[crowd.layer] + crowd.source], np.uint16),
        "target": packed(lookup[starts[crowd.layer + 1] + crowd.target], np.uint16),
        "layer": packed(crowd.layer, np.uint8),
        "died": packed(crowd.died, np.uint8),
        "scale": scale / SHORT,
        "paths": [packed(np.round(path * (SHORT / scale)), np.int16) for path in paths],
        "steps": crowd.steps.tolist(),
        "rewind": int(np.searchsorted(crowd.steps, spec.rewind.step)),
        "sampled": "" if crowd.edge.size == total else (
            f"{crowd.edge.size:,} of {total:,} weights are drawn and counted in the histograms, sampled evenly from "
            "each layer; the table counts all."
        ),
        "styles": {role: vars(style) for role, style in palette.PALETTES[colours].items()},
        "hue": palette.HUES[colours]["training"],
    }


def _open_end(result: Result, crowd: Followed, planned: int) -> dict[str, Any]:
    """What a run that goes on has beyond its last training: the next cut, who it takes, and the shares left that all
    rounds planned will reach. Layer-wise runs, which have their shares beforehand."""
    net, pruning, level = result.spec.net, lottery(result).pruning, crowd.rounds
    mask, after, weights = mask_of(result, level), next_mask(result), trained(result, level)
    lives = np.concatenate([after[name].ravel() for name in after])[crowd.edge]
    cut = [float(np.abs(weights[name][mask[name] & ~after[name]]).max(initial=0)) for name in mask]
    shown = pruning.criterion == "magnitude" and (pruning.schedule == "iterative" or level == 0)
    return {
        "open": True,
        "died": packed(np.where(crowd.alive(level) & ~lives, level + 1, crowd.died), np.uint8),
        "cuts": [*_cuts(result, level)[:-1], [float(f"{value:.6g}") for value in cut] if shown else None],
        "next": {"kept": after.kept, "layers": list(after.counts().values())},
        "planned": [kept / weight_count(net) for kept in left(pruning, Mask.dense(net), planned)],
    }


def _from_the_start(path: np.ndarray, points: int) -> np.ndarray:
    """A round that began at step k > 0 has no points before: until then its weights stand where they began, at θₖ."""
    return np.concatenate([np.repeat(path[:1], points - len(path), axis=0), path])


def _layers(net: Net, masks: list[Mask], image: np.ndarray | None) -> list[dict[str, Any]]:
    dies, sizes = _unit_deaths(masks), net.sizes
    side = int(np.sqrt(sizes[0]))
    names = ["input", *(f"hidden {i}" for i in range(1, len(sizes) - 1)), "output"]
    return [
        {
            "name": name, "of": size, "units": packed(mine, np.uint16), "dies": packed(dying[mine], np.uint16),
            "grid": [side, side] if depth == 0 and side * side == size else None,
            "image": None if depth or image is None else packed(image, np.float32),
        }
        for depth, (name, size, mine, dying) in enumerate(zip(names, sizes, units(net), dies, strict=True))
    ]


def _unit_deaths(masks: list[Mask]) -> list[np.ndarray]:
    """For each unit of each layer the first round in which no path leads through it; the number of rounds if none."""
    dead = [graphs.dead_units(mask) for mask in masks]  # rounds × layers × (units,)
    return [np.sum([~layers[depth] for layers in dead], axis=0) for depth in range(len(dead[0]))]


def _curves(result: Result, crowd: Followed) -> list[list[float | None]]:
    """Validation accuracy at each measured point of each round's ticket."""
    curves = result.tables["curves"]
    mine = curves["condition"] == "ticket"
    rows = [curves["validation_accuracy"][mine & (curves["round"] == level)] for level in range(crowd.rounds + 1)]
    # Before step k, from which rounds after the first begin, there is nothing.
    whole = [np.concatenate([np.full(crowd.steps.size - len(row), np.nan), row]) for row in rows]
    return [[round(float(value), 5) if np.isfinite(value) else None for value in row] for row in whole]


def _cuts(result: Result, rounds: int) -> list[list[float] | None]:
    """Largest size pruned from each layer after each round; None after the last, when nothing is pruned, and wherever
    the sizes on show are not what was judged."""
    pruning = lottery(result).pruning
    if pruning.criterion != "magnitude":
        return [None] * (rounds + 1)
    judged = rounds if pruning.schedule == "iterative" else 1
    movement = result.tables["movement"]
    columns = [movement[f"{name.removesuffix('.weight')}.threshold"] for name in weight_names(result.spec.net)]
    return [[float(f"{values[level]:.6g}") for values in columns] if level < judged else None
            for level in range(rounds + 1)]


def _rows(result: Result, rounds: int) -> list[dict[str, Any]]:
    """One row a round, as the table shows it."""
    costs = result.tables["costs"]
    seconds = dict(zip(costs["round"][costs["condition"] == "ticket"].tolist(),
                       costs["seconds"][costs["condition"] == "ticket"].tolist(), strict=True))
    layers = [column(result, f"fc{depth}.kept") for depth in range(1, len(result.spec.net.sizes))]
    columns = (column(result, name) for name in ("density", "kept", reads(result), "early_stop_step"))
    return [
        {"density": float(density), "kept": int(kept), "accuracy": float(accuracy), "early": int(early),
         "layers": [int(counts[level]) for counts in layers], "seconds": round(seconds[level], 3)}
        for level, (density, kept, accuracy, early) in enumerate(zip(*columns, strict=True)) if level <= rounds
    ]
