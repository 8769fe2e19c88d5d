"""Chapter 2 · The hypothesis: what exactly is a winning ticket, and how rare is one?"""

from __future__ import annotations

import math

import streamlit as st

from lth_core.catalogue import SEEDS, SHARES, WIDTHS, tickets
from lth_core.experiments.draws.read import at_most
from lth_core.experiments.draws.tickets import draw, kept_counts
from lth_core.masks.mask import Mask
from lth_core.measures import wilson
from lth_core.nets.layers import weight_count
from pages.address import url
from pages.figures import anatomy, draw_charts, draws, wager
from pages.records import recorded
from pages.sections import ticket_in_code, wall_of_tickets
from pages.sections.wall_of_tickets import KEPT, MARGIN, WIDTH
from pages.text.chapters import CHAPTERS, see
from pages.text.glossary import term
from pages.text.statement import MEANINGS, STATEMENT
from pages.widgets import chip, colours, depth, frame
from pages.widgets.bet import Bet, bet
from pages.widgets.figure import figure, numbers
from pages.widgets.quiz import Question, ask
from pages.widgets.symbols import symbols

CHAPTER = CHAPTERS[1]
BET_SHARE = 0.64  # twice the default: most readers expect that it changes little


def recorded_wall(share: float, width: int, seed: int) -> draws.Wall | None:
    """The recorded draws of one lottery."""
    result = recorded.find(tickets(share, width, seed))
    return None if result is None else draws.gathered(result)


def rounded(count: float) -> str:
    """A large number of draws as a reader takes it in: two digits, then words."""
    if not math.isfinite(count) or count >= 1e15:
        return "more than a million billion"
    for size, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if count >= size:
            return f"{float(f'{count / size:.2g}'):g} {name}"
    return f"{float(f'{count:.2g}'):,.0f}"


def all_seeds(width: int = 20) -> dict[float, list[draws.Wall]]:
    """Share kept → the recorded walls of all seeds."""
    walls = {share: [wall for seed in SEEDS if (wall := recorded_wall(share, width, seed))] for share in SHARES}
    return {share: found for share, found in walls.items() if found}


url.check((*wall_of_tickets.PARAMETERS, depth.PARAMETER))
level = frame.head(CHAPTER)
KEPT_IN, PRUNED_IN = colours.word("kept"), colours.word("pruned")

# ── the wall ─────────────────────────────────────────────────────────────────────────────────────────────────────

shown = wall_of_tickets.stage(KEPT_IN)
kept, width, spec, wall = shown.kept, shown.width, shown.spec, shown.wall
base = recorded.find(spec)
assert base is not None  # the wall stands on it

margin = shown.margin / 1000
with frame.prose():
    st.markdown(
        "Take an untrained network. Keep a random share of its weights, strike out the rest, and train what is left: "
        "that is **one lottery ticket, drawn blindly**. It wins if it reads digits as well as the whole network, or "
        "nearly."
    )
numbers(draws.table(wall, margin), key="wall", label="All tickets")
now, seeds = draws.reading(wall, margin), all_seeds()
just_drawn = int(wall.cells["live"].sum())
fresh = f" ({just_drawn:,} of them drawn just now)" if just_drawn else ""
with frame.prose():
    st.markdown(
        f"At **{kept}% kept**, **{now.wins} of {now.draws:,}** random tickets win{fresh}: {now.rate:.1%}, with a 95% "
        f"interval from {now.low:.1%} to {now.high:.1%}. Winning means at least {now.target:.2%} test accuracy after "
        f"{spec.training.steps} steps: the mean of {now.dense_seeds} dense nets, {now.dense:.2%}, less "
        f"{shown.margin / 10:.1f} points. {chip.measured(1)}"
    )
    same = [draws.reading(one, margin) for one in seeds.get(spec.density, [])] if width == int(WIDTH.default) else [now]
    st.markdown(
        f"One ticket was not drawn but **found**, the {KEPT_IN} line in the histogram: train, prune, rewind, and "
        f"again, down to the same {term('Density')} ({see(3)} does it step by step). "
        f"It scores **{now.found:.2%}**; the best random ticket scores {now.best:.2%}, the mean one "
        f"{now.mean:.2%}. {draws.beaten(same)} {chip.measured(len(same))}"
    )
    if level >= "maths":
        distance, one_in = draws.far_out(now)
        st.markdown(
            rf"""
**Where the intervals come from.** With $k$ winners in $n$ draws the Wilson interval solves
$|\hat p - p| = z\sqrt{{p(1-p)/n}}$ for $p$, with $\hat p = k/n$ and $z = 1.96$; unlike the usual
$\hat p \pm z\sqrt{{\hat p(1-\hat p)/n}}$ it does not collapse at $k = 0$. And if nobody in $n$ draws
reaches a mark, then every rate with $(1-p)^n < 0.05$ is ruled out at 95% confidence, so
$p \le 1 - 0.05^{{1/n}} \approx 3/n$. That bound is one-sided, and so lower than the end of Wilson's two-sided interval.

A guess beyond the data, to be trusted as such: the found ticket lies {distance:.1f} standard deviations above the mean
random one. *If* accuracies were normally distributed that far out, one draw in {rounded(one_in)} would reach it.
"""
        )

# ── one ticket ───────────────────────────────────────────────────────────────────────────────────────────────────

number = shown.ticket if wall.row(shown.ticket) else int(wall.cells["draw"][0])
row = wall.row(number) or {}
with frame.prose():
    st.header("One ticket under the magnifying glass", anchor="ticket")
    st.markdown("The card you chose above, and beside it the ticket that pruning found.")
columns = st.columns(2, gap="large")
masks = {
    f"Ticket {number}, drawn": (draw(spec.net, spec.density, spec.seed, number), row["test_accuracy"]),
    "Found by pruning": (Mask({name.removeprefix("found/"): a for name, a in base.arrays.items()}), now.found),
}
for column, (name, (mask, accuracy)) in zip(columns, masks.items(), strict=True):
    with column:
        verdict = "wins" if accuracy >= now.target - 1e-9 else "loses"
        st.markdown(f"**{name}: {accuracy:.2%}** after {spec.training.steps} steps, {verdict} {chip.measured(1)}")
        drawn, sentence = anatomy.picture(spec.net, mask, spec.seed, name, colours.chosen())
        st.image(drawn, width="stretch", alt=sentence)
        st.caption(anatomy.anatomy(mask).sentence())
with st.container(width=960):
    st.caption("Pictured are 14 pixels down the middle of the image, at most 20 hidden units, and the ten outputs. "
               f"{KEPT_IN.capitalize()}: kept, the wider the larger at the start. {PRUNED_IN.capitalize()}, dashed: "
               "struck out.")
    figure(draw_charts.curve(wall, number, margin), key="curve", height=380)

# ── how rare ─────────────────────────────────────────────────────────────────────────────────────────────────────

with frame.prose():
    st.header("How rare is rare?", anchor="rare")
    guess = None
    if BET_SHARE in seeds:
        bold = [draws.reading(one, margin) for one in seeds[BET_SHARE]]
        total, wins, _ = draws.pooled(bold)
        question = (f"Let tickets keep {BET_SHARE:.0%} of the weights instead of {KEPT.default}%, chosen at random as "
                    "before. How many in a hundred will win?")
        guess = bet(Bet("bet-rate", question, 0, 100, 10))
        if guess is not None:
            if guess >= 0:
                st.markdown(f"You said **{guess}%**. It was **{wins / total:.0%}**: {wins:,} of {total:,} tickets.")
            st.markdown(
                f"With {len(bold)} dense nets to draw from, {spec.training.steps} steps of training and a margin of "
                f"{shown.margin / 10:.1f} points, {wins / total:.0%} of the random tickets win at {BET_SHARE:.0%} "
                "kept. So “most tickets lose” is not a law of nature: it depends on how many weights a ticket may "
                f"keep. **Rarity begins where weights become scarce.** {chip.measured(len(bold))} {chip.ledger(5)}"
            )
if guess is not None:
    with st.container(width=960):
        figure(wager.judged(draw_charts.rates(seeds, margin), guess / 100, wins / total, "%", x=BET_SHARE), key="rates",
               height=380)
if len(seeds) > 1:
    with st.container(width=960):
        figure(draw_charts.by_share(seeds), key="by-share", height=380)
with frame.prose():
    widths = {w: one for w in WIDTHS if (one := recorded_wall(float(KEPT.default) / 100, w, 0))}
    by_width = {(w, share): one for w in WIDTHS for share in SHARES if (one := recorded_wall(share, w, 0))}
    if level >= "how" and len(widths) > 1:
        st.subheader("Buy more tickets?", anchor="width")
        wide = {w: draws.reading(one, margin) for w, one in widths.items()}
        least, most = min(wide), max(wide)
        st.markdown(
            "A wider dense net holds vastly more sub-networks. Does drawing blindly from it pay? At "
            f"{KEPT.default}% kept and {spec.training.steps} steps, each against its own dense net, the win rates are "
            + ", ".join(f"**{one.wins} of {one.draws}** with {w} hidden units" for w, one in wide.items())
            + f". Random tickets do get better in absolute terms (mean {wide[least].mean:.1%} with {least} units, "
            f"{wide[most].mean:.1%} with {most}), but so do the dense nets they are measured against. The found ticket "
            f"gains too: {wide[least].found:.1%} with {least} units, {wide[most].found:.1%} with {most}. "
            f"{chip.measured(1)}"
        )
        st.markdown(draws.fixed_mark(by_width) + f" {chip.measured(1)}")
if level >= "how" and len(widths) > 1:
    with st.container(width=960):
        figure(draw_charts.by_width(widths), key="by-width", height=380)

# ── the picture and its limits ───────────────────────────────────────────────────────────────────────────────────

counts, sizes = kept_counts(spec.net, spec.density), [alive.size for alive in Mask.dense(spec.net).values()]
log_choices = sum(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
                  for n, k in zip(sizes, counts.values(), strict=True)) / math.log(10)
with frame.prose():
    st.header("The lottery, in four steps", anchor="lottery")
    st.markdown(
        f"""
1. **A dense network is a bag of tickets.** Every way to strike out weights leaves a sub-network with its own first
   values. The bag of the net above, at {kept}% kept, holds about $10^{{{log_choices:.0f}}}$ of them.
2. **Most tickets lose**, once they are sparse enough. Trained alone, they end up behind.
3. **A few were lucky**: structure and first values happen to fit together, and training takes them all the way.
4. **The dense network wins because a winner is in the bag.** Training it finds the lucky part.
"""
    )
    st.markdown(
        f"The first three can be tested: the wall above tests how rare winners are, {see(4)} what the first values "
        "have to do with it. The fourth is what makes the picture famous, and it is the one nobody has proved. "
        f"{chip.ledger(6)}"
    )
    with st.container(border=True):
        st.markdown(
            "**Where the metaphor leaks**\n\n"
            f"- *You cannot buy a ticket before the draw.* The found ticket's {term('Mask, m', 'mask')} is read off "
            "a **trained** dense net. "
            "Whoever wants the ticket has paid for the whole bag first.\n"
            "- *Step 4 is a conjecture.* Frankle and Carbin call it one, and an untested one "
            f"{chip.cited('Frankle & Carbin 2019, v5', 'section 1')}. That large nets contain winners and "
            "train well does not show that they train well *because* they contain them.\n"
            "- *What has been proved is something else.* "
            f"“{term('Strong lottery ticket', 'Strong')}” lottery theorems say that a random network, if "
            "sufficiently larger, contains a sub-network that approximates a given smaller net **without any "
            f"training** {chip.cited('Malach et al. 2020', 'ICML')}. They say that it exists, not that gradient "
            "descent finds or trains it.\n"
            "- *Tickets are not independent.* They share weights and first values: two random tickets that keep "
            f"{kept}% have about {spec.density / (2 - spec.density):.0%} of their joint weights in common.\n"
            f"- *A bigger bag alone makes no draw luckier*, or not steadily, if its tickets keep as many weights. "
            f"{draws.equal_weights(by_width)} {chip.measured(1)}"
        )

    # ── the statement ────────────────────────────────────────────────────────────────────────────────────────────

    st.header("The hypothesis, word for word", anchor="statement")
    st.markdown(
        "> *A randomly-initialized, dense neural network contains a subnetwork that is initialized such that—when "
        "trained in isolation—it can match the test accuracy of the original network after training for at most the "
        "same number of iterations.*\n\n" + chip.cited("Frankle & Carbin 2019, v5", "section 1")
    )
    st.markdown("The same in symbols, as we read it. Point at one, or tap it, to see what it stands for.")
    symbols(
        STATEMENT, MEANINGS, "Nothing chosen yet.", key="statement-symbols")
    st.caption("Our wording, after section 1 of the paper. It says that such a mask exists, not how to find it, and "
               "not that it could be found without training.")
    st.markdown(
        "**A ticket is a mask *and* its first values.** The same mask with new random values is another net; what "
        f"it is worth is the question of {see(4)}."
    )
    if level >= "how":
        st.markdown(
            "Our wall asks for less and for more than the statement. Less: a ticket may stay "
            f"{shown.margin / 10:.1f} points below the dense net. More: it has to get there within the same short "
            f"budget of {spec.training.steps} steps, about half a pass through the training images, where fast "
            "learners are at an advantage. Move the margin to zero for the strict reading."
        )

    st.header("Density and sparsity", anchor="density")
    total, alive = weight_count(spec.net), sum(counts.values())
    st.markdown(
        f"""
| word | means | formula | the tickets above |
|---|---|---|---|
| **density** | share that *remains* | ‖m‖₀ / \\|θ\\| | {alive:,} / {total:,} = {alive / total:.1%} |
| **sparsity** | share that is *gone* | 1 − ‖m‖₀ / \\|θ\\| | {total - alive:,} / {total:,} = {1 - alive / total:.1%} |
"""
    )
    st.markdown(
        "The paper itself calls ‖m‖₀ / |θ|, its $P_m$, the sparsity of the mask, and many accounts follow it. Read so, "
        "a net of which 90% is gone has a sparsity of 10%. In this article axes always say which one they show; "
        "percentages that remain are called *kept* or *left*."
    )

ticket_in_code.section(level)

# ── retrieval ────────────────────────────────────────────────────────────────────────────────────────────────────

story = [draws.reading(one, MARGIN.default / 1000) for one in seeds[float(KEPT.default) / 100]]
drawn_all, drawn_wins, _ = draws.pooled(story)
found_wins = sum(one.found >= one.target for one in story)
with frame.prose():
    st.markdown(
        f"**In one line:** drawn blindly, {drawn_wins:,} of {drawn_all:,} tickets that keep {KEPT.default}% of the "
        f"weights win; found by training, pruning and rewinding, {found_wins} of {len(story)} do. Same first values, "
        f"same density, {spec.training.steps} steps of training; winning is staying within {MARGIN.default / 10:.1f} "
        f"points of the dense nets. {chip.measured(len(story))}"
    )
    st.header("Two questions before you go", anchor="questions")
    ask(Question(
        "quiz-ticket", "You keep a winning ticket's mask, but give its weights new random values. What do you hold?",
        (
            ("The same winning ticket", "A ticket is mask and first values together. The mask alone won nothing yet: "
             "chapter 4 measures what is left of it."),
            ("A random sparse network with a chosen structure", "The structure is still special, the values are not. "
             "Whether the structure alone is enough is an experiment, not a definition."),
            ("A ticket of another lottery, just as good", "It would be, if the values did not matter. The hypothesis "
             "itself is silent on other values; chapter 4 measures them."),
        ), 1,
    ))
    ask(Question(
        "quiz-none", "Two hundred draws, no winner. What may you say about the share of winners, with 95% confidence?",
        (
            ("It is zero", "Two hundred failures cannot rule out one winner in a thousand: you would miss it in four "
             "series of draws out of five."),
            (f"It is at most about {at_most(200):.1%}", "If it were larger, two hundred failures in a row would happen "
             "less than once in twenty times. (The wall's own interval ends at "
             f"{wilson(0, 200)[1]:.1%}: it leaves room on both sides, this bound on one.)"),
            ("Nothing at all", "They do say something: a share of ten percent would almost surely have shown itself."),
        ), 1,
    ))
    frame.foot(CHAPTER)
