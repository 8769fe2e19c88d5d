"""What stands below the stage: text with its figure beside it, margin notes, and a chapter's one message.

```
beside   text (60 to 68 letters a line) │ its figure, which stays in view while the text passes; below it on a phone
prose    text                           │ a note where it is wide, a small line under its paragraph where it is not
```

The widths, and what is sticky, stand in `page.css`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from zlib import crc32

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.text.chapters import Chapter
from pages.widgets.depth import Depth

COLUMN = 540  # CSS pixels: 60 to 68 letters between 1280 and 1920


def prose() -> DeltaGenerator:
    """A column of a readable width with nothing beside it but notes."""
    return st.container(width=COLUMN)


@contextmanager
def beside(key: str, leads: bool = False) -> Iterator[tuple[DeltaGenerator, DeltaGenerator]]:
    """Two boxes, for text and for the figure that it speaks of. key: unique on the page. leads: where there is room for
    one only the figure comes first, on a page that begins with it.

    ```
    with frame.beside("capacity") as (text, picture):
        with text:
            st.markdown("How small can a net be?")
        with picture:
            figure(chart, key="widths")
    ```
    """
    with st.container(key=f"beside-{'first-' * leads}{key}"):
        yield st.container(key=f"text-{key}"), st.container(key=f"figure-{key}")


def sections(level: Depth, *widths: int) -> Sequence[DeltaGenerator]:
    """A box a section, one below the other. At depth Gist, where each is a paragraph, they stand side by side: widths
    are their shares of the row."""
    return [st.container() for _ in widths] if level >= "how" else st.columns(widths, gap="large")


def note(text: str) -> None:
    """A citation, a definition or a caveat, as Markdown, to the paragraph above it: in the margin of `prose` where the
    window is wide, a small line below the paragraph elsewhere. At most one to a paragraph of three lines."""
    with st.container(key=f"note-{crc32(text.encode()):08x}"):
        st.caption(text)


def message(chapter: Chapter, sentence: str) -> None:
    """The one thing that the chapter says, in a sentence of Markdown, right under its stage. `learned` repeats it."""
    st.session_state["message"] = chapter.number, sentence
    with st.container(key="message"):
        st.markdown(sentence)


def learned(chapter: Chapter, *points: str) -> None:
    """The end of a chapter: its message once more, and three points in Markdown, best with the reader's own bets
    (`bet.yours`). Call it before the two questions."""
    number, sentence = st.session_state.get("message", (0, ""))
    with st.container(key="learned", gap="xsmall"):
        st.markdown("**What I learned**")
        if number == chapter.number:
            st.markdown(sentence)
        st.markdown("\n".join(f"- {point}" for point in points))
