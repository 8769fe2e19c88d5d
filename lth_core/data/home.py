"""Where data sets live, and what to do when one is not there. A copy of the project has MNIST with it; the installed
package brings no images at all."""

from __future__ import annotations

from pathlib import Path

from lth_core.files import cache

IDX_FILES = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
             "t10k-labels-idx1-ubyte.gz")
# Data set → its files, by the names under which they were published.
FILES: dict[str, tuple[str, ...]] = {"mnist": IDX_FILES, "fashion-mnist": IDX_FILES,
                                     "cifar-10": ("cifar-10-binary.tar.gz",),
                                     "cifar-10-jpeg": ("train.safetensors", "test.safetensors")}
# Sets that no mirror has: made from an archive that somebody brings, called so and with this sha256.
BROUGHT: dict[str, tuple[str, str]] = {
    "cifar-10-jpeg": ("cifar10-jpeg.tar.xz", "e016f210c3d329e3663f2bb56e83a128dbf717c38412103f9d663c7700c8dc1b"),
}

SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "mnist"

# Where Debian's package of that data set puts the same files.
DEBIAN: dict[str, tuple[str, Path]] = {
    "fashion-mnist": ("dataset-fashion-mnist", Path("/usr/share/datasets/fashion-mnist")),
}


def home(name: str) -> Path:
    """The folder of data set `name`: in `$LTH_DATA`, or in the user's cache."""
    return cache("LTH_DATA", "data") / name


def folders(name: str) -> tuple[Path, ...]:
    """Where data set `name` is looked for, in this order."""
    if name == "mnist":
        return SHIPPED, home(name)
    return (home(name), DEBIAN[name][1]) if name in DEBIAN else (home(name),)


def find(name: str, file: str) -> Path:
    """The first place that holds `file` of data set `name`; its place in the user's folder where none does."""
    return next((folder / file for folder in folders(name) if (folder / file).exists()), home(name) / file)


def missing(name: str) -> tuple[str, ...]:
    """Files of data set `name` that none of its places holds.

    >>> missing("mnist")
    ()
    """
    return tuple(file for file in FILES.get(name, ()) if not find(name, file).exists())


def by_hand(name: str) -> str:
    """How to bring data set `name` to a machine without a network."""
    if name in BROUGHT:
        archive, sha256 = BROUGHT[name]
        return (f"`python -m lth_core fetch {name} --from {archive}` makes it from that archive (sha256 "
                f"{sha256[:16]}…), which somebody has to bring.")
    package = f", or install Debian's package with `apt install {DEBIAN[name][0]}`" if name in DEBIAN else ""
    return f"Without a network, put {', '.join(FILES[name])} into {home(name)}{package}."


def cure(name: str) -> str:
    """What to do when a file of data set `name` is missing or damaged."""
    load = "" if name in BROUGHT else f"`python -m lth_core fetch {name}` downloads it. "
    return load + by_hand(name)
