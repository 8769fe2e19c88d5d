"""Nothing jumps while a page loads: what comes late finds its room reserved.

The browser itself counts (PerformanceObserver): the share of the screen that moved, times how far. 0.1 is what Google
calls good; here a page may show the twentieth part of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Route

from pages.text.chapters import CHAPTERS
from tests.browser.looking import PHONE, opened, rest
from tests.words.report import at_rest

MOST = 0.005  # of cumulative layout shift

WATCH = """
  window.shifts = [];
  const told = (node) => node?.closest?.("[class*=st-key-]")?.className
    ?? node?.textContent?.slice(0, 40) ?? "within a widget";
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      window.shifts.push([entry.value, entry.sources.map(({ node, previousRect: from, currentRect: to }) =>
        `${told(node)}: ${Math.round(from.x)},${Math.round(from.y)} to ${Math.round(to.x)},${Math.round(to.y)}`)]);
    }
  }).observe({ type: "layout-shift", buffered: true });
"""


@contextmanager
def watched(browser: Browser, url: str, size: tuple[int, int]) -> Iterator[Page]:
    """A new tab on `url` that counts from its first moment what moves."""
    with opened(browser, "about:blank", size=size) as page:
        page.add_init_script(WATCH)
        page.goto(url)
        yield page


def assert_nothing_jumped(page: Page) -> None:
    shifts = page.evaluate("window.shifts")
    assert sum(value for value, _ in shifts) <= MOST, shifts


# Phones read the chapters; on a laptop every page is watched as test_reading.py loads it.
@pytest.mark.parametrize("path", ["", *(chapter.slug for chapter in CHAPTERS)])
def test_nothing_jumps_while_a_phone_loads_the_page(browser: Browser, app_url: str, path: str) -> None:
    with watched(browser, f"{app_url}/{path}", PHONE) as page:
        at_rest(page, path)
        assert_nothing_jumped(page)


def test_icons_that_come_late_find_their_room(browser: Browser, app_url: str) -> None:
    """Until their typeface is there they are words, wider than a phone has room for beside Start."""
    held: list[Route] = []
    with opened(browser, "about:blank", size=PHONE) as page:
        page.route(re.compile("MaterialSymbols"), lambda route: held.append(route))
        page.goto(app_url, wait_until="commit")
        doors = page.locator(".st-key-doors")
        doors.get_by_text("For lectures").wait_for()
        rest(page)
        before = doors.bounding_box()
        assert held and before
        for route in held:
            route.continue_()
        at_rest(page, "")
        assert doors.bounding_box() == before
