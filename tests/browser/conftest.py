"""The browser tests' fixtures: one browser and one server a run, a fresh context a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import find_chromium
from tests.browser.looking import opened
from tests.browser.serving import serve, serve_app

expect.set_options(timeout=30_000)  # five seconds are too few where two cores serve, train and draw

collect_ignore = ["widget_page.py"]  # a Streamlit script: importing it would run it

# No sandbox, since continuous integration runs as root in a container; no GPU, so that every machine draws alike.
FLAGS = ["--no-sandbox", "--disable-gpu"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium. Fails with the line that installs one if there is none: never skips."""
    with sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        running = playwright.chromium.launch(executable_path=path, args=[*FLAGS, "--process-per-site"])
        stay_open(running)
        yield running
        running.close()


def stay_open(browser: Browser) -> None:
    """A tab that nobody looks at. While it is there, the tabs of the tests come into its window and its process; else
    the browser builds up both anew for each test, which was a third of all the work that a page is."""
    kept = browser.new_context().new_page()
    kept.route("**", lambda route: route.fulfill(body=""))
    kept.goto("http://127.0.0.1")


@pytest.fixture(scope="session")
def app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real app, with an empty store: no live run but the tests' own."""
    with serve_app(tmp_path_factory.mktemp("store")) as url:
        yield url


@pytest.fixture(scope="session")
def widget_url() -> Iterator[str]:
    """A page with nothing but the network view."""
    with serve("tests/browser/widget_page.py") as url:
        yield url


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser, url: str) -> Iterator[Page]:
    """The module's `url` in a tab of its own, waited for by the module's `ready`."""
    with opened(browser, url) as page:
        yield request.module.ready(page)
