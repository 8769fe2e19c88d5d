"""Every number says how long the nets behind it were trained, or stands in a section that does."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.harness import open_page

SAYS = re.compile(r"one epoch|[\d,]+\*{0,2} (?:training )?steps")
PAGES = {
    "1_the_paradox": ({}, {"net": "Small net"}),
    "2_the_hypothesis": ({}, {"width": "40"}),
    "3_iterative_pruning": ({}, {"net": "LeNet-300-100"}),
    "4_initialisation": ({}, {"protocol": "50,000 steps"}),
    "5_evidence": ({"trained": "50,000 steps, as in the paper"}, {"trained": "One epoch"}),
    "6_limits": ({}, {"k": "0"}),
    "7_the_explorer": ({}, {"round": "3"}),
    "8_connections": ({},),
}


def skip_bets(app: AppTest) -> None:
    """What a bet hides has to be read too."""
    for _ in range(4):
        waiting = [button for button in app.button if button.label.startswith("Skip")]
        if not waiting:
            return
        waiting[0].click().run()
        assert not app.exception


def sections(app: AppTest) -> Iterator[tuple[str, list[str]]]:
    """Heading → its paragraphs, in reading order."""
    name, found = "the top", list[str]()
    for element in read(app.main):
        if element.type in ("header", "title"):
            yield name, found
            name, found = element.value, []
        else:
            found.append(element.value)
    yield name, found


def read(block: object) -> Iterator[object]:
    """Every heading and paragraph below a block, from top to bottom."""
    for child in getattr(block, "children", {}).values():
        if getattr(child, "children", None):
            yield from read(child)
        elif getattr(child, "type", "") in ("markdown", "caption", "header", "title"):
            yield child


@pytest.mark.parametrize(("page", "query"), [(page, query) for page, all_of_it in PAGES.items() for query in all_of_it])
def test_measured_numbers_say_or_inherit_their_protocol(page: str, query: dict[str, str]) -> None:
    app = open_page(f"pages/{page}.py", depth="How", **query)
    skip_bets(app)
    silent, measured = [], 0
    for name, paragraphs in sections(app):
        told = [one for one in paragraphs if "measured here" in one]
        measured += len(told)
        if told and not any(SAYS.search(one) for one in paragraphs):
            silent.append((name, told[0][:90]))
    assert measured and not silent, silent
