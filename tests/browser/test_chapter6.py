"""Chapter 6 in a real browser: the rewind slider under hand, keys and finger, in both themes and widths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from lth_core import said
from lth_core.catalogue import CATALOGUE, LATE, REWINDS
from lth_core.intervals import mean_ci
from lth_core.ledger import rewound as rewound_by
from lth_core.ledger.rewound import Rewound, rewound
from pages.figures import rewind
from tests.browser.looking import LOOKS, PHONE, Theme, arrived, barriers, opened, overflow, overheard
from tests.browser.serving import serve_app
from tests.figures import invented6 as invented
from tests.figures.invented import atlas

PATIENCE = 60_000  # ms


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real app on invented runs."""
    folder: Path = atlas(tmp_path_factory.mktemp("atlas"), *invented.everything(3))
    with serve_app(tmp_path_factory.mktemp("store"), folder) as root:
        yield f"{root}/limits"


@pytest.fixture(scope="module")
def nets() -> dict[str, Rewound]:
    """The same runs in Python."""
    mine = {spec: spec.net.batchnorm for part in ("chapter6", "chapter6-stability") for spec in CATALOGUE[part]}
    runs = [run for run in invented.everything(3) if run.spec in mine]
    return {name: rewound(name, tuple(run for run in runs if mine[run.spec] is (name == "deep")))
            for name in ("deep", "lenet")}


def ready(page: Page) -> Page:
    return arrived(page, PATIENCE, widget(page))


def widget(page: Page) -> Locator:
    return page.locator(".rewind[data-drawn]")


def net(page: Page, name: str) -> Locator:
    return widget(page).locator(f".net[data-net={name}]")


def across(page: Page, share: float) -> tuple[float, float]:
    """A place in the deep net's error chart, as a share of its width."""
    box = net(page, "deep").locator(".plot.error").bounding_box()
    assert box is not None
    return box["x"] + 58 + share * (box["width"] - 74), box["y"] + box["height"] / 2


def rests_at(page: Page, step: int) -> None:
    expect(widget(page)).to_have_attribute("data-step", str(step), timeout=PATIENCE)


def read_outs(page: Page, nets: dict[str, Rewound], level: int, steps: dict[str, int]) -> None:
    """The widget shows what Python says of these steps."""
    for name, step in steps.items():
        errors = nets[name].errors(level, step)
        row = net(page, name).locator("tbody tr").first
        expect(row).to_contain_text(said.percent(mean_ci(list(errors.values()))))
        expect(row).to_contain_text(said.more(nets[name].gap(errors)))
        expect(row).to_contain_text(rewound_by.judge(nets[name].gap(errors)))
        expect(net(page, name).locator(".here")).to_contain_text(f"k = {step:,}")


def test_dragging_reads_off_every_step_and_tells_python_once(
    browser: Browser, url: str, nets: dict[str, Rewound]
) -> None:
    with overheard(browser, url) as (page, sent):
        ready(page)
        rests_at(page, LATE)
        read_outs(page, nets, 6, {"deep": LATE, "lenet": LATE})
        widget(page).scroll_into_view_if_needed()
        before, drawn = len(sent), widget(page).get_attribute("data-drawn")
        way = net(page, "deep").locator(".plot.line svg").inner_html()
        page.mouse.move(*across(page, 0.99))
        page.mouse.down()
        seen = set()
        for place in range(99, 0, -3):
            page.mouse.move(*across(page, place / 100))
            page.evaluate("new Promise(requestAnimationFrame)")
            seen.add(widget(page).get_attribute("data-step"))
        page.mouse.move(*across(page, 0.0))
        rests_at(page, 0)
        assert {int(step or -1) for step in seen} | {0} == set(REWINDS["deep"])
        assert len(sent) == before, "the browser spoke to the server during the drag"
        page.mouse.up()
        page.wait_for_url(re.compile("k=0"), timeout=PATIENCE)
        assert widget(page).get_attribute("data-drawn") == drawn, "a drag repainted the curves"
        assert net(page, "deep").locator(".plot.line svg").inner_html() != way, "the siblings' walk follows k"
        read_outs(page, nets, 6, {"deep": 0, "lenet": 0})
        told = rewind.sentence(nets["deep"], 6, 0).replace("*", "")
        expect(page.get_by_text(told[: told.index(" Within")])).to_be_visible()
        page.wait_for_timeout(600)
        assert len(sent) == before + 1


def test_keys_density_and_a_cold_link(browser: Browser, url: str, nets: dict[str, Rewound]) -> None:
    with opened(browser, url) as page:
        ready(page)
        slider = page.get_by_role("slider", name="Rewind to step")
        slider.focus()
        for key, step in (("ArrowRight", 200), ("End", 1_404), ("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2)):
            page.keyboard.press(key)
            rests_at(page, step)
        expect(slider).to_have_attribute("aria-valuetext", "k = 2")
        widget(page).locator(".choices label", has_text="16.6%").click()
        expect(widget(page)).to_have_attribute("data-round", "3")
        for part in ("k=2", "round=3"):
            page.wait_for_url(re.compile(part), timeout=PATIENCE)
        read_outs(page, nets, 3, {"deep": 2, "lenet": 0})  # LeNet has no step 2: the nearest recorded one
        with opened(browser, page.url) as other:
            ready(other)
            rests_at(other, 2)
            assert net(other, "deep").inner_text() == net(page, "deep").inner_text()


def test_a_finger_moves_the_step(browser: Browser, url: str) -> None:
    with opened(browser, url, size=PHONE, has_touch=True) as page:
        ready(page)
        net(page, "deep").locator(".plot.error").scroll_into_view_if_needed()
        page.touchscreen.tap(*across(page, 0.01))
        rests_at(page, 0)
        page.touchscreen.tap(*across(page, 0.99))
        rests_at(page, 1_404)


@LOOKS
def test_no_barriers_and_nothing_sticks_out(browser: Browser, url: str, theme: Theme, size: tuple[int, int]) -> None:
    with opened(browser, url, theme=theme, size=size) as page:
        ready(page)
        page.get_by_role("button", name="Skip, just show me").click()
        page.get_by_text("multiplies the zeros like any number").wait_for()
        assert barriers(page) == [] and overflow(page) == 0
