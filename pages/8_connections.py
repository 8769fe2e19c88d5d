"""Chapter 8 · Connections: what came before, what came after, what is still unknown?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.address import url
from pages.figures import concept_map as map_figure
from pages.figures import labs
from pages.labs import LABS
from pages.labs.beside import recorded_bench
from pages.sections import all_methods, insight
from pages.text.chapters import CHAPTERS, see
from pages.text.references import cite
from pages.text.works import BY_NAME, WORKS, Work, claim
from pages.widgets import depth, frame
from pages.widgets.concept_map import concept_map
from pages.widgets.quiz import Question, before_you_go

CHAPTER = CHAPTERS[7]
EVERYTHING = "Everything"
# The works that stand below the map; the others are told when they are pressed.
MAIN = ("Optimal Brain Damage", "Prune and retrain", "Rethinking generalization", "SNIP", "Value of pruning",
        "Late rewinding", "Edge-Popup", "SparseGPT")

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
            "They trained a net, pruned its smallest weights, and set the others back to the values they had started "
            "from. Trained again, alone, the small net did as well as the whole.\n\n"
            "Works marked ● run here, in a lab of their own."
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
            who, did, beside = st.columns([4, 7, 7], gap="medium")
            lab = f" · [lab](lab?method={work.lab})" if work.lab else ""
            who.markdown(f"**{work.name}** {cite(*work.sources)}  \n{work.year}{lab}")
            did.markdown(work.did)
            beside.markdown(work.beside)
            if level >= "maths":
                st.markdown(work.formula)


def listed(works: Sequence[Work]) -> None:
    """The same in short: a line each."""
    st.markdown("\n".join(f"- **{work.name}** {cite(*work.sources)} {work.year}. {work.did}" for work in works))


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

found = all_methods.everything()
frame.message(CHAPTER, all_methods.message(found))
rows = map_figure.chosen(WORKS, shown) if shown.startswith("Chapter ") else WORKS
if rows == WORKS:  # also for a chapter that no work touches
    rows = tuple(BY_NAME[name] for name in MAIN)
before, after = ([work for work in rows if work.before is early] for early in (True, False))
if level >= "how":
    for title, works in (("Before the hypothesis", before), ("After the hypothesis, and beside it", after)):
        if works:
            st.header(title, anchor=title.split()[0].lower())
            table(works)
else:
    with frame.beside("works") as (left, right):
        for box, title, works in ((left, "Before the hypothesis", before),
                                  (right, "After the hypothesis, and beside it", after)):
            with box:
                if works:
                    st.header(title, anchor=title.split()[0].lower())
                    listed(works)
st.caption(f"{len(rows)} of {len(WORKS)} works. The others stand on the map.")
with frame.prose():
    st.markdown("**The labs:** " + " · ".join(f"[{lab.title}](lab?method={lab.method})" for lab in LABS))

# ── all methods on one chart ─────────────────────────────────────────────────────────────────────────────────────

snip, popup = recorded_bench("snip"), recorded_bench("edge-popup")
sparsest = snip.levels[-1]
if level >= "how":
    all_methods.section(level, found)
    insight.take_or_add()
with frame.beside("why") as (text, right):
    with text:
        insight.slack(snip, popup, sparsest)
    with right:
        insight.unknown()

# ── retrieval ────────────────────────────────────────────────────────────────────────────────────────────────────

frame.learned(
    CHAPTER,
    "Pruning removes weights. LoRA keeps them all, and trains a few new ones beside them.",
    f"With {snip.density[-1]:.1%} of the weights left, SNIP's mask, chosen before any training, reads "
    f"{labs.percent(snip.mean('snip-global', sparsest))}. The ticket reads "
    f"{labs.percent(snip.mean('ticket', sparsest))}, for {sparsest + 1} trainings.",
    "What makes a mask good before training is still an open question.",
)
before_you_go(
    Question(
        "quiz-shuffled-mask", "A mask chosen before training is shuffled within every layer, and nothing gets worse. "
                              "What had it got right?",
        (
            ("Which weights to keep", "That is what shuffling destroys. If it had mattered, something would have got "
             "worse."),
            ("How many weights each layer keeps", "Yes: the one thing that shuffling within layers leaves alone."),
            ("The first values of the kept weights", "Those change too: after the shuffle other weights are kept, with "
             "other first values."),
        ), 1,
    ),
    Question(
        "quiz-peft", "A model must answer faster on a small device. Which of the two can help?",
        (
            ("LoRA, since it has so few trainable weights", "Those are few while *training*. To answer, the frozen "
             "whole net runs as before, plus the update or with it merged in."),
            ("Pruning, if the device can make use of the zeros", "Yes, and mind the condition: scattered zeros are "
             "multiplied like any number unless the format, the hardware or a removed unit says otherwise."),
            ("Both alike: they share one insight", "They may share the reason why they work. What they save differs: "
             "one saves when answering, the other in training."),
        ), 1,
    ),
)
with frame.prose():
    st.markdown(f"What is left is yours: {see(7, 'all knobs are open')}. [Glossary, references, how to "
                "cite](sources).")
frame.foot(CHAPTER)
