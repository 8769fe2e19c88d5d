"""The shared box: by which settings the whole LeNet was trained where, what it then reads, and why they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from lth_core import said
from lth_core.catalogue import CATALOGUE
from lth_core.experiments import Ladder
from lth_core.once import once
from lth_core.results.atlas import Atlas
from lth_core.results.result import Table
from lth_core.spec import Net
from pages.records import recorded
from pages.records.stamp import Stamp
from pages.widgets import chip


@dataclass(frozen=True)
class Setting:
    """where: the chapters it is used in. part: of the catalogue. why: what it is good for."""

    where: str
    part: str
    why: str


SETTINGS = (
    Setting("1", "chapter1", "long enough to learn well; pruned once, when trained"),
    Setting("3", "chapter3", "short enough for twenty rounds while you watch"),
    Setting("4 and 5, one epoch", "lenet-quick", "the same, with all controls"),
    Setting("4 and 5, 50,000 steps", "lenet-paper", "as long as in the paper: where both exist, this one counts"),
    Setting("6", "chapter6", "one epoch again, with rewinding to later steps"),
)


def row(setting: Setting) -> tuple[str, int]:
    """The setting as a row of a table in Markdown, and over how many seeds; empty when nothing is recorded."""
    return _row(setting, recorded.ATLAS, recorded.seen())


@once(8)
def _row(setting: Setting, root: Path, index: Stamp) -> tuple[str, int]:
    """Opens of eighty runs only the table that is read: whole they would stay in memory with all that they hold."""
    specs, shelf = [spec for spec in CATALOGUE[setting.part] if spec.net.sizes == Net().sizes], Atlas(root)
    found = [run for spec in specs
             if (run := shelf.find(spec, ("rungs" if isinstance(spec, Ladder) else "cells",), ())) is not None]
    if not found:
        return "", 0
    runs = {run.spec.seed: run for run in found}
    reads = float(np.mean([_whole(run.tables) for run in runs.values()]))
    spec = found[0].spec
    training = spec.training
    how = f"{said.budget(spec)}, {training.optimiser} at {training.lr:g}, batch {training.batch}"
    return f"| {setting.where} | {how} | **{reads:.1%}** | {setting.why} |", len(runs)


def _whole(tables: Mapping[str, Table]) -> float:
    """Test accuracy of the whole net of one run."""
    if "rungs" in tables:
        return float(tables["rungs"]["magnitude"][0])
    cells = tables["cells"]
    return float(cells["test_accuracy"][cells["round"] == 0].mean())


def table() -> None:
    """The box's text and table."""
    st.markdown("**Our settings, and why they differ.** The same whole LeNet reads more after longer training. So an "
                "accuracy means something only with its setting. Rows of one setting differ by their seeds alone.")
    found = [told for setting in SETTINGS if (told := row(setting))[1]]
    lines = ["| Chapter | trained for | whole net reads | why so |", "|---|---|---|---|"]
    st.markdown("\n".join([*lines, *(line for line, _ in found)]))
    if found:
        st.markdown(chip.measured(min(seeds for _, seeds in found)))
