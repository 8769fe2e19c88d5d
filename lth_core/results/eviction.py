"""What goes when a store has outgrown its limit, and what killed processes left behind in it."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from lth_core.results import entry
from lth_core.results.locks import held

DAMAGED_KEPT = 20  # for a look at what went wrong; older ones are removed
CHECKPOINT_DAYS = 14  # an interrupted run that nobody resumed by then is forgotten


def make_room(results: Iterable[Path], limit: int, remove: Callable[[str], bool]) -> list[str]:
    """Remove least recently used results until all of them are `limit` bytes or less; the names of those that went.

    remove: removes the result of that name, unless it says False.
    """
    weights = {folder: weigh(folder) for folder in results}
    excess, gone = sum(weights.values()) - limit, []
    for folder in sorted(weights, key=lambda folder: _mtime(folder / entry.MANIFEST)):
        if excess <= 0:
            break
        if remove(folder.name):
            excess -= weights[folder]
            gone.append(folder.name)
    return gone


def sweep(root: Path) -> None:
    """Remove scratch folders whose process is gone, old checkpoints, and all but the newest damaged results."""
    for folder in _listed(root / ".scratch"):
        with held(folder, exclusive=True, wait=False) as abandoned:
            if abandoned:
                shutil.rmtree(folder, ignore_errors=True)
    for file in _listed(root / ".checkpoints"):
        if time.time() - _mtime(file) > CHECKPOINT_DAYS * 86_400:
            file.unlink(missing_ok=True)
    for folder in sorted(_listed(root / "damaged"), key=_mtime)[:-DAMAGED_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)


def weigh(folder: Path) -> int:
    """Bytes of a result's files; 0 for one that is gone."""
    with contextlib.suppress(OSError):
        return sum(file.stat().st_size for file in os.scandir(folder))
    return 0


def _listed(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _mtime(path: Path) -> float:
    with contextlib.suppress(OSError):
        return path.lstat().st_mtime
    return 0.0
