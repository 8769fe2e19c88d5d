"""Who is using a folder right now: the kernel keeps the list, so a killed process never leaves a lock behind.

A lock is `flock` on the folder itself: no lock files to clean, gone with its process, right between processes and
between threads. Where the system has no flock (Windows), every lock is granted; an open file cannot be removed there,
which protects readers in its own way.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

if os.name == "posix":
    import fcntl


@contextlib.contextmanager
def held(folder: Path, *, exclusive: bool = False, wait: bool = True) -> Iterator[bool]:
    """Hold a shared (or exclusive) lock on `folder` while the block runs.

    Yields False, holding nothing, when the folder does not exist, was moved away while we waited, is a link, or (with
    `wait=False`) is in use by someone else.

    >>> with held(Path("/no/such/folder")) as there:
    ...     there
    False
    """
    if os.name != "posix":
        yield folder.is_dir()
        return
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except (FileNotFoundError, NotADirectoryError):
        yield False
        return
    try:
        yield _lock(handle, exclusive, wait) and _same(handle, folder)
    finally:
        os.close(handle)  # gives the lock back


def _lock(handle: int, exclusive: bool, wait: bool) -> bool:
    kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    try:
        fcntl.flock(handle, kind | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks on folders (some network ones): readers go on, nothing is evicted
        return not exclusive
    return True


def _same(handle: int, folder: Path) -> bool:
    """The path still leads to the folder we locked."""
    try:
        return os.path.samestat(os.fstat(handle), os.lstat(folder))
    except OSError:
        return False
