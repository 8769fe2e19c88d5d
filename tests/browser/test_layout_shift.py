"""Nothing jumps while a page loads: what comes late finds its room reserved.

The browser itself counts (PerformanceObserver): the share of the screen that moved, times how far. 0.1 is what Google
calls good; here a page may show the twentieth part of that.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from pages.text.chapters import BESIDE, CHAPTERS
from tests.browser.looking import DESKTOP, PHONE, opened, settle

MOST = 0.005  # of cumulative layout shift
CHAPTERS_AND_HOME = ["", *(chapter.slug for chapter in CHAPTERS)]
# Phones read the chapters; the pages beside them are drawn by the same frame, and are looked at on a laptop.
LOADS = [*((path, DESKTOP) for path in (*CHAPTERS_AND_HOME, *(page.slug for page in BESIDE))),
         *((path, PHONE) for path in CHAPTERS_AND_HOME)]

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


@pytest.mark.parametrize(("path", "size"), LOADS,
                         ids=[f"{path or 'home'}-{'phone' if size == PHONE else 'laptop'}" for path, size in LOADS])
def test_nothing_jumps_while_the_page_comes(browser: Browser, app_url: str, path: str, size: tuple[int, int]) -> None:
    with opened(browser, "about:blank", size=size) as page:
        page.add_init_script(WATCH)
        page.goto(f"{app_url}/{path}")
        page.locator("h1").first.wait_for()
        settle(page)
        page.wait_for_timeout(2_500)  # widgets fetch their nets, figures their scripts
        shifts = page.evaluate("window.shifts")
    assert sum(value for value, _ in shifts) <= MOST, shifts
