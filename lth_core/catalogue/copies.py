"""What of a recorded Result goes into the shipped atlas."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from fnmatch import fnmatchcase

import numpy as np

from lth_core.catalogue.explorer import DIGIT_LEVELS, dense_digits, digits
from lth_core.catalogue.parts import CATALOGUE
from lth_core.catalogue.rewinds import LATE, rewinding
from lth_core.catalogue.rounds import pruning_run
from lth_core.catalogue.seeds import SEEDS
from lth_core.experiments import Lottery
from lth_core.results.result import Result

# Arrays that no page reads stay out of the shipped copies: all final weights of one LeNet lottery are 5 MB.
LEFT_OUT: tuple[str, ...] = ("final/*",)
EVIDENCE_LEFT_OUT = ("final/*", "path/*")

EVIDENCE = frozenset(CATALOGUE["lenet-quick"] + CATALOGUE["lenet-paper"])
STARTS = frozenset(CATALOGUE["lenet-starts"])
REWOUND = frozenset(CATALOGUE["chapter6"] + CATALOGUE["chapter6-cause"] + CATALOGUE["chapter6-fashion"])
WITH_MASKS = frozenset(rewinding("deep", step, 0) for step in (0, LATE))
SMALL = pruning_run("drawable", 0).net
DRAWN = frozenset(spec for spec in CATALOGUE["chapter3"] if isinstance(spec, Lottery) and spec.net == SMALL)
DIGITS = frozenset((dense_digits(), *(digits(level) for level in DIGIT_LEVELS)))

# Half precision is enough to read a digit (no answer to a test digit is another) and to draw a weight's way (a pixel
# is coarser); it saves 3 MB. Chapter 3 prints its paths in figures, and keeps them whole.
HALVED = frozenset(CATALOGUE["chapter7"])


def _named(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def shipped(result: Result) -> Result:
    """The copy of `result` that goes into the atlas.

    The nets that read drawn digits keep their weights, nets with convolutions not even their masks; chapter 7's keep
    half precision. Chapter 3 draws every weight of its small net's ways: beside them lie the biases, so that a digit
    can run through (3 kB a run). Of the evidence go the masks of five iterative runs a protocol, and those points of
    the curves at which the test split was looked at; what is computed from all points (early stopping) is in `cells`.
    """
    spec, left_out, tables = result.spec, LEFT_OUT, dict(result.tables)
    if spec in EVIDENCE:
        assert isinstance(spec, Lottery)
        masks = spec.seed in SEEDS and spec.pruning.schedule == "iterative"
        left_out = EVIDENCE_LEFT_OUT if masks else (*EVIDENCE_LEFT_OUT, "died/*")
    if spec in EVIDENCE | STARTS and spec.training.measure == "test":
        seen = np.isfinite(tables["curves"]["test_accuracy"])
        tables["curves"] = {name: column[seen] for name, column in tables["curves"].items()}
    if spec in REWOUND:  # a hundred chains: two masks to train siblings on, and no table that the page does not read
        left_out = EVIDENCE_LEFT_OUT if spec in WITH_MASKS else (*EVIDENCE_LEFT_OUT, "died/*")
        tables.pop("movement", None)
    if spec.net.name != "mlp":
        left_out = ("final/*", "died/*")
    if spec in DIGITS:
        left_out = ("path/*",)
    kept = ("final/*/rest",) if spec in DRAWN else ()
    arrays = {name: array for name, array in result.arrays.items()
              if _named(name, kept) or not _named(name, left_out)}
    if spec in HALVED:
        arrays = {name: array.astype(np.float16) if array.dtype == np.float32 else array
                  for name, array in arrays.items()}
    return dataclasses.replace(result, tables=tables, arrays=arrays)
