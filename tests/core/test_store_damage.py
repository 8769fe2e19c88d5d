"""A damaged result is noticed, set aside, never shown and never followed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lth_core.experiments import Lottery
from lth_core.results import codec, entry
from lth_core.results.eviction import DAMAGED_KEPT
from lth_core.results.store import Store
from tests.core.examples import example, same


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


def _reseal(folder: Path, **changes) -> None:
    """Rewrite the manifest with a right checksum, as a forger would."""
    body = json.loads((folder / entry.MANIFEST).read_text())
    body.pop("checksum")
    body |= changes
    for name, told in body["files"].items():
        data = (folder / name).read_bytes()
        told |= {"bytes": len(data), "sha256": entry._sha256(data)}
    (folder / entry.MANIFEST).write_text(json.dumps(body | {"checksum": entry._checksum(body)}))


def _other_shapes(folder: Path) -> None:
    arrays = {**example().arrays, "weights": np.zeros((1, 2), np.float32)}
    (folder / entry.ARRAYS).write_bytes(codec.pack_arrays(arrays))
    _reseal(folder)


def _other_columns(folder: Path) -> None:
    (folder / "cells.parquet").write_bytes(codec.pack_table("cells", {"round": np.arange(5)}))
    _reseal(folder)


def _more_rows(folder: Path) -> None:
    table = {name: np.repeat(column, 2) for name, column in example().tables["cells"].items()}
    (folder / "cells.parquet").write_bytes(codec.pack_table("cells", table))
    _reseal(folder)


def _other_types(folder: Path) -> None:
    table = {**example().tables["cells"], "round": np.arange(5.0)}
    (folder / "cells.parquet").write_bytes(codec.pack_table("cells", table))
    _reseal(folder)


def _replace(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    _reseal(file.parent)


def _truncate(name: str) -> Callable[[Path], None]:
    return lambda folder: os.truncate(folder / name, (folder / name).stat().st_size // 2)


def _fifo(folder: Path) -> None:
    (folder / entry.MANIFEST).unlink()
    os.mkfifo(folder / entry.MANIFEST)


def _link_out(folder: Path) -> None:
    (folder / entry.ARRAYS).unlink()
    (folder / entry.ARRAYS).symlink_to("/etc/passwd")


def _huge_manifest(folder: Path) -> None:
    with (folder / entry.MANIFEST).open("ab") as file:
        file.truncate(10**12)  # sparse: a terabyte that takes no space, and must not be read


DAMAGES = {
    "arrays truncated": _truncate(entry.ARRAYS),
    "table truncated": _truncate("cells.parquet"),
    "manifest truncated": _truncate(entry.MANIFEST),
    "manifest empty": lambda f: (f / entry.MANIFEST).write_text(""),
    "manifest nested": lambda f: (f / entry.MANIFEST).write_text("[" * 200_000),
    "manifest a list": lambda f: (f / entry.MANIFEST).write_text("[1]"),
    "manifest huge": _huge_manifest,
    "manifest a pipe": _fifo,
    "manifest missing": lambda f: (f / entry.MANIFEST).unlink(),
    "arrays missing": lambda f: (f / entry.ARRAYS).unlink(),
    "arrays a link": _link_out,
    "arrays not safetensors": lambda f: _replace(f / entry.ARRAYS, b"\xff" * 99),
    "table not parquet": lambda f: _replace(f / "cells.parquet", b"PAR1" * 99),
    "wrong shapes": _other_shapes,
    "wrong columns": _other_columns,
    "wrong rows": _more_rows,
    "wrong types": _other_types,
    "other format": lambda f: _reseal(f, format=99),
    "other numbers": lambda f: _reseal(f, numbers=-1),
    "other key": lambda f: _reseal(f, key="0" * 24),
    "other spec": lambda f: _reseal(f, spec=Lottery(seed=77).to_dict()),
    "invalid spec": lambda f: _reseal(f, spec={"experiment": "lottery", "seed": -1}),
    "no descriptions": lambda f: _reseal(f, arrays=[1, 2]),
    "nonsense description": lambda f: _reseal(f, arrays={name: ["float32", [-1]] for name in example().arrays}),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_result_is_set_aside_and_can_be_computed_again(store, damage, caplog):
    result = example()
    damage(store.save(result))
    assert store.load(result.key) is None
    assert "set aside" in caplog.text
    assert result.key in caplog.text
    assert store.keys() == []
    (aside,) = (store.root / "damaged").iterdir()
    assert (aside / "why.txt").read_text()
    store.save(result)
    assert same(result, store.load(result.key))


def test_every_flipped_bit_is_noticed(store):
    result = example()
    folder = store.save(result)
    pristine = {file: file.read_bytes() for file in folder.iterdir()}
    draw = np.random.default_rng(1)
    for file, data in pristine.items():
        for position in draw.choice(len(data) * 8, 40, replace=False):
            flipped = bytearray(data)
            flipped[position // 8] ^= 1 << (position % 8)
            file.write_bytes(flipped)
            if json.loads(data) != _parsed(flipped) if file.name == entry.MANIFEST else True:
                assert store.load(result.key) is None, f"bit {position} of {file.name}"
                folder.mkdir()
                for name, good in pristine.items():
                    name.write_bytes(good)
            file.write_bytes(data)
    assert same(result, store.load(result.key))


def _parsed(data: bytearray):
    """A flip in the manifest's white space means the same manifest."""
    try:
        return json.loads(bytes(data))
    except ValueError:
        return None


def test_a_file_or_link_in_a_results_place_is_moved_but_not_followed(store, tmp_path):
    treasure = tmp_path / "treasure"
    treasure.mkdir()
    (treasure / "note").write_text("mine")
    key = store.save(example()).name
    shutil.rmtree(store.path(key))
    store.path(key).symlink_to(treasure)
    assert store.load(key) is None
    store.path(key).write_text("a file")
    assert store.load(key) is None
    store.save(example())
    assert same(example(), store.load(key))
    assert (treasure / "note").read_text() == "mine"


def test_saving_over_a_damaged_result_replaces_it(store):
    result = example()
    (store.save(result) / entry.ARRAYS).write_bytes(b"")
    store.save(result)
    assert same(result, store.load(result.key))


def test_damaged_results_do_not_pile_up(store):
    for _ in range(DAMAGED_KEPT + 5):
        _truncate(entry.ARRAYS)(store.save(example()))
        store.load(example().key)
    store.evict()
    assert len(os.listdir(store.root / "damaged")) == DAMAGED_KEPT
