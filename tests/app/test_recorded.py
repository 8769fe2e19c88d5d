"""The atlas behind the pages: what is recorded while the server runs is seen without starting it anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lth_core.catalogue import evidence
from lth_core.results.atlas import INDEX, reindex
from lth_core.results.store import Store
from pages.records import recorded, stamp
from pages.widgets.pipeline.workbench import nearest
from pages.widgets.provenance import badge
from tests.figures.invented import atlas, result

Shelf = Callable[[Path], Path]
SPEC = evidence("quick", 0)


def test_what_was_not_recorded_is_seen_as_soon_as_it_is(tmp_path: Path, shelf: Shelf) -> None:
    shelf(tmp_path)
    assert recorded.find(SPEC) is None and recorded.find(SPEC.key) is None and recorded.among([SPEC]) == ()
    atlas(tmp_path, result("quick", 0))
    assert recorded.find(SPEC) is not None and recorded.find(SPEC.key) is not None
    assert len(recorded.among([SPEC, evidence("quick", 1)])) == 1


def test_what_is_recorded_anew_replaces_the_old(tmp_path: Path, shelf: Shelf) -> None:
    shelf(atlas(tmp_path, result("quick", 0)))
    before = recorded.find(SPEC)
    assert before is recorded.find(SPEC)
    Store(tmp_path).save(replace(result("quick", 0), manifest={"created": "2026-01-02T00:00:00", "seconds": 1.0}), True)
    reindex(tmp_path)  # the new entry has as many bytes as the old one
    after = recorded.find(SPEC)
    assert after is not None and after is not before and after.manifest["created"] == "2026-01-02T00:00:00"


def test_a_damaged_entry_that_is_repaired_is_seen(tmp_path: Path, shelf: Shelf) -> None:
    shelf(atlas(tmp_path, result("quick", 0)))
    curves = next(tmp_path.joinpath(SPEC.key).glob("*.parquet"))
    whole = curves.read_bytes()
    curves.write_bytes(b"")
    assert recorded.find(SPEC) is None
    curves.write_bytes(whole)
    assert recorded.find(SPEC) is not None


def test_the_explorer_finds_a_protocol_that_was_recorded_after_its_first_look(tmp_path: Path, shelf: Shelf) -> None:
    spec = evidence("paper", 0)
    shelf(tmp_path)
    assert nearest(spec) is None
    atlas(tmp_path, result("paper", 0))
    assert nearest(spec) is not None


def test_the_explorer_recovers_as_soon_as_a_broken_index_is_repaired(tmp_path: Path, shelf: Shelf) -> None:
    spec = evidence("paper", 0)
    shelf(atlas(tmp_path, result("paper", 0)))
    tmp_path.joinpath(INDEX).write_text("{")
    assert nearest(spec) is None
    reindex(tmp_path)
    assert nearest(spec) is not None


def test_the_badge_says_how_many_seeds_are_readable(tmp_path: Path, shelf: Shelf) -> None:
    shelf(atlas(tmp_path, *(result("quick", seed) for seed in range(5))))
    specs = [evidence("quick", seed) for seed in range(5)]
    assert badge(recorded.among(specs)) == ("Recorded · 5 seeds", "")
    curves = next(tmp_path.joinpath(specs[2].key).glob("*.parquet"))
    whole = curves.read_bytes()
    curves.write_bytes(b"")
    tmp_path.joinpath(specs[2].key).touch()  # as a restart, or another reader's first look
    tmp_path.touch()
    label, why = badge(recorded.among(specs))
    assert label == "Recorded · 4 of 5 seeds readable" and "1 seed is missing or damaged" in why
    assert badge(recorded.among(specs[:1])) == ("Recorded · 1 seed", "")  # chosen alone: it misses none
    curves.write_bytes(whole)
    assert badge(recorded.among(specs)) == ("Recorded · 5 seeds", "")


def test_a_record_that_is_replaced_is_seen_though_the_disk_is_seldom_asked(
    tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, looked = shelf(atlas(tmp_path, result("quick", 0), result("quick", 1))), list[object]()
    monkeypatch.setattr(stamp, "WHOLE", 0.2)
    monkeypatch.setattr(stamp, "_told", lambda look, told=stamp._told: looked.append(look) or told(look))
    before, other = recorded.find(SPEC), recorded.find(evidence("quick", 1))
    looked.clear()
    assert all(recorded.find(SPEC) is before for _ in range(100))
    assert len(looked) <= 2 * 3, "the two folders, a few times a second"
    Store(root).save(replace(result("quick", 0), manifest={"created": "2026-01-02T00:00:00", "seconds": 1.0}), True)
    time.sleep(0.25)
    after = recorded.find(SPEC)
    assert after is not None and after.manifest["created"] == "2026-01-02T00:00:00"
    assert recorded.find(evidence("quick", 1)) is other, "what was not replaced is not read again"


def test_an_atlas_behind_a_link_is_watched_where_it_lies(
    tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamp, "WHOLE", 0.0)
    atlas(tmp_path / "real", result("quick", 0))
    (tmp_path / "link").symlink_to(tmp_path / "real")
    shelf(tmp_path / "link")
    before = recorded.find(SPEC)
    Store(tmp_path / "real").save(result("quick", 0), True)
    assert recorded.find(SPEC) is not before


def test_what_is_changed_by_hand_deeper_down_is_seen_a_little_later(
    tmp_path: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamp, "EACH", 0.2)
    shelf(atlas(tmp_path, result("quick", 0)))
    assert recorded.find(SPEC) is not None
    next(tmp_path.joinpath(SPEC.key).glob("*.parquet")).unlink()
    time.sleep(0.25)
    assert recorded.find(SPEC) is None
