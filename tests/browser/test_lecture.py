"""The lecture: a whole talk by keyboard, two windows in step, and nobody shut out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from pages.talks.built_in import talks
from tests.browser.looking import barriers, opened, overflow, rest, settle

SHORT = talks()["10"]
PLACES = [f"{beat}.{step}" for beat, one in enumerate(SHORT.beats, 1) for step in range(one.presses)]
SIZES = {"full HD": (1920, 1080), "small projector": (1280, 720), "4:3": (1024, 768)}
ON = ("PageDown", "ArrowRight", "Space")
BUSY_MS = 2_500  # from key to picture on a machine that other tests share; alone it is a tenth of that

# When the widgets of the picture were last drawn, in ms of this page; or what stands there in words.
PICTURE = """() => [
  Math.max(0, ...[...document.querySelectorAll('.st-key-talk-picture *')].map((node) => +(node.dataset?.ready ?? 0))),
  document.querySelector('.st-key-talk-picture .said')?.textContent ?? '', performance.now()]"""

FITS = """() => { const box = document.querySelector('[data-testid=stMain]');
  return box.scrollHeight <= box.clientHeight; }"""


@pytest.fixture
def url(app_url: str) -> str:
    return f"{app_url}/lecture?talk=10"


def ready(page: Page) -> Page:
    at(page, "1.0")
    page.wait_for_function(f"() => ({PICTURE})()[0] > 0")
    settle(page)
    return page


def at(page: Page, place: str) -> None:
    """Wait until the strip shows that place and the address names its beat."""
    expect(page.locator(".strip")).to_have_attribute("data-place", place)
    beat = place.partition(".")[0]
    expect(page).to_have_url(re.compile(r"talk=10" if beat == "1" else rf"beat={beat}(&|$)"))


def press(page: Page, key: str) -> float:
    """Press a key; milliseconds until another picture stands there, where there is another."""
    _, words, pressed = page.evaluate(PICTURE)
    page.keyboard.press(key)
    page.wait_for_function(f"(before) => {{ const [drawn, words] = ({PICTURE})(); return drawn > before[1] "
                           "|| (words && words !== before[0]); }", arg=[words, pressed])
    drawn, _, now = page.evaluate(PICTURE)
    return (drawn if drawn > pressed else now) - pressed


def test_a_whole_talk_by_keyboard_fits_every_screen(browser, url: str) -> None:
    with opened(browser, url, size=SIZES["full HD"], still=True) as page:
        ready(page)
        for number, place in enumerate(PLACES[1:]):
            took = press(page, ON[number % len(ON)])
            at(page, place)
            assert took < BUSY_MS, (place, took)
            assert page.locator(".sentence").inner_text()
            for turn in range(1, 1 + len(SIZES)):  # so that keys are pressed at every size
                assert_it_fits(page, list(SIZES)[(number + turn) % len(SIZES)])
        letters_are_large(page)
        press(page, "PageUp")
        at(page, PLACES[-2])


def assert_it_fits(page: Page, name: str) -> None:
    page.set_viewport_size({"width": SIZES[name][0], "height": SIZES[name][1]})
    rest(page)
    assert overflow(page) == 0 and page.evaluate(FITS), name


def letters_are_large(page: Page) -> None:
    """On a stage of full HD."""
    assert_it_fits(page, "full HD")
    letters = page.locator(".sentence").evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    labels = page.locator(".source").evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    assert letters >= 28 and labels >= 20


def test_a_clicker_jumps_darkens_and_works_whatever_has_the_focus_and_history_keeps_the_beat(page: Page) -> None:
    back_forward_and_reload_keep_the_beat(page)
    page.keyboard.press("End")
    at(page, f"{len(SHORT.beats)}.0")
    page.keyboard.press("Home")
    at(page, "1.0")
    page.keyboard.press("2")
    expect(page.locator(".place")).to_have_text("→ 2")
    page.keyboard.press("Enter")
    at(page, "2.0")
    for key, name in (("b", "dark"), ("w", "white")):
        page.keyboard.press(key)
        expect(page.locator(f".curtain.{name}")).to_be_visible()
        page.keyboard.press(key)
        expect(page.locator(".curtain")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="What the clicker")).to_contain_text("presenter's window")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="On").click()
    at(page, "2.1")
    assert not barriers(page)
    page.keyboard.press("Home")
    at(page, "1.0")
    assert_a_focused_control_keeps_its_keys_until_escape_but_never_the_clickers(page)


def assert_a_focused_control_keeps_its_keys_until_escape_but_never_the_clickers(page: Page) -> None:
    slider = page.locator(".slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_value("1")
    at(page, "1.0")
    page.keyboard.press("PageDown")
    at(page, "1.1")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    at(page, "2.0")


def back_forward_and_reload_keep_the_beat(page: Page) -> None:
    for place in PLACES[1:3]:
        page.keyboard.press("PageDown")
        at(page, place)
    page.go_back()
    at(page, "1.1")
    page.go_forward()
    at(page, "2.0")
    page.reload()
    at(page, "2.0")


def test_two_windows_stay_in_step(page: Page) -> None:
    with page.expect_popup() as popup:
        page.keyboard.press("n")
    presenter = popup.value
    at(presenter, "1.0")
    expect(presenter.locator(".notes")).to_have_text(SHORT.beats[0].notes)
    page.keyboard.press("PageDown")
    at(presenter, "1.1")
    presenter.keyboard.press("PageDown")
    at(page, "2.0")
    expect(presenter.locator(".notes")).to_have_text(SHORT.beats[1].notes)
    expect(presenter.locator(".next")).not_to_be_empty()
    settle(presenter)
    assert not barriers(presenter)
    presenter.close()


def test_the_list_and_the_editor_shut_nobody_out(browser, app_url: str) -> None:
    with opened(browser, f"{app_url}/lecture", size=(390, 844)) as page:
        page.get_by_role("button", name="Copy and change").nth(2).click()
        page.get_by_role("button", name="Keep").wait_for()
        settle(page)
        assert overflow(page) == 0
        assert not barriers(page)
        page.get_by_role("link", name="Give this talk").click()
        expect(page.locator(".strip")).to_have_attribute("data-place", "1.0")
        assert overflow(page) == 0


def test_a_press_asks_the_room_and_the_next_one_reveals(browser, url: str, app_url: str) -> None:
    with opened(browser, url, accept_downloads=False) as page:  # a browser of its own: its room is nobody else's
        ready(page)
        page.keyboard.press("r")
        page.get_by_role("button", name="Open a room").click()
        code = page.locator(".code b")
        expect(code).to_have_text(re.compile(r"^[A-Z0-9]{5}$"))
        with opened(browser, f"{app_url}/room/{code.inner_text().lower()}", size=(390, 844), has_touch=True) as phone:
            page.keyboard.press("r")
            expect(page.locator(".slider")).to_be_visible()
            page.keyboard.press("2")
            page.keyboard.press("Enter")
            at(page, "2.0")
            expect(phone.get_by_role("heading", name="200 random tickets, trained.")).to_be_visible()
            phone.get_by_role("slider").fill("40")
            phone.get_by_role("button", name="Place my bet").click()
            expect(page.locator(".board")).to_contain_text("1 of 1 have answered")  # it stands where the picture will
            page.keyboard.press("PageDown")
            at(page, "2.1")
            expect(page.locator(".tally")).to_be_attached()
            expect(phone.get_by_text("3 of 200 win")).to_be_visible()
            page.keyboard.press("r")
            expect(page.locator(".board")).to_contain_text("3 of 200 win")


def test_a_presenter_on_another_device_turns_the_stage(browser, page: Page) -> None:
    with page.expect_popup() as popup:
        page.keyboard.press("n")
    address = popup.value.url
    popup.value.close()
    assert "follow=" in address and "follow=" not in page.url
    with opened(browser, address, size=(390, 844), has_touch=True) as phone:  # a browser of its own: no shared channel
        at(phone, "1.0")
        page.keyboard.press("PageDown")
        at(phone, "1.1")
        phone.get_by_role("button", name="On").tap()
        at(page, "2.0")
        page.keyboard.press("PageUp")
        at(phone, "1.1")
        assert overflow(phone) == 0
