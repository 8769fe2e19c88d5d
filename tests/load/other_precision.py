"""Does bfloat16 move the intervals? `python -m tests.load.other_precision FOLDER`.

FOLDER is a store with lotteries in bfloat16, as `on_a_card --plan conv2-again` leaves. Each is held against the
recorded one in float32 of the same net and seed: per round, the ticket against the whole net in both, and their
difference within seeds.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lth_core import said
from lth_core.experiments import Lottery
from lth_core.intervals import leads
from lth_core.ledger.lenet import gain
from lth_core.ledger.runs import Runs
from lth_core.results.atlas import Atlas, default_atlas
from lth_core.results.result import Result
from lth_core.results.store import Store


def pairs(store: Store, atlas: Atlas) -> list[tuple[Result, Result]]:
    """(bfloat16, float32) of every run whose twin is recorded, with at least as many rounds, whatever its controls."""
    known = [entry.spec for entry in atlas.entries("lottery") if isinstance(entry.spec, Lottery)]
    found = []
    for half in filter(None, map(store.load, store.keys())):
        twins = [spec for spec in known if alike(half.spec, spec)]
        if twins and (whole := atlas.find(max(twins, key=lambda spec: spec.pruning.rounds).key)) is not None:
            found.append((half, whole))
    return found


def alike(half: object, whole: Lottery) -> bool:
    """Do the two differ in nothing but precision, controls and rounds, the second with as many or more?"""
    if not isinstance(half, Lottery) or half.training.precision != "bfloat16":
        return False
    same = replace(half, training=replace(half.training, precision="float32"), conditions=whole.conditions)
    return whole.pruning.rounds >= half.pruning.rounds and whole.shortened(half.pruning.rounds) == same


def lines(found: list[tuple[Result, Result]]) -> Iterator[str]:
    """A line a round: the ticket against the whole net in both precisions, and how far apart the two are."""
    half, whole = (Runs.of(results) for results in zip(*found, strict=True))
    for level in range(1, half.levels + 1):
        both = [runs.grid("ticket", "test_accuracy") for runs in (half, whole)]
        ours, theirs = (grid[:, level] - grid[:, 0] for grid in both)
        yield (f"{half.density[level]:.1%} left, {half.seeds} seeds: bfloat16 {said.points(gain(half, level))}, "
               f"float32 {said.points(gain(whole, level))}, apart {said.points(leads(ours, theirs))}")


def main(folder: str) -> int:
    found = pairs(Store(Path(folder), limit=1 << 62), Atlas(default_atlas()))
    for line in lines(found) if found else ("no run in bfloat16 whose twin in float32 is recorded",):
        print(line)
    return int(not found)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
