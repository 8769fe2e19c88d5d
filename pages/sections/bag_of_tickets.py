"""Chapter 2: what the picture of a lottery says and where it misleads, each in a fold of its own."""

from __future__ import annotations

import math

import streamlit as st

from lth_core.catalogue import SHARES, WIDTHS, tickets
from lth_core.experiments import Draws
from lth_core.experiments.draws.tickets import kept_counts
from lth_core.masks.mask import Mask
from lth_core.nets.layers import weight_count
from pages.figures import draw_charts, draws
from pages.records import recorded
from pages.sections.wall_of_tickets import KEPT
from pages.text.glossary import term
from pages.widgets import chip, frame
from pages.widgets.figure import figure


def recorded_wall(share: float, width: int, seed: int) -> draws.Wall | None:
    """The recorded draws of one lottery."""
    result = recorded.find(tickets(share, width, seed))
    return None if result is None else draws.gathered(result)


def log_choices(spec: Draws) -> float:
    """Decimal logarithm of how many tickets there are with the same count in every layer."""
    counts, sizes = kept_counts(spec.net, spec.density), [alive.size for alive in Mask.dense(spec.net).values()]
    return sum(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
               for n, k in zip(sizes, counts.values(), strict=True)) / math.log(10)


def bigger() -> None:
    """Wider nets hold more tickets: does drawing from them pay?"""
    widths = {w: one for w in WIDTHS if (one := recorded_wall(float(KEPT.default) / 100, w, 0))}
    walls = {(w, share): one for w in WIDTHS for share in SHARES if (one := recorded_wall(share, w, 0))}
    if len(widths) < 2:
        return
    with st.expander("Does a bigger bag of tickets help?"), frame.beside("bag") as (text, picture):
        with text:
            st.markdown(
                "A wider network holds vastly more tickets. Yet its random tickets win no more often against their own "
                f"whole network. Against **one mark for all** they do, but then they also keep more weights. With as "
                f"many weights each, no width is steadily luckier. {chip.measured(1)}"
            )
            st.markdown(draws.bags(walls))
        with picture:
            figure(draw_charts.by_width(widths), key="by-width", height=340)


def leaks(spec: Draws, kept: str) -> None:
    """Where the picture and the thing part."""
    with st.expander("Where the picture of a lottery misleads"), frame.prose():
        st.markdown(
            f"- *You cannot buy a ticket before the draw.* The found ticket's {term('Mask, m', 'mask')} comes from a "
            "**trained** network. Whoever wants the ticket has paid for the whole bag first.\n"
            "- *Step 4 is a conjecture.* Frankle and Carbin say so themselves "
            f"{chip.cited('Frankle & Carbin 2019, v5', 'section 1')}. Large networks contain winners, and they train "
            "well. That does not show that the one is the reason for the other.\n"
            "- *What has been proved is something else.* A large enough random network contains a part that does what "
            f"a given small network does, **without any training** {chip.cited('Malach et al. 2020', 'ICML')}. Such a "
            f"part is called a {term('Strong lottery ticket', 'strong ticket')}. The proof does not say that training "
            "would find it.\n"
            "- *Our wall is easier than the formal statement in one way and harder in another.* Easier: a ticket may "
            "stay a little below the whole network. Harder: half an epoch favours fast learners.\n"
            "- *Tickets overlap.* Of all weights that are in one or the other of two random tickets, "
            f"{spec.density / (2 - spec.density):.0%} are in both, at {kept}% kept."
        )


def shares(spec: Draws) -> None:
    """Density and sparsity, with the counts of this lottery."""
    total, alive = weight_count(spec.net), sum(kept_counts(spec.net, spec.density).values())
    with st.expander("Density and sparsity: which is which?"), frame.prose():
        st.markdown(
            f"""
| word | means | formula | the tickets above |
|---|---|---|---|
| **density** | share that *remains* | ‖m‖₀ / \\|θ\\| | {alive:,} / {total:,} = {alive / total:.1%} |
| **sparsity** | share that is *gone* | 1 − ‖m‖₀ / \\|θ\\| | {total - alive:,} / {total:,} = {1 - alive / total:.1%} |
"""
        )
        st.markdown(
            "The paper calls ‖m‖₀ / |θ|, its $P_m$, the sparsity of the mask, and many accounts follow it. In this "
            "article every axis says which of the two it shows. Percentages that remain are called *kept* or *left*."
        )


def intervals(now: draws.Reading) -> str:
    """How the intervals of a win rate are made, in Markdown."""
    distance, one_in = draws.far_out(now)
    return rf"""
**Where the intervals come from.** With $k$ winners in $n$ draws the Wilson interval solves
$|\hat p - p| = z\sqrt{{p(1-p)/n}}$ for $p$, with $\hat p = k/n$ and $z = 1.96$; unlike the usual
$\hat p \pm z\sqrt{{\hat p(1-\hat p)/n}}$ it does not collapse at $k = 0$. And if nobody in $n$ draws
reaches a mark, then every rate with $(1-p)^n < 0.05$ is ruled out at 95% confidence, so
$p \le 1 - 0.05^{{1/n}} \approx 3/n$. That bound is one-sided, and so lower than the end of Wilson's two-sided interval.

A guess beyond the data: the found ticket lies {distance:.1f} standard deviations above the mean random one. *If*
accuracies were normally distributed that far out, one draw in {_rounded(one_in)} would reach it.
"""


def _rounded(count: float) -> str:
    """A large number of draws as a reader takes it in: two digits, then words."""
    if not math.isfinite(count) or count >= 1e15:
        return "more than a million billion"
    for size, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if count >= size:
            return f"{float(f'{count / size:.2g}'):g} {name}"
    return f"{float(f'{count:.2g}'):,.0f}"
