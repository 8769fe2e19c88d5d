"""The engine of the Lottery Ticket explainer: trains, prunes and rewinds sparse networks, for real.

A Spec goes in, a Result comes out:

>>> import lth_core as lth
>>> from lth_core.spec import Condition, Data, Net, Pruning, Training
>>> spec = lth.Lottery(
...     data=Data(pool=7, train=2_000), net=Net(sizes=(16, 12, 10)),
...     training=Training(steps=60, eval_every=30), pruning=Pruning(rounds=2),
...     conditions=(Condition("ticket"), Condition("reinit")),
... )
>>> result = lth.run(spec)
>>> [int(kept) for kept in result.tables["cells"]["kept"]]
[312, 262, 262, 220, 220]

`stream` gives every measured moment instead of the end alone, `preset` the paper's protocol and its quick relatives,
`Store` keeps results by the content key of their Spec, `Atlas` reads the recorded ones. Names load when first used, so
that reading results never imports torch or numba.

`find_ticket` runs the same on a net and data of your own and gives a `Found`; `criterion`, `condition`, `schedule` and
`optimiser` register functions that Specs then name.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lth_core.engine import Options, run, stream
    from lth_core.experiments import Lottery
    from lth_core.masks.mask import Mask
    from lth_core.own.find import find_ticket
    from lth_core.own.found import Found
    from lth_core.own.registry import condition, criterion, optimiser, schedule
    from lth_core.presets import preset
    from lth_core.results.atlas import Atlas
    from lth_core.results.result import Result
    from lth_core.results.store import Store
    from lth_core.snapshot import Snapshot
    from lth_core.spec import Spec, SpecError

__version__ = "0.3.0"

# The public names, and where each lives. Sections of a Spec (Data, Net, Training …) are in lth_core.spec, the other
# experiments in lth_core.experiments.
_HOME = {
    "Atlas": "results.atlas", "Lottery": "experiments", "Mask": "masks.mask", "Options": "engine",
    "Result": "results.result", "Snapshot": "snapshot", "Spec": "spec", "SpecError": "spec", "Store": "results.store",
    "preset": "presets", "run": "engine", "stream": "engine",
    "Found": "own.found", "condition": "own.registry", "criterion": "own.registry", "find_ticket": "own.find",
    "optimiser": "own.registry", "schedule": "own.registry",
}

__all__ = ["Atlas", "Found", "Lottery", "Mask", "Options", "Result", "Snapshot", "Spec", "SpecError", "Store", "preset",
           "run", "stream", "find_ticket", "criterion", "condition", "schedule", "optimiser"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'lth_core' has no attribute {name!r}: its names are {', '.join(__all__)}")
    return getattr(import_module(f"lth_core.{_HOME[name]}"), name)
