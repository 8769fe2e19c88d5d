"""The engine from the command line: `python -m lth_core run | sweep | show | record | verify | bench | fetch`.

Numbers go to standard output (a table, or with --json one JSON object a line); progress goes to standard error, so
that a pipe sees data alone. Ctrl-C leaves a checkpoint, and the same command goes on from it.
"""

from __future__ import annotations

import typer

from lth_core.cli import bench, fetch, record, run, show, sweep, verify
from lth_core.cli.guard import guarded

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
for command in (run.run, sweep.sweep, show.show, record.record, verify.verify, bench.bench, fetch.fetch):
    app.command()(guarded(command))
