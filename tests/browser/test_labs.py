"""The labs' pages in a real browser: a live run, the way round, and nobody shut out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from pages.labs import LABS
from tests.browser.looking import Theme, nobody_is_shut_out, opened, settle

PATIENCE = 60_000  # ms
WIDGETS = {"early-bird", "deep-compression", "strong-tickets", "heads"}  # the labs that have one of their own
OTHERS = [lab.method for lab in LABS if lab.method != "plane"]  # test_exhibits.py looks at that one
# In which themes axe is asked: what the labs share is seen in both, one lab light and the next one dark.
THEMES: dict[str, tuple[Theme, ...]] = {
    method: ("light", "dark") if method in WIDGETS else ("light",) if place % 2 else ("dark",)
    for place, method in enumerate(OTHERS)
}


@pytest.fixture(scope="session")
def url(app_url: str) -> str:
    return f"{app_url}/lab"


def ready(page: Page) -> Page:
    page.set_default_timeout(PATIENCE)
    page.get_by_role("link", name="All related work").wait_for()
    settle(page)
    return page


def test_a_lab_runs_live_and_can_be_cancelled(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}?method=snip&seed=9&depth=Gist") as page:
        ready(page)
        page.get_by_role("button", name=re.compile("Train it now|Run it again")).click()
        cancel = page.get_by_role("button", name=re.compile("Cancel|Leave"))
        cancel.wait_for()
        expect(page.get_by_text(re.compile(r"snip-global|Round 3|round 3")).first).to_be_visible(timeout=PATIENCE)
        cancel.click()
        page.get_by_role("button", name="Go on with it").wait_for()


def test_the_moment_of_an_early_mask_is_chosen_by_keyboard_and_stands_in_the_address(
    browser: Browser, url: str
) -> None:
    with opened(browser, f"{url}?method=early-bird&bet-early=skipped&depth=Gist") as page:
        ready(page)
        page.get_by_role("slider", name="Mask drawn after").focus()
        page.keyboard.press("ArrowLeft")
        expect(page).to_have_url(re.compile(r"drawn=300"), timeout=PATIENCE)
        expect(page.get_by_text("Drawn after 300 steps")).to_be_visible(timeout=PATIENCE)


def test_labs_lead_round_and_back_to_the_map(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}?method={LABS[0].method}") as page:
        ready(page)
        page.get_by_role("link", name=LABS[1].title).first.click()
        expect(page.get_by_role("heading", name=LABS[1].title, level=1)).to_be_visible(timeout=PATIENCE)
        expect(page).to_have_url(re.compile(f"method={LABS[1].method}"))
        page.get_by_role("link", name="All related work").click()
        expect(page.get_by_role("heading", name="Connections", level=1)).to_be_visible(timeout=PATIENCE)


def test_a_head_is_switched_off_by_key_and_by_finger(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}?method=heads&bet-heads=skipped", has_touch=True) as page:
        ready(page)
        switch, name = page.get_by_role("switch", name="Head 1B"), page.get_by_text("Head 1B", exact=True)
        figure = page.get_by_test_id("stMetricValue").first
        before = figure.inner_text()
        switch.focus()
        ways: tuple[Callable[[], None], ...] = (lambda: page.keyboard.press("Space"), name.tap)
        for press in ways:
            press()
            expect(switch).not_to_be_checked()
            expect(figure).not_to_have_text(before)
            expect(page).to_have_url(re.compile("off=1B"))
            name.tap()
            expect(switch).to_be_checked()
            expect(figure).to_have_text(before)


@pytest.mark.parametrize("method", THEMES)
def test_nobody_is_shut_out(browser: Browser, url: str, method: str) -> None:
    with opened(browser, f"{url}?method={method}&depth=Maths") as page:
        ready(page)
        for skip in page.get_by_role("button", name="Skip, just show me").all():
            skip.click()
        nobody_is_shut_out(page, themes=THEMES[method])
