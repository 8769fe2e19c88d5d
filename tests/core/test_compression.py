"""Deep Compression: codes against entropy and every other code, k-means against every partition, files read back."""

from __future__ import annotations

import dataclasses
from itertools import combinations, product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lth_core.data import load
from lth_core.engine import run, stream
from lth_core.experiments.compression import codebook, gaps, huffman, stored, tuning
from lth_core.experiments.compression.run import STAGES, clustered, spread
from lth_core.experiments.compression.spec import TINY
from lth_core.experiments.compression.stored import Shared
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.results.result import Result
from lth_core.spec import Net, Pruning, SpecError
from lth_core.training.order import batches

NET = Net(sizes=(6, 5, 4))
COUNTS = st.lists(st.integers(0, 40), min_size=1, max_size=5).filter(any).map(np.array)

# ── Huffman ──────────────────────────────────────────────────────────────────────────────────────────────────────


def shortest(counts: np.ndarray) -> int:
    """Bits that the best prefix code takes: every choice of lengths that Kraft's inequality admits, tried."""
    many = [int(count) for count in counts if count]
    if len(many) == 1:
        return many[0]
    return min(sum(count * size for count, size in zip(many, sizes, strict=True))
               for sizes in product(range(1, len(many)), repeat=len(many)) if sum(2.0**-size for size in sizes) <= 1)


@given(COUNTS)
def test_no_prefix_code_is_shorter(counts: np.ndarray) -> None:
    sizes = huffman.lengths(counts)
    assert int(counts @ sizes) == shortest(counts)
    assert ((sizes > 0) == (counts > 0)).all()


@given(st.lists(st.integers(0, 500), min_size=2, max_size=40).filter(lambda counts: sum(map(bool, counts)) > 1))
def test_a_symbol_takes_less_than_one_bit_more_than_the_entropy(counts: list[int]) -> None:
    seen = np.array(counts)
    shares = seen[seen > 0] / seen.sum()
    entropy = -float(shares @ np.log2(shares))  # Shannon 1948: no code can do with less
    assert entropy - 1e-9 <= float(seen @ huffman.lengths(seen)) / seen.sum() < entropy + 1


@given(COUNTS)
def test_no_word_begins_another(counts: np.ndarray) -> None:
    sizes = huffman.lengths(counts)
    spelt = [f"{word:0{size}b}" for word, size in zip(huffman.words(sizes), sizes, strict=True) if size]
    assert not any(one != other and other.startswith(one) for one, other in product(spelt, repeat=2))
    assert len(set(spelt)) == len(spelt)


@given(st.lists(st.integers(0, 63), min_size=1, max_size=300))
def test_what_is_encoded_is_decoded(symbols: list[int]) -> None:
    told = np.array(symbols)
    sizes = huffman.lengths(np.bincount(told, minlength=64))
    data = huffman.encode(told, sizes)
    assert np.array_equal(huffman.decode(data, sizes, len(told)), told)
    assert len(data) == -(-int(sizes[told].sum(dtype=np.int64)) // 8)
    with pytest.raises(ValueError, match="the data ends after"):
        huffman.decode(data, sizes, len(told) + 8)


def test_one_symbol_takes_a_bit_and_none_is_refused() -> None:
    assert huffman.lengths(np.array([0, 9, 0])).tolist() == [0, 1, 0]
    with pytest.raises(ValueError, match="no symbol to give a word to"):
        huffman.lengths(np.zeros(4, int))


# ── gaps and bits ────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.booleans(), min_size=1, max_size=400).filter(any), st.integers(1, 8))
def test_gaps_lead_back_to_their_places(alive: list[bool], bits: int) -> None:
    symbols = gaps.told(np.array(alive), bits)
    assert symbols.min() >= 0 and symbols.max() < 2**bits
    assert gaps.places(symbols, bits).tolist() == np.flatnonzero(alive).tolist()


@given(st.integers(1, 12), st.data())
def test_bits_are_packed_and_unpacked(bits: int, data: st.DataObject) -> None:
    numbers = np.array(data.draw(st.lists(st.integers(0, 2**bits - 1), max_size=40)), np.int64)
    packed = stored.fixed(numbers, bits)
    assert len(packed) == -(-len(numbers) * bits // 8)
    assert stored.unfixed(packed, bits, len(numbers)).tolist() == numbers.tolist()


# ── k-means ──────────────────────────────────────────────────────────────────────────────────────────────────────


def loss(values: np.ndarray, centres: np.ndarray, codes: np.ndarray) -> float:
    return float(np.sum((values - centres[codes]) ** 2))


def least(values: np.ndarray, clusters: int) -> float:
    """The smallest sum of squares of all ways to cut the sorted line into at most `clusters` pieces."""
    line = np.sort(values)
    return min(sum(float(np.sum((part - part.mean()) ** 2)) for part in np.split(line, cuts) if part.size)
               for many in range(clusters) for cuts in combinations(range(1, len(line)), many))


VALUES = st.lists(st.integers(-50, 50).map(lambda whole: whole / 10), min_size=1, max_size=8).map(np.array)


@given(VALUES, st.integers(1, 4))
def test_kmeans_ends_where_no_value_and_no_centre_would_move(values: np.ndarray, clusters: int) -> None:
    if clusters > len(values):
        with pytest.raises(ValueError, match="at most as many as values"):
            codebook.kmeans(values, clusters)
        return
    centres, codes = codebook.kmeans(values, clusters)
    assert (np.diff(centres) >= -1e-12).all()
    far = np.abs(values[:, None] - centres)
    assert np.allclose(far[np.arange(len(values)), codes], far.min(axis=1))
    for cluster in np.unique(codes):
        assert centres[cluster] == pytest.approx(values[codes == cluster].mean(), abs=1e-9)
    assert loss(values, centres, codes) >= least(values, clusters) - 1e-9


@given(st.lists(st.integers(-3, 3).map(lambda whole: whole / 100), min_size=2, max_size=8), st.integers(2, 4))
def test_kmeans_finds_the_best_cut_where_groups_lie_apart(noise: list[float], groups: int) -> None:
    values = np.array([at % groups + shift for at, shift in enumerate(noise)])
    clusters = min(groups, len(noise))
    centres, codes = codebook.kmeans(values, clusters)
    assert loss(values, centres, codes) == pytest.approx(least(values, clusters), abs=1e-9)


# ── tuning ───────────────────────────────────────────────────────────────────────────────────────────────────────


def pruned() -> tuple[dict[str, np.ndarray], Mask]:
    draw = np.random.default_rng(4)
    params = {name: draw.normal(0, 0.8, value.shape).astype(np.float32) for name, value in initial(NET, 0).items()}
    mask = Mask({name: draw.random(value.shape) < 0.6 for name, value in params.items() if name.endswith("weight")})
    return mask.apply(params), mask


def test_a_centre_s_gradient_is_the_sum_over_its_weights_and_its_slope() -> None:
    params, mask = pruned()
    shared = clustered(params, mask, 2)
    net = tuning.Books(params, mask, shared)
    images, labels = torch.randn(20, 6, generator=torch.Generator().manual_seed(1)), torch.arange(20) % 4
    net.loss(images, labels).backward()
    now = {name: torch.tensor(value, requires_grad=True) for name, value in spread(params, mask, shared).items()}
    hidden = torch.relu(images @ now["fc1.weight"].T + now["fc1.bias"])
    torch.nn.functional.cross_entropy(hidden @ now["fc2.weight"].T + now["fc2.bias"], labels).backward()
    for book, (name, alive) in zip(net.books, mask.items(), strict=True):
        each = np.asarray(now[name].grad)[alive]
        assert book.grad is not None
        for centre in range(4):
            assert float(book.grad[centre]) == pytest.approx(each[shared[name].codes == centre].sum(), abs=1e-6)


def test_tuning_lowers_the_loss_and_keeps_codes_mask_and_biases() -> None:
    splits = load(TINY.data, 0)
    params = {name: np.asarray(value) for name, value in initial(TINY.net, 0).items()}
    mask = Mask({name: np.random.default_rng(2).random(value.shape) < 0.5 for name, value in params.items()
                 if name.endswith("weight")})
    shared = clustered(params, mask, 2)
    order = batches(0, 300, 60, 0, 40)
    better = tuning.tuned(params, mask, shared, splits, order, 0.01)
    images, labels = torch.tensor(splits.train.images), torch.tensor(splits.train.labels)
    before, after = (float(tuning.Books(params, mask, one).loss(images, labels).detach()) for one in (shared, better))
    assert after < before
    for name, alive in mask.items():
        assert np.array_equal(better[name].codes, shared[name].codes)
        assert not spread(params, mask, better)[name][~alive].any()


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.integers(1, 8), st.integers(1, 3), st.integers(0, 9), st.sampled_from(("pruned", "shared", "huffman")))
def test_a_file_gives_back_the_same_bits(index_bits: int, bits: int, seed: int, stage: str) -> None:
    draw = np.random.default_rng(seed)
    params = {name: draw.normal(size=value.shape).astype(np.float32) for name, value in initial(NET, 0).items()}
    mask = Mask({name: draw.random(value.shape) < 0.7 for name, value in params.items() if name.endswith("weight")})
    shared = None if stage == "pruned" else clustered(params, mask, bits)
    now = mask.apply(params) if shared is None else spread(mask.apply(params), mask, shared)
    file = stored.write(now, mask, index_bits, shared, stage == "huffman")
    back = stored.read(file.data)
    assert list(back) == list(now)
    for name, value in now.items():
        assert back[name].dtype == np.float32 and back[name].tobytes() == np.asarray(value).tobytes()
    assert sum(file.sizes.values()) == len(file.data)
    assert file.sizes["biases"] == 4 * (5 + 4)


def test_sizes_by_hand() -> None:
    mask = Mask({"fc1.weight": np.array([[1, 0, 0], [1, 1, 0]])})
    params = {"fc1.weight": np.array([[0.5, 0, 0], [-1, 0.5, 0]], np.float32), "fc1.bias": np.zeros(2, np.float32)}
    shared = {"fc1.weight": Shared(np.array([-1, 0.5], np.float32), np.array([1, 0, 1]))}
    plain, few = stored.write(params, mask, 2), stored.write(params, mask, 2, shared)
    # gaps 0, 2, 0 in 2 bits each: one byte; three weights; 7 + 4 bytes of head, 8 for the layer; two biases
    assert plain.sizes == {"weights": 12, "indices": 1, "codebooks": 0, "tables": 0, "biases": 8, "head": 19}
    assert few.sizes == {"weights": 1, "indices": 1, "codebooks": 8, "tables": 0, "biases": 8, "head": 19}
    assert len(stored.whole(params)) == 4 * 8


def test_broken_files_and_empty_layers_are_refused_by_name() -> None:
    params, mask = pruned()
    data = stored.write(params, mask, 3).data
    for broken, why in ((b"PNG" + data[3:], "does not begin with LTH"), (data[:-1], "1 bytes too early"),
                        (data + b"x", "1 bytes too many"), (b"", "does not begin with LTH")):
        with pytest.raises(ValueError, match=why):
            stored.read(broken)
    empty = Mask({**mask, "fc2.weight": np.zeros((4, 5), bool)})
    with pytest.raises(ValueError, match="layer fc2 has no weight left"):
        stored.write(empty.apply(params), empty, 3)


# ── the experiment ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def tiny() -> Result:
    return run(TINY)


def test_every_stage_is_written_read_back_and_smaller(tiny: Result) -> None:
    table = tiny.tables["stages"]
    assert list(table["condition"]) == list(STAGES) and list(table["same"]) == [1] * 5
    assert (np.diff(table["bytes"][1:3]) < 0).all() and table["bytes"][2] == table["bytes"][3]
    parts = [np.asarray(table[f"bytes_{part}"]) for part in stored.PARTS]
    assert (np.sum(parts, axis=0)[1:] == table["bytes"][1:]).all()
    assert list(tiny.tables["bits"]["bits"]) == [3, 2]
    assert tiny.tables["bits"]["test_accuracy"][0] == table["test_accuracy"][4] == table["test_accuracy"][3]
    assert set(tiny.tables["cells"]["condition"]) == {"dense", "pruned", "dense-longer"}


def test_what_cannot_be_run_is_refused_by_name() -> None:
    with pytest.raises(SpecError, match=r"bits = \(2, 7\) is not allowed: at most 6: layer fc2 keeps 65 weights"):
        dataclasses.replace(TINY, bits=(2, 7), stored=2)
    with pytest.raises(SpecError, match=r"stored = 4 is not allowed: one of bits = 2, 3"):
        dataclasses.replace(TINY, stored=4)
    with pytest.raises(SpecError, match=r"bits = \(3, 2\) is not allowed: at least one number, rising"):
        dataclasses.replace(TINY, bits=(3, 2))
    with pytest.raises(SpecError, match=r"layer fc2 has no weight left"):
        dataclasses.replace(TINY, pruning=Pruning(rate=0.2, output_rate=0.9, rounds=9), bits=(1,), stored=1)


def test_a_live_chart_can_place_every_stage() -> None:
    told = [moment for moment in stream(TINY) if moment.stage == "stage"]
    assert [moment.measures["number"] for moment in told] == [0, 1, 2, 3, 4]
    # A point's own attributes come before its measures: none of them may be called like one that is drawn.
    assert not {"number", "kilobytes"} & {field.name for field in dataclasses.fields(told[0])}
