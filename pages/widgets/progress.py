"""How far a reader has come in this visit: which chapters were opened, which questions answered. Kept nowhere else."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.text.chapters import CHAPTERS, Chapter

QUESTIONS = 2  # at the end of every chapter


def enter(chapter: Chapter) -> None:
    """The reader is in this chapter now."""
    opened().add(chapter.number)
    st.session_state["chapter"] = chapter.number
    st.session_state["asked"] = 0  # questions in this run of the page


def opened() -> set[int]:
    """Numbers of the chapters opened in this visit."""
    found: set[int] = st.session_state.setdefault("opened", set())
    return found


def answers(number: int) -> dict[str, bool]:
    """Of a chapter: which of its questions were answered in this visit, and whether rightly."""
    found: dict[int, dict[str, bool]] = st.session_state.setdefault("answers", {})
    return found.setdefault(number, {})


def told(number: int) -> str:
    """What the map on the home page says of a chapter; empty before it was opened.

    `opened · 1 of 2 questions right`
    """
    if number not in opened():
        return ""
    given = answers(number)
    return f"opened · {sum(given.values())} of {QUESTIONS} questions right" if given else "opened"


def strip(chapter: Chapter) -> str:
    """Marks, one a chapter: this one, those opened before, those still to come; and the same in words. HTML."""
    answered = sum(len(answers(other.number)) for other in CHAPTERS)
    words = f"Chapter {chapter.number} of {len(CHAPTERS)}"
    if answered:
        words += f" · {answered} of {QUESTIONS * len(CHAPTERS)} questions answered"
    marks = "".join(_mark(other, chapter) for other in CHAPTERS)
    return f'<div class="strip"><span>{escape(words)}</span><span aria-hidden="true">{marks}</span></div>'


def _mark(other: Chapter, here: Chapter) -> str:
    share = 1 if other == here else 0.5 if other.number in opened() else 0.16
    return f'<i title="{escape(other.label)}" style="opacity: {share}"></i>'
