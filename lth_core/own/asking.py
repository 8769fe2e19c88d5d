"""From the arguments of `find_ticket` to the Spec that names its result."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from lth_core.masks.prune import rates as usual_rates
from lth_core.own import spec
from lth_core.own.functions import OwnError
from lth_core.own.loop import Brought, Maker, make_optimiser
from lth_core.own.net import OwnNet
from lth_core.own.source import Unreadable, digest, told
from lth_core.spec import Condition, Pruning, Rewind, SpecError, Training

UNTOLD = "?"  # an optimiser whose class has no source to read
WITH_A_WORD: dict[type, str] = {torch.optim.Adam: "adam", torch.optim.SGD: "sgd"}
TOLD = ("lr", "momentum", "weight_decay")  # what `Training` can say of them


def training(brought: Brought, optimiser: str | Maker, lr: float, eval_every: int | None, **fields: Any) -> Training:
    """How each training runs. An optimiser that was given as a function is looked at, for what it is made of.

    Raises SpecError for numbers out of bounds, OwnError for a function that makes no optimiser of the net.
    """
    looks = eval_every if eval_every is not None else max(1, int(fields["steps"]) // 10)
    if isinstance(optimiser, str):
        made = Training(optimiser=optimiser, lr=lr, eval_every=looks, **fields)
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
    kind, settings = type(optimiser), optimiser.defaults
    if kind in WITH_A_WORD and len(optimiser.param_groups) == 1:
        make: Callable[..., torch.optim.Optimizer] = kind
        usual = make([torch.nn.Parameter(torch.zeros(1))], lr=settings["lr"]).defaults
        if all(usual[name] == value for name, value in settings.items() if name not in TOLD):
            lr, momentum, decay = (float(settings.get(name, 0.0)) for name in TOLD)
            made = dataclasses.replace(made, optimiser=WITH_A_WORD[kind], lr=lr, momentum=momentum, weight_decay=decay)
            return made, "", dataclasses.replace(brought, optimiser=None)
    return made, _text(optimiser), brought


def question(
    brought: Brought, made: Training, pruning: Pruning, rates: Mapping[str, float] | None, rewind: Rewind | int,
    conditions: Sequence[str | Condition], seed: int, text: str,
) -> spec.Own:
    """The Spec. Raises SpecError or OwnError for what does not go together."""
    net, dense = brought.net, brought.net.dense()
    shares = usual_rates(pruning, dense) | _known(net, rates)
    left = sum(alive.size * (1 - (shares[name] if pruning.scope == "layer" else pruning.rate)) ** pruning.rounds
               for name, alive in dense.items())
    if left < 1:
        raise SpecError("pruning.rounds", pruning.rounds, f"fewer: of {dense.total:,} weights none would be left")
    if isinstance(conditions, str):
        raise OwnError(f"conditions is {conditions!r}: a list is needed, [{conditions!r}]")
    return spec.Own(
        data=spec.Brought("data", _data_digest(brought)),
        net=spec.Brought(type(net.template).__name__, _digest(net, seed)),
        weights=net.prunable, rates=tuple(shares[name] for name in net.prunable), training=made, pruning=pruning,
        rewind=rewind if isinstance(rewind, Rewind) else Rewind(step=rewind),
        conditions=tuple(one if isinstance(one, Condition) else Condition(one) for one in conditions), seed=seed,
        optimiser=text)


def check_keyed(asked: spec.Own, brought: Brought) -> None:
    """Raise OwnError where the key would not tell all that is computed: such a result may be made, but not kept."""
    if asked.optimiser == UNTOLD:
        raise OwnError("the class of the optimiser has no source that can be read, so a stored result could not be "
                       "told from another's: write it in a file, or leave out store and checkpoint")
    try:
        brought.net.digest(asked.seed)
    except Unreadable as error:
        raise OwnError(f"a stored result of this net could not be told from another's: {error}; or leave out store and "
                       "checkpoint") from None


def _made(brought: Brought, optimiser: Callable[..., Any]) -> torch.optim.Optimizer:
    return make_optimiser(Training(), brought.net.module({}), optimiser)


def _text(optimiser: torch.optim.Optimizer) -> str:
    """What an optimiser is: its class with its source where it is not torch's, and the settings of its groups."""
    kind = type(optimiser)
    groups = [{name: value for name, value in group.items() if name != "params"} | {"parameters": len(group["params"])}
              for group in optimiser.param_groups]
    try:
        source = "" if kind.__module__.startswith("torch.") else f"@{digest(told(kind, kind.__name__))}"
    except Unreadable:
        return UNTOLD
    return f"{kind.__name__}{source} {groups}"


def _known(net: OwnNet, rates: Mapping[str, float] | None) -> dict[str, float]:
    for name in rates or {}:
        if name not in net.prunable:
            raise OwnError(f"rates names {name!r}, which is not pruned: one of {', '.join(net.prunable)}")
    return dict(rates or {})


def _digest(net: OwnNet, seed: int) -> str:
    try:
        return net.digest(seed)
    except Unreadable:
        return ""


def _data_digest(brought: Brought) -> str:
    import hashlib

    parts = (brought.data.train, brought.data.validation, brought.data.test)
    return hashlib.sha256("".join(part.digest for part in parts).encode()).hexdigest()[:24]
