"""The engine from the command line: `python -m lth_core run | sweep | show | record | verify | bench | fetch`.

Numbers go to standard output (a table, or with --json one JSON object a line); progress goes to standard error, so
that a pipe sees data alone. Ctrl-C leaves a checkpoint, and the same command goes on from it.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from lth_core.catalogue import EVIDENCE_SEEDS
from lth_core.cores import cores
from lth_core.data import DataError
from lth_core.listing import SHOWN, cell_text, overlaps, recorded, rows
from lth_core.nets.params import weight_names
from lth_core.presets import PRESETS, preset
from lth_core.results.atlas import Atlas, default_atlas
from lth_core.results.result import Result
from lth_core.results.store import Store, default_root
from lth_core.spec import Condition, Lottery, Spec, SpecError
from lth_core.training.backends import GPU, KINDS

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
out, log = Console(), Console(stderr=True)

ATLAS = default_atlas()
PresetName = Annotated[str, typer.Option("--preset", help="One of " + ", ".join(PRESETS))]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output")]
Overrides = Annotated[
    list[str] | None, typer.Option("--set", help="Any field of the Spec, e.g. training.lr=0.002 (may be repeated)")
]
Conditions = Annotated[str | None, typer.Option(help="Comma-separated; e.g. ticket,reinit:1,random@3+7")]
Rounds = Annotated[int | None, typer.Option(help="Pruning rounds")]
StoreFolder = Annotated[Path | None, typer.Option("--store", help="Where results and checkpoints are kept")]
AtlasFolder = Annotated[Path, typer.Option("--atlas", help="Folder of the atlas")]


@app.command()
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
    spec = _spec(preset_name, seed, rounds, conditions, overrides)
    shelf = Store(store or default_root())
    result = None if fresh else shelf.load(spec.key)
    if result is None:
        result = _run_live(spec, shelf, threads or cores(), backend, as_json)
    elif as_json:
        _print_json(rows(result))
    if not as_json:
        _print_table(result)


@app.command()
def sweep(
    preset_name: PresetName = "quick",
    seeds: Annotated[str, typer.Option(help="Seeds as 0-4 or 0,2,5")] = "0-4",
    rounds: Rounds = None,
    conditions: Conditions = None,
    overrides: Overrides = None,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores by default")] = None,
    scheduler: Annotated[str | None, typer.Option(
        envvar="LTH_SCHEDULER", help="Compute on the Dask cluster at this address instead, e.g. tcp://node7:8786; "
        "only one that you trust")] = None,
    store: StoreFolder = None,
    as_json: AsJson = False,
) -> None:
    """Run a preset over many seeds on all cores; finished ones are skipped, interrupted ones resumed."""
    specs = [_spec(preset_name, seed, rounds, conditions, overrides) for seed in _seeds(seeds)]
    shelf = Store(store or default_root())
    _compute(specs, shelf, scheduler) if scheduler else _record(specs, shelf.root, workers, ATLAS)
    for spec in specs:
        result = shelf.load(spec.key)
        if result is not None:
            _print_json(rows(result)) if as_json else _print_table(result)


@app.command()
def show(
    preset_name: PresetName = "quick",
    overrides: Overrides = None,
    rounds: Rounds = None,
    conditions: Conditions = None,
    store: StoreFolder = None,
    atlas: AtlasFolder = ATLAS,
    overlap: Annotated[bool, typer.Option("--overlap", help="How much the masks of seeds and of rounds share")] = False,
    as_json: AsJson = False,
) -> None:
    """Print what is recorded of a preset, all seeds: first from the shipped atlas, then from the store.

    Of `paper` and `quick` the atlas holds more than the preset asks for: every control at 24 rounds, and the one-shot
    tickets. A number that is not finite is null. --overlap: one row a round instead, Jaccard overlaps in 0–1.
    """
    plain = not (overrides or conditions) and rounds is None
    wanted = _spec(preset_name, 0, rounds, conditions, overrides)
    if overlap and not isinstance(wanted, Lottery):
        _fail(f"overlap = True is not allowed: {preset_name} is no lottery, whose rounds have masks")
    names = [f"died/{name}" for name in weight_names(wanted.net)] if overlap else []
    found = recorded(Atlas(atlas), Store(store or default_root()), wanted, preset_name if plain else None, names)
    shared = list(overlaps(found)) if overlap else []
    if shared:
        _print_json(shared) if as_json else _print_rows(shared, f"masks of {preset_name}, {shared[0]['seeds']} seeds")
    for result in found if not overlap else ():
        _print_json(rows(result, apart=True)) if as_json else _print_table(result)
    if not (shared if overlap else found):
        many = plain and preset_name in EVIDENCE_SEEDS
        cure = f"record lenet-{preset_name}" if many else f"run --preset {preset_name}"
        _fail(f"nothing is recorded of {preset_name}. Record it: python -m lth_core {cure}")


@app.command()
def record(
    part: Annotated[str | None, typer.Argument(help="One part of the catalogue, all by default")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores by default")] = None,
    atlas: AtlasFolder = ATLAS,
) -> None:
    """Rebuild the shipped atlas from the Specs in `catalogue.py`; what is recorded already is skipped.

    Without a part named, so are runs whose images must be fetched first and are not there.
    """
    from lth_core.catalogue import CATALOGUE
    from lth_core.data import home
    from lth_core.results import recorder

    if part is not None and part not in CATALOGUE:
        _fail(f"part = {part!r} is not in the catalogue: one of {', '.join(CATALOGUE)}")
    specs = [spec for name, specs in CATALOGUE.items() if part in (None, name) for spec in specs]
    absent = recorder.without_images(specs, atlas)
    for name, waiting in absent.items():
        count = f"{len(waiting)} runs need" if len(waiting) > 1 else "1 run needs"
        told = f"{count} {name}, which is not on this machine. {home.cure(name)}"
        log.print(f"Left out: {told}", highlight=False, soft_wrap=True) if part is None else _fail(told)
    _record([spec for spec in specs if spec not in absent.get(spec.data.name, ())], atlas, workers)


@app.command()
def verify(
    cell: Annotated[list[str] | None, typer.Option(help="Key of a recorded result (may be repeated)")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="So many results, chosen at random")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores by default")] = None,
    atlas: AtlasFolder = ATLAS,
) -> None:
    """Re-run recorded results and compare; exit status 1 when one differs by more than its tolerance."""
    from lth_core.results import recorder

    differing, specs = 0, {entry.key: entry.spec for entry in Atlas(atlas).entries()}
    try:
        for comparison in recorder.verify(atlas, cell, sample, workers=workers):
            spec = specs[comparison.key]
            print(f"{spec.experiment}, seed {spec.seed} ({spec.key}): {comparison}", flush=True)
            differing += not comparison.match
    except (ValueError, recorder.RecordingError) as error:
        _fail(str(error))
    raise typer.Exit(1 if differing else 0)


@app.command()
def bench(
    quick: Annotated[bool, typer.Option("--quick", help="Under 40 seconds, without the paper's protocol")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure the engine against a plain PyTorch loop on this machine, interleaved, medians."""
    from lth_core import bench as benchmark

    figures = benchmark.run(quick)
    print(json.dumps(figures)) if as_json else out.print(benchmark.table(figures))


@app.command()
def fetch(name: Annotated[str, typer.Argument(help="fashion-mnist or cifar-10")]) -> None:
    """Download a data set that is not shipped, checked by its digest, or go on with it; no page needs it."""
    from lth_core.data import fetch as fetching

    try:
        with Progress(TextColumn(name), BarColumn(), DownloadColumn(), console=log, disable=not log.is_terminal) as bar:
            out.print(str(fetching.fetch(name, _Downloading(bar))), highlight=False, soft_wrap=True)
    except (OSError, ValueError) as error:
        _fail(str(error))


class _Downloading:
    """Shows a download, file after file, to whoever watches the terminal."""

    def __init__(self, bar: Progress) -> None:
        self.bar, self.task = bar, bar.add_task("", total=None)

    @property
    def total(self) -> int:
        return int(self.bar.tasks[self.task].total or 0)

    @total.setter
    def total(self, count: int) -> None:
        self.bar.reset(self.task, total=count or None)

    def update(self, count: int) -> None:
        self.bar.advance(self.task, count)

    def reset(self) -> None:
        self.bar.reset(self.task)

    def close(self) -> None:
        """The next file goes on in the same line."""


# ── printing ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _print_json(lines: Iterable[dict[str, Any]]) -> None:
    for row in lines:
        finite = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}
        print(json.dumps(finite), flush=True)


def _print_table(result: Result) -> None:
    title = f"{result.spec.experiment}, seed {result.spec.seed}, key {result.key}"
    _print_rows([{name: row[name] for name in SHOWN if name in row} for row in rows(result)], title)


def _print_rows(lines: list[dict[str, Any]], title: str) -> None:
    table = Table(title=title, title_justify="left")
    for name in lines[0]:
        table.add_column(name.replace("_", " "), justify="left" if name in ("condition", "backend") else "right")
    for row in lines:
        table.add_row(*(cell_text(name, value) for name, value in row.items()))
    out.print(table)


# ── running ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _run_live(spec: Spec, shelf: Store, threads: int, backend: str | None, as_json: bool) -> Result:
    from lth_core import engine
    from lth_core.lottery.chain import MaskSource

    result: Result | None = None
    try:
        options = engine.Options(threads=threads, backend=backend, checkpoint=shelf.checkpoint(spec.key),
                                 masks=MaskSource(ATLAS, shelf.root))
        with _progress() as bar:
            task = bar.add_task(f"{spec.experiment}, seed {spec.seed}", total=None)
            for snapshot in engine.stream(spec, options):
                where = f"round {snapshot.round}/{snapshot.rounds} · {snapshot.condition}"
                bar.update(task, description=where, completed=snapshot.step, total=snapshot.steps or None)
                if snapshot.stage == "cell" and as_json:
                    _print_json([{"experiment": spec.experiment, "seed": spec.seed, **snapshot.measures}])
                if snapshot.result:
                    result = snapshot.result
                    shelf.save(result)
    except KeyboardInterrupt:
        log.print("Interrupted. The same command goes on from the last checkpoint.")
        raise typer.Exit(130) from None
    except (OSError, ValueError, DataError) as error:  # ValueError: a Spec that cannot be, a backend that cannot do it
        _fail(str(error))
    assert result is not None, "every stream ends with a result"
    return result


def _record(specs: list[Spec], root: Path, workers: int | None, atlas: Path | None = None) -> None:
    from lth_core.catalogue import shipped
    from lth_core.results import recorder

    try:
        with _progress() as bar:
            task = bar.add_task("recording", total=len(specs))
            for done in recorder.record(specs, root, workers, trim=shipped, atlas=atlas):
                word = "found" if done.skipped else f"{done.seconds:.1f} s"
                bar.console.print(f"{done.spec.experiment}, seed {done.spec.seed}: {word}", highlight=False)
                bar.advance(task)
    except KeyboardInterrupt:
        log.print("Interrupted. The same command goes on with what is missing.")
        raise typer.Exit(130) from None
    except recorder.RecordingError as error:
        _fail(str(error))


def _compute(specs: list[Spec], shelf: Store, address: str) -> None:
    from lth_core.jobs import cluster

    named = {spec.key: spec for spec in specs}
    try:
        with _progress() as bar:
            task = bar.add_task(address, total=len(specs))
            for status in cluster.compute(specs, shelf, address):
                spec, word = named[status.key], status.error or status.state
                bar.console.print(f"{spec.experiment}, seed {spec.seed}: {word}", highlight=False)
                bar.advance(task)
    except KeyboardInterrupt:
        log.print("Interrupted. The same command goes on with what is missing.")
        raise typer.Exit(130) from None
    except OSError as error:
        _fail(str(error))


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=log, transient=True, disable=not log.is_terminal) as bar:
        yield bar


# ── reading arguments ────────────────────────────────────────────────────────────────────────────────────────────


def _spec(
    name: str, seed: int, rounds: int | None, conditions: str | None, overrides: list[str] | None
) -> Spec:
    try:
        fields = preset(name, seed).to_dict()
        if rounds is not None:
            _put(fields, "pruning.rounds", rounds)
        if conditions is not None:
            fields["conditions"] = [_condition(text) for text in conditions.split(",")]
        for text in overrides or []:
            path, _, value = text.partition("=")
            _put(fields, path, _value(value))
        return Spec.from_dict(fields)
    except SpecError as error:
        _fail(str(error))
        raise


def _put(fields: dict[str, Any], path: str, value: Any) -> None:
    """Set a nested field; the Spec itself says whether it exists and admits the value."""
    *sections, last = path.split(".")
    for section in sections:
        inner = fields.setdefault(section, {})
        if not isinstance(inner, dict):
            raise SpecError(path, value, f"{section} has no parts")
        fields = inner
    fields[last] = value


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _condition(text: str) -> dict[str, Any]:
    """`reinit`, `reinit:1` (a replicate) or `reinit:1@3+7` (at rounds 3 and 7 only)."""
    match = re.fullmatch(r"([a-z-]+)(?::(\d{1,3}))?(?:@(\d+(?:\+\d+)*))?", text.strip())
    if not match:
        raise SpecError("conditions", text, "name, name:replicate or name@round+round, e.g. reinit:1@3+7")
    name, replicate, rounds = match.groups()
    where = tuple(int(level) for level in (rounds or "").split("+") if level)
    return dataclasses.asdict(Condition(name, int(replicate or 0), where))


def _seeds(text: str) -> list[int]:
    try:
        seeds: list[int] = []
        for part in text.split(","):
            low, _, high = part.partition("-")
            seeds += range(int(low), int(high or low) + 1)
        return seeds
    except ValueError:
        _fail(f"seeds = {text!r} is not allowed: a range 0-4 or a list 0,2,5")
        raise


def _fail(message: str) -> None:
    print(message, file=sys.stderr)
    raise typer.Exit(2)


def main() -> None:
    """Entry point of `python -m lth_core`."""
    app()


