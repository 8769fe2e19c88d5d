"""Every page zoomed to 200 % with its folds open, by axe's further rules, and on paper."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from pages.text.chapters import BESIDE, CHAPTERS
from tests.browser.looking import DESKTOP, opened, overflow, settle

PAGES = ["", *(chapter.slug for chapter in CHAPTERS), *(page.slug for page in BESIDE)]
ZOOMED = (640, 360)  # what is left of 1280 × 720 at 200 %
FURTHER = ["heading-order", "empty-heading", "label-content-name-mismatch", "td-has-header", "empty-table-header",
           "page-has-heading-one"]
OPEN = "document.querySelectorAll('details:not([open]) > summary').forEach((fold) => fold.click())"


@pytest.mark.parametrize("path", PAGES)
def test_zoomed_and_unfolded_nothing_sticks_out_and_all_has_its_name(browser: Browser, app_url: str, path: str) -> None:
    with opened(browser, f"{app_url}/{path}", size=ZOOMED) as page:
        page.locator("h1").first.wait_for()
        settle(page)
        page.evaluate(OPEN)
        page.wait_for_timeout(1_500)  # figures take their size
        settle(page)
        assert overflow(page) == 0
        main = page.get_by_test_id("stMain")
        assert main.evaluate("(box) => box.scrollWidth - box.clientWidth") == 0
        found = Axe().run(page, options={"runOnly": {"type": "rule", "values": FURTHER}}).response["violations"]
    assert not found, [(item["id"], [node["html"][:120] for node in item["nodes"][:3]]) for item in found]


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
