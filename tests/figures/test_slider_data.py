"""The ladder behind the sparsity slider: what the browser gets is what pruning by exact rank gives."""

from __future__ import annotations

import base64
from itertools import pairwise

import numpy as np
import pytest

from lth_core.masks.mask import Mask
from lth_core.masks.select import remove_lowest_globally
from pages.figures.chart import Axis, Chart, Line
from pages.widgets.network_view.build import slider_data
from pages.widgets.network_view.payload import packed, payload
from pages.widgets.network_view.slider_data import SliderData

AXIS = Axis("share", percent=True)
CHART = Chart("t", "s", AXIS, AXIS, (Line("l", "kept", np.array([0.0, 1.0]), np.array([1.0, 0.0])),))
SIZES = (9, 5, 4, 3)


def weights(seed: int = 0, sizes: tuple[int, ...] = SIZES) -> dict[str, np.ndarray]:
    draw = np.random.Generator(np.random.Philox(seed))
    shapes = [(b, a) for a, b in pairwise(sizes)]  # (out, in)
    return {f"fc{i}.weight": draw.standard_normal(shape, np.float32) for i, shape in enumerate(shapes, 1)}


SAMPLE = 25


def sample(sizes: tuple[int, ...]) -> tuple[list[np.ndarray], np.ndarray]:
    """Some units of each layer, at most ten of a hidden one, and flat indices of SAMPLE weights between them."""
    draw = np.random.Generator(np.random.Philox(7))
    units = [np.arange(sizes[0]), *(np.sort(draw.choice(n, min(n, 10), replace=False)) for n in sizes[1:])]
    edges, start = [], 0
    for depth, (before, after) in enumerate(pairwise(sizes)):
        places = (units[depth + 1][:, None] * before + units[depth]).ravel()
        edges.append(start + np.sort(draw.choice(places, SAMPLE, replace=False)))
        start += before * after
    return units, np.concatenate(edges)


def mask_at(data: SliderData, net: dict[str, np.ndarray], rung: int) -> Mask:
    everything = Mask({name: np.ones(matrix.shape, bool) for name, matrix in net.items()})
    sizes = {name: np.abs(matrix) for name, matrix in net.items()}
    return remove_lowest_globally(sizes, everything, data.total - int(data.kept[rung]))


@pytest.mark.parametrize("rung", [0, 1, 37, 50, 93, 99, 100])
def test_every_rung_is_the_engines_mask(rung: int) -> None:
    net = weights()
    data = slider_data("net", net, CHART, grid=(3, 3))
    mask = mask_at(data, net, rung)
    alive = data.rank >= data.total - data.kept[rung]
    assert alive.sum() == mask.kept
    for source, target, layer, kept in zip(data.source, data.target, data.layer, alive, strict=True):
        assert mask[f"fc{layer + 1}.weight"][target, source] == kept
    assert np.array_equal(data.pixels[rung], mask["fc1.weight"].sum(0))
    gone = np.concatenate([np.abs(net[name])[~mask[name]] for name in net])
    assert data.threshold[rung] == (gone.max() if gone.size else 0)


@pytest.mark.parametrize("seed", range(3))
def test_units_die_when_their_last_path_does(seed: int) -> None:
    net = weights(seed)
    data = slider_data("net", net, CHART, grid=(3, 3))
    for rung in range(0, 101, 4):
        mask = list(mask_at(data, net, rung).values())
        fed: list[np.ndarray] = [np.ones(SIZES[0], bool)]
        read: list[np.ndarray] = [np.ones(SIZES[-1], bool)]
        for matrix in mask:
            fed.append((matrix & fed[-1]).any(1))
        for matrix in reversed(mask):
            read.insert(0, (matrix & read[0][:, None]).any(0))
        for layer, a, b in zip(data.layers, fed, read, strict=True):
            assert np.array_equal(layer.dies > rung, a & b)


def test_histogram_counts_every_weight_once() -> None:
    data = slider_data("net", weights(), CHART, grid=(3, 3))
    assert data.histogram_counts.sum() == data.total == 9 * 5 + 5 * 4 + 4 * 3


def test_a_sample_draws_real_edges_of_drawn_units() -> None:
    net = weights(sizes=(16, 40, 20, 3))
    drawn, edges = sample((16, 40, 20, 3))
    data = slider_data("net", net, CHART, grid=(4, 4), drawn=drawn, edges=edges)
    assert [int((data.layer == depth).sum()) for depth in range(3)] == [SAMPLE] * 3
    assert [len(layer.shown) for layer in data.layers] == [16, 10, 10, 3]
    flat = np.concatenate([matrix.ravel() for matrix in net.values()])
    assert np.array_equal(data.weight, flat[edges][data.place])  # where pictures of a training have them
    for source, target, layer, weight in zip(data.source, data.target, data.layer, data.weight, strict=True):
        assert net[f"fc{layer + 1}.weight"][target, source] == weight
    assert data.total == sum(matrix.size for matrix in net.values())  # ranks stay those of the whole net


def test_payload_numbers_units_by_their_place() -> None:
    drawn, edges = sample((16, 40, 3))
    data = slider_data("net", weights(sizes=(16, 40, 3)), CHART, grid=(4, 4), drawn=drawn, edges=edges)
    sent = payload(data)
    places = np.frombuffer(base64.b64decode(sent["target"]), "<u2")
    units = np.frombuffer(base64.b64decode(sent["layers"][1]["units"]), "<u2")
    first = data.layer == 0
    assert np.array_equal(units[places[first]], data.target[first])


def test_packing_refuses_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match=r"values 0 … 70000 do not fit uint16"):
        packed(np.array([0, 70_000]), np.uint16)


def test_bad_data_is_refused_by_name() -> None:
    good = vars(slider_data("net", weights(), CHART, grid=(3, 3)))
    for change, message in [
        ({"rank": good["rank"][::-1]}, "sorted by rising rank"),
        ({"kept": good["kept"][::-1]}, "kept must fall"),
        ({"weight": good["weight"][1:]}, "weight has shape"),
        ({"pixels": good["pixels"][:, 1:]}, "pixels has 8 columns"),
        ({"source": good["source"] + 20}, "not drawn"),
    ]:
        with pytest.raises(ValueError, match=message):
            SliderData(**{**good, **change})
