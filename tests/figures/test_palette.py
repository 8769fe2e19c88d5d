"""The palette keeps its promises: contrast on both themes, no colour alone, one truth with config.toml."""

from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from pages.figures.palette import BACKGROUND, DARK, MUTED, PALETTES, ROLES, TEXT, Style, style

ROOT = Path(__file__).resolve().parents[2]
EVERY = [(name, role) for name in PALETTES for role in ROLES]

# What a reader without one kind of cone sees of linear RGB: Machado, Oliveira & Fernandes (2009), table 1, severity 1.
SEEN_BY = {
    "deuteranopes": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopes": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 for black to 1 for white (WCAG 2.2)."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def theme_of(name: str) -> str:
    return "dark" if name.endswith(DARK) else "light"


def lab(colour: str, seen: object = None) -> np.ndarray:
    """CIE L*a*b* under D65 of `#rrggbb`, as somebody sees it through the matrix `seen`."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    linear = linear if seen is None else np.clip(np.array(seen) @ linear, 0, 1)
    share = TO_XYZ @ linear / (0.9505, 1.0, 1.089)
    x, y, z = np.where(share > 0.008856, np.cbrt(share), 7.787 * share + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize(("name", "role"), EVERY)
def test_lines_and_inks_read_on_their_background(name: str, role: str) -> None:
    drawn, theme = style(role, name), theme_of(name)
    assert contrast(drawn.colour, BACKGROUND[theme]) >= 3.0
    assert contrast(drawn.ink(theme), BACKGROUND[theme]) >= 4.5


@pytest.mark.parametrize(("name", "least"), [("green-red", 33), ("green-red-dark", 38)])
@pytest.mark.parametrize("who", SEEN_BY)
def test_kept_and_pruned_stay_apart_for_colour_blind_readers(name: str, least: float, who: str) -> None:
    kept, pruned = (lab(style(role, name).colour, SEEN_BY[who]) for role in ("kept", "pruned"))
    assert float(np.linalg.norm(kept - pruned)) >= least


@pytest.mark.parametrize("name", ["green-red", "green-red-dark"])
def test_red_is_red(name: str) -> None:
    """Its hue lies nearer to red (25°) than to orange (60°), and it reads like text."""
    _, a, b = lab(style("pruned", name).colour)
    assert np.degrees(np.arctan2(b, a)) < 45
    assert contrast(style("pruned", name).colour, BACKGROUND[theme_of(name)]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_reads_on_both_themes(theme: str) -> None:
    assert contrast(TEXT[theme], BACKGROUND[theme]) >= 12
    assert contrast(MUTED[theme], BACKGROUND[theme]) >= 4.5


@pytest.mark.parametrize("name", PALETTES)
def test_no_two_roles_differ_by_colour_alone(name: str) -> None:
    for a, b in combinations(ROLES, 2):
        first, second = style(a, name), style(b, name)
        if first.colour != second.colour:
            look = [(s.dash, s.width, s.marker, s.opacity) for s in (first, second)]
            assert look[0] != look[1], f"{a} and {b} differ by colour alone"


def test_roles_are_told_apart() -> None:
    for name in PALETTES:
        assert len({style(role, name) for role in ROLES}) == len(ROLES)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_config_uses_the_same_colours(theme: str) -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][theme]
    assert config["backgroundColor"] == BACKGROUND[theme]
    assert config["textColor"] == TEXT[theme]
    name = "green-red" + DARK * (theme == "dark")
    kept, pruned = style("kept", name), style("pruned", name)
    assert (config["greenColor"], config["redColor"]) == (kept.colour, pruned.colour)
    assert (config["greenTextColor"], config["redTextColor"]) == (kept.ink(theme), pruned.ink(theme))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_config_contrast(theme: str) -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][theme]
    for paper in (config["backgroundColor"], config["secondaryBackgroundColor"]):
        for key in ("textColor", "linkColor", "greenTextColor", "redTextColor", "blueTextColor", "grayTextColor"):
            assert contrast(config[key], paper) >= 4.5, f"{key} on {paper}"
    assert contrast(config["primaryColor"], config["backgroundColor"]) >= 4.5


def test_contrast_is_the_standard_one() -> None:
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)  # the textbook near miss
    assert contrast("#FF0000", "#FFFFFF") == pytest.approx(4.0, abs=0.01)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError, match="role 'winner' has no colour: use one of kept"):
        style("winner")
    with pytest.raises(ValueError, match="palette 'pink' is unknown: use one of green-red, blue-orange"):
        style("kept", "pink")


def test_defaults_are_readable() -> None:
    assert Style("#009E73").ink("dark") == TEXT["dark"]
