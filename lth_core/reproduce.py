"""A Spec as what one types to run it again: a command line, or four lines of Python."""

from __future__ import annotations

import dataclasses
import functools
import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from lth_core.catalogue import LAB_RUNS
from lth_core.presets import PRESETS
from lth_core.spec import Spec


@functools.lru_cache(maxsize=512)  # a page of all claims asks for dozens, and comparing with every preset takes 30 ms
def command(spec: Spec) -> str | None:
    """The shortest `python -m lth_core run …` for `spec`: the nearest preset or lab of its kind, and what differs from
    it.

    None when none is of that kind: such a Spec runs from Python.

    >>> from lth_core.presets import preset
    >>> command(preset("quick", seed=7))
    'python -m lth_core run --preset quick --seed 7'
    """
    # What each names, which the changes are typed on top of, and what else belongs to it.
    named: dict[tuple[str, str], list[Spec]] = {("--preset", name): [one] for name, one in PRESETS.items()}
    named |= {("--lab", name): [make(0) for make in runs.made] for name, runs in LAB_RUNS.items()}
    near = {words: min(len(changes(one, spec)) for one in specs if type(one) is type(spec))
            for words, specs in named.items() if type(specs[0]) is type(spec)}
    if not near:
        return None
    nearest = min(near, key=lambda words: near[words])
    words = ["python", "-m", "lth_core", "run", *nearest, "--seed", str(spec.seed)]
    for path, value in changes(named[nearest][0], spec).items():
        words += ["--set", f"{path}={json.dumps(value, separators=(',', ':'))}"]
    return shlex.join(words)


def python(spec: Spec) -> str:
    """Python that runs `spec`."""
    return (
        "from lth_core.engine import run\nfrom lth_core.spec import Spec\n\n"
        f"result = run(Spec.from_json({spec.to_json()!r}))"
    )


def toml(spec: Spec) -> str:
    """`spec` as TOML, for a file: `Spec.from_dict(tomllib.load(file))` reads it back.

    >>> import tomllib
    >>> from lth_core.presets import preset
    >>> Spec.from_dict(tomllib.loads(toml(preset("paper")))) == preset("paper")
    True
    """
    plain, sections = [], []
    for name, value in spec.to_dict().items():
        if isinstance(value, dict):
            sections.append(_section(f"[{name}]", value))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            sections += [_section(f"[[{name}]]", part) for part in value]
        else:
            plain.append(f"{name} = {json.dumps(value)}")
    return "\n\n".join(["\n".join(plain), *sections]) + "\n"


def _section(head: str, fields: Mapping[str, Any]) -> str:
    # JSON's words, numbers and flat lists are TOML's too.
    return "\n".join([head, *(f"{name} = {json.dumps(value)}" for name, value in fields.items())])


def changes(base: Spec, spec: Spec) -> dict[str, Any]:
    """Fields of `spec` that differ from `base`, the seed aside, as dotted path → value."""
    old = dict(_leaves(dataclasses.asdict(base)))  # all fields: the canonical text leaves some out at their default
    return {path: value for path, value in _leaves(dataclasses.asdict(spec)) if path != "seed" and old[path] != value}


def _leaves(fields: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
