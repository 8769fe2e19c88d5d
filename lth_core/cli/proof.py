"""`lth proof`: the engine checks its own promises, here and now."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from lth_core.cli.arguments import AsJson
from lth_core.cli.printing import fail, log, out, print_json
from lth_core.cli.tables import WIDTH
from lth_core.experiments.proof.spec import NAMES, Proof
from lth_core.spec import SpecError

if TYPE_CHECKING:
    from lth_core.proof import Check, Finding


def proof(
    name: Annotated[list[str] | None, typer.Argument(help=f"Which checks, all by default: {', '.join(NAMES)}")] = None,
    seed: Annotated[int, typer.Option(help="All chance hangs on it; another one draws another recorded training")] = 0,
    code: Annotated[bool, typer.Option("--code", help="Print each check's source too")] = False,
    as_json: AsJson = False,
) -> None:
    """Check the engine's promises, each told as it is done; exit status 1 when one of them is broken.

    The page /proof shows the same. Each check takes seconds, and its source is a few lines long.
    """
    from lth_core.proof import CHECKS, prove

    spec, failed = _asked(tuple(name or NAMES), seed), 0
    for one in spec.checks:
        found = prove(one, seed)
        failed += not found.passed
        (_print_json if as_json else _print)(CHECKS[one], found, code)
    log.print(f"{len(spec.checks) - failed} of {len(spec.checks)} passed.", highlight=False)
    raise typer.Exit(1 if failed else 0)


def _asked(names: tuple[str, ...], seed: int) -> Proof:
    """These checks in their order; what cannot be asked for ends the program with a sentence."""
    try:
        for one in names:
            if one not in NAMES:
                raise SpecError("name", one, f"one of {', '.join(NAMES)}")
        return Proof(checks=tuple(one for one in NAMES if one in names), seed=seed)
    except SpecError as error:
        fail(str(error))


def _print(check: Check, found: Finding, code: bool) -> None:
    verdict, style = ("passed", None) if found.passed else ("FAILED", "red")
    head = f"{verdict}  {check.name:<9} {found.seconds:5.1f} s  "
    told = [line for text in (check.claim, check.say(found)) for line in wrap(text, WIDTH - len(head))]
    for place, line in enumerate(told):
        before = " " * len(head) if place else head
        out.print(before + line, style=style, highlight=False, soft_wrap=True)
    if code:
        print(f"\n# {check.file}\n{check.code}")


def _print_json(check: Check, found: Finding, code: bool) -> None:
    row = {"check": check.name, "claim": check.claim, "passed": found.passed, "number": found.number,
           "counts": check.counts, "told": found.told, "seconds": round(found.seconds, 3)}
    print_json([row | ({"file": check.file, "code": check.code} if code else {})])
