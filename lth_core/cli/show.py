"""`lth show`: what is recorded already."""

from __future__ import annotations

from typing import Annotated

import typer

from lth_core.catalogue import EVIDENCE_SEEDS
from lth_core.cli.arguments import (
    ATLAS,
    AsJson,
    AtlasFolder,
    Conditions,
    Overrides,
    PresetName,
    Rounds,
    StoreFolder,
    spec_of,
)
from lth_core.cli.printing import fail, print_json, print_rows, print_table
from lth_core.experiments import Lottery
from lth_core.listing import overlaps, recorded, rows
from lth_core.nets.params import weight_names
from lth_core.results.atlas import Atlas
from lth_core.results.store import Store, default_root


def show(
    preset_name: PresetName = "quick",
    overrides: Overrides = None,
    rounds: Rounds = None,
    conditions: Conditions = None,
    store: StoreFolder = None,
    atlas: AtlasFolder = ATLAS,
    overlap: Annotated[bool, typer.Option("--overlap", help="How much the masks of seeds and of rounds share")] = False,
    as_json: AsJson = False,
) -> None:
    """Print what is recorded of a preset, all seeds: first from the shipped atlas, then from the store.

    Of `paper` and `quick` the atlas holds more than the preset asks for: every control at 24 rounds, and the one-shot
    tickets. A number that is not finite is null. --overlap: one row a round instead, Jaccard overlaps in 0–1.
    """
    plain = not (overrides or conditions) and rounds is None
    wanted = spec_of(preset_name, 0, rounds, conditions, overrides)
    if overlap and not isinstance(wanted, Lottery):
        fail(f"overlap = True is not allowed: {preset_name} is no lottery, whose rounds have masks")
    names = [f"died/{name}" for name in weight_names(wanted.net)] if overlap else []
    found = recorded(Atlas(atlas), Store(store or default_root()), wanted, preset_name if plain else None, names)
    shared = list(overlaps(found)) if overlap else []
    if shared:
        print_json(shared) if as_json else print_rows(shared, f"masks of {preset_name}, {shared[0]['seeds']} seeds")
    for result in found if not overlap else ():
        print_json(rows(result, apart=True)) if as_json else print_table(result)
    if not (shared if overlap else found):
        many = plain and preset_name in EVIDENCE_SEEDS
        cure = f"record lenet-{preset_name}" if many else f"run --preset {preset_name}"
        fail(f"nothing is recorded of {preset_name}. Record it: python -m lth_core {cure}")
