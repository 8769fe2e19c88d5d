"""The lottery on tiny nets and few real images: exact counts, exact rewinds, honest controls."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from lth_core.engine import Options, run, stream
from lth_core.masks.mask import Mask
from lth_core.masks.prune import prune, schedule
from lth_core.nets.drawn import SMALL, followed
from lth_core.nets.layers import weight_count
from lth_core.nets.params import initial, weight_names
from lth_core.results.result import Result
from lth_core.running.conditions import begin
from lth_core.spec import CONDITIONS, Condition, Net, Pruning, Rewind, Training
from tests.core.tiny import NET, SHORT, TINY, cell, mask_at, weights


@pytest.fixture(scope="module")
def tiny() -> Result:
    return run(TINY)


def test_every_round_keeps_exactly_the_scheduled_number(tiny: Result) -> None:
    expected = schedule(TINY.pruning, Mask.dense(NET))
    for level, counts in enumerate(expected):
        assert mask_at(tiny, level).counts() == counts
        assert cell(tiny, "kept", level) == sum(counts.values())


def test_lenet_s_levels_are_the_papers() -> None:
    kept = [sum(counts.values()) / weight_count(Net()) for counts in schedule(Pruning(rounds=18), Mask.dense(Net()))]
    assert [round(100 * kept[level], 1) for level in (3, 7, 12, 15, 18)] == [51.3, 21.1, 7.0, 3.6, 1.9]


@pytest.mark.parametrize("backend", ["reference", "dense", "sparse"])
def test_every_backend_finds_the_same_masks(backend: str) -> None:
    spec = dataclasses.replace(TINY, training=dataclasses.replace(SHORT, steps=20, eval_every=20))
    chosen, forced = run(spec), run(spec, Options(backend=backend))
    assert set(forced.tables["costs"]["backend"]) == {backend}
    for level in range(1, 5):
        assert mask_at(forced, level) == mask_at(chosen, level), level


def test_masks_are_nested_and_pruned_weights_stay_zero(tiny: Result) -> None:
    for level in range(1, 5):
        assert mask_at(tiny, level).within(mask_at(tiny, level - 1))
    measured = [snapshot for snapshot in stream(TINY) if snapshot.stage == "train"]
    assert {snapshot.round for snapshot in measured} == set(range(5))
    for snapshot in measured:
        mask = mask_at(tiny, snapshot.round)
        assert snapshot.arrays.keys() == mask.keys()
        for name, values in snapshot.arrays.items():
            assert not values[~mask[name]].any()


def test_the_pruned_are_the_smallest_of_their_layer(tiny: Result) -> None:
    final, before, after = weights(tiny, 0, -1), mask_at(tiny, 0), mask_at(tiny, 1)
    for name, values in final.items():
        gone, stay = before[name] & ~after[name], after[name]
        assert np.abs(values[gone]).max() <= np.abs(values[stay]).min()


def test_a_large_net_is_followed_by_sample_and_the_rest_only_to_its_end() -> None:
    net = Net(sizes=(16, 300, 100, 10))
    assert weight_count(net) > SMALL
    large = run(dataclasses.replace(TINY, net=net, training=dataclasses.replace(SHORT, steps=10, eval_every=10)))
    chosen = followed(net)
    assert np.array_equal(chosen, np.unique(chosen)) and chosen[-1] < weight_count(net)
    for level in range(5):
        alive = np.concatenate([array.ravel() for array in mask_at(large, level).values()])
        whole = np.zeros(weight_count(net), np.float32)
        whole[alive] = large.arrays[f"final/{level}"]
        np.testing.assert_array_equal(large.arrays[f"path/{level}"][-1], whole[chosen[alive[chosen]]])


def test_the_recorded_threshold_parts_the_kept_from_the_pruned(tiny: Result) -> None:
    movement = tiny.tables["movement"]
    for level in range(4):
        final, before, after = weights(tiny, level, -1), mask_at(tiny, level), mask_at(tiny, level + 1)
        for name, values in final.items():
            cut = movement[f"{name.removesuffix('.weight')}.threshold"][level]
            assert cut == np.abs(values[before[name] & ~after[name]]).max()


def test_rewinding_to_the_start_is_exact(tiny: Result) -> None:
    theta0 = initial(NET, TINY.seed)
    for level in range(5):
        for name, values in weights(tiny, level, 0).items():
            assert values.tobytes() == np.where(mask_at(tiny, level)[name], theta0[name], np.float32(0)).tobytes()


def test_rewinding_to_step_k_is_exact() -> None:
    result = run(dataclasses.replace(TINY, rewind=Rewind(step=7)))
    curves = result.tables["curves"]
    at = list(curves["step"][curves["round"] == 0]).index(7)
    theta_k = weights(result, 0, at)
    for level in (1, 4):
        for name, values in weights(result, level, 0).items():
            assert values.tobytes() == np.where(mask_at(result, level)[name], theta_k[name], np.float32(0)).tobytes()
    assert curves["step"][curves["round"] == 1].min() == 7, "the budget after a rewind to k is T − k"


@pytest.mark.parametrize("mode", ["lr", "fine-tune"])
def test_without_rewinding_the_weights_go_on_from_where_they_were(mode: str) -> None:
    result = run(dataclasses.replace(TINY, rewind=Rewind(mode=mode, step=20)))
    for level in (1, 3):
        for name, values in weights(result, level, 0).items():
            before = weights(result, level - 1, -1)[name]
            assert values.tobytes() == np.where(mask_at(result, level)[name], before, np.float32(0)).tobytes()


def test_one_shot_prunes_the_dense_net_to_the_same_counts(tiny: Result) -> None:
    result = run(dataclasses.replace(TINY, pruning=Pruning(rounds=4, schedule="one-shot")))
    dense = weights(result, 0, -1)
    for level in (1, 4):
        mask = mask_at(result, level)
        assert mask.counts() == mask_at(tiny, level).counts()
        for name, values in dense.items():
            assert np.abs(values[~mask[name]]).max() <= np.abs(values[mask[name]]).min()


def test_global_scope_can_spare_the_output_layer() -> None:
    pruning = Pruning(rate=0.5, output_rate=0.0, rounds=2, scope="global")
    mask = prune(pruning, Mask.dense(NET), initial(NET, 0), 0, 1)
    hidden = weight_count(NET) - 80
    assert mask.counts()["fc3.weight"] == 80
    assert mask.kept == 80 + hidden - round(hidden / 2)


def test_random_chain_is_nested_too() -> None:
    pruning = Pruning(rounds=3, criterion="random")
    first = prune(pruning, Mask.dense(NET), initial(NET, 0), 0, 1)
    second = prune(pruning, first, initial(NET, 0), 0, 2)
    assert second.within(first) and second.counts() == schedule(pruning, Mask.dense(NET))[2]


@pytest.mark.parametrize(("criterion", "goes"), [
    ("magnitude", 2), ("large-init", 3), ("movement", 0), ("magnitude-increase", 1),
])
def test_each_criterion_cuts_the_weight_that_is_lowest_by_its_own_score(criterion: str, goes: int) -> None:
    theta0, trained = ({"fc1.weight": np.array([values]), "fc2.weight": np.ones((1, 1))}
                       for values in ([-0.5, 0.9, 0.4, 0.1], [-0.5, -0.3, 0.2, 0.7]))  # sizes: 0, −0.6, −0.2, +0.6
    pruning = Pruning(rate=0.25, output_rate=0.0, criterion=criterion)
    mask = Mask({name: np.ones(values.shape) for name, values in theta0.items()})
    assert np.flatnonzero(~prune(pruning, mask, trained, 0, 1, theta0)["fc1.weight"][0]).tolist() == [goes]


@pytest.mark.parametrize("schedule", ["iterative", "one-shot"])
def test_judged_by_first_sizes_it_does_not_matter_how_a_net_was_trained(schedule: str) -> None:
    with pytest.raises(ValueError, match="criterion 'movement' compares with the weights before training"):
        prune(Pruning(criterion="movement"), Mask.dense(NET), initial(NET, 0), 0, 1)
    pruning = Pruning(rate=0.5, rounds=2, criterion="large-init", schedule=schedule)
    one, other = (run(dataclasses.replace(TINY, pruning=pruning, training=dataclasses.replace(SHORT, lr=lr)))
                  for lr in (5e-3, 5e-4))
    theta0 = initial(NET, 0)
    for name in weight_names(NET):
        np.testing.assert_array_equal(one.arrays[f"died/{name}"], other.arrays[f"died/{name}"])
        alive = mask_at(one, 2)[name]
        assert np.abs(theta0[name][alive]).min() >= np.abs(theta0[name][~alive]).max()


# ── controls ─────────────────────────────────────────────────────────────────────────────────────────────────────

SMALLER = prune(Pruning(rate=0.6), Mask.dense(NET), initial(NET, 0), 0, 1)


def start(name: str, replicate: int = 0):
    return begin(Condition(name, replicate), NET, 0, 1, SMALLER, initial(NET, 0))


@pytest.mark.parametrize("name", CONDITIONS)
def test_no_control_changes_theta0_or_the_number_of_survivors(name: str) -> None:
    theta0 = initial(NET, 0)
    before = {key: value.copy() for key, value in theta0.items()}
    begun = begin(Condition(name), NET, 0, 1, SMALLER, theta0)
    assert begun.mask.kept == SMALLER.kept
    for key, value in theta0.items():
        assert value.tobytes() == before[key].tobytes()
        assert not np.shares_memory(value, begun.params[key])


@pytest.mark.parametrize("name", ["reinit", "keep-signs", "constant-signs", "shuffled-init", "frozen", "supermask"])
def test_controls_of_the_weights_use_the_ticket_s_mask(name: str) -> None:
    assert start(name).mask == SMALLER


@pytest.mark.parametrize("name", ["random", "random-reinit", "shuffled-mask"])
def test_controls_of_the_mask_change_it_and_keep_each_layer_s_count(name: str) -> None:
    mask = start(name).mask
    assert mask != SMALLER and mask.counts() == SMALLER.counts()


def test_random_masks_are_shared_and_replicates_differ() -> None:
    assert start("random").mask == start("random-reinit").mask
    assert start("random").mask != start("random", 1).mask
    assert not np.array_equal(start("reinit").params["fc1.weight"], start("reinit", 1).params["fc1.weight"])


def test_sign_controls_keep_signs_alone() -> None:
    theta0 = initial(NET, 0)
    for name in ("keep-signs", "constant-signs"):
        for layer in SMALLER:
            values = start(name).params[layer]
            assert np.array_equal(np.signbit(values), np.signbit(theta0[layer]))
            assert not np.array_equal(values, theta0[layer])
    assert len(np.unique(np.abs(start("constant-signs").params["fc2.weight"]))) == 1


def test_shuffled_init_deals_the_same_values_to_the_survivors() -> None:
    theta0 = initial(NET, 0)
    for layer, alive in SMALLER.items():
        values = start("shuffled-init").params[layer]
        assert not np.array_equal(values[alive], theta0[layer][alive])
        assert np.array_equal(np.sort(values[alive]), np.sort(theta0[layer][alive]))


def test_all_conditions_run_and_a_supermask_does_not_train() -> None:
    spec = dataclasses.replace(TINY, pruning=Pruning(rounds=1), conditions=tuple(Condition(c) for c in CONDITIONS))
    cells = run(spec).tables["cells"]
    assert sorted(cells["condition"][cells["round"] == 1]) == sorted(CONDITIONS)
    assert list(cells["steps"][cells["condition"] == "supermask"]) == [0]
    assert np.isfinite(cells["test_accuracy"]).all()


def test_controls_may_name_their_rounds() -> None:
    spec = dataclasses.replace(TINY, conditions=(Condition("reinit", 0, (2, 4)),))
    cells = run(spec).tables["cells"]
    assert list(cells["round"][cells["condition"] == "reinit"]) == [2, 4]


def test_divergence_ends_the_run_and_keeps_what_was_measured() -> None:
    # Weight decay 1 at rate 10 multiplies every weight by −9 a step: float32 is exhausted after some forty of them.
    wild = Training(optimiser="sgd", lr=10.0, weight_decay=1.0, steps=200, eval_every=20)
    result = run(dataclasses.replace(TINY, training=wild))
    assert cell(result, "status", 0) == "diverged"
    assert list(result.tables["cells"]["round"]) == [0]
    assert len(result.tables["curves"]["step"]) >= 2
