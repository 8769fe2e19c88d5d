"""What each chapter's card on the home page shows: a small picture of its own records, drawn as they are now."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lth_core.catalogue import CATALOGUE, EVIDENCE_SEEDS, SEEDS, evidence, tickets
from lth_core.catalogue.rounds import pruning_run
from lth_core.ledger.rewound import is_chain, rewound
from lth_core.ledger.runs import Runs
from lth_core.once import once
from lth_core.presets import preset
from lth_core.results.result import Result
from lth_core.spec import Spec
from pages.figures import conditions, draws, ladder, rewind_charts, rounds, sweep, thumbnail
from pages.records import recorded
from pages.text.chapters import CHAPTERS
from pages.text.works import WORKS

MARGIN = 0.01  # of accuracy below the dense nets, within which chapter 2 calls a drawn ticket a winner
SHARE = 0.32  # of the weights kept: what chapter 2 opens with


def thumbnail_of(number: int, colours: str) -> str:
    """The picture of a chapter as SVG; nothing where its records are missing."""
    try:
        return _drawn(number, colours)
    except LookupError:
        return ""


@once(32)
def _drawn(number: int, colours: str) -> str:
    return _PICTURES[number](colours)


def _ladder(colours: str) -> str:
    found = _found([preset("ladder", seed) for seed in SEEDS])
    return thumbnail.lines(ladder.accuracy(found, found[0]), colours)


def _wall(colours: str) -> str:
    wall = draws.gathered(_found([tickets(SHARE, 20, 0)])[0])
    reached = float(np.mean(wall.dense["test_accuracy"])) - MARGIN
    return thumbnail.bars(wall.cells["test_accuracy"].tolist(), reached, colours)


def _rounds(colours: str) -> str:
    return thumbnail.lines(rounds.accuracy(_found([pruning_run("lenet", seed) for seed in SEEDS])), colours)


def _controls(colours: str) -> str:
    return thumbnail.lines(conditions.accuracy(Runs.of(_evidence("quick"))), colours)


def _evidence_curves(colours: str) -> str:
    case = sweep.sweep(_evidence("paper"), _evidence("paper", "one-shot"))
    return thumbnail.lines(sweep.chart(case, sweep.measures(case)[0]), colours)


def _rewinding(colours: str) -> str:
    found = _found([spec for spec in CATALOGUE["chapter6"] if getattr(spec.net, "batchnorm", False)])
    if not any(is_chain(run) for run in found):
        raise LookupError("chapter6")
    return thumbnail.lines(rewind_charts.errors(rewound("deep", found)), colours)


def _digit(colours: str) -> str:
    return thumbnail.image(recorded.seven(784).reshape(28, 28), colours)


def _works(colours: str) -> str:
    """Which work touches which chapter, as on the map."""
    last, most = len(WORKS) - 1, len(CHAPTERS) - 1
    return thumbnail.links([(place / last, (number - 1) / most) for place, work in enumerate(WORKS)
                            for number in work.chapters], colours)


_PICTURES: dict[int, Callable[[str], str]] = {
    1: _ladder, 2: _wall, 3: _rounds, 4: _controls, 5: _evidence_curves, 6: _rewinding, 7: _digit, 8: _works,
}


def _evidence(protocol: str, schedule: str = "iterative") -> tuple[Result, ...]:
    return _found([evidence(protocol, seed, schedule) for seed in EVIDENCE_SEEDS[protocol]])


def _found(specs: list[Spec]) -> tuple[Result, ...]:
    """What is recorded of them. Raises LookupError when nothing is."""
    found = recorded.among(specs)
    if not found:
        raise LookupError(specs[0].key)
    return found
