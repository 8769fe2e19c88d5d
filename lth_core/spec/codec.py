"""A Spec as text: canonical JSON, the content key over it, and the way back."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from functools import lru_cache
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from lth_core.spec.bounds import SpecError, hints, shown

if TYPE_CHECKING:
    from lth_core.spec.base import Spec

# Raised by one whenever the same Spec would give other numbers than before: results of an older engine are then
# recomputed instead of being passed off as today's.
NUMBERS_VERSION = 2


def to_dict(spec: Spec) -> dict[str, Any]:
    """The experiment's name and every field, as JSON knows them."""
    return {"experiment": spec.experiment, **plain(spec)}


def to_json(spec: Spec) -> str:
    """Canonical text: sorted keys, no spaces, so that equal Specs give equal bytes."""
    return json.dumps(to_dict(spec), sort_keys=True, separators=(",", ":"), allow_nan=False)


@lru_cache(maxsize=4096)  # pages ask for the same few keys at every rerun; equal Specs have one text
def key(spec: Spec) -> str:
    """Content key: the first 24 hex digits of sha256 over the canonical text and the numbers version."""
    return hashlib.sha256(f"{NUMBERS_VERSION}:{to_json(spec)}".encode()).hexdigest()[:24]


def from_json(text: str) -> Spec:
    """The Spec written in `text`. Raises SpecError for unknown experiments, fields or values."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:  # no JSON, no text, a number of thousands of digits; too deep
        raise SpecError("spec", text[:40], f"JSON text ({error})") from None
    return from_dict(raw)


def from_dict(raw: Any) -> Spec:
    """The Spec in nested dicts and lists, as JSON gives them back. Raises SpecError."""
    from lth_core.experiments import KINDS  # here: experiments are made of Specs, and only their list knows them all

    if not isinstance(raw, dict):
        raise SpecError("spec", raw, "an object with the fields of a Spec")
    raw = dict(raw)
    name = raw.pop("experiment", None)
    if name == "own":  # of `find_ticket` alone: nothing else runs it, but whoever reads a result meets it
        from lth_core.own.spec import Own

        return build(Own, raw)  # type: ignore[no-any-return]
    if not isinstance(name, str) or name not in KINDS:
        raise SpecError("experiment", name, "one of " + ", ".join(KINDS))
    return build(KINDS[name], raw)  # type: ignore[no-any-return]


def plain(section: Any) -> dict[str, Any]:
    """A section of a Spec as it stands in the canonical text, fields that came later left out at their default.

    >>> from lth_core.spec import Data
    >>> plain(Data(pool=4))
    {'name': 'mnist', 'pool': 4, 'train': 55000, 'validation': 5000}
    """
    fields: dict[str, Any] = _plain(type(section), section)
    return fields


def _plain(hint: Any, value: Any) -> Any:
    """`value` as JSON knows it. Numbers that compare equal get one text: 1 is 1.0, −0.0 is 0.0."""
    if dataclasses.is_dataclass(hint):
        known = hints(hint)  # type: ignore[arg-type]  # every class has a hash
        return {item.name: _plain(known[item.name], getattr(value, item.name)) for item in dataclasses.fields(hint)
                if not (item.metadata.get("later") and getattr(value, item.name) == item.default)}
    if get_origin(hint) is tuple:
        return [_plain(get_args(hint)[0], part) for part in value]
    return float(value) + 0.0 if hint is float else value


def build(kind: Any, raw: Any, prefix: str = "") -> Any:
    """A dataclass from JSON's dicts and lists: unknown fields are refused, missing ones take their default."""
    if not isinstance(raw, dict):
        raise SpecError(prefix.rstrip("."), raw, "an object")
    known, names = hints(kind), {item.name for item in dataclasses.fields(kind)}
    for name in raw:
        if name not in names:
            path = prefix + shown(name).strip("'")
            raise SpecError(path, raw[name], "one of the fields " + ", ".join(sorted(names)))
    return kind(**{name: _convert(known[name], value, prefix + name) for name, value in raw.items()})


def _convert(hint: Any, value: Any, path: str) -> Any:
    if dataclasses.is_dataclass(hint):
        return build(hint, value, path + ".")
    if get_origin(hint) is tuple:
        if not isinstance(value, (list, tuple)):
            raise SpecError(path, value, "a list")
        inner = get_args(hint)[0]
        return tuple(_convert(inner, part, f"{path}[{i}]") for i, part in enumerate(value))
    if get_origin(hint) in (Union, UnionType):
        return value
    small = type(value) is int and abs(value) < 2**53  # larger ones are out of every bound, and may not fit a float
    return float(value) if hint is float and small else value
