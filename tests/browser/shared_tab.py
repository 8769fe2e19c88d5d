"""One page for the tests of a module that only look and touch: each finds it as it begins."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from playwright.sync_api import Browser, Page

from tests.browser.looking import opened


class SharedTab:
    """A tab on `url`. ready: waits until it is drawn. begin_again: makes it what it was then. After a test that failed
    comes a new tab: registered as a plugin, this hears of every failure as it happens."""

    def __init__(self, browser: Browser, url: str, ready: Callable[[Page], None],
                 begin_again: Callable[[Page], None]) -> None:
        self._browser, self._url, self._ready, self._begin_again = browser, url, ready, begin_again
        self._closing, self._spoilt = ExitStack(), False
        self._page: Page | None = None

    def page(self) -> Page:
        """The page as it begins."""
        if self._spoilt:
            self.close()
        if self._page is not None:
            self._begin_again(self._page)
            return self._page
        self._page = self._closing.enter_context(opened(self._browser, self._url))
        self._ready(self._page)
        return self._page

    def pytest_exception_interact(self) -> None:
        self._spoilt = True

    def close(self) -> None:
        self._page, self._spoilt = None, False
        self._closing.close()
