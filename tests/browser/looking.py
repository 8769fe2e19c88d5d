"""Opening a page as a reader does: wait until it is drawn, hear every complaint, ask axe for barriers."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal, TypeAlias, TypeVar

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as TimedOut

Theme: TypeAlias = Literal["light", "dark"]
Seen = TypeVar("Seen")
DESKTOP, PHONE = (1440, 900), (390, 844)
# Both themes and both widths, in two looks instead of four: colours hang on the theme, overflow on the width.
LOOKED_AT: tuple[tuple[Theme, tuple[int, int]], ...] = (("light", DESKTOP), ("dark", PHONE))
_IDLE = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  return app?.dataset.testScriptState === 'notRunning' && app.dataset.testConnectionState === 'CONNECTED'
    && !document.querySelector('[data-testid=stSkeleton]');
}"""


@contextmanager
def opened(
    browser: Browser, url: str, *, theme: Theme = "light", size: tuple[int, int] = DESKTOP, still: bool = False,
    **options: Any,
) -> Iterator[Page]:
    """A new tab on `url`; any console error or uncaught exception fails on leaving the block.

    Tabs share a context as long as no `options` of the context are asked for: Streamlit's megabyte of
    script are then fetched and compiled once, not once a test. Each tab is a session of its own to the server.
    """
    own = browser.new_context(**options) if options else None
    context = own or (browser.contexts[0] if browser.contexts else browser.new_context())
    complaints: list[str] = []
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce" if still else "no-preference")
    page.on("console", lambda message: complaints.extend(_complaint(message)))
    page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
    try:
        page.goto(url)
        yield page
    except BaseException as error:
        error.add_note(_seen(page, complaints))
        raise
    finally:
        (own or page).close()
    assert not complaints, f"the browser complained on {url}: {complaints}"


def _seen(page: Page, complaints: list[str]) -> str:
    """What was on the page when a test failed there: on another machine nobody can look."""
    try:
        words = page.inner_text("body", timeout=5_000)
    except PlaywrightError as error:
        words = f"(not to be read: {error.message})"
    return f"{page.url} showed:\n{words[:1_500]}\nThe browser complained: {complaints}"


@contextmanager
def overheard(browser: Browser, url: str) -> Iterator[tuple[Page, list[object]]]:
    """A new tab on `url`, and the frames that it has sent to its server so far."""
    sent: list[object] = []
    with opened(browser, "about:blank") as page:
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
        page.goto(url)
        yield page, sent


# On a deep link Streamlit first looks for its server under the page's own path: two 404s are its way to find out.
_PROBE = re.compile(r"://[^/]+/[^/]+/_stcore/(health|host-config)$")


def _complaint(message: ConsoleMessage) -> list[str]:
    url = message.location.get("url", "")
    return [f"{message.text} ({url})"] if message.type == "error" and not _PROBE.search(url) else []


def settle(page: Page) -> None:
    """Wait until the script has run and the connection stands. Wait for the expected content first: before the first
    run a page is idle too."""
    page.wait_for_function(_IDLE, timeout=60_000)


# Ten frames and 300 ms, however slow the machine; after ten seconds whoever asked sees what moves.
_RESTS = """() => new Promise((rests) => {
  const main = document.querySelector('[data-testid=stMain]') ?? document.documentElement;
  const sizes = () => [document.documentElement, main].map(
    (box) => [box.scrollWidth, box.scrollHeight, box.clientWidth]).join();
  const began = performance.now();
  let [last, since, frames] = [sizes(), began, 0];
  const look = () => {
    const [now, at] = [sizes(), performance.now()];
    if (now !== last) [last, since, frames] = [now, at, 0];
    else frames++;
    if ((frames >= 10 && at - since >= 300) || at - began > 10_000) rests();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""


def rest(page: Page) -> None:
    """Wait until the page keeps its size: what takes its own from the window has been drawn again, on a slow machine
    too. A fixed time would be too long on a quick one and too short there."""
    page.evaluate(_RESTS)


def eventually(page: Page, look: Callable[[], Seen], fine: Callable[[Seen], bool], patience: int = 10_000) -> Seen:
    """What `look` sees once that is `fine`, or at the latest after `patience` ms: to be asserted by who asks."""
    until = time.monotonic() + patience / 1_000
    while not fine(seen := look()) and time.monotonic() < until:
        page.wait_for_timeout(50)
    return seen


def keeps_the_visit(page: Page) -> None:
    """Wait until links are the companion's: before it listens, the browser opens them in a tab of their own."""
    page.get_by_role("button", name="Keys").wait_for()
    settle(page)


def arrived(page: Page, patience: int, landmark: Locator | None = None) -> Page:
    """A chapter's page once its `landmark` and its end are drawn and its script rests. patience: ms, from here on the
    page's own for whatever it waits for."""
    page.set_default_timeout(patience)
    if landmark is not None:
        landmark.wait_for()
    page.get_by_text("Two questions before you go").wait_for()
    settle(page)
    return page


# A component's controls get their names from its script, a moment after they are in the page.
_NAMED = """() => {
  const roots = [...document.querySelectorAll('[data-testid^=stBidiComponent], [data-testid^=stBidiComponent] *')]
    .map((element) => element.shadowRoot).filter(Boolean);
  return roots.every((root) => [...root.querySelectorAll('button')].every(
    (button) => !button.checkVisibility() || button.textContent.trim() || button.ariaLabel || button.title));
}"""


_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
# Without the rules whose every finding is less than serious, by axe's own word.
_SERIOUS = """async (within) => {
  const slight = axe._audit.rules.filter((rule) => ["minor", "moderate"].includes(rule.impact));
  const rules = Object.fromEntries(slight.map((rule) => [rule.id, { enabled: false }]));
  const { violations } = await axe.run(within ?? document, { resultTypes: ["violations"], rules });
  return violations.filter((one) => ["serious", "critical"].includes(one.impact));
}"""


def barriers(page: Page, within: str | None = None) -> list[str]:
    """axe's serious and critical findings, one line each: rule, help and the first element. within: the part to
    look at, a CSS selector; the whole page if None."""
    with suppress(TimedOut):  # a button that stays nameless is axe's to report
        page.wait_for_function(_NAMED, timeout=10_000)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [
        f"{item['id']}: {item['help']} at {item['nodes'][0]['target']} {item['nodes'][0].get('failureSummary', '')}"
        for item in page.evaluate(_SERIOUS, within)
    ]


def nobody_is_shut_out(page: Page, within: str | None = None, themes: tuple[Theme, ...] = ("light", "dark")) -> None:
    """No barrier and nothing that sticks out: in light on a laptop and, without a second load, in dark on a phone.
    within: a part outside which nothing has changed since the last time. themes: those to ask axe in."""
    for theme, size in LOOKED_AT:
        if _turned(page, theme, size):
            rest(page)  # only then Python may hear of it
        settle(page)
        rest(page)  # colours fade over
        assert overflow(page) == 0, (theme, size)
        found = barriers(page, within) if theme in themes else []
        assert not found, (theme, size, found)


def _turned(page: Page, theme: Theme, size: tuple[int, int]) -> bool:
    """Give the page this theme and size; whether it had others."""
    before = page.viewport_size, page.evaluate(_DARK)
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return before != (page.viewport_size, page.evaluate(_DARK))


def overflow(page: Page) -> int:
    """CSS pixels by which the page is wider than its window: 0 when nothing is cut or scrolls sideways."""
    return int(page.evaluate("Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"))
