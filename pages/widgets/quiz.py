"""Questions with a reason for every option: retrieval, not examination."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class Question:
    """key: unique on the site. options: (text, reason) pairs. answer: index of the right one."""

    key: str
    text: str
    options: tuple[tuple[str, str], ...]
    answer: int


def ask(question: Question) -> None:
    """Show the question; once the reader has chosen, say whether it is right and why that option is what it is."""
    labels = [text for text, _ in question.options]
    chosen = st.radio(question.text, labels, index=None, key=question.key, persist_state="session")
    if chosen is None:
        return
    position = labels.index(chosen)
    right = position == question.answer
    with st.container(key=f"{question.key}-reason"):
        (st.success if right else st.warning)(
            f"**{'Yes.' if right else 'Not quite.'}** {question.options[position][1]}",
            icon=":material/check:" if right else ":material/undo:",
        )
