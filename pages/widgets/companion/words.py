"""Every word the companion shows, in one place, so that a translation is possible."""

from __future__ import annotations

WORDS = {
    "open": "Keys",
    "add": "Add this page to a talk",
    "add_help": "Makes the present state of this page a beat of your own talk (page Lecture).",
    "task": "Make a task of this page",
    "task_help": "A link for your class: this page in its present state, with one question of yours.",
    "title": "What the keyboard can do",
    "close": "Close",
    "glossary": "Glossary",
    "references": "Reference list",
}

EVERYWHERE = (
    ("Tab, Shift Tab", "the next control, the one before"),
    ("Enter, Space", "press what has the focus"),
    ("← →", "on a slider: one step"),
    ("Esc", "close a card, a menu, this sheet"),
    ("?", "this sheet"),
)

_PLAYER = ("N, ← →, P", "anywhere on the page: the player's next round, a step back or on, play or pause; with the "
                         "focus on the player Home and End too: the start, all rounds")
_CHART = ("← →, Esc", "on a chart: read one point after another, let go")

# Beyond that, by the address of a page.
PLACES: dict[str, tuple[tuple[str, str], ...]] = {
    "paradox": (("← → ↑ ↓, Esc", "on the network: from one connection to the next, let go"), _CHART),
    "hypothesis": (("D, F", "draw one ticket, draw fifty"), ("← →", "the ticket before, the next"),
                   ("← → ↑ ↓, Home, End", "on the wall: from ticket to ticket, the first, the last"), _CHART),
    "pruning": (_PLAYER, _CHART),
    "initialisation": (("T", "train the conditions now"), ("← →", "more weights, fewer"),
                       ("← →, Esc", "on the chart: read one step after another, let go")),
    "explorer": (_PLAYER, _CHART),
    "connections": (("Tab, Enter", "on the map: from work to work, show one or all"), _CHART),
}
