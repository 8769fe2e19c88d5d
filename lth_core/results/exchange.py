"""Two folders change names in one step, so that nobody ever finds neither.

Python has no call for it; Linux has `renameat2`. Elsewhere the caller renames twice.
"""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path

_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of the kernel's headers
_UNKNOWN = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP)  # an old kernel, or a file system that cannot do it


def exchange(one: Path, other: Path) -> bool:
    """`one` and `other`, both there and on one file system, swap places. False where this system cannot do it; raises
    OSError when it refuses.

    >>> import tempfile
    >>> root = Path(tempfile.mkdtemp())
    >>> _ = (root / "a").write_text("first"), (root / "b").write_text("second")
    >>> swapped = exchange(root / "a", root / "b")
    >>> (root / "a").read_text() == ("second" if swapped else "first")
    True
    """
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    if call is None:
        return False
    if call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNKNOWN:
        return False
    raise OSError(number, os.strerror(number), str(other))
