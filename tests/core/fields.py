"""Every field of every Spec, and how to read, replace and vary it: for tests that try them all."""

import dataclasses
from dataclasses import replace
from typing import get_args, get_origin, get_type_hints

import pytest

from lth_core.experiments import KINDS
from lth_core.spec import Condition

EXPERIMENTS = list(KINDS.values())


def settable(value, prefix=()):
    """Every (path, type, field) of a Spec that a caller can set, sections opened."""
    for item in dataclasses.fields(value):
        inner = getattr(value, item.name)
        if dataclasses.is_dataclass(inner):
            yield from settable(inner, (*prefix, item.name))
        else:
            yield (*prefix, item.name), get_type_hints(type(value))[item.name], item


def get(value, path):
    return get(getattr(value, path[0]), path[1:]) if path else value


def put(value, path, new):
    """A copy of a frozen tree with one field replaced."""
    head, *rest = path
    return replace(value, **{head: put(getattr(value, head), rest, new) if rest else new})


FIELDS = [
    pytest.param(kind, path, hint, item, id=f"{kind.experiment}-{'.'.join(path)}")
    for kind in EXPERIMENTS
    for path, hint, item in settable(kind())
]

# Where adding one would leave the bounds of another field.
ROOM = {"train": (54_999,), "validation": (4_999,), "pool": (4, 7)}


def varied(kind):
    """A Spec in which every field can be changed alone: the two lists of the learning-rate schedule are not empty."""
    return kind(training=replace(kind().training, decay_at=(0.5,), decay_to=(0.5,)))


def another(hint, item, value):
    """Some other value that the field's own bounds admit; None when there is only one."""
    if hint is bool:
        return not value
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        if inner is Condition:
            return (Condition("reinit"),)
        if item.name == "sizes":
            return (*value, 7)  # a net of two sizes has no shorter one
        return (*value[:-1], value[-1] / 2) if inner is float else value[:-1] or (3, 7)  # a shorter list still rises
    limits = item.metadata["bounds"]
    if limits.digits:
        return limits.digits * "a"
    if limits.own:
        return "mine@0123456789ab"
    if limits.words:
        return next((word for word in limits.words if word != value), None)
    steps = (value + 1, value - 1) if hint is int else (value + 0.25, value / 2)
    choices = ROOM.get(item.name, steps)
    return next(choice for choice in choices if choice != value and limits.admits(choice))
