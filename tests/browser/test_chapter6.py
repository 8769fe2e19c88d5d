"""Chapter 6 in a real browser: the rewind slider under hand, keys and finger, in both themes and widths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from lth_core import said
from lth_core.catalogue import CATALOGUE, LATE, REWINDS
from lth_core.intervals import errors as spread
from lth_core.ledger import residual
from lth_core.ledger.rewound import RESIDUAL, Rewound, harder, judge, rewound
from lth_core.results.result import Result
from pages.figures import rewind
from tests.browser.looking import PHONE, arrived, nobody_is_shut_out, opened, overheard
from tests.browser.serving import serve_app
from tests.figures import invented6 as invented
from tests.figures.invented import atlas
from tests.figures.invented_resnet import chains, hill

PATIENCE = 60_000  # ms


@pytest.fixture(scope="module")
def runs() -> list[Result]:
    return invented.chapter(3)


@pytest.fixture(scope="module")
def url(runs: list[Result], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real app on invented runs."""
    folder: Path = atlas(tmp_path_factory.mktemp("atlas"), *runs, *chains(1), hill(0, 0.4))
    with serve_app(tmp_path_factory.mktemp("store"), folder) as root:
        yield f"{root}/limits"


@pytest.fixture(scope="module")
def nets(runs: list[Result]) -> dict[str, Rewound]:
    """The same runs in Python."""
    mine = {spec: spec.net.batchnorm for part in ("chapter6", "chapter6-stability") for spec in CATALOGUE[part]}
    own = [run for run in runs if run.spec in mine]
    return {name: rewound(name, tuple(run for run in own if mine[run.spec] is (name == "deep")))
            for name in ("deep", "lenet")}


def ready(page: Page) -> Page:
    return arrived(page, PATIENCE, widget(page))


def widget(page: Page) -> Locator:
    return page.locator(".rewind[data-drawn]")


def across(page: Page, share: float) -> tuple[float, float]:
    """A place in the large chart, as a share of its width."""
    box = widget(page).locator(".plot").bounding_box()
    assert box is not None
    text = page.evaluate("parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--chart-text'))")
    left, right = 58 * text / 12.5, 22 * text / 12.5
    return box["x"] + left + share * (box["width"] - left - right), box["y"] + box["height"] / 2


def rests_at(page: Page, step: int) -> None:
    expect(page.locator(f'.rewind[data-drawn][data-step="{step}"]')).to_have_count(1, timeout=PATIENCE)
    expect(widget(page)).to_have_count(1, timeout=PATIENCE)  # the one before stays until the run that replaces it ends


def read_outs(page: Page, net: Rewound, level: int, step: int) -> None:
    """The widget shows what Python says of this step."""
    errors = net.errors(level, step)
    here = widget(page).locator(".here")
    expect(here).to_contain_text(said.percent(spread(list(errors.values()))))
    expect(here).to_contain_text(said.more(net.gap(errors)))
    expect(widget(page).locator(".verdict")).to_have_text(judge(net.gap(errors)))
    expect(widget(page).locator(".now")).to_contain_text(f"k = {step:,}")


def test_dragging_reads_off_every_step_and_tells_python_once_and_nobody_is_shut_out(
    browser: Browser, url: str, nets: dict[str, Rewound]
) -> None:
    with overheard(browser, url) as (page, sent):
        ready(page)
        rests_at(page, 0)
        read_outs(page, nets["deep"], 6, 0)
        expect(widget(page).locator(".verdict")).to_have_text("falls short")  # it starts where it fails
        before, drawn = len(sent), widget(page).get_attribute("data-drawn")
        walk = widget(page).locator(".walk svg").inner_html()
        page.mouse.move(*across(page, 0.01))
        page.mouse.down()
        seen = set()
        for place in range(1, 100, 3):
            page.mouse.move(*across(page, place / 100))
            page.evaluate("new Promise(requestAnimationFrame)")
            seen.add(widget(page).get_attribute("data-step"))
        page.mouse.move(*across(page, 1.0))
        rests_at(page, 1_404)
        assert {int(step or -1) for step in seen} | {1_404} == set(REWINDS["deep"])
        assert len(sent) == before, "the browser spoke to the server during the drag"
        page.mouse.move(*across(page, REWINDS["deep"].index(LATE) / (len(REWINDS["deep"]) - 1)))
        rests_at(page, LATE)
        page.mouse.up()
        page.wait_for_url(re.compile("k=100"), timeout=PATIENCE)
        assert widget(page).get_attribute("data-drawn") == drawn, "a drag repainted the curves"
        assert widget(page).locator(".walk svg").inner_html() != walk, "the siblings' walk follows k"
        read_outs(page, nets["deep"], 6, LATE)
        told = rewind.sentence(nets["deep"], 6, LATE).replace("*", "")
        expect(page.get_by_text(told[: told.index(" Seed by seed")])).to_be_visible()
        page.wait_for_timeout(600)
        assert len(sent) == before + 1
        page.get_by_role("button", name="Skip, just show me").click()
        page.get_by_text("multiplies the zeros like any number").wait_for()
        nobody_is_shut_out(page)


def assert_the_handle_stands_on_the_axis_at_its_step(page: Page, step: int) -> None:
    slider, line = (widget(page).locator(part).first.bounding_box() for part in (".slider", ".cursor"))
    assert slider and line
    thumb = widget(page).locator(".slider").evaluate("node => parseFloat(node.style.getPropertyValue('--thumb'))")
    steps = REWINDS["deep"]
    handle = slider["x"] + thumb / 2 + steps.index(step) / (len(steps) - 1) * (slider["width"] - thumb)
    assert handle == pytest.approx(line["x"] + line["width"] / 2, abs=1.5)
    assert line["y"] + line["height"] == pytest.approx(slider["y"] + slider["height"] / 2, abs=1.5)


def test_keys_density_net_and_a_cold_link(browser: Browser, url: str, nets: dict[str, Rewound]) -> None:
    with opened(browser, f"{url}?k=100") as page:
        ready(page)
        assert_the_handle_stands_on_the_axis_at_its_step(page, 100)
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
        read_outs(page, nets["deep"], 3, 2)
        with opened(browser, page.url) as other:
            ready(other)
            rests_at(other, 2)
            read_outs(other, nets["deep"], 3, 2)
            a_net_of_two_steps_is_drawn_and_walks_whole(other)
        page.get_by_role("radio", name="LeNet-300-100").click()
        page.wait_for_url(re.compile("net=LeNet"), timeout=PATIENCE)
        rests_at(page, 0)  # LeNet has no step 2: the nearest recorded one
        read_outs(page, nets["lenet"], 3, 0)


def a_net_of_two_steps_is_drawn_and_walks_whole(page: Page) -> None:
    """Chosen at a round that it has not: its last one is shown. Its siblings are whole nets, from one of its steps."""
    large = rewound(RESIDUAL, chains(1))
    last = harder(large)[-1]
    page.get_by_role("radio", name=residual.NAME).click()
    rests_at(page, 0)
    read_outs(page, large, last, 0)
    expect(widget(page).locator("figcaption")).to_contain_text("whole nets (1 seed), and the walk")
    expect(widget(page).locator(".walk")).to_contain_text("hill: 40.0 points")
    page.get_by_role("slider", name="Rewind to step").focus()
    page.keyboard.press("End")
    rests_at(page, 500)
    read_outs(page, large, last, 500)
    expect(widget(page).locator(".walk")).to_contain_text("No siblings were trained from this step")
    page.get_by_role("radio", name="Deep net").click()
    expect(widget(page).locator("figcaption")).to_contain_text("left, and the walk", timeout=PATIENCE)


def test_a_finger_moves_the_step_and_the_walk_says_whose_siblings_it_shows(browser: Browser, url: str) -> None:
    with opened(browser, url, size=PHONE, has_touch=True) as page:
        ready(page)
        page.touchscreen.tap(*across(page, 0.99))
        rests_at(page, 1_404)
        page.touchscreen.tap(*across(page, 0.01))
        rests_at(page, 0)
        densities = widget(page).locator(".choices label").all_inner_texts()
        caption = widget(page).locator("figcaption")
        expect(caption).to_contain_text(f"with {densities[-1]} left, and the walk")
        widget(page).get_by_text(densities[-2], exact=True).click()  # siblings were trained at one density
        expect(caption).to_contain_text(f"trained with {densities[-1]} left only")
