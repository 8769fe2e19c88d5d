"""The price: smaller matrices say the same, ledgers count what they should, and clocks are read in turns."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lth_core.engine import Options, run
from lth_core.experiments import Cost, Instability, Lottery, Subspace
from lth_core.experiments.cost.timing import in_turns
from lth_core.experiments.lottery import mask_source as chain
from lth_core.experiments.subspace.run import directions, logits
from lth_core.masks.mask import Mask
from lth_core.masks.neurons import by_neurons, shrunk
from lth_core.nets.layers import weight_count
from lth_core.nets.params import Params, initial
from lth_core.results.atlas import reindex
from lth_core.results.compare import compare
from lth_core.results.store import Store
from lth_core.running import population
from lth_core.spec import Data, Net, Pruning, Rewind, Spec, SpecError, Training

DATA, NET = Data(pool=7, train=600, validation=300), Net(sizes=(16, 12, 8, 10))
SHORT = Training(lr=5e-3, steps=40, eval_every=20, measure="validation")
COMMON: dict[str, Any] = {"data": DATA, "net": NET, "training": SHORT, "pruning": Pruning(rounds=3)}


def answers(params: Params, images: np.ndarray) -> np.ndarray:
    """Logits (n, classes) in double precision."""
    names, signal = [name for name in params if name.endswith("weight")], images.astype(np.float64)
    for name in names:
        signal = signal @ params[name].T.astype(np.float64) + params[name.replace("weight", "bias")]
        if name != names[-1]:
            signal = np.maximum(signal, 0)
    return signal


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), density=st.floats(0.02, 0.6))
def test_a_shrunk_net_says_the_same_and_keeps_no_idle_unit(seed: int, density: float) -> None:
    rng = np.random.default_rng(seed)
    params = {name: rng.standard_normal(value.shape) for name, value in initial(NET, 0).items()}
    params |= {name: np.where(rng.random(value.shape) < density, value, 0) for name, value in params.items()
               if name.endswith("weight")}
    small, images = shrunk(params), rng.random((20, 16))
    np.testing.assert_allclose(answers(small, images), answers(params, images), rtol=0, atol=1e-9)
    weights = [small[name] for name in small if name.endswith("weight")]
    for before, after in pairwise(weights):
        assert len(before) == after.shape[1]
        assert np.any(before, axis=1).all() and np.any(after, axis=0).all()


@pytest.mark.parametrize("most", [26 + 1, 100, 200, 368])
def test_neurons_go_whole_by_their_norm_until_the_weights_fit(most: int) -> None:
    params = initial(NET, 0)
    mask = by_neurons(params, most)
    assert mask.kept <= most
    first = mask["fc1.weight"]
    kept = first.any(axis=1)
    assert (first == kept[:, None]).all() and (mask["fc2.weight"] <= kept[None, :]).all()
    norms = np.linalg.norm(params["fc1.weight"], axis=1)
    assert norms[kept].min() >= norms[~kept].max(initial=0)
    assert most < 368 or mask.kept == 368, "there was room for the whole net"


def test_too_few_weights_for_one_neuron_a_layer_name_the_number() -> None:
    with pytest.raises(ValueError, match="most = 26"):
        by_neurons(initial(NET, 0), 26)


def test_jobs_take_turns_and_the_fastest_turn_counts() -> None:
    order: list[str] = []

    def job(name: str, loops: int) -> None:
        order.append(name)
        sum(range(loops if len(order) != 3 else 50 * loops))  # the first turn that counts is disturbed

    found = in_turns({"a": lambda: job("a", 100_000), "b": lambda: job("b", 100_000)}, 3)
    assert order == ["a", "b"] * 4
    assert 0 < found["a"] < 10 * found["b"]


def test_a_ledger_of_training_steps() -> None:
    costs = run(Cost(**COMMON, levels=(0, 2, 3), repeats=1)).tables["costs"]
    assert costs["level"].tolist() == [0] * 3 + [2] * 3 + [3] * 3
    assert costs["backend"].tolist() == ["reference", "dense", "sparse"] * 3
    assert (costs["step_seconds"] > 0).all()
    assert costs["kept"][0] == weight_count(NET) and costs["flops"].tolist() == (6.0 * 60 * costs["kept"]).tolist()
    assert [int(part.sum()) for part in np.split(costs["chosen"], 3)] == [1, 1, 1]


def test_answers_from_every_way_to_store_a_ticket() -> None:
    costs = run(Cost(**COMMON, what="inference", levels=(2, 3), repeats=1)).tables["costs"]
    assert costs["stored"][::2].tolist() == ["dense", *("masked", "csr", "shrunk", "neurons") * 2]
    assert set(costs["batch"]) == {1, 256} and (costs["call_seconds"] > 0).all()
    told = {(level, stored): row for row, (level, stored) in
            enumerate(zip(costs["level"].tolist(), costs["stored"].tolist(), strict=True))}
    for level in (2, 3):
        rows = [told[level, stored] for stored in ("masked", "csr", "shrunk")]
        assert len({costs["test_accuracy"][row] for row in rows}) == 1, "one ticket, however stored"
        assert costs["weights"][told[level, "neurons"]] <= costs["weights"][rows[0]]
        assert costs["bytes"][told[level, "neurons"]] < costs["bytes"][told[0, "dense"]]


def test_masks_come_from_the_record_where_there_is_one(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = Instability(**COMMON, level=3, step=10, alphas=3)
    found = run(spec)
    Store(tmp_path).save(run(Lottery(**COMMON, rewind=Rewind(step=10))))
    reindex(tmp_path)
    recorded = Options(masks=chain.MaskSource(atlas=tmp_path))
    monkeypatch.setattr(chain.rounds, "stream", None)  # whoever runs the lottery now fails
    assert compare(found, run(spec, recorded)).identical
    assert run(Cost(**COMMON, levels=(0,), repeats=1)).tables["costs"]["level"].size == 3


@pytest.mark.parametrize("levels", [(), (2, 1), (1, 1), (0, 4)])
def test_levels_that_rise_within_the_rounds(levels: tuple[int, ...]) -> None:
    with pytest.raises(SpecError, match="levels"):
        Cost(**COMMON, levels=levels)


def test_a_cost_survives_its_own_text() -> None:
    spec = Cost(**COMMON, what="inference", levels=(1,))
    assert Spec.from_json(spec.to_json()) == spec
    assert dataclasses.replace(spec, what="training").key != spec.key


def test_a_lag_of_the_running_averages_does_not_reach_the_statistics_of_the_data() -> None:
    """A variance that has decayed to nothing magnifies whatever the mean lags behind."""
    net = dataclasses.replace(NET, batchnorm=True)
    spec = Lottery(**{**COMMON, "net": net, "pruning": Pruning(rounds=1)})
    cells = run(spec).tables["cells"]
    assert np.isfinite(cells["population_test_accuracy"]).all()
    assert "population_test_accuracy" not in run(Lottery(**COMMON)).tables["cells"]

    from lth_core.data import load

    splits, params, mask = load(DATA, 0), initial(net, 0), Mask.dense(net)
    before = population.errors(net, SHORT, mask, params, splits, Options())
    stale = {name: np.full_like(value, 1e-12) if name == "bn1.running_var" else value
             for name, value in params.items()}
    assert population.errors(net, SHORT, mask, stale, splits, Options()) == before


@pytest.mark.parametrize("dimensions", [(), (5, 5), (9, 3)])
def test_directions_must_rise(dimensions: tuple[int, ...]) -> None:
    with pytest.raises(SpecError, match="dimensions"):
        Subspace(data=DATA, net=NET, training=SHORT, dimensions=dimensions)


def test_only_the_chosen_directions_are_moved() -> None:
    along = directions(500, 7, seed=3)
    np.testing.assert_allclose(np.linalg.norm(along, axis=0), 1, rtol=1e-5)
    assert not np.array_equal(along, directions(500, 7, seed=4))
    params = initial(NET, 0)
    flat = torch.from_numpy(np.concatenate([value.ravel() for value in params.values()]))
    images = np.random.default_rng(0).random((5, 16), np.float32)
    np.testing.assert_allclose(logits(NET, flat, torch.from_numpy(images)).numpy(), answers(params, images), atol=1e-5)


def test_more_directions_learn_more_and_all_of_them_most() -> None:
    spec = Subspace(data=DATA, net=NET, training=dataclasses.replace(SHORT, steps=150), dimensions=(2, 200))
    cells = run(spec).tables["cells"]
    whole, few, many = cells["test_accuracy"]
    assert cells["dimension"].tolist() == [0, 2, 200] and few < many - 0.1 and whole > few + 0.1
    assert cells["parameters"][0] == weight_count(NET) + 12 + 8 + 10


@pytest.mark.parametrize(("changes", "named"), [
    ({"net": dataclasses.replace(NET, batchnorm=True)}, "net.batchnorm = True"),
    ({"training": dataclasses.replace(SHORT, optimiser="sgd")}, "training.optimiser = 'sgd'"),
])
def test_random_directions_refuse_what_they_cannot_move(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(SpecError, match=named):
        dataclasses.replace(Subspace(data=DATA, net=NET, training=SHORT, dimensions=(2,)), **changes)
