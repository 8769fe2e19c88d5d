"""LoRA, adapters, BitFit and sparse tuning: how few numbers must move for a net to learn something new?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from lth_core.catalogue import SEEDS
from lth_core.catalogue import peft as peft_run
from lth_core.ledger import peft as ledger
from lth_core.ledger.peft import ALL, BASE, BIASES, OUTPUTS, Tunings
from pages.figures import labs
from pages.figures import peft as figures
from pages.labs.asked import asked
from pages.labs.base import Lab
from pages.labs.live import run_one
from pages.records import recorded
from pages.text.references import cite
from pages.widgets import chip, frame, source
from pages.widgets.bet import Bet, was
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_columns, fact_table
from pages.widgets.figure import figure
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.provenance import provenance


def show(level: Depth) -> None:
    """The page."""
    runs = recorded.among(peft_run(seed) for seed in SEEDS)
    if not runs:
        recorded.missing("peft")
    found = ledger.tunings(runs)
    thin, fat = ("lora", found.sizes("lora")[0]), ledger.highest(found)
    few, whole = (found.number(way, "trained") for way in (thin, ALL))
    guess = asked(Bet("bet-peft", "Training the fresh outputs alone is 0, training everything is 100. Where does LoRA "
                                  f"of rank {thin[1]} end, with {few / whole:.1%} of the numbers?", 0, 100, 10,
                      "of 100"),
                  figures.chart(found, "Where does LoRA lie?",
                                f"training everything reads {found.mean(ALL).mean:.1%} of the new digits, the fresh "
                                f"outputs alone {found.mean(OUTPUTS).mean:.1%}", ("random",)), partial(about, found))
    if guess is not None:
        about(found)
        with frame.prose():
            was(guess, 100 * figures.closes(found, thin))
            st.markdown(
                f"After one pass over the new digits, LoRA of rank {thin[1]} reads "
                f"**{labs.percent(found.mean(thin))}** of them. Training everything reads {found.mean(ALL).mean:.1%}, "
                f"and the fresh outputs alone {found.mean(OUTPUTS).mean:.1%}. "
                + figures.against(found, fat, f"LoRA of rank {fat[1]}", {ALL: "training everything"})
                + f" {chip.measured(found.seeds)} {chip.claim(40, ledger.verdict(found))}"
            )
        revealed(found, level)
    run_here(found)


def about(found: Tunings) -> None:
    """What LoRA does, and where its numbers come from."""
    thin = ("lora", found.sizes("lora")[0])
    few, whole = (found.number(way, "trained") for way in (thin, ALL))
    with frame.prose():
        st.markdown(
            f"A net reads the digits 0–4. Now teach it 5–9. Must all of its {whole:,.0f} numbers move? LoRA "
            f"{cite('lora')} freezes them and trains a thin update beside each hidden layer. At rank {thin[1]} that "
            f"is {few:,.0f} numbers, five fresh outputs among them."
        )
        provenance(found.results, figures.RECORD)


def revealed(found: Tunings, level: Depth) -> None:
    """What the bet was about, drawn and explained."""
    fat = ledger.highest(found)
    ticket, lot = ("ticket", fat[1]), ("random", fat[1])
    with st.container(width=960):
        ahead = sum(found.gap(("ticket", size), ("lora", size)).above() for size in found.sizes("lora"))
        figure(figures.chart(found, "How few numbers must move?",
                             f"with equally many numbers, a ticket's mask is surely ahead of LoRA at {ahead} of "
                             f"{len(found.sizes('lora'))} sizes"), key="peft-chart")
    with frame.prose():
        st.markdown(
            f"**Which numbers, or what shape?** The green line lets as many single weights move as LoRA has numbers: "
            "those that moved most when everything was trained, from where they stood then. That is a ticket's mask "
            f"for tuning {cite('composable')}. At rank {fat[1]}: "
            + figures.against(found, ticket, "the ticket's mask", {fat: "LoRA", lot: "a random mask"})
            + f" {chip.measured(found.seeds)} Its price is a training of everything first. LoRA looks at nothing "
            "beforehand, and neither does a random mask: "
            + labs.compared(found.gap(fat, lot), "LoRA", "it") + "."
        )
    with st.container(width=1100):
        fact_table(figures.prices(found), "What each way to tune trains, reads, keeps and costs", key="peft-prices")
    with frame.prose():
        largest, changed = found.merged
        state, time = ([found.number(way, name) for way in (fat, ALL)] for name in ("state_bytes", "seconds"))
        st.markdown(
            f"**What is saved?** In training: LoRA of rank {fat[1]} holds {state[0] / 1e6:.2f} MB instead of "
            f"{state[1] / 1e6:.2f} and takes {time[0]:.2f} s instead of {time[1]:.2f}. In answering: nothing. Merged "
            f"into the weights, LoRA is a dense net again. No output changed by more than about {largest:.6f}, and "
            f"{changed} answers changed. An adapter cannot be merged. {chip.measured(found.seeds)}"
        )
        small = ("ticket", found.sizes("ticket")[0])
        st.markdown(
            f"**What is forgotten?** Before, the net read {found.mean(BASE, 'old_accuracy').mean:.1%} of the digits "
            f"0–4. After training everything it reads {labs.percent(found.mean(ALL, 'old_accuracy'))}. After LoRA of "
            f"rank {fat[1]} it reads {labs.percent(found.mean(fat, 'old_accuracy'))}. After the smallest mask it reads "
            f"{labs.percent(found.mean(small, 'old_accuracy'))}. {chip.measured(found.seeds)} Switch LoRA or an "
            "adapter off, and the old net is back bit for bit: its weights never moved."
        )
        if level >= "how":
            deeper(found, level)


def deeper(found: Tunings, level: Depth) -> None:
    """How the outputs are treated, what else was chosen, and the formulas."""
    spec = found.spec
    st.markdown(
        "**Ten outputs from the start.** The first training uses five of them; the others keep their random weights. "
        f"Every way to tune trains those five, {found.number(OUTPUTS, 'trained'):,.0f} numbers, and no way the old "
        "ones. Told which half a digit is from, the net chooses among five outputs; not told, among ten. Old and new "
        "outputs never met in training, so their sizes need not match:"
    )
    fact_columns(figures.untold(found), "Digits read right, told which half they are from and not", key="peft-untold")
    st.markdown(
        f"**What else moves.** BitFit {cite('bitfit')} trains the biases too, and no weight: "
        + labs.compared(found.gap(BIASES, OUTPUTS), "it", "the new outputs alone") + "."
        + f" {chip.measured(found.seeds)} Adapters {cite('adapters')} are small layers behind each hidden one. Every "
        "way begins exactly at the old net, sees the same batches, and has a learning rate of its own, chosen on "
        "validation images of other seeds: new digits, so nothing was chosen to forget less. Rates fall to 0 on a line."
    )
    st.markdown(
        "**What this cannot show.** LoRA was made for models of billions of weights that know most of a task already. "
        "Here the net is small and must learn new shapes. In plain PyTorch a mask saves moments, not the work: the "
        "whole gradient is computed before most of it is thrown away."
    )
    if level >= "maths":
        st.markdown(
            r"$h = W_0 x + b + \tfrac{\alpha}{r} B A x$ with $A \in \mathbb R^{r \times n}$ drawn from "
            rf"$\mathcal N(0, 1/n)$, $B = 0$ and $\alpha = {spec.alpha:g}$; merged, $W = W_0 + \tfrac{{\alpha}}{{r}} "
            r"BA$. Its gradients are those of the whole matrix, seen through two thin ones: with $G = \partial "
            r"L/\partial W$, $\partial L/\partial B = \tfrac{\alpha}{r} G A^\top$ and $\partial L/\partial A = "
            r"\tfrac{\alpha}{r} B^\top G$. An adapter: $h \to h + U \max(0, D h + d) + u$ with $U = 0$ at first. "
            r"State: 4 bytes for each number of the net and of what is put beside it, 12 for each that moves "
            r"(gradient and Adam's two moments), 8 for each place of a mask."
        )
        source.show("lth_core/experiments/peft/net.py", "through")


def run_here(found: Tunings) -> None:
    """One seed here and now: the first training, then every way to tune."""
    named = {"outputs": (figures.NAMES["outputs"], "training"), "biases": (figures.NAMES["biases"], "training")}
    drawn = tuple(LiveLine(called, role, "test_accuracy", how)
                  for how, (called, role) in (named | figures.LINES).items())
    fresh = run_one(
        peft_run,
        lambda seed: figures.chart(found, f"Taught 5–9, seed {seed}", f"behind it the recorded means of {found.seeds} "
                                                                      "seeds"),
        Plan("cell", "trained", drawn),
        f"The net learns 0–4 first; then it is taught 5–9 in {found.spec.rounds} ways.",
    )
    if fresh is None:
        return
    one = ledger.tunings((fresh,))
    ways = (OUTPUTS, ("lora", found.sizes("lora")[0]), ledger.highest(found), ALL)
    read = ", ".join(f"{figures.name(way)} {one.mean(way).mean:.2%}" for way in ways)
    with frame.prose():
        st.markdown(f"Of the new digits: {read}. {chip.measured(1)}")


LAB = Lab("peft", "LoRA and its kin", "How few numbers must move for a net to learn something new?", show)
