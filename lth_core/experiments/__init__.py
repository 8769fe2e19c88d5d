"""Every experiment, each a folder of its own: the one list of them.

A folder holds the experiment's Spec class with all that it refuses (`spec`), the generator of Snapshots that runs it
(`run`), and where others take things out of its Result, how they do (`read`; no torch). Its name is the experiment's.
What runs loads when it is used: this list needs neither torch nor numba.

>>> from lth_core.spec import Data, Net, Training
>>> KINDS["dense"] is Dense, Dense(data=Data(pool=4), net=Net(sizes=(49, 10)), training=Training(steps=20)).experiment
(True, 'dense')
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from lth_core.experiments.ablation.spec import Ablation
from lth_core.experiments.compression.spec import Compression
from lth_core.experiments.cost.spec import Cost
from lth_core.experiments.counterfactual.spec import ACTIONS, Counterfactual
from lth_core.experiments.curvature.spec import Curvature
from lth_core.experiments.dense.spec import Dense
from lth_core.experiments.draws.spec import Draws
from lth_core.experiments.early_bird.spec import EarlyBird
from lth_core.experiments.faulty.spec import FAULTS, Faulty
from lth_core.experiments.heads.spec import Heads
from lth_core.experiments.instability.spec import Instability
from lth_core.experiments.lab.spec import LABS, Lab
from lth_core.experiments.ladder.spec import Ladder
from lth_core.experiments.landscape.spec import Landscape
from lth_core.experiments.lottery.spec import Lottery
from lth_core.experiments.peft.spec import Peft
from lth_core.experiments.proof.spec import Proof
from lth_core.experiments.random_labels.spec import RandomLabels
from lth_core.experiments.structured.spec import Structured
from lth_core.experiments.subspace.spec import Subspace
from lth_core.experiments.transfer.spec import Transfer
from lth_core.experiments.widths.spec import Widths
from lth_core.spec import Spec

__all__ = ["ACTIONS", "FAULTS", "KINDS", "LABS", "Ablation", "Compression", "Cost", "Counterfactual", "Curvature",
           "Dense", "Draws", "EarlyBird", "Faulty", "Heads", "Instability", "Lab", "Ladder", "Landscape", "Lottery",
           "Peft", "Proof", "RandomLabels", "Structured", "Subspace", "Transfer", "Widths", "part"]

KINDS: dict[str, type[Spec]] = {kind.experiment: kind for kind in (
    Dense, Lottery, Ladder, Widths, Draws, Instability, Counterfactual, Lab, Ablation, Cost, Subspace, Structured,
    Transfer, Proof, Faulty, Landscape, Curvature, Compression, Heads, Peft, EarlyBird,
    RandomLabels,
)}


def part(spec: Spec | type[Spec], name: str) -> ModuleType:
    """A module of the experiment's folder: `part(spec, "run").stream` runs it."""
    return import_module(f"lth_core.experiments.{spec.experiment}.{name}")
