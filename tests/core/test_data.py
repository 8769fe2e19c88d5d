"""Real MNIST arrives whole and well divided; damaged files are refused by name and never fill the memory."""

import gzip
import hashlib
import struct
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lth_core.data import idx, mnist
from lth_core.data.sets import SETS
from lth_core.data.split import features, load
from lth_core.spec import Data, SpecError
from lth_core.training.backends import prepare


def header(*shape, code=idx.UBYTE):
    return bytes([0, 0, code, len(shape)]) + struct.pack(f">{len(shape)}I", *shape)


WHOLE = header(2, 3) + bytes(range(6))


@pytest.fixture
def file(tmp_path):
    """Writes a file and returns its path; raw bytes are gzipped, `packed` ones go as they are."""

    def write(raw=b"", packed=None):
        path = tmp_path / "digits.gz"
        path.write_bytes(gzip.compress(raw) if packed is None else packed)
        return path

    return write


# ── IDX ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_intact_file_becomes_its_array(file):
    array = idx.read(file(WHOLE), hashlib.sha256(WHOLE).hexdigest())
    assert array.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert array.dtype == np.uint8
    assert not array.flags.writeable


@given(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_any_shape_comes_back(tmp_path_factory, shape, random):
    values = np.array([random.randrange(256) for _ in range(int(np.prod(shape)))], np.uint8).reshape(shape)
    path = tmp_path_factory.mktemp("idx") / "any.gz"
    path.write_bytes(gzip.compress(header(*shape) + values.tobytes()))
    read = idx.read(path)
    assert read.shape == tuple(shape)
    assert np.array_equal(read, values)


DAMAGED = {
    "empty file": {"packed": b""},
    "empty gzip": {"raw": b""},
    "not gzip": {"packed": WHOLE},
    "text": {"packed": b"version https://git-lfs.github.com/spec/v1\n"},
    "gzip cut in its header": {"packed": gzip.compress(WHOLE)[:5]},
    "gzip cut in the middle": {"packed": gzip.compress(WHOLE)[:-12]},
    "gzip without its checksum": {"packed": gzip.compress(WHOLE)[:-8]},
    "gzip with a wrong checksum": {"packed": gzip.compress(WHOLE)[:-8] + b"\1\2\3\4" + gzip.compress(WHOLE)[-4:]},
    "flipped bit": {"packed": bytes(b ^ (i == 14) for i, b in enumerate(gzip.compress(WHOLE)))},
    "garbage after the gzip": {"packed": gzip.compress(WHOLE) + b"garbage"},
    "another gzip after it": {"packed": gzip.compress(WHOLE) * 2},
    "half a magic number": {"raw": b"\0\0"},
    "wrong magic number": {"raw": b"\1\0\x08\2" + WHOLE[4:]},
    "floats instead of bytes": {"raw": header(2, 3, code=0x0D) + bytes(24)},
    "signed bytes": {"raw": header(2, 3, code=0x09) + bytes(6)},
    "no dimensions": {"raw": header()},
    "five dimensions": {"raw": header(1, 1, 1, 1, 1) + b"\1"},
    "half a header": {"raw": WHOLE[:9]},
    "one value missing": {"raw": WHOLE[:-1]},
    "one value too many": {"raw": WHOLE + b"\0"},
    "no values": {"raw": header(2, 3)},
    "a header that promises 4 GB": {"raw": header(2**32 - 1) + bytes(6)},
    "a header that promises more than any memory": {"raw": header(*[2**32 - 1] * 4) + bytes(6)},
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_refused_with_its_name_and_the_cure(file, damage):
    path = file(**damage)
    with pytest.raises(idx.DataError) as caught:
        idx.read(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "git checkout" in str(caught.value)


def test_a_missing_file_a_folder_and_an_unreadable_path_are_refused(tmp_path):
    with pytest.raises(idx.DataError, match="is missing"):
        idx.read(tmp_path / "nowhere" / "digits.gz")
    with pytest.raises(idx.DataError, match="cannot be read"):
        idx.read(tmp_path)
    with pytest.raises(idx.DataError, match="cannot be read"):
        idx.read(tmp_path / ("x" * 300))


def test_a_whole_file_that_is_not_the_published_one_is_refused(file):
    with pytest.raises(idx.DataError, match="sha256"):
        idx.read(file(WHOLE), hashlib.sha256(WHOLE + b"\0").hexdigest())


def test_a_file_larger_than_allowed_is_not_even_opened(file):
    with pytest.raises(idx.DataError, match="larger than the 1,000 bytes allowed"):
        idx.read(file(packed=bytes(1_001)), most=1_000)


@pytest.mark.parametrize("promised", [6, 100])
def test_a_decompression_bomb_is_never_unpacked(file, promised):
    bomb = file(header(promised) + bytes(200 * 2**20))  # 200 KB that unpack to 200 MB
    assert bomb.stat().st_size < 2**18
    tracemalloc.start()
    with pytest.raises(idx.DataError, match=f"more than the {promised}"):
        idx.read(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


@given(st.binary(max_size=64))
def test_any_bytes_give_an_array_or_a_data_error(tmp_path_factory, raw):
    folder = tmp_path_factory.mktemp("fuzz")
    for name, content in (("packed", gzip.compress(raw)), ("plain", raw)):
        path = folder / name
        path.write_bytes(content)
        try:
            array = idx.read(path)
        except idx.DataError:
            continue
        assert raw.endswith(array.tobytes())


# ── MNIST ────────────────────────────────────────────────────────────────────────────────────────────────────────

# As published, over the decompressed files.
MD5 = {
    "train-images-idx3-ubyte.gz": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte.gz": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte.gz": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte.gz": "27ae3e4e09519cfbb04c329615203637",
}


@pytest.mark.parametrize("name", MD5)
def test_the_shipped_files_are_the_published_ones(name):
    raw = gzip.decompress((mnist.FOLDER / name).read_bytes())
    assert hashlib.md5(raw).hexdigest() == MD5[name]
    assert hashlib.sha256(raw).hexdigest() == mnist.SHA256[name]


def test_mnist_has_its_known_shape_and_label_counts():
    train, test = mnist.part("train"), mnist.part("t10k")
    assert train.images.shape == (60_000, 28, 28)
    assert test.images.shape == (10_000, 28, 28)
    # Counts per digit as published with the data set.
    assert np.bincount(train.labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(train.labels).tolist() == list(SETS["mnist"].labelled)  # what Specs are checked against
    assert np.bincount(test.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_a_swapped_data_file_is_refused(tmp_path):
    for name in MD5:
        (tmp_path / name).write_bytes((mnist.FOLDER / name).read_bytes())
    (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(gzip.compress(header(10_000) + bytes(10_000)))
    with pytest.raises(mnist.DataError, match=r"t10k-labels-idx1-ubyte\.gz.*not the published file.*git checkout"):
        mnist.part("t10k", tmp_path)
    (tmp_path / "t10k-images-idx3-ubyte.gz").unlink()
    with pytest.raises(mnist.DataError, match=r"t10k-images-idx3-ubyte\.gz: is missing.*git checkout"):
        mnist.part("t10k", tmp_path)


# ── the split ────────────────────────────────────────────────────────────────────────────────────────────────────

SMALL = Data(pool=4)


def test_the_three_parts_have_the_papers_sizes_and_share_no_image():
    splits = load(SMALL, seed=0)
    train, validation = set(splits.train.indices.tolist()), set(splits.validation.indices.tolist())
    assert (len(splits.train), len(splits.validation), len(splits.test)) == (55_000, 5_000, 10_000)
    assert train.isdisjoint(validation)
    assert train | validation == set(range(60_000))


def test_images_are_scaled_rows_beside_their_own_labels():
    splits = load(Data(), seed=5)
    published = mnist.part("train")
    for part in (splits.train, splits.validation):
        rows = slice(0, 500)
        expected = published.images[part.indices[rows]].reshape(-1, 784).astype(np.float64) / 255
        assert np.array_equal(part.images[rows], expected.astype(np.float32))
        assert np.array_equal(part.labels, published.labels[part.indices])
    assert np.array_equal(splits.test.labels, mnist.part("t10k").labels)
    assert splits.train.images.min() == 0
    assert splits.train.images.max() == 1


def test_some_classes_alone_are_counted_from_nought_and_leave_the_other_splits_as_they_were():
    data = Data(pool=4, train=15_000, validation=1_000, classes=(5, 7, 9))
    splits, published = load(data, seed=2), {name: mnist.part(name).labels for name in ("train", "t10k")}
    assert set(splits.train.indices.tolist()).isdisjoint(splits.validation.indices.tolist())
    assert len(splits.test) == np.isin(published["t10k"], data.classes).sum()
    for part, examples in zip((splits.train, splits.validation, splits.test),
                              vars(prepare(splits)).values(), strict=False):
        assert np.array_equal(np.array(data.classes)[part.labels], published[part.file][part.indices])
        assert np.array_equal(examples.labels, part.labels)
        assert np.array_equal(examples.images[:50], part.images[:50])
    with pytest.raises(SpecError, match=r"data.train = 20000 .*at most 17,644 of the classes 2, 5, 7"):
        load(Data(train=20_000, classes=(2, 5, 7), validation=0), seed=0)


@pytest.mark.parametrize("pool", SETS["mnist"].pools)
def test_pooling_is_the_mean_over_squares(pool):
    data = Data(pool=pool, train=100, validation=50)
    part = load(data, seed=1).train
    image = mnist.part("train").images[part.indices[7]].astype(np.float64) / 255
    side = 28 // pool
    for row, column in [(0, 0), (side // 2, side // 2), (side - 1, side // 3)]:
        square = image[row * pool : (row + 1) * pool, column * pool : (column + 1) * pool]
        assert part.images[7, row * side + column] == pytest.approx(square.mean(), abs=1e-7)
    assert part.images.shape == (100, features(data)) == (100, side**2)


def test_the_seed_alone_decides_who_is_in_which_part():
    one, again, other = load(SMALL, 3), load.__wrapped__(SMALL, 3), load(SMALL, 4)
    assert np.array_equal(one.train.indices, again.train.indices)
    assert not np.array_equal(np.sort(one.train.indices), np.sort(other.train.indices))
    assert np.array_equal(one.train.indices, load(Data(), 3).train.indices)  # whatever the pooling
    assert one.test is other.test  # the test set is never split


def test_the_head_is_the_first_images_and_makes_no_others():
    part = load.__wrapped__(Data(), seed=6).train
    head = part.head(3)
    assert "images" not in vars(part)
    assert np.array_equal(head, mnist.part("train").images[part.indices[:3]].reshape(3, 784) / np.float32(255))
    assert head.dtype == np.float32
    assert len(part.head(60_000)) == len(part)


@pytest.mark.parametrize("data", [SMALL, Data(pool=4, train=300, validation=100)], ids=["whole", "part"])
def test_every_seed_is_trained_from_one_copy_of_the_pixels(data):
    splits, other = load(data, 0), load(data, 1)
    prepared = prepare(splits)
    assert prepare(splits) is prepared
    assert prepare(other).train.pool is prepared.train.pool is prepared.validation.pool
    for examples, part in ((prepared.train, splits.train), (prepared["train"], splits.train),
                           (prepared["validation"], splits.validation), (prepared["test"], splits.test)):
        count = min(len(examples), 500)
        pixels = examples.pool.pixels.take(examples.rows[:count])
        images = np.zeros((count, 49), np.float32)
        images[np.repeat(np.arange(count), np.diff(pixels.starts)), pixels.places] = pixels.values
        assert np.array_equal(images, part.images[:count])
        assert np.array_equal(examples.images[:count], part.images[:count])
        assert np.array_equal(examples.labels, part.labels[: len(examples)])
        assert np.array_equal(examples.pool.labels[examples.rows], examples.labels)
    lit = np.any([part.images.any(axis=0) for part in (splits.train, splits.validation, splits.test)], axis=0)
    assert np.array_equal(prepared.live, lit)


def test_a_smaller_training_set_only_drops_images():
    whole, part = load(SMALL, 0), load(Data(pool=4, train=1_000), 0)
    assert np.array_equal(part.train.indices, whole.train.indices[:1_000])
    assert np.array_equal(part.validation.indices, whole.validation.indices)


def test_loaded_images_are_shared_and_cannot_be_changed():
    splits = load(SMALL, seed=0)
    assert load(Data(pool=4), seed=0) is splits
    for part in (splits.train, splits.validation, splits.test):
        assert part.images.flags.c_contiguous
        assert part.images.dtype == np.float32
        assert part.labels.dtype == np.int64
        for array in (part.images, part.labels, part.indices):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (Data(pool=3), "data.pool = 3 is not allowed: a divisor of 28: one of 1, 2, 4, 7, 14"),
        (Data(pool=0), "data.pool = 0"),
        (Data(name="cifar-10", pool=7), "data.pool = 7 is not allowed: a divisor of 32: one of 1, 2, 4, 8, 16"),
        (Data(train=60_000), "data.train = 60000 is not allowed: train [+] validation at most 60,000"),
    ],
)
def test_data_that_cannot_be_had_is_refused(data, named):
    with pytest.raises(SpecError, match=named):
        load(data, seed=0)


def test_loading_needs_no_torch():
    code = "import sys, lth_core.data as d; d.load(d.split.Data(pool=4), 0); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
