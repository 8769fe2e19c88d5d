"""Chapter 5, where its curves are read: the curve reader's state, in the address and back."""

from __future__ import annotations

from pages.address import url
from pages.figures import sweep
from pages.widgets.curve_reader import View

LOG, LINEAR = "Log", "Linear"
MEANS, EACH = "Means", "Every seed"
WORDS = {kind.word: name for name, kind in sweep.MEASURES.items()}

ROUND = url.Whole("round", 0, 24, View.level)
MEASURE = url.Choice("y", tuple(WORDS), "Test accuracy")
STEP = url.Whole("step", sweep.STEPS[0], sweep.STEPS[-1], View.step)
AXIS = url.Choice("axis", (LOG, LINEAR), LOG)
LINES = url.Choice("lines", (MEANS, EACH), MEANS)
FIRST, LAST = url.Whole("first", 0, 24, View.first), url.Whole("last", 0, 24, View.last)
PARAMETERS = (ROUND, MEASURE, STEP, AXIS, LINES, FIRST, LAST)


def from_address() -> View:
    """The curve reader's state as the address has it."""
    return View(url.whole(ROUND), WORDS[url.word(MEASURE)], url.whole(STEP), url.word(AXIS) == LINEAR,
                url.word(LINES) == EACH, url.whole(FIRST), url.whole(LAST))


def to_address(view: View, most: int) -> None:
    """Put it back there. most: the last round of these runs. The ends of a net with fewer rounds than the
    default leave no trace, or the next net would be shown no further."""
    whole = view.last == most < View.last
    url.put(ROUND, View.level if view.level == most < View.level else view.level)
    url.put(MEASURE, sweep.MEASURES[view.measure].word)
    url.put(STEP, view.step)
    url.put(AXIS, LINEAR if view.linear else LOG)
    url.put(LINES, EACH if view.each else MEANS)
    url.put(FIRST, view.first)
    url.put(LAST, View.last if whole else view.last)
