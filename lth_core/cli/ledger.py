"""`lth ledger`: every claim, and what the recorded runs say of it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from lth_core.cli.arguments import ATLAS, AtlasFolder, entries_of
from lth_core.cli.printing import fail, out, print_json


def ledger(
    claim: Annotated[list[int] | None, typer.Option(help="Number of a claim, 1 to 43 (may be repeated)")] = None,
    atlas: AtlasFolder = ATLAS,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, every field")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="CSV, every field")] = False,
) -> None:
    """Print the ledger: 43 claims, judged now by what the atlas holds.

    Nothing is typed in: every verdict is computed by its rule, which --json and --csv print beside it.
    """
    from lth_core.ledger import CLAIMS, as_csv
    from lth_core.ledger import ledger as judge
    from lth_core.results.atlas import Atlas

    if as_json and csv:
        fail("--csv is not allowed beside --json: choose one")
    known = {one.number for one in CLAIMS}
    if unknown := [number for number in claim or () if number not in known]:
        fail(f"claim = {unknown[0]} is not allowed: a number from {min(known)} to {max(known)}")
    entries_of(atlas)
    rows = list(judge(Atlas(atlas), tuple(claim or ())))
    if as_json:
        print_json(row.plain() for row in rows)
    elif csv:
        sys.stdout.write(as_csv(rows))
    else:
        for row in rows:
            plain = row.plain()
            out.print(f"{plain['claim']:>3}  {plain['verdict']:<24}{plain['statement']}", highlight=False,
                      soft_wrap=True)
            out.print(f"     {plain['measured']}", highlight=False, soft_wrap=True)
