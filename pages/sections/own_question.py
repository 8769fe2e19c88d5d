"""A question that a presenter makes up on the spot. Nothing is true about it but what the room says."""

from __future__ import annotations

import streamlit as st

from pages.talks.question import OPTIONS, TEXT, UNIT, Question, QuestionError

KEPT = "room.question"
NUMBER, CHOICE, CURVE = "A number", "One of these", "A curve"


def form() -> Question | None:
    """The form; the question that was made with it last in this visit."""
    with st.form("own-question", border=False):
        text = st.text_input("Question", max_chars=TEXT, key="own-question-text")
        kind = st.radio("Answer", (CHOICE, NUMBER, CURVE), horizontal=True, key="own-question-kind")
        lines = st.text_area(f"Answers to choose from, one a line, 2 to {OPTIONS}", key="own-question-options")
        ends = st.columns(3)
        least = ends[0].number_input("From", value=0.0, key="own-question-least")
        most = ends[1].number_input("To", value=100.0, key="own-question-most")
        unit = ends[2].text_input("Unit", "%", max_chars=UNIT, key="own-question-unit")
        across = st.text_input("Along the curve, from 0 to 100", "Weights left (%)", max_chars=2 * UNIT,
                               key="own-question-across")
        if st.form_submit_button("Get it ready", type="primary"):
            _keep(text, kind, lines, least, most, unit, across)
    kept: Question | None = st.session_state.get(KEPT)
    if kept is not None:
        st.caption(f"Ready: {kept.text}")
    return kept


def _keep(text: str, kind: str, lines: str, least: float, most: float, unit: str, across: str) -> None:
    try:
        if kind == CHOICE:
            question = Question("choice", text, tuple(line.strip() for line in lines.splitlines() if line.strip()))
        else:
            step = min(1.0, (most - least) / 100)
            question = Question("number" if kind == NUMBER else "curve", text, least=least, most=most, step=step,
                                unit=unit, x_label=across if kind == CURVE else "")
    except QuestionError as error:
        st.error(f"Not ready: {error}.", icon=":material/error:")
        return
    st.session_state[KEPT] = question
