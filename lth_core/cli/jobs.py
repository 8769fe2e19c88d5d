"""`lth jobs`: the unfinished runs of a server, for whoever looks after it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from lth_core.cli.arguments import AsJson, StoreFolder
from lth_core.cli.guard import guarded
from lth_core.cli.presets import summary
from lth_core.cli.printing import fail, out, print_json
from lth_core.jobs.outside import Unfinished, end, unfinished
from lth_core.results.store import default_root

jobs = typer.Typer(no_args_is_help=True, rich_markup_mode=None,
                   help="The unfinished runs of the app's server: list them, end one, or end all.")

Key = Annotated[str, typer.Argument(help="Key of the run, or how it begins, as `jobs list` prints it")]


@jobs.command("list")
@guarded
def list_(store: StoreFolder = None, as_json: AsJson = False) -> None:
    """Print every run that waits or is computed, with how far it is known to be."""
    runs = unfinished(store or default_root())
    if as_json:
        print_json({"key": run.key, "share": run.note.share, "served": run.served, "spec": run.note.spec.to_dict()}
                   for run in runs)
        return
    for run in runs:
        what = "" if run.served else "  (its server is gone: the next one goes on with it)"
        out.print(f"{run.key}  {run.note.share:4.0%}  {summary(run.note.spec)}{what}", highlight=False, soft_wrap=True)
    if not runs:
        out.print("No run waits or is computed.", highlight=False)


@jobs.command()
@guarded
def cancel(key: Key, store: StoreFolder = None) -> None:
    """End one run. Its checkpoint stays: whoever asks for it again goes on from there."""
    root = store or default_root()
    runs = [run for run in unfinished(root) if run.key.startswith(key.lower())]
    if len({run.key for run in runs}) != 1:
        _unclear(key, runs)
    _end(root, runs)


@jobs.command()
@guarded
def clear(store: StoreFolder = None) -> None:
    """End every run, waiting or computed. Results that are finished stay."""
    root = store or default_root()
    _end(root, unfinished(root))


def _end(root: Path, runs: list[Unfinished]) -> None:
    end(root, runs)
    many = len({run.key for run in runs})
    out.print(f"{many} {'run ends' if many == 1 else 'runs end'} within a few seconds." if many
              else "No run waits or is computed.", highlight=False)


def _unclear(key: str, runs: list[Unfinished]) -> NoReturn:
    if not runs:
        fail(f"key = {key!r} is no unfinished run: `jobs list` prints them")
    fail(f"key = {key!r} is how {len({run.key for run in runs})} runs begin: give more of it")
