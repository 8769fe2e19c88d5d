"""Every word of the stage and of the presenter's window, in one place, so that a translation is possible."""

from __future__ import annotations

WORDS = {
    "place": "{beat} of {beats}",
    "back": "Back",
    "on": "On",
    "help": "Keys",
    "more": "Fullscreen, presenter, keys",
    "keys": "What the clicker and the keyboard do",
    "close": "Close",
    "dark": "The screen is black. B shows the beat again.",
    "white": "The screen is white. W shows the beat again.",
    "asked": "Your bet: {question}",
    "range": "from {least} to {most} {unit}",
    "clock": "Time since the first beat",
    "notes": "Notes",
    "next": "Next",
    "end": "This is the last beat.",
    "planned": "Planned for this beat: {minutes} min. By its end: {until} min.",
    "waiting": "No stage has been heard yet. It follows as soon as it moves.",
    "blocked": "The browser did not open a window. Allow pop-ups for this site, or open this address: {url}",
}

KEYS = (
    ("Space, →, PageDown", "on"),
    ("←, PageUp", "back"),
    ("Home, End", "the first beat, the last"),
    ("a number, Enter", "to that beat"),
    ("B, W", "screen black, white, and back"),
    ("R", "the room: how to come in, its bets, and back"),
    ("F", "fullscreen"),
    ("N", "presenter's window: notes, the next beat, the clock"),
    ("Esc", "a slider or a field lets go of the keys"),
    ("?", "this list"),
)
