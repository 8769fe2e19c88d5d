"""What the two labs of second derivatives share: their recorded runs, and one more of them at a press."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from lth_core.catalogue import SEEDS, curvature, evidence
from lth_core.ledger.bench import Bench
from lth_core.ledger.curvature import board
from lth_core.ledger.runs import value
from pages.figures import curvature as figures
from pages.labs.beside import CLIMBS, climbing, lotteries_of
from pages.labs.live import run_one
from pages.records import recorded
from pages.widgets import chip, frame


def recorded_board(work: str) -> Bench:
    """A work's cuts beside the tickets of the same seeds; ends the page with the cure when they are missing."""
    cuts = recorded.among(curvature(work, seed) for seed in SEEDS)
    return board(cuts, lotteries_of(cuts, work))


def run_beside(found: Bench, work: str, title: str, names: Mapping[str, tuple[str, str]]) -> None:
    """One seed here and now: a training, then every cut, drawn over the recorded means."""
    drawn = {"dense": ("whole net", "dense"), **{one: words for one, words in names.items() if one != "ticket"}}
    fresh = run_one(
        lambda seed: curvature(work, seed),
        lambda seed: figures.chart(found, {one: names[one] for one in ("ticket",)}, f"{title}, seed {seed}",
                                   f"behind it the recorded tickets of {found.seeds} seeds"),
        climbing(drawn),
        f"The net trains first; then it is cut {len(found.levels)} times in every way. {CLIMBS}",
    )
    if fresh is None:
        return
    at = found.levels[len(found.levels) // 2]
    rival = recorded.find(evidence("quick", fresh.spec.seed))
    read = ", ".join(f"{names[one][0]} {value(fresh, one, at):.2%}" for one in names if one != "ticket")
    beside = "" if rival is None else f"; the ticket of this seed {value(rival, 'ticket', at):.2%}"
    with frame.prose():
        left = found.density[found.levels.index(at)]
        st.markdown(f"At {left:.1%} of the weights: {read}{beside}. {chip.measured(1)}")
