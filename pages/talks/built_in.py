"""The talks that come with the site: which beats, in which order. The beats themselves stand in `beats.toml`."""

from __future__ import annotations

from pathlib import Path

from lth_core.once import once
from pages.talks.beat import Beat
from pages.talks.in_text import of_toml
from pages.talks.talk import Talk

BEATS = Path(__file__).with_name("beats.toml")
EVERY = "45"
CHOSEN: dict[str, tuple[str, tuple[str, ...]]] = {
    EVERY: ("45 minutes: all of it", ()),  # every beat
    "20": ("20 minutes: the experiment", (
        "how-many", "by-lot", "blind-tickets", "found", "cut-and-back", "play-to-25", "blind-race",
        "rewind-fails", "exit")),
    "10": ("10 minutes: for a seminar", (
        "how-many", "blind-tickets", "cut-and-back", "blind-race")),
    "rewinding": ("Rewinding only", (
        "statement", "cut-and-back", "paper", "rewind-fails", "price", "exit")),
}


@once(1)
def talks() -> dict[str, Talk]:
    """The word of an address → its talk.

    >>> list(talks())
    ['45', '20', '10', 'rewinding']
    """
    beats = {beat.name: beat for beat in of_toml(BEATS.read_text(encoding="utf-8")).beats}
    return {word: Talk(title, _chosen(beats, names)) for word, (title, names) in CHOSEN.items()}


def _chosen(beats: dict[str, Beat], names: tuple[str, ...]) -> tuple[Beat, ...]:
    return tuple(beats[name] for name in names) or tuple(beats.values())
