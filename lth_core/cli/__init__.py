"""The lottery ticket's engine: train, prune and rewind sparse nets, for real.

Numbers go to standard output (a table, or with --json one JSON object a line); progress goes to standard error, so
that a pipe sees data alone. Ctrl-C leaves a checkpoint, and the same command goes on from it.
"""

from __future__ import annotations

from typing import Annotated

import typer

from lth_core import __version__
from lth_core.cli import bench, fetch, fields, ledger, presets, proof, record, run, show, sweep, ticket, verify
from lth_core.cli.guard import guarded
from lth_core.cli.jobs import jobs

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None,
                  help=__doc__)  # without rich's frames, which are as unreadable in a file as those of tables

AS_IT_STANDS = "\b"  # click's mark of a paragraph whose lines it leaves alone
SPEC = "\n".join([AS_IT_STANDS, "Fields for --set, with their defaults", *fields.of_experiments(),
                  *fields.conditions(), *fields.labs()])
PARTS = "\n".join([AS_IT_STANDS, "Parts", *fields.parts()])

for command, below in (
    (run.run, SPEC), (sweep.sweep, SPEC), (show.show, SPEC), (presets.presets, None), (presets.spec, SPEC),
    (ticket.ticket, None), (ledger.ledger, None), (record.record, PARTS), (verify.verify, None), (proof.proof, None),
    (bench.bench, None), (fetch.fetch, None),
):
    app.command(epilog=below)(guarded(command))
app.add_typer(jobs, name="jobs")


def _version(asked: bool) -> None:
    if asked:
        print(f"lth-core {__version__}")
        raise typer.Exit


@app.callback(help=__doc__)
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True,
                                          help="Print the version and end")] = False,
) -> None:
    """What comes before any command; the text above it is the help of all of them."""
