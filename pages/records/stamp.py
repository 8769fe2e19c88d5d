"""When something on the disk was replaced: what caches ask before they answer."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

Stamp: TypeAlias = tuple[int, int]
NOTHING: Stamp = (0, 0)
WHOLE = 0.05  # seconds: a page asks a hundred times while it is drawn, and each look gives Python's lock away
EACH = 5.0  # seconds


def stamp(path: Path) -> Stamp:
    """Another one for every file or folder that was ever put at `path`; one of its own for nothing.

    Of a result's folder: reading touches the files in it, never the folder.

    >>> stamp(Path("/no/such/folder"))
    (0, 0)
    """
    return _told(path.lstat)


class Looks:
    """Stamps of what lies under a folder, by few looks at the disk.

    Whatever is put, replaced or removed under its final name changes the folder that holds that name. So these folders
    are looked at, at most every `WHOLE` seconds, and the rest only once they have changed. Files that somebody changes
    by hand deeper down are seen within `EACH` seconds. That there is nothing is never kept.
    """

    def __init__(self, root: Path, *below: str) -> None:
        """below: folders under `root` in which names are given too."""
        self.root = root
        self._folders = (root, *(root / name for name in below))
        self._state: tuple[Stamp, ...] = ()
        self._looked = self._cleared = -EACH
        self._kept: dict[str, Stamp] = {}

    def stamp(self, name: str) -> Stamp:
        """As `stamp`, of `name` under the root: a path with strokes."""
        self._look(time.monotonic())
        kept = self._kept  # another thread may begin anew meanwhile
        found = kept.get(name, NOTHING)
        if found == NOTHING:
            found = stamp(self.root / name)
            if found != NOTHING:
                kept[name] = found
        return found

    def _look(self, now: float) -> None:
        if now - self._looked < WHOLE:
            return
        state = tuple(_told(folder.stat) for folder in self._folders)  # a link to them does not change with them
        if state != self._state or now - self._cleared >= EACH:
            self._state, self._kept, self._cleared = state, {}, now
        self._looked = now


def _told(look: Callable[[], os.stat_result]) -> Stamp:
    try:
        found = look()
    except OSError:
        return NOTHING
    return found.st_ino, found.st_mtime_ns
