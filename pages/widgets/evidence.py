"""Evidence chips: every number says where it comes from."""

from __future__ import annotations


def measured(seeds: int) -> str:
    """A chip in Markdown: measured by our engine, over so many seeds."""
    return f":green-badge[measured here · {seeds} seed{'' if seeds == 1 else 's'}]"


def cited(work: str, place: str) -> str:
    """A chip in Markdown: taken from a paper, with the place to look it up."""
    return f":blue-badge[{work} · {place}]"


def popular() -> str:
    """A chip in Markdown: often repeated, and not what we or the paper measure."""
    return ":orange-badge[popular figure · not reproduced]"
