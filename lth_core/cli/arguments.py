"""What one types, and the Spec it means."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from lth_core.catalogue import runs_of
from lth_core.cli.printing import fail
from lth_core.presets import preset
from lth_core.results.atlas import Atlas, Entry, default_atlas
from lth_core.results.result import Result
from lth_core.results.store import Store
from lth_core.spec import Condition, Spec, SpecError, bounds

QUICK = "quick"  # the preset of whoever names none
MOST_SEEDS = 10_000  # of one sweep

PresetName = Annotated[str | None, typer.Option("--preset", help="One of those that `presets` lists; quick by default")]
SpecFile = Annotated[Path | None, typer.Option("--spec", help="A whole Spec, TOML or JSON, instead of a preset")]
LabName = Annotated[str | None, typer.Option("--lab", help="The run of a lab of related work, by its word in "
                                           "/lab?method=…")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output")]
Wide = Annotated[bool, typer.Option("--wide", help="Every column, however long the lines become")]
Overrides = Annotated[
    list[str] | None, typer.Option("--set", help="Any field of the Spec, e.g. training.lr=0.002 (may be repeated)")
]
Conditions = Annotated[str | None, typer.Option(help="Comma-separated; e.g. ticket,reinit:1,random@3+7")]
Rounds = Annotated[int | None, typer.Option(help="Pruning rounds")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; all cores by default")]
StoreFolder = Annotated[Path | None, typer.Option("--store", help="Where results and checkpoints are kept")]
AtlasFolder = Annotated[Path, typer.Option("--atlas", envvar="LTH_ATLAS", show_default=False,
                                            help="Folder of the recorded results; those shipped by default")]
ATLAS = default_atlas()


def spec_of(
    name: str | None, seed: int | None, rounds: int | None, conditions: str | None, overrides: list[str] | None,
    file: Path | None = None, lab: str | None = None,
) -> Spec:
    """The Spec of a preset, in a file, or of a lab, with what else was typed; where it cannot be, says so and ends the
    program.

    >>> spec_of("quick", 3, 2, "ticket,reinit:1@2", ["training.lr=0.004"]).training.lr
    0.004
    """
    try:
        fields = _begun(name, file, lab).to_dict()
        paths = [text.partition("=")[0] for text in overrides or []]
        _check_once(paths, **{"seed": seed, "pruning.rounds": rounds, "conditions": conditions})
        if seed is not None:
            fields["seed"] = seed
        if rounds is not None:
            _put(fields, "pruning.rounds", rounds)
        if conditions is not None:
            fields["conditions"] = [_condition(text) for text in conditions.split(",")]
        for text in overrides or []:
            path, _, value = text.partition("=")
            _put(fields, path, _value(value))
        spec = Spec.from_dict(fields)
        _check_conditions(spec, typed=conditions is not None)
        return spec
    except SpecError as error:
        fail(str(error))


def _check_once(paths: list[str], **typed: Any) -> None:
    """Raise SpecError for a field that --set names, and an option of its own too."""
    for path, value in typed.items():
        if value is not None and path in paths:
            raise SpecError(path, value, f"one of --{path.rpartition('.')[2]} and --set {path}=…, not both")


def _begun(name: str | None, file: Path | None, lab: str | None) -> Spec:
    """What is typed on top of: one of the three, or the preset QUICK."""
    given = {what: value for what, value in (("preset", name), ("spec", file), ("lab", lab)) if value is not None}
    if len(given) > 1:
        what, value = next(iter(given.items()))
        raise SpecError(what, str(value), "one of --preset, --spec and --lab, not both")
    if lab is not None:
        return runs_of(lab).made[0](0)
    return from_file(file) if file else preset(name or QUICK)


def from_file(file: Path) -> Spec:
    """The Spec in a TOML or JSON file, as `lth spec` prints it. Raises SpecError for anything else."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError("spec", file, f"a file that can be read ({error})") from None
    written = json if file.suffix == ".json" or text.lstrip().startswith("{") else tomllib
    try:
        fields = written.loads(text)
    except (ValueError, RecursionError) as error:  # neither, or a number of thousands of digits; too deep
        raise SpecError("spec", file, f"a file of TOML or JSON ({error})") from None
    if not isinstance(fields, dict) or "experiment" not in fields:
        raise SpecError("spec", file, "a Spec with its field `experiment`, as `lth spec` prints it")
    return Spec.from_dict(fields)


def seeds_of(text: str) -> list[int]:
    """The seeds that `0-4` or `0,2,5` name, each once; where they cannot be, says so and ends the program.

    >>> seeds_of("0-2,7,1")
    [0, 1, 2, 7]
    """
    limits, seeds = bounds(Spec, "seed"), dict[int, None]()
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,12})(?:-(\d{1,12}))?\s*", part)
        if not match:
            fail(f"seeds = {text!r} is not allowed: a range 0-4 or a list 0,2,5")
        low, high = int(match[1]), int(match[2] or match[1])
        if high < low:
            fail(f"seeds = {text!r} is not allowed: {part.strip()} runs backwards; write {high}-{low}")
        if not limits.admits(high):
            fail(f"seeds = {text!r} is not allowed: each is {limits}")
        seeds |= dict.fromkeys(range(low, min(high, low + MOST_SEEDS) + 1))
        if len(seeds) > MOST_SEEDS:
            fail(f"seeds = {text[:80]!r} is not allowed: at most {MOST_SEEDS:,} at a time")
    return list(seeds)


def check_atlas(atlas: Path) -> None:
    """A folder that was named and is not there is a slip: says so and ends the program."""
    if atlas != ATLAS and not atlas.is_dir():
        fail(f"atlas = {str(atlas)!r} is not allowed: there is no such folder; what is shipped lies in {ATLAS}")


def entries_of(atlas: Path) -> Sequence[Entry]:
    """What is recorded in a folder. Where that is nothing, says so and ends the program."""
    found = Atlas(atlas).entries()
    if not found:
        fail(f"nothing is recorded in {atlas}: `python -m lth_core record` records it, --atlas names another folder")
    return found


def the_one(key: str, known: Collection[str]) -> str:
    """The key that begins with `key`. Where there is none or more than one, says so and ends the program."""
    found = sorted(name for name in known if name.startswith(key))
    if len(found) != 1 or len(key) < 4:
        many = f"{len(found)} results begin so" if found else "no stored or recorded result begins so"
        fail(f"key = {key!r} is not allowed: {many}. Every table of `show` names its key; four digits or more do")
    return found[0]


def result_of(key: str, atlas: Path, shelf: Store) -> Result:
    """The Result whose key begins with `key`, the user's own before the shipped one, which leaves weights out. Where
    there is none or more than one, says so and ends the program."""
    shipped = Atlas(atlas)
    known = {*shelf.keys(), *(entry.key for entry in shipped.entries())}
    if not any(name.startswith(key) for name in known):
        check_atlas(atlas)
    whole = the_one(key, known)
    result = shelf.load(whole) or shipped.find(whole)
    if result is None:
        fail(f"the result {whole} is damaged; run it or record it again")
    return result


def told(condition: Condition) -> str:
    """A condition as one types it.

    >>> told(Condition("reinit", 1, (3, 7)))
    'reinit:1@3+7'
    """
    replicate = f":{condition.replicate}" if condition.replicate else ""
    return condition.name + replicate + (f"@{'+'.join(map(str, condition.rounds))}" if condition.rounds else "")


DRAWN = ("reinit", "random", "random-reinit", "random-global", "keep-signs", "shuffled-mask", "shuffled-init")


def _check_conditions(spec: Spec, typed: bool) -> None:
    """Raise SpecError for conditions that would do nothing, or the same as another. typed: by the user, this time."""
    for condition in getattr(spec, "conditions", ()):
        name, rounds = condition.name, getattr(spec, "pruning").rounds  # noqa: B009  (whoever has the one has both)
        if condition.replicate and name not in DRAWN:
            raise SpecError("conditions", told(condition), f"{name}: nothing of it is drawn at random, so that every "
                            "replicate would be the same")
        if typed and name == "ticket" and condition.rounds:
            raise SpecError("conditions", told(condition), "ticket: it runs at every round, for the next hangs on it")
        if typed and condition.rounds and max(condition.rounds) > rounds:
            raise SpecError("conditions", told(condition), f"rounds up to {rounds}, which the run ends with")


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
    except (ValueError, RecursionError):  # no JSON, or a number of thousands of digits; too deep
        return text


def _condition(text: str) -> dict[str, Any]:
    """`reinit`, `reinit:1` (a replicate) or `reinit:1@3+7` (at rounds 3 and 7 only)."""
    match = re.fullmatch(r"([a-z-]+)(?::(\d{1,3}))?(?:@(\d+(?:\+\d+)*))?", text.strip())
    if not match:
        raise SpecError("conditions", text, "name, name:replicate or name@round+round, e.g. reinit:1@3+7")
    name, replicate, rounds = match.groups()
    where = tuple(int(level) for level in (rounds or "").split("+") if level)
    return dataclasses.asdict(Condition(name, int(replicate or 0), where))
