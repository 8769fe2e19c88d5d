"""When something on the disk was replaced: what caches ask before they answer."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

Stamp: TypeAlias = tuple[int, int]


def stamp(path: Path) -> Stamp:
    """Another one for every file or folder that was ever put at `path`; one of its own for nothing.

    Of a result's folder: reading touches the files in it, never the folder.

    >>> stamp(Path("/no/such/folder"))
    (0, 0)
    """
    try:
        found = path.lstat()
    except OSError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns
