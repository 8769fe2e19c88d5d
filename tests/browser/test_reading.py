"""The pages read in one breath: no page scrolls sideways at any width or zoomed with its folds open, headings and names
are in order, and no chapter is longer than its measure."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from pages.text.chapters import BESIDE, CHAPTERS
from tests.browser.looking import DESKTOP, opened, settle
from tests.words.report import SCREEN, read

WIDTHS = (360, 390, 768, 1100, 1280, 1440, 1920)
PAGES = ["", *(chapter.slug for chapter in CHAPTERS), *(page.slug for page in BESIDE)]
ZOOMED = (640, 360)  # what is left of 1280 × 720 at 200 %
FURTHER = ["heading-order", "empty-heading", "label-content-name-mismatch", "td-has-header", "empty-table-header",
           "page-has-heading-one"]  # of axe's rules
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


@pytest.mark.parametrize("path", PAGES)
def test_nothing_sticks_out_at_any_width(browser: Browser, app_url: str, path: str) -> None:
    with opened(browser, f"{app_url}/{path}", size=DESKTOP, still=True) as page:
        page.locator("h1").first.wait_for(timeout=30_000)
        settle(page)
        page.wait_for_timeout(1_500)
        out = {}
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(500)
            out[width] = page.evaluate(ACROSS)
        page.set_viewport_size({"width": ZOOMED[0], "height": ZOOMED[1]})
        page.evaluate(OPEN)
        page.wait_for_timeout(1_500)  # figures take their size
        settle(page)
        out[ZOOMED[0]] = page.evaluate(ACROSS)
        found = Axe().run(page, options={"runOnly": {"type": "rule", "values": FURTHER}}).response["violations"]
    assert not found, [(item["id"], [node["html"][:120] for node in item["nodes"][:3]]) for item in found]
    assert not {width: by for width, by in out.items() if by > 0}, out


@pytest.mark.parametrize("path", LENGTHS)
def test_a_chapter_is_no_longer_than_its_measure(browser: Browser, app_url: str, path: str) -> None:
    seen = read(browser, app_url, path, "How")
    words, screens = LENGTHS[path]
    minutes = {chapter.slug: chapter.minutes for chapter in CHAPTERS}.get(path)
    assert minutes is None or abs(seen.words / WORDS_A_MINUTE - minutes) <= 1, seen.words
    assert seen.words <= SLACK * words and seen.screens <= screens, (seen.words, seen.screens * SCREEN)
