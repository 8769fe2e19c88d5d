"""What is recorded of a preset, and its numbers row by row."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from itertools import combinations
from typing import Any

from lth_core.catalogue import EVIDENCE_SEEDS, evidence
from lth_core.experiments import Lottery
from lth_core.nets.params import weight_names
from lth_core.results.atlas import Atlas
from lth_core.results.deaths import masks_at
from lth_core.results.result import Result
from lth_core.results.store import Store
from lth_core.spec import Spec

ONE_SHOT = "one-shot"


def recorded(
    atlas: Atlas, shelf: Store, wanted: Spec, preset: str | None = None, arrays: Collection[str] = ()
) -> list[Result]:
    """Every Result in `atlas` or `shelf` that differs from `wanted` in nothing but the seed, ordered by seed.

    preset: a name; the atlas's runs behind chapters 4 and 5 stand in for it where it has some (they hold every cell of
    the preset and more), the preset's own for the other seeds. arrays: which of a result's to load.
    """
    own = _family(wanted)
    families = [own]
    if preset in EVIDENCE_SEEDS:
        families = [*(_family(evidence(str(preset), 0, schedule)) for schedule in ("iterative", ONE_SHOT)), own]
    found: dict[str, Result] = {}
    for family in families:
        seeds = {result.spec.seed for result in found.values()} if len(families) > 1 and family == own else set()
        found |= {result.key: result for result in _of(family, atlas, shelf, arrays) if result.spec.seed not in seeds}
    return sorted(found.values(), key=lambda result: (result.spec.seed, _one_shot(result)))


def rows(result: Result, apart: bool = False) -> Iterator[dict[str, Any]]:
    """One dict a training: the columns of `cells` (or of `rungs`), with what it cost.

    apart: for lists that hold both schedules. The ticket of a one-shot lottery is then told as condition `one-shot`,
    and its round 0 left out: it is the iterative run's, training for training.
    """
    one_shot = apart and _one_shot(result)
    name = "rungs" if "rungs" in result.tables else "cells"
    table, costs = result.tables[name], result.tables.get("costs", {})
    for index in range(len(next(iter(table.values())))):
        row = {key: values[index].item() for key, values in table.items()}
        if name == "cells":
            row |= {key: costs[key][index].item() for key in ("seconds", "backend", "flops") if key in costs}
        if one_shot and not row["round"]:
            continue
        if one_shot and row["condition"] == "ticket":
            row["condition"] = ONE_SHOT
        yield {"experiment": result.spec.experiment, "seed": result.spec.seed, **row}


def overlaps(results: Sequence[Result]) -> Iterator[dict[str, Any]]:
    """One dict a round of lotteries that differ in their seed: how much of their masks is the same.

    seeds: how many. overlap: mean Jaccard overlap over all pairs of seeds, and by_chance what random masks of the same
    layers' densities would share; both NaN for a single seed. overlap_previous: with the mask of the round before, the
    mean over seeds. Needs the arrays `died/…`.
    """
    results = [result for result in results if not _one_shot(result) and max(result.tables["cells"]["round"])]
    if not results:
        return
    names = weight_names(results[0].spec.net)
    deaths = [{name: result.arrays[f"died/{name}"] for name in names} for result in results]
    before = [masks_at(died, 0) for died in deaths]
    for level in range(1, min(max(result.tables["cells"]["round"]) for result in results) + 1):
        masks = [masks_at(died, level) for died in deaths]
        pairs = list(combinations(masks, 2))
        yield {"round": int(level), "density": masks[0].density, "seeds": len(masks),
               "overlap": _mean([one.overlap(other) for one, other in pairs]),
               "by_chance": _mean([one.overlap_by_chance(other) for one, other in pairs]),
               "overlap_previous": _mean([mask.overlap(last) for mask, last in zip(masks, before, strict=True)])}
        before = masks


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan


SHOWN = ("round", "condition", "replicate", "density", "kept", "total", "test_accuracy", "early_stop_step",
         "seconds", "backend", "width", "weights", "train_accuracy", "sparsity", "magnitude", "magnitude_retrained",
         "random", "random_retrained", "draw")


def cell_text(name: str, value: Any) -> str:
    """One number of a table on the terminal.

    >>> cell_text("density", 0.5), cell_text("kept", 266200)
    ('50.00%', '266,200')
    """
    if "overlap" in name or name == "by_chance":
        return f"{value:.3f}"
    if name in ("density", "sparsity", "test_accuracy", "train_accuracy", *SHOWN[-5:-1]):
        return f"{100 * value:.2f}%"
    return f"{value:.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def _one_shot(result: Result) -> bool:
    return isinstance(result.spec, Lottery) and result.spec.pruning.schedule == ONE_SHOT


def _family(spec: Spec) -> str:
    """The Spec's text with the seed left out: what all seeds of one setting share."""
    fields = spec.to_dict()
    del fields["seed"]
    return json.dumps(fields, sort_keys=True)


def _of(family: str, atlas: Atlas, shelf: Store, arrays: Collection[str]) -> Iterator[Result]:
    for item in atlas.entries():
        with suppress(KeyError):  # shipped without those arrays
            if _family(item.spec) == family and (result := atlas.find(item.spec, arrays=arrays)):
                yield result
    for key in shelf.keys():  # noqa: SIM118 (a store is no dict)
        result = shelf.load(key)
        if result is not None and _family(result.spec) == family:
            yield result
