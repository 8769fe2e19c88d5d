"""What is recorded of a preset, and its numbers row by row."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from itertools import combinations
from typing import Any

from lth_core.catalogue import EVIDENCE_SEEDS, LATE, evidence, pruning_run, rewinding
from lth_core.experiments import Lottery
from lth_core.nets.params import weight_names
from lth_core.results.atlas import Atlas
from lth_core.results.deaths import masks_at
from lth_core.results.result import Result, Table
from lth_core.results.store import Store
from lth_core.spec import Spec

ONE_SHOT = "one-shot"


def recorded(
    atlas: Atlas, shelf: Store, wanted: Spec, preset: str | None = None, arrays: Collection[str] = (),
    rounds: int | None = None,
) -> list[Result]:
    """Every Result in `atlas` or `shelf` that differs from `wanted` in nothing but the seed, ordered by seed.

    preset: a name; the atlas's runs behind chapters 3 to 6 stand in for it where it has some (they hold every cell of
    the preset and more), the preset's own for the other seeds. arrays: which of a result's to load. rounds: how many of
    a lottery are asked for; longer runs are taken too, the shortest of each seed, for their first rounds are the same.
    """
    families = [*stand_ins(preset), wanted]
    found: dict[str, Result] = {}
    for family in families:
        seeds = {result.spec.seed for result in found.values()} if len(families) > 1 and family is wanted else set()
        of_it = sorted(_of(family, atlas, shelf, arrays, rounds), key=_length)
        if rounds is not None:
            of_it = list({result.spec.seed: result for result in reversed(of_it)}.values())
        found |= {result.key: result for result in of_it if result.spec.seed not in seeds}
    return sorted(found.values(), key=lambda result: (result.spec.seed, _one_shot(result)))


def stand_ins(preset: str | None) -> list[Spec]:
    """The recorded runs that hold what a preset asks for, and more."""
    if preset in EVIDENCE_SEEDS:
        return [evidence(str(preset), 0, schedule) for schedule in ("iterative", ONE_SHOT)]
    if preset == "drawable":
        return [pruning_run(preset, 0, schedule) for schedule in ("iterative", ONE_SHOT)]
    return [rewinding("deep", LATE, 0)] if preset == "rewind" else []


def rows(result: Result, apart: bool = False) -> Iterator[dict[str, Any]]:
    """One dict a training: the columns of `cells`, with what it cost, or a row of what else the experiment is about.

    apart: for lists that hold both schedules. The ticket of a one-shot lottery is then told as condition `one-shot`,
    and its round 0 left out: it is the iterative run's, training for training.
    """
    one_shot = apart and _one_shot(result)
    name = next((name for name in MAIN if name in result.tables), next(iter(result.tables)))
    table, costs = result.tables[name], _costs(result)
    for index in range(len(next(iter(table.values())))):
        row = {key: values[index].item() for key, values in table.items()}
        if name == "cells":
            row |= costs.get(_training(table, index), {})
        if one_shot and not row["round"]:
            continue
        if one_shot and row["condition"] == "ticket":
            row["condition"] = ONE_SHOT
        yield {"experiment": result.spec.experiment, "seed": result.spec.seed, **row}


def _costs(result: Result) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Which training → what it cost. A row of `cells` that tells of a cut has no training of its own."""
    table = result.tables.get("costs", {})
    told = [name for name in ("seconds", "backend", "flops") if name in table]
    return {_training(table, index): {name: table[name][index].item() for name in told}
            for index in range(len(next(iter(table.values()), ())))}


def _training(table: Table, index: int) -> tuple[Any, ...]:
    return tuple(table[name][index].item() for name in ("round", "condition", "replicate") if name in table)


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


# The table that an experiment is about: the first of these that it has.
MAIN = ("rungs", "stages", "cells", "barrier", "costs")

PERCENT = {"density", "sparsity", "test_accuracy", "train_accuracy", "validation_accuracy", "magnitude",
           "magnitude_retrained", "random", "random_retrained", "told_accuracy", "accuracy", "open_accuracy",
           "old_accuracy", "old_open_accuracy"}


def cell_text(name: str, value: Any) -> str:
    """One number of a table on the terminal; one that is not finite is a dash.

    >>> cell_text("density", 0.5), cell_text("kept", 266200), cell_text("test_accuracy", math.nan)
    ('50.00%', '266,200', '–')
    """
    if isinstance(value, float) and not math.isfinite(value):
        return "–"
    if "overlap" in name or name == "by_chance":
        return f"{value:.3f}"
    if name in PERCENT:
        return f"{100 * value:.2f}%"
    return f"{value:.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def _one_shot(result: Result) -> bool:
    return isinstance(result.spec, Lottery) and result.spec.pruning.schedule == ONE_SHOT


def _length(result: Result) -> int:
    """Rounds of a lottery; 0 for whatever has none."""
    return result.spec.pruning.rounds if isinstance(result.spec, Lottery) else 0


def _family(spec: Spec, rounds: int | None = None) -> str:
    """The Spec's text with the seed left out: what all seeds of one setting share. rounds: of a lottery these first
    ones alone."""
    if rounds is not None and isinstance(spec, Lottery) and rounds <= spec.pruning.rounds:
        spec = spec.shortened(rounds)
    fields = spec.to_dict()
    del fields["seed"]
    return json.dumps(fields, sort_keys=True)


def _of(
    wanted: Spec, atlas: Atlas, shelf: Store, arrays: Collection[str], rounds: int | None
) -> Iterator[Result]:
    family = _family(wanted, rounds)
    for item in atlas.entries():
        with suppress(KeyError):  # shipped without those arrays
            if _family(item.spec, rounds) == family and (result := atlas.find(item.spec, arrays=arrays)):
                yield result
    for key in shelf.keys():  # noqa: SIM118  (a store is no dict)
        spec = shelf.spec(key)  # of a full store nearly all are others': these stay shut, and as old as they are
        if spec is None or _family(spec, rounds) != family or (told := shelf.manifest(key)) is None:
            continue
        if not set(arrays) <= told["arrays"].keys():
            continue
        tables = [name for name in told["tables"] if not name.endswith("curves")]
        if (result := shelf.load(key, tables, arrays, use=False)) is not None:
            yield result
