"""Chapter 6 · Limits, rewinding and the price: when does the recipe fail, and what does it cost?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from lth_core.catalogue import CATALOGUE, CAUSE_SEEDS, LATE, REWINDS, SETTINGS, STABILITY_SEEDS, rewinding
from lth_core.catalogue import cause as cause_run
from lth_core.catalogue import deep as tickets_of
from lth_core.catalogue import subspace as subspace_run
from lth_core.ledger import repair, stable
from lth_core.ledger import subspace as ledger_subspace
from lth_core.ledger.rewound import EPSILON, Rewound, is_chain, repaired, rewound, together
from lth_core.said import more
from lth_core.spec import Spec
from pages.address import url
from pages.figures import cause, in_words, methods, popular, rewind, rewind_charts, subspace
from pages.records import recorded
from pages.sections import costs, loss_landscape, other_images, whole_neurons
from pages.text.chapters import CHAPTERS
from pages.text.glossary import term
from pages.text.references import cite
from pages.widgets import chip, depth, frame, source
from pages.widgets.choice import choice
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.provenance import provenance
from pages.widgets.quiz import Question, ask
from pages.widgets.rewind_slider import View, held, rewind_slider
from pages.widgets.run_panel import run_panel

CHAPTER = CHAPTERS[5]
NETS = {"Deep net": "deep", "LeNet-300-100": "lenet"}  # what the reader sees, and the record's word for it

NET = url.Choice("net", tuple(NETS), "Deep net")
K = url.Whole("k", 0, REWINDS["deep"][-1], View.step)
ROUND = url.Whole("round", 3, 6, 6)
SEED = url.Whole("seed", 0, 4, 0)
NOW = Plan("train", "step", (LiveLine("this round", "training", "validation_accuracy", "ticket"),))


def net_of(name: str) -> Rewound | None:
    """Whatever is recorded of a net; None while there is no chain that rewinds."""
    specs = (spec for part in ("chapter6", "chapter6-stability") for spec in CATALOGUE[part]
             if spec.net.batchnorm is (name == "deep"))  # what tells the two nets apart
    found = recorded.drawn(specs)
    return rewound(name, found) if any(is_chain(run) for run in found) else None


def on_fashion() -> Rewound | None:
    """The deep net's chains on Fashion-MNIST; None until both θ₀ and the late step are recorded."""
    found = recorded.drawn(CATALOGUE["chapter6-fashion"])
    net = rewound("fashion", found) if found else None
    return net if net and {0, LATE} <= set(net.steps) else None


def sweep() -> list[cause.Spot]:
    """The recorded settings of the search for a cause."""
    asked: dict[Spec, tuple[tuple[int, bool, float], int, int]]
    asked = {cause_run(*setting, step, seed): (setting, step, seed)
             for setting in SETTINGS for seed in CAUSE_SEEDS for step in (0, LATE)}
    return cause.spots({asked[run.spec]: run for run in recorded.drawn(asked)})


url.check((NET, K, ROUND, SEED, other_images.JOURNEY, depth.PARAMETER))
level = frame.head(CHAPTER)

# ── the slider ───────────────────────────────────────────────────────────────────────────────────────────────────

deep, lenet = net_of("deep"), net_of("lenet")
if deep is None:
    recorded.missing("chapter6")
    raise AssertionError("st.stop returned")
nets = {name: net for name, net in (("lenet", lenet), ("deep", deep)) if net is not None}
with frame.stage("Sent back to their start, k = 0, the deep net's sparse tickets fail. "
                 "**Drag k to the right, and find the moment from which they match.**"):
    with frame.toolbar():
        words = [name for name, net in NETS.items() if net in nets]
        wished = choice("Network", NET, words, named=False)
        shown = nets[NETS[wished]]
        with frame.menu():
            files = ((rewind_charts.errors(shown), "errors"), (rewind_charts.hills(shown, 6), "hills"))
            for chart, name in files:
                if chart is not None:
                    st.download_button(f"{name}.csv", partial(in_words.csv, chart), f"rewind-{name}.csv", "text/csv",
                                       icon=":material/download:", key=f"{name}-csv", on_click="ignore",
                                       help=in_words.alt(chart))
            st.caption(rewind_charts.source(shown))
            provenance(shown.at(LATE), "python -m lth_core record chapter6", inside=True)
    view = rewind_slider(shown, key=f"rewind-{shown.net}", view=View(url.whole(K), url.whole(ROUND)))
url.put(K, view.step)
url.put(ROUND, view.round)
seeds = len(shown.seeds(view.step))

with frame.prose():
    st.markdown(
        "So far every survivor went back to where it **started**. On one small network that works. Take a deeper one, "
        "with BatchNorm and a large learning rate, on the same digits, and the recipe breaks: its tickets from θ₀ "
        "lose. The repair is almost nothing: do not go back to step 0, but to step **k**, a moment later."
    )
with frame.prose():
    st.markdown(rewind.sentence(shown, view.round, view.step) + f" {chip.measured(seeds)}")
    if level >= "how":
        st.markdown(
            "What moves here: train the whole net once and keep θ at step k. Prune. Set the survivors back to "
            "**that**, and the learning rate with them; train on from k to the end. Six rounds, 45% each; the papers "
            f"cut 20% a round {cite('stabilizing', 'lmc')}. With k > 0 it is no winning ticket any more, since step k "
            f"has already seen data. The papers say *{term('Matching subnetwork')}*. At the far right, k = T, nothing "
            "is trained again at all."
        )
    if level >= "maths":
        st.markdown(
            r"""
Let $\mathcal A_{k \to T}(\theta, u)$ be training from step $k$ to $T$ with data order $u$, and $\theta_k = \mathcal
A_{0 \to k}(\theta_0, u_0)$. Round $n$ trains $\mathcal A_{k \to T}(m_n \odot \theta_k, u_0)$ and prunes the smallest
$|\theta_T|$ to get $m_{n+1}$. The ticket *matches* if its error exceeds the whole net's by at most $\varepsilon = 0.2$
points. Here: the whole 95% interval of that difference, within seeds, must lie below $\varepsilon$. *Falls short*: it
lies above. Otherwise the seeds cannot tell.
"""
        )

# ── what fails, what repairs ─────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.header("What fails, and what repairs it", anchor="repair")
    for judged in (repair.fails(deep), repair.repairs(deep)):
        st.markdown(f"{judged.told}. {chip.measured(len(deep.seeds(0)))} {chip.claim(judged.claim, judged.verdict)}")
    if lenet is not None:
        control, later = repair.fails(lenet), -repaired(lenet, 6)
        st.markdown(f"The control: {control.told[:1].lower()}{control.told[1:]}, on LeNet-300-100, trained for one "
                    f"epoch. Going back to step {LATE} instead errs by {more(later)} there with "
                    f"{lenet.density[6]:.1%} left. {chip.measured(len(lenet.seeds(0)))}")
    if level >= "how":
        st.markdown(
            "The popular account says k ≈ 0.1%. That is one network's number: VGG-19 on CIFAR-10, step 100 of "
            "112,000. ResNet-20 needed 1.7%, ResNet-50 4.4%. "
            f"{chip.cited('Frankle et al. 2019', 'sections 4 and 5')} On LeNet and MNIST k = 0 is enough."
        )
        st.markdown(
            "And on large nets? On ImageNet the authors found no ticket at θ₀, but matching subnetworks a little "
            "later: a ResNet-50 with 80% of its weights gone, rewound to epoch 6 of 90. "
            f"{chip.cited('Frankle et al. 2019', 'sections 1 and 5')} On ResNet-50 and a Transformer, sparse nets "
            "trained from scratch stay behind nets that are pruned while they train. "
            f"{chip.cited('Gale, Elsen & Hooker 2019', 'abstract')} In a *pretrained* BERT, a Transformer too, "
            "matching subnetworks exist at 40 to 90% sparsity; they start from its pretrained weights, which are no "
            f"first values. {chip.cited('Chen et al. 2020', 'abstract')}"
        )

        wrong, of, worst = rewind.stale(deep)
        if wrong:
            st.markdown(
                f"A trap that we fell into: read with BatchNorm's running averages, **{wrong}** of these {of} nets "
                f"lose more than a point, one of them down to {worst:.0%}. In so sparse a net some units say the same "
                "for every image. Their variance is 0, their running mean lags a little behind, and BatchNorm divides "
                "that lag by √ε: 316 times as much, and again in the next layer. In the one we took apart, new "
                "statistics for those units alone were cure enough. So all errors of this net are read with statistics "
                "measured on 5,000 training images, as BatchNorm's authors prescribe. "
                + chip.cited("Ioffe & Szegedy 2015", "algorithm 2")
            )

# ── harder pictures ──────────────────────────────────────────────────────────────────────────────────────────────

fashion = on_fashion()
with frame.prose():
    st.header("Harder pictures, the same net", anchor="fashion")
    st.markdown(
        "Is that a quirk of digits? Give the deep net 70,000 pictures of clothes instead, as large and in ten classes "
        f"too: Fashion-MNIST. {chip.cited('Xiao, Rasul & Vollgraf 2017', 'abstract')} Net, training and pruning stay "
        "what they were."
    )
    if fashion is None:
        st.info("These runs are not recorded yet. `python -m lth_core fetch fashion-mnist` brings the pictures, "
                "`python -m lth_core record chapter6-fashion` trains.", icon=":material/checkroom:")
if fashion is not None:
    with st.container(width=960):
        figure(rewind_charts.rounds(fashion), key="fashion-chart", height=400)
    with frame.prose():
        st.markdown(rewind.beside(fashion, deep, view.round) + f" {chip.measured(len(fashion.seeds(0)))}")
        fact_table(methods.by_step(fashion, view.round), "Rewind steps on Fashion-MNIST", key="fashion-steps")
        provenance(fashion.at(LATE), "python -m lth_core record chapter6-fashion")
        if level >= "how":
            for judged in (repair.fails(fashion), repair.repairs(fashion)):
                st.markdown(f"{judged.told}. {chip.verdict(f'on Fashion-MNIST · {judged.verdict}')}")

# ── stability ────────────────────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.header("Why a moment later? Siblings", anchor="siblings")
    st.markdown(
        "Take one network at step k and train it twice, with the images in different orders. Two siblings. Now walk in "
        "a straight line from the one to the other, mixing their weights. If the error stays low on the way, the net "
        f"is **{term('Instability to SGD noise', 'stable')}**: both orders end in one valley. If there is a hill, they "
        "end in two. The experiment above shows the walk; drag k and watch the hill go."
    )
    siblings = len({seed for *_, seed in deep.hills})
    st.markdown(methods.implication(deep, 6) + (f" {chip.measured(siblings)}" if siblings else ""))
    if siblings:
        st.markdown(f"{popular.settles(deep, 6)} {chip.measured(siblings)}")
        if level >= "how" and (first := popular.order(deep, 6)):
            st.markdown(f"{first} {chip.cited('Frankle et al. 2020', 'section 4')}")
hills = rewind_charts.hills(deep, 6)
if hills is not None:
    with st.container(width=960):
        figure(hills, key="hills-chart", height=380)
if together(deep, 6):
    with st.container(width=800):
        fact_table(methods.stable_and_matching(deep, 6), "Stable and matching tickets of the deep net", key="stable")
with frame.prose():
    if level >= "how":
        st.markdown(
            "The claim to test is “subnetworks are only matching when they are stable”. "
            f"{chip.cited('Frankle et al. 2020', 'section 4')} It runs one way only: stability does not promise a "
            "match, and the counts above say no more than that the two go together often. The whole net's own hill "
            "stands beside it, in grey, where it was measured. On the way, BatchNorm's "
            "statistics are measured anew at every point; otherwise any two nets show a hill made of stale averages."
        )
        if siblings:
            decided = stable.judged(tuple(nets.values()))
            st.markdown(f"Told both ways, “stable means matching”: {decided.told[:1].lower()}{decided.told[1:]}. "
                        f"{chip.measured(siblings)} {chip.claim(decided.claim, decided.verdict)}")
    if level >= "maths":
        st.markdown(
            r"""
With siblings $W_1, W_2$ and test error $E$, the barrier is $\sup_\alpha E\bigl((1-\alpha)W_1 + \alpha W_2\bigr) -
\tfrac12\bigl(E(W_1) + E(W_2)\bigr)$, here over 11 values of $\alpha$ (the paper takes 30). Below 2% the net counts
as stable.
"""
        )
        source.show("lth_core/experiments/instability/run.py", "stream", "_barrier")

# ── live ─────────────────────────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.header("Train this k now", anchor="now")
    seed = st.selectbox("Seed", list(range(5)), key=SEED.name, bind="query-params", width=110,
                        help="Split, first weights and batch order. Recorded seeds must come out the same.")
    step = held(view, deep).step
    run = tickets_of(step, seed)
    st.markdown(f"One training of the whole net, then six rounds that go back to step **{step:,}**. Drag k above "
                "to choose another.")
with st.container(width=960):
    whole = next(filter(None, (recorded.find(chain.spec) for chain in deep.chains.values())), None)  # with its curves
    if whole is None:
        recorded.missing("chapter6")
        raise AssertionError("st.stop returned")
    fresh = run_panel(run, rewind_charts.learning(whole), NOW, key=f"rewind-{run.key}",
                      recorded=rewind.alone(recorded.find(rewinding("deep", step, seed)), run))
if fresh is not None:
    with frame.prose():
        st.markdown(rewind.replay(fresh) + f" {chip.measured(1)}")

# ── the table ────────────────────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.header("Four ways to go on, and one that is none", anchor="ways")
    st.markdown(
        "After pruning one may set the weights back, or the learning rate, or both, or neither. Here is what each is "
        f"worth with **{deep.density[view.round]:.1%}** left (the density chosen above)."
    )
with st.container(width=1100):
    fact_table(methods.table(nets, view.round), "Ways to go on after pruning, on two nets", key="ways")
with frame.prose():
    judged = repair.agreement(nets)
    st.markdown(f"{judged.told}. {chip.claim(judged.claim, judged.verdict)}")
    if level >= "how":
        st.markdown(
            "Fine-tuning keeps the trained weights, so it is no ticket: it answers whether a *trained* net can be "
            "made sparse. Learning-rate rewinding keeps them too but replays the learning rates, and in its authors' "
            f"hands beats fine-tuning. {cite('renda2020')} All late ways here train for the same T − {LATE} steps a "
            "round. LeNet learns at one constant rate, so for it the two are one and the same run."
        )

# ── the cause ────────────────────────────────────────────────────────────────────────────────────────────────────

spots = sweep()
if len(spots) > 2:
    with frame.prose():
        st.header("What makes θ₀ fail?", anchor="cause")
        st.markdown(
            "The deep net differs from LeNet in several ways. Three are suspects: eight hidden layers, BatchNorm, and "
            "a learning rate of 0.8. So train it with each knob turned back, and in every combination."
        )
    with st.container(width=1000):
        fact_table(cause.grid(spots), "Where θ₀ fails: points above the whole net by net and learning rate", key="map",
                   tones=cause.TONES)
    with frame.prose():
        st.caption(f"Points of error above the whole net after {deep.budget:,} steps, with "
                   f"{deep.density[cause.LEVEL]:.1%} of the weights left; "
                   f"{cause.seeds_told(spots)}. Behind: surely more than {100 * EPSILON:.1f} points. Again: "
                   "`python -m lth_core record chapter6-cause`."
                   + cause.beside(spots, deep.gap(deep.errors(cause.LEVEL, 0))))
        st.markdown(cause.sentence(spots) + f" {chip.measured(max(spot.gap.n for spot in spots))}")
    if level >= "how":
        with st.container(width=960):
            figure(cause.chart(spots), key="cause-chart", height=400)
        with frame.prose(), st.expander("All settings"):
            fact_table(cause.rows(spots), "Twelve settings: whole net, ticket from θ₀, ticket from the late step",
                       key="causes")

# ── the price, and other ways to save ────────────────────────────────────────────────────────────────────────────

costs.training(level)
costs.answers(level)
whole_neurons.section(level)
other_images.section(level)

directions = recorded.among(subspace_run(seed) for seed in STABILITY_SEEDS)
if directions:
    line = ledger_subspace.curve(directions)
    with frame.prose():
        st.header("How many numbers does training really turn?", anchor="subspace")
        st.markdown(
            "A ticket trains few weights, chosen with care. Here is the opposite: all weights move, but only along d "
            "**random** directions, fixed before training, so that d numbers are all there is to learn: the "
            f"{term('Intrinsic dimension')}. "
            f"{cite('intrinsic')}"
        )
    with st.container(width=960):
        figure(subspace.chart(line), key="subspace-chart", height=380)
    with frame.prose():
        verdict = ledger_subspace.judged(line)
        st.markdown(f"{verdict.told}. {chip.measured(len(directions))} {chip.claim(31, verdict.verdict)}")
        if level >= "how":
            st.markdown("So fair solutions are not rare points: every random slice drawn here holds one, if it has "
                        "dimensions enough. Such a net can be stored as a seed and its d numbers. "
                        f"{chip.cited('Li et al. 2018', 'section 3')} To answer, it still computes with every weight; "
                        "a ticket does not have to.")
        if level >= "maths":
            st.markdown(r"$\theta = \theta_0 + P z$ with $P \in \mathbb R^{D \times d}$ of random unit columns and "
                        r"$z = 0$ at the start; only $z$ is trained.")

loss_landscape.section()

# ── retrieval ────────────────────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.header("Two questions before you go", anchor="questions")
    ask(Question(
        "quiz-matching", "A net is rewound to step 100, not 0, and does as well as the whole net. A winning ticket?",
        (
            ("Yes: it is sparse and trains to the same accuracy", "Half of it. But its values are not the first ones: "
             "100 steps have already looked at data."),
            ("No, a matching subnetwork", "Yes. The hypothesis speaks of θ₀. This is a weaker claim, and on larger "
             "nets the one that survives."),
            ("No, since it was fine-tuned", "It was not: its weights and its learning rate went back to step 100 and "
             "trained on from there."),
        ), 1,
    ))
    ask(Question(
        "quiz-siblings", "Two siblings differ only in the order of their images, and between them lies a hill. What "
                         "does that say?",
        (
            ("Chance still decides where the training ends", "Yes. Up to this step the order of the images chooses the "
             "valley. A later start leaves it less to choose."),
            ("One of the two trained badly", "Both end with a low error; the hill lies between them."),
            ("The network is too small", "The hill shrinks with a later start, at the same size."),
        ), 0,
    ))
    frame.foot(CHAPTER)
