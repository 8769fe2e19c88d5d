"""How small a trained net becomes when it is pruned, shares its weights and is encoded (C35)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.catalogue import SEEDS, compression
from lth_core.intervals import Interval, accuracies, leads, mean_ci
from lth_core.ledger.outcome import Outcome, first
from lth_core.ledger.rules import CONFIRMED, FAILED, PARTLY, Case, Rule
from lth_core.ledger.runs import value
from lth_core.ledger.shelf import Shelf
from lth_core.results.result import Result
from lth_core.said import more

TOLD = 40.0  # times: Han et al. 2016, table 1


@dataclass(frozen=True, eq=False)
class Squeezed:
    """Recorded compressions, one a seed, none of whose trainings diverged."""

    results: tuple[Result, ...]

    @property
    def seeds(self) -> int:
        return len(self.results)

    @property
    def stored(self) -> int:
        """Bits of a weight in the file that is told stage by stage."""
        return int(self.results[0].spec.to_dict()["stored"])

    @property
    def bits(self) -> list[int]:
        """Bits that were tried, rising."""
        return sorted(map(int, self.results[0].tables["bits"]["bits"]))

    def stage(self, name: str, column: str = "bytes") -> np.ndarray:
        """A column of a stage, (seeds,)."""
        return np.array([_read(result, "stages", column, condition=name) for result in self.results])

    def tried(self, bits: int, column: str) -> np.ndarray:
        """A column of `bits`, (seeds,)."""
        return np.array([_read(result, "bits", column, bits=bits) for result in self.results])

    def packer(self, condition: str, packer: str) -> np.ndarray:
        """Bytes that another packer makes of the weights of a stage, (seeds,)."""
        return np.array([_read(result, "packers", "bytes", condition=condition, packer=packer)
                         for result in self.results])

    def index(self, bits: int, column: str) -> np.ndarray:
        """A column of `index` with gaps of so many bits, (seeds,)."""
        return np.array([_read(result, "index", column, index_bits=bits) for result in self.results])

    def layer(self, name: str, column: str) -> Interval:
        """A column of `layers`, over seeds."""
        return mean_ci([_read(result, "layers", column, layer=name) for result in self.results])

    def inputs(self) -> Interval:
        """Inputs that still have a weight after the cut."""
        return mean_ci([value(result, "pruned", result.spec.rounds, "live_inputs") for result in self.results])

    def smaller(self, bits: int) -> Interval:
        """How many times smaller than the whole net the file in Huffman's code is."""
        return mean_ci(self.stage("whole") / self.tried(bits, "bytes"), bounds=(0.0, np.inf))

    def trained(self, name: str) -> np.ndarray:
        """Test accuracy after one of the trainings, (seeds,)."""
        level = 0 if name.startswith("dense") else self.results[0].spec.rounds
        return np.array([value(result, name, level) for result in self.results])

    def reads(self, bits: int) -> Interval:
        """Test accuracy of the file's net."""
        return accuracies(self.tried(bits, "test_accuracy"))

    def lost(self, bits: int) -> Interval:
        """The file's net less the whole net trained for as long, within seeds; below 0 where something is lost."""
        return leads(self.tried(bits, "test_accuracy"), self.trained("dense-longer"))


def _read(result: Result, table: str, column: str, **where: object) -> float:
    """The one entry of a table's column in the row where these columns have these values."""
    rows = result.tables[table]
    at = np.logical_and.reduce([np.asarray(rows[name]) == wanted for name, wanted in where.items()])
    return float(np.asarray(rows[column])[at][0])


def squeezed(results: Sequence[Result]) -> Squeezed:
    """Those of `results` that were compressed at all. Raises ValueError when none was."""
    mine = tuple(result for result in results if "bits" in result.tables)
    if not mine:
        raise ValueError("no training was compressed: all of them diverged")
    return Squeezed(mine)


def enough(found: Squeezed) -> int | None:
    """The most bits of a weight with which the file is surely TOLD times smaller and the net not surely behind."""
    fitting = [bits for bits in found.bits if found.smaller(bits).above(TOLD) and not found.lost(bits).below()]
    return max(fitting, default=None)


SMALLER = Rule("forty times, nothing lost", (
    Case(CONFIRMED, f"with some number of bits the file is surely more than {TOLD:.0f} times smaller, and the net not "
         "surely behind the whole net trained for as long", lambda found: enough(found) is not None),
    Case(PARTLY, "never both, yet with some number of bits the net is not surely behind",
         lambda found: any(not found.lost(bits).below() for bits in found.bits)),
    Case(FAILED, "the net is surely behind with every number of bits", lambda found: True)))


def verdict(found: Squeezed) -> str:
    """What became of the claim."""
    return SMALLER(found)


def smaller(shelf: Shelf) -> Outcome:
    """C35."""
    found = squeezed(shelf.of([compression(seed) for seed in SEEDS], "deep-compression", "cells", "stages", "bits"))
    least = enough(found)
    told = [found.stored] + ([least] if least not in (None, found.stored) else [])
    ours = ". ".join(f"With {bits} bits a weight the file is {found.smaller(bits).mean:.1f} times smaller. The net "
                     f"reads {found.reads(bits).mean:.2%}, {more(found.lost(bits))} than the whole one"
                     for bits in told if bits is not None)
    return Outcome(verdict(found), ours, "Bytes of files that were read again bit for bit, biases and codebooks "
                   "counted.", found.seeds, first(found.results), SMALLER)
