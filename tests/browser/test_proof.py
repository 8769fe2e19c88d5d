"""The proof in a real browser: checks really run in a worker, one link a check, no barriers in any look."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from lth_core.experiments.proof.spec import NAMES
from tests.browser.looking import PHONE, barriers, keeps_the_visit, opened, overflow, settle

PATIENCE = 90_000  # ms: a first run starts worker processes and compiles kernels, on two cores that others use too


@pytest.fixture
def url(app_url: str) -> str:
    return f"{app_url}/proof"


def ready(page: Page) -> Page:
    page.set_default_timeout(PATIENCE)
    page.get_by_text("On your own machine").wait_for()
    settle(page)
    return page


def card(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-check-{name}")


def state(page: Page, name: str) -> Locator:
    return card(page, name).locator(".check")


def passes(page: Page, name: str) -> Locator:
    """The card of this check, once that has been run and has passed."""
    card(page, name).get_by_role("button", name="Run it").click()
    expect(state(page, name)).to_have_attribute("data-state", "passed", timeout=PATIENCE)
    return card(page, name)


def test_checks_really_run_in_a_worker_a_link_shows_one_again_all_are_counted_and_nobody_is_shut_out(
    browser: Browser, page: Page
) -> None:
    assert page.title() == "The proof · The lottery ticket, drawn"
    expect(page.locator(".check")).to_have_count(len(NAMES))
    nested = passes(page, "nested")
    expect(nested).to_contain_text("6 rounds of training and pruning, from 1,096 to")
    expect(nested.locator(".number b")).to_have_text("0")
    expect(page.get_by_text("1 of 1 passed")).to_be_visible()
    assert re.search(r"[?&]ran=nested", page.url) and re.search(r"draw=\d+", page.url)
    with opened(browser, f"{page.url}&check=resume") as other:  # another visit
        expect(state(ready(other), "nested")).to_have_attribute("data-state", "passed")
        expect(state(other, "counts")).to_have_attribute("data-state", "open")
        the_check_of_the_link_comes_first_and_its_code_is_in_sight(other)
    expect(passes(page, "resume")).to_contain_text("Killed (exit status -9)")  # a worker may kill a child of its own
    card(page, "resume").locator("summary").click()
    expect(card(page, "resume").locator("pre")).to_be_visible()
    no_barriers_and_nothing_sticks_out(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    passes(page, "hash")  # whereupon Python draws for this theme
    no_barriers_and_nothing_sticks_out(page)
    page.get_by_role("button", name="Run all again").click()
    expect(page.get_by_text(re.compile(r"\d+ of 11 checks done|next free worker"))).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled.")).to_be_visible(timeout=PATIENCE)


def no_barriers_and_nothing_sticks_out(page: Page) -> None:
    settle(page)
    assert barriers(page) == [] and overflow(page) == 0


def the_check_of_the_link_comes_first_and_its_code_is_in_sight(page: Page) -> None:
    expect(page.locator(".check h2").first).to_have_text("Killed and gone on")
    code = card(page, "resume").locator("pre")
    expect(code).to_be_visible()
    expect(code).to_contain_text("child.kill()  # kill -9")
    expect(card(page, "counts").locator("pre")).to_be_hidden()
    card(page, "counts").locator("summary").focus()
    page.keyboard.press("Enter")
    expect(card(page, "counts").locator("pre")).to_be_visible()


def test_the_navigation_and_the_home_page_lead_here(browser: Browser, app_url: str) -> None:
    with opened(browser, app_url) as page:
        page.set_default_timeout(PATIENCE)
        keeps_the_visit(page)
        page.get_by_role("link", name=re.compile("For doubters")).click()
        ready(page)
        expect(page.get_by_role("link", name="Proof", exact=True)).to_be_visible()
