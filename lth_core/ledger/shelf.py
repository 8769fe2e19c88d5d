"""Recorded runs as the ledger asks for them: only the tables that a verdict reads, whichever seeds there are."""

from __future__ import annotations

from collections.abc import Iterable

from lth_core.catalogue import CATALOGUE, EVIDENCE_SEEDS, SEEDS, evidence, lab
from lth_core.ledger.bench import Bench, bench
from lth_core.ledger.rewound import Rewound, is_chain, rewound
from lth_core.ledger.runs import Runs
from lth_core.ledger.starts import Starts, starts
from lth_core.results.atlas import Atlas
from lth_core.results.result import Result
from lth_core.spec import Spec


class Missing(LookupError):
    """What a verdict needs is not recorded. The message says how to record it."""


class Shelf:
    """An atlas, asked for tables of several seeds at once. What was read once is kept: several claims read one run."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self._kept: dict[tuple[str, tuple[str, ...]], Result | None] = {}

    def find(self, spec: Spec, *tables: str) -> Result | None:
        """One recorded run with these tables; None when it is not recorded, or not with all of them."""
        asked = spec.key, tables
        if asked not in self._kept:
            try:
                self._kept[asked] = self.atlas.find(spec, tables, ())
            except KeyError:  # an excerpt, without one of these tables
                self._kept[asked] = None
        return self._kept[asked]

    def of(self, specs: Iterable[Spec], part: str, *tables: str) -> tuple[Result, ...]:
        """The recorded ones among `specs`. Raises Missing when there is none: `part` of the catalogue records them."""
        found = tuple(result for spec in specs if (result := self.find(spec, *tables)) is not None)
        if not found:
            raise Missing(f"not recorded: python -m lth_core record {part}")
        return found

    def part(self, part: str, *tables: str) -> tuple[Result, ...]:
        """Whatever is recorded of one part of the catalogue."""
        return self.of(CATALOGUE[part], part, *tables)

    def lenet(self, protocol: str) -> Runs:
        """Every control of LeNet-300-100: `quick` (one epoch) or `paper` (50,000 steps)."""
        specs = [evidence(protocol, seed) for seed in EVIDENCE_SEEDS[protocol]]
        return Runs.of(self.of(specs, f"lenet-{protocol}", "cells", "curves", "movement"))

    def starts(self) -> Starts:
        """Other starts of LeNet-300-100, trained for 50,000 steps."""
        return starts(self.part("lenet-starts", "cells"))

    def rewound(self, net: str) -> Rewound:
        """Chapter 6's chains of the `deep` net or of `lenet`."""
        return rewound(net, self._chains(net))

    def siblings(self, net: str) -> Rewound:
        """The same chains, and the hills between siblings of their tickets."""
        mine = [spec for spec in CATALOGUE["chapter6-stability"] if spec.net.batchnorm is (net == "deep")]
        hills = self.of(mine, "chapter6-stability", "barrier", "line")
        return rewound(net, (*self._chains(net), *hills))

    def _chains(self, net: str) -> tuple[Result, ...]:
        mine = [spec for spec in CATALOGUE["chapter6"] if spec.net.batchnorm is (net == "deep")]
        found = self.of(mine, "chapter6", "cells")
        if not any(map(is_chain, found)):
            raise Missing("not recorded: python -m lth_core record chapter6")
        return found

    def bench(self, method: str, part: str = "") -> Bench:
        """A lab of chapter 8 beside the lotteries of the same seeds. part: of the catalogue, which records it, where
        that is not named as the method."""
        labs = self.of([lab(method, seed) for seed in SEEDS], part or method, "cells")
        return bench(labs, self.of([evidence("quick", seed) for seed in SEEDS], "lenet-quick",
                                  "cells", "curves", "movement"))
