"""What a stopped run had drawn, kept as a run of its own."""

from __future__ import annotations

import dataclasses

from lth_core import checkpoint
from lth_core.experiments.draws.spec import Draws
from lth_core.results.store import Store


def cut_short(spec: Draws, store: Store) -> Draws | None:
    """The run of the tickets that a stopped run of `spec` has drawn; None when it has none.

    Its checkpoint is written beside that of `spec`, so that running it only finishes what is begun. Tickets finish in
    groups, not quite in order: it goes up to the last finished one, and trains the few that are missing before it.
    Raises CheckpointError when the store cannot be written.
    """
    found = checkpoint.read(store.checkpoint(spec.key), spec.key)
    drawn = [row["draw"] for row in found[0]["rows"].get("cells", ())] if found else []
    if not found or not drawn:
        return None
    short = dataclasses.replace(spec, draws=max(drawn) - spec.first + 1)
    if short.key != spec.key:
        checkpoint.write(store.checkpoint(short.key), short.key, *found)
    return short
