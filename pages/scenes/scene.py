"""A scene: one chapter's widget as a beat of a talk shows it, what its state may hold, and what its records say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from lth_core import said
from pages.address import url
from pages.figures.chart import Chart
from pages.talks.beat import State
from pages.talks.question import Truth

Parameter: TypeAlias = url.Choice | url.Whole | url.Words | url.Free
Facts: TypeAlias = Mapping[str, str]  # the name of a number within a sentence → the number, as it is said


def _nothing(_: State) -> Facts:
    return {}


def _undrawn(_: State) -> None:
    """No chart says it on paper."""


def _never(_: State) -> None:
    """Nothing to train ahead of time."""


COVERED = url.Choice("covered", ("no", "yes"), "no")  # the picture waits until the room has bet


@dataclass(frozen=True)
class Scene:
    """name: as a beat writes it. title: as the editor says it. slug: of the page where this widget lives. parameters:
    of its state, those of that page's address among them. mount: draws it, whoever calls it gives the size. facts: the
    numbers of a state, read from records; `source` among them says over how many seeds. truths: the measures that
    answer questions; each raises LookupError where its runs are not recorded. ahead: begins what takes long, called
    while the beat before is on screen. chart: what a hand-out prints in its place."""

    name: str
    title: str
    slug: str
    parameters: tuple[Parameter, ...]
    mount: Callable[[State, str], None]
    facts: Callable[[State], Facts] = _nothing
    truths: Mapping[str, Callable[[State], Truth]] = field(default_factory=dict)
    ahead: Callable[[State], None] = _never
    chart: Callable[[State], Chart | None] = _undrawn

    def fault(self, state: State) -> str:
        """Why `state` cannot be shown; empty when it can."""
        known = {parameter.name: parameter for parameter in (*self.parameters, COVERED)}
        for name, word in state.items():
            if name not in known:
                return f"{name} is not a parameter of the scene {self.name}; these are: {', '.join(known) or 'none'}"
            if fault := known[name].fault(word):
                return fault.partition("; using")[0]
        return ""

    def held(self, state: State) -> dict[str, str]:
        """What of an address this scene understands."""
        known = {parameter.name: parameter for parameter in self.parameters}
        return {name: word for name, word in state.items() if name in known and not known[name].fault(word)}


def whole(state: State, parameter: url.Whole) -> int:
    """The number that a checked state holds, or the default."""
    return int(state.get(parameter.name, parameter.default))


def word(state: State, parameter: url.Choice | url.Free) -> str:
    """The word that a checked state holds, or the default."""
    return state.get(parameter.name, parameter.default)


def some(state: State, parameter: url.Words) -> tuple[str, ...]:
    """The words that a checked state holds, or the default."""
    text = state.get(parameter.name)
    return tuple(text.split(".")) if text else parameter.default


def seeds(count: int, net: str, trained: str = "") -> str:
    """What stands below a sentence: measured here, over so many seeds, of which net.

    >>> seeds(1, "small net"), seeds(5, "LeNet-300-100", "one epoch")
    ('Measured here · 1 seed · small net', 'Measured here · 5 seeds · LeNet-300-100 · one epoch each')
    """
    parts = ("Measured here", said.seeds(count), net, f"{trained} each" if trained else "")
    return " · ".join(filter(None, parts))
