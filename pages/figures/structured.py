"""Chapter 6's structured pruning: whole neurons against single weights at equal numbers of weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lth_core import said
from lth_core.catalogue import NAMED_ROUNDS
from lth_core.ledger.grid import Grid, grid
from lth_core.ledger.rules import ENOUGH
from lth_core.ledger.runs import value
from lth_core.once import once
from lth_core.results.result import Result
from lth_core.said import budget
from pages.figures.chart import Chart
from pages.figures.grid import chart as drawn
from pages.figures.labs import compared, percent, told

# Condition → (name on the chart, role).
WAYS = {
    "weights": ("single weights", "kept"),
    "neurons": ("neurons by norm", "lab"),
    "neurons-reinit": ("neurons by norm, fresh weights", "reinit"),
    "random-neurons": ("random neurons", "random"),
}
UNSETTLED = f"Fewer than {ENOUGH} seeds settle nothing yet"
QUOTED = 0.107  # the density that chapters 4 and 5 quote too


@once(4)
def found(results: tuple[Result, ...]) -> Grid:
    """The recorded runs of several seeds."""
    return grid(results, "weights", tuple(WAYS))


def chart(runs: Grid) -> Chart:
    """Accuracy round by round, a line a way to prune."""
    last = runs.levels[-1]
    takeaway = (f"with {runs.share('weights', last):.1%} of the weights left single weights read "
                f"{runs.mean('weights', last).mean:.1%}, whole neurons {runs.mean('neurons', last).mean:.1%}")
    return drawn(runs, "Whole neurons or single weights", takeaway, WAYS, source(runs))


def rows(runs: Grid) -> list[dict[str, str]]:
    """The named rounds as a table: weights left either way, and what each way reads."""
    return [{
        "Left": f"{runs.share('weights', level):.1%}",
        "Weights": f"{value(runs.results[0], 'weights', level, 'kept'):,.0f}",
        "In neurons": f"{value(runs.results[0], 'neurons', level, 'kept'):,.0f}",
        **{name[:1].upper() + name[1:]: percent(runs.mean(way, level)) for way, (name, _) in WAYS.items()},
    } for level in runs.levels if level in NAMED_ROUNDS]


def source(runs: Grid) -> str:
    """How the runs were made, in a sentence."""
    spec = runs.results[0].spec
    return (f"{said.seeds(runs.seeds)}; {'-'.join(map(str, spec.net.sizes))} on MNIST, "
            f"{spec.training.steps:,} steps of Adam a round, back to θ₀; bands: 95% intervals.")


def dear(runs: Grid) -> str:
    """What whole neurons cost in accuracy, in Markdown."""
    ahead = runs.ahead("weights", "neurons")
    sizes = dict.fromkeys((runs.nearest("weights", QUOTED), runs.levels[-1]))
    seen = (f"Single weights surely read more at **{len(ahead)}** of {len(runs.levels)} sizes{_first(runs, ahead)}"
            if runs.seeds >= ENOUGH else UNSETTLED)
    read = " ".join(f"With {runs.share('weights', level):.1%} of the weights left, single weights read "
                    f"**{runs.mean('weights', level).mean:.1%}** and whole neurons "
                    f"**{runs.mean('neurons', level).mean:.1%}**." for level in sizes)
    return f"After {budget(runs.results[0].spec)} a round. {read} {seen}"


def round_by_round(runs: Grid) -> str:
    """What the small nets of the price would have read, had their neurons gone round by round, in Markdown."""
    last = runs.levels[-1]
    return (f"The small nets of chapter 6 lost their neurons in *one* cut. Cut round by round, a net of as many "
            f"weights reads {percent(runs.mean('neurons', last))} with {runs.share('weights', last):.1%} left, after "
            f"{budget(runs.results[0].spec)}")


def _first(runs: Grid, ahead: Sequence[int]) -> str:
    """From where on, if from there on always."""
    steady = bool(ahead) and list(ahead) == list(runs.levels[-len(ahead):])
    return f", from {runs.share('weights', ahead[0]):.0%} down" if steady and len(ahead) < len(runs.levels) else ""


def which(runs: Grid) -> str:
    """Does it matter which neurons go, and what the others start from? In Markdown."""
    last, of = runs.levels[-1], len(runs.levels)
    norm, start = runs.ahead("neurons", "random-neurons"), runs.ahead("neurons", "neurons-reinit")
    fresh = runs.ahead("neurons-reinit", "neurons")
    if runs.seeds < ENOUGH:
        return f"Whether the norm chooses well, and whether θ₀ matters to whole neurons: {UNSETTLED.lower()}."
    gap = compared(runs.gap("neurons", "neurons-reinit", last), "θ₀", "fresh weights")
    return (f"To lose the neurons with the smallest weights is surely better than to lose random ones at "
            f"**{len(norm)}** of {of} sizes. Going back to θ₀ is surely better than fresh weights at "
            f"**{len(start)}** sizes, and surely worse at **{len(fresh) or 'none'}**. "
            + told(f"with {runs.share('weights', last):.1%} left, {gap}"))


def shapes(runs: Grid) -> str:
    """Where the same number of weights sits, in the last round, in Markdown."""
    last, sizes = runs.levels[-1], runs.results[0].spec.net.sizes

    def mean(way: str, *columns: str) -> float:
        return float(np.mean([sum(value(run, way, last, column) for column in columns) for run in runs.results]))

    inputs = [f"fc{layer}.kept" for layer in range(1, len(sizes) - 1)]
    units = {way: sum(sizes[1:-1]) - mean(way, "dead_units") for way in ("weights", "neurons")}
    each = {way: mean(way, *inputs) / count for way, count in units.items()}
    return (f"Look where the same number of weights sits, with {runs.share('weights', last):.1%} left. In the ticket "
            f"**{units['weights']:.0f}** of {sum(sizes[1:-1])} hidden units still work, with {each['weights']:.0f} "
            f"inputs each. Together they look at {mean('weights', 'live_inputs'):.0f} of {sizes[0]} pixels. Pruned by "
            f"neurons, **{units['neurons']:.0f}** units are left, with {each['neurons']:.0f} inputs each. Those of the "
            "first layer look at every pixel")
