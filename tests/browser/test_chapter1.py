"""Home and chapter 1 as a reader meets them: the cold first visit, the slider, the bet, a net trained meanwhile."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.looking import nobody_is_shut_out, opened, settle
from tests.browser.serving import serve
from tests.browser.test_addresses import assert_keys_scroll


def test_a_cold_deep_link_opens_its_page(browser: Browser) -> None:
    """The very first session of a server: Streamlit must not answer with its "page not found"."""
    with serve("app.py") as url, opened(browser, f"{url}/paradox?net=Small+net&sparsity=40&depth=Gist") as page:
        expect(page.get_by_role("heading", name="The paradox")).to_be_visible(timeout=30_000)
        expect(page).to_have_title("The paradox · The lottery ticket, drawn")
        expect(page.get_by_text("438 of 1,096").or_(page.get_by_text("658 of 1,096")).first).to_be_visible()
        expect(page.get_by_text("At 40% sparsity")).to_be_visible()
        assert page.get_by_text("Page not found").count() == 0


@pytest.mark.parametrize("path", ["", "paradox?depth=Maths"], ids=["home", "paradox"])
def test_no_barriers_and_nothing_sticks_out(browser: Browser, app_url: str, path: str) -> None:
    with opened(browser, f"{app_url}/{path}", still=not path) as page:  # home else plays its film meanwhile
        expect(page.get_by_text("measured here").first).to_be_visible(timeout=30_000)
        nobody_is_shut_out(page)


def test_the_bet_comes_before_the_chart_and_the_released_slider_writes_address_and_text(
    browser: Browser, app_url: str
) -> None:
    with opened(browser, f"{app_url}/paradox") as page:
        slider = page.get_by_role("slider", name="Sparsity")
        expect(page.get_by_text("At 80% sparsity")).to_be_visible(timeout=30_000)
        the_bet_comes_before_the_chart(page)
        slider.fill("95")
        expect(page.get_by_text("At 95% sparsity")).to_be_visible()
        assert "sparsity=95" in page.url
        page.reload()
        expect(page.get_by_text("At 95% sparsity")).to_be_visible(timeout=30_000)
        page.get_by_role("radio", name="Small net").click()
        expect(page.get_by_text(re.compile("keeps 55 of 1,096 weights"))).to_be_visible()


def the_bet_comes_before_the_chart(page: Page) -> None:
    expect(page.get_by_text("Your bet first")).to_be_visible(timeout=30_000)
    assert page.get_by_text("Which nets can fit").count() == 0
    page.get_by_role("button", name="Place the bet").click()
    expect(page.get_by_text("You said")).to_be_visible()
    expect(page.locator(".plot[data-lines]").first).to_be_visible(timeout=30_000)


def says(page: Page) -> Locator:
    return page.locator(".answer[data-says]")


def test_a_digit_runs_through_the_net_and_the_answer_moves_with_the_slider(browser: Browser, app_url: str) -> None:
    with opened(browser, f"{app_url}/paradox?sparsity=0&net=LeNet-300-100") as page:
        the_answer_moves_with_the_slider(page)


def the_answer_moves_with_the_slider(page: Page) -> None:
    """From the first digit to the next, and from all weights to none."""
    expect(says(page)).to_have_attribute("data-says", "7", timeout=40_000)
    expect(says(page)).to_contain_text("The net reads 7")
    expect(says(page)).to_contain_text("✓")
    lit = page.locator("canvas.lit")
    before = lit.evaluate("canvas => canvas.toDataURL()")
    slider = page.get_by_role("slider", name="Sparsity")
    slider.fill("70")
    page.wait_for_function(
        "before => [...document.querySelectorAll('*')].map((e) => e.shadowRoot?.querySelector('canvas.lit'))"
        ".find(Boolean).toDataURL() !== before", arg=before)
    slider.fill("100")  # no weight is left: biases alone speak, the same to every digit
    expect(page.locator(".percent")).to_have_text("100%")
    alike = says(page).get_attribute("data-says")
    page.get_by_role("button", name="Next digit").click()
    expect(says(page)).to_have_attribute("data-says", str(alike))


def test_a_digit_runs_through_the_small_net_and_another_is_chosen_or_drawn(browser: Browser, app_url: str) -> None:
    with opened(browser, f"{app_url}/paradox?sparsity=0&net=Small+net") as page:
        the_answer_moves_with_the_slider(page)
        page.get_by_role("slider", name="Sparsity").fill("0")
        expect(says(page)).to_contain_text("8")  # classes in turn: after 7 comes 8
        page.get_by_role("button", name="Choose or draw").click()
        dialog = page.get_by_role("dialog", name="Choose or draw a digit")
        dialog.get_by_role("button", name="a 0").first.click()
        expect(dialog).to_be_hidden()
        expect(says(page)).to_have_attribute("data-says", "0")
        page.keyboard.press("Enter")  # the focus has gone back to the button
        pad = dialog.get_by_role("img").bounding_box()
        assert pad
        x = pad["x"] + pad["width"] / 2
        page.mouse.move(x, pad["y"] + 30)
        page.mouse.down()
        page.mouse.move(x, pad["y"] + pad["height"] - 30, steps=12)
        page.mouse.up()
        expect(says(page)).to_have_attribute("data-says", "1")
        expect(says(page)).not_to_contain_text("✓")  # nobody knows what it was meant to be
        page.keyboard.press("Escape")


def test_the_net_stays_and_lives_while_it_trains_and_is_dragged_like_a_recorded_one(
    browser: Browser, app_url: str
) -> None:
    """One canvas from before the press to the finished ladder, and pictures of the weights on the way. The real engine
    in a real worker process, on the small net: under half a minute on two busy cores."""
    with opened(browser, f"{app_url}/paradox?net=Small+net&source=Live&new=8") as page:
        button = page.get_by_role("button", name="Train it now")
        button.wait_for(timeout=30_000)
        edges = page.locator("canvas.edges")
        edges.evaluate("canvas => { canvas.mine = true; }")
        expect(page.get_by_text("Not trained yet")).to_be_visible()
        button.click()
        view = page.locator(".view[data-pictures]")
        expect(view).to_have_attribute("data-pictures", re.compile(r"[1-9]\d*"), timeout=60_000)
        expect(edges).to_be_visible()
        expect(page.locator(".kept-of-total")).to_contain_text("measuring", timeout=100_000)
        expect(page.get_by_text("Live · seed 8")).to_be_visible(timeout=150_000)
        assert edges.evaluate("canvas => canvas.mine") is True
        slider = page.get_by_role("slider", name="Sparsity")
        expect(slider).to_be_enabled()
        slider.fill("30")
        expect(page.get_by_text("removed: 767 of 1,096 weights kept", exact=True)).to_be_visible()


def test_keys_scroll_home_at_once_its_cover_plays_once_a_visit_and_a_card_is_a_link_as_a_whole(
    browser: Browser, app_url: str
) -> None:
    with opened(browser, app_url) as page:
        page.get_by_role("heading", name="The lottery ticket, drawn").wait_for()
        settle(page)
        assert_keys_scroll(page)
        the_cover_plays_and_rests_on_a_ticket_that_matches(page)
        a_card_is_a_link_as_a_whole(page)
        page.go_back()
        expect(page.locator(".cover")).to_have_attribute("data-over", "true", timeout=40_000)  # once a visit
        page.get_by_role("button", name="Play again").click()
        expect(page.locator(".cover")).to_have_attribute("data-over", "false")
        page.get_by_role("link", name="Start").click()
        expect(page.get_by_role("slider", name="Sparsity")).to_be_visible(timeout=40_000)


def the_cover_plays_and_rests_on_a_ticket_that_matches(page: Page) -> None:
    cover = page.locator(".cover")
    expect(cover).to_have_attribute("data-over", "false", timeout=40_000)
    page.get_by_role("button", name="Pause").click()
    frames = cover.get_attribute("data-frames")
    page.wait_for_timeout(300)
    assert cover.get_attribute("data-frames") == frames
    page.get_by_role("button", name="Go on").click()
    expect(cover).to_have_attribute("data-over", "true", timeout=60_000)
    whole, ticket = (float(text.rstrip("%")) for text in page.locator(".counters .read").all_inner_texts())
    assert ticket >= whole
    expect(page.get_by_role("img", name=re.compile("At the end it reads 7"))).to_be_visible()


def a_card_is_a_link_as_a_whole(page: Page) -> None:
    card = page.get_by_text("Draw random sub-networks")
    settle(page)  # cards move down as long as the pictures above them come
    card.click(force=True)  # the link lies over it
    expect(page.get_by_role("heading", name="The hypothesis", level=1)).to_be_visible(timeout=40_000)
