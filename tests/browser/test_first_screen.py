"""The first screen of every chapter is its experiment: a narrow band, one row of controls, and the picture in view. The
chapters are measured as test_reading.py has them loaded."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import eventually, opened, rest

SIZES = {"projector": (1920, 1080), "laptop": (1440, 900), "small": (1280, 720), "phone": (390, 844)}
TEXT = {"projector": 18, "laptop": 14, "small": 12.5, "phone": 12.5}  # CSS pixels of chart text, at least
# A chapter that stands on the stage, and its picture in there: what must be seen without scrolling.
PICTURES = {
    "paradox": ".net .stage",
    "hypothesis": ".histogram .plot, .cards",
    "pruning": ".net .stage",
    "initialisation": ".ablation .plot",
    "explorer": "canvas.pad",
    "evidence": ".reader .picture",
    "limits": ".rewind .picture",
    "connections": ".view",
}

WAYS = ("Start", "For lectures", "For doubters")  # of the home page

MEASURE = """(selector) => {
  const box = (...nodes) => {
    const boxes = nodes.map((node) => node.getBoundingClientRect());
    const [top, bottom] = [Math.min(...boxes.map((one) => one.top)), Math.max(...boxes.map((one) => one.bottom))];
    return { top, bottom, width: Math.max(...boxes.map((one) => one.width)), height: bottom - top };
  };
  const all = (root) => [...root.querySelectorAll("*")].flatMap(
    (node) => [node, ...(node.shadowRoot ? all(node.shadowRoot) : [])]);
  const stage = document.querySelector(".st-key-stage");
  const picture = all(stage).filter((node) => node.matches(selector)); // a chapter may have two beside each other
  return {
    band: box(document.querySelector(".st-key-band")), stage: box(stage),
    toolbar: box(document.querySelector(".st-key-toolbar")),
    picture: picture.length ? box(...picture) : null,
    text: parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--chart-text")),
    screen: window.innerHeight, across: document.documentElement.scrollWidth - window.innerWidth,
  };
}"""


def measured(page: Page, picture: str, width: int, height: int) -> dict:
    """The first screen in a window of this size, once the picture has taken its size from it."""
    page.set_viewport_size({"width": width, "height": height})
    page.locator(f".st-key-stage {picture}").first.wait_for(state="visible")
    rest(page)
    return eventually(page, lambda: page.evaluate(MEASURE, picture), lambda seen: fills(seen["picture"], height))


def fills(picture: dict, height: int) -> bool:
    return picture["bottom"] <= height + 1 and picture["height"] >= 0.4 * height


def assert_the_first_screen_is_the_experiment(page: Page, chapter: str) -> None:
    for name, (width, height) in SIZES.items():
        check(name, measured(page, PICTURES[chapter], width, height), width, height)


def check(name: str, seen: dict, width: int, height: int) -> None:
    assert seen["band"]["height"] <= 140, (name, seen)
    assert seen["toolbar"]["height"] <= (64 if width > 700 else 112), f"{name}: controls of more than a row: {seen}"
    assert seen["picture"]["bottom"] <= height + 1, f"{name}: the picture leaves the screen: {seen}"
    assert seen["picture"]["height"] >= 0.4 * height, f"{name}: the picture is small: {seen}"
    assert seen["text"] >= TEXT[name], (name, seen)
    assert seen["across"] <= 0, f"{name}: the page scrolls sideways: {seen}"


@pytest.mark.parametrize("state", ["evidence?net=Conv-4", "limits?net=ResNet-20"])
def test_a_net_with_a_protocol_of_its_own_leaves_the_chart_its_axis(browser: Browser, app_url: str, state: str) -> None:
    with opened(browser, f"{app_url}/{state}", still=True) as page:
        page.get_by_text("of the paper's steps").first.wait_for(timeout=60_000)
        assert_the_first_screen_is_the_experiment(page, state.partition("?")[0])


def test_on_a_phone_a_lab_begins_with_its_chart(browser: Browser, app_url: str) -> None:
    with opened(browser, f"{app_url}/lab?method=travel", size=SIZES["phone"], still=True) as page:
        axis = page.locator("svg text", has_text="rounds of pruning").first
        axis.wait_for(timeout=60_000)
        rest(page)
        box = eventually(page, axis.bounding_box, lambda seen: bool(seen and seen["y"] + seen["height"] <= 844))
    assert box and box["y"] + box["height"] <= SIZES["phone"][1], f"the axis is not on the first screen: {box}"


def test_home_shows_its_ways_in_and_its_film_which_is_still_for_who_wants_no_motion(
    browser: Browser, app_url: str
) -> None:
    with opened(browser, app_url, still=True) as page:
        cover = page.locator(".cover")
        expect(cover).to_have_attribute("data-over", "true", timeout=60_000)
        assert int(cover.get_attribute("data-frames") or 99) < 10, "a frame a size that the page takes, and no film"
        page.locator(".st-key-ways").get_by_role("link", name="Start").wait_for()
        for name, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            rest(page)
            links = {link: page.get_by_role("link", name=re.compile(link)).first.bounding_box() for link in WAYS}
            film = page.locator(".cover canvas.edges").bounding_box()
            words = page.get_by_text("So says the Lottery Ticket Hypothesis").bounding_box()
            for what, box in {**links, "film": film}.items():
                assert box and box["y"] + box["height"] <= height, f"{name}: {what} is not on the first screen: {box}"
            assert film and words and (width > 640 or film["y"] < words["y"]), "on a phone the picture comes first"
