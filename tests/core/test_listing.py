"""What `show` prints of the protocols behind chapters 4 and 5, from a small atlas with their Specs' shape."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lth_core import catalogue, listing
from lth_core.cli import app
from lth_core.engine import run
from lth_core.experiments import Lottery
from lth_core.results import entry
from lth_core.results.atlas import Atlas, reindex
from lth_core.results.deaths import masks_at
from lth_core.results.store import Store
from lth_core.spec import Data, Net, Training

DATA, NET, TRAINING = Data(pool=7, train=1_000, validation=500), Net(sizes=(16, 12, 8, 10)), Training(
    lr=5e-3, steps=40, eval_every=20)


def small(protocol: str, seed: int, schedule: str = "iterative") -> Lottery:
    """The evidence run's own conditions and schedule on a net that trains in a moment."""
    full = REAL(protocol, seed, schedule)
    pruning = dataclasses.replace(full.pruning, rounds=3)
    return dataclasses.replace(full, data=DATA, net=NET, training=TRAINING, pruning=pruning)


REAL = catalogue.evidence


@pytest.fixture
def atlas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two seeds of `paper`, one of them without its one-shot run."""
    monkeypatch.setattr(listing, "evidence", small)
    monkeypatch.setenv("LTH_STORE", str(tmp_path / "store"))
    root = tmp_path / "atlas"
    for spec in (small("paper", 3), small("paper", 0, "one-shot"), small("paper", 0)):
        Store(root).save(run(spec))
    reindex(root)
    return root


def show(atlas: Path, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    result = CliRunner().invoke(app, ["show", "--atlas", str(atlas), *arguments])
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()], result.stderr


def test_one_line_a_cell_with_every_figure(atlas: Path) -> None:
    code, lines, _ = show(atlas, "--preset", "paper", "--json")
    cells = [(row["seed"], row["condition"], row["replicate"], row["round"]) for row in lines]
    per_seed = [("ticket", 0, r) for r in range(4)] + [(c, 0, r) for c in ("reinit", "random") for r in (1, 2, 3)]
    per_seed += [("reinit", 1, 3), ("reinit", 2, 3)]  # the paper names round 3
    wanted = {(seed, *cell) for seed in (0, 3) for cell in per_seed} | {(0, "one-shot", 0, r) for r in (1, 2, 3)}
    assert code == 0 and len(cells) == len(set(cells)) and set(cells) == wanted
    for row in lines:
        assert row["kept"] == round(row["density"] * row["total"]) and row["total"] == 16 * 12 + 12 * 8 + 80
        assert 0 <= row["test_accuracy"] <= 1 and 0 <= row["early_stop_step"] <= 40


def test_seeds_that_the_atlas_lacks_come_from_ones_own_runs(atlas: Path, tmp_path: Path) -> None:
    own = [dataclasses.replace(small("paper", seed), conditions=small("paper", seed, "one-shot").conditions)
           for seed in (0, 7)]
    for spec in own:
        Store(tmp_path / "store").save(run(spec))
    found = listing.recorded(Atlas(atlas), Store(tmp_path / "store"), own[0], "paper")
    assert [(result.spec.seed, len(list(listing.rows(result, apart=True)))) for result in found] == [
        (0, 12), (0, 3), (3, 12), (7, 4)]


def test_looking_for_some_leaves_all_others_unread_and_in_their_order(atlas: Path, tmp_path: Path) -> None:
    shelf, wanted = Store(tmp_path / "store"), small("paper", 7)
    other = shelf.save(run(dataclasses.replace(wanted, training=dataclasses.replace(TRAINING, lr=1e-3))))
    shelf.save(run(wanted))
    os.utime(other / "manifest.json", (1, 1))
    (other / "cells.parquet").write_bytes(b"damaged, and nobody asks")
    found = listing.recorded(Atlas(atlas), shelf, wanted)
    assert [result.spec.seed for result in found] == [0, 3, 7]
    assert (other / "manifest.json").stat().st_mtime == 1
    assert other.is_dir()  # not set aside: its bytes were not looked at


def test_overlap_counts_what_masks_of_seeds_and_rounds_share(atlas: Path) -> None:
    code, lines, _ = show(atlas, "--preset", "paper", "--overlap", "--json")
    deaths = [Atlas(atlas).find(small("paper", seed)).arrays for seed in (0, 3)]
    assert code == 0 and [row["round"] for row in lines] == [1, 2, 3]
    for row in lines:
        one, other = (masks_at({f"fc{i}.weight": died[f"died/fc{i}.weight"] for i in (1, 2, 3)}, row["round"])
                      for died in deaths)
        both = sum(int((one[name] & other[name]).sum()) for name in one)
        assert row["seeds"] == 2 and row["density"] == one.density
        assert row["overlap"] == pytest.approx(both / (one.kept + other.kept - both))
        shares = [(count / one[name].size, one[name].size) for name, count in one.counts().items()]
        assert row["by_chance"] == pytest.approx(
            sum(size * p * p for p, size in shares) / sum(size * (2 * p - p * p) for p, size in shares))
    assert lines[1]["overlap_previous"] == pytest.approx(lines[1]["density"] / lines[0]["density"])  # masks are nested
    assert show(atlas, "--preset", "tickets", "--overlap")[0] == 2


def test_nothing_recorded_says_how_to_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LTH_STORE", str(tmp_path / "store"))
    (tmp_path / "empty").mkdir()
    code, lines, errors = show(tmp_path / "empty", "--preset", "paper", "--json")
    assert code == 2 and not lines
    assert "nothing is recorded of paper" in errors and "python -m lth_core record lenet-paper" in errors


def test_listing_opens_what_it_shows_and_makes_nothing_younger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, mine = Store(tmp_path), small("paper", 0)
    others = [dataclasses.replace(mine, training=dataclasses.replace(TRAINING, lr=lr)) for lr in (0.01, 0.02)]
    for spec in (mine, *others):
        os.utime(store.save(run(spec)) / entry.MANIFEST, (1_000, 1_000))
    opened: list[str] = []
    read = entry._read_file
    monkeypatch.setattr(entry, "_read_file", lambda path, limit: (opened.append(f"{path.parent.name}/{path.name}"),
                                                                  read(path, limit))[1])
    found = listing.recorded(Atlas(tmp_path / "none"), store, dataclasses.replace(mine, seed=7))
    assert [result.key for result in found] == [mine.key] and list(listing.rows(found[0]))
    assert {name for name in opened if not name.endswith(entry.MANIFEST)} == {
        f"{mine.key}/{table}.parquet" for table in ("cells", "costs", "movement")}
    assert all((store.path(key) / entry.MANIFEST).stat().st_mtime == 1_000 for key in store)
