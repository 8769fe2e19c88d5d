"""What `find_ticket` was asked, as a Spec: digests stand for the net and the data, which no Spec can hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from lth_core.spec import Condition, Pruning, Rewind, Spec, SpecError
from lth_core.spec.bounds import check_fields

PRUNING, REWIND = Pruning(), Rewind()
DIGEST = re.compile(r"[0-9a-f]{24}|")  # empty for what is not keyed


@dataclass(frozen=True)
class Brought:
    """A net or data of one's own. name: of the net's class, or "data". digest: of all that matters of it, empty where
    a source could not be told: such a run has no key worth keeping."""

    name: str = ""
    digest: str = ""


@dataclass(frozen=True, kw_only=True)
class Own(Spec):
    """A lottery on a net and data of one's own.

    weights: names of the pruned ones, in the order of the net. rates: the share that each loses of what it has left, a
    round; in global pruning only whether it is 0. optimiser: text of an optimiser that was given as a function.

    >>> spec = Own(net=Brought("Net", "0" * 24), data=Brought("data", "1" * 24), weights=("fc.weight",), rates=(0.2,))
    >>> Spec.from_json(spec.to_json()) == spec
    True
    """

    experiment: ClassVar[str] = "own"
    data: Brought = Brought()  # type: ignore[assignment]  # what a lottery has as sections, it has as digests
    net: Brought = Brought()  # type: ignore[assignment]
    weights: tuple[str, ...] = ()
    rates: tuple[float, ...] = ()
    pruning: Pruning = PRUNING
    rewind: Rewind = REWIND
    conditions: tuple[Condition, ...] = (Condition("ticket"),)
    optimiser: str = ""

    def __post_init__(self) -> None:
        check_fields(self)  # of nets and data as other Specs have them there is nothing to check
        for path, value, fits in self._doubts():
            if not fits[0]:
                raise SpecError(path, value, fits[1])

    def _doubts(self) -> list[tuple[str, Any, tuple[bool, str]]]:
        """(field, value, (is it right?, what would be))."""
        steps = self.training.steps
        texts = [self.net.name, self.net.digest, self.data.name, self.data.digest, self.optimiser, *self.weights]
        if not all(isinstance(text, str) for text in texts):
            return [("own", texts, (False, "names and digests as text"))]
        digests = [("net.digest", self.net.digest), ("data.digest", self.data.digest)]
        return [
            *((path, digest, (DIGEST.fullmatch(digest) is not None, "24 hex digits")) for path, digest in digests),
            ("rates", self.rates, (len(self.rates) == len(self.weights), "one rate for each of weights")),
            ("rates", self.rates, (all(_share(rate) for rate in self.rates), "numbers at least 0 and below 1")),
            ("steps", steps, (steps >= 1, "at least 1: nothing is learned without a step")),
            ("rewind.step", self.rewind.step, (self.rewind.step <= steps, f"at most steps = {steps:,}")),
            ("conditions", self.conditions, (len({*self.conditions}) == len(self.conditions),
                                             "each condition and replicate once")),
        ]

    @property
    def rounds(self) -> int:
        return self.pruning.rounds

    def stops(self, level: int) -> tuple[int, ...]:
        """The dense training also stops at the step that later rounds rewind to."""
        return (self.rewind.step,) if level == 0 else ()

    @property
    def keyed(self) -> bool:
        """Does the key tell all that was computed?"""
        return bool(self.net.digest and self.data.digest and self.optimiser != "?")

    def ticket(self, result: Any, level: int, trained: bool) -> Mapping[str, Any]:
        """Raises LookupError: a search's tickets need the net, which no Result holds."""
        raise LookupError("this is a result of lth.find_ticket, whose tickets need your own net: "
                          f"lth_core.Found.of(result, net).ticket({level})")

    def shares(self) -> dict[str, float]:
        """The rate of each pruned weight by name."""
        return dict(zip(self.weights, self.rates, strict=True))


def _share(rate: Any) -> bool:
    return isinstance(rate, (int, float)) and not isinstance(rate, bool) and 0 <= rate < 1


