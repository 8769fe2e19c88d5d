"""Files that readers bring: whatever is in them, checked images come out or one sentence does."""

from __future__ import annotations

import gzip
import io
import pickle
import struct
import tracemalloc
import zipfile
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pages.uploads import UploadError, archive, pictures, read

SOME = np.random.default_rng(0)


def csv(images: np.ndarray, labels: list[str], head: str = "") -> bytes:
    rows = [",".join([label, *map(str, image.ravel())]) for label, image in zip(labels, images, strict=True)]
    return "\n".join([*([head] if head else []), *rows]).encode()


def npz(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # one of numpy's own is called allow_pickle
    return file.getvalue()


def bring(images: np.ndarray, labels: np.ndarray) -> bytes:
    """A sound file."""
    return npz(images=images, labels=labels)


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, payload in files.items():
            made.writestr(name, payload)
    return file.getvalue()


def picture(side: int = 20, kind: str = "PNG", mode: str = "L", value: int | tuple[int, ...] = 90) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (side, side), value).save(file, kind)
    return file.getvalue()


def folders(each: int = 60, **more: bytes) -> bytes:
    files = {f"pets/{name}/{number}.png": picture(value=shade) for name, shade in (("cat", 40), ("dog", 200))
             for number in range(each)}
    return zipped({**files, **{name.replace("__", "/"): payload for name, payload in more.items()}})


def several(count: int = 120, side: int = 8, classes: int = 3) -> tuple[np.ndarray, np.ndarray]:
    return SOME.integers(0, 256, (count, side, side)).astype(np.uint8), np.arange(count) % classes


# ── what is taken ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_table_an_npz_and_pictures_become_grey_squares_with_a_sixth_for_the_test() -> None:
    images, labels = several()
    for found in (read("a.csv", csv(images, [f"c{label}" for label in labels])),
                  read("a.npz", npz(images=images, labels=labels)),
                  read("a.zip", folders())):
        assert found.train.images.shape[1:] == found.test.images.shape[1:] == (28, 28)
        assert found.train.images.dtype == found.train.labels.dtype == np.uint8
        each = 120 // len(found.names)
        assert set(np.bincount(found.test.labels)) == {each // 6}  # of each class
        assert len(found.train.labels) + len(found.test.labels) == 120
        assert set(found.test.labels) == set(found.train.labels) == set(range(len(found.names)))


def test_the_division_loses_and_doubles_nothing_and_is_the_same_each_time() -> None:
    images = np.arange(120, dtype=np.uint8).repeat(784).reshape(120, 28, 28)
    found = read("a.npz", npz(x=images, y=np.arange(120) % 2))
    assert sorted([*found.train.images[:, 0, 0], *found.test.images[:, 0, 0]]) == list(range(120))
    assert all(found.train.images[:, 0, 0] % 2 == found.train.labels)
    again = read("a.npz", npz(x=images, y=np.arange(120) % 2))
    assert found.digest() == again.digest() != found.digest("salt")


def test_pixels_of_mnists_size_come_through_as_they_are_and_shares_are_scaled() -> None:
    images = SOME.integers(0, 256, (120, 28, 28)).astype(np.uint8)
    labels = np.arange(120) % 2
    whole = read("a.npz", npz(images=images, labels=labels))
    flat = read("a.npz", npz(images=images.reshape(120, -1) / 255, labels=labels.astype(float)))
    table = read("a.csv", csv(images, [str(label) for label in labels], "label" + 784 * ",p"))
    assert whole.digest() == flat.digest() == table.digest() and whole.names == ("0", "1")


def test_the_label_may_be_any_column_of_that_name() -> None:
    rows = [",".join([*["9"] * 16, f"c{number % 2}"]) for number in range(100)]
    found = read("a.csv", "\n".join([",".join([*"abcdefghijklmnop", "Label"]), *rows]).encode())
    assert found.names == ("c0", "c1") and set(found.train.images.ravel()) == {9}


def test_a_test_that_is_given_is_kept_whole() -> None:
    images, labels = several(classes=2)
    found = read("a.npz", npz(x_train=images, y_train=labels, x_test=images[:30], y_test=labels[:30]))
    assert len(found.train.labels) == 120 and len(found.test.labels) == 30
    files = {f"{part}/{name}/{number}.jpg": picture(kind="JPEG", mode="RGB", value=(9, 9, 9))
             for part, count in (("train", 50), ("test", 12)) for name in "ab" for number in range(count)}
    found = read("a.zip", zipped(files))
    assert len(found.train.labels) == 100 and len(found.test.labels) == 24 and found.names == ("a", "b")


def test_what_systems_put_into_zips_is_passed_over_and_paper_shows_through() -> None:
    clear = {f"{name}/{number}.png": picture(mode="RGBA", value=(0, 0, 0, 0)) for name in "ab" for number in range(50)}
    found = read("a.zip", zipped({**clear, "__MACOSX/a/._1.png": b"x", "a/.DS_Store": b"x"}))
    assert set(found.train.images.ravel()) == {255}


def test_numbers_are_in_order_of_size() -> None:
    images, labels = several(count=240, classes=12)
    assert read("a.npz", npz(images=images, labels=labels)).names == tuple(map(str, range(12)))


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────────────

IMAGES, LABELS = several()
FLOATS = IMAGES.astype(np.float32)


def broken(value: float) -> np.ndarray:
    images = FLOATS.copy()
    images[7, 1, 1] = value
    return images


def lying(shape: str) -> bytes:
    """An .npz whose array promises another shape than it has."""
    head = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    array = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + b"\0" * 64
    return zipped({"images.npy": array, "labels.npy": array})


def bomb() -> bytes:
    return zipped({"a/1.png": b"\0" * 50_000_000})


def declared_small() -> bytes:
    """A zip whose directory says that a member has 10 bytes, where 5,000 come out."""
    raw = bytearray(zipped({"a/1.png": b"\0" * 5_000}))
    place = raw.rindex(b"PK\x01\x02")
    raw[place + 24:place + 28] = struct.pack("<I", 10)
    return bytes(raw)


def locked() -> bytes:
    raw = bytearray(folders())
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


REFUSED = {
    "nothing": ("a.csv", b"", "is empty"),
    "too large": ("a.csv", b"1" * (20 * 2**20 + 1), "more than 20"),
    "a PDF": ("a.csv", b"%PDF-1.7\x00\xff", "none of a CSV"),
    "a gzip": ("a.npz", gzip.compress(b"1,2"), "none of a CSV"),
    "prose": ("a.csv", b"hello", "none of a CSV"),
    "a pickle": ("a.npz", pickle.dumps({"images": 1}), "pickle"),
    "pickled arrays": ("a.npz", npz(images=np.array([{}, []], dtype=object), labels=LABELS), "could run code"),
    "pickled labels": ("a.npz", npz(images=IMAGES, labels=np.array(list("abc") * 40, dtype=object)), "could run code"),
    "a header that lies": ("a.npz", lying("(1000000, 1000000)"), "than its header promises"),
    "a header that runs": ("a.npz", lying("__import__('os')"), "not an array"),
    "no labels": ("a.npz", npz(images=IMAGES), "no array called labels"),
    "too few labels": ("a.npz", npz(images=IMAGES, labels=LABELS[:-1]), "one label an image"),
    "NaN": ("a.npz", npz(images=broken(np.nan), labels=LABELS), "NaN"),
    "infinity": ("a.npz", npz(images=broken(np.inf), labels=LABELS), "infinite"),
    "negative": ("a.npz", npz(images=broken(-1), labels=LABELS), "scale them"),
    "16 bits": ("a.npz", npz(images=broken(4_000), labels=LABELS), "scale them"),
    "no square": ("a.npz", npz(images=FLOATS.reshape(120, -1)[:, :63], labels=LABELS), "no square"),
    "a film": ("a.npz", npz(images=np.zeros((120, 8, 8, 5)), labels=LABELS), "not understood"),
    "huge": ("a.npz", npz(images=np.zeros((120, 600, 600), np.uint8), labels=LABELS), "600 × 600"),
    "words for pixels": ("a.npz", npz(images=np.full((120, 16), "a"), labels=LABELS), "not numbers"),
    "one number": ("a.npz", npz(images=np.array(3), labels=LABELS), "plain arrays"),
    "one class": ("a.npz", npz(images=IMAGES, labels=0 * LABELS), "1 class:"),
    "21 classes": ("a.npz", npz(images=IMAGES, labels=np.arange(120) % 21), "21 classes"),
    "three images": ("a.npz", npz(images=IMAGES[:3], labels=LABELS[:3]), "3 images, 1 of class"),
    "a rare class": ("a.npz", npz(images=IMAGES, labels=(np.arange(120) > 110) * 1), "9 of class"),
    "a strange test": ("a.npz", npz(images=IMAGES, labels=LABELS, x_test=IMAGES, y_test=LABELS + 1), "class “3”"),
    "a ragged table": ("a.csv", csv(IMAGES, ["a"] * 120) + b"\na,1,2", "cells where the first row has"),
    "a word in the table": ("a.csv", csv(IMAGES, ["a"] * 120).replace(b",7,", b",<b>seven</b>,"), "among its pixels"),
    "NaN in the table": ("a.csv", csv(broken(np.nan), ["a", "b", "c"] * 40), "NaN"),
    "no label in the table": ("a.csv", csv(IMAGES, ["a", "", "c"] * 40), "no label"),
    "a table of two cells": ("a.csv", b"a,1\nb,2", "1 × 1"),
    "half a zip": ("a.zip", folders()[:3_000], "damaged"),
    "an empty zip": ("a.zip", zipped({}), "no files"),
    "a bomb": ("a.zip", bomb(), "far more than a picture"),
    "a member that lies": ("a.zip", declared_small(), "an"),
    "a password": ("a.zip", locked(), "password"),
    "a way out": ("a.zip", zipped({"../../etc/1.png": picture()}), "points outside"),
    "a root": ("a.zip", zipped({"/etc/1.png": picture()}), "points outside"),
    "a drive": ("a.zip", zipped({"C:/a/1.png": picture()}), "points outside"),
    "backslashes": ("a.zip", zipped({"..\\a\\1.png": picture()}), "points outside"),
    "an archive within": ("a.zip", zipped({"a/1.zip": zipped({"a": b""})}), "archive within"),
    "no folder": ("a.zip", zipped({"1.png": picture()}), "no folder"),
    "notes": ("a.zip", folders(pets__cat__notes=b"hello"), "not a PNG"),
    "not an image": ("a.zip", zipped({"a/1.png": b"hello"}), "cannot be opened"),
    "another format": ("a.zip", zipped({"a/1.png": picture(kind="GIF")}), "cannot be opened"),
    "half an image": ("a.zip", zipped({"a/1.png": picture(300)[:-40]}), "cannot be opened"),
    "a huge image": ("a.zip", zipped({"a/1.png": picture(2_100)}), "2,100 × 2,100"),
    "tests alone": ("a.zip", zipped({f"test/{name}/1.png": picture() for name in "ab"}), "learn from"),
    "one picture": ("a.zip", zipped({"a/1.png": picture(), "b/1.png": picture()}), "at least 100 in all"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_faulty_file_is_refused_in_a_sentence(fault: str) -> None:
    name, payload, told = REFUSED[fault]
    with pytest.raises(UploadError) as caught:
        read(name, payload)
    text = str(caught.value)
    assert told in text and text.endswith((".", ".”")) and len(text) < 320 and "<b>" not in text and "\n" not in text


def test_neither_a_bomb_nor_a_header_fills_the_memory() -> None:
    for payload in (bomb(), lying("(1000000, 1000000)")):
        tracemalloc.start()
        with pytest.raises(UploadError):
            read("a.zip", payload)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 5_000_000


def test_limits_of_all_pictures_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_IMAGES", 100)
    with pytest.raises(UploadError, match="120 files, more than 100"):
        read("a.zip", folders())
    monkeypatch.setattr(archive, "MOST_IMAGES", 1_000)
    monkeypatch.setattr(archive, "MOST_BYTES", 1_000)
    with pytest.raises(UploadError, match="would unpack to"):
        read("a.zip", folders())
    monkeypatch.setattr(archive, "MOST_BYTES", 10**9)
    monkeypatch.setattr(pictures, "MOST_PIXELS_IN_ALL", 1_000)
    with pytest.raises(UploadError, match="pixels in all"):
        read("a.zip", folders())


GOOD = (npz(images=IMAGES, labels=LABELS), folders(), csv(IMAGES, ["a", "b", "c"] * 40))


@given(st.sampled_from(GOOD), st.data())
def test_whatever_is_altered_the_answer_is_images_or_a_sentence(good: bytes, data: st.DataObject) -> None:
    raw = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with suppress(UploadError):  # any other exception is a fault of ours
        found = read("a", bytes(raw[: data.draw(st.integers(len(raw) // 2, len(raw)))]))
        assert found.train.images.shape[1:] == (28, 28) and 2 <= len(found.names) <= 20
