"""The palette keeps its promises: contrast on both themes, no colour alone, one truth with config.toml."""

from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from pages.figures.palette import BACKGROUND, MUTED, PALETTES, ROLES, TEXT, Style, contrast, style

ROOT = Path(__file__).resolve().parents[2]
EVERY = [(name, role) for name in PALETTES for role in ROLES]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("name", "role"), EVERY)
def test_lines_and_inks_read_on_both_themes(name: str, role: str, theme: str) -> None:
    drawn = style(role, name)
    assert contrast(drawn.colour, BACKGROUND[theme]) >= 3.0
    assert contrast(drawn.ink(theme), BACKGROUND[theme]) >= 4.5


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
    kept, pruned = style("kept"), style("pruned")
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
