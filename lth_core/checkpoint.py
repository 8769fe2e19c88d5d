"""Half-done work on disk: one file, replaced in one step, so that a kill at any moment leaves the last good state.

A file that no run can go on from is set aside under another name, and said: the run then begins anew, and whoever
wonders why finds what it was.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from lth_core import files

log = logging.getLogger(__name__)


class CheckpointError(OSError):
    """The checkpoint's folder cannot be written. Says where and why."""


def write(path: Path, key: str, notes: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
    """Replace the checkpoint at `path` by (notes, arrays), all or nothing.

    key: content key of the Spec, checked when reading. Raises CheckpointError when the folder is full or unwritable;
    the previous checkpoint then still stands.
    """
    text = {"key": key, "notes": json.dumps(notes), "order": json.dumps(list(arrays))}
    payload = save({name: np.asarray(array, order="C") for name, array in arrays.items()}, metadata=text)
    try:
        files.replace(path, payload)
    except OSError as error:
        cure = "free some space or choose another folder"
        raise CheckpointError(f"cannot write the checkpoint {path}: {error.strerror or error}; {cure}") from error


def remove(path: Path) -> None:
    """Forget the checkpoint at `path`, that of the lottery which was to find its mask, and what a killed writer may
    have left of either."""
    for file in (path, beside(path), *path.parent.glob(f"{path.name}*.part")):
        file.unlink(missing_ok=True)


def beside(path: Path) -> Path:
    """Where a run that needs a mask first keeps the half-done lottery that finds it.

    >>> beside(Path("half.safetensors")).name
    'half.safetensors.chain'
    """
    return path.with_name(f"{path.name}.chain")


def set_aside(path: Path, why: str) -> None:
    """Rename the checkpoint at `path`, if there is one, to `….damaged`, and say so. A folder that does not let itself
    be changed keeps it where it is: then the next checkpoint replaces it."""
    if not path.exists():
        return
    log.warning("the checkpoint %s cannot be used (%s): kept as %s.damaged, the run begins anew", path, why, path.name)
    with contextlib.suppress(OSError):
        path.replace(path.with_name(f"{path.name}.damaged"))


def read(path: Path, key: str) -> tuple[dict[str, Any], dict[str, np.ndarray]] | None:
    """What `write` left for this key; None when there is nothing, or nothing usable (another Spec, a damaged file):
    that is set aside."""
    try:
        with safe_open(path, framework="numpy") as file:
            text = file.metadata() or {}
            if text.get("key") == key:  # the file sorts its arrays; masks and their random streams go by layer
                return json.loads(text["notes"]), {name: file.get_tensor(name) for name in json.loads(text["order"])}
            why = "it belongs to another run"
    except FileNotFoundError:
        return None
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        why = f"{type(error).__name__}: {error}"
    set_aside(path, why)
    return None
