"""The masks that a lottery finds after some rounds: read where an earlier run left them, else found by running it."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from lth_core.checkpoint import beside
from lth_core.experiments.lottery import run as rounds
from lth_core.experiments.lottery.spec import Lottery
from lth_core.masks.mask import Mask
from lth_core.nets.params import weight_names
from lth_core.results.atlas import Atlas
from lth_core.results.deaths import masks_at
from lth_core.results.store import Store
from lth_core.running.book import Book
from lth_core.snapshot import Snapshot

HERE = "found by this run"  # where a mask came from, in the manifest, when nobody had found it before


@dataclasses.dataclass(frozen=True)
class MaskSource:
    """Looks for a mask in the recorded lotteries under `atlas`, then in the results under `store`; None leaves one out.

    Called with a lottery and a round it returns the mask, and where it lay: what the Result's manifest says.

    >>> MaskSource()(Lottery(), 3) is None
    True
    """

    atlas: Path | None = None
    store: Path | None = None

    def __call__(self, lottery: Lottery, level: int) -> tuple[Mask, str] | None:
        if self.atlas is not None and (found := recorded_mask(lottery, level, self.atlas)):
            return found[0], f"atlas {found[1]}"
        if self.store is not None and (found := stored_mask(lottery, level, self.store)):
            return found[0], f"store {found[1]}"
        return None


def known(book: Book[Any], lottery: Lottery, level: int, look: bool = True) -> Mask | None:
    """The mask of round `level` without running anything: from the book of an interrupted run, which thus goes on with
    the very mask it began with, or (with `look`) from `options.masks`. None where nobody has found it yet."""
    if level == 0:
        return Mask.dense(lottery.net)
    if level in book.state.found:
        return book.state.found[level]
    found = book.options.masks(lottery, level) if look and book.options.masks else None
    if found is not None:
        _keep(book, level, *found)
    return found[0] if found else None


def masks_after(
    book: Book[Any], lottery: Lottery, levels: Sequence[int], look: bool = True
) -> Generator[Snapshot, None, dict[int, Mask]]:
    """The masks of the rounds `levels`. Those that are not `known` are found by running the lottery, which yields its
    snapshots and has a checkpoint of its own, beside the book's.

    Raises ArithmeticError when a training diverges before.
    """
    found = {level: mask for level in levels if (mask := known(book, lottery, level, look)) is not None}
    if missing := [level for level in levels if level not in found]:
        last, own = max(missing), book.options.checkpoint
        chain = dataclasses.replace(lottery, pruning=dataclasses.replace(lottery.pruning, rounds=last))
        half = beside(own) if own else None
        for snapshot in rounds.stream(chain, dataclasses.replace(book.options, checkpoint=half)):
            if snapshot.result:  # the chain ended before: a training diverged
                raise ArithmeticError(f"training diverged before round {last}: lower training.lr, or prune less far")
            if snapshot.mask is not None and snapshot.round in missing:
                found[snapshot.round] = snapshot.mask
                _keep(book, snapshot.round, snapshot.mask, HERE)
            if snapshot.mask is not None and snapshot.round == last:
                break
            yield snapshot
        if half:
            book.save(now=True)
            half.unlink(missing_ok=True)
    return {level: found[level] for level in levels}


def mask_after(book: Book[Any], lottery: Lottery, level: int, look: bool = True) -> Generator[Snapshot, None, Mask]:
    """The mask of one round, as `masks_after`; level 0 is the dense net."""
    found = yield from masks_after(book, lottery, (level,), look)
    return found[level]


def _keep(book: Book[Any], level: int, mask: Mask, where: str) -> None:
    book.state.found[level] = mask
    book.state.sources[str(level)] = where


def recorded_mask(lottery: Lottery, level: int, root: Path) -> tuple[Mask, str] | None:
    """The mask of round `level` from a lottery recorded in the atlas at `root` that prunes as `lottery` does, at least
    so far, and its key; None where there is none.

    Controls change no mask, and neither does what a lottery does after `level`.
    """
    atlas = Atlas(root)
    same = {name: getattr(lottery, name) for name in ("data", "net", "training", "seed", "rewind")}
    wanted = [f"died/{name}" for name in weight_names(lottery.net)]
    for entry in atlas.entries("lottery", **same):
        spec = entry.spec
        if not isinstance(spec, Lottery) or spec.pruning.rounds < level:
            continue
        if dataclasses.replace(spec.pruning, rounds=lottery.pruning.rounds) != lottery.pruning:
            continue
        if not atlas.arrays(entry.key).issuperset(wanted):
            continue  # a copy without masks
        result = atlas.find(entry.key, tables=(), arrays=wanted)
        if result is not None:
            return masks_at({name.removeprefix("died/"): result.arrays[name] for name in wanted}, level), entry.key
    return None


def stored_mask(lottery: Lottery, level: int, root: Path) -> tuple[Mask, str] | None:
    """The mask of round `level` from this very lottery's Result in the store at `root`, where somebody ran it live, and
    its key; None where it is not stored, or ended before `level`."""
    result = Store(root).load(lottery.key)
    names = weight_names(lottery.net)
    if result is None or max(result.tables["cells"]["round"]) < level or f"died/{names[0]}" not in result.arrays:
        return None
    return masks_at({name: result.arrays[f"died/{name}"] for name in names}, level), lottery.key
