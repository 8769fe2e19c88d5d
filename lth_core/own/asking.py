"""From the arguments of `find_ticket` to the Spec that names its result."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from lth_core.own import spec
from lth_core.own.functions import OwnError, scored
from lth_core.own.loop import Brought, Maker, make_optimiser
from lth_core.own.net import OwnNet
from lth_core.own.source import Unreadable, digest, told
from lth_core.spec import Condition, Pruning, Rewind, SpecError, Training
from lth_core.spec.names import is_own

UNTOLD = "?"  # an optimiser whose class has no source to read, or that has hooks
WITH_A_WORD: dict[type, str] = {torch.optim.Adam: "adam", torch.optim.SGD: "sgd"}
LR = 1.2e-3  # the paper's for LeNet under Adam (v5, figure 2)
TOLD = ("lr", "momentum", "weight_decay")  # what `Training` can say of them
FRESH = ("reinit", "random-reinit", "keep-signs")  # controls that draw first weights anew


def training(
    brought: Brought, optimiser: str | Maker, lr: float | None, eval_every: int | None, **fields: Any
) -> Training:
    """How each training runs. An optimiser that was given as a function is looked at, for what it is made of.

    Raises SpecError for numbers out of bounds, OwnError for a function that makes no optimiser of the net, and for a
    rate beside a function, which has one of its own.
    """
    looks = eval_every if eval_every is not None else max(1, int(fields["steps"]) // 10)
    if isinstance(optimiser, str):
        made = Training(optimiser=optimiser, lr=LR if lr is None else lr, eval_every=looks, **fields)
    elif lr is not None:
        raise OwnError(f"lr is {lr!r}, but the function given as optimiser sets its own rate: say it there")
    else:
        group = _made(brought, optimiser).param_groups[0]
        made = Training(lr=float(group["lr"]), eval_every=looks, **fields)
    if made.batch > len(brought.data.train):
        raise SpecError("batch", made.batch, f"at most the {len(brought.data.train):,} examples of train")
    return made


def in_words(brought: Brought, made: Training) -> tuple[Training, str, Brought]:
    """(training, text, brought): an optimiser given as a function in the words that Specs have, where it is one of
    those; else with a text of its own for the Spec."""
    if brought.optimiser is None:
        return made, "", brought
    optimiser = _made(brought, brought.optimiser)
    kind, settings = type(optimiser), _settings(optimiser.param_groups[0])
    if kind in WITH_A_WORD and len(optimiser.param_groups) == 1 and not _hooked(optimiser):
        make: Callable[..., torch.optim.Optimizer] = kind
        usual = _settings(make([torch.nn.Parameter(torch.zeros(1))], lr=settings["lr"]).param_groups[0])
        if all(usual.get(name) == value for name, value in settings.items() if name not in TOLD):
            lr, momentum, decay = (float(settings.get(name, 0.0)) for name in TOLD)
            made = dataclasses.replace(made, optimiser=WITH_A_WORD[kind], lr=lr, momentum=momentum, weight_decay=decay)
            return made, "", dataclasses.replace(brought, optimiser=None)
    return made, _text(optimiser), brought


def ranked(pruning: Pruning, score: str | None) -> Pruning:
    """How much is pruned, by the criterion `score` where one is given. Raises OwnError for what is no Pruning."""
    if not isinstance(pruning, Pruning):
        raise OwnError(f"pruning is {pruning!r}: a lth_core.spec.Pruning is needed, as Pruning(rounds=5)")
    return pruning if score is None else dataclasses.replace(pruning, criterion=score)


def question(
    brought: Brought, made: Training, pruning: Pruning, rates: Mapping[str, float] | None, rewind: Rewind | int,
    conditions: Sequence[str | Condition], seed: int, text: str, output: str,
) -> spec.Own:
    """The Spec. output: name of the last layer's weight. Raises SpecError or OwnError for what does not go together."""
    net, dense = brought.net, brought.net.dense()
    shares = net.shares(pruning, output) | _known(net, rates, pruning.scope)
    left = sum(alive.size * (1 - (shares[name] if pruning.scope == "layer" else pruning.rate)) ** pruning.rounds
               for name, alive in dense.items())
    if left < 1:
        raise SpecError("pruning.rounds", pruning.rounds, f"fewer: of {dense.total:,} weights none would be left")
    if pruning.scope == "global" and not any(shares.values()):
        raise OwnError("nothing would be pruned: in global pruning a layer whose rate is 0 is spared, and here that is "
                       "every layer; give output_rate a number above 0")
    if isinstance(conditions, str) or not isinstance(conditions, Sequence):
        raise OwnError(f"conditions is {conditions!r}: a list of names is needed, as ['ticket', 'reinit']")
    asked = tuple(one if isinstance(one, Condition) else Condition(one) for one in conditions)
    _try_out(net, pruning, asked, seed)
    return spec.Own(
        data=spec.Brought("data", _data_digest(brought)),
        net=spec.Brought(type(net.template).__name__, _digest(net, seed)),
        weights=net.prunable, rates=tuple(shares[name] for name in net.prunable), training=made, pruning=pruning,
        rewind=rewind if isinstance(rewind, Rewind) else Rewind(step=rewind),
        conditions=asked, seed=seed, optimiser=text)


def _try_out(net: OwnNet, pruning: Pruning, conditions: tuple[Condition, ...], seed: int) -> None:
    """Whatever a criterion or a control cannot do is told before hours are spent. Raises OwnError."""
    if any(one.name in FRESH for one in conditions):
        net.check_fresh(seed)
    if is_own(pruning.criterion):
        first = net.theta0()
        for name, alive in net.dense().items():
            scored(pruning.criterion, name, first[name], first[name], ~alive)  # its shape alone: nothing is trained yet


def check_keyed(asked: spec.Own, brought: Brought) -> None:
    """Raise OwnError where the key would not tell all that is computed: such a result may be made, but not kept."""
    if asked.optimiser == UNTOLD:
        raise OwnError("the class of the optimiser has no source that can be read, or it has hooks, so a stored result "
                       "could not be told from another's: write a class of your own in a file, or leave out store and "
                       "checkpoint")
    try:
        brought.net.digest(asked.seed)
    except Unreadable as error:
        raise OwnError(f"a stored result of this net could not be told from another's: {error}; or leave out store and "
                       "checkpoint") from None


def _made(brought: Brought, optimiser: Callable[..., Any]) -> torch.optim.Optimizer:
    return make_optimiser(Training(), brought.net.module({}), optimiser)


def _settings(group: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in group.items() if name != "params"}


def _hooked(optimiser: torch.optim.Optimizer) -> bool:
    """Does something happen before or after its steps that its settings do not tell?"""
    return bool(optimiser._optimizer_step_pre_hooks or optimiser._optimizer_step_post_hooks)


def _text(optimiser: torch.optim.Optimizer) -> str:
    """What an optimiser is: its class with its source where it is not torch's, and the settings of its groups."""
    if _hooked(optimiser):
        return UNTOLD
    kind = type(optimiser)
    groups = [_settings(group) | {"parameters": len(group["params"])} for group in optimiser.param_groups]
    try:
        source = "" if kind.__module__.startswith("torch.") else f"@{digest(told(kind, kind.__name__))}"
    except Unreadable:
        return UNTOLD
    return f"{kind.__name__}{source} {groups}"


def _known(net: OwnNet, rates: Mapping[str, float] | None, scope: str) -> dict[str, float]:
    found = {name: plain(rate) for name, rate in (rates or {}).items()}
    for name, rate in found.items():
        if name not in net.prunable:
            raise OwnError(f"rates names {name!r}, which is not pruned: one of {', '.join(net.prunable)}")
        if not isinstance(rate, (int, float)) or not 0 <= rate < 1:
            raise OwnError(f"the rate of {name} is {rate!r}: a number of at least 0 and below 1 is needed")
        if rate and scope == "global":
            raise OwnError(f"the rate of {name} is {rate!r}: in global pruning all weights are ranked together, and a "
                           "rate can only be 0, which spares the layer")
    return found


def plain(value: Any) -> Any:
    """A number of numpy as one of Python."""
    return value.item() if isinstance(value, np.generic) else value


def _digest(net: OwnNet, seed: int) -> str:
    try:
        return net.digest(seed)
    except Unreadable:
        return ""


def _data_digest(brought: Brought) -> str:
    import hashlib

    parts = (brought.data.train, brought.data.validation, brought.data.test)
    return hashlib.sha256("".join(part.digest for part in parts).encode()).hexdigest()[:24]
