"""How far a whole run is, in words: "training 7 of 46 · round 3, reinit · 2 min left"."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn

from lth_core.cli.printing import log
from lth_core.experiments import Lottery
from lth_core.snapshot import Snapshot
from lth_core.spec import Spec


@contextmanager
def one_run(spec: Spec) -> Iterator[Callable[[Snapshot], None]]:
    """Yields what to tell each moment of a run to; a terminal shows one line of it, anything else nothing."""
    whole = Whole(spec)
    with Progress(BarColumn(24), TextColumn("{task.description}", markup=False), console=log, transient=True,
                  disable=not log.is_terminal) as bar:
        task = bar.add_task(f"{spec.experiment}, seed {spec.seed}", total=1.0)

        def told(snapshot: Snapshot) -> None:
            words = whole.at(snapshot)
            bar.update(task, description=words, completed=whole.share)

        yield told


class Whole:
    """Where a run stands. share: how much of it is done, 0–1, by the trainings of a lottery.

    >>> from lth_core.spec import Condition, Pruning
    >>> spec = Lottery(pruning=Pruning(rounds=2), conditions=(Condition("ticket"), Condition("reinit", rounds=(2,))))
    >>> whole = Whole(spec, clock=iter([0.0, 40.0]).__next__)
    >>> whole.at(Snapshot("train", 0, 2, "ticket", 0, 100)), whole.at(Snapshot("train", 2, 2, "ticket", 0, 100))
    ('training 1 of 4 · round 0, ticket', 'training 3 of 4 · round 2, ticket · 40 s left')
    """

    def __init__(self, spec: Spec, clock: Callable[[], float] = time.monotonic) -> None:
        self.spec, self.clock = spec, clock
        self.order = list(_trainings(spec)) if isinstance(spec, Lottery) else []
        self.share, self.place = 0.0, 0
        self.began: tuple[float, float] | None = None  # when, and at which share: a resumed run begins late

    def at(self, snapshot: Snapshot) -> str:
        """This moment in words."""
        share, now = self._share(snapshot), self.clock()
        began, at_first = self.began = self.began or (now, share)
        self.share = share
        words = [f"training {min(self.place + 1, len(self.order))} of {len(self.order)}" if self.order else
                 f"{self.spec.experiment}, {share:.0%}"]
        if snapshot.rounds:
            words.append(f"round {snapshot.round}, {snapshot.condition}")
        done = share - at_first
        if done > 0:
            words.append(f"{duration((now - began) * (1 - share) / done)} left")
        return " · ".join(words)

    def _share(self, snapshot: Snapshot) -> float:
        here = (snapshot.round, snapshot.condition)
        if not self.order:
            names = ("stage", "round", "rounds", "condition", "step", "steps")
            point = {name: getattr(snapshot, name) for name in names}
            return max(self.share, self.spec.share_done(point))
        if here in self.order:
            self.place = max(self.place, self.order.index(here))
        if snapshot.stage == "done":
            return 1.0
        within = snapshot.step / max(1, snapshot.steps) if snapshot.stage == "train" else 0.0
        self.place += snapshot.stage == "cell"
        return max(self.share, (self.place + within) / len(self.order))


def _trainings(spec: Lottery) -> Iterator[tuple[int, str]]:
    """(round, condition) of every training, in their order: the dense net, then the ticket and its controls."""
    yield 0, "ticket"
    for level in range(1, spec.pruning.rounds + 1):
        yield level, "ticket"
        for condition in spec.conditions:
            if condition.name != "ticket" and (not condition.rounds or level in condition.rounds):
                yield level, condition.name


def duration(seconds: float) -> str:
    """Roughly how long, for a person.

    >>> duration(39.6), duration(130), duration(7_500)
    ('40 s', '2 min', '2 h 5 min')
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
