"""From a teacher's press to a student's receipt: two strangers to each other, nothing between them but a link."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import DESKTOP, PHONE, barriers, opened, overflow, rest, settle
from tests.browser.test_layout_shift import MOST, WATCH

QUESTION = "In which round does <b>accuracy</b> fall?"
FOOT = "() => innerHeight - document.querySelector('.st-key-task-fixed').parentElement.getBoundingClientRect().bottom"


def made_by_a_teacher(page: Page) -> str:
    """The link that the page menu makes."""
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("button", name="Make a task of this page").click()
    form = page.get_by_role("dialog").filter(has_text="A task for your class")
    form.get_by_label("Your question").fill(QUESTION)
    form.get_by_text("Gist", exact=True).click()
    form.get_by_text("Hide the settings").click()
    form.get_by_role("button", name="Make the link").click()
    link = form.locator("code", has_text="task=")
    expect(link).to_be_visible()
    assert barriers(page) == []
    return link.inner_text().strip()


def test_a_link_a_students_answer_and_a_receipt(browser: Browser, app_url: str) -> None:
    with opened(browser, f"{app_url}/pruning?round=5") as page:
        settle(page)
        link = made_by_a_teacher(page)
    assert link.startswith(f"{app_url}/pruning?round=5&depth=Gist&task=")
    with opened(browser, "about:blank", locale="en-GB") as page:  # a context of its own: another machine
        page.add_init_script(WATCH)
        page.goto(link)
        box = page.locator(".st-key-task-fixed")
        expect(box).to_contain_text(QUESTION)
        page.locator(".st-key-stage canvas, .st-key-stage svg").first.wait_for()
        settle(page)
        page.wait_for_timeout(1_500)
        shifts = page.evaluate("window.shifts")
        assert sum(value for value, _ in shifts) <= MOST, shifts
        assert abs(page.evaluate(FOOT)) < 1
        expect(page.locator(".st-key-depth")).to_be_hidden()
        expect(page.locator(".st-key-toolbar [data-testid=stButtonGroup]").first).to_be_hidden()
        expect(page.get_by_role("button", name="Next round").first).to_be_visible()  # what acts stays
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        rest(page)
        assert overflow(page) == 0
        page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        settle(page)
        assert barriers(page) == []
        page.get_by_role("textbox", name="Your answer").fill("Round 11 & later.")
        page.get_by_role("button", name="Make my receipt").click()
        expect(page.get_by_text("The checksum holds.")).to_be_visible()
        settle(page)
        expect(page.locator(".st-key-receipt dl")).to_contain_text("Round 11 & later.")
        assert barriers(page) == []
        with page.expect_download() as download:
            page.get_by_role("button", name="Receipt as PDF").click()
        assert Path(download.value.path()).read_bytes()[:5] == b"%PDF-"
        page.get_by_role("link", name="The page as it was").click()
        page.wait_for_url("**/pruning?round=5&depth=Gist")
