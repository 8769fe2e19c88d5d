"""A page on paper, and the lecture's stage where it has room to spare."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.looking import DESKTOP, opened, settle


def test_paper_is_as_wide_as_the_window_for_which_pictures_are_drawn(browser: Browser, app_url: str) -> None:
    with opened(browser, f"{app_url}/evidence") as page:
        page.locator("[data-drawn]").first.wait_for()
        settle(page)
        drawn = page.locator(".reader .picture").bounding_box()
        page.emulate_media(media="print")
        assert page.locator(".reader .picture").bounding_box()["height"] == drawn["height"]
        pages = re.findall(rb"/MediaBox \[0 0 ([\d.]+)", page.pdf(prefer_css_page_size=True))
    assert {round(float(width) / 0.75) for width in pages} == {DESKTOP[0]}  # a CSS pixel has three quarters of a point


def test_a_net_without_its_curves_stands_in_the_middle_and_a_covered_question_is_asked_once(
    browser: Browser, app_url: str,
) -> None:
    with opened(browser, f"{app_url}/lecture?talk=45&beat=3", size=(1920, 1080)) as page:
        page.locator(".bare .net").wait_for()
        box = page.locator(".bare .net").bounding_box()
        assert abs(box["x"] + box["width"] / 2 - 960) < 20
        page.goto(f"{app_url}/lecture?talk=45&beat=8")
        expect(page.get_by_text("200 random tickets, trained. How many win?")).to_have_count(1)
        expect(page.get_by_text("How many win?")).to_have_count(1)
