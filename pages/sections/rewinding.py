"""Chapter 6, first half: what fails from θ₀, what repairs it, why, and what else one may do after pruning."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from lth_core.catalogue import LATE, rewinding
from lth_core.catalogue import deep as tickets_of
from lth_core.ledger import repair, residual, stable
from lth_core.ledger.rewound import Rewound, repaired, together
from lth_core.said import more
from pages.address import url
from pages.figures import methods, popular, rewind, rewind_charts
from pages.records import recorded
from pages.text.glossary import term
from pages.text.references import cite
from pages.widgets import chip, frame, source
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.rewind_slider import View, held
from pages.widgets.run_panel import run_panel

SEED = url.Whole("seed", 0, 4, 0)
NOW = Plan("train", "step", (LiveLine("this round", "training", "validation_accuracy", "ticket"),))
MATCHING = r"""
Let $\mathcal A_{k \to T}(\theta, u)$ be training from step $k$ to $T$ with data order $u$, and $\theta_k = \mathcal
A_{0 \to k}(\theta_0, u_0)$. Round $n$ trains $\mathcal A_{k \to T}(m_n \odot \theta_k, u_0)$ and prunes the smallest
$|\theta_T|$ to get $m_{n+1}$. The ticket *matches* if its error exceeds the whole net's by at most $\varepsilon = 0.2$
points. Here: the whole 95% interval of that difference, within seeds, or every one of at least five seeds, must
lie below $\varepsilon$. *Falls short*: above. Otherwise the seeds cannot tell.
"""
BARRIER = r"""
With siblings $W_1, W_2$ and test error $E$, the barrier is $\sup_\alpha E\bigl((1-\alpha)W_1 + \alpha W_2\bigr) -
\tfrac12\bigl(E(W_1) + E(W_2)\bigr)$, here over 11 values of $\alpha$, 5 for ResNet-20 (the paper takes 30). Below 2%
the net counts as stable.
"""


def repair_section(level: Depth, shown: Rewound, deep: Rewound, lenet: Rewound | None, large: Rewound | None,
                   view: View) -> None:
    """What fails, and what repairs it. shown, view: the net and the place on the slider above. large: the paper's net
    on photographs, where it is recorded."""
    with frame.beside("repair") as (text, picture):
        with text:
            st.header("Rewinding", anchor="rewinding")
            st.markdown(
                "So far, after pruning, the surviving weights went back to where they **started**. On one small net "
                f"that works. On a deeper one, with {term('BatchNorm', 'BatchNorm')} and a large learning rate, it "
                "fails. The repair is small: go back not to step 0, but to step **k**, a moment later."
            )
            careful = residual.unfinished(shown) if shown is large else ""
            st.markdown(f"{rewind.sentence(shown, view.round, view.step)} {careful}"
                        f"{chip.measured(len(shown.seeds(view.step)))}")
            if shown is large:
                st.caption(f"{residual.protocol(shown)}.")
            st.subheader("What fails, and what repairs it", anchor="repair")
            fails, repairs = repair.fails(deep), repair.repairs(deep)
            st.markdown(f"{rewind.failing(deep)} {chip.measured(len(deep.seeds(0)))} "
                        f"{chip.claim(fails.claim, fails.verdict)} {chip.claim(repairs.claim, repairs.verdict)}")
            if large is not None and large is not shown:
                st.markdown(f"**And on photographs?** {rewind.on_photographs(large)} "
                            f"{chip.measured(len(large.seeds(0)))} {chip.ledger(21)}")
            if level >= "how":
                _how(deep, lenet)
            if level >= "maths":
                st.markdown(MATCHING)
        with picture:
            if level >= "how":
                fact_table(methods.by_step(shown, view.round), "Every rewind step: error and verdict", key="steps")
            else:
                _walk()


def _how(deep: Rewound, lenet: Rewound | None) -> None:
    st.markdown(
        "How it is done: train the whole net once, and keep its weights at step k. Prune. Give the survivors **those** "
        "values, set the learning rate back too, and train on to the end. With k > 0 it is no winning ticket any more, "
        "for step k has seen data. The papers call it a "
        f"{term('Matching subnetwork')}. {cite('stabilizing', 'lmc')}"
    )
    if lenet is not None:
        control, later = repair.fails(lenet), repaired(lenet, 6)
        with st.expander("The control: a net that does not fail"):
            st.markdown(f"LeNet-300-100, trained for one epoch. {control.told}. Going back to step {LATE} instead "
                        f"changes little there: errors are {more(-later)}. {chip.measured(len(lenet.seeds(0)))}")
    with st.expander("How far back on large nets?"):
        _large()
    wrong, of, worst = rewind.stale(deep)
    if wrong:
        with st.expander("A trap: BatchNorm’s running averages"):
            _trap(wrong, of, worst)


def _large() -> None:
    st.markdown(
        "One often reads k ≈ 0.1% of the training. That is one network's number: VGG-19 on CIFAR-10, step 100 of "
        "112,000. ResNet-20 needed 1.7%, ResNet-50 4.4%. "
        f"{chip.cited('Frankle et al. 2019', 'sections 4 and 5')}"
    )
    st.markdown(
        "On ImageNet the authors found no ticket at θ₀. They found matching subnetworks a little later: a ResNet-50 "
        "with 80% of its weights gone, sent back to epoch 6 of 90. "
        f"{chip.cited('Frankle et al. 2019', 'sections 1 and 5')} On ResNet-50 and a Transformer, sparse nets trained "
        "from scratch stay behind nets that are pruned while they train. "
        f"{chip.cited('Gale, Elsen & Hooker 2019', 'abstract')} In a *pretrained* BERT matching subnetworks exist at "
        "40 to 90% sparsity. They start from pretrained weights, which are no first values. "
        f"{chip.cited('Chen et al. 2020', 'abstract')}"
    )


def _trap(wrong: int, of: int, worst: float) -> None:
    st.markdown(
        "BatchNorm keeps a running average of what each unit says, and uses it when the net answers. In very sparse "
        "nets that average misleads. Some units say the same for every image. Their spread is 0, their average lags a "
        "little behind, and BatchNorm divides that lag by almost nothing: it grows 316 times, and again in the next "
        f"layer. Read that way, **{wrong}** of these {of} nets lose more than a point, and one reads only {worst:.0%}. "
        "So we measure the averages anew, on 5,000 training images, as BatchNorm's authors prescribe. "
        f"{chip.cited('Ioffe & Szegedy 2015', 'algorithm 2')}"
    )


def siblings(level: Depth, deep: Rewound, nets: Mapping[str, Rewound], large: Rewound | None) -> None:
    """Why a moment later? Two trainings of one net, and the walk between them, from depth How on. large: the paper's
    net on photographs, where it is recorded."""
    seeds = len({seed for *_, seed in deep.hills})
    with frame.beside("siblings") as (text, picture):
        with text:
            _walk()
            st.markdown(methods.implication(deep, 6) + (f" {chip.measured(seeds)}" if seeds else ""))
            if seeds:
                _stable(deep, nets, seeds)
            if large is not None and 0 in large.walked:
                _walked_on_photographs(large)
            if level >= "maths":
                st.markdown(BARRIER)
                source.show("lth_core/experiments/instability/run.py", "stream", "_barrier")
        with picture:
            if (hills := rewind_charts.hills(deep)) is not None:
                figure(hills, key="hills-chart", height=320)
            if together(deep, 6):
                fact_table(methods.stable_and_matching(deep, 6), "Stable and matching tickets of the deep net",
                           key="stable")


def _walk() -> None:
    st.subheader("Why a moment later? Siblings", anchor="siblings")
    st.markdown(
        "Take one net at step k and train it twice, with the images in another order each time: two siblings. Walk in "
        "a straight line from one to the other, mixing their weights. If the error stays low all the way, the net is "
        f"**{term('Instability to SGD noise', 'stable')}**: both orders end in one valley. If a hill lies between "
        "them, chance still decides. Drag k above, and watch the hill go."
    )


def _walked_on_photographs(large: Rewound) -> None:
    seeds = len({seed for *_, seed in large.hills})
    with st.expander("And on photographs?"):
        st.markdown(
            f"{rewind.walked_on_photographs(large)} {chip.measured(seeds)} With thirty times as many steps it was "
            f"stable from step 2,000 on, 3% of the training. {chip.cited('Frankle et al. 2020', 'section 3')}"
        )


def _stable(deep: Rewound, nets: Mapping[str, Rewound], seeds: int) -> None:
    if first := popular.order(deep):
        st.markdown(f"{first} {chip.cited('Frankle et al. 2020', 'section 4')}")
    decided = stable.judged(tuple(nets.values()))
    with st.expander("Does stability decide whether a ticket matches?"):
        st.markdown(
            "The paper says: “subnetworks are only matching when they are stable”. "
            f"{chip.cited('Frankle et al. 2020', 'section 4')} That runs one way only. Popular accounts make it run "
            f"both ways. {decided.told}. {chip.measured(seeds)} {chip.claim(decided.claim, decided.verdict)}"
        )


def ways(nets: Mapping[str, Rewound], at: int) -> None:
    """A table of what one may do after pruning, in round `at`."""
    judged = repair.agreement(nets)
    with frame.prose():
        st.subheader("Five things to do after pruning", anchor="ways")
        st.markdown(
            "Set the weights back, or the learning rate, or both, or neither. The table shows what each is worth with "
            f"**{nets['deep'].density[at]:.1%}** of the weights left. {judged.told}. "
            f"{chip.claim(judged.claim, judged.verdict)}"
        )
        frame.note("Fine-tuning keeps the trained weights: it asks whether a *trained* net can be made sparse. "
                   f"Learning-rate rewinding keeps them too, but replays the learning rates. {cite('renda2020')} LeNet "
                   "learns at one constant rate, so there the two are the same run.")
    fact_table(methods.table(nets, at), "Ways to go on after pruning, on two nets", key="ways")


def now(deep: Rewound, view: View) -> None:
    """The chain of the slider's step, trained here and now."""
    step = held(view, deep).step
    whole = next(filter(None, (recorded.find(chain.spec) for chain in deep.chains.values())), None)  # with its curves
    if whole is None:
        recorded.missing("chapter6")
        raise AssertionError("st.stop returned")
    with frame.prose():
        st.subheader("Train this k now", anchor="now")
        st.markdown(f"The whole net once, then six rounds that go back to step **{step:,}**. Choose k above.")
        seed = st.selectbox("Seed", list(range(SEED.most + 1)), key=SEED.name, bind="query-params", width=110,
                            help="Split, first weights and batch order. Recorded seeds must come out the same.")
    run = tickets_of(step, seed)
    with st.container(width=960):
        fresh = run_panel(run, rewind_charts.learning(whole), NOW, key=f"rewind-{run.key}",
                          recorded=rewind.alone(recorded.find(rewinding("deep", step, seed)), run))
    if fresh is not None:
        with frame.prose():
            st.markdown(rewind.replay(fresh) + f" {chip.measured(1)}")
