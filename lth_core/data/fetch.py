"""Download a data set that is not shipped: checked by its digest, from one mirror after the other.

A file is kept only when its digest fits, so a tampered mirror is passed over. An interrupted download leaves a `.part`
beside it, and the next one goes on from there, whichever mirror it asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from lth_core.data import cifar, cifar_jpeg
from lth_core.data.home import BROUGHT, FILES, by_hand, home

SECONDS = (10, 60)  # to wait for a connection, and for the next bytes
PIECE = 1 << 16  # bytes between two looks at the progress

# Data set → folders on the web that hold its files, the publisher's first.
MIRRORS: dict[str, tuple[str, ...]] = {
    "mnist": (
        "http://yann.lecun.com/exdb/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    "fashion-mnist": (
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    ),
    "cifar-10": (
        "https://www.cs.toronto.edu/~kriz/",
        "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/",
    ),
}
# File → digest of its published bytes: of MNIST and Fashion-MNIST as others print them, hence MD5; what is in the files
# is checked by sha256 whenever they are read.
DIGESTS: dict[str, dict[str, str]] = {
    "mnist": {
        "train-images-idx3-ubyte.gz": "md5:f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "train-labels-idx1-ubyte.gz": "md5:d53e105ee54ea40749a09fcbcd1e9432",
        "t10k-images-idx3-ubyte.gz": "md5:9fb629c4189551a2d022fa330f9573f3",
        "t10k-labels-idx1-ubyte.gz": "md5:ec29112dd5afa0611ce80d1b7f02629c",
    },
    "fashion-mnist": {
        "train-images-idx3-ubyte.gz": "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "md5:25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "md5:bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "md5:bb300cfdad3c16e7a12a480ee83cd310",
    },
    "cifar-10": {cifar.ARCHIVE: f"sha256:{cifar.SHA256}"},
}


class FetchError(OSError):
    """No mirror gave the data set. Says what each answered, and how to bring the files by hand."""


class Told(Protocol):
    """Who is told how far a download is: bytes so far by `update`, all of them in `total`."""

    total: int

    def update(self, count: int) -> Any: ...
    def reset(self) -> Any: ...
    def close(self) -> Any: ...


def fetch(name: str, told: Told | None = None, mirrors: Sequence[str] | None = None) -> Path:
    """Bring data set `name` into its folder and return the folder; files that are there and intact stay.

    mirrors: addresses of folders that hold the files, each with its closing slash; those above by default.
    Raises ValueError for a data set that is not known, FetchError when no mirror gives it.

    >>> fetch("imagenet")
    Traceback (most recent call last):
        ...
    ValueError: data set 'imagenet' cannot be fetched: one of mnist, fashion-mnist, cifar-10, cifar-10-jpeg
    """
    if name in BROUGHT:
        raise ValueError(f"data set {name!r} is not downloaded: {by_hand(name)}")
    if name not in MIRRORS:
        raise ValueError(f"data set {name!r} cannot be fetched: one of {', '.join((*MIRRORS, *BROUGHT))}")
    folder = home(name)
    for file in FILES[name]:
        _bring(name, file, folder, told, mirrors or MIRRORS[name])
    return folder


def bring(name: str, archive: Path) -> Path:
    """Make data set `name` from an archive that lies on this machine, and return its folder.

    Raises ValueError for a set that is not made so, DataError for an archive that is not the one meant, OSError where
    nothing can be kept.

    >>> bring("mnist", Path("somewhere.tar.xz"))
    Traceback (most recent call last):
        ...
    ValueError: data set 'mnist' is not made from a file: one of cifar-10-jpeg
    """
    if name not in BROUGHT:
        raise ValueError(f"data set {name!r} is not made from a file: one of {', '.join(BROUGHT)}")
    return cifar_jpeg.bring(archive)


def _bring(name: str, file: str, folder: Path, told: Told | None, mirrors: Sequence[str]) -> None:
    """One file, from the first mirror that has it intact."""
    import pooch  # here: brings requests, which nothing else needs

    pooch.get_logger().setLevel("WARNING")
    answers, load = [], _Resuming(folder / f"{file}.part", told)
    for mirror in mirrors:
        for _ in range(2):
            try:
                pooch.retrieve(mirror + file, DIGESTS[name][file], file, folder, downloader=load)
            except (OSError, ValueError) as error:  # no network, no such file, no room; another digest
                if isinstance(error, ValueError) and load.resumed:
                    continue  # two halves that do not fit: this mirror's whole file may
                answers.append(f"{urlsplit(mirror).netloc} {_short(error)}")
                break
            else:
                return
    raise FetchError(f"{file} could not be downloaded: {'; '.join(answers)}. {by_hand(name)}")


class _Resuming:
    """Downloads as pooch asks for it, through a file that outlives an interruption.

    part: that file; it becomes the download once it is whole. resumed: whether the last download went on from there.
    """

    def __init__(self, part: Path, told: Told | None) -> None:
        self.part, self.told, self.resumed = part, told, False

    def __call__(self, url: str, output_file: str, pooch: Any) -> None:
        import requests

        there = self.part.stat().st_size if self.part.exists() else 0
        ask = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={there}-"} if there else {})
        with requests.get(url, headers=ask, stream=True, timeout=SECONDS) as answer:
            if there and answer.status_code == 416:  # nothing comes after these bytes: whole, or of another file
                self.resumed = True
            else:
                answer.raise_for_status()
                self.resumed = answer.status_code == 206
                self._write(answer, there if self.resumed else 0)
        self.part.replace(output_file)

    def _write(self, answer: Any, there: int) -> None:
        """What `answer` brings, behind the bytes that are `there`."""
        told = self.told
        if told:
            told.reset()
            told.total = there + int(answer.headers.get("content-length", 0))
            told.update(there)
        with self.part.open("ab" if there else "wb") as file:
            for piece in answer.iter_content(PIECE):
                file.write(piece)
                if told:
                    told.update(len(piece))


def _short(error: Exception) -> str:
    """What went wrong, in a few words where it is nothing rare."""
    import requests

    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "broke off; what came is kept, and the same command goes on from there"
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"answers {error.response.status_code}"
    if isinstance(error, requests.RequestException):
        return "does not answer in time" if isinstance(error, requests.Timeout) else "is not to be reached"
    return "gives another file (its digest differs)" if isinstance(error, ValueError) else str(error)
