"""Chapter 2's sentence: the hypothesis symbol by symbol."""

from __future__ import annotations

from pages.address import url
from pages.scenes.scene import Facts, Scene, whole
from pages.talks.beat import State
from pages.text.statement import MEANINGS, STATEMENT
from pages.widgets.symbols import symbols

SYMBOL = url.Whole("symbol", 0, len(MEANINGS), 0)  # which one is explained, counted from 1; 0 for none


def mount(state: State, key: str) -> None:
    """The statement, with one of its symbols explained."""
    at = whole(state, SYMBOL)
    symbols(STATEMENT, MEANINGS, "Our wording, after section 1 of the paper.", key=f"{key}-symbols-{at}",
            chosen=list(MEANINGS)[at - 1] if at else "")


def facts(_: State) -> Facts:
    return {"source": "Frankle & Carbin 2019, v5, section 1; our wording"}


SCENE = Scene("statement", "The hypothesis in symbols", "hypothesis", (SYMBOL,), mount, facts)
