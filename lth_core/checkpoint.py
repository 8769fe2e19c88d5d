"""Half-done work on disk: one file, replaced in one step, so that a kill at any moment leaves the last good state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from lth_core import files


class CheckpointError(OSError):
    """The checkpoint's folder cannot be written. Says where and why."""


def write(path: Path, key: str, notes: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
    """Replace the checkpoint at `path` by (notes, arrays), all or nothing.

    key: content key of the Spec, checked when reading. Raises CheckpointError when the folder is full or unwritable;
    the previous checkpoint then still stands.
    """
    text = {"key": key, "notes": json.dumps(notes)}
    payload = save({name: np.asarray(array, order="C") for name, array in arrays.items()}, metadata=text)
    try:
        files.replace(path, payload)
    except OSError as error:
        cure = "free some space or choose another folder"
        raise CheckpointError(f"cannot write the checkpoint {path}: {error.strerror or error}; {cure}") from error


def remove(path: Path) -> None:
    """Forget the checkpoint at `path`, and what a killed writer may have left of one."""
    for file in (path, *path.parent.glob(f"{path.name}*.part")):
        file.unlink(missing_ok=True)


def read(path: Path, key: str) -> tuple[dict[str, Any], dict[str, np.ndarray]] | None:
    """What `write` left for this key; None when there is nothing, or nothing usable (another Spec, a damaged file)."""
    try:
        with safe_open(path, framework="numpy") as file:
            text = file.metadata() or {}
            if text.get("key") != key:
                return None
            return json.loads(text["notes"]), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, ValueError):
        return None
