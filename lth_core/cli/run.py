"""`lth run`: one experiment, here and now."""

from __future__ import annotations

from typing import Annotated

import typer

from lth_core.cli import arguments as typed
from lth_core.cli.arguments import ATLAS, spec_of
from lth_core.cli.printing import fail, log, print_json, print_table
from lth_core.cli.progress import one_run
from lth_core.cli.stopping import stoppable
from lth_core.cores import cores
from lth_core.data import DataError
from lth_core.experiments import Lottery
from lth_core.listing import rows
from lth_core.masks.mask import Mask
from lth_core.masks.prune import stalled
from lth_core.results.result import Result
from lth_core.results.store import Store, default_root
from lth_core.spec import Spec, SpecError
from lth_core.training.backends import GPU, KINDS


def run(
    preset_name: typed.PresetName = None,
    spec_file: typed.SpecFile = None,
    lab: typed.LabName = None,
    seed: Annotated[int | None, typer.Option(help="Root of all random streams; the Spec's own, or 0")] = None,
    rounds: typed.Rounds = None,
    conditions: typed.Conditions = None,
    overrides: typed.Overrides = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Cores one training may use; all by default")] = None,
    backend: Annotated[str | None, typer.Option(help=f"{', '.join((*KINDS, GPU))}; else by rule")] = None,
    store: typed.StoreFolder = None,
    fresh: Annotated[bool, typer.Option(help="Run even when the result is stored already")] = False,
    wide: typed.Wide = False,
    as_json: typed.AsJson = False,
) -> None:
    """Run one experiment, resumable, and print one row a training."""
    spec = spec_of(preset_name, seed, rounds, conditions, overrides, spec_file, lab)
    if backend not in (None, *KINDS, GPU):  # also where the result is stored, and no backend is needed
        fail(str(SpecError("backend", backend, "one of " + ", ".join((*KINDS, GPU)))))
    shelf = Store(store or default_root())
    result = None if fresh else shelf.load(spec.key)
    if result is None:
        result = _run_live(spec, shelf, threads or cores(), backend, fresh)
    elif backend and (others := _backends(result) - {backend}):
        log.print(f"This result was stored before, computed by {', '.join(sorted(others))}; --fresh runs it again with "
                  f"{backend} and stores that instead.", highlight=False, soft_wrap=True)
    for line in _small_layers(spec):
        log.print(line, highlight=False, soft_wrap=True)
    print_json(rows(result)) if as_json else print_table(result, wide)


class _Place:
    """Where a run is, for whoever interrupts it."""

    text = "before the first measured moment"

    def __str__(self) -> str:
        return f"It was {self.text}. The same command goes on from the last checkpoint."


def _run_live(spec: Spec, shelf: Store, threads: int, backend: str | None, fresh: bool) -> Result:
    from lth_core import engine

    place, result = _Place(), None
    try:
        shelf.check_writable()
        with stoppable(place) as stop, one_run(spec) as told:
            options = engine.Options(threads=threads, backend=backend, checkpoint=shelf.checkpoint(spec.key), stop=stop,
                                     masks=engine.MaskSource(ATLAS, shelf.root))
            stop.at_stake = False  # while torch loads and kernels are compiled
            for snapshot in engine.stream(spec, options):
                stop.at_stake = True
                step = f", step {snapshot.step:,} of {snapshot.steps:,}" if snapshot.steps else ""
                place.text = f"at round {snapshot.round}/{snapshot.rounds} · {snapshot.condition}{step}"
                told(snapshot)
                if snapshot.result:
                    shelf.save(snapshot.result, afresh=fresh)
                    result = snapshot.result
    except (OSError, ValueError, DataError) as error:  # ValueError: a Spec that cannot be, a backend that cannot do it
        fail(str(error))
    assert result is not None, "every stream ends with a result"
    return result


def _backends(result: Result) -> set[str]:
    """What computed it, as far as its experiment tells."""
    costs = result.tables.get("costs", {})
    return set(costs["backend"].tolist()) if "backend" in costs else {"another rule"}


def _small_layers(spec: Spec) -> list[str]:
    """A sentence for each layer that stops shrinking before the last round."""
    if not isinstance(spec, Lottery) or spec.pruning.scope != "layer":
        return []
    return [f"{name} keeps its last {count} weights from round {level} on: a round's share of them rounds to none."
            for name, (level, count) in stalled(spec.pruning, Mask.dense(spec.net)).items()]
