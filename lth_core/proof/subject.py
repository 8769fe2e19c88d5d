"""What the checks are tried on: a lottery of the small net that is over in a moment."""

from __future__ import annotations

from pathlib import Path

from lth_core.experiments.lottery.spec import Lottery
from lth_core.experiments.proof.spec import DATA, NET, TRAINING
from lth_core.spec import Pruning, Rewind

ROOT = Path(__file__).resolve().parents[2]  # where Python finds lth_core, also in another process


def lottery(seed: int, rewind: int = 0) -> Lottery:
    """Six rounds of 30% each, 1,096 weights at first. rewind: the step that survivors go back to."""
    return Lottery(data=DATA, net=NET, training=TRAINING, pruning=Pruning(rate=0.3, rounds=6),
                   rewind=Rewind(step=rewind), seed=seed)
