"""Unfinished jobs on disk, so that a killed server goes on with them after its restart.

    root/.jobs/<server>/<key>.json     Spec and attempts of an unfinished job; folder locked while its server lives
    root/.jobs/<key>.stop              "please stop": asked for by the engine, seen by whoever computes it
    root/.jobs/<key>.end               "end this run": asked for at the command line, seen by the engine
"""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

from lth_core.files import new_folder
from lth_core.results.locks import held
from lth_core.results.store import StoreError, check_key, explained
from lth_core.spec import Spec, SpecError

ATTEMPTS = 3  # a job that got no further between three crashes may well be their cause

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Note:
    """An unfinished job. attempts: how often it was started since it last got further; share: how far that was, 0–1.
    anew: every round is to be trained, whatever is stored."""

    spec: Spec
    attempts: int
    share: float
    anew: bool = False


class Journal:
    """The journal of one server process, under the store's root."""

    def __init__(self, root: Path) -> None:
        self.root = root / ".jobs"
        self._folder: Path | None = None
        self._lock = contextlib.ExitStack()

    def write(self, noted: Note) -> None:
        """Note an unfinished job. Raises StoreError when the disk refuses."""
        with explained(self.root, "write"):
            part = self._own_folder() / f"{noted.spec.key}.part"
            note = {**vars(noted), "spec": noted.spec.to_dict()}
            part.write_text(json.dumps(note), encoding="utf-8")
            part.replace(part.with_suffix(".json"))

    def renew(self, noted: Note) -> None:
        """Note how far a noted job is by now. A disk that refuses keeps the earlier note: an attempt goes uncounted."""
        with contextlib.suppress(StoreError):
            self.write(noted)

    def _own_folder(self) -> Path:
        if self._folder is None or not self._folder.is_dir():  # somebody may have emptied the store meanwhile
            self._lock.close()
            self._folder = new_folder(self.root, "server-")
            self._lock.enter_context(held(self._folder, exclusive=True))
        return self._folder

    def erase(self, key: str) -> None:
        """The job is over. A disk that refuses keeps the note: the next server looks whether there is a result."""
        if self._folder is not None:
            with contextlib.suppress(OSError):
                (self._folder / f"{check_key(key)}.json").unlink(missing_ok=True)
        self.lower(key)

    def lower(self, key: str) -> None:
        """Take the flags of an earlier run away."""
        for flag in (self.stop_flag(key), self.draw_flag(key)):
            with contextlib.suppress(OSError):
                flag.unlink(missing_ok=True)

    def ask_to_stop(self, key: str) -> None:
        """Raise the flag that whoever computes it sees. Raises StoreError when the disk refuses."""
        with explained(self.root, "write"):
            self.root.mkdir(parents=True, exist_ok=True)  # somebody may have emptied the store meanwhile
            self.stop_flag(key).touch()

    def stop_flag(self, key: str) -> Path:
        """There while the run is asked to stop."""
        return self.root / f"{check_key(key)}.stop"

    def end_flag(self, key: str) -> Path:
        """There once somebody at the command line has asked to end the run, until the engine has seen it."""
        return self.root / f"{check_key(key)}.end"

    def to_end(self) -> list[str]:
        """Keys of the runs that were asked to end since the last look; a flag is taken away when it is seen."""
        keys = []
        with contextlib.suppress(OSError, ValueError):  # a disk that refuses now is asked again
            for flag in sorted(self.root.glob("*.end")):
                flag.unlink()
                keys.append(check_key(flag.stem))
        return keys

    def draw_flag(self, key: str) -> Path:
        """Touched again and again while somebody draws the net in training."""
        return self.root / f"{check_key(key)}.draw"

    def adopt(self) -> list[Note]:
        """Take over what dead servers left: their notes move here, which needs no room on the disk. Where it refuses
        nevertheless, they stay for the next server. Unreadable notes are dropped with a message."""
        found: dict[str, Note] = {}
        for folder in self.root.glob("server-*"):
            with held(folder, exclusive=True, wait=False) as orphaned:
                if not orphaned or folder == self._folder:
                    continue
                with contextlib.suppress(OSError):
                    for file in folder.glob("*.json"):
                        note = read_note(file)
                        if note is not None and note.attempts < ATTEMPTS:
                            file.replace(self._own_folder() / file.name)
                            found[note.spec.key] = note
                    shutil.rmtree(folder, ignore_errors=True)
        return list(found.values())

    def close(self) -> None:
        """Let go: what is still unfinished is for the next server."""
        self._lock.close()
        self._folder = None


def read_note(file: Path) -> Note | None:
    """An unfinished job as its server noted it; None, with a message in the log, for a file that says nothing."""
    try:
        note = json.loads(file.read_bytes()[:100_000])
        return Note(Spec.from_dict(note["spec"]), int(note["attempts"]), float(note["share"]),
                    bool(note.get("anew")))
    except (ValueError, RecursionError, KeyError, TypeError, SpecError) as error:
        log.warning("the note of an interrupted job is unreadable and dropped: %s (%s)", file.name, error)
        return None
