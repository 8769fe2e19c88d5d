"""The nets that answer a drawn digit: their weights for the browser, and the test digits on which they disagree."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lth_core.data import held_out
from lth_core.experiments.ablation.read import raced
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params
from lth_core.once import once
from lth_core.results import weights
from lth_core.results.result import Result
from lth_core.spec import Data
from pages.figures.runs import KINDS, THREE

LOOKED_AT = 2_000  # test digits that are searched for disagreement: a tenth of a second a net
TRAY = 12
SHORT = 32_767  # int16: a weight travels with a precision of 1/32,767 of its matrix's largest


@dataclass(frozen=True, eq=False)
class Reader:
    """A trained net. role: of the palette. accuracy: on all test images, as its run measured it."""

    name: str
    role: str
    mask: Mask
    params: Params
    accuracy: float


@dataclass(frozen=True, eq=False)
class Panel:
    """Readers that answer together. name: what the switch says. data: the images they were trained on."""

    name: str
    data: Data
    readers: tuple[Reader, ...]


@dataclass(frozen=True, eq=False)
class Disagreement:
    """Where the readers differ among the first LOOKED_AT test images. chosen: positions for the tray. right: how many
    of those `split` images each reader reads. answers: (readers, chosen)."""

    split: int
    right: tuple[int, ...]
    chosen: np.ndarray
    labels: np.ndarray
    answers: np.ndarray = field(repr=False)


def panel(name: str, dense: Result, compared: Result) -> Panel:
    """Dense net, ticket and controls, from the Result of the whole net and of a comparison. Raises weights.Missing when
    either lacks its weights."""
    def accuracy(result: Result, condition: str) -> float:
        cells = result.tables["cells"]
        return float(cells["test_accuracy"][np.flatnonzero(cells["condition"] == condition)[0]])

    net = dense.spec.net
    arrays = [dense.arrays[part] for part in ("final/0", "final/0/rest") if part in dense.arrays]
    if len(arrays) < 2:
        raise weights.Missing("the trained weights of the whole net are not stored: run it again, here and now")
    whole = weights.whole(net, Mask.dense(net), np.concatenate(arrays))
    readers = [Reader("dense net", "dense", Mask.dense(net), whole, accuracy(dense, "ticket"))]
    for condition in THREE:
        mask, params = raced(compared, condition)
        kind = KINDS[condition]
        readers.append(Reader(kind.name, kind.role, mask, params, accuracy(compared, condition)))
    return Panel(name, compared.spec.data, tuple(readers))


def logits(reader: Reader, images: np.ndarray) -> np.ndarray:
    """What a plain ReLU net says to `images` (n, pixels), before the softmax, (n, 10)."""
    x, names = images, list(reader.mask)
    for name in names:
        x = x @ reader.params[name].T + reader.params[name.replace("weight", "bias")]  # (n, out)
        x = np.maximum(x, 0) if name != names[-1] else x
    return x


@once(16)
def disagreement(found: Panel) -> Disagreement:
    """Test images on which not all readers say the same, the most divided first."""
    test = held_out(found.data)
    answers = np.stack([logits(reader, test.head(LOOKED_AT)).argmax(1) for reader in found.readers])
    labels = test.labels[:LOOKED_AT]
    voices = np.array([len(set(column)) for column in answers.T.tolist()])
    split = np.flatnonzero(voices > 1)
    chosen = split[np.argsort(-voices[split], kind="stable")][:TRAY]
    right = tuple(int(np.count_nonzero(mine[split] == labels[split])) for mine in answers)
    return Disagreement(len(split), right, chosen, labels[chosen], answers[:, chosen])


def told(found: Panel) -> str:
    """Who is right where they disagree."""
    split = disagreement(found)
    counts = ", ".join(f"{reader.name} {right}" for reader, right in zip(found.readers, split.right, strict=True))
    return (f"Of the first {LOOKED_AT:,} test digits the four disagree on {split.split}. Of those each reads right: "
            f"{counts}.")


# ── for the browser ──────────────────────────────────────────────────────────────────────────────────────────────


def payload(panels: Sequence[Panel]) -> dict[str, Any]:
    """JSON-able; a net that answers in several panels travels once."""
    nets: dict[int, dict[str, Any]] = {}
    for one in panels:
        for reader in one.readers:
            nets.setdefault(id(reader.params), _net(reader))
    places = {key: place for place, key in enumerate(nets)}
    return {
        "nets": list(nets.values()),
        "panels": [{"name": one.name, "pool": one.data.pool, "told": told(one),
                    "nets": [places[id(reader.params)] for reader in one.readers], "tray": _tray(one)}
                   for one in panels],
    }


def _net(reader: Reader) -> dict[str, Any]:
    layers = []
    for name, alive in reader.mask.items():
        values = np.asarray(reader.params[name][alive], np.float64)
        scale = float(np.abs(values).max(initial=0)) / SHORT or 1.0
        layers.append({
            "rows": alive.shape[0], "columns": alive.shape[1], "scale": scale,
            "alive": _packed(np.packbits(alive, bitorder="little")),
            "values": _packed(np.round(values / scale).astype("<i2")),
            "bias": [float(f"{value:.7g}") for value in reader.params[name.replace("weight", "bias")]],
        })
    return {"name": reader.name, "role": reader.role, "kept": reader.mask.kept, "accuracy": reader.accuracy,
            "layers": layers}


def _tray(found: Panel) -> list[dict[str, Any]]:
    split = disagreement(found)
    images = held_out(Data(name=found.data.name)).head(LOOKED_AT)[split.chosen]
    return [
        {"label": int(label), "pixels": _packed(np.round(image * 255).astype(np.uint8)),
         "answers": [int(answer) for answer in answers]}
        for image, label, answers in zip(images, split.labels, split.answers.T, strict=True)
    ]


def _packed(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()
