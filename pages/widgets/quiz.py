"""Questions with a reason for every option: retrieval, not examination. One of a chapter's comes back in the next."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.widgets import progress
from pages.widgets.ask_room import ask_room


@dataclass(frozen=True)
class Question:
    """key: unique on the site. options: (text, reason) pairs. answer: index of the right one."""

    key: str
    text: str
    options: tuple[tuple[str, str], ...]
    answer: int


def ask(question: Question) -> None:
    """Show the question; once the reader has chosen, say whether it is right and why that option is what it is. After
    the last of a page comes one of the chapter before, if the reader was there."""
    number: int = st.session_state.get("chapter", 0)
    asked: dict[int, dict[str, Question]] = st.session_state.setdefault("questions", {})
    asked.setdefault(number, {})[question.key] = question
    right = _put(question, question.key)
    if right is not None:
        progress.answers(number)[question.key] = right
    st.session_state["asked"] = st.session_state.get("asked", 0) + 1
    if st.session_state["asked"] == progress.QUESTIONS and (back := returning(number, asked.get(number - 1, {}))):
        st.caption(f"And one that comes back, from chapter {number - 1}:")
        _put(back, f"again-{back.key}")


def before_you_go(first: Question, second: Question) -> None:
    """The two questions at a chapter's end, beside each other where there is room."""
    st.header("Two questions before you go", anchor="questions")
    for column, question in zip(st.columns(2, gap="large"), (first, second), strict=True):
        with column:
            ask(question)


def once_more() -> None:
    """Every question of the chapters opened in this visit, folded: those not answered rightly come first."""
    asked: dict[int, dict[str, Question]] = st.session_state.get("questions", {})
    every = [(bool(progress.answers(number).get(key)), number, question)
             for number, those in sorted(asked.items()) for key, question in those.items()]
    if not every:
        return
    with st.expander(f"Ask me again: {len(every)} questions of the chapters you opened", icon=":material/quiz:"):
        st.caption("Those that you missed or left out come first. Nothing is counted, nothing is kept.")
        for _, _, question in sorted(every, key=lambda one: one[:2]):
            _put(question, f"final-{question.key}")


def pose(question: Question) -> bool | None:
    """A question in the middle of a chapter, which counts nowhere; whether the answer is right, None before."""
    return _put(question, question.key)


def returning(number: int, before: dict[str, Question]) -> Question | None:
    """Which question of the chapter before `number` comes back: the first that was not answered rightly, or else the
    last; None when the reader was not there."""
    given = progress.answers(number - 1)
    missed = [question for key, question in before.items() if not given.get(key)]
    return next(iter([*missed, *list(before.values())[-1:]]), None)


def _put(question: Question, key: str) -> bool | None:
    """The question and, once there is an answer, its reason; whether it is right, None before."""
    labels = [text for text, _ in question.options]
    chosen = st.radio(question.text, labels, index=None, key=key, persist_state="session")
    ask_room(question.text, question.options, question.answer, key)
    if chosen is None:
        return None
    position = labels.index(chosen)
    right = position == question.answer
    with st.container(key=f"{key}-reason"):
        (st.success if right else st.warning)(
            f"**{'Yes.' if right else 'Not quite.'}** {question.options[position][1]}",
            icon=":material/check:" if right else ":material/undo:",
        )
    return right
