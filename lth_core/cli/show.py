"""`lth show`: what is recorded already, to read or to take elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lth_core.catalogue import EVIDENCE_SEEDS, LAB_RUNS, runs_of
from lth_core.cli import arguments as typed
from lth_core.cli.arguments import ATLAS, QUICK, check_atlas, result_of, spec_of
from lth_core.cli.export import export
from lth_core.cli.printing import fail, print_json, print_rows, print_table
from lth_core.experiments import Lottery
from lth_core.listing import overlaps, recorded, rows
from lth_core.nets.params import weight_names
from lth_core.reproduce import command
from lth_core.results.atlas import Atlas
from lth_core.results.result import Result
from lth_core.results.store import Store, default_root
from lth_core.spec import Spec


def show(
    preset_name: typed.PresetName = None,
    spec_file: typed.SpecFile = None,
    lab: typed.LabName = None,
    seed: Annotated[int | None, typer.Option(help="One seed alone; all by default")] = None,
    rounds: typed.Rounds = None,
    conditions: typed.Conditions = None,
    overrides: typed.Overrides = None,
    cell: Annotated[str | None, typer.Option(help="One result by its key, or by how its key begins")] = None,
    store: typed.StoreFolder = None,
    atlas: typed.AtlasFolder = ATLAS,
    overlap: Annotated[bool, typer.Option("--overlap", help="How much the masks of seeds and of rounds share")] = False,
    wide: typed.Wide = False,
    as_json: typed.AsJson = False,
    csv: Annotated[bool, typer.Option("--csv", help="All rows as CSV on standard output")] = False,
    to: Annotated[Path | None, typer.Option("--out", help="All rows into this .csv, .parquet or .jsonl file")] = None,
) -> None:
    """Print what is recorded of a preset, all seeds: first from the shipped atlas, then from the store.

    Of `paper`, `quick`, `drawable` and `rewind` the atlas holds more than the preset asks for: every control, more
    rounds, and the one-shot tickets. --rounds: the first rounds of longer runs too. A number that is not finite is null
    in JSON and empty in CSV. --overlap: one row a round instead, Jaccard overlaps in 0–1.
    """
    if as_json and (csv or to):
        fail(f"--json is not allowed beside {'--csv' if csv else '--out'}: choose one")
    shelf = Store(store or default_root())
    if cell is not None:
        _check_alone(preset=preset_name, spec=spec_file, lab=lab, seed=seed, set=overrides, conditions=conditions)
        found, name = [result_of(cell, atlas, shelf)], cell
    else:
        plain = not (overrides or conditions or spec_file)
        name = str(spec_file) if spec_file else lab or preset_name or QUICK
        wanted = spec_of(preset_name, seed, rounds, conditions, overrides, spec_file, lab)
        names = _masks(wanted, name) if overlap else []
        whole = plain and rounds is None
        every = [result for one in (_settings(lab) if lab and whole else [wanted])
                 for result in recorded(Atlas(atlas), shelf, one, None if lab or not plain else name, names, rounds)]
        found = [result for result in every if seed in (None, result.spec.seed)]
        if not found:
            check_atlas(atlas)
            fail(_other_seeds(wanted, name, every) if every else _absent(wanted, name, whole))
    if overlap:
        shared = _shared(found, name, rounds)
        if to or csv:
            export(shared, to)
        elif as_json:
            print_json(shared)
        else:
            print_rows(shared, f"masks of {name}, {shared[0]['seeds']} seeds", wide)
        return
    tables = [(result, [row for row in rows(result, apart=cell is None) if row.get("round", 0) <= _most(rounds)])
              for result in found]
    flat = [row for _, lines in tables for row in lines]
    if to or csv:
        export(flat, to)
    elif as_json:
        print_json(flat)
    else:
        for result, lines in tables:
            print_table(result, wide, lines)


def _check_alone(**beside: Any) -> None:
    """The key says which result it is: whatever else would say so is refused."""
    for word, value in beside.items():
        if value:
            fail(f"--{word} is not allowed beside --cell: its key says which result it is")


def _settings(lab: str) -> list[Spec]:
    """Every setting that a lab records, at one seed."""
    return [make(0) for make in runs_of(lab).made]


def _most(rounds: int | None) -> float:
    return float("inf") if rounds is None else rounds


def _masks(wanted: Spec, name: str) -> list[str]:
    """The arrays that overlaps are counted from."""
    if not isinstance(wanted, Lottery):
        fail(f"overlap = True is not allowed: {name} is no lottery, whose rounds have masks")
    return [f"died/{weight}" for weight in weight_names(wanted.net)]


def _shared(found: list[Result], name: str, rounds: int | None) -> list[dict[str, Any]]:
    """What masks share, a row a round; where there are none, says so and ends the program."""
    masked = [result for result in found if any(array.startswith("died/") for array in result.arrays)]
    shared: list[dict[str, Any]] = [row for row in overlaps(masked) if row["round"] <= _most(rounds)]
    if not shared:
        fail(f"overlap = True is not allowed: no masks are recorded of {name}")
    return shared


def _other_seeds(wanted: Spec, name: str, every: list[Result]) -> str:
    seeds = sorted({result.spec.seed for result in every})
    return (f"{name} is recorded for seed{'s' * (len(seeds) > 1)} {', '.join(map(str, seeds))}, not for {wanted.seed}. "
            f"Train it: {command(wanted) or 'lth run --spec FILE'}")


def _absent(wanted: Spec, name: str, plain: bool) -> str:
    """What to do about a Spec of which nothing is recorded."""
    part = (f"lenet-{name}" if name in EVIDENCE_SEEDS else name if name in LAB_RUNS else "") if plain else ""
    cure = f"python -m lth_core record {part}" if part else command(wanted) or "lth run --spec FILE"
    rounds = wanted.pruning.rounds if isinstance(wanted, Lottery) else 0
    what = name if plain or not rounds else f"{name} as asked, with {rounds} rounds"
    return f"nothing is recorded of {what}. Record it: {cure}"
