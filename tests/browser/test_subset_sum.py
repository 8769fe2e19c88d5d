"""The subset sum in a real browser: its enumeration against Python's, and hands on its knobs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import opened, settle
from tests.browser.test_units import SITE, _answer

PATIENCE = 60_000  # ms
_NEAREST = """async ([weights, target]) =>
  (await import("/pages/widgets/subset_sum/js/sums.js")).nearest(weights, target)"""


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.route(f"{SITE}/**", _answer)
    page = context.new_page()
    page.goto(f"{SITE}/")
    yield page
    context.close()


def plainly(weights: list[float], target: float) -> tuple[float, int]:
    """(smallest distance, first subset that has it), every subset summed by itself from left to right."""
    best = (float("inf"), 0)
    for chosen in product((0, 1), repeat=len(weights)):
        subset, total = 0, 0.0
        for place, (weight, taken) in enumerate(zip(weights, reversed(chosen), strict=True)):
            if taken:
                subset, total = subset | 1 << place, total + weight
        best = min(best, (abs(total - target), subset))
    return best


@pytest.mark.parametrize("seed", range(4))
def test_the_browser_finds_the_subset_that_python_finds(tab: Page, seed: int) -> None:
    draw = np.random.default_rng(seed)
    weights, target = draw.uniform(-1, 1, 12).tolist(), float(draw.uniform(0, 1))
    found = tab.evaluate(_NEAREST, [weights, target])
    for count in range(13):
        assert (found["errors"][count], found["subsets"][count]) == plainly(weights[:count], target)


def test_twenty_weights_are_enumerated_to_the_last_subset(tab: Page) -> None:
    draw = np.random.default_rng(9)
    weights, target = draw.uniform(-1, 1, 20), 0.3
    sums = np.zeros(1)
    for weight in weights:  # subset k + 2ⁿ is subset k and weight n
        sums = np.concatenate([sums, sums + weight])
    off = np.abs(sums - target)
    found = tab.evaluate(_NEAREST, [weights.tolist(), target])
    assert found["errors"][-1] == off.min() and found["subsets"][-1] == int(np.argmin(off))


def test_knobs_and_a_dragged_target_move_it_and_the_address_keeps_them(browser: Browser, app_url: str) -> None:
    with opened(browser, f"{app_url}/lab?method=strong-tickets&weights=3&target=500&draw=4") as page:
        page.set_default_timeout(PATIENCE)
        widget = page.locator("section.subset")
        expect(widget).to_have_attribute("data-count", "3")
        expect(widget).to_have_attribute("data-target", "500")
        before = float(widget.get_attribute("data-error") or "nan")
        page.get_by_role("slider", name=re.compile("Random weights")).fill("18")
        expect(widget).to_have_attribute("data-count", "18")
        assert float(widget.get_attribute("data-error") or "nan") < before
        expect(page).to_have_url(re.compile("weights=18"))
        page.get_by_role("button", name="New weights").click()
        expect(widget).to_have_attribute("data-draw", "5")
        expect(page).to_have_url(re.compile("draw=5"))
        expect(widget).to_have_attribute("data-draws", "200", timeout=PATIENCE)
        page.get_by_role("button", name="Draw 200 more").click()
        expect(widget).to_have_attribute("data-draws", "400", timeout=PATIENCE)
        settle(page)
        drag_the_target(page)
        expect(widget).not_to_have_attribute("data-target", "500")
        expect(page).to_have_url(re.compile(rf"target={widget.get_attribute('data-target')}\b"))


def drag_the_target(page: Page) -> None:
    box = page.locator(".grip").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 4, steps=5)
    page.mouse.up()
