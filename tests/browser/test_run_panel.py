"""Live runs in a real browser: streamed, joined, left, reloaded, polled, and through a server's sudden death."""

from __future__ import annotations

import re
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.looking import LOOKED_AT, barriers, nobody_is_shut_out, opened, overflow, settle
from tests.browser.serving import Server, free_port

PAGE = "tests/browser/panel_page.py"
LONG = 300  # points, 25 ms apart: seven seconds and more
KILLED = 120  # in the middle: three seconds
ENDLESS = 1_000  # for runs that are cancelled: longer than a slow machine needs for all that comes before
PATIENCE = 30_000  # ms: a first run starts worker processes


@contextmanager
def served(port: int, store: Path, routes: bool = True) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The panel's page with its results in `store`; killed at the end, whatever it is doing."""
    app = Server(PAGE, port, LTH_STORE=str(store), LTH_PANEL_ROUTES="1" if routes else "0")
    try:
        yield app.url, app.process
    finally:
        app.kill()


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> Iterator[str]:
    with served(free_port(), tmp_path_factory.mktemp("store")) as (url, _):
        yield url


def visit(browser: Browser, url: str, seed: int, points: int = 40, stranger: bool = False) -> Page:
    """A tab on a run. stranger: in a browser of its own, as somebody else's."""
    page = (browser.new_context() if stranger else browser.contexts[0]).new_page()
    page.goto(f"{url}/?seed={seed}&points={points}")
    return page


def start(page: Page) -> None:
    page.get_by_role("button", name="Train it now").click(timeout=PATIENCE)
    points(page, 1)


def points(page: Page, least: int) -> int:
    """Points drawn, once there are `least`."""
    page.locator(".plot[data-points]").wait_for(timeout=PATIENCE)
    page.wait_for_function(
        "([plot, least]) => +plot.dataset.points >= least",
        arg=[page.locator(".plot").element_handle(), least], timeout=PATIENCE,
    )  # fmt: skip
    return int(page.locator(".plot").get_attribute("data-points") or 0)


def test_a_run_is_streamed_and_its_result_arrives_by_itself(browser, url):
    page = visit(browser, url, seed=1)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    start(page)
    expect(page.locator(".where")).to_contain_text(re.compile(r"step \d+ of 200 · test accuracy [\d.]+%"))
    expect(page.get_by_text("Final accuracy")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Run it again")).to_be_visible()
    page.get_by_role("button", name="Live · seed 1").click()
    expect(page.get_by_text("Trained here on")).to_be_visible()
    expect(page.get_by_text("Spec.from_json")).to_be_visible()
    assert problems == []
    page.close()


def test_a_full_server_is_said_and_asked_again_and_the_page_stays(browser, url):
    page = visit(browser, url, 7, LONG)
    methods: list[str] = []

    def refuse(route: Route) -> None:
        methods.append(route.request.method)
        route.fulfill(status=503, headers={"Retry-After": "1"}, body="too many watchers, try again soon")

    page.route("**/api/jobs/events*", refuse)
    page.evaluate("window.stays = true")
    page.get_by_role("button", name="Train it now").click(timeout=PATIENCE)
    expect(page.locator(".where")).to_have_text("The server is full; trying again …", timeout=PATIENCE)
    while methods.count("HEAD") < 2:  # the first asks why, the second whether there is room now
        page.wait_for_timeout(200)
    page.unroute("**/api/jobs/events*")
    points(page, 20)
    assert methods[0] == "GET" and set(methods[1:]) == {"HEAD"}
    assert page.evaluate("window.stays")
    page.close()


def test_the_numbers_can_be_taken_home(browser, url):
    page = visit(browser, url, seed=1)
    page.get_by_role("button", name="Take it home").click(timeout=PATIENCE)
    with page.expect_download() as download:
        page.get_by_role("button", name="curves.csv").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert lines[0] == "step,test_accuracy"
    assert len(lines) == 41
    with page.expect_download() as download:
        page.get_by_role("button", name="arrays.safetensors").click()
    assert Path(download.value.path()).stat().st_size > 128
    page.close()


def test_reload_second_viewer_and_leaving(browser, url):
    first = visit(browser, url, 2, ENDLESS, stranger=True)
    start(first)
    drawn = points(first, 20)
    first.reload()
    assert points(first, drawn) >= drawn  # the whole story, not what came after
    second = visit(browser, url, 2, ENDLESS, stranger=True)
    points(second, drawn)  # no click: the page shows that its Spec is running
    expect(second.locator(".where")).to_contain_text("2 watching")
    first.get_by_role("button", name=re.compile("Cancel|Leave")).click()
    seen = points(second, 1)
    points(second, seen + 20)  # it goes on for the other one
    first.context.close()
    second.wait_for_timeout(3_500)  # longer than the grace for a closed page
    second.get_by_role("button", name=re.compile("Cancel|Leave")).click()
    expect(second.get_by_text("Cancelled.")).to_be_visible(timeout=PATIENCE)
    second.context.close()


def test_zoom_stays_while_points_come(browser, url):
    page = visit(browser, url, 3, LONG)
    start(page)
    points(page, 30)
    box = page.locator(".plot").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 80, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 120, steps=4)
    page.mouse.up()
    everything = page.get_by_role("button", name="Show everything")
    expect(everything).to_be_visible()
    ticks = page.locator(".plot .tick").all_inner_texts()
    drawn = points(page, 1)
    points(page, drawn + 20)
    assert page.locator(".plot .tick").all_inner_texts() == ticks
    everything.click()
    expect(everything).to_be_hidden()
    page.get_by_role("button", name="Cancel").click()
    page.close()


@pytest.mark.parametrize("routes", [True, False], ids=["streamed", "polled"])
def test_a_server_killed_in_the_middle_goes_on_after_its_restart(browser, tmp_path, routes):
    """The page reconnects by itself, the run goes on from its checkpoint, and the curve begins at its beginning."""
    port = free_port()
    with served(port, tmp_path, routes) as (url, process):
        page = visit(browser, url, 4, KILLED)
        start(page)
        if not routes:
            the_page_polls(page, url)
        drawn = points(page, 40)
        process.kill()
        process.wait()
        expect(page.get_by_test_id("stApp")).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    with served(port, tmp_path, routes):
        settle(page)
        assert points(page, drawn) >= drawn
        expect(page.locator(".where")).to_contain_text("step")
        expect(page.get_by_text("Final accuracy")).to_be_visible(timeout=60_000)
        assert "seed=4" in page.url
        page.close()


def the_page_polls(page: Page, url: str) -> None:
    """Nobody streams, and points go on being drawn."""
    with urllib.request.urlopen(f"{url}/api/jobs/events?key={'0' * 24}") as answer:
        assert "event-stream" not in answer.headers["content-type"]  # Streamlit's own page: there is no route
    drawn = points(page, 2)
    points(page, drawn + 10)


def test_nobody_is_shut_out_while_it_runs_and_after(browser, url):
    with opened(browser, f"{url}/?seed=10&points={ENDLESS}") as page:
        start(page)
        points(page, 20)
        nobody_is_shut_out(page)
        page.get_by_role("button", name="Cancel").click()
        page.get_by_text("Cancelled.").wait_for(timeout=PATIENCE)
        for theme, size in LOOKED_AT:  # a load each, since Python draws where a result is from
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": size[0], "height": size[1]})
            shows_where_its_result_is_from(page, f"{url}/?seed=1&points=40")
            assert barriers(page) == []
            assert overflow(page) == 0


def shows_where_its_result_is_from(page: Page, address: str) -> None:
    """Once it has one."""
    page.goto(address)
    page.get_by_role("button", name=re.compile("Train it now|Run it again")).first.wait_for(timeout=PATIENCE)
    if page.get_by_role("button", name="Train it now").count():
        start(page)
    page.get_by_role("button", name="Live · seed 1").click(timeout=PATIENCE)
    page.get_by_text("Trained here on").wait_for()
    settle(page)
