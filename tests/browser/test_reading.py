"""The pages read in one breath, each loaded once: nothing jumps while it comes, a chapter's first screen is its
experiment and all of it no longer than its measure, nothing scrolls sideways at any width or zoomed with the folds
open, headings and names are in order."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from pages.text.chapters import BESIDE, CHAPTERS
from tests.browser.looking import DESKTOP, eventually, rest
from tests.browser.test_first_screen import PICTURES, SIZES, check
from tests.browser.test_first_screen import measured as first_screen
from tests.browser.test_layout_shift import assert_nothing_jumped, watched
from tests.words.report import SCREEN, at_rest, measured

WIDTHS = (360, 768, 1100)
WIDE = (1280, 1920)  # of pages without a first screen to measure, which is looked at in wide windows anyway
PAGES = ["", *(chapter.slug for chapter in CHAPTERS), *(page.slug for page in BESIDE)]
ZOOMED = (640, 360)  # what is left of 1280 × 720 at 200 %
FURTHER = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": [  # of axe's rules
    "heading-order", "empty-heading", "label-content-name-mismatch", "td-has-header", "empty-table-header",
    "page-has-heading-one"]}}
OPEN = "document.querySelectorAll('details:not([open]) > summary').forEach((fold) => fold.click())"
WORDS_A_MINUTE = 200  # of plain prose with figures
SLACK = 1.05  # what a figure's axis happens to write counts too
# Words of the main area and screens of 900 px at How, before anything is pressed.
LENGTHS = {"": (400, 3), "paradox": (700, 6), "hypothesis": (800, 6), "pruning": (900, 6), "initialisation": (950, 6),
           "evidence": (700, 6), "limits": (1_200, 7), "explorer": (650, 6), "connections": (1_100, 7)}
ACROSS = """() => {
  const main = document.querySelector("[data-testid=stMain]");
  return Math.max(document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth);
}"""


@pytest.mark.parametrize("path", PAGES, ids=[path or "home" for path in PAGES])
def test_a_page_comes_without_a_jump_and_fits_every_measure(browser: Browser, app_url: str, path: str) -> None:
    with watched(browser, f"{app_url}/{path}", DESKTOP) as page:
        at_rest(page, path)
        assert_nothing_jumped(page)
        if path in LENGTHS:
            assert_no_longer_than_its_measure(page, path)
        out = first_screens(page, path) if path in PICTURES else {}
        page.emulate_media(reduced_motion="reduce")
        out |= {width: sticking_out(page, (width, 900)) for width in (*WIDTHS, *(() if out else WIDE))}
        out[ZOOMED[0]] = sticking_out(page, ZOOMED, OPEN)
        found = Axe().run(page, options=FURTHER).response["violations"]
    assert not found, [(item["id"], [node["html"][:120] for node in item["nodes"][:3]]) for item in found]
    assert not {width: by for width, by in out.items() if by > 0}, out


def first_screens(page: Page, path: str) -> dict[int, int]:
    """A chapter's first screen is its experiment at every size; by how much it scrolls sideways there."""
    out = {}
    for name, (width, height) in SIZES.items():
        check(name, first_screen(page, PICTURES[path], width, height), width, height)
        out[width] = scrolling_sideways(page)
    return out


def sticking_out(page: Page, size: tuple[int, int], then: str = "null") -> int:
    """CSS pixels by which the page scrolls sideways in a window of this size: what stays, not what a slow machine has
    yet to draw anew. then: JavaScript to run in that window."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate(then)
    rest(page)
    return scrolling_sideways(page)


def scrolling_sideways(page: Page) -> int:
    return eventually(page, lambda: int(page.evaluate(ACROSS)), lambda by: by <= 0, 5_000)


def assert_no_longer_than_its_measure(page: Page, path: str) -> None:
    seen = measured(page, path, "How")
    words, screens = LENGTHS[path]
    minutes = {chapter.slug: chapter.minutes for chapter in CHAPTERS}.get(path)
    assert minutes is None or abs(seen.words / WORDS_A_MINUTE - minutes) <= 1, seen.words
    assert seen.words <= SLACK * words and seen.screens <= screens, (seen.words, seen.screens * SCREEN)
