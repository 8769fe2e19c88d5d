"""Chapter 6 · Limits, rewinding and the price: when does the recipe fail, and what does it cost?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from lth_core.catalogue import CATALOGUE, REWINDS
from lth_core.ledger import convolutional, residual
from lth_core.ledger.rewound import RESIDUAL, Rewound, harder, is_chain, rewound
from pages.address import moved, url
from pages.figures import in_words, rewind, rewind_charts
from pages.labs import FURTHER, at
from pages.records import recorded
from pages.sections import costs, rewinding
from pages.text.chapters import CHAPTERS
from pages.widgets import depth, frame
from pages.widgets.bet import yours
from pages.widgets.choice import choice
from pages.widgets.provenance import provenance
from pages.widgets.quiz import Question, before_you_go
from pages.widgets.rewind_slider import View, held, rewind_slider

CHAPTER = CHAPTERS[5]
NETS = {"Deep net": "deep", "LeNet-300-100": "lenet", residual.NAME: RESIDUAL}  # as the reader and the record call it
AGAIN = f"{convolutional.BRING}\n{residual.RECORD}\n{residual.WALK}"

NET = url.Choice("net", tuple(NETS), "Deep net")
K = url.Whole("k", 0, REWINDS["deep"][-1], View.step)
ROUND = url.Whole("round", 1, 6, 6)


def net_of(name: str) -> Rewound | None:
    """Whatever is recorded of a net; None while there is no chain that rewinds."""
    specs = (spec for part in ("chapter6", "chapter6-stability") for spec in CATALOGUE[part]
             if spec.net.batchnorm is (name == "deep"))  # what tells the two nets apart
    found = recorded.drawn(specs)
    return rewound(name, found) if any(is_chain(run) for run in found) else None


moved.follow("journey", "pages/lab.py", method="travel")
url.check((NET, K, ROUND, rewinding.SEED, depth.PARAMETER))
level = frame.head(CHAPTER)

# ── the slider ───────────────────────────────────────────────────────────────────────────────────────────────────

deep, lenet = net_of("deep"), net_of("lenet")
if deep is None:
    recorded.missing("chapter6")
    raise AssertionError("st.stop returned")
large = residual.recorded(recorded.find)
nets = {name: net for name, net in (("lenet", lenet), ("deep", deep)) if net is not None}
every = nets if large is None else {**nets, RESIDUAL: large}
on_photographs = large is not None and url.word(NET) == residual.NAME
with frame.stage("Sent back to their start, k = 0: do ResNet-20's tickets keep up? **Drag k to 500, and compare.**"
                 if on_photographs else "Sent back to their start, k = 0, the deep net's sparse tickets fail. "
                 "**Drag k to the right, and find the first step from which they match.**"):
    with frame.toolbar():
        words = [name for name, net in NETS.items() if net in (*nets, RESIDUAL)]
        wished = choice("Network", NET, words, named=False, tip="The first two read digits. ResNet-20 is the paper's "
                        "net, and reads small photographs.")
        shown = every.get(NETS[wished], deep)
        if shown is large:
            st.caption(f"{residual.in_short(shown)}.", width="content")
        with frame.menu():
            files = ((rewind_charts.errors(shown), "errors"), (rewind_charts.hills(shown), "hills"))
            for chart, name in files:
                if chart is not None:
                    st.download_button(f"{name}.csv", partial(in_words.csv, chart), f"rewind-{name}.csv", "text/csv",
                                       icon=":material/download:", key=f"{name}-csv", on_click="ignore",
                                       help=in_words.alt(chart))
            st.caption(rewind_charts.source(shown))
            provenance(shown.at(shown.late), AGAIN if shown is large else "python -m lth_core record chapter6",
                       inside=True)
    if NETS[wished] not in every:
        st.info(f"No seed of {residual.NAME} is recorded. `{convolutional.BRING}`, then `{residual.RECORD}` does. What "
                "follows is the deep net.", icon=":material/hourglass_empty:")
    view = rewind_slider(shown, key=f"rewind-{shown.net}", view=View(url.whole(K), url.whole(ROUND)))
url.put(K, view.step)
url.put(ROUND, View.round if view.round == harder(shown)[-1] else view.round)  # nets have more rounds, or fewer

frame.message(CHAPTER, rewind.message(deep))
st.markdown("This chapter has two halves: [rewinding](#rewinding) and [the price](#price).")

# ── the first half ───────────────────────────────────────────────────────────────────────────────────────────────

rewinding.repair_section(level, shown, deep, lenet, large, view)
if level >= "how":
    rewinding.siblings(level, deep, nets, large)
    rewinding.ways(nets, held(view, deep).round)
    rewinding.now(deep, held(view, deep))

# ── the second half ──────────────────────────────────────────────────────────────────────────────────────────────

costs.training(level)
if level >= "how":
    costs.answers()
    with frame.prose():
        st.markdown("**More experiments:** " + " · ".join(f"[{lab.title}](lab?method={lab.method})"
                                                          for lab in (*FURTHER, at("plane"))))

# ── retrieval ────────────────────────────────────────────────────────────────────────────────────────────────────

frame.learned(
    CHAPTER,
    "A few steps into training, the order of the images no longer decides the valley. Sent back there, a small net can "
    "keep up.",
    "Each round is a training, so a ticket saves none." + yours("bet-price", "trainings"),
    "Zeros save time only where the computer can skip them.",
)
before_you_go(
    Question(
        "quiz-matching", "A net is sent back to step 100, not 0, and does as well as the whole net. A winning ticket?",
        (
            ("Yes: it is sparse and trains to the same accuracy", "Half of it. But its values are not the first ones: "
             "100 steps have already looked at data."),
            ("No, a matching subnetwork", "Yes. The hypothesis speaks of θ₀. This is a weaker claim, and on larger "
             "nets the one that survives."),
            ("No, since it was fine-tuned", "It was not: its weights and its learning rate went back to step 100 and "
             "trained on from there."),
        ), 1,
    ),
    Question(
        "quiz-siblings", "Two siblings differ only in the order of their images. Between them lies a hill. What does "
                         "that say?",
        (
            ("Chance still decides where the training ends", "Yes. Up to this step the order of the images chooses "
             "the valley. A later start leaves it less to choose."),
            ("One of the two trained badly", "Both end with a low error; the hill lies between them."),
            ("The network is too small", "The hill shrinks with a later start, at the same size."),
        ), 0,
    ),
)
frame.foot(CHAPTER)
