"""Pages are set in small typefaces of our own: nothing that is shown may be missing from them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import streamlit

from pages.serving import fonts

ROOT = Path(fonts.__file__).resolve().parents[2]
ICON = re.compile(r":material/([a-z0-9_]+)")
SCRIPTS = Path(streamlit.__file__).parent / "static/static/js"


def icons(paths) -> set[str]:
    return {name for path in paths for name in ICON.findall(path.read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def held() -> set[str]:
    return set((fonts.FOLDER / "icons.txt").read_text(encoding="utf-8").split())


def test_every_icon_of_our_pages_is_held(held: set[str]) -> None:
    missing = icons([*ROOT.glob("pages/**/*.py"), ROOT / "app.py"]) - held
    assert not missing, f"python assets/fonts/make.py adds {missing}"


def test_icons_that_streamlit_shows_of_itself_are_held(held: set[str]) -> None:
    shown = icons(SCRIPTS.glob("index.*.js")) | {"keyboard_arrow_down", "keyboard_arrow_right", "close", "content_copy",
                                                 "keyboard_double_arrow_right", "more_vert", "search", "fullscreen"}
    assert len(shown) > 20 and shown - held <= {"star_filled"}  # a name that the whole font does not have either


@pytest.mark.parametrize("start", fonts.INSTEAD)
def test_streamlit_still_has_a_font_of_that_name(start: str) -> None:
    theirs, = (SCRIPTS.parent / "media").glob(f"{start}*.woff2")
    ours = fonts.ours(f"/static/media/{theirs.name}")
    assert ours is not None and 4 * ours.stat().st_size < 3 * theirs.stat().st_size
    assert fonts.ours(f"/static/media/../{theirs.name}") is None
