"""Labs whose net has exactly the ticket's size: read beside the recorded lottery of the same seed."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from lth_core.catalogue import SEEDS
from lth_core.catalogue import evidence as ticket_run
from lth_core.catalogue import lab as lab_run
from lth_core.ledger.bench import Bench, bench
from lth_core.ledger.runs import value
from lth_core.results.result import Result
from pages.figures import labs
from pages.labs.live import run_one
from pages.records import recorded
from pages.widgets import chip, frame
from pages.widgets.live_chart import LiveLine, Plan

CLIMBS = "While a net trains, its point climbs by validation images. At the end it shows the test images."


def recorded_bench(method: str) -> Bench:
    """A lab and the lotteries of the same seeds; ends the page with the cure when they are missing."""
    runs = recorded.among(lab_run(method, seed) for seed in SEEDS)
    return bench(runs, lotteries_of(runs, method))


def lotteries_of(runs: tuple[Result, ...], part: str) -> tuple[Result, ...]:
    """The recorded lotteries; ends the page with the cure when none has a seed of `runs`, which `part` records."""
    lotteries = recorded.among(ticket_run("quick", seed) for seed in SEEDS)
    if not {run.spec.seed for run in runs} & {run.spec.seed for run in lotteries}:
        recorded.missing(f"{part}, lenet-quick")
    return lotteries


def climbing(drawn: Mapping[str, tuple[str, str]]) -> Plan:
    """A point a training, which climbs while that goes on: then it says what validation images read. drawn: condition
    → (name, role)."""
    lines = tuple(LiveLine(*words, "test_accuracy", one, "validation_accuracy") for one, words in drawn.items())
    return Plan("cell", "density", lines, "train")


def run_beside(board: Bench, name: str, names: Mapping[str, tuple[str, str]], trained: tuple[str, ...],
               headed: bool = False) -> None:
    """One seed of the lab here and now, beside its own ticket. names: condition → (name, role). trained: which of them
    the lab trains. headed: the page has its header already."""
    method = board.labs[0].spec.to_dict()["method"]
    plan = climbing({one: names[one] for one in trained})
    fresh = run_one(
        lambda seed: lab_run(method, seed),
        lambda seed: labs.chart(board, {one: names[one] for one in ("ticket", "random")}, f"{name}, seed {seed}",
                                f"behind it the recorded means of {board.seeds} seeds"),
        plan,
        CLIMBS,
        headed=headed,
    )
    if fresh is None:
        return
    sparsest, rival = board.levels[-1], recorded.find(ticket_run("quick", fresh.spec.seed))
    read = ", ".join(f"{names[one][0]} {value(fresh, one, sparsest):.2%}" for one in trained)
    beside = "" if rival is None else f"; the ticket of this seed {value(rival, 'ticket', sparsest):.2%}, " \
                                      f"a random mask {value(rival, 'random', sparsest):.2%}"
    with frame.prose():
        st.markdown(f"After one epoch, at {board.density[-1]:.1%} of the weights: {read}{beside}. {chip.measured(1)}")
