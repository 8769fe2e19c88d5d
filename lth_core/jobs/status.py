"""What a watcher is told about a job, and how long it will probably take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from lth_core.jobs.work import Point
from lth_core.spec import Ladder, Lottery, Spec

State: TypeAlias = Literal["queued", "running", "stopping", "done", "failed", "cancelled"]

OVER = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Status:
    """A job at one moment, JSON-able by `vars`.

    position: runs in front of it in the queue, plus one (0 when it does not wait). wait: expected seconds until it
    starts. share: how much of it is done, 0–1. eta: expected seconds until it ends. viewers: people watching. error:
    one sentence, for the reader. None where nothing is known yet.
    """

    key: str
    state: State
    position: int = 0
    wait: float | None = None
    share: float = 0.0
    eta: float | None = None
    viewers: int = 0
    error: str | None = None

    @property
    def over(self) -> bool:
        """Nothing more will happen."""
        return self.state in OVER


def share_done(spec: Spec, point: Point) -> float:
    """How much of a run is done at `point`, 0–1: from the point alone, so that a resumed run is judged right.

    >>> from lth_core.spec import Pruning
    >>> here = {"stage": "train", "round": 1, "rounds": 3, "condition": "ticket", "step": 50, "steps": 100}
    >>> share_done(Lottery(pruning=Pruning(rounds=3)), here)
    0.375
    """
    if isinstance(spec, Ladder):  # one training, then two retrainings a rung: steps are the measure
        climb = 2 * spec.retrain_steps
        done = spec.training.steps + (point["round"] + 1) * climb if point["stage"] == "rung" else point["step"]
        return min(1.0, float(done / max(1, spec.training.steps + spec.rungs * climb)))
    within = 0.0 if point["stage"] == "prune" else float(point["step"] / max(1, point["steps"]))
    if isinstance(spec, Lottery):  # the dense net alone, then the ticket and every control a round
        names = ["ticket", *(condition.name for condition in spec.conditions if condition.name != "ticket")]
        before = 1 + (point["round"] - 1) * len(names) if point["round"] else 0
        before += names.index(point["condition"]) if point["condition"] in names else 0
        return min(1.0, float(before + within) / (1 + spec.pruning.rounds * len(names)))
    return min(1.0, float((point["round"] + within) / (point["rounds"] + 1)))


def expected_wait(position: int, running: Sequence[float | None], typical: float | None, slots: int) -> float | None:
    """Seconds until the run at `position` starts: each run in front takes `typical`, each running one its ETA.

    >>> expected_wait(2, [10.0], 30.0, 1), expected_wait(1, [10.0, 4.0], None, 2), expected_wait(1, [None], None, 1)
    (40.0, 4.0, None)
    """
    free = [0.0] * max(0, slots - len(running))
    for eta in running:
        if eta is None and typical is None:
            return None
        free.append(eta if eta is not None else typical or 0.0)
    for _ in range(position - 1):
        if typical is None:
            return None
        free[free.index(min(free))] += typical
    return min(free)
