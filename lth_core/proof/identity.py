"""The promise behind every link and every stored result: a Spec has one name, and no two share one."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import tomllib
from typing import Any

from lth_core.proof.check import Finding, check
from lth_core.proof.subject import ROOT, lottery
from lth_core.reproduce import toml
from lth_core.spec import Rewind, Spec


@check("hash", "One Spec, one name", "The same Spec has the same key however it is written; any change gives another.",
       "keys that are wrong")
def same_hash(seed: int) -> Finding:
    spec, keys = lottery(seed), set[str]()
    backwards = json.dumps(dict(reversed(spec.to_dict().items())), indent=3)
    rebuilt = Spec.from_dict(tomllib.loads(toml(spec)))
    program = "import sys; from lth_core.spec import Spec; print(Spec.from_json(sys.argv[1]).key)"
    for order, text in (("1", backwards), ("2", rebuilt.to_json())):  # two processes in which Python's hashes differ
        run = subprocess.run([sys.executable, "-c", program, text], cwd=ROOT, text=True, check=True,
                             env={**os.environ, "PYTHONHASHSEED": order}, capture_output=True)
        keys.add(run.stdout.strip())
    fields: dict[str, Any] = {"seed": seed + 1, "training": dataclasses.replace(spec.training, lr=0.004),
                              "rewind": Rewind(step=1), "pruning": dataclasses.replace(spec.pruning, rounds=5),
                              "conditions": ()}
    others = [dataclasses.replace(spec, **{name: value}).key for name, value in fields.items()]
    wrong = len({spec.key, *keys}) - 1 + len(others) - len({*others} - keys)
    return Finding(wrong == 0, wrong, f"Three spellings in three processes: {' and '.join({spec.key, *keys})}. "
                                      f"{len(others)} changes: {len({*others} - keys)} other keys.")
