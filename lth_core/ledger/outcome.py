"""What became of a claim: the verdict, the rule that gave it, and the runs behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lth_core.experiments import Widths
from lth_core.ledger.rules import OPEN, UNTESTED, Judged, Rule
from lth_core.results.result import Result
from lth_core.said import DATA
from lth_core.spec import Spec


@dataclass(frozen=True)
class Outcome:
    """ours: the measurement in words. seeds: behind it. specs: of the runs, the first of each kind. rule: None where
    nothing was judged. why: one sentence."""

    verdict: str
    ours: str
    why: str
    seeds: int = 0
    specs: tuple[Spec, ...] = ()
    rule: Rule | None = None

    @property
    def protocol(self) -> str:
        """How the runs were made, in a line; empty without any."""
        return "; ".join(dict.fromkeys(map(protocol, self.specs)))


def protocol(spec: Spec) -> str:
    """One run in a line.

    >>> from lth_core.presets import preset
    >>> protocol(preset("paper"))
    'MLP 784-300-100-10 on MNIST, 50,000 steps'
    """
    if isinstance(spec, Widths):
        return f"MLPs 784-w-10 on MNIST, w from {min(spec.widths)} to {max(spec.widths)}, {spec.training.steps:,} steps"
    net = f"MLP {_sizes(spec.net.sizes)}" if spec.net.name == "mlp" else spec.net.name
    norm = " with BatchNorm" if spec.net.name == "mlp" and spec.net.batchnorm else ""
    return f"{net}{norm} on {DATA.get(spec.data.name, spec.data.name)}, {spec.training.steps:,} steps"


def _sizes(sizes: tuple[int, ...]) -> str:
    hidden = sizes[1:-1]
    if len(hidden) > 2 and len(set(hidden)) == 1:
        return f"{sizes[0]}-{len(hidden)}×{hidden[0]}-{sizes[-1]}"
    return "-".join(map(str, sizes))


def first(results: Sequence[Result]) -> tuple[Spec, ...]:
    """The Specs that differ in more than the seed, the first of each: configs and keys to run again."""
    kinds = {replace(result.spec, seed=0): result.spec for result in reversed(results)}
    return tuple(reversed(kinds.values()))


def of(judged: Judged, why: str, results: Sequence[Result]) -> Outcome:
    """The outcome of a claim that a page judges too."""
    return Outcome(judged.verdict, plain(judged.told), why, len({result.spec.seed for result in results}),
                   first(results), judged.rule)


def plain(text: str) -> str:
    """Markdown's stars gone, and the full stop at the end.

    >>> plain("At **3** of 4 densities.")
    'At 3 of 4 densities'
    """
    return text.replace("*", "").removesuffix(".")


def untested(why: str) -> Outcome:
    """A claim that no run of this engine can decide."""
    return Outcome(UNTESTED, "nothing measured", why)


def missing(how: str) -> Outcome:
    """A claim whose runs are not recorded here."""
    return Outcome(OPEN, how, "Without its runs there is nothing to judge.")
