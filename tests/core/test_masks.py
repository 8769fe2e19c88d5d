"""Pruning by exact rank: counts, nesting, ties, and nobody's arrays changed behind their back."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from lth_core.masks.mask import Mask
from lth_core.masks.select import death_order, remove_lowest, remove_lowest_globally, round_half_up
from lth_core.nets.layers import weight_count
from lth_core.spec import Net

# Few distinct values, so that ties are the rule; ±0.0 and both signs among them.
VALUES = st.sampled_from([-3.0, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 2.0])
SHAPES = array_shapes(min_dims=2, max_dims=2, max_side=7)
LAYERS = st.lists(SHAPES.flatmap(lambda shape: arrays(np.float32, shape, elements=VALUES)), min_size=1, max_size=4)
RATES = st.floats(0, 1)


def named(layers):
    return {f"fc{i}.weight": values for i, values in enumerate(layers, 1)}


def magnitudes(weights):
    return {name: np.abs(values) for name, values in weights.items()}


def dense(weights):
    return Mask({name: np.ones(values.shape, bool) for name, values in weights.items()})


def shares(mask, rate):
    return {name: round_half_up(rate * count) for name, count in mask.counts().items()}


@given(LAYERS, RATES)
def test_layer_wise_pruning_removes_exactly_the_asked_count_from_every_layer(layers, rate):
    weights = named(layers)
    start = dense(weights)
    pruned = remove_lowest(magnitudes(weights), start, shares(start, rate))
    assert pruned.counts() == {name: w.size - round_half_up(rate * w.size) for name, w in weights.items()}


@given(LAYERS, RATES)
def test_global_pruning_removes_exactly_the_asked_count_from_the_net(layers, rate):
    weights = named(layers)
    start = dense(weights)
    count = round_half_up(rate * start.total)
    assert remove_lowest_globally(magnitudes(weights), start, count).kept == start.total - count


@given(LAYERS, RATES)
def test_no_survivor_is_smaller_in_magnitude_than_a_victim(layers, rate):
    weights = named(layers)
    start = dense(weights)
    scores = magnitudes(weights)
    everywhere = remove_lowest_globally(scores, start, round_half_up(rate * start.total))
    survivors = np.concatenate([scores[name][everywhere[name]] for name in scores])
    victims = np.concatenate([scores[name][~everywhere[name]] for name in scores])
    assert victims.max(initial=-np.inf) <= survivors.min(initial=np.inf)
    for name, alive in remove_lowest(scores, start, shares(start, rate)).items():
        assert scores[name][~alive].max(initial=-np.inf) <= scores[name][alive].min(initial=np.inf)


@given(LAYERS, st.lists(RATES, min_size=2, max_size=2), st.randoms(use_true_random=False))
def test_the_partial_sort_removes_what_a_stable_sort_of_all_would(layers, rates, chance):
    weights = named(layers)
    scores = magnitudes(weights)
    before = Mask({name: [[chance.random() >= rates[0] for _ in row] for row in w] for name, w in weights.items()})
    remove = shares(before, rates[1])
    pruned = remove_lowest(scores, before, remove)
    for name, alive in before.items():
        there = np.flatnonzero(alive)
        goes = there[np.argsort(scores[name].ravel()[there], kind="stable")[: remove[name]]]
        assert np.array_equal(np.flatnonzero(alive & ~pruned[name]), np.sort(goes))


@given(LAYERS, st.lists(RATES, min_size=2, max_size=6), st.booleans())
def test_masks_of_later_rounds_lie_within_earlier_ones(layers, rates, everywhere):
    weights = named(layers)
    masks = [dense(weights)]
    for position, rate in enumerate(rates):
        scores = {name: np.roll(values, position) for name, values in magnitudes(weights).items()}  # new each round
        before = masks[-1]
        after = (
            remove_lowest_globally(scores, before, round_half_up(rate * before.kept))
            if everywhere
            else remove_lowest(scores, before, shares(before, rate))
        )
        assert after.within(before)
        expected = round_half_up(rate * before.kept) if everywhere else sum(shares(before, rate).values())
        assert after.kept == before.kept - expected
        assert before.within(after) == (before == after)
        masks.append(after)
    assert masks[-1].within(masks[0])


@given(SHAPES, st.integers(0, 60))
def test_equal_scores_go_in_index_order(shape, count):
    alive = remove_lowest({"w": np.ones(shape)}, Mask({"w": np.ones(shape)}), {"w": count})["w"].ravel()
    size = alive.size
    assert alive.tolist() == [False] * min(count, size) + [True] * max(0, size - count)


def test_ties_across_layers_go_to_the_first_layer_first():
    weights = {"fc1.weight": np.array([[2.0, 1.0]]), "fc2.weight": np.array([[1.0], [1.0]])}
    pruned = remove_lowest_globally(weights, dense(weights), 2)
    assert pruned["fc1.weight"].tolist() == [[True, False]]
    assert pruned["fc2.weight"].tolist() == [[False], [True]]


def test_a_large_negative_weight_survives_a_small_positive_one():
    weights = {"w": np.array([[-3.0, 0.1, -0.2, 4.0]])}
    assert remove_lowest(magnitudes(weights), dense(weights), {"w": 2})["w"].tolist() == [[True, False, False, True]]


@given(LAYERS)
def test_signs_never_matter_to_magnitude_pruning(layers):
    weights = named(layers)
    flipped = {name: -values for name, values in weights.items()}
    half = {name: values.size // 2 for name, values in weights.items()}
    assert remove_lowest(magnitudes(weights), dense(weights), half) == remove_lowest(
        magnitudes(flipped), dense(flipped), half
    )


@given(LAYERS, RATES)
def test_death_order_is_a_permutation_and_says_what_global_pruning_does(layers, rate):
    weights = named(layers)
    order = death_order(magnitudes(weights))
    total = sum(values.size for values in weights.values())
    assert sorted(np.concatenate([ranks.ravel() for ranks in order.values()])) == list(range(total))
    count = round_half_up(rate * total)
    by_rank = Mask({name: ranks >= count for name, ranks in order.items()})
    assert by_rank == remove_lowest_globally(magnitudes(weights), dense(weights), count)


@given(LAYERS, RATES)
def test_pruning_changes_neither_its_mask_nor_its_scores(layers, rate):
    weights = named(layers)
    scores = magnitudes(weights)
    copies = {name: values.copy() for name, values in scores.items()}
    start = dense(weights)
    remove_lowest(scores, start, shares(start, rate))
    remove_lowest_globally(scores, start, round_half_up(rate * start.total))
    assert start == dense(weights)
    assert all(np.array_equal(scores[name], copies[name]) for name in scores)


def test_dead_weights_are_not_killed_twice_and_their_scores_do_not_count():
    start = Mask({"w": [[0, 1, 1, 1]]})
    for dead in (np.nan, 0.0, np.inf):
        scores = {"w": np.array([[dead, 3.0, 2.0, 1.0]])}
        assert remove_lowest(scores, start, {"w": 1})["w"].tolist() == [[False, True, True, False]]
        assert remove_lowest_globally(scores, start, 2)["w"].tolist() == [[False, True, False, False]]


@pytest.mark.parametrize("count", [-1, 0])
def test_nothing_goes_when_nothing_is_asked(count):
    start = Mask({"w": np.ones((2, 2))})
    assert remove_lowest({"w": np.ones((2, 2))}, start, {"w": count}) == start
    assert remove_lowest_globally({"w": np.ones((2, 2))}, start, count) == start


def test_more_than_there_is_empties_the_net():
    start = Mask({"w": np.ones((2, 2))})
    assert remove_lowest({"w": np.ones((2, 2))}, start, {"w": 99}).kept == 0
    assert remove_lowest_globally({"w": np.ones((2, 2))}, start, 99).kept == 0


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    "select", [lambda s, m: remove_lowest(s, m, {"w": 1}), lambda s, m: remove_lowest_globally(s, m, 1)]
)
def test_scores_that_cannot_be_ranked_are_refused(value, select):
    with pytest.raises(ValueError, match="finite"):
        select({"w": np.array([[1.0, value]])}, Mask({"w": [[1, 1]]}))


@pytest.mark.parametrize(("value", "rounded"), [(0.5, 1), (1.5, 2), (2.5, 3), (2.49, 2), (0.0, 0), (3.0, 3)])
def test_halves_round_upwards(value, rounded):
    assert round_half_up(value) == rounded


# ── the Mask itself ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_mask_keeps_no_hold_on_the_array_it_came_from():
    source = np.ones((2, 2), bool)
    mask = Mask({"w": source})
    source[0, 0] = False
    assert mask.kept == 4


def test_a_mask_cannot_be_changed():
    mask = Mask({"w": np.ones((2, 2))})
    with pytest.raises(ValueError, match="read-only"):
        mask["w"][0, 0] = False
    with pytest.raises(TypeError):
        mask["w"] = np.zeros((2, 2))


@pytest.mark.parametrize("values", [[[0, 2]], [[0.5, 1.0]], [[np.nan, 1.0]], [[-1, 1]]])
def test_a_mask_holds_only_zeros_and_ones(values):
    with pytest.raises(ValueError, match="mask of w holds values other than 0 and 1"):
        Mask({"w": values})


def test_the_dense_mask_has_the_shapes_of_its_net():
    mask = Mask.dense(Net(sizes=(5, 4, 3)))
    assert {name: alive.shape for name, alive in mask.items()} == {"fc1.weight": (4, 5), "fc2.weight": (3, 4)}
    assert mask.kept == mask.total == weight_count(Net(sizes=(5, 4, 3))) == 32


@given(LAYERS)
def test_apply_copies_and_makes_dead_weights_plain_zero(layers):
    weights = named(layers)
    bias = np.array([-1.0, -0.0], np.float32)
    mask = Mask({name: values > 0 for name, values in weights.items()})
    before = {name: values.copy() for name, values in weights.items()}
    pruned = mask.apply({**weights, "fc1.bias": bias})
    for name, alive in mask.items():
        dead = pruned[name][~alive]
        assert pruned[name].dtype == np.float32
        assert not dead.any()
        assert not np.signbit(dead).any()  # −3 · 0 would be −0.0
        assert np.array_equal(pruned[name][alive], weights[name][alive])
    assert np.array_equal(pruned["fc1.bias"], bias)
    for values in pruned.values():
        values += 1
    assert all(np.array_equal(weights[name], before[name]) for name in weights)
    assert bias.tolist() == [-1.0, 0.0]


@given(LAYERS)
def test_density_counts_and_overlap_agree(layers):
    weights = named(layers)
    mask, other = (Mask({name: rule(values) for name, values in weights.items()}) for rule in (np.signbit, np.isfinite))
    assert mask.kept == sum(mask.counts().values())
    assert mask.density == pytest.approx(mask.kept / mask.total)
    assert mask.density + mask.sparsity == pytest.approx(1)
    assert mask.overlap(mask) == 1
    assert mask.overlap(other) == other.overlap(mask) == pytest.approx(mask.kept / mask.total)
    assert mask == Mask(mask)
    assert hash(mask) == hash(Mask(mask))
    assert mask.within(other)


def test_masks_of_different_layers_are_different():
    assert Mask({"a": [[1]]}) != Mask({"b": [[1]]})
    assert Mask({"a": [[1, 1]]}) != Mask({"a": [[1], [1]]})
    assert Mask({"a": [[1]]}) != "mask"


# ── masks and weights that do not fit ────────────────────────────────────────────────────────────────────────────

HERE = Mask({"a": np.ones((2, 3)), "b": np.ones((1, 3))})
OTHERS = [  # another mask, and what the refusal must name
    (Mask({"a": np.ones((1, 3)), "b": np.ones((1, 3))}), [r"a has shape", r"\(2, 3\)", r"\(1, 3\)"]),  # would stretch
    (Mask({"a": np.ones((3, 2)), "b": np.ones((1, 3))}), [r"a has shape", r"\(2, 3\)", r"\(3, 2\)"]),
    (Mask({"a": np.ones((2, 3))}), [r"one mask has b of shape \(1, 3\)", r"it has a \(2, 3\)"]),
    (Mask({}), [r"one mask has a of shape \(2, 3\)", "none at all"]),
]


@pytest.mark.parametrize("compare", [Mask.overlap, Mask.within, Mask.overlap_by_chance])
@pytest.mark.parametrize(("other", "words"), OTHERS, ids=["stretched", "turned", "layer", "empty"])
def test_masks_of_other_layers_or_shapes_are_not_compared(compare, other, words):
    for one, another in ((HERE, other), (other, HERE)):
        with pytest.raises(ValueError, match="shape") as caught:
            compare(one, another)
        assert all(re.search(word, str(caught.value)) for word in words)


def test_masks_are_compared_layer_by_layer_in_whatever_order_they_come():
    ordered = Mask({"a": [[1, 1, 0, 0]], "b": [[1, 0]]})
    turned = Mask({name: ordered[name] for name in ("b", "a")})
    assert ordered.overlap(turned) == 1 and ordered.within(turned)
    assert ordered.overlap_by_chance(turned) == ordered.overlap_by_chance(ordered)


def test_a_mask_is_applied_to_no_weights_but_its_own():
    with pytest.raises(ValueError, match=r"the mask has a of shape \(2, 3\), .* they have fc1.weight \(2, 3\)"):
        HERE.apply({"fc1.weight": np.ones((2, 3))})
    with pytest.raises(ValueError, match=r"the mask of b has shape \(1, 3\), the weights \(2, 3\)"):
        HERE.apply({"a": np.ones((2, 3)), "b": np.ones((2, 3))})


def test_a_mask_of_nothing_has_no_density():
    for empty in (Mask({}), Mask({"a": np.ones((0, 3))})):
        with pytest.raises(ValueError, match="no weights"):
            _ = empty.density
        with pytest.raises(ValueError, match="no weights"):
            _ = empty.sparsity
