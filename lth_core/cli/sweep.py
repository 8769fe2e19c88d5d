"""`lth sweep`: one Spec over many seeds, on all cores or on a cluster."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from lth_core.cli import arguments as typed
from lth_core.cli.arguments import ATLAS, seeds_of, spec_of
from lth_core.cli.printing import fail, log, print_json, print_table, progress
from lth_core.cli.record import follow
from lth_core.listing import rows
from lth_core.results.store import Store, default_root
from lth_core.spec import Spec


def sweep(
    preset_name: typed.PresetName = None,
    spec_file: typed.SpecFile = None,
    lab: typed.LabName = None,
    seeds: Annotated[str, typer.Option(help="Seeds as 0-4 or 0,2,5")] = "0-4",
    rounds: typed.Rounds = None,
    conditions: typed.Conditions = None,
    overrides: typed.Overrides = None,
    workers: typed.Workers = None,
    scheduler: Annotated[str | None, typer.Option(
        envvar="LTH_SCHEDULER", help="Compute on the Dask cluster at this address instead, e.g. tcp://node7:8786; "
        "only one that you trust")] = None,
    store: typed.StoreFolder = None,
    wide: typed.Wide = False,
    as_json: typed.AsJson = False,
) -> None:
    """Run a preset over many seeds on all cores; finished ones are skipped, interrupted ones resumed."""
    from lth_core.results import recorder

    for text in overrides or []:
        if text.partition("=")[0] == "seed":
            fail(f"--set {text} is not allowed: a sweep has its seeds from --seeds")
    first = spec_of(preset_name, None, rounds, conditions, overrides, spec_file, lab)
    specs = [dataclasses.replace(first, seed=seed) for seed in seeds_of(seeds)]
    shelf = Store(store or default_root())
    if scheduler:
        _compute(specs, shelf, scheduler)
    else:
        follow(specs, "stored", lambda stop: recorder.sweep(specs, shelf, workers, stop=stop, atlas=ATLAS))
    for spec in specs:
        result = shelf.load(spec.key)
        if result is not None:
            print_json(rows(result)) if as_json else print_table(result, wide)


def _compute(specs: list[Spec], shelf: Store, address: str) -> None:
    from lth_core.jobs import cluster

    named = {spec.key: spec for spec in specs}
    try:
        with progress() as bar:
            task = bar.add_task(address, total=len(specs))
            for status in cluster.compute(specs, shelf, address):
                spec, word = named[status.key], status.error or status.state
                bar.console.print(f"{spec.experiment}, seed {spec.seed}: {word}", highlight=False)
                bar.advance(task)
    except KeyboardInterrupt:
        log.print("Interrupted. The same command goes on with what is missing.")
        raise typer.Exit(130) from None
    except OSError as error:
        fail(str(error))
