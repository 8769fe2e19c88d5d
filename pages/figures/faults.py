"""Chapter 3's faults: what each does to the counts and to the curve, beside the right procedure of the same seed.

A printed accuracy is judged by one number a seed: how far it lies above the right one, on average over all rounds. When
all seeds agree on the side, the fault flatters or spoils; when they do not, they cannot tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lth_core import said
from lth_core.experiments import Faulty
from lth_core.ledger.rules import ENOUGH
from lth_core.ledger.runs import Origin
from lth_core.once import once
from lth_core.results.result import Result
from pages.figures.chart import Chart, Line, Mark
from pages.figures.rounds import ACCURACY, ROUNDS

QUOTED = 10  # the round that the sentences speak of: 13% left, and the small net has begun to fall
FAINT = 0.005  # a shift of the curve by less is nothing that a reader could see

# Fault → what the right curve is called, and the third line: its column, name and role.
RIGHT = {"density": "a fair random mask", "peeking": "chosen by the validation images"}
THIRD = {"unmasked": ("accuracy", "the same net with its mask on", "pruned"),
         "untrained": ("accuracy", "the ticket it returns", "pruned"),
         "density": ("ticket_accuracy", "winning ticket", "kept")}


@dataclass(frozen=True, eq=False)
class Case:
    """One fault over several seeds. faulty, right: the runs with it and without, seed by seed."""

    fault: str
    faulty: tuple[Result, ...]
    right: tuple[Result, ...]

    @property
    def seeds(self) -> int:
        return len(self.faulty)

    @property
    def rounds(self) -> int:
        """The last round that all of them reached."""
        return min(len(result.tables["cells"]["round"]) for result in (*self.faulty, *self.right)) - 1

    def grid(self, column: str, of: str = "faulty") -> np.ndarray:
        """A column of the faulty runs, or of the right ones, (seeds, rounds + 1)."""
        results = self.faulty if of == "faulty" else self.right
        return np.stack([np.asarray(one.tables["cells"][column], np.float64)[: self.rounds + 1] for one in results])

    @property
    def printed(self) -> np.ndarray:
        """What the faulty code prints, (seeds, rounds + 1)."""
        return self.grid("told_accuracy")

    @property
    def rightly(self) -> np.ndarray:
        """What it should print, (seeds, rounds + 1): for faults of reading alone, of its own nets."""
        return self.grid("accuracy") if self.fault in RIGHT else self.grid("accuracy", "right")

    @property
    def shifts(self) -> np.ndarray:
        """How far the printed curve lies above the right one, a number a seed: the mean over the pruned rounds."""
        shift: np.ndarray = (self.printed - self.rightly)[:, 1:].mean(axis=1)
        return shift


@once(8)
def case(fault: str, faulty: tuple[Result, ...], right: tuple[Result, ...]) -> Case | None:
    """The runs of one fault beside those without, seeds that both have; None where there is no such seed."""
    partner = {one.spec.seed: one for one in right}
    mine = tuple(one for one in faulty if one.spec.seed in partner)
    return Case(fault, mine, tuple(partner[one.spec.seed] for one in mine)) if mine else None


# ── the picture ──────────────────────────────────────────────────────────────────────────────────────────────────


def chart(found: Case) -> Chart:
    """What the code prints beside what is right, round by round: means over seeds, lowest to highest as band."""
    x = np.arange(found.rounds + 1)
    role = "random" if found.fault == "density" else "kept"
    lines = [_middle(RIGHT.get(found.fault, "the right procedure"), role, x, found.rightly),
             _middle("what the code prints", "training", x, found.printed)]
    if found.fault in THIRD:
        column, name, third = THIRD[found.fault]
        lines.append(_middle(name, third, x, found.grid(column)))
    at = min(QUOTED, found.rounds)
    takeaway = (f"in round {at} the code prints {np.median(found.printed[:, at]):.1%}, and should print "
                f"{np.median(found.rightly[:, at]):.1%}")
    return Chart("What it prints, and what is right", takeaway, ROUNDS, ACCURACY, tuple(lines),
                 (Mark(f"round {at}", "target", x=float(at)),), source(found), origin(found))


def _middle(name: str, role: str, x: np.ndarray, seeds: np.ndarray) -> Line:
    """The median seed, with lowest and highest as band: in so small a net a single seed may collapse."""
    return Line(name, role, x, np.median(seeds, axis=0), seeds.min(axis=0), seeds.max(axis=0), seeds)


def source(found: Case) -> str:
    """How the runs were made, in a sentence."""
    spec = found.faulty[0].spec
    assert isinstance(spec, Faulty)
    return (f"Recorded by lth_core: MLP {'-'.join(map(str, spec.net.sizes))} on 7×7 digits, {spec.training.steps:,} "
            f"steps of Adam a round (five epochs), {spec.pruning.rate:.0%} of each layer a round, "
            f"{spec.pruning.output_rate:.0%} of the last; {said.seeds(found.seeds)}; lines: the "
            "median seed, bands: lowest to highest.")


def origin(found: Case) -> Origin:
    """Spec and seeds, for files that leave the page."""
    return Origin(found.faulty[0].spec.to_json(), tuple(one.spec.seed for one in found.faulty))


# ── the counts ───────────────────────────────────────────────────────────────────────────────────────────────────


def counts(found: Case) -> str:
    """What becomes of the counts, in Markdown."""
    at, last = min(QUOTED, found.rounds), found.rounds
    should, has = (_count(found, "kept", at, of) for of in ("right", "faulty"))
    if found.fault == "unmasked":
        return (f"After round {at} the mask says **{has}** weights. The net that it belongs to has "
                f"**{_count(found, 'nonzero', at)}** weights that are not zero.")
    if found.fault == "biases":
        of, left = _count(found, "biases", 0), _count(found, "biases", at)
        return f"The weights are right: {has} after round {at}. But only **{left}** of {of} biases are still free."
    if found.fault == "density":
        layers = [name for name in found.faulty[0].tables["cells"] if str(name).endswith(".kept")]
        flat, own = (_count(found, layers[-1], at, of) for of in ("faulty", "right"))
        return (f"In all there are {has} weights after round {at}, the ticket has {should}. But in the output layer "
                f"the control has **{flat}** where the ticket has **{own}**.")
    if found.fault in ("zeros", "quantile"):
        return f"After round {at} there should be {should} weights. There are **{has}**." + _end(found, last)
    return (f"The count is right: {has} weights after round {at}."
            + (" It belongs to another net than the accuracy beside it." if found.fault == "untrained" else ""))


def _end(found: Case, last: int) -> str:
    """What a threshold comes to in the last round."""
    should, has = (_count(found, "kept", last, of) for of in ("right", "faulty"))
    layers = np.stack([found.grid(str(name))[:, last] for name in found.faulty[0].tables["cells"]
                       if str(name).endswith(".kept")])  # (layers, seeds)
    empty = int((layers.min(axis=0) == 0).sum())
    cut = f", and in {empty} of {found.seeds} seeds a whole layer is gone" if empty else ""
    return f" After round {last} there should be {should}. There are **{has}**{cut}."


def _count(found: Case, column: str, level: int, of: str = "faulty") -> str:
    """The mean over seeds, whole."""
    return f"{found.grid(column, of)[:, level].mean():,.0f}"


# ── the curve ────────────────────────────────────────────────────────────────────────────────────────────────────


def effect(found: Case) -> str:
    """What the fault does to the printed curve: flatters, spoils, hardly shows, or cannot be told."""
    shifts = found.shifts
    if found.seeds < ENOUGH:
        return "cannot be told"
    if abs(float(np.median(shifts))) < FAINT:
        return "hardly shows"
    return "flatters" if (shifts > 0).all() else "spoils" if (shifts < 0).all() else "cannot be told"


SAID = {
    "flatters": "So this fault **flatters**: it makes the result look better than it is.",
    "spoils": "So this fault **spoils**: it makes the result look worse than it is.",
    "hardly shows": f"So this fault **hardly shows** here: the typical shift is below {100 * FAINT:g} points.",
    "cannot be told": "So these seeds **cannot tell** what it does to the curve.",
}


def curve(found: Case) -> str:
    """What becomes of the curve, in Markdown, by the median seed."""
    at = min(QUOTED, found.rounds)
    printed, right = (float(np.median(values[:, at])) for values in (found.printed, found.rightly))
    shifts, up = found.shifts, int((found.shifts > 0).sum())
    net = " for the random mask" if found.fault == "density" else ""
    typical = float(np.median(shifts))
    told = (f"It prints **{printed:.1%}**{net} after round {at}, where {right:.1%} is right. Over all {found.rounds} "
            f"rounds its curve lies **{_points(typical)}** {'above' if typical > 0 else 'below'} the right one; it "
            f"lies above in {up} of {found.seeds} seeds. {SAID[effect(found)]}")
    if found.fault in ("unmasked", "untrained"):
        column, name, _ = THIRD[found.fault]
        told += f" {name[:1].upper()}{name[1:]} reads **{float(np.median(found.grid(column)[:, at])):.1%}**."
    return told


def _points(shift: float) -> str:
    """A size in percentage points.

    >>> _points(-0.0312), _points(0.0004)
    ('3.1 points', '0.04 points')
    """
    return f"{100 * abs(shift):.{1 if abs(shift) >= 0.0005 else 2}f} points"


def rows(found: Sequence[Case], names: Mapping[str, str]) -> list[dict[str, str]]:
    """All faults in a table. names: what each is called."""
    table = []
    for one in found:
        at, shifts = min(QUOTED, one.rounds), one.shifts
        table.append({
            "Fault": names[one.fault],
            f"Weights, round {at}": f"{_count(one, 'nonzero' if one.fault == 'unmasked' else 'kept', at)} instead of "
                                    f"{_count(one, 'kept', at, 'right')}",
            "Prints": f"{float(np.median(one.printed[:, at])):.1%}",
            "Right": f"{float(np.median(one.rightly[:, at])):.1%}",
            "All rounds": f"{100 * float(np.median(shifts)):+.1f} points".replace("-", "−"),
            "The curve": effect(one),
        })
    return table


def learning(found: Case) -> Chart:
    """What a live run of the first seed is drawn over: its right curve, and what was printed when it was recorded."""
    x = np.arange(found.rounds + 1)
    lines = (Line(RIGHT.get(found.fault, "the right procedure"), "dense", x, found.rightly[0]),
             Line("printed, as recorded", "kept-raw", x, found.printed[0]))
    return Chart("What it prints", f"recorded, seed {found.faulty[0].spec.seed}", ROUNDS, ACCURACY, lines, (),
                 source(found))
