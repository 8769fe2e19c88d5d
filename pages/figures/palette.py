"""One meaning, one colour, everywhere: the roles a line, a mark or an edge can play, and how each is drawn.

Colour is never alone: every role also has its own dash, width or marker. Green #009E73 (Okabe & Ito 2008) and red
#CC3311 (Paul Tol's bright scheme) stay far apart for colour-blind readers, where the usual #2ca02c / #d62728 nearly
merge; on the dark background both are lighter. Every colour keeps a contrast of 3:1 on its background, kept and pruned
4.5:1 where it is red, every ink (the same hue for text) 4.5:1: a test computes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

BACKGROUND = {"light": "#FFFFFF", "dark": "#14161A"}  # what config.toml sets; a test keeps the two equal
TEXT = {"light": "#171A21", "dark": "#E8EAED"}
MUTED = {"light": "#5A6270", "dark": "#A3ABB8"}  # secondary text, axis labels
DEFAULT = "green-red"
DARK = "-dark"  # what ends the name of a palette made for the dark background
# What SVG takes for plotly's words, in CSS pixels; the browser has the same from widgets/shared/constants.py.
DASHES = {"solid": "", "dash": "7 4", "dot": "2 3", "dashdot": "7 3 2 3", "longdash": "11 5"}


@dataclass(frozen=True)
class Style:
    """How a role is drawn. `ink` is the hue darkened (light theme) or lightened (dark theme) until text reads."""

    colour: str
    dash: str = "solid"  # plotly's word, one of DASHES
    width: float = 2.0  # CSS pixels
    marker: str = "circle"
    opacity: float = 1.0
    ink_light: str = TEXT["light"]
    ink_dark: str = TEXT["dark"]

    def ink(self, theme: str) -> str:
        """Colour for text of this role on the background of `theme`, "light" or "dark"."""
        return self.ink_dark if theme == "dark" else self.ink_light


_GREEN = Style("#009E73", width=2.75, ink_light="#00785A", ink_dark="#34C79E")
_RED = Style("#CC3311", "dash", 1.75, "x", ink_light="#B32A0C", ink_dark="#FF8066")
_GREY = Style("#6B7280", "longdash", 1.5, "square", ink_light="#5A6270", ink_dark="#A3ABB8")
_BLUE = Style("#0072B2", width=2.0, ink_light="#00639B", ink_dark="#58B1E6")
_PINK = Style("#CC79A7", "dot", 2.0, "diamond", ink_light="#9C4677", ink_dark="#DC9CC0")
_PURPLE = Style("#8B6FE0", width=2.25, marker="star", ink_light="#6A4CC4", ink_dark="#B3A0F0")

_GREEN_RED = {
    "kept": _GREEN,  # survivors of pruning, winning tickets
    "kept-raw": replace(_GREEN, dash="dot", width=2.0, marker="circle-open"),  # pruned, not trained again
    "pruned": replace(_RED, width=1.0, opacity=0.4),  # removed weights
    "losing": replace(_GREY, dash="solid", width=2.25),  # a ticket that lost: no weights of it were pruned for that
    "random": _RED,  # a random mask of the same size
    "random-raw": replace(_RED, dash="dot", width=1.5, marker="x-open"),  # pruned at random, not trained again
    "dense": _GREY,  # the whole net, reference lines
    "target": replace(_GREY, dash="dash"),
    "training": _BLUE,  # anything along training time
    "reinit": _PINK,  # the mask with fresh weights
    "random-reinit": replace(_PINK, dash="dashdot", width=1.5, marker="diamond-open"),
    # The further controls of chapter 4, in the hue of what they keep: mask and θ₀, neither mask, mask alone, signs.
    "frozen": replace(_GREEN, dash="dash", width=2.0, marker="square"),
    "supermask": replace(_GREEN, dash="dashdot", width=1.5, marker="square-open"),
    "random-global": replace(_RED, dash="longdash", width=2.0, marker="triangle-up"),
    "shuffled-mask": replace(_RED, dash="dashdot", width=2.0, marker="triangle-down"),
    "shuffled-init": replace(_PINK, dash="longdash", width=2.25, marker="cross"),
    "keep-signs": _PURPLE,
    "constant-signs": replace(_PURPLE, dash="dash", width=1.5, marker="star-open"),
    # Chapter 8: another work's method, and a second version of it, or the methods of further works beside it.
    "lab": replace(_BLUE, width=2.5, marker="hexagon"),
    "lab-variant": replace(_BLUE, dash="dash", width=1.5, marker="hexagon-open"),
    "lab-third": replace(_BLUE, dash="dot", width=2.0, marker="pentagon"),
    "lab-fourth": replace(_BLUE, dash="dashdot", width=1.5, marker="triangle-up-open"),
    "lab-fifth": replace(_BLUE, dash="longdash", width=2.0, marker="diamond"),
    # Works that cut a net when it is trained.
    "after": replace(_PINK, dash="solid", width=2.5, marker="square"),
    "after-variant": replace(_PINK, dash="dash", width=1.5, marker="square-open"),
    "after-third": replace(_PINK, dash="dashdot", width=2.0, marker="star"),
}

# For readers who would rather not meet green and red at all: kept is blue, pruned orange, training takes purple.
def _hue(source: Style, like: Style) -> Style:
    """`source` with the colours of `like`."""
    return replace(source, colour=like.colour, ink_light=like.ink_light, ink_dark=like.ink_dark)


_ORANGE = Style("#C77700", ink_light="#8F5500", ink_dark="#F0A63C")
_BLUE_ORANGE = {
    **{role: _hue(style, _BLUE) for role, style in _GREEN_RED.items() if style.colour == _GREEN.colour},
    **{role: _hue(style, _ORANGE) for role, style in _GREEN_RED.items() if style.colour == _RED.colour},
    **{role: _hue(style, _PURPLE) for role, style in _GREEN_RED.items() if style.colour == _BLUE.colour},
}

# Lighter on the dark background: green and red are then 19 L* apart, and 50 and 38 ΔE for deuteranopes and protanopes.
_LIGHTER = {_GREEN.colour: "#34C79E", _RED.colour: "#E34B2A"}
_DARK_GREEN_RED = {role: replace(style, colour=_LIGHTER.get(style.colour, style.colour))
                   for role, style in _GREEN_RED.items()}

PALETTES: dict[str, dict[str, Style]] = {
    DEFAULT: _GREEN_RED, "blue-orange": {**_GREEN_RED, **_BLUE_ORANGE},
    DEFAULT + DARK: _DARK_GREEN_RED, "blue-orange" + DARK: {**_GREEN_RED, **_BLUE_ORANGE},
}
ROLES = tuple(_GREEN_RED)
HUES = {  # what prose calls the colours
    DEFAULT: {"kept": "green", "pruned": "red", "training": "blue"},
    "blue-orange": {"kept": "blue", "pruned": "orange", "training": "purple"},
}
HUES |= {name + DARK: hues for name, hues in HUES.items()}


def style(role: str, palette: str = DEFAULT) -> Style:
    """How `role` is drawn in `palette`. Raises ValueError naming what would be allowed.

    >>> style("kept").colour, style("pruned").dash
    ('#009E73', 'dash')
    """
    if palette not in PALETTES:
        raise ValueError(f"palette {palette!r} is unknown: use one of {', '.join(PALETTES)}")
    if role not in PALETTES[palette]:
        raise ValueError(f"role {role!r} has no colour: use one of {', '.join(ROLES)}")
    return PALETTES[palette][role]
