"""Challenge cards: a goal, how far the reader's own runs are from it, and a recorded solution for who gives up."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from lth_core.catalogue import SOLUTIONS
from lth_core.experiments import Ablation, Lottery
from pages.address import knobs
from pages.address.knobs import Value
from pages.figures.challenges import CHALLENGES, Challenge, Table
from pages.records import recorded

COLUMNS = 3


def challenge_cards(
    table: Table, start_from: Callable[[str, Mapping[str, Value]], None], show_two: Callable[[bool, int], None]
) -> None:
    """All challenges, judged by what lies on the table. What was solved once stays solved for this visit.

    start_from: turns the knobs of a configuration (by its prefix). show_two: whether the page shows a second one, and
    the round of the player.
    """
    solved: set[str] = st.session_state.setdefault("challenges", set())
    judged = {challenge.key: challenge.judge(table) for challenge in CHALLENGES}
    for challenge in CHALLENGES:  # whoever solves one is far above these cards: it is said where they are
        if judged[challenge.key].done and challenge.key not in solved:
            st.toast(f"Challenge solved: {challenge.title}", icon=":material/trophy:")
            solved.add(challenge.key)
    st.markdown(f"**{len(solved)} of {len(CHALLENGES)} solved.**")
    for first in range(0, len(CHALLENGES), COLUMNS):
        for place, challenge in zip(st.columns(COLUMNS), CHALLENGES[first : first + COLUMNS], strict=False):
            with place, st.container(border=True, height="stretch", key=f"challenge-{challenge.key}"):
                _card(challenge, judged[challenge.key].told, challenge.key in solved, start_from, show_two)


def _card(
    challenge: Challenge, told: str, solved: bool, start_from: Callable[[str, Mapping[str, Value]], None],
    show_two: Callable[[bool, int], None],
) -> None:
    st.markdown(f"{':material/check_circle:' if solved else ':material/radio_button_unchecked:'} "
                f"**{challenge.title}**{' · solved' if solved else ''}")
    st.markdown(challenge.goal)
    with st.container(horizontal=True):
        with st.popover("Hint", type="tertiary"):
            st.markdown(challenge.hint)
            if told:
                st.caption(f"So far: {told}")
        with st.popover("Show me one", type="tertiary"):
            _solution(challenge, start_from, show_two)


def _solution(
    challenge: Challenge, start_from: Callable[[str, Mapping[str, Value]], None],
    show_two: Callable[[bool, int], None],
) -> None:
    specs = SOLUTIONS[challenge.key]
    runs = [spec for spec in specs if isinstance(spec, Lottery)]
    found = [recorded.find(spec) for spec in specs]
    if any(one is None for one in found):
        st.markdown("Its record is missing: `python -m lth_core record chapter7` makes it again.")
        return
    race = next((one for one in found if one is not None and isinstance(one.spec, Ablation)), None)
    lotteries = [one for one in found if one is not None and isinstance(one.spec, Lottery)]
    told = challenge.judge(Table(lotteries[0], lotteries[1] if len(lotteries) > 1 else None, race)).told
    st.markdown(f"Recorded: {told}")
    for letter, spec in zip("AB", runs, strict=False):
        st.markdown(f"{f'**{letter}:** ' if len(runs) > 1 else ''}{knobs.recipe(knobs.values_of(spec))}")

    def turn() -> None:
        for prefix, spec in zip(("", "b-"), runs, strict=False):
            start_from(prefix, knobs.values_of(spec))
        show_two(len(runs) > 1, max(1, min(6, runs[0].pruning.rounds)))

    st.button("Turn the knobs to it", key=f"solve-{challenge.key}", on_click=turn, icon=":material/tune:")
