"""A small archive in the form of CIFAR-10's JPEG copy, for tests without the real one."""

import hashlib
import io
import tarfile

import numpy as np
from PIL import Image

from lth_core.data import cifar_jpeg


def jpeg(seed=0, size=(32, 32), mode="RGB", kind="JPEG"):
    """A picture's file: blotches of colour."""
    small = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), np.uint8)
    body = io.BytesIO()
    Image.fromarray(small).resize(size).convert(mode).save(body, kind)
    return body.getvalue()


def pictures(train=3, test=1):
    """Name in the archive → file, so many of each class."""
    return {f"cifar10-jpeg/{part}/{kind}/{number:04}.jpg": jpeg(1_000 * label + 10 * number + (part == "test"))
            for part, count in (("train", train), ("test", test))
            for label, kind in enumerate(cifar_jpeg.KINDS) for number in range(count)}


def member(name, body=b"", **fields):
    info = tarfile.TarInfo(name)
    info.size = len(body)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, body


def archive(path, members):
    """A tar.xz at `path` of {name: bytes}, or of what `member` makes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    items = [member(*item) for item in members.items()] if isinstance(members, dict) else members
    with tarfile.open(path, "w:xz", preset=0) as tar:
        for info, body in items:
            tar.addfile(info, io.BytesIO(body))
    return path


def counts_as_real(path, monkeypatch, train=3, test=1):
    """The archive and its pictures are from now on the ones that are meant."""
    monkeypatch.setattr(cifar_jpeg, "COUNTS", {"train": train, "t10k": test})
    monkeypatch.setattr(cifar_jpeg, "SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    for name, images in cifar_jpeg.decoded(path).items():
        monkeypatch.setitem(cifar_jpeg.DIGESTS, name, cifar_jpeg.digest(images))
    cifar_jpeg.part.cache_clear()
