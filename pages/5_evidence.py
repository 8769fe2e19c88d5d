"""Chapter 5 · The evidence: how strong is the case, network by network?"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lth_core import said
from lth_core.catalogue import EVIDENCE_SEEDS, evidence
from lth_core.ledger import convolutional, photographs, residual
from lth_core.ledger.lenet import POPULAR_REINIT, POPULAR_TABLE, Finding, censored, convergence, gain, top_lead
from lth_core.ledger.relatives import RELATIVES
from lth_core.ledger.rules import ENOUGH
from lth_core.results.result import Result
from pages.address import url
from pages.figures import findings, networks, popular, reproduction, rounds, sweep
from pages.records import recorded
from pages.sections import curves_read, primer
from pages.sections.closer_look import closer_look
from pages.text.chapters import CHAPTERS, see
from pages.text.glossary import term
from pages.widgets import chip, colours, depth, frame, source
from pages.widgets.apart import apart
from pages.widgets.bet import Bet, bet, yours
from pages.widgets.choice import choice, picked
from pages.widgets.curve_reader import View, curve_reader
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure, take
from pages.widgets.provenance import provenance
from pages.widgets.quiz import Question, before_you_go

CHAPTER = CHAPTERS[4]
PAPER, QUICK = "50,000 steps", "One epoch"  # as chapter 4 calls them
PROTOCOLS = {PAPER: "paper", QUICK: "quick"}  # what the reader sees, and the catalogue's word for it
LENET = "LeNet-300-100"

_PAPER = "Frankle & Carbin 2019"
INTERVALS = r"""
With $n$ seeds and differences $d_1 \dots d_n$ the interval is $\bar d \pm t_{n-1}\, s/\sqrt n$, where $s$ is their
standard deviation and $t_{n-1}$ the 97.5% quantile of Student's distribution: 2.78 for five seeds, 2.26 for ten, and
12.7 for two, which is why fewer than three settle nothing here.
"""

GAP = {False: "", True: "\n\n"}  # one paragraph, or one a finding

NET = url.Choice("net", (LENET, *photographs.NAMES), LENET)


def recorded_runs(protocol: str, schedule: str = "iterative") -> tuple[Result, ...]:
    """Whichever seeds of a protocol are recorded."""
    specs = (evidence(protocol, seed, schedule) for seed in EVIDENCE_SEEDS[protocol])
    return recorded.among(specs)


def badge(finding: Finding) -> str:
    """The ledger judges 50,000 steps; after one epoch the verdict is that of a shorter race."""
    return (chip.claim(finding.claim, finding.verdict) if shown == PAPER else
            chip.verdict(f"one epoch · {finding.verdict}"))


def read(drawn: sweep.Sweep, key: str, told: DeltaGenerator) -> View:
    """The curves, and what is said of where their marker rests: redrawn alone. Returns what the rest of the page
    follows, which is all but the marker."""
    view = curve_reader(drawn, key=key, view=curves_read.from_address())
    curves_read.to_address(view, drawn.runs.levels)
    controls = f" where random masks ({colours.word('pruned')}) and fresh weights (dotted) go down"
    told.markdown(
        f"With fewer and fewer weights left, tickets ({colours.word('kept')}) should stay up"
        f"{controls if drawn.runs.has('random') else ''}. "
        f"{sweep.sentence(drawn, view.level, view.measure, view.step)} {chip.measured(drawn.runs.seeds)}"
        + (f" {chip.ledger(photographs.CLAIMS[net])}" if net in own else "")
    )
    return replace(view, level=View.level)


settled = len(recorded_runs("paper")) >= ENOUGH  # until then the shorter protocol says more
PROTOCOL = url.Choice("protocol", tuple(PROTOCOLS), PAPER if settled else QUICK)
url.check((NET, PROTOCOL, *curves_read.PARAMETERS, depth.PARAMETER))
level = frame.head(CHAPTER)

# ── the curves ───────────────────────────────────────────────────────────────────────────────────────────────────

own = photographs.every(recorded.find)
convs = {name: own[name] for name in convolutional.NAMES if name in own}
stage = frame.stage("Fewer and fewer weights are left, from left to right. "
                    "**Drag the marker to where the winning ticket falls behind.**")
with stage:
    with frame.toolbar():
        there = {LENET, *own, url.word(NET)}  # what is not recorded is offered where a link asks for it
        net = picked("Net", NET, [name for name in NET.words if name in there], width=170,
                     tip="LeNet reads digits. The others have convolutions and read small photographs. The findings "
                         "below are LeNet's.")
        wished = PROTOCOL.default if net in own else choice(
            "Trained for", PROTOCOL, named=False, tip="As in the paper, or for one epoch. Curves and findings follow. "
            "The tables below them are always of 50,000 steps.")
        runs, shown = recorded_runs(PROTOCOLS[wished]), wished
        if not runs:
            shown = next(other for other in PROTOCOL.words if other != wished)
            runs = recorded_runs(PROTOCOLS[shown])
        if not runs:
            recorded.missing("lenet-quick, lenet-paper")
        if net in own:
            st.caption(f"{convolutional.in_short(own[net])}.", width="content")
        more = frame.menu()
    if net != LENET and net not in own:
        st.info(f"No seed of {net} is recorded. `{convolutional.BRING}`, then `{photographs.record(net)}` does. What "
                f"follows is {LENET}.", icon=":material/hourglass_empty:")
    if shown != wished:
        st.info(f"No seed is recorded for “{wished}” yet (`python -m lth_core record lenet-{PROTOCOLS[wished]}` does, "
                f"for hours). What follows is “{shown}”.", icon=":material/hourglass_empty:")
    case = sweep.sweep(runs, recorded_runs(PROTOCOLS[shown], "one-shot"))
    drawn = sweep.sweep(own[net].results, ()) if net in own else case
    measured = chip.measured(case.runs.seeds)

long_runs = runs if shown == PAPER else recorded_runs("paper")
long = sweep.sweep(long_runs, recorded_runs("paper", "one-shot")) if long_runs else None  # whatever is chosen above

frame.message(CHAPTER, findings.in_a_sentence(case))
with frame.beside("curve") as (text, picture):
    told = text.container()
    with stage:
        view = apart("reader", read, drawn, f"curves-{net}" if net in own else "curves", told)
    with more:
        take(sweep.as_shown(drawn, view.measure, view.step, view.linear, view.each, view.first, view.last),
             key="curves-figure")
        again = (f"{convolutional.BRING}\n{photographs.record(net)}" if net in own else
                 f"python -m lth_core record lenet-{PROTOCOLS[shown]}")
        provenance(drawn.runs.results, again, inside=True)
    with text:
        if censored(drawn.runs):
            st.markdown(
                "Careful: the whole net was still learning when its training ended. A ticket that only learns "
                f"*faster* looks *better* then. ({term('Early-stopping iteration')}: not reached.)"
            )
        if net in own:
            st.caption(f"{convolutional.protocol(own[net])}.")
        if drawn is case and case.one_shot is None:
            st.caption("One-shot tickets of this protocol are not recorded yet.")
        if level >= "how":
            primer.fold("split", "interval", "step", settings=True)
        if level >= "maths":
            st.markdown(INTERVALS)
            source.show("lth_core/intervals.py", "mean_ci", "leads", "luck", "t_quantile")
    with picture:
        if (pace := findings.speed_chart(drawn)) is not None:
            figure(pace, key="pace", height=260 if level >= "how" else 220)

# ── three findings, the paper, and other networks ────────────────────────────────────────────────────────────────

three = findings.findings(case)
found = reproduction.checks(long) if long else ()
relatives = tuple(results for name in RELATIVES if (results := recorded.like(name)))
with frame.beside("findings") as (text, picture):
    with text:
        st.header("Three findings", anchor="findings")
        st.markdown(" ".join(f"**{finding.title}.** {finding.effect} {measured} {badge(finding)}" + GAP[level >= "how"]
                             for finding in three))
    with picture:
        st.header("Does the paper reproduce?", anchor="reproduces")
        if long:
            st.markdown(f"We held its statements against our runs of {long.runs.budget}. "
                        f"{reproduction.summary(found)} {chip.measured(long.runs.seeds)}")
        else:
            st.info("The paper's figures belong to 50,000 steps, which are not recorded yet: `python -m lth_core "
                    "record lenet-paper`.", icon=":material/timer:")
        if level >= "how":
            st.markdown(
                "**Other networks?** For five of six, popular summaries name another data set or size than the paper. "
                + (f"{networks.tried(convs)} {chip.measured(min(runs.seeds for runs in convs.values()))} " if convs else
                   "On the conv nets the evidence is the paper's" + (
                       ", and smaller versions of those nets that we trained. " if relatives else ". "))
                + "On the deep ones the paper finds no ticket at the usual learning rate. "
                + f"{chip.cited(_PAPER, 'section 4')} See {see(6)}."
            )

# ── the table by epochs ──────────────────────────────────────────────────────────────────────────────────────────

by_epoch = convergence(long.runs) if long else None
guess = None
with frame.beside("epochs") as (text, picture):
    with text:
        st.header("A table that travels", anchor="epochs")
        st.markdown(
            "A table by epochs is often quoted with the hypothesis. In it, fresh weights in the ticket's mask read "
            f"{POPULAR_REINIT:.1%} after five epochs. :orange-badge[popular figure] It is not the paper's."
        )
        if long is None or by_epoch is None:
            st.info("This table needs twenty epochs, so the runs of 50,000 steps, which are not recorded yet: "
                    "`python -m lth_core record lenet-paper`.", icon=":material/timer:")
        else:
            ours = by_epoch.cells["reinit"][5]
            guess = bet(Bet("bet-epochs", f"With {by_epoch.density:.1%} of the weights left, after five epochs: how "
                                          "many test digits do fresh weights in the ticket's mask read?", 85, 99, 91))
            if guess is not None:
                heard = f"You said **{guess}%**. " if guess > 0 else ""
                st.markdown(f"{heard}It is **{said.percent(ours)}** after five epochs. {chip.measured(by_epoch.seeds)} "
                            f"{chip.claim(26, by_epoch.settled())}")
                if level >= "how":
                    st.markdown(f"{popular.catches_up(long, by_epoch)} {chip.measured(by_epoch.seeds)}")
                    if len(POPULAR_TABLE) == 1:
                        frame.note("Of the nine popular figures we know only this one's place; the others are left "
                                   "out, not guessed.")
    with picture:
        if guess is not None and by_epoch is not None:
            fact_table(findings.convergence_rows(by_epoch), "Test accuracy by epoch and condition, means with 95% "
                       "intervals", key="convergence")

# ── a closer look ────────────────────────────────────────────────────────────────────────────────────────────────

if level >= "how":
    every = networks.networks(long or case, relatives, own, residual.recorded(recorded.find))
    closer_look(long, three, found, convs, every)

# ── retrieval ────────────────────────────────────────────────────────────────────────────────────────────────────

later = (f" After {long.runs.budget} tickets lead it by {rounds.points(gain(long.runs, top_lead(long.runs)).mean)} at "
         "most, on average over seeds." if long else "")
frame.learned(
    CHAPTER,
    "Tickets learn faster than the whole net, and do better than random parts. At some sizes the seeds settle it, at "
    "others not.",
    reproduction.summary(found) if found else "The paper's statements wait for runs of 50,000 steps.",
    "Fresh weights in a ticket's mask do better than is often said."
    + (yours("bet-epochs") if guess is not None else ""),
)
before_you_go(
    Question(
        "quiz-intervals", "Two bands overlap, yet the difference is sure. How can that be?",
        (
            ("It cannot: overlapping bands mean no difference", "Not even for unrelated groups, and here each seed "
             "trains both."),
            ("The seeds are compared in pairs", "Yes. A lucky split lifts ticket and whole net alike. It widens both "
             "bands and leaves their difference alone."),
            ("The bands are drawn too wide", "They are exactly the 95% intervals of each mean. They answer another "
             "question than “is the one above the other?”."),
        ), 1,
    ),
    Question(
        "quiz-faster", "After one epoch a ticket is well above the whole net. What does that show?",
        (
            ("That tickets generalise better", f"Not yet. The whole net is still learning.{later}"),
            ("That the whole net is too small", "It contains the ticket, weight for weight."),
            ("That tickets learn faster", "Yes. What remains once both are done is the second finding, and it is much "
             "smaller."),
        ), 2,
    ),
)
frame.foot(CHAPTER)
