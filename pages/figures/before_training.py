"""The lab of masks chosen before training: SNIP, GraSP, SynFlow, magnitude at the start and ERK, on one chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lth_core.intervals import Interval
from lth_core.ledger.bench import Bench
from lth_core.results.result import Result
from pages.figures import labs
from pages.figures.chart import Chart

RECORD = "python -m lth_core record before-training"

# Condition → (name on the chart, role). The first of the lottery, then the methods.
BESIDE = {"ticket": ("winning ticket", "kept"), "random": ("random structure", "random")}
METHODS = {
    "snip-global": ("SNIP", "lab"),
    "grasp": ("GraSP", "lab-variant"),
    "synflow": ("SynFlow", "lab-third"),
    "magnitude-start": ("magnitude at the start", "lab-fourth"),
    "erk": ("ERK, random places", "lab-fifth"),
}
# Method of the lab → the condition that it trains at every size.
TRAINED = {"grasp": "grasp", "synflow": "synflow", "magnitude-start": "magnitude-start", "erk": "erk"}
CHECKED = {"snip-global": ("snip-shuffled", "snip-reinit"), **{
    name: (f"{name}-shuffled", f"{name}-reinit") for name in ("grasp", "synflow", "magnitude-start")}}
COLLAPSED = {"snip": "SNIP", "grasp": "GraSP", "synflow": "SynFlow", "magnitude-start": "magnitude at the start",
             "erk": "ERK, random places"}


def chart(found: Bench, shown: Sequence[str]) -> Chart:
    """The methods of `shown` (conditions of METHODS) between ticket and random mask."""
    names = {"ticket": BESIDE["ticket"], **{one: METHODS[one] for one in shown}, "random": BESIDE["random"]}
    return labs.chart(found, names, "Chosen before training", takeaway(found, shown))


def takeaway(found: Bench, shown: Sequence[str]) -> str:
    """Who comes closest at the sparsest size, and how close."""
    sparsest = found.levels[-1]
    best = max(shown, key=lambda one: found.mean(one, sparsest).mean)
    return (f"at {found.density[-1]:.1%} of the weights "
            + labs.compared(found.gap(best, "ticket", sparsest), METHODS[best][0], "the ticket"))


def beside_random(found: Bench) -> str:
    """Which methods beat a random mask with the ticket's layer sizes at the sparsest size, and which do not."""
    ahead, unclear, behind = _parted({METHODS[one][0]: found.gap(one, "random", found.levels[-1]) for one in METHODS})
    groups = {"surely ahead": ahead, "no clear difference": unclear, "surely behind": behind}
    told = "; ".join(f"{words}: {', '.join(names)}" for words, names in groups.items() if names)
    return (f"**Is it better than chance?** Beside a random mask with the ticket's layer sizes, at "
            f"{found.density[-1]:.1%} left: {told}.")


def _parted(gaps: Mapping[str, Interval]) -> tuple[list[str], list[str], list[str]]:
    """Names whose gap is surely above zero, those that the seeds cannot tell, those surely below."""
    above = [name for name, gap in gaps.items() if gap.above()]
    below = [name for name, gap in gaps.items() if gap.below()]
    return above, [name for name in gaps if name not in above + below], below


# ── the checks of Missing the mark ───────────────────────────────────────────────────────────────────────────────


def checks(found: Bench, anew: Mapping[int, float]) -> list[dict[str, str]]:
    """A row a method: its accuracy at the sparsest size, and what shuffling and fresh weights change.

    anew: seed → accuracy of SNIP's mask on fresh weights, which is a run of its own.
    """
    sparsest, rows = found.levels[-1], []
    for one, (shuffled, reinit) in CHECKED.items():
        if one not in found.accuracy or shuffled not in found.accuracy:
            continue
        row = {"Mask": METHODS[one][0], "as chosen": labs.percent(found.mean(one, sparsest)),
               "shuffled in each layer": change(found, shuffled, one)}
        known = _known(found, reinit, anew)
        row["on fresh weights"] = change(_with(found, reinit, anew), reinit, one) if known else "–"
        rows.append(row)
    return rows


def change(found: Bench, condition: str, other: str) -> str:
    """What `condition` has more than `other` at the sparsest size, in points; and whether that is sure."""
    gap = found.gap(condition, other, found.levels[-1])
    sure = "" if not gap.known else " · loses" if gap.below() else " · gains" if gap.above() else " · no clear change"
    return labs.points(gap) + sure


def shuffling(found: Bench) -> str:
    """Whom it hurts to be shuffled within layers, in a sentence."""
    helped, unclear, hurt = _parted({METHODS[one][0]: found.gap(shuffled, one, found.levels[-1])
                                     for one, (shuffled, _) in CHECKED.items()})
    groups = {"hurts": hurt, "makes no clear difference to": unclear, "helps": helped}
    told = "; it ".join(f"{words} {', '.join(names)}" for words, names in groups.items() if names)
    return f"On this small net shuffling {told}."


def _known(found: Bench, reinit: str, anew: Mapping[int, float]) -> bool:
    return reinit in found.accuracy or all(run.spec.seed in anew for run in found.labs)


def _with(found: Bench, reinit: str, anew: Mapping[int, float]) -> Bench:
    """The bench with SNIP's mask on fresh weights, which was trained at the sparsest size alone."""
    if reinit in found.accuracy:
        return found
    column = np.full((found.seeds, len(found.levels)), np.nan)
    column[:, -1] = [anew[run.spec.seed] for run in found.labs]
    return replace(found, accuracy={**found.accuracy, reinit: column})


# ── layer collapse ───────────────────────────────────────────────────────────────────────────────────────────────


def first_cut(result: Result, method: str) -> tuple[float, str] | None:
    """(density, layer) where a method first leaves some layer no weight; None where it never does."""
    table = result.tables["masks"]
    layers = [name.removesuffix(".kept") for name in table if name.endswith(".kept")]
    mine = np.flatnonzero(np.asarray(table["condition"]) == method)
    for row in mine[np.argsort(-np.asarray(table["density"])[mine], kind="stable")]:
        empty = [layer for layer in layers if table[f"{layer}.kept"][row] == 0]
        if empty:
            return float(table["density"][row]), " and ".join(empty)
    return None


def severed(result: Result, method: str) -> float | None:
    """Density at which no path leads from an input to an output any more; None where one always does."""
    table = result.tables["masks"]
    mine = (np.asarray(table["condition"]) == method) & ~np.isfinite(np.asarray(table["log10_paths"], np.float64))
    return float(np.max(np.asarray(table["density"])[mine])) if mine.any() else None


def collapse(results: Sequence[Result]) -> list[dict[str, str]]:
    """A row a method: where it first empties a layer, and where no path is left, over seeds."""
    rows = []
    for method, name in COLLAPSED.items():
        cuts = [first_cut(result, method) for result in results]
        ends = [severed(result, method) for result in results]
        which = sorted({cut[1] for cut in cuts if cut})
        rows.append({"Mask": name, "first empties": " or ".join(which) if which else "no layer",
                     "at density": _span([cut[0] for cut in cuts if cut], len(cuts)),
                     "no path left at": _span([end for end in ends if end is not None], len(ends))})
    return rows


def _span(densities: Sequence[float], seeds: int) -> str:
    """Lowest to highest over the seeds in which it happened.

    >>> _span([0.0011, 0.0022], 3), _span([], 3)
    ('0.11% to 0.22%, in 2 of 3 seeds', 'never')
    """
    if not densities:
        return "never"
    low, high = f"{min(densities):.2%}", f"{max(densities):.2%}"
    return (low if low == high else f"{low} to {high}") + f", in {len(densities)} of {seeds} seeds"


def times(results: Sequence[Result]) -> str:
    """How long each mask took to find at most, scores included, in words."""
    def longest(method: str) -> float:
        return max(float(np.max(np.asarray(table["seconds"])[np.asarray(table["condition"]) == method]))
                   for table in (result.tables["masks"] for result in results))

    return ", ".join(f"{name} {longest(method):.2f} s" for method, name in COLLAPSED.items())
