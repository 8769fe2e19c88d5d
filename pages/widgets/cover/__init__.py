"""The cover: a film that plays once, of a real net that is pruned to a ticket which matches it."""

from __future__ import annotations

from pathlib import Path

from lth_core.catalogue import DIGIT_LEVELS
from lth_core.catalogue.rounds import pruning_run
from lth_core.nets.drawn import followed
from lth_core.once import once
from pages.figures import cover as figures
from pages.records import recorded
from pages.widgets import colours, shared
from pages.widgets.cover.words import WORDS
from pages.widgets.digit_pad import recorded_panel

__all__ = ["WORDS", "cover"]

_mount = shared.component("cover", Path(__file__).parent)


def cover() -> None:
    """The film with its counters and what it says; nothing but a hint where its records are missing."""
    try:
        told, packed = _film(colours.chosen())
    except LookupError:
        recorded.later("The film of the cover is", "chapter3")
        return
    words = {**WORDS, "sentence": told.sentence, "reader": reader(told)}
    _mount(key="cover", data={"packed": packed, "words": words})


@once(8)
def _film(palette: str) -> tuple[figures.Story, str]:
    run = recorded.find(pruning_run("lenet", 0))
    if run is None:
        raise LookupError("chapter3")
    told = figures.story(run, DIGIT_LEVELS)
    return told, shared.packed(figures.payload(run, told, recorded_panel(told.rounds), palette))


def reader(told: figures.Story) -> str:
    """Who reads the digit at the end: a ticket whose weights are shipped."""
    ticket = recorded_panel(told.rounds).readers[1]
    drawn = len(followed(pruning_run("lenet", 0).net))
    return WORDS["reader"].format(drawn=f"{drawn:,}", kept=f"{ticket.mask.kept:,}", accuracy=f"{ticket.accuracy:.1%}")
