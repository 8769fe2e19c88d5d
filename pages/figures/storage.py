"""Chapter 6's answers: one ticket stored in four ways, and a net of as many weights with whole neurons gone."""

from __future__ import annotations

from collections.abc import Sequence

from lth_core.intervals import Interval
from lth_core.ledger.storage import Answer
from lth_core.said import percent

WAYS = {
    "dense": "whole net",
    "masked": "ticket, zeros stored",
    "csr": "ticket, only survivors stored (CSR)",
    "shrunk": "ticket, idle units cut out",
    "neurons": "whole neurons gone, as many weights",
}


def rows(found: Sequence[Answer]) -> list[dict[str, str]]:
    """As a table: weights, size, time of one image and of 256, and accuracy."""
    whole = found[0]
    return [{
        "Net": f"{WAYS[one.stored]}{f', {1 - one.weights / whole.weights:.1%} sparse' if one.level else ''}",
        "File": f"{one.size / 1024:,.0f} KiB",
        "One image": _time(one.seconds[1], whole.seconds[1]),
        "256 images": _time(one.seconds[256], whole.seconds[256]),
        "Test accuracy": percent(one.accuracy),
    } for one in found]


def _time(seconds: Interval, whole: Interval) -> str:
    shown = f"{1e6 * seconds.mean:,.0f} µs"
    return shown if seconds is whole else f"{shown}, {whole.mean / seconds.mean:.2g}× as fast"


