"""Chapter 8 · Connections: what came before, what came after, what is still unknown?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import streamlit as st

from lth_core.catalogue import STABILITY_SEEDS
from lth_core.catalogue import subspace as subspace_run
from lth_core.ledger import subspace
from lth_core.ledger.runs import value
from pages.address import url
from pages.figures import concept_map as map_figure
from pages.figures import labs
from pages.labs import LABS
from pages.labs.base import link as lab_link
from pages.labs.beside import recorded_bench
from pages.records import recorded
from pages.sections import all_methods
from pages.text.chapters import CHAPTERS, see
from pages.text.glossary import term
from pages.text.references import cite
from pages.text.works import BY_NAME, WORKS, Work, claim
from pages.widgets import chip, depth, frame
from pages.widgets.concept_map import concept_map
from pages.widgets.quiz import Question, ask

CHAPTER = CHAPTERS[7]
EVERYTHING = "Everything"

SHOW = url.Choice("show", (EVERYTHING, map_figure.HEART, *map(map_figure.label, CHAPTERS),
                           *(work.name for work in WORKS)), EVERYTHING)

# What is shown stands in the address alone; map and select box both read and write it there. A bound select box that
# the map sets back to its default leaves an empty `?show=` behind.


def show(name: str) -> None:
    """Put a choice into the address; the default leaves no trace there."""
    if name == SHOW.default:
        st.query_params.pop(SHOW.name, None)
    else:
        st.query_params[SHOW.name] = name


def pick(name: str) -> None:
    """A node of the map was pressed: show it, or everything when it was shown already."""
    show(EVERYTHING if st.query_params.get(SHOW.name) == name else name)


def story(name: str) -> None:
    """What stands beside the map: the work of that name, a chapter with the works that touch it, or the paper in the
    middle of it all."""
    if name in BY_NAME:
        work_story(BY_NAME[name])
    elif chapter := next((one for one in CHAPTERS if map_figure.label(one) == name), None):
        st.subheader(chapter.label, anchor=False)
        st.markdown(f"*{chapter.question}*")
        chapter_link(chapter.number)
        touching = [work for work in WORKS if chapter.number in work.chapters]
        st.markdown("\n".join(f"- **{work.name}**, {work.authors}, {work.year} {cite(*work.sources)}"
                              for work in touching) or "No work of the map touches it.")
    else:
        st.subheader("The lottery ticket hypothesis", anchor=False)
        st.markdown(
            f"Jonathan Frankle & Michael Carbin, 2019 {cite('lth')}\n\n"
            "They trained a dense network, pruned its smallest weights, and set the others back to the very values "
            "they had started from. Trained again, alone, the small net did as well as the whole, and often learned "
            "faster. With fresh first values it did not.\n\n"
            "On the left stand works from before it. On the right stand works from beside it and after it: some build "
            "on it, some argue with it. The eight chapters between them tell the paper and put it to the test. Works "
            "marked ● have a lab, where you can run them."
        )


def work_story(work: Work) -> None:
    """A work in full: what it did, how that stands to a ticket, formula, claims and chapters."""
    st.subheader(work.name, anchor=False)
    st.markdown(f"{work.authors}, {work.year} {cite(*work.sources)}")
    st.markdown(runs(work))
    st.markdown(work.did)
    st.markdown(work.beside)
    st.markdown(work.formula)
    st.markdown(f"Touches the claims {' · '.join(map(claim, work.claims))}.")
    with st.container(horizontal=True):
        for number in work.chapters:
            chapter_link(number)


def runs(work: Work) -> str:
    """The way to a work's lab, or what of it runs elsewhere, in Markdown."""
    return f"[Try it in the lab](lab?method={work.lab})" if work.lab else work.here


def table(works: Sequence[Work]) -> None:
    """The rows of one table."""
    for work in works:
        with st.container(border=True, key=f"work-{WORKS.index(work)}"):
            who, did, beside = st.columns([5, 7, 7], gap="medium")
            who.markdown(f"**{work.name}** {cite(*work.sources)}  \n{work.authors}, {work.year}")
            who.markdown(runs(work))
            did.markdown(work.did)
            if level >= "how":
                beside.markdown(work.beside)
            if level >= "maths":
                st.markdown(work.formula)


def few_directions() -> str:
    """What this site's own random subspaces say, where they are recorded."""
    runs = recorded.among(subspace_run(seed) for seed in STABILITY_SEEDS)
    if not runs:
        return ""
    judged = subspace.judged(subspace.curve(runs))
    return (f"{judged.told} ([the figure](lab?method=directions)). {chip.measured(len(runs))} "
            f"{chip.claim(judged.claim, judged.verdict)}")


def chapter_link(number: int) -> None:
    """The way to a chapter, or its name where there is none: on this page, or while it is still to come."""
    chapter = CHAPTERS[number - 1]
    if chapter == CHAPTER:
        st.markdown(f"{chapter.label}, this page")
    elif chapter.exists:
        st.page_link(chapter.file, label=chapter.label, icon=":material/arrow_forward:")
    else:
        st.markdown(f"{chapter.label} :gray-badge[to come]")


url.check((SHOW, *all_methods.PARAMETERS, depth.PARAMETER))
level = frame.head(CHAPTER)

# ── the map ──────────────────────────────────────────────────────────────────────────────────────────────────────

shown = st.session_state["shown"] = st.query_params.get(SHOW.name, SHOW.default)
with frame.stage("Nobody finds an idea alone. **Press a work to read its story beside the map, or a chapter to see "
                 "whom it owes.**"):
    with frame.toolbar():
        st.selectbox("Show", SHOW.words, key="shown", on_change=lambda: show(st.session_state["shown"]), width=280,
                     label_visibility="collapsed",
                     help="The same choice as on the map: a work, a chapter, or everything.")
    drawn, told = st.columns([5, 3], gap="medium")
    with drawn:
        concept_map(map_figure.picture(), shown, pick, key="map")
    with told.container(key="story"):
        story(shown)

# ── the two tables ───────────────────────────────────────────────────────────────────────────────────────────────

rows = WORKS if shown in BY_NAME else map_figure.chosen(WORKS, shown)
tables: dict[str, Callable[[Work], bool]] = {
    "Before the hypothesis": lambda work: work.before,
    "After the hypothesis, and beside it": lambda work: not work.before,
}
with st.container(width=1000):
    for title, fits in tables.items():
        own = [work for work in rows if fits(work)]
        if own:
            st.header(title, anchor=title.split()[0].lower())
            if rows == WORKS and level >= "how":
                st.caption("What it did, and how that stands to a winning ticket. At depth “Maths” each row has its "
                           "formula." if level.chosen != "Maths" else "What it did, how that stands to a winning "
                           "ticket, and its formula.")
            table(own)
    if rows != WORKS:
        st.caption(f"{len(rows)} of {len(WORKS)} works shown: {shown}. Choose “{EVERYTHING}” above for all of them.")

# ── the labs ─────────────────────────────────────────────────────────────────────────────────────────────────────

with st.container(width=1000):
    st.header("The labs", anchor="labs")
    st.markdown("Each of these works runs on a page of its own: in small, on the same digits, beside the ticket.")
    for lab in LABS:
        with st.container(horizontal=True, vertical_alignment="center"):
            lab_link(lab, f"**{lab.title}** · {lab.question}", ":material/science:")

all_methods.section(level)

snip, popup = recorded_bench("snip"), recorded_bench("edge-popup")
sparsest = snip.levels[-1]
left, cost = snip.density[-1], sparsest + 1
ticket = snip.mean("ticket", sparsest)

# ── pruning and PEFT ─────────────────────────────────────────────────────────────────────────────────────────────

sizes = snip.labs[0].spec.net.sizes
per_rank, kept = sum(a + b for a, b in pairwise(sizes)), sum(snip.layers("ticket", sparsest))
rank = max(1, round(kept / per_rank))
with frame.prose():
    st.header("Take away, or add a little", anchor="peft")
    st.markdown(
        f"Pruning and {term('PEFT', 'parameter-efficient fine-tuning')} (PEFT, best known as {term('LoRA', 'LoRA')}) "
        "look like opposites. One trains everything and removes most of it; the other removes nothing and trains next "
        f"to nothing. Adapters {cite('adapters')} are its older form: small layers put between those of a frozen "
        f"model, 3.6% more parameters a task. {chip.cited('Houlsby et al. 2019', 'abstract')} Pruning has a coarser "
        "form there, which takes whole attention heads: 38 of 48 could go from the encoder of a translation model "
        f"{cite('heads')}. {chip.cited('Voita et al. 2019', 'abstract')} Both have a lab: "
        "[heads](lab?method=heads), [adapters](lab?method=peft)."
    )
    st.markdown(
        f"""
| | pruning | PEFT, as LoRA {cite('lora')} |
|---|---|---|
| begins with | a dense net to be trained | a dense net trained by others |
| trains | all weights, then the survivors | a thin update BA beside each frozen W₀ |
| ends with | fewer weights | more weights, or the same when merged |
| saves | at *inference*, if the hardware can use zeros | at *training*: gradients and moments of the few |
| does not save | training: tickets cost many | inference: the dense net still runs |
| what is small | the *number* of weights | the *rank* of the change |
"""
    )
    st.markdown(
        f"The same budget, two shapes: the {left:.1%} ticket of LeNet-300-100 has {kept:,.0f} weights. LoRA of rank "
        f"{rank} on all its layers would train {rank * per_rank:,}. The [lab](lab?method=peft) lets LoRA and masks of "
        "equal size learn new digits side by side."
    )
    st.header("Why does any of it work?", anchor="redundancy")
    bits = (f"{labs.percent(popup.mean('edge-popup-scaled', sparsest))} of the digits, with {left:.1%} on. "
            f"{chip.measured(popup.seeds)}")
    dense = [value(run, "ticket", 0) for run in snip.lotteries]
    st.markdown(
        "One answer: a trained net uses far fewer degrees of freedom than it has. Three ways to see such slack:\n\n"
        f"- *Few weights*: after one epoch {left:.1%} of them read {labs.percent(ticket)}, all of them "
        f"{sum(dense) / len(dense):.2%}. {chip.measured(snip.seeds)} ({see(3, 'Chapter 3')} has the same seeds from "
        "another recording, which rounded otherwise: its means lie about a tenth of a point apart.)\n"
        f"- *Few bits*: with every weight frozen, one epoch of choosing which to use is enough to read {bits}\n"
        f"- *Few directions*: random subspaces {cite('intrinsic')} and low-rank updates {cite('lora')} are enough to "
        f"train in. {chip.cited('Li et al. 2018; Hu et al. 2022', 'abstracts')} {few_directions()}\n\n"
        "That these are one insight and not three is an interpretation. It is a good one, and nobody has proved it. "
        f"{chip.ledger(42)}"
    )

    # ── open questions ───────────────────────────────────────────────────────────────────────────────────────────

    st.header("What we still do not know", anchor="unknown")
    st.markdown(
        f"""
- **Can a ticket be recognised before training?** SNIP, GraSP and SynFlow stayed below pruning afterwards
  {cite('missing-the-mark')}. Whether every such way must is open.
- **Do dense nets train well *because* they hold tickets?** Frankle and Carbin call it a conjecture {cite('lth')}. Some
  accounts call the pruned weights scaffolding, needed to build and then taken away: that is the same conjecture. The
  strong theorems {cite('malach', 'orseau', 'pensia')} prove that good sub-networks exist, not that training finds them.
- **What settles in the first steps?** From $\\theta_k$ sub-networks match where from $\\theta_0$ they fail
  {cite('lmc')}. That training has become stable by then is a description, not yet a cause.
- **Mask or values?** Random weights with the right mask read digits; so do right masks with new values. How
  the two share the work, and how that changes with depth, is unsettled {cite('zhou2019', 'early-phase')}.
- **Do tickets exist where it would pay?** Rounds of training would be dear for large language models; what is
  pruned there is the finished net {cite('sparsegpt')}.
- **What does this site leave open?** All its runs are small nets on small grey pictures, most of them digits. Where a
  larger one disagrees, believe the larger one.
"""
    )
    st.markdown(
        "> *In theory there is no difference between theory and practice, while in practice there is.*\n\n"
        "The line goes to Yogi Berra, to Einstein, to Feynman. There is no good reason to credit any of them: the "
        "earliest source known is Benjamin Brewster, a student, in the *Yale Literary Magazine* of February 1882 "
        f"{cite('brewster')}. Names travel badly in our field too. Popular texts have “Frankle and Carlin”; it is "
        "Michael **Carbin**. Late rewinding is dated 2020, but was on arXiv in March 2019. Hence the list below, "
        "checked "
        f"line by line. {chip.ledger(43)}"
    )

    # ── retrieval ────────────────────────────────────────────────────────────────────────────────────────────────

    st.markdown(
        f"**In one line:** after one epoch, at {left:.1%} of the weights, a ticket whose mask took {cost - 1} "
        "trainings "
        f"reads {ticket.mean:.1%}, SNIP's mask, chosen before a single training, "
        f"{snip.mean('snip-global', sparsest).mean:.1%}, and a mask on weights that never "
        f"train {popup.mean('edge-popup-scaled', sparsest).mean:.1%}. "
        f"{chip.measured(min(snip.seeds, popup.seeds))}"
    )
    st.header("Two questions before you go", anchor="questions")
    ask(Question(
        "quiz-shuffle", "A mask chosen before training is shuffled within every layer, and nothing gets worse. What "
                        "had it got right?",
        (
            ("Which weights to keep", "That is what shuffling destroys. If it had mattered, something would have got "
             "worse."),
            ("How many weights each layer keeps", "Yes: the one thing that shuffling within layers leaves alone."),
            ("The first values of the kept weights", "Those change too: after the shuffle other weights are kept, with "
             "other first values."),
        ), 1,
    ))
    ask(Question(
        "quiz-peft", "A model must answer faster on a small device. Which of the two can help?",
        (
            ("LoRA, since it has so few trainable weights", "Those are few while *training*. To answer, the frozen "
             "dense net runs as before, plus the update or with it merged in."),
            ("Pruning, if the device can make use of the zeros", "Yes, and mind the condition: scattered zeros are "
             "multiplied like any number unless the format, the hardware or a removed unit says otherwise."),
            ("Both alike: they share one insight", "They may share the reason why they work. What they save differs: "
             "one inference, the other training."),
        ), 1,
    ))

    # ── the end ───────────────────────────────────────────────────────────────────────────────────────────────────────

    st.page_link("pages/sources.py", label="Glossary, references and how to cite", icon=":material/menu_book:")
    st.markdown(
        f"That was the article. What is left is yours: {see(7, 'all knobs are open')}, every figure gives its numbers "
        "away, and every badge *Recorded* holds the command that makes them again. If one comes out "
        "differently, believe yours, and tell us."
    )
    frame.foot(CHAPTER)
