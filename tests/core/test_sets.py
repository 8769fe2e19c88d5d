"""Data sets that are not shipped: read where they lie, refused when damaged, and trained on."""

import gzip
import hashlib
import io
import json
import pickle
import struct
import tarfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from lth_core import cli
from lth_core.data import DataError, cifar, fashion, home
from lth_core.data.sets import SETS, pixels
from lth_core.data.split import features, load
from lth_core.nets.params import weight_names
from lth_core.presets import PRESETS
from lth_core.results.store import Store
from lth_core.spec import Data
from lth_core.training.backends import prepare
from tests.core.bare import bare_machine


@pytest.fixture(autouse=True)
def nothing_is_there(tmp_path, monkeypatch):
    yield from bare_machine(tmp_path, monkeypatch)


# ── Fashion-MNIST ────────────────────────────────────────────────────────────────────────────────────────────────


def idx(array):
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def write_fashion(folder, monkeypatch, count=60):
    """A made-up Fashion-MNIST whose digests count as the published ones."""
    draw = np.random.default_rng(0)
    folder.mkdir(parents=True)
    for file in fashion.SHA256:
        shape, most = ((count, 28, 28), 256) if "images" in file else ((count,), 10)
        raw = idx(draw.integers(0, most, shape, np.uint8))
        (folder / file).write_bytes(gzip.compress(raw))
        monkeypatch.setitem(fashion.SHA256, file, hashlib.sha256(raw).hexdigest())


@pytest.mark.parametrize("where", ["user", "debian"])
def test_fashion_is_found_in_the_users_folder_and_where_debian_puts_it(where, tmp_path, monkeypatch):
    write_fashion(home.home("fashion-mnist") if where == "user" else tmp_path / "debian", monkeypatch)
    splits = load(Data(name="fashion-mnist", pool=2, train=40, validation=20), seed=0)
    published = fashion.part("train")
    image = published.images[splits.train.indices[3]].reshape(14, 2, 14, 2).mean(axis=(1, 3)) / 255
    assert splits.train.images[3] == pytest.approx(image.ravel(), abs=1e-6)
    assert np.array_equal(splits.train.labels, published.labels[splits.train.indices])
    assert np.array_equal(prepare(splits).train.images, splits.train.images)


def test_a_damaged_file_of_fashion_names_the_cures(monkeypatch):
    write_fashion(home.home("fashion-mnist"), monkeypatch)
    file = home.home("fashion-mnist") / "t10k-labels-idx1-ubyte.gz"
    file.write_bytes(gzip.compress(idx(np.zeros(60, np.uint8))))
    with pytest.raises(DataError, match=r"t10k-labels.*not the published file.*lth_core fetch fashion-mnist"):
        fashion.part("t10k")


def test_an_error_about_data_arrives_whole_from_another_process():
    error = pickle.loads(pickle.dumps(DataError(home.home("cifar-10"), "is missing", "Fetch it.")))
    assert str(error).endswith("cifar-10: is missing. Fetch it.")
    assert error.problem == "is missing"


@pytest.mark.skipif(not home.DEBIAN["fashion-mnist"][1].exists(), reason="Debian's dataset-fashion-mnist not installed")
def test_the_real_fashion_has_its_known_counts(monkeypatch):
    monkeypatch.undo()
    train, test = fashion.part("train"), fashion.part("t10k")
    assert train.images.shape == (60_000, 28, 28)
    assert np.bincount(train.labels).tolist() == [6_000] * 10  # as its authors published
    assert np.bincount(test.labels).tolist() == [1_000] * 10


# ── CIFAR-10 ─────────────────────────────────────────────────────────────────────────────────────────────────────

TEST = f"{cifar.FOLDER}test_batch.bin"


def records(count=6, seed=0):
    made = np.random.default_rng(seed).integers(0, 256, (count, cifar.RECORD), np.uint8)
    made[:, 0] %= 10
    return made


def archive(path, members):
    """A gzipped tar at `path` of {name: bytes}."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as tar:
        for name, body in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return path


def test_records_become_images_channel_by_channel(tmp_path):
    made = records()
    images, labels = cifar.read(archive(tmp_path / "c.tar.gz", {TEST: made.tobytes()}), (TEST,))
    assert images.shape == (6, 3, 32, 32)
    assert np.array_equal(labels, made[:, 0])
    assert images[4, 2, 5, 7] == made[4, 1 + 2 * 1024 + 5 * 32 + 7]  # blue, row 5, column 7
    assert not images.flags.writeable
    assert not labels.flags.writeable


def test_files_come_in_their_own_order_whatever_the_archives(tmp_path):
    parts = {name: records(2, seed).tobytes() for seed, name in enumerate(cifar.MEMBERS["train"])}
    images, _ = cifar.read(archive(tmp_path / "c.tar.gz", dict(reversed(parts.items()))), cifar.MEMBERS["train"])
    assert np.array_equal(images[2:4].reshape(2, -1), records(2, 1)[:, 1:])


GOOD = {TEST: records().tobytes()}
BAD_LABEL = np.where(np.arange(cifar.RECORD) == 0, 10, records(1)).astype(np.uint8).tobytes()
DAMAGED = {
    "another member": {"cifar-10-batches-py/test_batch": GOOD[TEST]},
    "half a record": {TEST: GOOD[TEST][:-1]},
    "no record": {TEST: b""},
    "more records than published": {TEST: bytes(10_001 * cifar.RECORD)},
    "a label above 9": {TEST: BAD_LABEL},
}


@pytest.mark.parametrize("members", DAMAGED.values(), ids=DAMAGED)
def test_damaged_records_are_refused_by_name_with_the_cure(tmp_path, members):
    path = archive(tmp_path / "c.tar.gz", members)
    with pytest.raises(DataError) as caught:
        cifar.read(path, (TEST,))
    assert str(caught.value).startswith(f"{path}: ")
    assert "lth_core fetch cifar-10" in str(caught.value)


def link(tar):
    info = tarfile.TarInfo(TEST)
    info.type, info.linkname, info.size = tarfile.SYMTYPE, "/etc/passwd", 3073
    tar.addfile(info)


def test_a_link_in_the_archive_is_not_followed(tmp_path):
    with tarfile.open(tmp_path / "c.tar.gz", "w:gz") as tar:
        link(tar)
    with pytest.raises(DataError):
        cifar.read(tmp_path / "c.tar.gz", (TEST,))


def test_a_missing_cut_or_foreign_archive_is_refused(tmp_path):
    whole = archive(tmp_path / "c.tar.gz", GOOD)
    with pytest.raises(DataError, match="is missing"):
        cifar.read(tmp_path / "nowhere.tar.gz", (TEST,))
    with pytest.raises(DataError, match="cannot be read"):
        cifar.read(tmp_path, (TEST,))
    with pytest.raises(DataError, match="sha256 differs"):
        cifar.read(whole, (TEST,), "0" * 64)
    for size in (0, 5, 300, whole.stat().st_size // 2):
        (tmp_path / "cut.tar.gz").write_bytes(whole.read_bytes()[:size])
        with pytest.raises(DataError):
            cifar.read(tmp_path / "cut.tar.gz", (TEST,))


@given(st.binary(max_size=600), st.booleans())
def test_any_bytes_give_images_or_a_data_error(tmp_path_factory, raw, packed):
    path = tmp_path_factory.mktemp("fuzz") / "c.tar.gz"
    path.write_bytes(gzip.compress(raw) if packed else raw)
    with pytest.raises(DataError):
        cifar.read(path, (TEST,))


@pytest.fixture
def made_up_cifar(monkeypatch):
    """An archive of 100 training and 20 test images whose digest counts as the published one."""
    members = {name: records(20, seed).tobytes() for seed, name in enumerate((*cifar.MEMBERS["train"], TEST))}
    path = archive(home.home("cifar-10") / cifar.ARCHIVE, members)
    monkeypatch.setattr(cifar, "SHA256", hashlib.sha256(path.read_bytes()).hexdigest())


def test_cifar_is_normalised_by_channel_pooled_and_split(made_up_cifar):
    data = Data(name="cifar-10", pool=4, train=80, validation=20)
    splits = load(data, seed=1)
    assert splits.train.images.shape == (80, features(data)) == (80, 3 * 8 * 8)
    assert len(splits.test) == 20
    raw = SETS["cifar-10"].part("train").images[splits.train.indices[5]].astype(np.float64) / 255
    blue = (raw[2].reshape(8, 4, 8, 4).mean(axis=(1, 3)) - cifar.MEAN[2]) / cifar.STD[2]
    assert splits.train.images[5].reshape(3, 8, 8)[2] == pytest.approx(blue, abs=1e-5)
    prepared = prepare(splits)
    assert np.array_equal(prepared.train.images, splits.train.images)
    assert "pixels" not in vars(prepared.train.pool)  # what only kernels need is not made before they ask
    dense = np.zeros((1, 192), np.float32)
    packed = prepared.train.pool.pixels.take(prepared.train.rows[:1])
    dense[0, packed.places] = packed.values
    assert np.array_equal(dense, splits.train.images[:1])
    assert pixels("cifar-10", 1, np.zeros((1, 3, 32, 32), np.uint8))[0, 0] == pytest.approx(-0.4914 / 0.2470)


# ── the presets that need it ─────────────────────────────────────────────────────────────────────────────────────

# Everything as published but the size: narrow nets, few images, few steps, one round.
SHORT = {"data.train": 60, "data.validation": 20, "training.steps": 3, "training.batch": 20, "training.eval_every": 3,
         "training.measure": '"test"', "net.width": 0.03, "pruning.rounds": 1}


@pytest.mark.parametrize("name", [name for name, spec in PRESETS.items() if spec.data.name == "cifar-10"])
def test_a_preset_on_cifar_runs_from_its_one_command(name, made_up_cifar, tmp_path):
    short = SHORT | ({"training.warmup": 2} if PRESETS[name].training.warmup else {})
    words = ["run", "--preset", name, "--store", str(tmp_path / "store"), "--backend", "reference", "--json"]
    for path, value in short.items():
        words += ["--set", f"{path}={value}"]
    done = CliRunner().invoke(cli.app, words)
    assert done.exit_code == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["condition"] for row in rows][:3] == ["ticket", "ticket", "reinit"]
    assert [row["status"] for row in rows] == ["ok"] * len(rows)
    shares = [row["density"] for row in rows]
    assert shares[0] == 1
    assert 0.78 < shares[1] < 0.91
    assert all(0 <= row["test_accuracy"] <= 1 and row["flops"] > 0 for row in rows)
    (result,) = (Store(tmp_path / "store").load(key) for key in Store(tmp_path / "store").keys())  # noqa: SIM118
    masks = [result.arrays[f"died/{weight}"] for weight in weight_names(result.spec.net)]
    assert sum(int((died == 0).sum()) for died in masks) == rows[1]["kept"]
