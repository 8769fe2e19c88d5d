"""Chapter 7's pad: a digit, and four nets that read it."""

from __future__ import annotations

from lth_core.catalogue import DIGIT_LEVELS
from pages.address import url
from pages.figures.digits import TRAY, Panel
from pages.scenes.scene import Facts, Scene, seeds, whole, word
from pages.talks.beat import State
from pages.talks.question import Truth
from pages.widgets.digit_pad import NAMES, recorded_panel, stage_pad

ANSWERING = url.Choice("answering", NAMES, "3.6% left")
DIGIT = url.Whole("digit", 0, TRAY, 0)  # which test digit stands on the pad, counted from 1; 0 for an empty pad
BLIND = url.Whole("blind", 0, 4, 0)  # how the letters A to D are dealt to the nets; 0 for their names


def _panel(state: State) -> Panel:
    return recorded_panel(DIGIT_LEVELS[NAMES.index(word(state, ANSWERING))])


def mount(state: State, key: str) -> None:
    """The pad; blind until a later step reveals it."""
    stage_pad(word(state, ANSWERING), digit=whole(state, DIGIT), blind=whole(state, BLIND), key=f"{key}-digits")


def facts(state: State) -> Facts:
    """Of the whole net and of its ticket: weights and accuracy."""
    dense, ticket = _panel(state).readers[:2]
    return {
        "source": seeds(1, "LeNet-300-100"), "total": f"{dense.mask.kept:,}", "kept": f"{ticket.mask.kept:,}",
        "left": f"{ticket.mask.kept / dense.mask.kept:.1%}", "dense": f"{dense.accuracy:.1%}",
        "ticket": f"{ticket.accuracy:.1%}",
    }


def _whole(state: State) -> Truth:
    """Which letter the whole net has."""
    readers, deal = _panel(state).readers, max(1, whole(state, BLIND))
    most = max(range(len(readers)), key=lambda place: readers[place].mask.kept)
    place = (most - deal) % len(readers)
    told = ", ".join(f"{'ABCD'[(i - deal) % len(readers)]} is “{reader.name}”"
                     for i, reader in sorted(enumerate(readers), key=lambda one: (one[0] - deal) % len(readers)))
    return Truth(place, f"{told}.")


SCENE = Scene("digits", "The pad and four nets that read", "explorer", (ANSWERING, DIGIT, BLIND), mount, facts,
              {"whole_net": _whole})
