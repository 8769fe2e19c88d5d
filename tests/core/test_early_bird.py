"""Early-Bird tickets: distances against a count by hand, the criterion against the paper's words, tickets against the
one-shot lottery that they must equal."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lth_core.engine import run
from lth_core.experiments import Dense, EarlyBird, Lottery
from lth_core.experiments.early_bird import read
from lth_core.experiments.early_bird.distance import distance, over_all, settled
from lth_core.experiments.early_bird.run import RESTARTED, TRAINED_ON
from lth_core.experiments.early_bird.spec import TINY
from lth_core.masks.mask import Mask
from lth_core.masks.prune import at_once, schedule
from lth_core.results.result import Result
from lth_core.spec import Data, Net, Pruning, SpecError, Training

BITS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=12)


def two(pairs: list[tuple[bool, bool]]) -> tuple[Mask, Mask]:
    """Two masks of two layers."""
    cut = len(pairs) // 2
    made = [Mask({"fc1.weight": np.array([pair[which] for pair in pairs[:cut]], bool),
                  "fc2.weight": np.array([pair[which] for pair in pairs[cut:]], bool)}) for which in (0, 1)]
    return made[0], made[1]


@given(BITS)
def test_the_distance_is_what_counting_gives(pairs: list[tuple[bool, bool]]) -> None:
    one, other = two(pairs)
    differ = sum(a != b for a, b in pairs)
    alive = sum(a for a, _ in pairs) + sum(b for _, b in pairs)
    assert distance(one, other) == distance(other, one) == (differ / alive if alive else 0)
    assert over_all(one, other) == differ / len(pairs)
    assert 0 <= over_all(one, other) <= 1 and 0 <= distance(one, other) <= 1
    assert (distance(one, other) == 0) == (one == other)


@given(st.integers(1, 6), st.data())
def test_of_masks_of_one_size_it_is_the_share_that_the_other_lacks(kept: int, data: st.DataObject) -> None:
    places = st.lists(st.integers(0, 11), min_size=kept, max_size=kept, unique=True)
    mine, theirs = (set(data.draw(places)) for _ in range(2))
    one, other = (Mask({"w": np.isin(np.arange(12), list(chosen))}) for chosen in (mine, theirs))
    assert distance(one, other) == pytest.approx(len(mine - theirs) / kept)
    assert over_all(one, other) <= 2 * one.density + 1e-12


def by_the_paper(distances: np.ndarray, epsilon: float, length: int) -> int | None:
    """The authors' loop in plain words: a queue of masks; once it is full, the newest is compared with the others."""
    queue: list[int] = []
    for epoch in range(len(distances)):
        queue.append(epoch)
        if len(queue) > length:
            queue.pop(0)
        if len(queue) == length and max(distances[epoch, before] for before in queue[:-1]) <= epsilon:
            return epoch
    return None


@given(st.integers(1, 9), st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_the_criterion_is_the_papers(masks: int, queue: int, seed: int) -> None:
    distances = np.random.default_rng(seed).uniform(0, 0.2, (masks, masks))
    assert settled(distances, 0.15, queue) == by_the_paper(distances, 0.15, queue)


def test_the_criterion_waits_for_five_masks_and_may_never_fire() -> None:
    assert settled(np.zeros((4, 4))) is None and settled(np.zeros((7, 7))) == 4
    assert settled(np.ones((7, 7)) - np.eye(7)) is None


def test_a_mask_of_few_weights_is_always_settled_by_the_count_over_all() -> None:
    """Why the distance goes over alive weights: two masks of 4% without a weight in common pass the paper's bar."""
    masks = [Mask({"w": np.arange(100) // 4 == number}) for number in range(5)]
    far, near = (np.array([[how(a, b) for b in masks] for a in masks]) for how in (distance, over_all))
    assert settled(near) == 4 and settled(far) is None and far[0, 1] == 1


SMALL: dict[str, Any] = {"data": Data(pool=4, train=600, validation=200), "net": Net(sizes=(49, 12, 10)), "seed": 2}
TRAINING = Training(lr=0.01, steps=20, eval_every=20, batch=30, measure="validation")


@pytest.fixture(scope="module")
def drawn() -> Result:
    return run(EarlyBird(**SMALL, training=dataclasses.replace(TRAINING, steps=60), level=2, budget=20))


def test_every_mask_has_the_tickets_sizes_and_every_pair_its_distance(drawn: Result) -> None:
    spec = read.spec_of(drawn)
    assert read.moments(drawn) == spec.moments == (10, 20, 30, 40, 60) and spec.epoch == 20
    whole = Mask.dense(spec.net)
    assert set(drawn.tables["cells"]["kept"]) == {sum(schedule(spec.pruning, whole)[2].values())}
    found = read.matrix(drawn)
    assert (found == found.T).all() and (found[~np.eye(5, dtype=bool)] > 0).all() and not found.diagonal().any()
    np.testing.assert_allclose(read.matrix(drawn, "all"), found * 2 * drawn.tables["cells"]["density"][0])


def test_the_mask_of_a_whole_training_is_the_one_shot_lotterys(drawn: Result) -> None:
    """Drawn where that lottery's dense training ends, restarted for as long: the same net, bit for bit."""
    lottery = run(Lottery(**SMALL, training=TRAINING, pruning=Pruning(rounds=2, schedule="one-shot")))
    cells, theirs = drawn.tables["cells"], lottery.tables["cells"]
    mine = np.flatnonzero((cells["step"] == 20) & (cells["condition"] == RESTARTED))[0]
    other = np.flatnonzero(theirs["round"] == 2)[0]
    for name in ("kept", "fc1.kept", "test_accuracy", "test_loss"):
        assert cells[name][mine] == theirs[name][other], name


def test_the_dense_net_trains_as_if_nobody_drew_masks(drawn: Result) -> None:
    dense = run(Dense(**SMALL, training=dataclasses.replace(TRAINING, steps=60)))
    assert drawn.tables["dense"]["test_loss"][-1] == dense.tables["cells"]["test_loss"][0]


def test_trained_on_goes_on_where_the_dense_net_is(drawn: Result) -> None:
    """With no steps to take it is the dense net, cut."""
    at_rest = run(dataclasses.replace(read.spec_of(drawn), budget=0))
    restarted, on = (read.accuracy(at_rest, way) for way in (RESTARTED, TRAINED_ON))
    assert np.all(on[1:] > restarted[1:]) and np.all(on <= at_rest.tables["dense"]["test_accuracy"] + 0.05)
    assert np.all(read.accuracy(drawn, TRAINED_ON) > on)


def test_one_cut_takes_the_smallest_of_each_layer() -> None:
    whole = Mask({"a.weight": np.ones((2, 5)), "b.weight": np.ones((1, 10))})
    values = {name: np.random.default_rng(3).normal(size=alive.shape) for name, alive in whole.items()}
    found = at_once(Pruning(), values, whole, 3)
    assert found.counts() == schedule(Pruning(rounds=3), whole)[3]
    for name, alive in found.items():
        assert np.abs(values[name][alive]).min() > np.abs(values[name][~alive]).max()


def test_a_training_that_diverged_draws_no_mask() -> None:
    wild = Training(optimiser="sgd", lr=10.0, momentum=0.9, weight_decay=1.0, steps=60, eval_every=60, batch=30)
    result = run(EarlyBird(data=Data(pool=7, train=300, validation=100), net=Net(sizes=(16, 8, 10)), training=wild,
                           level=1, budget=5))
    assert len(read.moments(result)) < len(read.spec_of(result).moments) and read.emerged(result) is None


def test_what_cannot_be_run_is_refused_by_name() -> None:
    with pytest.raises(SpecError, match=r"pruning\.scope = 'global' is not allowed: layer"):
        dataclasses.replace(TINY, pruning=Pruning(scope="global"))
    with pytest.raises(SpecError, match=r"pruning\.criterion"):
        dataclasses.replace(TINY, pruning=Pruning(criterion="movement"))
    with pytest.raises(SpecError, match="level = 60 is not allowed: at most"):
        dataclasses.replace(TINY, level=60)
    with pytest.raises(ValueError, match="reads Early-Bird runs, not 'dense'"):
        read.spec_of(run(Dense(**SMALL, training=TRAINING)))
