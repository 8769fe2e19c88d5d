"""Chapter 8: pruning beside fine-tuning, why any of it works, and what nobody knows yet."""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import STABILITY_SEEDS
from lth_core.catalogue import subspace as subspace_run
from lth_core.ledger import subspace
from lth_core.ledger.bench import Bench
from lth_core.ledger.runs import value
from pages.records import recorded
from pages.text.glossary import term
from pages.text.references import cite
from pages.widgets import chip, frame


def take_or_add() -> None:
    """Pruning beside fine-tuning with few numbers."""
    with frame.prose():
        st.header("Take away, or add a little", anchor="peft")
        st.markdown(
            f"Pruning trains everything, and removes most of it. {term('PEFT', 'Parameter-efficient fine-tuning')} "
            f"(PEFT, best known as {term('LoRA', 'LoRA')} {cite('lora')}) removes nothing, and trains next to nothing. "
            "One saves when the net *answers*, the other when it is *trained*. Both have labs: "
            "[heads](lab?method=heads), [LoRA](lab?method=peft)."
        )
        with st.expander("Point by point"):
            st.markdown(
                f"Adapters {cite('adapters')} are the older form: small layers in a frozen model, 3.6% more numbers a "
                f"task. {chip.cited('Houlsby et al. 2019', 'abstract')} Pruning too has a coarser form. In the encoder "
                "of a translation model, 38 of 48 attention heads could go. "
                f"{chip.cited('Voita et al. 2019', 'abstract')}"
            )
            st.markdown(
                f"""
| what it does | pruning | PEFT, as LoRA {cite('lora')} |
|---|---|---|
| begins with | a whole net, to be trained | a whole net that others trained |
| trains | all weights, then the survivors | a thin update BA beside each frozen W₀ |
| ends with | fewer weights | more weights, or the same when merged |
| saves | when it *answers*, if the hardware can use zeros | in *training*: gradients of a few numbers |
| does not save | training: tickets cost many | answering: the whole net still runs |
| what is small | the *number* of weights | the *rank* of the change |
"""
            )


def slack(snip: Bench, popup: Bench, sparsest: int) -> None:
    """Three ways to see that a net has more numbers than it needs."""
    left = f"{snip.density[-1]:.1%}"
    dense = [value(run, "ticket", 0) for run in snip.lotteries]
    st.header("Why does any of it work?", anchor="redundancy")
    st.markdown(
        "One answer: a trained net has more freedom than it needs. After one epoch:\n\n"
        f"- *Few weights*: {left} of them read {snip.mean('ticket', sparsest).mean:.1%}, all of them "
        f"{sum(dense) / len(dense):.1%}. {chip.measured(snip.seeds)}\n"
        f"- *Few bits*: with every weight frozen, choosing {left} of them reads "
        f"{popup.mean('edge-popup-scaled', sparsest).mean:.1%}. {chip.measured(popup.seeds)}\n"
        f"- *Few directions*: {_few_directions()}\n\n"
        f"That these are one insight is a good guess that nobody has proved. {chip.ledger(42)}"
    )


def unknown() -> None:
    """What is open, and a word on names."""
    st.header("What we still do not know", anchor="unknown")
    st.markdown(
        f"""
- **Can a ticket be seen before training?** SNIP, GraSP and SynFlow stay below pruning after
  training {cite('missing-the-mark')}. Must every such way?
- **Do whole nets train well *because* they hold tickets?** The paper calls that a conjecture {cite('lth')}.
- **What settles in the first steps?** “Stable” is a name for it, not yet a cause {cite('lmc')}.
- **Mask or values?** How the two share the work is unsettled {cite('zhou2019', 'early-phase')}.
- **What does this site leave open?** Most of its nets are small and read grey digits. The largest read small
  photographs, for a part of the paper's steps. Where a larger one disagrees, believe the larger one.
"""
    )
    with st.expander("Names travel badly"):
        st.markdown(
            "> *In theory there is no difference between theory and practice, while in practice there is.*\n\n"
            "The line goes to Yogi Berra, to Einstein, to Feynman. The earliest source known is Benjamin Brewster, a "
            f"student, in the *Yale Literary Magazine* of February 1882 {cite('brewster')}. In our field popular texts "
            "have “Frankle and Carlin”; it is Michael **Carbin**. They date late rewinding 2020; it was on arXiv in "
            f"March 2019. {chip.ledger(43)}"
        )


def _few_directions() -> str:
    """What this site's own random subspaces say, where they are recorded."""
    runs = recorded.among(subspace_run(seed) for seed in STABILITY_SEEDS)
    if not runs:
        return "not recorded yet."
    curve = subspace.curve(runs)
    judged = subspace.judged(curve)
    return (f"{curve.intrinsic:,} [random directions](lab?method=directions) are enough for {subspace.SHARE:.0%} of a "
            f"small net's accuracy. {chip.measured(len(runs))} {chip.claim(judged.claim, judged.verdict)}"
            if curve.intrinsic else f"{judged.told}. {chip.claim(judged.claim, judged.verdict)}")
