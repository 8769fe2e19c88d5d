"""Chapter 2 as its tests open and read it."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest

from lth_core.experiments import Draws
from pages.records import recorded
from tests.app import harness
from tests.app.harness import words

FILE = "pages/2_the_hypothesis.py"


def open_page(**query: str) -> AppTest:
    return checked(harness.open_page(FILE, **query))


def checked(app: AppTest) -> AppTest:
    assert not app.exception and not app.error, (app.exception, app.error)
    return app


def tally(app: AppTest) -> tuple[int, int]:
    """(winners, draws) as the prose says them."""
    found = re.search(r"\*\*(\d+) of ([\d,]+)\*\* random tickets win", words(app))
    assert found, words(app)[:500]
    return int(found[1]), int(found[2].replace(",", ""))


def truth(spec: Draws, margin: float = 0.01) -> int:
    """Winners counted anew from the atlas."""
    result = recorded.atlas().find(spec)
    assert result, f"{spec.key} is not recorded: python -m lth_core record chapter2"
    goal = result.tables["dense"]["test_accuracy"].mean() - margin
    return int((result.tables["cells"]["test_accuracy"] >= goal - 1e-9).sum())
