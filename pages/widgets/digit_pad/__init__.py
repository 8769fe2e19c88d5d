"""Draw a digit: a pad, and four nets that answer while it is drawn, in the browser itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lth_core.catalogue import DIGIT_LEVELS, dense_digits, digits
from lth_core.once import once
from lth_core.results.result import Result
from lth_core.results.weights import Missing
from pages.address import url
from pages.figures import palette
from pages.figures.digits import Panel, panel, payload
from pages.records import recorded
from pages.widgets import colours, shared
from pages.widgets.digit_pad.words import WORDS

__all__ = ["NAMES", "SHOWN", "WORDS", "digit_pad", "records", "stage_pad"]

NAMES = ("10.8% left", "3.6% left", "1.2% left")  # one a level of DIGIT_LEVELS
YOURS = "Your comparison"
SHOWN = url.Choice("answering", (*NAMES, YOURS), "3.6% left")

_mount = shared.component("digit_pad", Path(__file__).parent)


def digit_pad(compared: Result | None, run: Result | None, key: str = "digit-pad") -> None:
    """The pad with the recorded nets, and those of the reader's own comparison once there is one whose net is plain.

    Which panel answers is in the address; drawing itself never travels to the server. `records` are behind it.
    """
    own = _own(compared, run)
    try:
        packed = _packed(own, colours.chosen())
    except LookupError:
        recorded.missing("chapter7")
        return
    start = shared.start("digit_pad", key, {"shown": url.word(SHOWN)})
    state: Any = _mount(key=key, data={"packed": packed, "words": WORDS, **start}, default=start,
                        on_shown_change=shared.ignore)
    url.put(SHOWN, str(state.shown) if state.shown in SHOWN.words else SHOWN.default)


def stage_pad(answering: str, *, digit: int, blind: int, key: str) -> None:
    """The pad as a talk shows it: who is `answering`, test digit number `digit` on it (from 1; 0 for an empty pad), and
    letters instead of the nets' names where `blind` deals them (1 to 4). Raises LookupError without records."""
    data = {"packed": _packed(None, colours.chosen()), "words": WORDS, "shown": answering, "digit": digit,
            "blind": blind}
    _mount(key=f"{key}-{answering}-{digit}-{blind}", data=data, default={"shown": answering},
           on_shown_change=shared.ignore)


def records() -> tuple[Result, ...]:
    """The recorded runs whose nets answer; none when one is missing."""
    try:
        return _results()
    except LookupError:
        return ()


def _own(compared: Result | None, run: Result | None) -> Panel | None:
    """The reader's own nets; None without a comparison, with BatchNorm, when they read no digits, or when weights are
    not stored."""
    if compared is None or run is None or compared.spec.net.batchnorm or compared.spec.data.name != "mnist":
        return None
    if compared.spec.seed != run.spec.seed:  # its dense net is another's
        return None
    try:
        return _panel(run, compared)
    except Missing:
        return None


@once(16)
def _panel(run: Result, compared: Result) -> Panel:
    return panel(YOURS, run, compared)


@once(1)
def _results() -> tuple[Result, ...]:
    """The dense net's record and those of the comparisons. Raises LookupError when one is missing: then nothing is
    kept, and it is looked for again."""
    specs = (dense_digits(), *(digits(level) for level in DIGIT_LEVELS))
    found = recorded.among(specs)
    if len(found) < len(specs):
        raise LookupError("chapter7")
    return found


@once(1)
def _panels() -> tuple[Panel, ...]:
    """The recorded nets that answer together."""
    dense, *races = _results()
    whole: Panel | None = None
    found = []
    for name, race in zip(NAMES, races, strict=False):
        one = panel(name, dense, race)
        whole = whole or one
        found.append(Panel(name, one.data, (whole.readers[0], *one.readers[1:])))  # the dense net travels once
    return tuple(found)


def recorded_panel(level: int) -> Panel:
    """The recorded nets that answer after `level` rounds. Raises LookupError when they are not recorded."""
    return _panels()[DIGIT_LEVELS.index(level)]


@once(16)
def _packed(own: Panel | None, palette_name: str) -> str:
    panels = (*_panels(), *(() if own is None else (own,)))
    styles = {role: vars(style) for role, style in palette.PALETTES[palette_name].items()}
    return shared.packed({**payload(panels), "styles": styles})
