"""Chapter 3's player of rounds under the hands of its tests."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import arrived

PATIENCE = 120_000  # ms: a first live run starts worker processes and compiles its kernels


def ready(page: Page) -> Page:
    return arrived(page, PATIENCE, player(page))


def player(page: Page) -> Locator:
    return page.locator(".player[data-at]")


def button(page: Page, name: str) -> Locator:
    return player(page).get_by_role("button", name=name, exact=True)


def rests_at(page: Page, at: int) -> None:
    """The film stands there, and is the only one: the one before stays until the run that replaces it ends, so that for
    a moment there may be two, or a third to come."""
    there = page.locator(f'.player[data-at="{at}.00"]')
    expect(there.first).to_be_attached(timeout=PATIENCE)
    expect(player(page)).to_have_count(1, timeout=PATIENCE)
    expect(there).to_have_count(1, timeout=PATIENCE)


def rows(page: Page) -> Locator:
    return player(page).locator("tbody tr")
