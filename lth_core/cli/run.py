"""`lth run`: one experiment, here and now."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from lth_core.cli.arguments import AsJson, Conditions, Overrides, PresetName, Rounds, StoreFolder, spec_of
from lth_core.cli.printing import fail, log, print_json, print_table, progress
from lth_core.data import DataError
from lth_core.listing import rows
from lth_core.results.result import Result
from lth_core.results.store import Store, default_root
from lth_core.spec import Spec
from lth_core.training.backends import GPU, KINDS


def run(
    preset_name: PresetName = "quick",
    seed: Annotated[int, typer.Option(help="Root of all random streams")] = 0,
    rounds: Rounds = None,
    conditions: Conditions = None,
    overrides: Overrides = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Cores one training may use; all by default")] = None,
    backend: Annotated[str | None, typer.Option(help=f"{', '.join((*KINDS, GPU))}; else by rule")] = None,
    store: StoreFolder = None,
    fresh: Annotated[bool, typer.Option(help="Run even when the result is stored already")] = False,
    as_json: AsJson = False,
) -> None:
    """Run one experiment, resumable, and print one row a training."""
    spec = spec_of(preset_name, seed, rounds, conditions, overrides)
    shelf = Store(store or default_root())
    result = None if fresh else shelf.load(spec.key)
    if result is None:
        result = _run_live(spec, shelf, threads or os.cpu_count() or 1, backend, as_json)
    elif as_json:
        print_json(rows(result))
    if not as_json:
        print_table(result)


def _run_live(spec: Spec, shelf: Store, threads: int, backend: str | None, as_json: bool) -> Result:
    from lth_core import engine

    result: Result | None = None
    try:
        options = engine.Options(threads=threads, backend=backend, checkpoint=shelf.checkpoint(spec.key))
        with progress() as bar:
            task = bar.add_task(f"{spec.experiment}, seed {spec.seed}", total=None)
            for snapshot in engine.stream(spec, options):
                where = f"round {snapshot.round}/{snapshot.rounds} · {snapshot.condition}"
                bar.update(task, description=where, completed=snapshot.step, total=snapshot.steps or None)
                if snapshot.stage == "cell" and as_json:
                    print_json([{"experiment": spec.experiment, "seed": spec.seed, **snapshot.measures}])
                if snapshot.result:
                    result = snapshot.result
                    shelf.save(result)
    except KeyboardInterrupt:
        log.print("Interrupted. The same command goes on from the last checkpoint.")
        raise typer.Exit(130) from None
    except (OSError, ValueError, DataError) as error:  # ValueError: a Spec that cannot be, a backend that cannot do it
        fail(str(error))
    assert result is not None, "every stream ends with a result"
    return result
