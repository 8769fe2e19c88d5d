"""Graphs against brute force: paths walked one by one, reachability asked of networkx, samples counted."""

from itertools import pairwise, product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lth_core.graphs import dead_units, edges, graph, layout, paths, sample, shares, sizes
from lth_core.masks.mask import Mask
from lth_core.masks.select import remove_lowest_globally
from lth_core.nets.layers import weight_count
from lth_core.nets.params import initial
from lth_core.spec import Net

WIDTHS = st.lists(st.integers(1, 4), min_size=2, max_size=4)


@st.composite
def nets(draw):
    """A tiny net with random weights and a random mask of any density, empty and full ones included."""
    widths = tuple(draw(WIDTHS))
    params, count = initial(Net(sizes=widths), draw(st.integers(0, 99))), weight_count(Net(sizes=widths))
    bits = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    layers, start = {}, 0
    for name, alive in Mask.dense(Net(sizes=widths)).items():
        layers[name] = np.reshape(bits[start : start + alive.size], alive.shape)
        start += alive.size
    return widths, params, Mask(layers)


def survivors(widths, params, mask):
    net = graph(edges(params, mask), widths)
    net.remove_edges_from([edge for edge in net.edges if not net.edges[edge]["kept"]])
    return net


def ends(widths):
    return [(0, unit) for unit in range(widths[0])], [(len(widths) - 1, unit) for unit in range(widths[-1])]


@given(nets())
def test_paths_are_what_walking_every_path_counts(net):
    widths, _, mask = net
    layers = list(mask.values())
    walked = sum(
        all(layer[after, before] for layer, before, after in zip(layers, units, units[1:], strict=False))
        for units in product(*map(range, widths))
    )
    assert paths(mask) == walked


@given(nets())
def test_paths_are_what_networkx_counts(net):
    widths, params, mask = net
    kept = survivors(widths, params, mask)
    inputs, outputs = ends(widths)
    assert paths(mask) == sum(1 for a, b in product(inputs, outputs) for _ in nx.all_simple_paths(kept, a, b))


def test_paths_stay_exact_where_64_bits_end():
    deep = Net(sizes=(784, *[100] * 9, 10))
    assert paths(Mask.dense(deep)) == 784 * 100**9 * 10  # 7.84 · 10²⁰ into every output; 2⁶³ is 9.2 · 10¹⁸


@given(nets())
def test_a_unit_is_dead_when_networkx_finds_no_way_in_or_no_way_out(net):
    widths, params, mask = net
    kept = survivors(widths, params, mask)
    inputs, outputs = map(set, ends(widths))
    for layer, dead in enumerate(dead_units(mask)):
        assert dead.shape == (widths[layer],)
        for unit in range(widths[layer]):
            node = (layer, unit)
            fed = (nx.ancestors(kept, node) | {node}) & inputs
            heard = (nx.descendants(kept, node) | {node}) & outputs
            assert dead[unit] == (not fed or not heard)


def test_a_unit_whose_only_inputs_are_dead_is_dead_too():
    mask = Mask({"fc1.weight": [[0], [1]], "fc2.weight": [[1, 0], [0, 1]], "fc3.weight": [[1, 1]]})
    assert [dead.tolist() for dead in dead_units(mask)] == [[False], [True, False], [True, False], [False]]
    assert paths(mask) == 1


@given(nets())
def test_the_graph_holds_every_weight_with_its_value_rank_and_fate(net):
    widths, params, mask = net
    whole = graph(edges(params, mask), widths)
    assert whole.number_of_nodes() == sum(widths)
    assert whole.number_of_edges() == mask.total
    assert nx.is_directed_acyclic_graph(whole)
    assert sorted(rank for *_, rank in whole.edges(data="rank")) == list(range(mask.total))
    for (layer, source), (after, target), edge in whole.edges(data=True):
        name = f"fc{after}.weight"
        assert after == layer + 1
        assert edge["weight"] == params[name][target, source]
        assert edge["kept"] == mask[name][target, source]
    by_rank = sorted(whole.edges(data=True), key=lambda edge: edge[2]["rank"])
    assert all(abs(a[2]["weight"]) <= abs(b[2]["weight"]) for a, b in pairwise(by_rank))


@given(nets(), st.integers(0, 30))
def test_ranks_below_n_are_the_weights_that_pruning_n_removes(net, count):
    _, params, mask = net
    full = Mask({name: np.ones(alive.shape) for name, alive in mask.items()})
    pruned = remove_lowest_globally({name: np.abs(params[name]) for name in mask}, full, count)
    table = edges(params, pruned)
    assert np.array_equal(table.kept, table.rank >= count)


def test_another_score_gives_another_ranking():
    params = {"fc1.weight": np.array([[1.0, 2.0]], np.float32)}
    table = edges(params, Mask({"fc1.weight": [[1, 1]]}), scores={"fc1.weight": np.array([[5.0, 4.0]])})
    assert table.rank.tolist() == [1, 0]


@given(WIDTHS)
def test_units_are_drawn_inside_the_square_layer_by_layer(widths):
    places = layout(widths)
    assert len(set(places.values())) == len(places) == sum(widths)
    assert all(0 <= x <= 1 and 0 < y < 1 for x, y in places.values())
    for layer, width in enumerate(widths):
        column = [places[layer, unit] for unit in range(width)]
        assert len({x for x, _ in column}) == 1
        heights = [y for _, y in column]
        assert heights == sorted(heights)
        assert np.mean(heights) == pytest.approx(0.5)  # centred
    assert [places[layer, 0][0] for layer in range(len(widths))] == sorted({x for x, _ in places.values()})


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=6), st.data())
def test_shares_add_up_and_miss_the_exact_proportion_by_less_than_one(counts, data):
    drawn = data.draw(st.integers(0, sum(counts)))
    parts = shares(counts, drawn)
    assert sum(parts) == drawn
    assert all(abs(part - drawn * n / sum(counts)) < 1 for part, n in zip(parts, counts, strict=True))
    assert all(part <= n for part, n in zip(parts, counts, strict=True))


LENET = Net()


@pytest.fixture(scope="module")
def lenet():
    params = initial(LENET, seed=0)
    scores = {name: np.abs(params[name]) for name in Mask.dense(LENET)}
    return edges(params, remove_lowest_globally(scores, Mask.dense(LENET), 199_650))  # three quarters pruned


def test_a_sample_is_drawn_once_each_in_order_from_every_layer(lenet):
    drawn = sample(lenet, 3_000, seed=0)
    places = list(zip(drawn.layer, drawn.target, drawn.source, strict=True))
    assert len(set(places)) == 3_000
    assert places == sorted(places)
    assert np.bincount(drawn.layer)[1:].tolist() == shares([235_200, 30_000, 1_000], 3_000)


def test_a_sample_is_faithful_about_what_is_pruned(lenet):
    # 200 samples of 3,000: their mean share of kept weights has a standard error of √(.25 · .75 / 600,000) = 0.0006.
    means = [sample(lenet, 3_000, seed).kept.mean() for seed in range(200)]
    assert np.mean(means) == pytest.approx(0.25, abs=0.0025)
    assert np.std(means) == pytest.approx(np.sqrt(0.25 * 0.75 / 3_000), rel=0.25)  # as chance has it, no more, no less


def test_every_weight_has_the_same_chance_to_be_drawn():
    params = initial(Net(sizes=(5, 4, 2)), seed=1)
    table = edges(params, Mask.dense(Net(sizes=(5, 4, 2))))
    drawn = np.concatenate([sample(table, 14, seed).rank for seed in range(2_000)])
    counts = np.bincount(drawn, minlength=28)
    assert abs(counts - 1_000).max() < 5 * np.sqrt(2_000 * 0.25)  # five standard deviations


def test_a_sample_follows_its_seed_and_is_whole_when_large_enough(lenet):
    one, again, other = sample(lenet, 50, 7), sample(lenet, 50, 7), sample(lenet, 50, 8)
    assert np.array_equal(one.rank, again.rank)
    assert not np.array_equal(one.rank, other.rank)
    assert sample(lenet, len(lenet), 7) is lenet
    assert sample(lenet, 10**9, 7) is lenet
    assert len(sample(lenet, 0, 7)) == 0


@pytest.mark.parametrize(
    ("layers", "named"),
    [({}, "fully connected"), ({"c": np.ones((2, 2, 3, 3))}, "fully connected"), ({"a": [[1]], "b": [[1, 1]]}, "fit")],
)
def test_what_is_no_chain_of_layers_is_refused(layers, named):
    with pytest.raises(ValueError, match=named):
        sizes(Mask(layers))
