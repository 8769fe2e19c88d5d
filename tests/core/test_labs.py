"""The labs of chapter 8: SNIP and Edge-Popup against formulas worked out elsewhere, at exactly the ticket's sizes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lth_core.engine import Options, run, stream
from lth_core.experiments import Lab, Lottery
from lth_core.experiments.lab import edge_popup, snip
from lth_core.experiments.lab.edge_popup import Popup, constants, top
from lth_core.masks.mask import Mask
from lth_core.masks.prune import schedule
from lth_core.masks.select import remove_lowest
from lth_core.nets.params import initial, weight_names
from lth_core.results.result import Result
from lth_core.spec import Data, Net, Pruning, Spec, SpecError, Training
from tests.core import small

NET = Net(sizes=(16, 8, 10))
PRUNING = Pruning(rate=0.4, rounds=4)
COMMON: dict[str, Any] = {"data": Data(pool=7, train=600, validation=300), "net": NET, "pruning": PRUNING}
ADAM = Training(lr=5e-3, steps=40, eval_every=20, batch=60)
SGD = Training(optimiser="sgd", lr=0.1, momentum=0.9, weight_decay=5e-4, steps=40, eval_every=20, batch=60)
SNIP = Lab(**COMMON, training=ADAM, method="snip", levels=(1, 4))
POPUP = Lab(**COMMON, training=SGD, method="edge-popup", levels=(2,))


@pytest.fixture(scope="module")
def snipped() -> Result:
    return run(SNIP)


@pytest.fixture(scope="module")
def popped() -> Result:
    return run(POPUP)


def numeric(net: Net, params: dict[str, np.ndarray], images: np.ndarray, labels: np.ndarray) -> dict[str, np.ndarray]:
    """w·∂L/∂w by central differences of a gate on each weight, in float64 and nothing of the engine."""
    def loss(gated: dict[str, np.ndarray]) -> float:
        x = images.astype(np.float64)
        for position, name in enumerate(weight_names(net)):
            x = (np.maximum(x, 0) if position else x) @ gated[name].T + params[name.replace("weight", "bias")]
        x -= x.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(x).sum(axis=1)) - x[np.arange(len(labels)), labels]))

    found = {}
    plain = {name: params[name].astype(np.float64) for name in weight_names(net)}
    for name in plain:
        found[name] = np.zeros(plain[name].shape)
        for at in np.ndindex(plain[name].shape):
            sides = []
            for gate in (1 + 1e-5, 1 - 1e-5):
                gated = plain | {name: plain[name].copy()}
                gated[name][at] *= gate
                sides.append(loss(gated))
            found[name][at] = (sides[0] - sides[1]) / 2e-5
    return found


def test_snip_s_score_is_the_loss_s_slope_at_a_gate_summed_before_the_absolute_value() -> None:
    net, data = Net(sizes=(12, 4, 3)), small.problem()
    params, _ = small.start(net, 1.0)
    looks = [(data.train.images[i : i + 20], data.train.labels[i : i + 20]) for i in (0, 20)]
    slopes = [numeric(net, params, *look) for look in looks]
    found = snip.sensitivity(net, params, iter(looks))
    for name in weight_names(net):
        after = np.abs(slopes[0][name] + slopes[1][name])
        np.testing.assert_allclose(found[name], after, atol=1e-8)
        before = np.abs(slopes[0][name]) + np.abs(slopes[1][name])
        assert np.abs(found[name] - before).max() > 1e-3  # the order of sum and absolute value is seen
    assert (found["fc1.weight"][:, 0] == 0).all()  # pixel 0 is never lit in the training split


def test_every_lab_keeps_exactly_as_many_weights_as_the_ticket(snipped: Result, popped: Result) -> None:
    ticket = schedule(PRUNING, Mask.dense(NET))
    for result in (snipped, popped):
        cells = result.tables["cells"]
        for row, level in enumerate(cells["round"]):
            counts = ticket[level]
            assert cells["kept"][row] == sum(counts.values())
            if cells["condition"][row] not in ("snip-global", "snip-shuffled"):
                assert [cells[f"fc{i}.kept"][row] for i in (1, 2)] == list(counts.values())
    lottery = run(Lottery(**COMMON, training=ADAM)).tables["cells"]
    kept = dict(zip(lottery["round"], lottery["kept"], strict=True))
    assert all(kept[level] == sum(ticket[level].values()) for level in (1, 2, 4))


def test_the_shuffled_mask_keeps_snip_s_share_of_every_layer_and_nothing_else(snipped: Result) -> None:
    cells = snipped.tables["cells"]
    of = {(name, level): row for row, (name, level) in enumerate(zip(cells["condition"], cells["round"], strict=True))}
    for level in SNIP.levels:
        one, other = of["snip-global", level], of["snip-shuffled", level]
        assert [cells[f"fc{i}.kept"][one] == cells[f"fc{i}.kept"][other] for i in (1, 2)] == [True, True]
        assert cells["test_loss"][one] != cells["test_loss"][other]


@pytest.mark.parametrize("spec", [SNIP, POPUP], ids=["snip", "edge-popup"])
def test_the_same_spec_gives_the_same_numbers_and_an_interrupted_run_ends_alike(spec: Lab, tmp_path: Path) -> None:
    whole = run(spec).tables["cells"]
    path = tmp_path / "checkpoint"
    options = Options(checkpoint=path, checkpoint_seconds=0.0)
    for snapshot in stream(spec, options):
        if snapshot.stage == "cell":
            break
    assert path.exists()
    again = run(spec, options).tables["cells"]
    assert list(again) == list(whole)
    for name in whole:
        np.testing.assert_array_equal(again[name], whole[name])


def test_the_last_moment_carries_a_result_of_the_spec(popped: Result) -> None:
    assert Spec.from_json(POPUP.to_json()) == POPUP and popped.key == POPUP.key
    assert set(popped.tables["cells"]["condition"]) == {"edge-popup", "edge-popup-scaled"}


# ── Edge-Popup ───────────────────────────────────────────────────────────────────────────────────────────────────


def popup(scaled: bool = False, **training: Any) -> Popup:
    counts = {"fc1.weight": 40, "fc2.weight": 12}
    settings = {"optimiser": "sgd", "lr": 0.1, "steps": 30, **training}
    return Popup(Net(sizes=(12, 8, 3)), Training(**settings), 0, counts, small.problem(), scaled=scaled)


def test_scores_learn_by_the_paper_s_rule_the_absent_ones_too() -> None:
    search = popup(lr=0.5)
    weights = {name: value.numpy().astype(np.float64) for name, value in search.weights.items()}
    scores = {name: value.detach().numpy().copy() for name, value in search.scores.items()}
    mask, batch = search.mask(), small.order(1, 20)
    images, labels = search.data.train.images[batch[0]], search.data.train.labels[batch[0]]
    kept = {name: weights[name] * mask[name] for name in weights}
    hidden = images @ kept["fc1.weight"].T  # I_v of the hidden units; Z_u is what ReLU leaves of it
    logits = np.maximum(hidden, 0) @ kept["fc2.weight"].T
    delta = np.exp(logits - logits.max(axis=1, keepdims=True))
    delta /= delta.sum(axis=1, keepdims=True)
    delta[np.arange(len(labels)), labels] -= 1
    delta /= len(labels)
    slope = {"fc2.weight": delta.T @ np.maximum(hidden, 0),
             "fc1.weight": ((delta @ kept["fc2.weight"]) * (hidden > 0)).T @ images}
    search.advance(batch)
    for name, score in search.scores.items():
        step = 0.5 * slope[name] * weights[name] * np.sign(scores[name])  # ∂L/∂I_v · Z_u · w_uv
        np.testing.assert_allclose(score.detach().numpy(), scores[name] - step, atol=1e-6)
        assert np.any(step[~mask[name]] != 0)


def test_weights_never_move_and_the_mask_does() -> None:
    search = popup(momentum=0.9, weight_decay=5e-4)
    before = {name: value.clone() for name, value in search.weights.items()}
    first = search.mask()
    search.advance(small.order(30, 20))
    assert all(torch.equal(search.weights[name], before[name]) for name in before)
    last = search.mask()
    assert first != last and first.counts() == last.counts() == search.counts
    params = search.params()
    for name in last:
        assert (params[name][~last[name]] == 0).all() and (params[name][last[name]] != 0).all()
    assert not params["fc1.bias"].any() and not params["fc2.bias"].any()


def test_searching_pays() -> None:
    search = popup(steps=300, momentum=0.9)
    before = search.evaluate("validation")
    search.advance(small.order(300, 20))
    after = search.evaluate("validation")
    assert after[0] < before[0] and after[1] > before[1] + 0.2


def test_the_constants_have_the_signs_of_theta0_and_kaiming_s_size() -> None:
    net = Net()
    theta0, plain = initial(net, 3), constants(net, 3)
    counts = {"fc1.weight": 23_520, "fc2.weight": 3_000, "fc3.weight": 100}  # a tenth of every layer
    scaled = constants(net, 3, counts)
    for name, inputs in zip(weight_names(net), net.sizes, strict=False):
        assert np.array_equal(np.sign(plain[name]), np.where(theta0[name] < 0, -1, 1))
        np.testing.assert_allclose(np.abs(plain[name]), math.sqrt(2 / inputs), rtol=1e-6)
        np.testing.assert_allclose(scaled[name] / plain[name], math.sqrt(10), rtol=1e-6)


def test_the_top_scores_are_those_that_survive_exact_ranking() -> None:
    draw = np.random.default_rng(0)
    for count in (1, 7, 24, 48):
        scores = draw.integers(0, 6, (6, 8)).astype(np.float32)  # many ties
        mine = top(scores, count)
        alive = Mask({"w": np.ones((6, 8), bool)})
        assert np.array_equal(mine, remove_lowest({"w": scores}, alive, {"w": 48 - count})["w"])


def test_the_rate_falls_on_a_cosine_to_nothing() -> None:
    rates = [edge_popup.cosine(Training(lr=0.2, steps=40), step) for step in (0, 10, 20, 40)]
    assert rates == pytest.approx([0.2, 0.1 * (1 + math.sqrt(0.5)), 0.1, 0.0])


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("levels", [(), (3, 1), (2, 2), (5,)])
def test_levels_must_be_rounds_of_the_schedule(levels: tuple[int, ...]) -> None:
    with pytest.raises(SpecError, match=r"levels = .* rising rounds, at most pruning\.rounds = 4"):
        Lab(**COMMON, training=ADAM, levels=levels)


def test_edge_popup_names_what_it_cannot_train() -> None:
    with pytest.raises(SpecError, match=r"training\.optimiser = 'adam' is not allowed: sgd"):
        Lab(**COMMON, training=ADAM, method="edge-popup", levels=(1,))
    net = Net(sizes=(16, 8, 10), batchnorm=True)
    with pytest.raises(SpecError, match=r"net\.batchnorm = True is not allowed: false"):
        Lab(**(COMMON | {"net": net}), training=SGD, method="edge-popup", levels=(1,))
