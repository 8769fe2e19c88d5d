"""What every experiment has in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lth_core.spec import codec
from lth_core.spec.bounds import SpecError, check_fields, number
from lth_core.spec.sections import Data, Net, Training, check_data


@dataclass(frozen=True, kw_only=True)
class Spec:
    """What every experiment has in common. `seed` is the root of all its named random streams.

    A Spec that can be made can be run to its end: `check` refuses the others, naming field, value and cure.

    >>> from lth_core.experiments import Lottery
    >>> spec = Lottery(seed=3)
    >>> Spec.from_dict({"experiment": "lottery", "seed": 3}) == spec == Spec.from_json(spec.to_json())
    True
    >>> len(spec.key), spec.key == Lottery(seed=4).key
    (24, False)
    """

    experiment: ClassVar[str] = ""  # also the name of its folder in `experiments`

    data: Data = Data()
    net: Net = Net()
    training: Training = Training()
    seed: int = number(0, least=0, most=2**32 - 1)

    def __post_init__(self) -> None:
        check_fields(self)
        _check_sections(self)
        self.check()

    def check(self) -> None:
        """Raise SpecError for what only the experiment can know: called whenever a Spec is made, fields first."""

    # ── as text ──────────────────────────────────────────────────────────────────────────────────────────────────

    def to_dict(self) -> dict[str, Any]:
        """The experiment's name and every field, as JSON knows them."""
        return codec.to_dict(self)

    def to_json(self) -> str:
        """Canonical text: equal Specs give equal bytes."""
        return codec.to_json(self)

    @property
    def key(self) -> str:
        """Content key: 24 hex digits over the canonical text and the numbers version."""
        return codec.key(self)

    @staticmethod
    def from_json(text: str) -> Spec:
        """The Spec written in `text`. Raises SpecError for unknown experiments, fields or values."""
        return codec.from_json(text)

    @staticmethod
    def from_dict(raw: Any) -> Spec:
        """The Spec in nested dicts and lists, as JSON gives them back. Raises SpecError."""
        return codec.from_dict(raw)

    # ── while it runs ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def rounds(self) -> int:
        """Rounds of pruning its Snapshots count; 0 for a single training."""
        return 0

    def stops(self, level: int) -> tuple[int, ...]:
        """Steps at which the trainings of round `level` also stop, and whose weights are kept."""
        return ()

    def share_done(self, point: Mapping[str, Any]) -> float:
        """How much of the run is done at `point`, 0–1: from the point alone, so that a resumed run is judged right.

        point: `stage`, `round`, `rounds`, `condition`, `step` and `steps` of a Snapshot.
        """
        return min(1.0, float((point["round"] + within(point)) / (point["rounds"] + 1)))

    # ── when it is done ──────────────────────────────────────────────────────────────────────────────────────────

    def ticket(self, result: Any, level: int, trained: bool) -> Mapping[str, Any]:
        """The weights of the ticket of round `level` in the Result of this Spec, before its training or after it.

        Raises LookupError: only a lottery has tickets, and a Result may have left their weights out.
        """
        raise LookupError(f"this is the result of the experiment {self.experiment!r}: tickets come out of a lottery")


def within(point: Mapping[str, Any]) -> float:
    """How much of the training that it tells of is done at `point`, 0–1."""
    return 0.0 if point["stage"] == "prune" else float(point["step"] / max(1, point["steps"]))


def _check_sections(spec: Spec) -> None:
    """Raise SpecError for sections that contradict themselves or each other, whatever the experiment."""
    sizes, training = spec.net.sizes, spec.training
    if len(sizes) < 2:
        raise SpecError("net.sizes", sizes, "at least an input and an output layer")
    if training.warmup > training.steps:
        raise SpecError("training.warmup", training.warmup, f"at most training.steps = {training.steps:,}")
    check_data("data", spec.data)
    if training.batch > spec.data.train:
        raise SpecError("training.batch", training.batch, f"at most data.train = {spec.data.train:,}")
    if training.batch == 1 and spec.net.batchnorm:
        raise SpecError("training.batch", 1, "at least 2 with net.batchnorm: one image alone has no spread")
    if training.measure == "validation" and not spec.data.validation:
        raise SpecError("training.measure", training.measure, "test, train or all where data.validation = 0")
    if len(training.decay_at) != len(training.decay_to):
        raise SpecError("training.decay_to", training.decay_to, "as many entries as training.decay_at")
    if list(training.decay_at) != sorted(set(training.decay_at)):
        raise SpecError("training.decay_at", training.decay_at, "rising shares of the steps")
