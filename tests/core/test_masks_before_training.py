"""Masks chosen before training, each against what it is defined by: an explicit Hessian, paths counted one by one."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lth_core.data import load
from lth_core.engine import Options, run, stream
from lth_core.experiments import Lab
from lth_core.experiments.lab import early, erk, grasp, synflow
from lth_core.masks.mask import Mask
from lth_core.masks.prune import schedule
from lth_core.nets.params import initial, weight_names
from lth_core.running.book import Book
from lth_core.spec import Data, Net, Pruning, Training

PRUNING = Pruning(rate=0.4, rounds=4)
COMMON: dict[str, Any] = {"data": Data(pool=7, train=600, validation=300), "net": Net(sizes=(16, 8, 10)),
                          "pruning": PRUNING, "training": Training(lr=5e-3, steps=20, eval_every=20, batch=20),
                          "levels": (1, 4)}
TINY = Net(sizes=(4, 3, 2))
FOUR = ("grasp", "synflow", "magnitude-start", "erk")


def found(name: str, keep: int) -> Mask:
    spec = Lab(**COMMON, method="collapse")
    return early.find(Book(spec, Options()), load(spec.data, spec.seed), name, keep, 1)


# ── GraSP ────────────────────────────────────────────────────────────────────────────────────────────────────────


def explicit(net: Net, params: dict[str, np.ndarray], images: np.ndarray, labels: np.ndarray, temperature: float,
             ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """θ, g and the whole Hessian of all weights in one row, of a loss written down here."""
    names = weight_names(net)
    shapes = [params[name].shape for name in names]
    ends = np.cumsum([0, *(int(np.prod(shape)) for shape in shapes)])

    def loss(row: torch.Tensor) -> torch.Tensor:
        x = torch.tensor(images, dtype=torch.float64)
        for at, shape in enumerate(shapes):
            x = x.clamp(min=0) if at else x
            x = x @ row[ends[at]:ends[at + 1]].view(shape).T + torch.tensor(params[names[at].replace("weight", "bias")])
        x = x / temperature
        return (x.logsumexp(1) - x[torch.arange(len(labels)), torch.tensor(labels)]).mean()

    row = torch.tensor(np.concatenate([params[name].ravel() for name in names]).astype(np.float64))
    slope = torch.autograd.functional.jacobian(loss, row)
    curved = torch.autograd.functional.hessian(loss, row)
    return row.numpy(), slope.numpy(), curved.numpy()


@pytest.mark.parametrize("temperature", [1.0, grasp.TEMPERATURE])
def test_grasp_s_score_is_minus_weight_times_hessian_times_gradient(temperature: float) -> None:
    draw = np.random.default_rng(0)
    params = initial(TINY, 1)
    images, labels = draw.random((30, 4)).astype(np.float32), draw.integers(0, 2, 30)
    theta, slope, curved = explicit(TINY, params, images, labels, temperature)
    scores = grasp.scores(TINY, params, images, labels, temperature)
    mine = np.concatenate([scores[name].ravel() for name in weight_names(TINY)])
    assert np.abs(curved).max() > 0
    np.testing.assert_allclose(mine, -theta * (curved @ slope), rtol=1e-9, atol=1e-18)


def test_a_weight_with_a_large_score_leaves_more_gradient_behind_when_it_fades() -> None:
    """‖g‖² after a small step towards zero of one weight rises by twice its score: hence the largest are removed."""
    draw = np.random.default_rng(1)
    params = initial(TINY, 2)
    images, labels = draw.random((30, 4)).astype(np.float32), draw.integers(0, 2, 30)
    scores, step = grasp.scores(TINY, params, images, labels, 1.0)["fc2.weight"], 1e-4
    before = explicit(TINY, params, images, labels, 1.0)[1]
    for at in np.ndindex(scores.shape):
        faded = {name: value.astype(np.float64) for name, value in params.items()}
        faded["fc2.weight"][at] *= 1 - step
        after = explicit(TINY, faded, images, labels, 1.0)[1]
        assert (after @ after - before @ before) / step == pytest.approx(2 * scores[at], rel=0.01, abs=1e-7)


def test_grasp_removes_the_largest() -> None:
    spec = Lab(**COMMON, method="grasp")
    splits, theta0 = load(spec.data, spec.seed), initial(spec.net, spec.seed)
    scores = {name: -values for name, values in early.SCORES["grasp"](spec, splits, theta0).items()}
    mask = found("grasp", 60)
    kept = np.concatenate([scores[name][mask[name]] for name in mask])
    gone = np.concatenate([scores[name][~mask[name]] for name in mask])
    assert kept.size == 60 and kept.max() <= gone.min()


# ── SynFlow ──────────────────────────────────────────────────────────────────────────────────────────────────────


def by_paths(net: Net, params: dict[str, np.ndarray]) -> tuple[float, dict[str, np.ndarray]]:
    """R and every weight's share of it, path by path."""
    names, total = weight_names(net), 0.0
    shares = {name: np.zeros(params[name].shape) for name in names}
    for path in itertools.product(*(range(size) for size in net.sizes)):
        edges = [(name, (path[at + 1], path[at])) for at, name in enumerate(names)]
        worth = float(np.prod([abs(float(params[name][edge])) for name, edge in edges]))
        total += worth
        for name, edge in edges:
            shares[name][edge] += worth
    return total, shares


def scored(net: Net, params: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    model = synflow.positive(net, params)
    row = synflow.flow(model, net, [model.get_parameter(name) for name in weight_names(net)]).numpy()
    parts = np.split(row, np.cumsum([params[name].size for name in weight_names(net)])[:-1])
    return {name: part.reshape(params[name].shape) for name, part in zip(weight_names(net), parts, strict=True)}


def test_synflow_s_score_is_the_sum_of_the_paths_through_a_weight() -> None:
    params = initial(TINY, 3)
    total, shares = by_paths(TINY, params)
    scores = scored(TINY, params)
    for name in shares:
        np.testing.assert_allclose(scores[name], shares[name], rtol=1e-12)
        assert scores[name].sum() == pytest.approx(total)  # every path crosses every layer once


def test_what_flows_into_a_unit_flows_out_of_it() -> None:
    scores = scored(Net(sizes=(16, 8, 6, 10)), initial(Net(sizes=(16, 8, 6, 10)), 4))
    for into, out in (("fc1", "fc2"), ("fc2", "fc3")):
        np.testing.assert_allclose(scores[f"{into}.weight"].sum(1), scores[f"{out}.weight"].sum(0), rtol=1e-12)


def test_synflow_rescores_what_is_left_until_one_path_remains() -> None:
    net = Net(sizes=(16, 8, 6, 10))
    params = initial(net, 5)
    masks = [synflow.cut(net, params, keep) for keep in (200, 60, 12, 3)]
    assert [mask.kept for mask in masks] == [200, 60, 12, 3]
    assert list(masks[-1].counts().values()) == [1, 1, 1]
    (path,) = [np.argwhere(masks[-1]["fc1.weight"])[0]]
    assert masks[-1]["fc2.weight"][:, path[0]].sum() == 1, "the last three weights are one path"


def test_synflow_cuts_what_brute_force_would_cut_round_by_round() -> None:
    params, alive = initial(TINY, 6), np.ones(18, bool)
    for turn in range(1, 5):  # 18 → 4 in four rounds
        masked = dict(params)
        parts = np.split(alive, [12])
        for name, part in zip(weight_names(TINY), parts, strict=True):
            masked[name] = params[name] * part.reshape(params[name].shape)
        shares = np.concatenate([by_paths(TINY, masked)[1][name].ravel() for name in weight_names(TINY)])
        left = int(18 * (4 / 18) ** (turn / 4) + 0.5)
        order = [at for at in np.argsort(shares, kind="stable") if alive[at]]
        alive[order[: len(order) - left]] = False
    mine = synflow.cut(TINY, params, 4, rounds=4)
    assert np.array_equal(np.concatenate([layer.ravel() for layer in mine.values()]), alive)


# ── ERK, magnitude ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("net", [TINY, Net(sizes=(16, 8, 10)), Net("conv2", (16, 8, 8, 10), width=0.06)])
def test_erk_deals_every_number_of_weights_exactly(net: Net) -> None:
    shapes = {name: alive.shape for name, alive in Mask.dense(net).items()}
    total = Mask.dense(net).total
    for keep in range(total + 1):
        counts = erk.counts(net, keep)
        assert sum(counts.values()) == keep
        assert all(0 <= count <= np.prod(shapes[name]) for name, count in counts.items())
        raw = {name: count / sum(shapes[name]) for name, count in counts.items() if count < np.prod(shapes[name])}
        for (one, a), (other, b) in itertools.combinations(raw.items(), 2):  # proportional, but for whole weights
            assert abs(a - b) <= 1 / sum(shapes[one]) + 1 / sum(shapes[other])


def test_the_lot_falls_anew_for_every_size_and_the_same_for_every_run() -> None:
    one, again = found("erk", 60), found("erk", 60)
    assert one == again and one.kept == 60
    assert one.counts() == erk.counts(COMMON["net"], 60)


def test_magnitude_at_the_start_keeps_the_largest_first_values() -> None:
    theta0, mask = initial(COMMON["net"], 0), found("magnitude-start", 50)
    size = np.concatenate([np.abs(theta0[name]).ravel() for name in mask])
    kept = np.concatenate([mask[name].ravel() for name in mask])
    assert size[kept].min() >= size[~kept].max() and kept.sum() == 50


# ── their trainings ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", [*FOUR, "snip-reinit"])
def test_each_has_exactly_as_many_weights_as_the_ticket(method: str) -> None:
    cells = run(Lab(**COMMON, method=method)).tables["cells"]
    ticket = schedule(PRUNING, Mask.dense(COMMON["net"]))
    for row, level in enumerate(cells["round"]):
        assert cells["kept"][row] == sum(ticket[level].values())
    rows = {(level, name): row for row, (level, name) in
            enumerate(zip(cells["round"], cells["condition"], strict=True))}
    if method in ("erk", "snip-reinit"):
        assert rows.keys() == {(1, method), (4, method)}
        return
    assert rows.keys() == {(1, method), (4, method), (4, f"{method}-shuffled"), (4, f"{method}-reinit")}
    mine, shuffled, reinit = (rows[4, f"{method}{check}"] for check in ("", "-shuffled", "-reinit"))
    for layer in ("fc1.kept", "fc2.kept"):
        assert cells[layer][mine] == cells[layer][shuffled] == cells[layer][reinit]
    assert cells["log10_paths"][mine] == cells["log10_paths"][reinit], "the mask itself is the same"
    assert len({cells["test_loss"][row] for row in (mine, shuffled, reinit)}) == 3


def test_an_interrupted_look_at_the_masks_ends_alike(tmp_path: Path) -> None:
    spec = Lab(**COMMON, method="collapse")
    whole = run(spec).tables["masks"]
    options = Options(checkpoint=tmp_path / "half", checkpoint_seconds=0.0)
    for count, _ in enumerate(stream(spec, options)):
        if count == 3:
            break
    again = run(spec, options).tables["masks"]
    assert list(whole["condition"]) == [*early.NAMES, *early.NAMES]
    for name in whole:
        if name != "seconds":
            np.testing.assert_array_equal(again[name], whole[name])


def test_a_layer_without_weights_lets_nothing_through_and_synflow_has_none() -> None:
    masks = {name: found(name, 6) for name in early.NAMES}
    assert min(masks["synflow"].counts().values()) > 0
    assert any(min(mask.counts().values()) == 0 for mask in masks.values()), "six weights are few enough for the others"
