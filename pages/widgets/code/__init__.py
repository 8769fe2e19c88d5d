"""Python on a page, coloured here: Streamlit's own highlighter knows two hundred languages and weighs 1.6 MB."""

from __future__ import annotations

import hashlib
from pathlib import Path

import streamlit as st

from pages.figures import palette
from pages.widgets import look, shared
from pages.widgets.code.tokens import spans
from pages.widgets.code.words import WORDS

__all__ = ["WORDS", "plain", "python"]

_mount = shared.component("code", Path(__file__).parent)
_ROLES = {"keyword": "training", "string": "kept", "number": "random"}


def python(text: str) -> None:
    """Print a Python program."""
    _print(text, spans(text))


def plain(text: str) -> None:
    """Print what a program has printed."""
    _print(text, [("", text)])


def _print(text: str, pieces: list[tuple[str, str]]) -> None:
    theme = st.context.theme.type or "light"
    inks = {kind: palette.style(role).ink(theme) for kind, role in _ROLES.items()}
    inks |= {"name": look.NAMES[theme], "comment": palette.MUTED[theme]}
    key = f"code-{hashlib.sha256(text.encode()).hexdigest()[:12]}"  # the same text stands once on a page
    _mount(key=key, data={"spans": pieces, "inks": inks, "words": WORDS})
