"""Excerpts of the atlas: exactly what the results say, and silent about those that were recorded anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lth_core.catalogue import CATALOGUE, EXCERPTS
from lth_core.experiments import Lottery
from lth_core.results import excerpt
from lth_core.results.atlas import Atlas, default_atlas, reindex
from lth_core.results.result import Result
from lth_core.results.store import Store

CELLS = {"round": np.arange(3), "name": np.array(["a", "bc", ""]), "ok": np.array([True, False, True]),
         "reads": np.array([0.1, np.nan, -np.inf]), "half": np.array([1 / 3, 2, 3], np.float32)}


def same(one: Result, two: Result) -> None:
    """Equal to the bit, in values, types and order of columns' names."""
    assert dict(one.manifest) == dict(two.manifest) and one.spec == two.spec
    for name, table in one.tables.items():
        assert set(table) == set(two.tables[name])
        for column, values in table.items():
            told = two.tables[name][column]
            assert told.dtype.kind == values.dtype.kind and (told.dtype == values.dtype or values.dtype.kind == "U")
            np.testing.assert_array_equal(values, told)


def recorded(root: Path, result: Result) -> Atlas:
    Store(root).save(result)
    reindex(root)
    return Atlas(root)


@pytest.mark.parametrize("part", EXCERPTS)
def test_the_shipped_excerpt_is_what_the_results_say(part: str) -> None:
    atlas = Atlas(default_atlas())
    held = excerpt.read(atlas, part, CATALOGUE[part])
    recorded = {spec.key for spec in CATALOGUE[part] if atlas.digest(spec.key)}  # others wait for their recording
    assert set(held) == recorded != set(), "`python -m lth_core record` writes what is missing"
    for key, result in held.items():
        whole = atlas.find(key, EXCERPTS[part], ())
        assert whole is not None and set(result.tables) == set(EXCERPTS[part])
        same(whole, result)


def test_every_kind_of_column_comes_back(tmp_path: Path) -> None:
    spec = Lottery(seed=7)
    atlas = recorded(tmp_path, Result(spec, {"cells": CELLS, "curves": {"step": np.arange(2)}}, {}, {"seconds": 1.5}))
    assert excerpt.write(tmp_path, "one", [spec, Lottery(seed=8)], ("cells",))
    assert not excerpt.write(tmp_path, "one", [spec, Lottery(seed=8)], ("cells",)), "it was right already"
    held = excerpt.read(atlas, "one", [spec, Lottery(seed=8)])
    assert list(held) == [spec.key] and set(held[spec.key].tables) == {"cells"}
    same(atlas.find(spec, ("cells",), ()), held[spec.key])


def test_a_result_recorded_anew_is_not_in_the_old_excerpt(tmp_path: Path) -> None:
    spec = Lottery(seed=7)
    excerpt_of = recorded(tmp_path, Result(spec, {"cells": CELLS}, {}, {"seconds": 1.5}))
    excerpt.write(tmp_path, "one", [spec], ("cells",))
    assert excerpt.read(excerpt_of, "one", [spec])
    Store(tmp_path).remove(spec.key)
    other = recorded(tmp_path, Result(spec, {"cells": {**CELLS, "round": np.arange(3) + 1}}, {}, {"seconds": 1.5}))
    assert excerpt.read(other, "one", [spec]) == {}
    assert excerpt.write(tmp_path, "one", [spec], ("cells",)) and excerpt.read(other, "one", [spec])


@pytest.mark.parametrize("damage", [b"", b"no gzip", b"\x1f\x8b\x08\x00garbage"])
def test_a_damaged_excerpt_says_nothing_and_is_logged(tmp_path: Path, damage: bytes, caplog) -> None:
    spec = Lottery(seed=7)
    atlas = recorded(tmp_path, Result(spec, {"cells": CELLS}, {}, {}))
    excerpt.write(tmp_path, "one", [spec], ("cells",))
    excerpt.path(tmp_path, "one").write_bytes(damage)
    assert excerpt.read(atlas, "one", [spec]) == {} and "excerpt one not used" in caplog.text
