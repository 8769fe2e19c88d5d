"""Where compiled kernels are kept when neither the code's folder nor the user's home can be written, as in containers.

numba loads what lies there and runs it. So the folder must belong to this user, and nobody else may write in it.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from numba import config, njit


def usable() -> bool:
    """Can kernels be kept, if need be in a folder of our own? Otherwise every process compiles them again, which takes
    half a minute. Asked before the first kernel is declared."""
    if _admitted():
        return True
    try:
        folder = str(private(Path(tempfile.gettempdir())))
    except OSError:  # there is no folder for temporary files either
        return False
    # For this process and for those that it starts; numba reads its variables anew from time to time.
    config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"] = folder
    return _admitted()


def _admitted() -> bool:
    """Does numba find a place for the kernels of this package?"""
    try:
        njit(cache=True)(_kernel)
    except RuntimeError:  # "no locator available"
        return False
    return True


def _kernel() -> None:
    """Declared, never called."""


def private(parent: Path) -> Path:
    """This user's folder under `parent`, the same in every process; a new one where somebody else was there before.

    >>> first = private(Path(tempfile.mkdtemp()))
    >>> private(first.parent) == first, stat.filemode(first.stat().st_mode)
    (True, 'drwx------')
    """
    user = os.getuid() if os.name == "posix" else 0
    folder = parent / f"lth_core-kernels-{user}"
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        told = folder.lstat()
        alone = os.name != "posix" or (told.st_uid == user and not told.st_mode & 0o077)
        if not stat.S_ISDIR(told.st_mode) or not alone:
            return Path(tempfile.mkdtemp(prefix="lth_core-kernels-", dir=parent))
    return folder
