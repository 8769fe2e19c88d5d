"""Deep Compression: how few bytes does a trained net need?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from lth_core import said
from lth_core.catalogue import SEEDS, compression
from lth_core.ledger import compression as ledger
from lth_core.ledger.compression import Squeezed, squeezed
from pages.figures import compression as figures
from pages.figures import labs
from pages.labs.asked import asked
from pages.labs.base import Lab
from pages.labs.live import run_one
from pages.records import recorded
from pages.text.references import cite
from pages.widgets import chip, colours, frame, source
from pages.widgets.bet import Bet, was
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_columns, fact_table
from pages.widgets.figure import figure, numbers
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.provenance import provenance
from pages.widgets.show_svg import show_svg

PAPER = chip.cited("Han, Mao & Dally 2016", "table 1")


def recorded_runs() -> Squeezed:
    """The recorded compressions; ends the page with the cure when they are missing."""
    runs = recorded.among(compression(seed) for seed in SEEDS)
    if not runs:
        recorded.missing("deep-compression")
    return squeezed(runs)


def show(level: Depth) -> None:
    """The page."""
    found = recorded_runs()
    bits, whole = found.stored, float(found.stage("whole").mean())
    guess = asked(Bet("bet-compression", f"A trained LeNet takes {figures.kb(whole)}. Cut most weights, let the "
                                         "others share a few values, write the file cleverly. How many times smaller "
                                         "does it get, if it must still read as well?", 1, 100, 10, "times"),
                  figures.by_bits(found), partial(about, found))
    if guess is not None:
        about(found)
        with frame.prose():
            now = found.smaller(bits)
            was(guess, now.mean)
            st.markdown(
                f"From {whole:,.0f} to **{found.stage('huffman').mean():,.0f} bytes**, with {bits} bits a weight as in "
                f"the paper: **{figures.ratio(now)} times** smaller. {chip.measured(found.seeds)} The paper's "
                f"LeNet-300-100 goes from 1,070 to 27 KB, 40 times. {PAPER} Our small file reads "
                f"{labs.percent(found.reads(bits))} of the test digits. Against the whole net, trained as long, that "
                f"is {labs.points(found.lost(bits))}. {chip.measured(found.seeds)}"
            )
            st.markdown(f"{fewer(found)} {chip.measured(found.seeds)} {chip.claim(35, ledger.verdict(found))}")
        revealed(found)
        if level >= "how":
            how(found)
        if level >= "maths":
            maths()
    live(found)


def about(found: Squeezed) -> None:
    """What Deep Compression does, and where its numbers come from."""
    with frame.prose():
        st.markdown(
            f"Deep Compression {cite('deep-compression')} shrinks a *trained* net in three steps. Cut most weights. "
            f"Let the others share a few values, {2**found.stored} a layer here. Then give frequent values short "
            "names: Huffman's code. Every file here was really written, and read again bit for bit."
        )
        provenance(found.results, figures.RECORD)


def revealed(found: Squeezed) -> None:
    """What the bet was about, drawn and explained."""
    with st.container(width=620):
        st.markdown("**Bytes after every step.** Our file beside what gzip and zstd make of the same weights.")
        show_svg(figures.svg(found, st.context.theme.type or "light", colours.chosen()), figures.told(found))
        numbers(figures.table(found), key="compression-bars")
        st.caption(figures.source(found))
    with frame.prose():
        whole, places = (float(found.stage("huffman", column).mean()) for column in ("bytes", "bytes_indices"))
        st.markdown(
            f"**Where weights stand costs as much as what they are.** Of the smallest file {places / whole:.0%} are "
            f"positions. {chip.measured(found.seeds)} A position is told as the zeros since the last weight, in "
            f"{found.results[0].spec.to_dict()['index_bits']} bits as in the paper."
        )
    with st.container(width=960):
        figure(figures.by_bits(found), key="compression-bits")
    with frame.prose():
        fact_columns(figures.tried(found), "Bits tried", key="tried")


def fewer(found: Squeezed) -> str:
    """The most bits that reach forty times without a sure loss, in words."""
    most = ledger.enough(found)
    if most is None:
        return "No setting is surely forty times smaller without reading surely less."
    return (f"With {most} bits a weight it is **{figures.ratio(found.smaller(most))} times** smaller, and the net "
            f"reads {said.more(found.lost(most))} than the whole one.")


def how(found: Squeezed) -> None:
    """What differs from the paper, layer by layer."""
    fixed, huffman = figures.best_index(found)
    with frame.prose():
        st.markdown(
            "**Why not the paper's 27 KB?** Here is what one weight takes in Huffman's code, and what it takes there "
            f"({chip.cited('Han, Mao & Dally 2016', 'table 2')}):"
        )
    with st.container(width=960):
        fact_table(figures.by_layer(found), "Bits of a weight and of its position, here and in the paper",
                   key="compression-layers")
    with frame.prose():
        st.markdown(
            "Our weights are spread more evenly, over values and over places, so codes save less. One reason: a "
            "weight on a pixel that is always black gets no gradient. It keeps its first value, and a large one "
            f"survives the cut. So {found.inputs().mean:.0f} of 784 pixels still have weights. "
            f"{chip.measured(found.seeds)}"
        )
        st.markdown(
            "**What is counted.** The whole net trains on for as long as the small one. Otherwise the longer training "
            "alone could look like a gain. Biases and codebooks are in the file too: "
            f"{found.stage('huffman', 'bytes_biases').mean():,.0f} and "
            f"{found.stage('huffman', 'bytes_codebooks').mean():,.0f} bytes."
        )
        st.markdown(
            "**Long gaps.** A gap may be too long for its bits. The paper then stores a weight of zero. Here the "
            "largest number says “so many zeros, and no weight yet”. The smallest file has "
            f"{fixed} bits a gap without Huffman's code and {huffman} with it. {chip.measured(found.seeds)}"
        )


def maths() -> None:
    """The rules, and the code that follows them."""
    with frame.prose():
        st.markdown(
            r"K-means picks $k = 2^b$ centres $c$ that make $\sum_i (w_i - c_{a(i)})^2$ small, begun at equal "
            r"distances. Then the centres learn: $\dfrac{\partial L}{\partial c_j} = \sum_{a(i) = j} "
            r"\dfrac{\partial L}{\partial w_i}$. Huffman's code spends at least the entropy $H = -\sum_s p_s \log_2 "
            r"p_s$ and less than $H + 1$ bits a symbol. Tests hold it against every prefix code of up to five symbols."
        )
        source.show("lth_core/experiments/compression/codebook.py", "kmeans")
        source.show("lth_core/experiments/compression/huffman.py", "lengths", "words")
        source.show("lth_core/experiments/compression/gaps.py", "told", "places")


def live(found: Squeezed) -> None:
    """One seed here and now."""
    fresh = run_one(compression, lambda seed: figures.live(found, f"Deep Compression, seed {seed}"),
                    Plan("stage", "number", (LiveLine("this run", "lab", "kilobytes"),)),
                    "The net trains, is cut and trains on; then its files are written.")
    if fresh is None or "bits" not in fresh.tables:
        return
    mine = squeezed((fresh,))
    with frame.prose():
        st.markdown(
            f"From {mine.stage('whole')[0]:,.0f} to {mine.stage('huffman')[0]:,.0f} bytes, "
            f"{mine.smaller(mine.stored).mean:.1f} times smaller; it reads {mine.reads(mine.stored).mean:.2%}, the "
            f"whole net, trained as long, {mine.trained('dense-longer')[0]:.2%}. {chip.measured(1)}"
        )


LAB = Lab("deep-compression", "Deep Compression", "How few bytes does a trained net need?", show)
