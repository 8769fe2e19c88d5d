"""Home and chapter 1 as a reader meets them: the cold first visit, the slider, the bet, a net trained meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looking import LOOKS, Theme, barriers, opened, overflow, settle
from tests.browser.serving import serve


def test_a_cold_deep_link_opens_its_page(browser: Browser) -> None:
    """The very first session of a server: Streamlit must not answer with its "page not found"."""
    with serve("app.py") as url, opened(browser, f"{url}/paradox?net=Small+net&sparsity=40&depth=Gist") as page:
        expect(page.get_by_role("heading", name="The paradox")).to_be_visible(timeout=30_000)
        expect(page).to_have_title("The paradox · The lottery ticket, drawn")
        expect(page.get_by_text("438 of 1,096").or_(page.get_by_text("658 of 1,096")).first).to_be_visible()
        expect(page.get_by_text("At 40% sparsity")).to_be_visible()
        assert page.get_by_text("Page not found").count() == 0


@LOOKS
@pytest.mark.parametrize("path", ["", "paradox?depth=Maths"], ids=["home", "paradox"])
def test_no_barriers_and_nothing_sticks_out(
    browser: Browser, app_url: str, path: str, size: tuple[int, int], theme: Theme
) -> None:
    with opened(browser, f"{app_url}/{path}", theme=theme, size=size) as page:
        expect(page.get_by_text("measured here").first).to_be_visible(timeout=30_000)
        settle(page)
        assert barriers(page) == []
        assert overflow(page) == 0


def test_releasing_the_slider_writes_the_address_and_the_text(browser: Browser, app_url: str) -> None:
    with opened(browser, f"{app_url}/paradox") as page:
        slider = page.get_by_role("slider", name="Sparsity")
        expect(page.get_by_text("At 80% sparsity")).to_be_visible(timeout=30_000)
        slider.fill("95")
        expect(page.get_by_text("At 95% sparsity")).to_be_visible()
        assert "sparsity=95" in page.url
        page.reload()
        expect(page.get_by_text("At 95% sparsity")).to_be_visible(timeout=30_000)
        page.get_by_role("radio", name="Small net").click()
        expect(page.get_by_text("of 1,096 weights each")).to_be_visible()


def test_the_bet_comes_before_the_chart(browser: Browser, app_url: str) -> None:
    with opened(browser, f"{app_url}/paradox") as page:
        expect(page.get_by_text("Your bet first")).to_be_visible(timeout=30_000)
        assert page.get_by_text("Which nets can fit").count() == 0
        page.get_by_role("button", name="Place the bet").click()
        expect(page.get_by_text("You said")).to_be_visible()
        expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=30_000)


def test_a_net_trained_now_is_dragged_like_a_recorded_one(browser: Browser, app_url: str) -> None:
    """The real engine in a real worker process, on the small net: under half a minute on two busy cores."""
    with opened(browser, f"{app_url}/paradox?net=Small+net&source=Live&new=7") as page:
        page.get_by_role("button", name="Train it now").click(timeout=30_000)
        expect(page.get_by_role("slider", name="Sparsity")).to_be_visible(timeout=150_000)
        expect(page.get_by_text("Live · seed 7")).to_be_visible()
        page.get_by_role("slider", name="Sparsity").fill("30")
        expect(page.get_by_text("767 of 1,096 weights kept", exact=True)).to_be_visible()
