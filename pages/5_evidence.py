"""Chapter 5 · The evidence: how strong is the case, network by network?"""

from __future__ import annotations

import streamlit as st

from lth_core import said
from lth_core.catalogue import EVIDENCE_SEEDS, evidence
from lth_core.ledger.lenet import POPULAR_REINIT, POPULAR_TABLE, Finding, censored, convergence
from lth_core.ledger.relatives import RELATIVES
from lth_core.ledger.rules import ENOUGH, SURE
from lth_core.results.result import Result
from pages.address import url
from pages.figures import findings, networks, popular, reproduction, sweep
from pages.records import judged, recorded
from pages.sections import occams_hill
from pages.text.chapters import CHAPTERS, see
from pages.text.glossary import term
from pages.widgets import chip, colours, depth, frame, source
from pages.widgets.bet import Bet, bet
from pages.widgets.choice import choice
from pages.widgets.curve_reader import View, curve_reader
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure, take
from pages.widgets.provenance import provenance
from pages.widgets.quiz import Question, ask

CHAPTER = CHAPTERS[4]
PAPER, QUICK = "50,000 steps", "One epoch"  # as chapter 4 calls them
PROTOCOLS = {PAPER: "paper", QUICK: "quick"}  # what the reader sees, and the catalogue's word for it
WORDS = {kind.word: name for name, kind in sweep.MEASURES.items()}
LOG, LINEAR = "Log", "Linear"
MEANS, EACH = "Means", "Every seed"

ROUND = url.Whole("round", 0, 24, View.level)
MEASURE = url.Choice("y", tuple(WORDS), "Test accuracy")
STEP = url.Whole("step", sweep.STEPS[0], sweep.STEPS[-1], View.step)
AXIS = url.Choice("axis", (LOG, LINEAR), LOG)
LINES = url.Choice("lines", (MEANS, EACH), MEANS)
FIRST, LAST = url.Whole("first", 0, 24, View.first), url.Whole("last", 0, 24, View.last)


def recorded_runs(protocol: str, schedule: str = "iterative") -> tuple[Result, ...]:
    """Whichever seeds of a protocol are recorded."""
    specs = (evidence(protocol, seed, schedule) for seed in EVIDENCE_SEEDS[protocol])
    return recorded.among(specs)


def badge(finding: Finding) -> str:
    """The ledger judges 50,000 steps; after one epoch the verdict is that of a shorter race."""
    return (chip.claim(finding.claim, finding.verdict) if shown == PAPER else
            chip.verdict(f"one epoch · {finding.verdict}"))


def read_view() -> View:
    """The curve reader's state as the address has it."""
    return View(url.whole(ROUND), WORDS[url.word(MEASURE)], url.whole(STEP), url.word(AXIS) == LINEAR,
                url.word(LINES) == EACH, url.whole(FIRST), url.whole(LAST))


def write_view(view: View) -> None:
    """Put it back into the address."""
    url.put(ROUND, view.level)
    url.put(MEASURE, sweep.MEASURES[view.measure].word)
    url.put(STEP, view.step)
    url.put(AXIS, LINEAR if view.linear else LOG)
    url.put(LINES, EACH if view.each else MEANS)
    url.put(FIRST, view.first)
    url.put(LAST, view.last)


settled = len(recorded_runs("paper")) >= ENOUGH  # until then the shorter protocol says more
PROTOCOL = url.Choice("protocol", tuple(PROTOCOLS), PAPER if settled else QUICK)
url.check((PROTOCOL, ROUND, MEASURE, STEP, AXIS, LINES, FIRST, LAST, depth.PARAMETER))
level = frame.head(CHAPTER)

# ── the curves ───────────────────────────────────────────────────────────────────────────────────────────────────

with frame.stage("Fewer and fewer weights are left, from left to right. "
                 "**Drag the marker to where the winning ticket falls behind.**"):
    with frame.toolbar():
        wished = choice("Trained for", PROTOCOL, named=False,
                        tip="As in the paper, or for one epoch. Curves and findings follow. The tables below them are "
                            "always of 50,000 steps.")
        runs, shown = recorded_runs(PROTOCOLS[wished]), wished
        if not runs:
            shown = next(other for other in PROTOCOL.words if other != wished)
            runs = recorded_runs(PROTOCOLS[shown])
        if not runs:
            recorded.missing("lenet-quick, lenet-paper")
        more = frame.menu()
    if shown != wished:
        st.info(f"No seed is recorded for “{wished}” yet (`python -m lth_core record lenet-{PROTOCOLS[wished]}` does, "
                f"for hours). What follows is “{shown}”.", icon=":material/hourglass_empty:")
    case = sweep.sweep(runs, recorded_runs(PROTOCOLS[shown], "one-shot"))
    seeds = case.runs.seeds
    measured = chip.measured(seeds)
    view = curve_reader(case, key="curves", view=read_view())
write_view(view)
with more:
    take(sweep.as_shown(case, view.measure, view.step, view.linear, view.each, view.first, view.last),
         key="curves-figure")
    provenance(runs, f"python -m lth_core record lenet-{PROTOCOLS[shown]}", inside=True)

with frame.prose():
    st.markdown(
        "One curve carries the hypothesis: accuracy against how little is left. If tickets stay up "
        f"({colours.word('kept')}) where random masks ({colours.word('pruned')}) and fresh weights (dotted) go down, "
        "first values matter. Every point is a network that was really trained."
    )
with frame.prose():
    st.markdown(sweep.sentence(case, view.level, view.measure, view.step) + f" {measured}")
    level_with = judged.row(4).outcome
    if level_with.seeds:
        st.markdown("Do winning tickets match the dense net, to within 0.2 points? After 50,000 steps and down to 3.6% "
                    f"of the weights they surely do {level_with.ours}. {level_with.why} "
                    f"{chip.measured(level_with.seeds)} {chip.ledger(4)}")
    if case.one_shot is None:
        st.caption("One-shot tickets of this protocol are not recorded yet.")
    if level >= "how":
        st.markdown(
            "All conditions of one seed share its images and the order of its batches, and all but fresh weights its "
            "θ₀. So they are compared pair by pair: what the seed did to both cancels. That is why a difference can "
            "be sure where the bands overlap."
        )
    if censored(case.runs):
        st.markdown(
            "Careful: the dense net's validation loss, which sets its "
            f"{term('Early-stopping iteration')}, was still falling when its training ended. A ticket that only "
            "learns *faster* looks *better* then."
        )
    if level >= "maths":
        st.markdown(
            r"""
With $n$ seeds and differences $d_1 \dots d_n$ the interval is $\bar d \pm t_{n-1}\, s/\sqrt n$, where $s$ is their
standard deviation and $t_{n-1}$ the 97.5% quantile of Student's distribution: 2.78 for five seeds, 2.26 for ten, and
12.7 for two, which is why fewer than three settle nothing here.
"""
        )
        source.show("lth_core/intervals.py", "mean_ci", "leads", "luck", "t_quantile")

long_runs = runs if shown == PAPER else recorded_runs("paper")
long = sweep.sweep(long_runs, recorded_runs("paper", "one-shot")) if long_runs else None  # whatever is chosen above

# ── three findings ───────────────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.header("Three findings", anchor="findings")
    st.markdown(
        "Each is a claim with a range where it should hold. The verdict is counted, not argued: at how many recorded "
        "levels of that range do our seeds surely lie on the claimed side?"
    )
    for finding in findings.findings(case):
        st.subheader(f"{finding.title}", anchor=False)
        st.markdown(f"{finding.effect} {measured} {badge(finding)}")
        st.caption(f"{finding.why[:1].upper()}{finding.why[1:]}.")
        if level >= "how" and finding.claim == 23:
            st.markdown("The paper: 38% earlier at 21.1% of the weights, and back to the dense net's pace at 3.6%. "
                        + chip.cited("Frankle & Carbin 2019", "section 2"))
        if level >= "how" and finding.claim == 24:
            st.markdown("The paper: more than 0.3 points at 13.5% of the weights, which is 86.5% sparsity, and still "
                        "level with dense at 3.6%. " + chip.cited("Frankle & Carbin 2019", "section 2"))
        if level >= "how" and finding.claim == 25:
            st.markdown("On conv nets the paper sees no significant difference between reinit and random masks; the "
                        "order of the two is a matter of this network. "
                        + chip.cited("Frankle & Carbin 2019", "appendix E"))
with st.container(width=960):
    figure(findings.speed_chart(case), key="pace")
with frame.prose():
    if long:
        enough = judged.row(8).outcome
    if long and enough.seeds:
        st.subheader("Are 5 to 10% of the weights enough?", anchor="enough")
        st.markdown(f"After {long.runs.budget}, {popular.enough(enough)} {chip.measured(enough.seeds)} "
                    f"{chip.ledger(8)}")
    one = findings.findings(case)
    st.markdown(f"**In one line:** after {case.runs.budget}, "
                + "; ".join(f"{each.title.lower()}: **{each.verdict}**" for each in one) + f". {measured}")

occams_hill.section(level)

# ── the table by epochs ──────────────────────────────────────────────────────────────────────────────────────────

by_epoch = convergence(long.runs) if long else None
with frame.prose():
    st.header("A table that travels", anchor="epochs")
    st.markdown(
        "A table by epochs is often quoted with the hypothesis: whole net, ticket and fresh weights after 5, 10 and 20 "
        f"epochs. In it fresh weights in the ticket's mask read {POPULAR_REINIT:.1%} after five. "
        ":orange-badge[popular figure] The paper has no such table; its learning curves are pictures."
        + (" Of the nine figures we know only this one's place; the others are left out, not guessed."
           if len(POPULAR_TABLE) == 1 else "")
    )
    guess = None
    if long is None or by_epoch is None:
        st.info("This table needs twenty epochs, so the runs of 50,000 steps, which are not recorded yet: "
                "`python -m lth_core record lenet-paper`.", icon=":material/timer:")
    else:
        ours = by_epoch.cells["reinit"][5]
        guess = bet(Bet("bet-epochs", f"With {by_epoch.density:.1%} of the weights left, five epochs, fresh weights in "
                                      "the ticket's mask: what does it read of the test digits?", 85, 99, 91))
        if guess is not None:
            heard = f"You said **{guess}%**. " if guess > 0 else ""
            st.markdown(f"{heard}It is **{said.percent(ours)}** after five epochs. {chip.measured(by_epoch.seeds)} "
                        f"{chip.claim(26, by_epoch.settled())} All nine entries lie between "
                        f"{by_epoch.span[0]:.2%} and {by_epoch.span[1]:.2%}.")
            st.markdown(f"{popular.catches_up(long, by_epoch)} {chip.measured(by_epoch.seeds)}")
            fact_table(findings.convergence_rows(by_epoch), "Test accuracy by epoch and condition, means with 95% "
                       "intervals", key="convergence")

# ── does it reproduce? ───────────────────────────────────────────────────────────────────────────────────────────

found = reproduction.checks(long) if long else ()
with frame.prose():
    st.header("Does the paper reproduce?", anchor="reproduces")
    if long:
        st.markdown(f"Its statements about this network, one by one, each beside our runs by its own protocol. "
                    f"{reproduction.summary(found)} {chip.measured(long.runs.seeds)}")
        if level >= "how":
            st.markdown(
                "The paper reads accuracy at the step of the lowest validation loss, *early stop* for short, and so do "
                "we; what it reads after all 50,000 steps is marked. The ± that Frankle et al. 2019 print with "
                "accuracies is no 95% interval: by the captions of their figures 3 and 4 errors span the lowest to the "
                "highest sample, and we read figure 2 alike. So those are judged by whether our mean lies among their "
                "trials."
            )
            with st.expander("The rules behind the verdicts"):
                st.markdown(SURE + "\n" + "".join(f"\n- *{name}*: {sentence}" for name, sentence
                                                 in reproduction.rules(found).items()))
    else:
        st.info("The paper's figures belong to 50,000 steps, which are not recorded yet: `python -m lth_core record "
                "lenet-paper`.", icon=":material/timer:")
if found:
    with st.container(width=1000):
        fact_table(reproduction.rows(found), "The paper's statements beside our measurements", key="reproduction")

# ── network by network ───────────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.header("Network by network", anchor="networks")
    st.markdown(
        "The popular summary lists six networks. Five of its rows name another data set or another network than "
        "the paper. Weights are counted from the paper's own description; where its printed number differs (Conv-6), "
        "both stand here."
    )
relatives = tuple(results for name in RELATIVES if (results := recorded.like(name)))
with st.container(width=1160):
    fact_table(networks.rows(networks.networks(long or case, relatives)),
               "Six networks: popular figure, paper, our measurement", key="networks")
with frame.prose():
    if level >= "how":
        st.markdown(
            "So what is the case? For one small network there are the paper's runs and our own, with verdicts above. "
            f"On the conv nets it is the paper's word{', and small relatives of ours' if relatives else ''}. On "
            f"the deep ones the plain recipe *fails* at the usual learning rate, and the paper says so: {see(6)}, "
            "which also tells what was found on ImageNet and in Transformers."
        )

# ── retrieval ────────────────────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.header("Two questions before you go", anchor="questions")
    ask(Question(
        "quiz-intervals", "Two bands overlap, yet the difference is sure. How can that be?",
        (
            ("It cannot: overlapping bands mean no difference", "Not even for nets that share nothing, and here each "
             "seed trains both."),
            ("The seeds are compared in pairs", "Yes. A lucky split lifts ticket and dense net alike; it widens both "
             "bands and leaves their difference alone."),
            ("The bands are drawn too wide", "They are exactly the 95% intervals of each mean. They only answer "
             "another question than “is the one above the other?”."),
        ), 1,
    ))
    ask(Question(
        "quiz-faster", "After one epoch a ticket is well above the dense net. What does that show?",
        (
            ("That tickets generalise better", "Not yet. The dense net is still learning; given the paper's 50,000 "
             "steps it comes within a few tenths of a point."),
            ("That the dense net is too small", "It contains the ticket, weight for weight."),
            ("That tickets learn faster", "Yes. What remains once both are done is the second finding, and it is much "
             "smaller."),
        ), 2,
    ))
    frame.foot(CHAPTER)
