"""SliderData as the message the browser gets: JSON with base64 typed arrays, little-endian as every browser reads."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from pages.figures import forward, in_words, palette
from pages.widgets.network_view.slider_data import Layer, SliderData


def payload(data: SliderData, colours: str = palette.DEFAULT) -> dict[str, Any]:
    """JSON-able form of `data`, with the colours of the roles its charts use.

    Units are renumbered by their place among the drawn ones; their true index travels in `units`.
    """
    places = [np.full(layer.units, -1, np.int64) for layer in data.layers]
    for place, layer in zip(places, data.layers, strict=True):
        place[layer.shown] = np.arange(len(layer.shown))
    depth = data.layer.astype(np.int64)
    source, target = data.source.astype(np.int64), data.target.astype(np.int64)
    lookup = np.concatenate(places)
    start = np.cumsum([0, *(layer.units for layer in data.layers)])
    return {
        "name": data.name,
        "layers": [_layer(layer) for layer in data.layers],
        "source": packed(lookup[start[depth] + source], np.uint16),
        "target": packed(lookup[start[depth + 1] + target], np.uint16),
        "layer": packed(depth, np.uint8),
        "weight": packed(data.weight, np.float32),
        "rank": packed(data.rank, np.uint32),
        "total": data.total,
        "kept": packed(data.kept, np.uint32),
        "threshold": packed(data.threshold, np.float32),
        "histogram": {
            "counts": packed(data.histogram_counts, np.uint32),
            "edges": packed(data.histogram_edges, np.float32),
        },
        "pixels": packed(_falls(data.pixels), np.uint16),
        "accuracy": in_words.as_dict(data.accuracy),
        "sampled": data.sampled,
        "place": packed(data.place, np.uint16),
        "biases": [packed(bias, np.float32) for bias in data.biases],
        "net": data.net,
        "first": [*map(_levels, data.first[:-1]), *(packed(layer, np.float32) for layer in data.first[-1:])],
        "digits": forward.digits() if data.biases else [],
        "styles": {role: vars(style) for role, style in palette.PALETTES[colours].items()},
    }


def packed(values: np.ndarray, kind: type[np.generic]) -> str:
    """`values` as base64 of little-endian `kind`. Raises ValueError when a value does not fit.

    >>> packed(np.array([1, 2]), np.uint16)
    'AQACAA=='
    """
    values = np.asarray(values)
    if issubclass(kind, np.integer) and values.size:
        limits = np.iinfo(kind)
        if values.min() < limits.min or values.max() > limits.max:
            raise ValueError(f"values {values.min()} … {values.max()} do not fit {np.dtype(kind).name}")
    return base64.b64encode(values.astype(np.dtype(kind).newbyteorder("<")).tobytes()).decode()


def _falls(counts: np.ndarray) -> np.ndarray:
    """The first row, then by how much each is lower than the one before: small numbers leave compressed better.

    >>> _falls(np.array([[5, 4], [3, 4]])).tolist()
    [[5, 4], [2, 0]]
    """
    return np.concatenate([counts[:1], counts[:-1] - counts[1:]])


def _levels(said: np.ndarray) -> dict[str, Any]:
    """How brightly units light up, (rungs, units): a screen shows no more than 255 steps."""
    scale = float(said.max(initial=0)) / 255 or 1.0
    return {"scale": scale, "levels": packed(np.round(said / scale), np.uint8)}


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "of": layer.units,
        "units": packed(layer.shown, np.uint16),
        "dies": packed(layer.dies, np.uint16),
        "grid": layer.grid,
        "image": None if layer.image is None else packed(layer.image, np.float32),
    }
