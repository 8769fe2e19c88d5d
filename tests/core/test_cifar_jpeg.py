"""CIFAR-10's JPEG copy: made once from an archive that is trusted in nothing, and checked whenever it is read."""

import dataclasses
import io
import lzma
import os
import tarfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from typer.testing import CliRunner

from lth_core import cli
from lth_core.data import DataError, cifar_jpeg, home
from lth_core.data.sets import SETS, pixels
from lth_core.data.split import load
from lth_core.said import DATA
from lth_core.spec import Data
from tests.core.bare import bare_machine
from tests.core.jpegs import archive, counts_as_real, jpeg, member, pictures

COUNTS = {"train": 3, "t10k": 1}
REAL = os.environ.get("LTH_CIFAR_JPEG")


@pytest.fixture(autouse=True)
def nothing_is_there(tmp_path, monkeypatch):
    yield from bare_machine(tmp_path, monkeypatch)


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A small archive that counts as the real one."""
    path = archive(tmp_path / "copy.tar.xz", pictures())
    counts_as_real(path, monkeypatch)
    return path


def test_pictures_come_class_by_class_and_by_number_whatever_the_archives_order(tmp_path):
    files = pictures()
    found = cifar_jpeg.decoded(archive(tmp_path / "c.tar.xz", dict(reversed(files.items()))), COUNTS)
    assert found["train"].images.shape == (30, 3, 32, 32) and found["train"].images.dtype == np.uint8
    assert found["train"].labels.tolist() == [label for label in range(10) for _ in range(3)]
    assert found["t10k"].labels.tolist() == list(range(10))
    with Image.open(io.BytesIO(files["cifar10-jpeg/train/bird/0001.jpg"])) as bird:
        assert np.array_equal(found["train"].images[2 * 3 + 1], np.asarray(bird).transpose(2, 0, 1))


def test_the_command_makes_it_once_and_it_is_checked_at_every_load(made, tmp_path):
    done = CliRunner().invoke(cli.app, ["fetch", "cifar-10-jpeg", "--from", str(made)])
    assert done.exit_code == 0, done.stderr
    folder = home.home("cifar-10-jpeg")
    assert done.stdout.strip() == str(folder) and home.missing("cifar-10-jpeg") == ()
    assert {file.name for file in folder.iterdir()} == {"train.safetensors", "test.safetensors"}
    train = SETS["cifar-10-jpeg"].part("train")
    assert len(train.images) == 30 and not train.images.flags.writeable and not train.labels.flags.writeable
    kept = (folder / "train.safetensors").read_bytes()
    for wrong in (kept[:-1] + bytes([kept[-1] ^ 1]), kept[:200], b"", (folder / "test.safetensors").read_bytes()):
        (folder / "train.safetensors").write_bytes(wrong)
        cifar_jpeg.part.cache_clear()
        with pytest.raises(DataError, match=r"is not what was kept.*fetch cifar-10-jpeg --from cifar10-jpeg\.tar\.xz"):
            cifar_jpeg.part("train")
    (folder / "train.safetensors").unlink()
    with pytest.raises(DataError, match="is missing"):
        cifar_jpeg.part("train")


def test_it_is_split_by_the_projects_own_streams_and_normalised_by_its_own_colours(made):
    cifar_jpeg.bring(made)
    data = Data(name="cifar-10-jpeg", pool=4, train=20, validation=10)
    one, again, other = load(data, 0), load(dataclasses.replace(data, train=15), 0), load(data, 1)
    assert one.train.images.shape == (20, 192) and len(one.test) == 10
    assert sorted([*one.train.indices, *one.validation.indices]) == list(range(30))
    assert again.train.indices.tolist() == one.train.indices[:15].tolist() != other.train.indices[:15].tolist()
    black = pixels("cifar-10-jpeg", 1, np.zeros((1, 3, 32, 32), np.uint8))
    assert black[0, 0] == pytest.approx(-cifar_jpeg.MEAN[0] / cifar_jpeg.STD[0])
    assert DATA["cifar-10-jpeg"] == "CIFAR-10, JPEG copy"


ONE = "cifar10-jpeg/train/airplane/0000.jpg"
HOSTILE = {
    "a way out of the folder": [member("cifar10-jpeg/train/../../../etc/cron.d/x", b"x")],
    "a name from the root": [member("/etc/passwd", b"x")],
    "a way out in a picture's name": [member("cifar10-jpeg/train/airplane/../../0000.jpg", jpeg())],
    "a link": [member(ONE, type=tarfile.SYMTYPE, linkname="/etc/passwd")],
    "a hard link": [member(ONE, type=tarfile.LNKTYPE, linkname="/etc/passwd")],
    "a device": [member(ONE, type=tarfile.CHRTYPE)],
    "a pipe": [member(ONE, type=tarfile.FIFOTYPE)],
    "another folder": [member("elsewhere", type=tarfile.DIRTYPE)],
    "a picture twice": [member(ONE, jpeg()), member(ONE, jpeg(1))],
    "a number beyond the last": [member("cifar10-jpeg/train/airplane/0003.jpg", jpeg())],
    "an eleventh class": [member("cifar10-jpeg/train/tank/0000.jpg", jpeg())],
    "too few": [member(ONE, jpeg())],
    "none": [],
    "a large picture": [member(ONE, jpeg(size=(33, 32)))],
    "a grey picture": [member(ONE, jpeg(mode="L"))],
    "another format": [member(ONE, jpeg(kind="PNG"))],
    "no picture": [member(ONE, b"\xff\xd8\xff\xe0 not a picture")],
    "half a picture": [member(ONE, jpeg()[:200])],
    "nothing": [member(ONE, b"")],
    "too many bytes": [member(ONE, jpeg() + bytes(20_000))],
}


def refused(path):
    """The one sentence that says why, with the cure."""
    with pytest.raises(DataError) as caught:
        cifar_jpeg.decoded(path, COUNTS)
    assert str(caught.value).startswith(f"{path}: ") and "fetch cifar-10-jpeg --from" in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("members", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_archive_is_refused_in_one_sentence_and_leaves_nothing(members, tmp_path, monkeypatch):
    path = archive(tmp_path / "c.tar.xz", members)
    refused(path)
    monkeypatch.setattr(cifar_jpeg, "COUNTS", COUNTS)
    monkeypatch.setattr(cifar_jpeg, "_sha256", lambda file: cifar_jpeg.SHA256)  # whoever made it knew the digest
    done = CliRunner().invoke(cli.app, ["fetch", "cifar-10-jpeg", "--from", str(path)])
    assert done.exit_code == 2 and len(done.stderr.strip().splitlines()) == 1
    assert not home.home("cifar-10-jpeg").exists() and set(tmp_path.iterdir()) == {path}


def test_bombs_are_not_unpacked(tmp_path, monkeypatch):
    zeros, monster = tmp_path / "zeros.tar.xz", tmp_path / "header.tar.xz"
    monkeypatch.setattr(cifar_jpeg, "UNPACKED", 1 << 20)
    info = tarfile.TarInfo("x" * 200)  # a name of its own header, which promises two megabytes
    info.size = 2 << 20
    info.type = tarfile.GNUTYPE_LONGNAME
    zeros.write_bytes(lzma.compress(pattern(b"cifar10-jpeg/", 4 << 20), preset=0))
    monster.write_bytes(lzma.compress(info.tobuf(tarfile.GNU_FORMAT)[-512:] + bytes(3 << 20), preset=0))
    refused(zeros)
    assert "unpacks to more than 1 MB" in refused(monster)
    monkeypatch.setattr(cifar_jpeg, "MEMORY", 1 << 20)  # a file may ask for gigabytes to be unpacked in
    monster.write_bytes(lzma.compress(bytes(100), preset=9))
    assert "not an intact tar.xz" in refused(monster)


def pattern(name, size):
    """A folder's header again and again."""
    info = tarfile.TarInfo(name.decode())
    info.type = tarfile.DIRTYPE
    return info.tobuf() * (size // 512)


def test_a_missing_cut_or_foreign_archive_is_refused(tmp_path, made):
    assert "is missing" in refused(tmp_path / "nowhere.tar.xz")
    assert "cannot be read" in refused(tmp_path)
    whole = made.read_bytes()
    made.write_bytes(whole + b" ")
    with pytest.raises(DataError, match="sha256 differs"):
        cifar_jpeg.bring(made)
    for size in (0, 5, 300, len(whole) // 2, len(whole) - 20):
        (tmp_path / "cut.tar.xz").write_bytes(whole[:size])
        refused(tmp_path / "cut.tar.xz")


@settings(max_examples=40)
@given(st.binary(max_size=1_500), st.booleans())
def test_any_bytes_are_refused(tmp_path_factory, raw, packed):
    path = tmp_path_factory.mktemp("fuzz") / "c.tar.xz"
    path.write_bytes(lzma.compress(raw, preset=0) if packed else raw)
    refused(path)


def test_another_decoders_pixels_are_refused_and_nothing_is_kept(made, monkeypatch):
    monkeypatch.setitem(cifar_jpeg.DIGESTS, "t10k", "0" * 64)
    with pytest.raises(DataError, match="gives other pixels in test"):
        cifar_jpeg.bring(made)
    assert not home.home("cifar-10-jpeg").exists()


def test_the_command_says_which_sets_are_made_from_a_file(tmp_path):
    for words, said in ((["cifar-10-jpeg"], "is not downloaded: `python -m lth_core fetch cifar-10-jpeg --from"),
                        (["mnist", "--from", str(tmp_path)], "'mnist' is not made from a file: one of cifar-10-jpeg")):
        done = CliRunner().invoke(cli.app, ["fetch", *words])
        assert done.exit_code == 2 and said in done.stderr


@pytest.mark.skipif(not REAL, reason="LTH_CIFAR_JPEG does not name the real archive")
def test_the_real_archive_gives_the_pixels_that_runs_are_recorded_with():
    cifar_jpeg.bring(Path(str(REAL)))
    train = cifar_jpeg.part("train")
    assert np.bincount(train.labels).tolist() == [5_000] * 10
    shares = np.stack([np.bincount(train.images[:, colour].ravel(), minlength=256) for colour in range(3)]) / 51_200_000
    value = np.arange(256) / 255
    mean = shares @ value
    assert mean == pytest.approx(cifar_jpeg.MEAN, abs=5e-5)
    assert np.sqrt(shares @ value**2 - mean**2) == pytest.approx(cifar_jpeg.STD, abs=5e-5)
