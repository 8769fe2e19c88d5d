"""Chapter 2 · The hypothesis: what exactly is a winning ticket, and how rare is one?"""

from __future__ import annotations

import streamlit as st

from lth_core.catalogue import SEEDS, SHARES
from lth_core.experiments.draws.read import at_most
from lth_core.measures import wilson
from pages.address import url
from pages.figures import draw_charts, draws, wager
from pages.records import recorded
from pages.sections import bag_of_tickets, one_ticket, primer, statement, ticket_in_code, wall_of_tickets
from pages.sections.wall_of_tickets import KEPT, MARGIN, WIDTH
from pages.text.chapters import CHAPTERS, see
from pages.widgets import chip, colours, depth, frame
from pages.widgets.bet import Bet, bet, yours
from pages.widgets.figure import figure, numbers
from pages.widgets.quiz import Question, before_you_go

CHAPTER = CHAPTERS[1]
BET_SHARE = 0.64  # twice the default: most readers expect that it changes little


def all_seeds() -> dict[float, list[draws.Wall]]:
    """Share kept → the recorded walls of all seeds, of the net that the page opens with."""
    walls = {share: [wall for seed in SEEDS if (wall := bag_of_tickets.recorded_wall(share, int(WIDTH.default), seed))]
             for share in SHARES}
    return {share: found for share, found in walls.items() if found}


url.check((*wall_of_tickets.PARAMETERS, depth.PARAMETER))
level = frame.head(CHAPTER)
KEPT_IN = colours.word("kept")

# ── the wall ─────────────────────────────────────────────────────────────────────────────────────────────────────

shown = wall_of_tickets.stage(KEPT_IN)
kept, width, spec, wall = shown.kept, shown.width, shown.spec, shown.wall
base = recorded.find(spec)
assert base is not None  # the wall stands on it

margin = shown.margin / 1000
now, seeds = draws.reading(wall, margin), all_seeds()
same = [draws.reading(one, margin) for one in seeds.get(spec.density, [])] if width == int(WIDTH.default) else [now]
just_drawn = int(wall.cells["live"].sum())
fresh = f" ({just_drawn:,} of them drawn just now)" if just_drawn else ""

frame.message(CHAPTER, "A winning ticket is a small part of a network together with its first values. Trained alone, "
                       "it does as well as the whole. Draw such a part at random, and it almost never wins.")
with frame.beside("wall") as (text, picture):
    with text:
        st.markdown(
            "Take an untrained network. Choose some of its weights at random, with the values they start from; set the "
            "others to zero, and train. That is **one ticket, drawn blindly**. It wins if it then reads digits about "
            f"as well as the whole network. At **{kept}% kept**, **{now.wins} of {now.draws:,}** random tickets "
            f"win{fresh}. {chip.measured(1)}" + ("\n\n" if level >= "how" else " ") +
            f"One ticket was not drawn but **found**: the {KEPT_IN} line in the histogram. We trained the whole "
            f"network, removed the smallest weights, and gave the others back their first values. "
            f"{see(3, 'Chapter 3')} shows how. {draws.beaten(same)} {chip.measured(len(same))}"
        )
        if level >= "how":
            st.markdown(
                f"To win, a ticket must read {now.target:.2%} after {spec.training.steps} steps: the mean of "
                f"{now.dense_seeds} whole networks, less {shown.margin / 10:.1f} points. The margin's slider sets how "
                "many."
            )
        if level >= "maths":
            st.markdown(bag_of_tickets.intervals(now))
    with picture:
        st.markdown(draws.scores(now))
        numbers(draws.table(wall, margin), key="wall", label="All tickets")
        if level >= "how":
            primer.fold("step", "mask")

# ── how rare ─────────────────────────────────────────────────────────────────────────────────────────────────────

guess, wins, total = None, 0, 1
with frame.beside("rare") as (text, picture):
    with text:
        st.header("How rare is rare?", anchor="rare")
        if BET_SHARE in seeds:
            bold = [draws.reading(one, margin) for one in seeds[BET_SHARE]]
            total, wins, _ = draws.pooled(bold)
            question = (f"Let tickets keep {BET_SHARE:.0%} of the weights instead of {KEPT.default}%, chosen at random "
                        "as before. How many in a hundred will win?")
            guess = bet(Bet("bet-rate", question, 0, 100, 10))
            if guess is not None:
                if guess >= 0:
                    st.markdown(f"You said **{guess}%**. It was **{wins / total:.0%}**: {wins:,} of {total:,} tickets.")
                st.markdown(
                    f"With {BET_SHARE:.0%} of the weights, {wins / total:.0%} of the random tickets win. So “most "
                    "tickets lose” is not a law of nature. It depends on how many weights a ticket may keep. "
                    "**Winners become rare where weights become scarce.** "
                    f"{chip.measured(len(bold))} {chip.ledger(5)}"
                )
    with picture:
        if guess is not None:
            figure(wager.judged(draw_charts.rates(seeds, margin), guess / 100, wins / total, "%", x=BET_SHARE),
                   key="rates", height=340)
        elif len(seeds) > 1 and level >= "how":
            figure(draw_charts.by_share(seeds), key="by-share", height=340)

# ── the picture and the statement ────────────────────────────────────────────────────────────────────────────────

with frame.beside("lottery") as (text, picture):
    with text:
        st.header("The lottery, in four steps", anchor="lottery")
        st.markdown(
            f"""
1. **A whole network is a bag of tickets.** The one above holds about $10^{{{bag_of_tickets.log_choices(spec):.0f}}}$
   of them, at {kept}% kept.
2. **Most tickets lose**, once they keep few weights.
3. **A few were lucky.** Their weights and first values happen to fit together.
4. **The whole network wins because a winner is in the bag.** Training finds the lucky part.
"""
        )
        if level >= "how":
            st.markdown(
                f"Steps 1 to 3 can be tested: the wall counts winners, and {see(4)} changes their first values. Step 4 "
                f"made the picture famous, and nobody has proved it. {chip.ledger(6)}"
            )
    with picture:
        statement.section(level)

# ── a closer look ────────────────────────────────────────────────────────────────────────────────────────────────

st.header("Look closer", anchor="ticket")
one_ticket.fold(shown, now)
bag_of_tickets.bigger()
if level >= "how":
    bag_of_tickets.leaks(spec, kept)
    bag_of_tickets.shares(spec)
    ticket_in_code.fold()

# ── retrieval ────────────────────────────────────────────────────────────────────────────────────────────────────

story = [draws.reading(one, MARGIN.default / 1000) for one in seeds[float(KEPT.default) / 100]]
drawn_all, drawn_wins, _ = draws.pooled(story)
found_wins = sum(one.found >= one.target for one in story)
frame.learned(
    CHAPTER,
    f"Drawn blindly, {drawn_wins:,} of {drawn_all:,} tickets that keep {KEPT.default}% of the weights win; found by "
    f"training and pruning, {found_wins} of {len(story)} do. {chip.measured(len(story))}",
    "How rare winners are depends on how many weights a ticket may keep." + yours("bet-rate"),
    "The same mask with new first values is another network.",
)
before_you_go(
    Question(
        "quiz-ticket", "You keep a winning ticket's mask, but give its weights new random values. What do you hold?",
        (
            ("The same winning ticket", "A ticket is mask and first values together. Chapter 4 measures what the mask "
             "is worth alone."),
            ("A random sparse network with a chosen structure", "The structure is still special, the values are not. "
             "Whether the structure is enough has to be measured."),
            ("A ticket of another lottery, just as good", "It would be, if the values did not matter. The hypothesis "
             "says nothing about other values; chapter 4 measures them."),
        ), 1,
    ),
    Question(
        "quiz-none", "Two hundred draws, no winner. What may you say about the share of winners, with 95% confidence?",
        (
            ("It is zero", "Two hundred failures cannot rule out one winner in a thousand. You would miss it in four "
             "series of draws out of five."),
            (f"It is at most about {at_most(200):.1%}", "If it were larger, two hundred failures in a row would happen "
             "less than once in twenty times. (The wall's own interval ends at "
             f"{wilson(0, 200)[1]:.1%}: it leaves room on both sides, this bound on one.)"),
            ("Nothing at all", "They do say something. A share of ten percent would almost surely have shown itself."),
        ), 1,
    ),
)
frame.foot(CHAPTER)
