"""The lab of attention heads: a small Transformer without some of them, as charts, a heat map and sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

import numpy as np

from lth_core import said
from lth_core.experiments.heads.spec import ALL
from lth_core.intervals import Interval, accuracies
from lth_core.ledger import heads as ledger
from lth_core.ledger.heads import Heads
from lth_core.ledger.runs import Runs, value
from lth_core.nets.layers import HEADS, weight_count
from lth_core.once import once
from lth_core.results.result import Result
from pages.figures import labs, palette
from pages.figures.chart import Axis, Chart, Line, Mark
from pages.figures.labs import ACCURACY
from pages.figures.sweep import LEFT

RECORD = "python -m lth_core record heads"
NAMES = tuple(f"{block}{letter}" for block in (1, 2) for letter in "ABCD"[:HEADS])  # block and head
GONE = Axis("heads pruned")

# Way to prune → (name on the chart, role).
CUT = {
    "best": ("best heads", "kept"),
    "importance": ("least important first", "lab"),
    "random": ("by lot", "random"),  # as cut the mean over all sets of a size, trained on one order
    "weights": ("single weights instead", "keep-signs"),
}
# Start → (name, role) of what the ticket's chart draws.
STARTS = {"ticket": ("ticket, θ₀", "kept"), "reinit": ("fresh weights", "reinit"), "random": ("random mask", "random")}


# ── charts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def chart(found: Heads, again: bool) -> Chart:
    """Test accuracy by heads pruned, a line a way. again: after training on."""
    runs = found.again if again else found.cut
    at = np.array([0, *runs.levels])
    lines = tuple(Line.with_interval(name, role, at, np.column_stack([runs.dense, runs.accuracy[way]]), accuracies)
                  for way, (name, role) in CUT.items())
    half = ALL // 2
    takeaway = (f"without {half} of {ALL} heads the net reads {labs.percent(runs.mean('importance', half))} by "
                f"importance and {labs.percent(runs.mean('best', half))} with the best heads")
    dense = accuracies(runs.dense)
    lots = "one order by lot" if again else "by lot: mean over all sets of a size"
    return Chart("Trained on" if again else "As cut", takeaway, GONE, ACCURACY, lines,
                 (Mark(f"all heads {dense.mean:.1%}", "dense", y=dense.mean),), f"{source(found)} {lots[:1].upper()}"
                 f"{lots[1:]}. Single weights: as many as the heads have.")


def tickets(first: Runs, late: Runs, step: int) -> Chart:
    """Test accuracy of the Transformer's tickets and their controls by weights left."""
    order = np.argsort(first.density[1:])
    lines = [Line.with_interval(name, role, first.density[1:][order], first.grid(one, "test_accuracy")[:, 1:][:, order],
                                accuracies) for one, (name, role) in STARTS.items()]
    lines.insert(1, Line.with_interval(f"ticket, step {step}", "lab", late.density[1:][order],
                                       late.grid("ticket", "test_accuracy")[:, 1:][:, order], accuracies))
    dense = accuracies(first.grid("ticket", "test_accuracy")[:, 0])
    spec, last = first.results[0].spec, first.levels
    rate = spec.to_dict()["pruning"]["rate"]
    takeaway = f"with {first.density[last]:.1%} of the weights left " + labs.compared(
        first.gap("reinit", last), "the ticket", "its mask on fresh weights")
    return Chart("Tickets of a Transformer", takeaway, LEFT, ACCURACY, tuple(lines),
                 (Mark(f"whole net {dense.mean:.1%}", "dense", y=dense.mean),),
                 f"A Transformer of {weight_count(spec.net):,} weights on MNIST, "
                 f"{spec.training.steps:,} steps of Adam a round, which takes {rate:.0%} of the rest; {first.seeds} "
                 "seeds, bands: 95% intervals of the mean (Student's t).")


def learning(results: Sequence[Result], title: str) -> Chart:
    """Validation accuracy of the whole net while it trains, over the recorded seeds."""
    tables = [result.tables["curves"] for result in results]
    mine = [np.asarray(table["condition"]) == "dense" for table in tables]
    steps = np.asarray(tables[0]["step"])[mine[0]]
    values = np.array([np.asarray(table["validation_accuracy"])[at] for table, at in zip(tables, mine, strict=True)])
    line = Line.with_interval("recorded mean", "dense", steps, values, accuracies)
    return Chart(title, f"behind it the recorded mean of {len(tables)} seeds", Axis("step"),
                 Axis("validation accuracy", percent=True, error=True), (line,))


def source(found: Heads) -> str:
    """How the runs were made, in a sentence."""
    spec = found.results[0].spec
    told, training = spec.to_dict(), spec.training
    return (f"A Transformer of {weight_count(spec.net):,} weights on MNIST, {training.steps:,} "
            f"steps of Adam, then pruned; importance from {told['calibration']:,} training images, the best heads "
            f"chosen on {told['judged']:,} validation images, read on {told['judged']:,} test images; {found.seeds} "
            "seeds, bands: 95% intervals of the mean (Student's t).")


# ── one net ──────────────────────────────────────────────────────────────────────────────────────────────────────


def alone(result: Result) -> np.ndarray:
    """What the test accuracy loses when one head is silent and the others are not, in points: (heads,)."""
    every = (1 << ALL) - 1
    whole = ledger.read(result, every)
    return np.array([100 * (whole - ledger.read(result, every & ~(1 << head))) for head in range(ALL)])


def standing(result: Result, code: int) -> str:
    """What this set of heads reads, and where it stands among the sets of its size, in Markdown."""
    every = (1 << ALL) - 1
    mine, whole = ledger.read(result, code), ledger.read(result, every)
    if code == every:
        return f"All {ALL} heads on: **{mine:.2%}** of the test digits."
    at, of, best = ledger.place(result, code)
    count = code.bit_count()
    side = "below" if mine <= whole else "above"
    lead = f"{count} of {ALL} heads on: **{mine:.2%}**, {100 * abs(whole - mine):.2f} points {side} all of them."
    if of == 1:
        return f"{lead} No patch sees another now."
    return (f"{lead} Among the {of} sets of {count} it is number **{at}**; the best reads "
            f"{ledger.read(result, best):.2%}.")


WIDE, HIGH, SIDE = 96, 56, 68  # pixels: a cell, and the room for the rows' names


@once(64)
def heat(result: Result, theme: str) -> str:
    """What each head alone is worth, as SVG text: a row a block, a cell a head, darker where more is lost."""
    lost = alone(result)
    ranks = {head: number for number, head in enumerate(ledger.order(result), 1)}
    ink, muted = palette.TEXT[theme], palette.MUTED[theme]
    blue = palette.style("training").colour
    most = max(float(lost.max()), 0.1)
    parts = []
    for head, points in enumerate(lost):
        x, y = SIDE + head % HEADS * WIDE, head // HEADS * HIGH
        depth = 0.6 * max(0.0, points) / most
        parts.append(
            f'<rect x="{x + 2}" y="{y + 2}" width="{WIDE - 4}" height="{HIGH - 4}" rx="4" fill="{blue}" '
            f'fill-opacity="{depth:.2f}" stroke="{muted}"/>'
            f'<text x="{x + WIDE / 2}" y="{y + 26}" text-anchor="middle" font-size="16" fill="{ink}">'
            f'{shown(-points)}</text>'
            f'<text x="{x + WIDE / 2}" y="{y + 44}" text-anchor="middle" font-size="12" fill="{ink}">'
            f'{NAMES[head]} · goes {_ordinal(ranks[head])}</text>')
    names = "".join(f'<text x="4" y="{row * HIGH + 33}" font-size="14" fill="{ink}">block {row + 1}</text>'
                    for row in range(ALL // HEADS))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE + HEADS * WIDE} {ALL // HEADS * HIGH}" '
            f'role="img" aria-label="{escape(heat_told(result))}" font-family="sans-serif">{names}{"".join(parts)}'
            "</svg>")


def heat_told(result: Result) -> str:
    """The heat map in a sentence."""
    lost = alone(result)
    each = ", ".join(f"{name} {shown(-points)}" for name, points in zip(NAMES, lost, strict=True))
    return (f"Test accuracy of seed {result.spec.seed} without one head, in points against all of them: {each}. By "
            f"importance they go in the order {', '.join(NAMES[head] for head in ledger.order(result))}.")


def single(result: Result) -> dict[str, list[str]]:
    """What the heat map shows, and the scores behind the order, as columns."""
    table = result.tables["heads"]
    return {"head": list(NAMES), "points without it": [shown(-points) for points in alone(result)],
            "importance (nats)": [f"{one:.4f}" for one in table["importance"]],
            "importance, by layer": [f"{one:.3f}" for one in table["by_layer"]]}


def shown(points: float) -> str:
    """A change in points.

    >>> shown(-1.234), shown(0.0)
    ('−1.23', '+0.00')
    """
    return f"{points:+.2f}".replace("-", "−").replace("−0.00", "+0.00")


def _ordinal(number: int) -> str:
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(number, f"{number}th")


# ── over seeds ───────────────────────────────────────────────────────────────────────────────────────────────────


def spared(found: Heads) -> str:
    """How many heads go before a point is lost, in every way, in Markdown."""
    counts = {way: _counted(found.spare(way)) for way in ("importance", "best", "random")}
    return (f"So many of {ALL} heads go before a point of accuracy is lost, the least important first: "
            f"**{counts['importance']}**. With the best heads there are: {counts['best']}. By lot: {counts['random']}.")


def _counted(found: Interval) -> str:
    """Whole numbers over nets.

    >>> from lth_core.intervals import mean_ci
    >>> _counted(mean_ci([0.0, 1.0, 0.0])), _counted(mean_ci([3.0, 3.0]))
    ('none in 2 nets, 1 in another', '3 in all 2 nets')
    """
    groups = Counter(int(count) for count in found.seeds)
    if len(groups) == 1:
        return f"{next(iter(groups)) or 'none'} in all {found.n} nets"
    (first, nets), *others = sorted(groups.items())
    return ", ".join([f"{first or 'none'} in {nets} net{'s' * (nets > 1)}",
                      *(f"{one} in {n if n > 1 else 'another'}" for one, n in others)])


def each(found: Heads) -> int:
    """Weights of one head."""
    kept = [value(found.results[0], "importance", level, "kept") for level in (1, 2)]
    return round(kept[0] - kept[1])


def scratch(results: Sequence[Result]) -> list[dict[str, str]]:
    """Nets without heads that were trained from θ₀ in full, beside tickets of as many weights: a row a size."""
    rows = []
    for level in results[0].spec.to_dict()["rewound"]:
        kept = value(results[0], "ticket", level, "kept")
        without, ticket, whole = (said.percent(accuracies(ledger.full(results, name, at))) for name, at in
                                  (("heads-rewound", level), ("ticket", level), ("dense", 0)))
        rows.append({"Heads pruned": str(level), "Weights left": f"{kept:,.0f}", "Without them from the start": without,
                     "Ticket of as many weights": ticket, "All heads, all weights": whole})
    return rows
