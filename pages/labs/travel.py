"""Tickets that are found on one data set and trained on another."""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import JOURNEY_LEVELS, JOURNEYS, STABILITY_SEEDS
from lth_core.catalogue import transfer as transfer_run
from lth_core.ledger import transfer as journeys
from lth_core.ledger.transfer import Journey, images
from pages.address import url
from pages.figures import transfer
from pages.labs.base import Lab
from pages.records import recorded
from pages.text.references import cite
from pages.widgets import chip, frame, source
from pages.widgets.depth import Depth
from pages.widgets.fact_table import fact_table
from pages.widgets.figure import figure
from pages.widgets.live_chart import LiveLine, Plan
from pages.widgets.provenance import provenance
from pages.widgets.run_panel import run_panel

NAMES = {f"{images(start)} → {images(end)}": name for name, (start, end) in JOURNEYS.items()}
JOURNEY = url.Choice("journey", tuple(NAMES), next(iter(NAMES)))
NOW = Plan("train", "step", tuple(LiveLine(name, role, "validation_accuracy", condition)
                                  for condition, (name, role) in transfer.NETS.items()))


def show(level: Depth) -> None:
    """The page."""
    url.check((JOURNEY,))
    found = {name: journeys.journey(results) for name, key in NAMES.items()
             if (results := recorded.among(transfer_run(key, seed) for seed in STABILITY_SEEDS))}
    with frame.beside("travel", leads=True) as (text, picture):
        with text:
            st.markdown(
                "A ticket costs many trainings. If every data set needs its own, that is dear. If a ticket found once "
                f"is good elsewhere too, it is cheap. {cite('morcos2019')}"
            )
            st.markdown(
                "So find mask and θ₀ on some images, and train them on **others**. Three nets of the same size stand "
                "beside it: the **native** ticket, found on these very images; a random mask; and the largest weights "
                "of θ₀, chosen without looking at any image."
            )
            if not found:
                recorded.later("Journeys are", "chapter6-transfer")
                return
            shown = _chosen(found)
            quoted = shown.runs.nearest("native", 0.036)
            st.markdown(f"{transfer.sentence(shown, quoted)} {chip.measured(shown.runs.seeds)}")
            if level >= "how":
                _how(shown, quoted)
            if level >= "maths":
                st.markdown(
                    r"One seed gives one $\theta_0$ to all. Pruning on source $A$ gives $m_A$, on target $B$ gives "
                    r"$m_B$; trained on $B$: $m_B \odot \theta_0$, $m_A \odot \theta_0$, $m_A \odot \theta_0'$ with "
                    r"fresh $\theta_0'$, a random $m$ of the same count in each layer, and $m_i = 1$ for the largest "
                    r"$|\theta_{0,i}|$. What travels is the mask alone."
                )
                source.show("lth_core/experiments/transfer/run.py", "_controls")
        with picture:
            figure(transfer.chart(shown), key="journey-chart", height=440)
            provenance(shown.runs.results, "python -m lth_core record chapter6-transfer")
    _all(list(found.values()), quoted)
    _now(NAMES[shown.name], shown, quoted)


def _chosen(found: dict[str, Journey]) -> Journey:
    """The journey that the reader picked."""
    words = tuple(found)
    default = JOURNEY.default if JOURNEY.default in found else words[0]
    wished = st.segmented_control("Journey", words, default=default, key=JOURNEY.name, required=True,
                                  bind="query-params")
    return found[wished if wished in found else default]


def _all(found: list[Journey], quoted: int) -> None:
    verdict = journeys.judged(found)
    seeds = min(one.runs.seeds for one in found)
    with frame.prose():
        st.header("All journeys", anchor="journeys")
        st.markdown(f"{verdict.told}. {chip.measured(seeds)} {chip.claim(33, verdict.verdict)}")
    fact_table(transfer.rows(found, quoted), "Test accuracy on the target, journey by journey", key="journeys")
    st.caption(f"With {found[0].runs.share('native', quoted):.1%} of the weights left. The verdict counts the sizes at "
               "which the travelled ticket surely beats a random mask, of those at which the native one does.")


def _how(shown: Journey, quoted: int) -> None:
    st.markdown(
        f"{transfer.overlap(shown, quoted)}. {chip.measured(shown.runs.seeds)} Both masks come from one θ₀, and "
        "pruning by size keeps what began large. So some of the likeness was there before any image."
    )
    st.markdown(
        "The paper's tickets travel “within the natural images domain”, and those of larger data sets travel better. "
        f"{chip.cited('Morcos et al. 2019', 'abstract')} Our net has no convolutions, so each first-layer weight "
        "belongs to one pixel. Digits and clothes put their ink in different places. That is a likely reason, not a "
        "proven one."
    )
    frame.note(f"{transfer.pixels(shown, quoted)}. {chip.measured(shown.runs.seeds)} Between the halves of the digits, "
               "output 0 means zero on one set and five on the other.")


def _now(key: str, shown: Journey, quoted: int) -> None:
    """The journey once more, live."""
    run = transfer_run(key, 0)
    with frame.prose():
        seconds = float(shown.runs.results[0].manifest.get("seconds", 0))
        fetch = " It needs Fashion-MNIST: `python -m lth_core fetch fashion-mnist`." if "fashion" in key else ""
        st.header("Send this ticket off now", anchor="run")
        st.markdown(f"All of it with seed 0: {JOURNEY_LEVELS[-1]} rounds on either data set, and the controls at "
                    f"{len(JOURNEY_LEVELS)} sizes. Recorded, it took {seconds:.0f} s of one core.{fetch}")
    with st.container(width=960):
        run_panel(run, transfer.learning(shown, quoted), NOW, key=f"journey-{run.key}", recorded=recorded.find(run))


LAB = Lab("travel", "Does a ticket travel?", "Is a ticket that was found on some images good for others?", show)
