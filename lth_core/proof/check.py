"""What a check is: a sentence, the function that tests it, and what it found."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent
from typing import TypeAlias


@dataclass(frozen=True)
class Finding:
    """What a check found. number: what `Check.counts` counts. told: one sentence with what was looked at. seconds: how
    long it took."""

    passed: bool
    number: float
    told: str
    seconds: float = 0.0


Test: TypeAlias = Callable[[int], Finding]


@dataclass(frozen=True)
class Check:
    """One promise of the engine. claim: one plain sentence. counts: what the number counts, of which there should be
    none or next to none. test: takes the seed of all its chance."""

    name: str
    title: str
    claim: str
    counts: str
    test: Test

    @property
    def code(self) -> str:
        """The source of the test, as it runs."""
        whole = dedent(inspect.getsource(self.test))
        return whole[whole.index("def ") :].rstrip()  # without the decorator, whose words stand beside it

    def say(self, found: Finding) -> str:
        """The finding in words: the number with what it counts, then what was looked at."""
        return f"{figure(found.number)} {self.counts}. {found.told}" if math.isfinite(found.number) else found.told

    @property
    def file(self) -> str:
        """Where the source stands: `lth_core/proof/….py`."""
        return f"{self.test.__module__.replace('.', '/')}.py"


def check(name: str, title: str, claim: str, counts: str) -> Callable[[Test], Check]:
    """Make a Check of the function below."""
    return lambda test: Check(name, title, claim, counts, test)


def figure(number: float) -> str:
    """A check's number for a reader: whole ones with commas, others with two digits.

    >>> figure(0.0), figure(1234.0), figure(0.5), figure(2.34e-6), figure(7.5e-8)
    ('0', '1,234', '0.5', '2.3 millionths', '75 billionths')
    """
    if float(number).is_integer():
        return f"{int(number):,}"
    for unit, name in ((1e-6, "millionths"), (1e-9, "billionths")):
        if unit <= abs(number) < 1_000 * unit:
            return f"{float(f'{number / unit:.2g}'):g} {name}"
    return f"{number:.2g}"
