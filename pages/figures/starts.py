"""Chapter 4's other starts by the paper's protocol, in words."""

from __future__ import annotations

from collections.abc import Sequence

from lth_core.ledger.starts import Starts
from pages.figures.conditions import against_ticket


def compared(found: Starts, names: Sequence[str]) -> str:
    """Those of `names` that were trained here against the ticket, as a sentence; empty when none was."""
    told = [against_ticket(name, found.gap(name)) for name in names if name in found.reads]
    return f"After {found.budget}, with {found.density:.1%} left, " + "; ".join(told) + "." if told else ""
