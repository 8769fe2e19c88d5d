"""Fashion-MNIST: 70,000 grey pictures of clothes in the format of MNIST, harder to tell apart (Xiao, Rasul & Vollgraf
2017). Not shipped: `python -m lth_core fetch fashion-mnist` downloads it, and Debian packages it.

The digests are sha256 of the decompressed files, computed from Debian's package 0.0~git20200523: packed anew, the same
files differ in their gzip bytes.
"""

from __future__ import annotations

from functools import lru_cache

from lth_core.data.home import cure, find
from lth_core.data.idx import DataError, read
from lth_core.data.mnist import Images

NAME = "fashion-mnist"

SHA256 = {
    "train-images-idx3-ubyte.gz": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte.gz": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte.gz": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte.gz": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}


@lru_cache(maxsize=2)
def part(name: str) -> Images:
    """One part of Fashion-MNIST: "train" (60,000 images) or "t10k" (the 10,000 test images).

    Raises DataError, with all that can be done about it, when a file is missing, damaged or not the published one.
    """
    try:
        images, labels = (read(find(NAME, file), SHA256[file]) for file in SHA256 if file.startswith(name))
    except DataError as error:
        raise DataError(error.path, error.problem, cure(NAME)) from None
    return Images(images, labels)
