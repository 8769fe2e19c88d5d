"""The points of an unfinished run on disk, so that one that goes on later still shows where it began.

A file of JSON lines beside the run's checkpoint, and as long-lived: it outlasts a killed server and a cancelled run,
and ends with the result. It is a convenience: a disk that refuses it stops nothing.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path

MOST_BYTES = 4_000_000  # read back at most: a full back-log is a fifth of it


class Told:
    """The messages with points of one run, in order."""

    def __init__(self, checkpoint: Path, key: str) -> None:
        self._path, self._key = checkpoint.with_suffix(".points"), key

    def add(self, text: str) -> None:
        """One more message."""
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(text + "\n")

    def replace(self, texts: Iterable[str]) -> None:
        """These messages instead: the back-log was thinned, and the file must not grow for ever."""
        part = self._path.with_suffix(".part")
        with contextlib.suppress(OSError):
            part.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
            part.replace(self._path)

    def read(self) -> list[str]:
        """The messages so far; lines that are torn or not ours are dropped, from the file too."""
        try:
            with self._path.open("rb") as file:
                lines = file.read(MOST_BYTES).splitlines()
        except OSError:
            return []
        texts = [text for line in lines if (text := _checked(line, self._key))]
        if lines:
            self.replace(texts)  # else the next message would be written onto a torn line
        return texts

    def forget(self) -> None:
        """The run is over, or begins anew."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


def _checked(line: bytes, key: str) -> str:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(message, dict) or message.get("key") != key or not isinstance(message.get("points"), list):
        return ""
    return json.dumps(message, separators=(",", ":"))  # anew: what browsers get is our own text, not the file's
