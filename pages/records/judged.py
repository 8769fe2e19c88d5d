"""The ledger's rows for the pages: judged once for all sessions, and anew when the atlas on the disk changed."""

from __future__ import annotations

from pathlib import Path

from lth_core.ledger import Row, ledger
from lth_core.once import once
from lth_core.results.atlas import Atlas
from pages.records import recorded
from pages.records.stamp import Stamp


def rows() -> tuple[Row, ...]:
    """All claims, judged by the atlas behind the pages."""
    return _rows(recorded.ATLAS, recorded.seen())


def row(number: int) -> Row:
    """One claim, without judging the others."""
    return _row(recorded.ATLAS, recorded.seen(), number)


@once(64)
def _row(root: Path, index: Stamp, number: int) -> Row:
    return next(ledger(Atlas(root), (number,)))


@once(2)
def _rows(root: Path, index: Stamp) -> tuple[Row, ...]:
    return tuple(ledger(Atlas(root)))
