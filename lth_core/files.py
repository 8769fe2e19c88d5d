"""New files and folders with the rights that the user's umask gives: others may then read what they are meant to.

`tempfile` makes them for their owner alone whatever the umask says, which is right for secrets and wrong for results.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def new_folder(parent: Path, prefix: str) -> Path:
    """A new empty folder `parent/<prefix>…` that nobody else has; `parent` is made where it is missing.

    >>> import tempfile
    >>> [path.name[:4] for path in (new_folder(Path(tempfile.mkdtemp()), "run-"),)]
    ['run-']
    """
    parent.mkdir(parents=True, exist_ok=True)
    while True:
        folder = parent / f"{prefix}{secrets.token_hex(4)}"
        try:
            folder.mkdir()
        except FileExistsError:  # somebody drew the same eight digits
            continue
        return folder


def replace(path: Path, payload: bytes) -> None:
    """Write `payload` to `path` in one step: a kill at any moment leaves the old file or the new one. What a killed
    writer leaves besides is called `<name>….part`. Raises OSError; the old file then stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(payload)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def cache(variable: str, part: str) -> Path:
    """The folder that the environment's `variable` names, or `lth_core/<part>` in this user's cache.

    Raises OSError where there is neither the one nor a home, as in some containers.
    """
    if named := os.environ.get(variable):
        return Path(named)
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lth_core" / part
    except RuntimeError:
        raise OSError(f"this user has no home folder to keep {part} in: set {variable} to a folder") from None
