"""The runs of a store as somebody outside its server sees them, and ends them: what `lth jobs` does.

A server's journal names its unfinished runs; its folder is locked as long as the server lives. A living server sees
within a few seconds that a run is to end; a dead one's note is simply taken away.

>>> import tempfile
>>> unfinished(Path(tempfile.mkdtemp()))
[]
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lth_core.jobs.journal import Journal, Note, read_note
from lth_core.results.locks import held
from lth_core.results.store import explained


@dataclass(frozen=True)
class Unfinished:
    """A run in a journal. served: its server lives; otherwise it goes on when the next one opens the store."""

    note: Note
    file: Path
    served: bool

    @property
    def key(self) -> str:
        return self.note.spec.key


def unfinished(store: Path) -> list[Unfinished]:
    """Every run that a server of the store at `store` has not finished, by key."""
    found = []
    for folder in Journal(store).root.glob("server-*"):
        with held(folder, exclusive=True, wait=False) as orphaned:
            files = sorted(folder.glob("*.json"))
        for file in files:
            with contextlib.suppress(OSError):  # it has just ended
                note = read_note(file)
                if note is not None:
                    found.append(Unfinished(note, file, not orphaned))
    return sorted(found, key=lambda run: run.key)


def end(store: Path, runs: Iterable[Unfinished]) -> None:
    """Ask that these runs end; their checkpoints stay. Raises StoreError when the disk refuses."""
    journal = Journal(store)
    for run in runs:
        with explained(journal.root, "write"):
            if run.served:
                journal.end_flag(run.key).touch()
            else:
                run.file.unlink(missing_ok=True)
