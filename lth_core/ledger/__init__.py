"""The ledger: every claim told about tickets, and what recorded runs say of it.

Computed from the atlas, never typed. The pages judge by the same functions, so a page and the ledger cannot disagree.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lth_core.ledger.claims import CLAIMS, Claim
from lth_core.ledger.outcome import Outcome, missing
from lth_core.ledger.shelf import Missing, Shelf
from lth_core.reproduce import command
from lth_core.results.atlas import Atlas


@dataclass(frozen=True)
class Row:
    """A claim and what became of it."""

    claim: Claim
    outcome: Outcome

    @property
    def rerun(self) -> str:
        """The command that records the runs behind the verdict anew; empty where there are none."""
        part = self.claim.part
        return f"python -m lth_core record {part}" if part else ""

    @property
    def verify(self) -> str:
        """The command that trains the first run again and compares it with the record; empty without one."""
        specs = self.outcome.specs
        return f"python -m lth_core verify --cell {specs[0].key}" if specs else ""

    def plain(self) -> dict[str, Any]:
        """As columns of a table, JSON-able."""
        claim, found = self.claim, self.outcome
        paper = f"{claim.paper} ({claim.place})" if claim.place else claim.paper
        return {
            "claim": f"C{claim.number}", "statement": claim.statement, "verdict": found.verdict,
            "popular": claim.popular, "paper": paper, "measured": found.ours, "seeds": found.seeds,
            "protocol": found.protocol, "rule": found.rule.name if found.rule else "",
            "rule_sentence": found.rule.sentence if found.rule else "", "why": found.why,
            "figure": f"/{claim.page}{f'#{claim.anchor}' if claim.anchor else ''}",
            "config": found.specs[0].to_json() if found.specs else "",
            "run": (command(found.specs[0]) or "") if found.specs else "",
            "record": self.rerun, "verify": self.verify,
        }


def ledger(atlas: Atlas, numbers: tuple[int, ...] = ()) -> Iterator[Row]:
    """The rows of all claims, or of those with these numbers, judged by what `atlas` holds.

    >>> row = next(ledger(Atlas("/no/such/folder"), (23,)))
    >>> row.outcome.verdict, row.outcome.ours
    ('not settled yet', 'not recorded: python -m lth_core record lenet-paper')
    """
    shelf = Shelf(atlas)
    for claim in CLAIMS:
        if not numbers or claim.number in numbers:
            yield Row(claim, _judged(claim, shelf))


def _judged(claim: Claim, shelf: Shelf) -> Outcome:
    try:
        return claim.judge(shelf)
    except Missing as absent:
        return missing(str(absent))


def as_csv(rows: Sequence[Row]) -> str:
    """The rows as CSV (RFC 4180), heads first."""
    text = io.StringIO()
    plain = [row.plain() for row in rows]
    writer = csv.DictWriter(text, list(plain[0]))
    writer.writeheader()
    writer.writerows(plain)
    return text.getvalue()


__all__ = ["CLAIMS", "Claim", "Outcome", "Row", "as_csv", "ledger"]
