"""Record the golden numbers: `python -m tests.golden.record`.

A run that is kept already is only replaced when `NUMBERS_VERSION` was raised, or its Spec here is another one. Whoever
changes numbers without raising it is told so, and nothing is written.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from lth_core.engine import run
from lth_core.spec import NUMBERS_VERSION
from tests.golden.numbers import differences, numbers
from tests.golden.runs import RUNS

RAISE = "The same Specs give other numbers than before: undo that, or raise NUMBERS_VERSION in lth_core/spec/codec.py."
FOLDER = Path(__file__).parent / "kept"


def kept(name: str) -> dict[str, Any] | None:
    """What is kept of the run of that name: `numbers_version`, `spec`, `numbers`. None before it was ever recorded."""
    file = FOLDER / f"{name}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


def body(name: str) -> dict[str, Any]:
    """What would be kept of it today."""
    spec = RUNS[name]
    return {"numbers_version": NUMBERS_VERSION, "spec": json.loads(spec.to_json()), "numbers": numbers(run(spec))}


def changed(old: dict[str, Any] | None, new: dict[str, Any]) -> list[str]:
    """Numbers that changed although neither the Spec nor the numbers' version did."""
    if old is None or any(old[part] != new[part] for part in ("numbers_version", "spec")):
        return []
    return differences(old["numbers"], new["numbers"])


def text(told: dict[str, Any]) -> str:
    """One line a column, so that a change can be read in a diff."""
    lines = ",\n".join(f" {json.dumps(name)}:{json.dumps(values, separators=(',', ':'))}"
                       for name, values in told["numbers"].items())
    return (f'{{"numbers_version":{told["numbers_version"]},\n"spec":{json.dumps(told["spec"], sort_keys=True)},\n'
            f'"numbers":{{\n{lines}\n}}}}\n')


def main() -> None:
    today = {name: body(name) for name in RUNS}
    faults = {name: changed(kept(name), told) for name, told in today.items()}
    for name, sentences in faults.items():
        for sentence in sentences[:3]:
            print(f"{name}: {sentence}")
    if any(faults.values()):
        sys.exit(RAISE)
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.json"):
        if file.stem not in RUNS:
            file.unlink()
    for name, told in today.items():
        (FOLDER / f"{name}.json").write_text(text(told), encoding="utf-8")
    print(f"{len(today)} runs kept in {FOLDER}")


if __name__ == "__main__":
    main()
