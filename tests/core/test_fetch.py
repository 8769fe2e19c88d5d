"""Data sets that are not shipped: fetched from mirrors that may lie, refused when damaged, and told how to get."""

import gzip
import hashlib
import io
import json
import pickle
import struct
import tarfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from lth_core import catalogue, cli
from lth_core.data import DataError, cifar, fashion, fetch, home
from lth_core.data.sets import SETS, pixels, pooled
from lth_core.data.split import features, load
from lth_core.experiments import Lottery
from lth_core.nets.params import weight_names
from lth_core.presets import PRESETS
from lth_core.results.atlas import reindex
from lth_core.results.recorder import verify, without_images
from lth_core.results.result import Result
from lth_core.results.store import Store
from lth_core.spec import Data
from lth_core.training.backends import prepare


@pytest.fixture(autouse=True)
def nothing_is_there(tmp_path, monkeypatch):
    """An empty user's folder, and no Debian package: what a fresh machine has."""
    monkeypatch.setenv("LTH_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(home, "DEBIAN", {name: (package, tmp_path / "debian") for name, (package, _) in
                                         home.DEBIAN.items()})
    for cached in (fashion.part, cifar.part, pooled, load):
        cached.cache_clear()
    yield
    for cached in (fashion.part, cifar.part, pooled, load):
        cached.cache_clear()


# ── fetching ─────────────────────────────────────────────────────────────────────────────────────────────────────

WHOLE = b"whole and as published " * 9_999


@pytest.fixture
def mirror(tmp_path):
    """Serves folders of made-up files: `mirror(name, {file: content})` gives the folder's address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

        def do_GET(self):
            """Files in folders named `cut…` break off half-way, and they are sent from any byte on."""
            if not self.path.startswith("/cut"):
                return super().do_GET()
            whole = (tmp_path / "web" / self.path[1:]).read_bytes()
            first = int((self.headers["Range"] or "bytes=0-")[6:-1])
            asked.append(first)
            self.send_response(416 if first >= len(whole) else 206 if first else 200)
            self.send_header("Content-Length", str(len(whole) - first))
            self.end_headers()
            return self.wfile.write(whole[first:] if first else whole[: len(whole) // 2])

    asked = []

    (tmp_path / "web").mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "web")))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def serve(name, files):
        (tmp_path / "web" / name).mkdir()
        for file, content in files.items():
            (tmp_path / "web" / name / file).write_bytes(content)
        return f"http://127.0.0.1:{server.server_port}/{name}/"

    serve.asked = asked
    yield serve
    server.shutdown()
    server.server_close()


@pytest.fixture
def published(monkeypatch):
    """CIFAR-10 as a small file whose digest is known."""
    monkeypatch.setitem(fetch.DIGESTS, "cifar-10", {cifar.ARCHIVE: f"sha256:{hashlib.sha256(WHOLE).hexdigest()}"})


class Watching:
    def __init__(self):
        self.total, self.seen = 0, []

    def update(self, count):
        self.seen.append(count)

    def reset(self):
        self.seen.clear()

    def close(self):
        self.closed = True


def test_the_first_mirror_that_tells_the_truth_is_taken(mirror, published):
    mirrors = (mirror("empty", {}), mirror("lying", {cifar.ARCHIVE: b"something else"}),
               mirror("true", {cifar.ARCHIVE: WHOLE}))
    told = Watching()
    folder = fetch.fetch("cifar-10", told, mirrors)
    assert [file.name for file in folder.iterdir()] == [cifar.ARCHIVE]  # no half a file beside it
    assert (folder / cifar.ARCHIVE).read_bytes() == WHOLE
    assert told.total == sum(told.seen) == len(WHOLE)


def test_what_is_there_and_intact_is_not_fetched_again_and_what_is_damaged_is(mirror, published):
    true = mirror("true", {cifar.ARCHIVE: WHOLE})
    folder = fetch.fetch("cifar-10", None, (true,))
    fetch.fetch("cifar-10", None, ("http://127.0.0.1:9/",))  # nobody listens there, and nobody is asked
    (folder / cifar.ARCHIVE).write_bytes(WHOLE[:100])  # as a copy that was interrupted leaves it
    fetch.fetch("cifar-10", None, (true,))
    assert (folder / cifar.ARCHIVE).read_bytes() == WHOLE


def test_without_a_network_every_mirror_and_the_way_by_hand_are_told(mirror, published):
    mirrors = ("http://127.0.0.1:9/", mirror("lying", {cifar.ARCHIVE: b"something else"}))
    with pytest.raises(fetch.FetchError) as caught:
        fetch.fetch("cifar-10", None, mirrors)
    told = str(caught.value)
    assert "127.0.0.1:9 is not to be reached" in told
    assert "gives another file (its digest differs)" in told
    assert f"put cifar-10-binary.tar.gz into {home.home('cifar-10')}." in told
    assert not list(home.home("cifar-10").iterdir())


def test_an_interrupted_download_goes_on_where_it_stopped(mirror, published):
    true = mirror("cut", {cifar.ARCHIVE: WHOLE})
    with pytest.raises(fetch.FetchError, match="broke off; what came is kept"):
        fetch.fetch("cifar-10", None, (true,))
    part = home.home("cifar-10") / f"{cifar.ARCHIVE}.part"
    assert 0 < part.stat().st_size <= len(WHOLE) // 2
    told, there = Watching(), part.stat().st_size
    folder = fetch.fetch("cifar-10", told, (true,))
    assert (folder / cifar.ARCHIVE).read_bytes() == WHOLE
    assert mirror.asked == [0, there]
    assert told.seen[0] == there
    assert told.total == sum(told.seen) == len(WHOLE)
    assert [file.name for file in folder.iterdir()] == [cifar.ARCHIVE]


@pytest.mark.parametrize("left", [b"not of this file", b"x" * 2 * len(WHOLE)])
def test_a_part_that_does_not_fit_costs_one_more_attempt(left, mirror, published):
    home.home("cifar-10").mkdir(parents=True)
    (home.home("cifar-10") / f"{cifar.ARCHIVE}.part").write_bytes(left)
    mirrors = (mirror("cut", {cifar.ARCHIVE: WHOLE}), mirror("true", {cifar.ARCHIVE: WHOLE}))
    folder = fetch.fetch("cifar-10", None, mirrors)  # the second answer breaks off; the other mirror cannot resume
    assert mirror.asked == [len(left), 0]
    assert (folder / cifar.ARCHIVE).read_bytes() == WHOLE


def test_every_file_has_mirrors_and_a_digest():
    for name, files in home.FILES.items():
        assert len(fetch.MIRRORS[name]) > 1
        assert all(url.endswith("/") for url in fetch.MIRRORS[name])
        assert set(fetch.DIGESTS[name]) == set(files)


def test_the_command_fetches_and_names_the_folder_and_what_it_cannot_fetch(mirror, published, monkeypatch):
    monkeypatch.setitem(fetch.MIRRORS, "cifar-10", (mirror("true", {cifar.ARCHIVE: WHOLE}),))
    done = CliRunner().invoke(cli.app, ["fetch", "cifar-10"])
    assert done.exit_code == 0
    assert done.stdout.strip() == str(home.home("cifar-10"))
    refused = CliRunner().invoke(cli.app, ["fetch", "imagenet"])
    assert refused.exit_code == 2
    assert "one of mnist, fashion-mnist, cifar-10" in refused.stderr


def test_a_run_on_data_that_is_not_there_says_how_to_get_it():
    done = CliRunner().invoke(cli.app, ["run", "--set", 'data.name="fashion-mnist"', "--fresh"])
    assert done.exit_code == 2
    assert "train-images-idx3-ubyte.gz: is missing. `python -m lth_core fetch fashion-mnist`" in done.stderr
    assert "apt install dataset-fashion-mnist" in done.stderr


def test_a_plain_recording_leaves_out_what_needs_them_and_a_named_part_says_how_to_get_them(tmp_path, monkeypatch):
    clothes = (Lottery(data=Data(name="fashion-mnist")),)
    monkeypatch.setattr(catalogue, "CATALOGUE", {"digits": (), "clothes": clothes})
    (tmp_path / "atlas").mkdir()
    plain, named = (CliRunner().invoke(cli.app, ["record", *part, "--atlas", str(tmp_path / "atlas")])
                    for part in ([], ["clothes"]))
    assert plain.exit_code == 0
    assert named.exit_code == 2
    for done in (plain, named):
        assert "1 run needs fashion-mnist" in done.stderr
        assert f"put {', '.join(home.IDX_FILES)} into {home.home('fashion-mnist')}" in done.stderr
    Store(tmp_path / "atlas").save(Result(clothes[0], {}, {}))
    reindex(tmp_path / "atlas")
    assert without_images(clothes, tmp_path / "atlas") == {}  # what is recorded needs nothing
    assert list(verify(tmp_path / "atlas")) == []  # and cannot be run again here


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
