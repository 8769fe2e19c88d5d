"""What a Spec has, for the help: every field with its bounds and its default, read from the Spec itself."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from textwrap import wrap
from typing import Any, cast

from lth_core.catalogue import CATALOGUE, GROUPS, LAB_RUNS, OPTIONAL
from lth_core.experiments import KINDS
from lth_core.spec import CONDITIONS, Condition, Spec

WIDTH = 74  # characters of a line of help, within click's margins in 80 columns

def fields(section: type, prefix: str = "") -> Iterator[str]:
    """One line a field of a section, those of its own sections included; lists of conditions have an option.

    >>> from lth_core.spec import Rewind
    >>> list(fields(Rewind, "rewind."))
    ['rewind.mode = weights: one of weights, lr, fine-tune', 'rewind.step = 0: at least 0 and at most 10,000,000']
    """
    for item in dataclasses.fields(section):
        value = item.default
        if dataclasses.is_dataclass(value):
            yield from fields(cast(type, type(value)), f"{prefix}{item.name}.")
        elif not (isinstance(value, tuple) and value and isinstance(value[0], Condition)):
            limits = item.metadata.get("bounds", "true or false")
            yield f"{prefix}{item.name} = {_shown(value)}: {str(limits).removeprefix('a number ')}"


def of_experiments() -> Iterator[str]:
    """The fields that experiments have in common, then those that each has of its own."""
    seen = set[str]()
    kinds: tuple[type[Spec], ...] = (Spec, *KINDS.values())
    for kind in kinds:
        own = [line for line in fields(kind) if line.split(" = ")[0] not in seen]
        seen |= {line.split(" = ")[0] for line in own if "." in line or kind is Spec}
        if own:
            yield "of every experiment:" if kind is Spec else f"of the experiment {kind.experiment}:"
            yield from (f"  {line}" for own_line in own for line in wrapped(own_line))


def conditions() -> Iterator[str]:
    """The conditions that --conditions takes."""
    yield "conditions:"
    yield from (f"  {line}" for line in wrap(", ".join(CONDITIONS), WIDTH))


def labs() -> Iterator[str]:
    """The labs that --lab takes."""
    yield "labs:"
    yield from (f"  {line}" for line in wrap(", ".join(LAB_RUNS), WIDTH))


def wrapped(line: str) -> list[str]:
    """A field's line in as many as it needs."""
    return wrap(line, WIDTH, subsequent_indent="    ")


def parts() -> Iterator[str]:
    """One line a part of the catalogue: its name and how many runs it has; then a line a group of parts."""
    for name, specs in CATALOGUE.items():
        yield f"  {name}: {len(specs)} run{'s' if len(specs) > 1 else ''}"
    for name, specs in OPTIONAL.items():
        yield f"  {name}: {len(specs)} runs, recorded only when it is named"
    for name, parts in GROUPS.items():
        yield from wrapped(f"  {name}: {', '.join(parts)}")


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
