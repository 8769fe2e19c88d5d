"""Chapter 4's claims, judged by what was measured: the popular figures, and a verdict a claim."""

from __future__ import annotations

from lth_core import said
from lth_core.intervals import accuracies
from lth_core.ledger.runs import Runs
from lth_core.ledger.start import NINETY, POPULAR, between
from lth_core.said import say
from pages.figures.runs import KINDS, THREE

PAPER = {
    "ticket": "98.3 ± 0.1%",  # Frankle et al., arXiv 1903.01611v3, figures 2 and 3
    "reinit": "about 0.5 points below the ticket, at 21.1% left",  # Frankle & Carbin v5, section 2
    "random": "97.5 ± 0.3%",  # as the first
}


def popular_table(protocols: dict[str, Runs]) -> list[dict[str, str]]:
    """Popular, paper's and measured accuracies at 90% sparsity, one row a condition and one column a protocol."""
    measured = {f"{name}, {runs.density[runs.nearest(NINETY)]:.1%} left": runs for name, runs in protocols.items()}
    rows = [{"Condition": KINDS[name].name, "Popular": f"≈ {POPULAR[name]:.0%}", "Paper, 10.7% left": PAPER[name],
             **{head: _measured(runs, name) for head, runs in measured.items()}} for name in THREE]
    return [*rows, {"Condition": "dense net", "Popular": "–", "Paper, 10.7% left": "98.0 ± 0.2%",
                    **{head: _measured(runs, "ticket", 0) for head, runs in measured.items()}}]


def _measured(runs: Runs, name: str, level: int | None = None) -> str:
    at = runs.nearest(NINETY) if level is None else level
    return said.percent(accuracies(runs.grid(name, "test_accuracy")[:, at]))


def sizes_alone(runs: Runs, level: int) -> str:
    """What the ticket's own sizes are worth once they sit on other weights: here, and in the sparsest nets."""
    here, last = (between(runs, "shuffled-init", "reinit", at) for at in (level, runs.levels))
    ending = " So when hardly a path is left, size does help." if last.above() else ""
    return (f"After {runs.budget}, with {runs.density[level]:.1%} left, shuffled first values read {say(here)} more "
            f"than fresh ones. With {runs.density[-1]:.1%} left it is {say(last)}.{ending}")


