"""The mask that a lottery finds after some rounds: read from the record where it stands, else found by running it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Generator
from pathlib import Path

from lth_core.experiments.lottery import run as rounds
from lth_core.masks.mask import Mask
from lth_core.nets.params import weight_names
from lth_core.results.atlas import Atlas
from lth_core.results.deaths import masks_at
from lth_core.results.store import Store, default_root
from lth_core.running.book import Book
from lth_core.snapshot import Snapshot
from lth_core.spec import Lottery

# Another folder may stand in, as for the pages: a test's, or one that was recorded anew.
ATLAS = Path(os.environ.get("LTH_ATLAS") or Path(__file__).parents[3] / "assets" / "atlas")


def mask_after(book: Book, chain: Lottery, level: int) -> Generator[Snapshot, None, Mask]:
    """Run `chain` up to pruning `level`, yielding its snapshots; the mask is kept in the book for a resumed run.

    Level 0 is the dense net. Raises ArithmeticError when a training diverges before.
    """
    if level == 0:
        return Mask.dense(chain.net)
    if not book.get("mask"):
        beside = book.options.checkpoint.with_suffix(".chain") if book.options.checkpoint else None
        for snapshot in rounds.stream(chain, dataclasses.replace(book.options, checkpoint=beside)):
            if snapshot.stage == "prune" and snapshot.round == level:
                book.put("mask", snapshot.mask or {})
                break
            if snapshot.result:  # the chain ended before: a training diverged
                raise ArithmeticError(f"training diverged before round {level}: lower training.lr or level")
            yield snapshot
        if beside:
            book.save()
            beside.unlink(missing_ok=True)
    return Mask(book.get("mask"))


def recorded_mask(chain: Lottery, level: int, root: Path = ATLAS) -> Mask | None:
    """The same mask from a shipped lottery that prunes as `chain` does, at least as far; None where there is none.

    Controls change no mask, and neither does what a lottery does after `level`.
    """
    atlas = Atlas(root)
    same = {name: getattr(chain, name) for name in ("data", "net", "training", "seed", "rewind")}
    wanted = [f"died/{name}" for name in weight_names(chain.net)]
    for entry in atlas.entries("lottery", **same):
        spec = entry.spec
        if not isinstance(spec, Lottery) or spec.pruning.rounds < level:
            continue
        if dataclasses.replace(spec.pruning, rounds=chain.pruning.rounds) != chain.pruning:
            continue
        if not atlas.arrays(entry.key).issuperset(wanted):
            continue  # a copy without masks
        result = atlas.find(entry.key, tables=(), arrays=wanted)
        if result is not None:
            return masks_at({name.removeprefix("died/"): result.arrays[name] for name in wanted}, level)
    return None


def stored_mask(lottery: Lottery, level: int, root: Path | None = None) -> Mask | None:
    """The same mask from this very lottery's Result in the store (the user's by default), where somebody ran it live;
    None where it is not stored, or ended before `level`."""
    result = Store(root or default_root()).load(lottery.key)
    names = weight_names(lottery.net)
    if result is None or max(result.tables["cells"]["round"]) < level or f"died/{names[0]}" not in result.arrays:
        return None
    return masks_at({name: result.arrays[f"died/{name}"] for name in names}, level)
