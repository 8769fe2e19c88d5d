"""The ledger in a real browser: narrowed, followed and come back to, printed, and nobody shut out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.looking import DESKTOP, keeps_the_visit, nobody_is_shut_out, opened, settle

PATIENCE = 45_000


@pytest.fixture(scope="module")
def url(app_url: str) -> str:
    return f"{app_url}/ledger"


def rows(page: Page) -> Locator:
    return page.locator(".ledger tbody tr")


def ready(page: Page) -> Page:
    page.set_default_timeout(PATIENCE)
    expect(rows(page).first).to_be_visible(timeout=PATIENCE)
    settle(page)
    return page


def test_a_search_narrows_the_table_and_is_a_link(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}?q=rewinding") as page:
        ready(page)
        expect(page.locator("#c28")).to_be_visible()
        expect(page.locator("#c1")).to_have_count(0)
        search = page.get_by_label("Search")
        search.fill("")
        search.press("Enter")
        expect(rows(page)).to_have_count(43, timeout=PATIENCE)
        expect(page).not_to_have_url(re.compile("q="))
        search.fill("rewinding")
        search.press("Enter")
        expect(page.locator("#c28")).to_be_visible(timeout=PATIENCE)
        expect(page.locator("#c1")).to_have_count(0, timeout=PATIENCE)
        expect(page).to_have_url(re.compile("q=rewinding"))


def test_a_badge_of_a_chapter_leads_to_its_row(browser: Browser, app_url: str) -> None:
    with opened(browser, f"{app_url}/paradox") as page:
        page.set_default_timeout(PATIENCE)
        badge = page.get_by_role("link", name="C2 · ")
        badge.wait_for()
        keeps_the_visit(page)
        page.evaluate("() => (window.sameVisit = true)")
        badge.click()
        expect(page.locator("#c2")).to_be_visible(timeout=PATIENCE)
        assert page.url.endswith("/ledger?claim=2") and page.evaluate("() => window.sameVisit")


def test_nobody_is_shut_out_and_a_figure_is_one_link_away(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}?claim=23") as page:
        ready(page)
        page.locator("#c2 summary").click()
        nobody_is_shut_out(page)
        page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        a_rule_unfolds_by_keyboard_and_a_figure_is_one_link_away(page)


def a_rule_unfolds_by_keyboard_and_a_figure_is_one_link_away(page: Page) -> None:
    keeps_the_visit(page)
    more = page.locator("#c27 summary")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#c27 details")).to_contain_text("surely errs by more than 0.2 points")
    expect(page.locator("#c27 code").first).to_contain_text("python -m lth_core verify --cell")
    page.evaluate("() => (window.sameVisit = true)")
    page.locator("#c27").get_by_role("link").click()
    expect(page.get_by_role("heading", name="What fails, and what repairs it")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("() => window.sameVisit"), "a link within the site keeps the visit"
