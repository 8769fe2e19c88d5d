"""The labs' pages in a real browser: a live run, the way round, and nobody shut out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from pages.labs import LABS, at
from pages.labs.base import Lab
from tests.browser.looking import (
    DESKTOP,
    LOOKED_AT,
    Theme,
    barriers,
    nobody_is_shut_out,
    opened,
    overflow,
    rest,
    settle,
)
from tests.browser.shared_tab import SharedTab

PATIENCE = 60_000  # ms
WIDGETS = {"early-bird", "deep-compression", "strong-tickets"}  # the labs that have one of their own
ALONE = {"plane", "heads"}  # the one is walked by key, the other takes fingers
OTHERS = [lab.method for lab in LABS if lab.method not in ALONE]
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


def test_a_head_is_switched_off_by_key_and_by_finger_and_nobody_is_shut_out(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}?method=heads&bet-heads=skipped&depth=Maths", has_touch=True) as page:
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
        nobody_is_shut_out(page)


def test_the_landscape_has_its_names_and_is_walked_by_key_without_barriers(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}?method=plane&bet-plane=200&way=40&depth=Maths") as page:
        ready(page)
        expect(page.get_by_text("At 40% of the way")).to_be_visible()
        assert_the_map_has_its_names(page)
        for (theme, size), way in zip(LOOKED_AT, (42, 44), strict=True):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": size[0], "height": size[1]})
            rest(page)
            page.get_by_role("slider", name="Of the way").focus()
            page.keyboard.press("ArrowRight")  # whereupon Python draws for this theme
            expect(page.get_by_text(f"At {way}% of the way")).to_be_visible()
            assert f"way={way}" in page.url
            settle(page)
            assert overflow(page) == 0
            assert barriers(page) == []


def assert_the_map_has_its_names(page: Page) -> None:
    for width, height in ((1920, 1080), (1280, 720)):
        page.set_viewport_size({"width": width, "height": height})
        rest(page)
        drawn = page.locator(".st-key-landscape-map svg").first
        drawn.scroll_into_view_if_needed()
        for name in ("θ₀", "ticket’s end", "whole net’s end"):
            expect(drawn.locator("xpath=..").get_by_text(name, exact=True).first).to_be_visible()


@pytest.fixture(scope="module")
def tour(request: pytest.FixtureRequest, browser: Browser, url: str) -> Iterator[SharedTab]:
    tab = SharedTab(browser, f"{url}?method={OTHERS[0]}&depth=Maths", ready, begin_again)
    request.config.pluginmanager.register(tab)  # which tells it of every failure
    yield tab
    request.config.pluginmanager.unregister(tab)
    tab.close()


def begin_again(page: Page) -> None:
    """In light on a laptop, as it was opened: the next lab is drawn for that."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})


@pytest.mark.parametrize("method", THEMES)
def test_labs_lead_round_at_the_depth_once_chosen_and_nobody_is_shut_out(
    tour: SharedTab, url: str, method: str
) -> None:
    page = tour.page()
    comes_to(page, at(method), url)
    for skip in page.get_by_role("button", name="Skip, just show me").all():
        skip.click()
    if method == "early-bird":
        the_moment_of_an_early_mask_is_chosen_by_keyboard_and_stands_in_the_address(page)
    nobody_is_shut_out(page, themes=THEMES[method])
    if method == OTHERS[-1]:
        page.get_by_role("link", name="All related work").click()
        expect(page.get_by_role("heading", name="Connections", level=1)).to_be_visible(timeout=PATIENCE)


def comes_to(page: Page, lab: Lab, url: str) -> None:
    """From the lab before by its link, within the visit; by the address where the tab is elsewhere."""
    here = page.get_by_role("heading", level=1).inner_text()
    if here == LABS[LABS.index(lab) - 1].title:
        page.get_by_role("link", name=lab.title).first.click()
        if lab.method == OTHERS[-1]:
            back_and_forward_lead_from_lab_to_lab(page, here, lab.title)
    elif here != lab.title:
        page.goto(f"{url}?method={lab.method}&depth=Maths")
    expect(page.get_by_role("heading", name=lab.title, level=1)).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_url(re.compile(f"method={lab.method}&depth=Maths"))
    expect(page.get_by_role("radio", name="Maths")).to_be_checked()
    ready(page)


def back_and_forward_lead_from_lab_to_lab(page: Page, before: str, after: str) -> None:
    for name, go in ((after, None), (before, page.go_back), (after, page.go_forward)):
        if go:
            go()
        expect(page.get_by_role("heading", name=name, level=1)).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_role("radio", name="Maths")).to_be_checked()
        settle(page)


def the_moment_of_an_early_mask_is_chosen_by_keyboard_and_stands_in_the_address(page: Page) -> None:
    page.get_by_role("slider", name="Mask drawn after").focus()
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"drawn=300"), timeout=PATIENCE)
    expect(page.get_by_text("Drawn after 300 steps")).to_be_visible(timeout=PATIENCE)
