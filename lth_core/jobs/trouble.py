"""What readers are told of a run that ended in an error: a sentence with the cure, no traceback, no path.

Readers may be anybody. Where the folder is and what the system said goes to the log, for who runs the server.
"""

from __future__ import annotations

import errno

from lth_core.checkpoint import CheckpointError
from lth_core.results.store import StoreError

DISK = ("This server cannot keep runs at the moment: its disk is full, not writable or gone. Who runs the server finds "
        "the reason in its log.")
KILLED = ("The process that computed it was killed again and again, most likely because the memory did not suffice. "
          "Try a smaller net or batch.")
LOST = "The run ended, but its result is not in the store: do the workers reach the store's folder?"

OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR,
               errno.EIO}


def sentence(error: BaseException | None) -> str:
    """An error for a reader: one line, no traceback.

    >>> sentence(ValueError("seed must be 0 or more")), sentence(PermissionError(errno.EACCES, "no", "/srv/x")) == DISK
    ('ValueError: seed must be 0 or more', True)
    """
    if error is None:
        return LOST
    if isinstance(error, StoreError | CheckpointError) or (isinstance(error, OSError) and error.errno in OF_THE_DISK):
        return DISK
    if type(error).__name__ == "KilledWorker":  # Dask's, named without importing it
        return KILLED
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:300]}" if lines else type(error).__name__
