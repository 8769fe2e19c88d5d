"""What the theme in config.toml cannot say: two of Streamlit's own colours that are too faint to read, one height, and
words of the glossary, which explain themselves (see `widgets.companion`) and are no invitation to leave.

White on the dark theme's violet has a contrast of 2.6:1, and the colours of printed code are made for white paper.
WCAG asks for 4.5:1. Switches of several words are lower than the boxes beside them, and small under a thumb.
"""

from __future__ import annotations

import streamlit as st

from pages.figures import palette

NAMES = {"light": "#4A3FB0", "dark": "#B0A8F8"}  # function names: the colour of links


def apply() -> None:
    """Mend them, on every page."""
    theme = st.context.theme.type or "light"
    ink = {name: palette.style(role).ink(theme) for name, role in
           {"keyword": "training", "string": "kept", "number": "random"}.items()}
    tokens = {
        ".keyword, .boolean": ink["keyword"], ".string, .triple-quoted-string, .char": ink["string"],
        ".number, .constant": ink["number"], ".function, .class-name, .decorator, .property": NAMES[theme],
        ".comment, .prolog": palette.MUTED[theme],
    }
    rules = ['[data-testid="stCode"] code .token { color: inherit !important; }']
    rules += [f'[data-testid="stCode"] code .token:is({which}) {{ color: {colour} !important; }}'
              for which, colour in tokens.items()]
    rules.append('[data-testid="stMarkdownContainer"] a[href$="#glossary"] { color: inherit; cursor: help; '
                 'text-decoration: underline dotted; text-underline-offset: .2em; }')
    rules.append('.stMarkdownBadge a { color: inherit !important; }')
    rules.append('[data-testid="stButtonGroup"] button { min-height: 2.5rem; }')
    if theme == "dark":
        rules.append(f'button[kind="primary"] {{ color: {palette.BACKGROUND["dark"]} !important; }}')
    st.html(f"<style>{' '.join(rules)}</style>")
