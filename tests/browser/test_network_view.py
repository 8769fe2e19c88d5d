"""The sparsity slider in a real browser: it follows the hand, tells Python once, and shuts nobody out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.looking import (
    DESKTOP,
    PHONE,
    Theme,
    eventually,
    nobody_is_shut_out,
    opened,
    overflow,
    overheard,
    rest,
    settle,
)
from tests.browser.shared_tab import SharedTab

TOTAL = 1_096
AT_THE_TOP = """() => {
  document.activeElement?.blur();
  document.querySelector("[data-testid=stMain]").scrollTo(0, 0);
}"""


@pytest.fixture(scope="module")
def tab(request: pytest.FixtureRequest, browser: Browser, widget_url: str) -> Iterator[SharedTab]:
    tab = SharedTab(browser, widget_url, ready, begin_again)
    request.config.pluginmanager.register(tab)  # which tells it of every failure
    yield tab
    request.config.pluginmanager.unregister(tab)
    tab.close()


@pytest.fixture
def view(tab: SharedTab) -> Page:
    return tab.page()


def begin_again(page: Page) -> None:
    """The page as it came: its window, seed 0, and the slider at 50, nothing in focus, which Python knows."""
    page.emulate_media(color_scheme="light", forced_colors="none")
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    page.mouse.move(0, 0)
    page.get_by_test_id("stRadio").get_by_text("0", exact=True).click()
    for rung in (readings(page).get_attribute("data-sparsity"), "50"):  # what is still to be told comes before
        slider(page).fill(rung or "50")
        expect(page.get_by_text(f"Python knows: {rung}", exact=True)).to_be_visible()
    page.evaluate(AT_THE_TOP)
    settle(page)


def ready(page: Page) -> None:
    expect(readings(page)).to_have_attribute("data-kept", re.compile(r"\d+"))
    settle(page)


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Sparsity")


def readings(page: Page) -> Locator:
    return page.locator("output.readings")


def at(page: Page, rung: int) -> tuple[float, float]:
    """Where the thumb's middle is at `rung`: the 44 px thumb never leaves the track."""
    box = slider(page).bounding_box()
    assert box
    return box["x"] + 22 + rung / 100 * (box["width"] - 44), box["y"] + 22


def picture(page: Page) -> str:
    """The edges as drawn at this moment."""
    return str(page.locator("canvas.edges").evaluate("canvas => canvas.toDataURL()"))


def test_dragging_prunes_live_and_tells_python_once(browser: Browser, widget_url: str) -> None:
    with overheard(browser, widget_url) as (page, sent):
        ready(page)
        page.mouse.move(*at(page, 50))
        page.mouse.down()
        before = len(sent)
        for rung in (60, 70, 80, 90):
            page.mouse.move(*at(page, rung), steps=3)
            expect(readings(page)).to_have_attribute("data-sparsity", str(rung))
            expect(readings(page)).to_have_attribute("data-kept", str(TOTAL - int(TOTAL * rung / 100 + 0.5)))
        assert len(sent) == before, "the browser spoke to the server while dragging"
        expect(page.get_by_text("Python knows: 50")).to_be_visible()
        page.mouse.up()
        expect(page.get_by_text("Python knows: 90")).to_be_visible()
        assert len(sent) == before + 1


def test_the_picture_of_a_rung_does_not_depend_on_the_way_there(browser: Browser, widget_url: str, view: Page) -> None:
    for rung in ("3", "97", "44", "61", "60"):
        slider(view).fill(rung)
        expect(readings(view)).to_have_attribute("data-sparsity", rung)
    with opened(browser, widget_url) as other:
        ready(other)
        slider(other).fill("60")
        expect(readings(other)).to_have_attribute("data-sparsity", "60")
        assert picture(view) == picture(other)
        slider(other).fill("61")
        expect(readings(other)).to_have_attribute("data-sparsity", "61")
        assert picture(view) != picture(other)


def test_read_outs_are_the_recorded_values(view: Page) -> None:
    slider(view).fill("0")
    expect(readings(view).locator(".value")).to_have_text(["100.0%", "100.0%"])
    slider(view).fill("100")
    expect(readings(view).locator(".value")).to_have_text(["0.0%", "0.0%"])
    expect(view.locator(".kept-of-total")).to_have_text("removed: 0 of 1,096 weights kept")


def test_keyboard_moves_and_reports_after_a_rest(view: Page) -> None:
    slider(view).focus()
    for _ in range(5):
        view.keyboard.press("ArrowRight")
    expect(readings(view)).to_have_attribute("data-sparsity", "55")
    expect(view.get_by_text("Python knows: 55")).to_be_visible()
    view.keyboard.press("End")
    expect(view.get_by_text("Python knows: 100")).to_be_visible()


def test_the_page_can_move_the_slider_again_and_again(view: Page) -> None:
    for _ in range(2):
        view.get_by_role("button", name="Set to 20").click()
        expect(readings(view)).to_have_attribute("data-sparsity", "20")
        slider(view).fill("77")
        expect(view.get_by_text("Python knows: 77")).to_be_visible()


def test_another_net_keeps_the_place(view: Page) -> None:
    slider(view).fill("77")
    expect(view.get_by_text("Python knows: 77")).to_be_visible()
    before = picture(view)
    view.get_by_test_id("stRadio").get_by_text("1").click()
    view.wait_for_function(
        "before => [...document.querySelectorAll('*')].map((e) => e.shadowRoot?.querySelector('.edges'))"
        ".find(Boolean).toDataURL() !== before", arg=before)
    expect(readings(view)).to_have_attribute("data-sparsity", "77")
    expect(view.get_by_text("Python knows: 77")).to_be_visible()


def test_an_edge_tells_its_story_to_pointer_and_keyboard(view: Page) -> None:
    box = view.locator("canvas.edges").bounding_box()
    assert box
    card = view.locator(".card")
    view.mouse.move(box["x"] + box["width"] * 0.45, box["y"] + box["height"] / 2)
    expect(card).to_contain_text(re.compile(r"weight -?\d.*hidden 1.*rank [\d,]+ of 1,096.*pruned from \d+% on", re.S))
    view.mouse.move(box["x"] + 2, box["y"] + 2)
    expect(card).to_be_hidden()
    view.locator("canvas.edges").focus()
    view.keyboard.press("ArrowRight")
    expect(card).to_contain_text("rank 548 of 1,096 by size")  # half are gone: the next one to go
    view.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_dragging_on_the_chart_moves_the_slider(view: Page) -> None:
    box = view.locator(".accuracy .plot").bounding_box()
    assert box
    view.mouse.move(box["x"] + box["width"] / 2, box["y"] + 100)
    view.mouse.down()
    view.mouse.move(box["x"] + box["width"] - 14, box["y"] + 100, steps=4)
    expect(slider(view)).to_have_value("100")
    view.mouse.up()
    expect(view.get_by_text("Python knows: 100")).to_be_visible()


def test_play_runs_to_the_end_and_reports_once_there(view: Page) -> None:
    slider(view).fill("85")
    view.get_by_role("button", name="Play").click()
    expect(view.get_by_role("button", name="Pause")).to_be_visible()
    expect(readings(view)).to_have_attribute("data-sparsity", "100", timeout=8000)
    expect(view.get_by_text("Python knows: 100")).to_be_visible()
    expect(view.get_by_role("button", name="Play")).to_be_visible()


def test_the_drawing_describes_itself(view: Page) -> None:
    slider(view).fill("90")
    expect(view.get_by_role("img", name="Network small: 110 of 1,096 weights kept, 986 pruned")).to_be_visible()
    expect(view.locator(".summary")).to_contain_text("90% removed: 110 of 1,096 weights kept. smallest first")
    assert slider(view).get_attribute("aria-valuetext") == "90% removed, 110 of 1,096 weights kept"


def test_a_sampled_drawing_says_so(browser: Browser, widget_url: str, view: Page) -> None:
    expect(view.locator(".sampled")).to_be_empty()
    with opened(browser, f"{widget_url}/?net=sampled") as page:
        ready(page)
        expect(page.locator(".sampled")).to_contain_text("1,800 of the 266,200 weights are drawn")


def test_the_slider_stays_in_reach_while_scrolling(browser: Browser, widget_url: str) -> None:
    with opened(browser, widget_url, size=PHONE) as page:
        ready(page)
        page.locator(".pixels").scroll_into_view_if_needed()
        page.mouse.move(*at(page, 30))
        page.mouse.down()
        page.mouse.move(*at(page, 70), steps=3)
        page.mouse.up()
        expect(page.get_by_text("Python knows: 70")).to_be_attached()


def test_touch_on_a_phone(browser: Browser, widget_url: str) -> None:
    with opened(browser, widget_url, size=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2) as page:
        ready(page)
        assert overflow(page) == 0
        page.touchscreen.tap(*at(page, 80))
        expect(page.get_by_text("Python knows: 80")).to_be_attached()
        page.locator("canvas.edges").tap(position={"x": 150, "y": 250})
        expect(page.locator(".card")).to_contain_text("weight")
        card, stage = page.locator(".card").bounding_box(), page.locator(".stage").bounding_box()
        assert card and stage
        assert stage["x"] <= card["x"] and card["x"] + card["width"] <= stage["x"] + stage["width"] + 1


def test_a_change_of_theme_repaints(view: Page) -> None:
    def ink() -> str:
        return str(view.locator("canvas.units").evaluate("canvas => canvas.toDataURL()"))

    before = ink()
    view.emulate_media(color_scheme="dark")
    canvas = view.locator("canvas.units").element_handle()
    view.wait_for_function("([canvas, before]) => canvas.toDataURL() !== before", arg=[canvas, before])


CUT = """() => {
  const root = [...document.querySelectorAll('*')].map((e) => e.shadowRoot)
    .find((shadow) => shadow?.querySelector('.edges'));
  return [...root.querySelectorAll('h4, p, span, text, figcaption')]
    .filter((element) => !element.classList.contains('summary') && element.textContent)
    .map((element) => [element.textContent, element.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.left < 0 || box.right > innerWidth + 0.5)).map(([text]) => text);
}"""


@pytest.mark.parametrize("net", ["small", "sampled"])
def test_nobody_is_shut_out_and_nothing_is_cut(browser: Browser, widget_url: str, net: str) -> None:
    with opened(browser, f"{widget_url}/?net={net}") as page:
        ready(page)
        assert_nothing_is_cut(page)
        nobody_is_shut_out(page)
        assert_nothing_is_cut(page)  # in dark on a phone, where that has ended


def assert_nothing_is_cut(page: Page) -> None:
    box = slider(page).bounding_box()
    assert box and box["height"] >= 44
    assert page.evaluate(CUT) == []


def test_a_wide_window_made_narrow_cuts_nothing(view: Page) -> None:
    """A histogram drawn for the wide one held its column open, hundreds of pixels past the edge."""
    for width in (1920, 640, 1920, 700, 1100, 600):
        view.set_viewport_size({"width": width, "height": 900})
        rest(view)
        assert overflow(view) == 0 and view.evaluate(CUT) == [], width


def grey(page: Page) -> np.ndarray:
    """The slider in shades of grey, once its colours have faded over."""
    page.wait_for_timeout(300)
    box = slider(page).bounding_box()
    assert box
    return np.asarray(Image.open(io.BytesIO(page.screenshot(clip=box))).convert("L"), float)


def test_the_sliders_halves_differ_without_their_colours(view: Page) -> None:
    themes: tuple[tuple[Theme, bool], ...] = (("light", True), ("dark", False))
    for theme, bright in themes:
        view.emulate_media(color_scheme=theme)
        assert_the_halves_differ(view, bright)


def assert_the_halves_differ(page: Page, bright: bool) -> None:
    """In greyscale green and red are 12 L* apart on white: what is pruned is dashed, what is kept is whole."""
    seen = eventually(page, lambda: grey(page), lambda seen: (np.median(seen[3]) > 128) == bright)
    assert (np.median(seen[3]) > 128) == bright, "the paper is of the other theme"
    seen = grey(page)
    row = seen[len(seen) // 2]
    middle = len(row) // 2
    pruned, kept = row[40 : middle - 40], row[middle + 40 : -40]
    assert kept.std() < 2, "the kept half is one line"
    assert np.ptp(pruned) > 60, "the pruned half is cut into dashes"


def test_the_slider_is_seen_in_a_systems_own_few_colours(view: Page) -> None:
    view.emulate_media(forced_colors="active")
    seen = grey(view)
    assert np.median(seen[len(seen) // 2]) < 60 < 200 < np.median(seen[3]), "the track stands out from the paper"
