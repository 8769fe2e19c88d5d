"""Whatever an address asks for: the default state and one sentence, never a traceback; every parameter and page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pages.address import knobs
from pages.text.chapters import CHAPTERS
from tests.app.harness import ROOT, address, open_page

PARAMETER = re.compile(r'url\.(?:Whole|Choice|Real|Series|Pairs|Words)\("([\w-]+)"')
BAD = {"infinite": "inf", "too large": "1e309", "long": "9" * 400, "markup": "<b>"}


def named(*files: Path) -> set[str]:
    """The parameters that these files declare."""
    return {name for file in files for name in PARAMETER.findall(file.read_text(encoding="utf-8"))}


OF_PAGES = {chapter.file: named(ROOT / chapter.file) for chapter in CHAPTERS}
BESIDE = [ROOT / "pages/ledger.py", ROOT / "pages/lab.py", *(ROOT / "pages/labs").glob("*.py"),
          *(ROOT / "pages/widgets/proof").glob("*.py"), *(ROOT / "pages/scenes").glob("*.py"),
          ROOT / "pages/sections/talk_stage.py"]  # pages beside the chapters
OF_CHAPTERS = (file for file in (ROOT / "pages").rglob("*.py") if file not in BESIDE)
ALL = sorted(named(*OF_CHAPTERS) | {knob.name for knob in knobs.ALL} | {"depth", "colours", "task"})


def test_the_pages_own_parameters_are_found() -> None:
    assert {"sparsity", "kept", "at", "k", "show", "lr", "drawn"} <= set(ALL)
    assert OF_PAGES["pages/6_limits.py"] == {"net", "k", "round"}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_a_bad_value_is_refused_in_one_sentence(chapter, text: str) -> None:
    app = open_page(chapter.file, **dict.fromkeys(ALL, text))  # those of other pages must not do harm either
    assert len(app.warning) == 1, [item.value for item in app.warning]
    told = app.warning[0].value
    assert all(f"{name} must be" in told for name in OF_PAGES[chapter.file]), told
    assert text not in told and not app.error
    assert not {name: value for name, value in address(app).items() if name in OF_PAGES[chapter.file] and value == text}
    app.run()
    assert not app.warning and not app.exception


def test_live_with_an_endless_seed_is_the_first_new_seed() -> None:
    app = open_page("pages/1_the_paradox.py", source="Live", new="inf")
    assert "new must be a whole number from 5 to 9999; using 5" in app.warning[0].value
    assert app.number_input(key="new").value == 5
