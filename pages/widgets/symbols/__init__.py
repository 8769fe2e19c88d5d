"""A formal statement whose symbols explain themselves: point at one, tap it, or reach it with the Tab key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pages.widgets import shared

_mount = shared.component("symbols", Path(__file__).parent)


def symbols(statement: Sequence[str], meanings: Mapping[str, str], hint: str, *, key: str, chosen: str = "") -> None:
    """Print `statement`, whose parts that are keys of `meanings` explain themselves when pointed at.

    hint: what stands in the place of the explanation before. chosen: the part that is explained at first. Raises
    ValueError when a meaning belongs to no part: it could never be read.
    """
    unused = set(meanings) - set(statement)
    if unused:
        raise ValueError(f"symbols that the statement does not use: {', '.join(sorted(unused))}")
    _mount(key=key, data={"parts": list(statement), "meanings": dict(meanings), "hint": hint, "chosen": chosen})
