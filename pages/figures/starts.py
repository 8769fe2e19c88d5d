"""Chapter 4's other starts by the paper's protocol, in words."""

from __future__ import annotations

from collections.abc import Sequence

from lth_core.ledger.starts import Starts
from lth_core.said import say
from pages.figures.runs import KINDS


def compared(found: Starts, names: Sequence[str]) -> str:
    """Those of `names` that were trained here against the ticket, as a sentence; empty when none was."""
    told = [_against(found, name) for name in names if name in found.reads]
    return f"After {found.budget}, with {found.density:.1%} left, " + "; ".join(told) + "." if told else ""


def _against(found: Starts, name: str) -> str:
    gap, called = found.gap(name), f"**{KINDS[name].name}**"
    if gap.known and gap.below():
        return f"{called} is *ahead* of the ticket by {say(-gap)}"
    if gap.known and not gap.above():
        return f"{called} cannot be told from the ticket ({say(gap)})"
    return f"{called} lies {say(gap)} behind the ticket"
