"""Functions of your own, by name: criteria, conditions, learning-rate schedules, optimisers.

A Spec holds no functions, only words; so a function is registered under a name, and where that name stands in a Spec
the digest of the function's source is put behind it: `mine` becomes `mine@3f2a…`. The key of the Spec then says what
was computed: change the function and the result is another one. A stored result can be read by whoever lacks the
function, and run again only by who has the very same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from lth_core import spec
from lth_core.own.source import digest, told
from lth_core.spec import SpecError
from lth_core.spec.names import NAME, declare, is_own

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Entry:
    """A registered function. source: its normalised text, for the manifest. fresh: of a condition, see `condition`."""

    kind: str
    name: str
    source: str
    function: Callable[..., Any]
    fresh: bool = False

    @property
    def full(self) -> str:
        """Name and digest of the source, as Specs carry it."""
        return f"{self.name}@{digest(f'{self.source}{self.fresh or str()}')}"


# Of this process. The last function of a name counts, as in a notebook whose cell is run again.
_ENTRIES: dict[tuple[str, str], Entry] = {}


def criterion(name: str) -> Callable[[F], F]:
    """Register a pruning criterion: `function(trained, first)` scores the weights of one layer, the highest stay.

    trained, first: the layer's weights after and before training, float32 arrays of one shape; the scores have it too.
    Raises ValueError for a name that is taken or none, and where the function's source cannot be read.

    >>> import lth_core as lth
    >>> from lth_core.spec import Pruning
    >>> @lth.criterion("growth")
    ... def growth(trained, first):
    ...     return abs(trained) - abs(first)
    >>> Pruning(criterion="growth").criterion[:7]
    'growth@'
    """
    return _registering("criterion", name)


def condition(name: str, fresh: bool = False) -> Callable[[F], F]:
    """Register a control: `function(begin)` returns the parameters a training starts from, or (parameters, mask).

    begin has `mask` (name → bool array), `rewound` (name → array: θ₀, or θₖ when rewinding late), `reinit()` (fresh
    parameters) and `rng` (a random generator of this condition, replicate and round alone). What the function returns
    shares its names and shapes. fresh: begin at step 0 with the whole budget, whatever the rewind step. Raises
    ValueError as `criterion` does.

    >>> import lth_core as lth
    >>> from lth_core.spec import Condition
    >>> @lth.condition("halved")
    ... def halved(begin):
    ...     return {name: value / 2 for name, value in begin.rewound.items()}
    >>> Condition("halved").name[:7]
    'halved@'
    """
    return _registering("condition", name, fresh)


def schedule(name: str) -> Callable[[F], F]:
    """Register a learning-rate schedule: `function(step, steps)` is what the rate is multiplied by at a step.

    step: updates done so far, from 0. steps: of the whole training. Raises ValueError as `criterion` does.

    >>> import lth_core as lth
    >>> from lth_core.spec import Training
    >>> @lth.schedule("linear")
    ... def linear(step, steps):
    ...     return 1 - step / steps
    >>> Training(schedule="linear").schedule[:7]
    'linear@'
    """
    return _registering("schedule", name)


def optimiser(name: str) -> Callable[[F], F]:
    """Register an optimiser: `function(params, lr)` returns a `torch.optim.Optimizer` over `params`.

    Pruned weights are kept at zero whatever it does. Raises ValueError as `criterion` does.

    >>> import lth_core as lth
    >>> from lth_core.spec import Training
    >>> @lth.optimiser("nesterov")
    ... def nesterov(params, lr):
    ...     import torch
    ...     return torch.optim.SGD(params, lr=lr, momentum=0.9, nesterov=True)
    >>> Training(optimiser="nesterov").optimiser[:9]
    'nesterov@'
    """
    return _registering("optimiser", name)


def _registering(kind: str, name: str, fresh: bool = False) -> Callable[[F], F]:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a {kind}: small letters, digits and hyphens, a letter first, "
                         "at most 40")
    if name in taken(kind):
        raise ValueError(f"the {kind} {name!r} exists already: choose another name")

    def register(function: F) -> F:
        source = told(function, f"the {kind} {name!r}")
        _ENTRIES[kind, name] = entry = Entry(kind, name, source, function, fresh)
        declare(kind, name, entry.full)
        return function

    return register


def taken(kind: str) -> tuple[str, ...]:
    """The built-in words of a kind, which no own function may take.

    >>> taken("optimiser")
    ('adam', 'sgd')
    """
    section, name = {"criterion": (spec.Pruning, "criterion"), "condition": (spec.Condition, "name"),
                     "schedule": (spec.Training, "schedule"), "optimiser": (spec.Training, "optimiser")}[kind]
    return spec.bounds(section, name).words


def registered(kind: str, full: str) -> Entry:
    """What is registered under a full name. Raises SpecError when nothing is, or something else by now."""
    name = full.partition("@")[0]
    known = _ENTRIES.get((kind, name))
    if known is None:
        raise SpecError(kind, full, f"registered in this process first: import what holds @lth.{kind}({name!r})")
    if known.full != full:
        raise SpecError(kind, full, f"the {kind} of that name now reads otherwise ({known.full}): make the Spec anew, "
                        "or bring the old source back")
    return known


def sources(asked: Any) -> dict[str, Any]:
    """For the manifest: `own`, what a Spec uses of one's own with its source, or nothing. Raises SpecError for what is
    not registered here."""
    used = [registered(kind, word) for kind, word in _words(asked)]
    return {"own": {f"{one.kind} {one.full}": one.source for one in used}} if used else {}


def _words(section: Any) -> Iterator[tuple[str, str]]:
    """(kind, full name) of every own word in a Spec, section by section."""
    for item in dataclasses.fields(section):
        value = getattr(section, item.name)
        limits = item.metadata.get("bounds")
        if limits and limits.own and is_own(value):
            yield limits.own, value
        for part in value if isinstance(value, tuple) else (value,):
            if dataclasses.is_dataclass(part):
                yield from _words(part)
