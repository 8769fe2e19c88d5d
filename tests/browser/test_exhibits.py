"""The faults and the landscape in a real browser: guessed, walked by key, in both themes and widths."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from pages.text.faults import SNIPPETS
from tests.browser.looking import (
    DESKTOP,
    LOOKS,
    Theme,
    arrived,
    barriers,
    nobody_is_shut_out,
    opened,
    overflow,
    rest,
    settle,
)

PATIENCE = 90_000  # ms


def test_a_guess_reveals_the_fault_without_barriers(browser: Browser, app_url: str) -> None:
    snippet = SNIPPETS[1]  # the address of the first leaves its box folded
    with opened(browser, f"{app_url}/pruning?snippet=2") as page:
        arrived(page, PATIENCE, page.get_by_text("Spot the fault: seven short programs"))
        expect(page.get_by_text(f"{snippet.name}.", exact=False)).to_have_count(0)
        page.get_by_text(snippet.options[snippet.answer][0], exact=True).click()
        expect(page.get_by_text("The one-line cure:")).to_be_visible()
        expect(page.get_by_text("So this fault")).to_be_visible()
        nobody_is_shut_out(page)


@LOOKS
def test_the_landscape_has_its_names_and_is_walked_by_key_without_barriers(
    browser: Browser, app_url: str, theme: Theme, size: tuple[int, int]
) -> None:
    link = f"{app_url}/lab?method=plane&bet-plane=200&way=40&depth=Maths"
    with opened(browser, link, theme=theme, size=size) as page:
        page.set_default_timeout(PATIENCE)
        page.get_by_role("link", name="All related work").wait_for()
        settle(page)
        expect(page.get_by_text("At 40% of the way")).to_be_visible()
        thumb = page.get_by_role("slider", name="Of the way")
        thumb.focus()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_text("At 42% of the way")).to_be_visible()
        assert "way=42" in page.url
        settle(page)
        assert overflow(page) == 0
        assert barriers(page) == []
        if size == DESKTOP:
            assert_the_map_has_its_names(page)


def assert_the_map_has_its_names(page: Page) -> None:
    for width, height in ((1920, 1080), (1280, 720)):
        page.set_viewport_size({"width": width, "height": height})
        rest(page)
        drawn = page.locator(".st-key-landscape-map svg").first
        drawn.scroll_into_view_if_needed()
        for name in ("θ₀", "ticket’s end", "whole net’s end"):
            expect(drawn.locator("xpath=..").get_by_text(name, exact=True).first).to_be_visible()
