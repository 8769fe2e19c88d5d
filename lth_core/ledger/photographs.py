"""Every net that has a lottery on photographs, a JPEG copy of CIFAR-10, by the name that a reader knows."""

from __future__ import annotations

from collections.abc import Callable

from lth_core.catalogue import CONV_SEEDS, cifar_rewound
from lth_core.experiments import Lottery
from lth_core.ledger import convolutional, large, residual
from lth_core.ledger.runs import Runs
from lth_core.results.result import Result
from lth_core.spec import Spec

NAMES = (*convolutional.NAMES, residual.NAME, *large.NAMES)
CLAIMS = {"Conv-2": 18, "Conv-4": 19, "Conv-6": 20, residual.NAME: 21, "VGG-16": 22, "ResNet-18": 21}


def specs(name: str) -> tuple[Lottery, ...]:
    """The lotteries of one net whose tickets go back to θ₀, one a seed; none for a net that is not among them.

    >>> [len(specs(name)) for name in ("Conv-2", "ResNet-20", "VGG-16", "LeNet-300-100")]
    [3, 3, 1, 0]
    """
    if name == residual.NAME:
        return tuple(cifar_rewound(0, seed) for seed in CONV_SEEDS)
    return convolutional.specs(name) or large.specs(name)


def recorded(name: str, find: Callable[[Spec], Result | None]) -> Runs | None:
    """Whatever seeds of one net are recorded; None without any. find: a recorded result, or None."""
    found = tuple(run for spec in specs(name) if (run := find(spec)) is not None)
    return Runs.of(found) if found else None


def every(find: Callable[[Spec], Result | None]) -> dict[str, Runs]:
    """Whatever is recorded of these nets, by name. find: a recorded result, or None."""
    return {name: runs for name in NAMES if (runs := recorded(name, find)) is not None}


def record(name: str) -> str:
    """The command that records the net `name`.

    >>> record("VGG-16")
    'python -m lth_core record cifar-large'
    """
    return large.RECORD if name in large.NAMES else residual.RECORD if name == residual.NAME else convolutional.RECORD
