"""What one types, and the Spec it means."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from lth_core.cli.printing import fail
from lth_core.presets import PRESETS, preset
from lth_core.results.atlas import default_atlas
from lth_core.spec import Condition, Spec, SpecError

ATLAS = default_atlas()
PresetName = Annotated[str, typer.Option("--preset", help="One of " + ", ".join(PRESETS))]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output")]
Overrides = Annotated[
    list[str] | None, typer.Option("--set", help="Any field of the Spec, e.g. training.lr=0.002 (may be repeated)")
]
Conditions = Annotated[str | None, typer.Option(help="Comma-separated; e.g. ticket,reinit:1,random@3+7")]
Rounds = Annotated[int | None, typer.Option(help="Pruning rounds")]
StoreFolder = Annotated[Path | None, typer.Option("--store", help="Where results and checkpoints are kept")]
AtlasFolder = Annotated[Path, typer.Option("--atlas", help="Folder of the atlas")]


def spec_of(
    name: str, seed: int, rounds: int | None, conditions: str | None, overrides: list[str] | None
) -> Spec:
    try:
        fields = preset(name, seed).to_dict()
        if rounds is not None:
            _put(fields, "pruning.rounds", rounds)
        if conditions is not None:
            fields["conditions"] = [_condition(text) for text in conditions.split(",")]
        for text in overrides or []:
            path, _, value = text.partition("=")
            _put(fields, path, _value(value))
        return Spec.from_dict(fields)
    except SpecError as error:
        fail(str(error))


def _put(fields: dict[str, Any], path: str, value: Any) -> None:
    """Set a nested field; the Spec itself says whether it exists and admits the value."""
    *sections, last = path.split(".")
    for section in sections:
        inner = fields.setdefault(section, {})
        if not isinstance(inner, dict):
            raise SpecError(path, value, f"{section} has no parts")
        fields = inner
    fields[last] = value


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _condition(text: str) -> dict[str, Any]:
    """`reinit`, `reinit:1` (a replicate) or `reinit:1@3+7` (at rounds 3 and 7 only)."""
    match = re.fullmatch(r"([a-z-]+)(?::(\d{1,3}))?(?:@(\d+(?:\+\d+)*))?", text.strip())
    if not match:
        raise SpecError("conditions", text, "name, name:replicate or name@round+round, e.g. reinit:1@3+7")
    name, replicate, rounds = match.groups()
    where = tuple(int(level) for level in (rounds or "").split("+") if level)
    return dataclasses.asdict(Condition(name, int(replicate or 0), where))


def seeds_of(text: str) -> list[int]:
    try:
        seeds: list[int] = []
        for part in text.split(","):
            low, _, high = part.partition("-")
            seeds += range(int(low), int(high or low) + 1)
        return seeds
    except ValueError:
        fail(f"seeds = {text!r} is not allowed: a range 0-4 or a list 0,2,5")
