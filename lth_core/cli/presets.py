"""`lth presets` and `lth spec`: what can be run, and a Spec as a file."""

from __future__ import annotations

from typing import Annotated

import typer

from lth_core import presets as named
from lth_core.cli.arguments import AsJson, Conditions, LabName, Overrides, PresetName, Rounds, SpecFile, spec_of
from lth_core.cli.printing import fail, out, print_json
from lth_core.experiments import Lottery
from lth_core.reproduce import toml
from lth_core.said import DATA
from lth_core.spec import Spec


def presets(as_json: AsJson = False) -> None:
    """The named Specs that `run`, `sweep`, `show` and `spec` start from."""
    if as_json:
        print_json({"preset": name, "note": named.NOTES.get(name), "key": spec.key, **spec.to_dict()}
                   for name, spec in named.PRESETS.items())
        return
    for name, spec in named.PRESETS.items():
        out.print(f"{name:15}  {summary(spec, named.NOTES.get(name))}", highlight=False, soft_wrap=True)


def spec(
    preset_name: PresetName = None,
    spec_file: SpecFile = None,
    lab: LabName = None,
    seed: Annotated[int | None, typer.Option(help="Root of all random streams")] = None,
    rounds: Rounds = None,
    conditions: Conditions = None,
    overrides: Overrides = None,
    as_toml: Annotated[bool, typer.Option("--toml", help="TOML, as without any option")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The canonical JSON")] = False,
) -> None:
    """Print a Spec as TOML (or JSON), for a file: `run --spec FILE` reads it back."""
    if as_json and as_toml:
        fail("--json is not allowed beside --toml: choose one")
    wanted = spec_of(preset_name, seed, rounds, conditions, overrides, spec_file, lab)
    print(wanted.to_json() if as_json else toml(wanted), end="\n" if as_json else "")


def summary(spec: Spec, note: str | None = None) -> str:
    """What a Spec is, in half a line. note: said instead of how long it is.

    >>> summary(named.preset("quick"))
    '784-300-100-10 on MNIST, 917 steps, 15 rounds, 3 conditions'
    """
    net, images = spec.net, DATA[spec.data.name]
    layers = "-".join(map(str, net.sizes))
    if layers.count("-") > 5:
        layers = f"{net.sizes[0]}-{len(net.sizes) - 2}×{net.sizes[1]}-{net.sizes[-1]}"
    words = [f"{layers if net.name == 'mlp' else net.name} on {images}", note or f"{spec.training.steps:,} steps"]
    if isinstance(spec, Lottery) and note:
        return ", ".join(words)
    if isinstance(spec, Lottery):
        many = "" if len(spec.conditions) == 1 else f", {len(spec.conditions)} conditions"
        return f"{', '.join(words)}, {spec.pruning.rounds} rounds{many}"
    return f"{spec.experiment}: {', '.join(words)}"
