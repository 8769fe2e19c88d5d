"""How long a reader waits for a live run, and for the first page: `python -m tests.browser.bench_live`.

One measure alone: `python -m tests.browser.bench_live fifty_draws living` names those that are wanted.

Real clicks in headless Chromium on the real app, from the press to the finished picture: process, queue, training,
stream and drawing together. Run it on a machine with nothing else to do.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, Locator, expect, sync_playwright

from tests.browser import test_chapter2, test_chapter4
from tests.browser.chromium import find_chromium
from tests.browser.looking import opened, settle
from tests.browser.serving import serve

if TYPE_CHECKING:
    from pages.room.room import Room

TIMES = 5  # presses of each button, each with a seed or tickets of its own
PATIENCE = 120_000  # ms
# Fulfilled in the very frame in which the attribute changes, to `value` where one is asked for: asking again and again
# would add up to a second.
CHANGES = """(e, [name, value]) => { e.changed = new Promise(done => {
    const look = () => (!value || e.getAttribute(name) === value) && done();
    new MutationObserver(look).observe(e, {attributes: true, attributeFilter: [name]}); }); }"""
LIVING = 3.0  # seconds for which pictures of the weights are counted
# Milliseconds from the press to the frame that draws the first picture, and between two; looked at in every frame.
MOVES = """(e, [name, ms]) => { e.moves = new Promise(done => {
    let begun = 0, first = 0, last = 0, seen = 0, pictures = 0;
    addEventListener("pointerdown", () => { begun = performance.now(); seen = 0; }, {capture: true, once: true});
    const look = (now) => {
      const count = +(e.dataset[name] ?? 0);
      if (begun && count > seen) { seen = count; last = now; first ||= now; pictures = count; }
      if (first && now - first > ms) return done([first - begun, (last - first) / Math.max(1, pictures - 1)]);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look); }); }"""


@contextmanager
def empty_store() -> Iterator[None]:
    """No run of an earlier day is found again."""
    with tempfile.TemporaryDirectory() as store:
        os.environ["LTH_STORE"] = store
        yield


def first_paint(browser: Browser) -> list[tuple[str, float, float]]:
    """Seconds from starting the server to chapter 1 on screen in a new browser, and from a reload to the same."""
    begun = time.perf_counter()
    with serve("app.py") as url:
        page = browser.new_context().new_page()
        page.goto(f"{url}/paradox")
        page.get_by_role("slider", name="Sparsity").wait_for(timeout=PATIENCE)
        cold = time.perf_counter() - begun
        settle(page)
        reloads = [seconds(page.reload, lambda: page.get_by_role("slider", name="Sparsity").wait_for())
                   for _ in range(TIMES)]
        page.context.close()
    return [("server start to chapter 1", cold, 5), ("reload of chapter 1", statistics.median(reloads), 1)]


def seconds(press: Callable[[], object], wait: Callable[[], object]) -> float:
    """From the press to the end of the wait."""
    begun = time.perf_counter()
    press()
    wait()
    return time.perf_counter() - begun


def until(watched: Locator, attribute: str, value: str, button: Locator) -> float:
    """Seconds from the press of `button` to the frame in which an attribute takes that value."""
    watched.evaluate(CHANGES, [attribute, value])
    return seconds(button.click, lambda: watched.evaluate("e => e.changed"))


def fifty_draws(browser: Browser, url: str) -> list[tuple[str, float, float]]:
    """Chapter 2: from the press of *Draw 50* to the fiftieth card."""
    times = []
    with opened(browser, f"{url}/hypothesis") as page:
        wall = test_chapter2.wall(test_chapter2.ready(page))
        page.get_by_role("button", name="Draw one").click()  # starts the workers, which no reader pays for twice
        expect(wall).to_have_attribute("data-draws", "201", timeout=PATIENCE)
        for turn in range(1, TIMES + 1):
            settle(page)
            times.append(until(wall, "data-draws", str(201 + 50 * turn), page.get_by_role("button", name="Draw 50")))
    return [("Draw 50", statistics.median(times), 0.9)]


def room_tickets(browser: Browser, url: str) -> list[tuple[str, float, float]]:
    """A room of a hundred phones that all draw at once: from the first draw to the last ticket trained. No browser."""
    from lth_core.jobs.dask_runner import DaskRunner
    from lth_core.jobs.engine import JobEngine
    from lth_core.results.store import Store
    from pages.room import drawing
    from pages.room.rooms import Rooms

    with tempfile.TemporaryDirectory() as folder:
        engine, room = JobEngine(Store(folder), DaskRunner()), Rooms(Path(folder, "rooms.sqlite")).open("presenter")
        drawing.deal(room, engine)
        times = []
        for turn in range(TIMES + 1):  # the first waits for the workers' start
            for number in range(100):
                room.join(f"{turn}-{number}")
            for number in range(100):
                room.draw(f"{turn}-{number}")
            times.append(seconds(lambda: drawing.press(room, engine), lambda: all_trained(room)))
            time.sleep(2 * drawing.COLLECT)
        engine.close()
    return [("100 tickets for a room", statistics.median(times[1:]), 3)]


def all_trained(room: Room) -> None:
    while any(ticket.accuracy is None for ticket in room.tickets.values()):
        time.sleep(0.01)


def ablations(browser: Browser, url: str) -> list[tuple[str, float, float]]:
    """Chapter 4: from *Train them now* to the last of three curves at 10.8% left."""
    times = []
    for seed in range(5):
        with opened(browser, f"{url}/initialisation?level=10&seed={seed}") as page:
            widget = test_chapter4.widget(test_chapter4.ready(page))
            button = page.get_by_role("button", name="Train them now")
            times.append(until(widget, "data-points", "45", button))
    return [("three conditions of LeNet", statistics.median(times[1:]), 0.6)]  # the first waits for the workers' start


def next_rounds(browser: Browser, url: str) -> list[tuple[str, float, float]]:
    """Chapter 3: one round of LeNet, from *Next round* to its ticket in hand, before the film tells it."""
    with opened(browser, f"{url}/pruning?net=LeNet-300-100&depth=Gist&grown=1") as page:
        page.set_default_timeout(PATIENCE)
        player, times = page.locator(".player[data-at]"), []
        player.wait_for()
        settle(page)
        until(player, "data-rounds", "", player.locator(".next"))  # the whole net and its first ticket
        expect(player).to_have_attribute("data-at", "3.00")
        player.locator(".next").focus()
        page.keyboard.press("End")
        for turn in range(TIMES):
            settle(page)
            times.append(until(player, "data-rounds", "", player.locator(".next")))
            expect(player).to_have_attribute("data-at", f"{3 * (turn + 3)}.00")
    return [("one round of LeNet", statistics.median(times), 0.6)]


def living(browser: Browser, url: str) -> list[tuple[str, float, float]]:
    """Chapters 1, 3 and 7, LeNet: from the press to the first weights that move, and between two pictures of them."""
    # The ladder last: it is long, and the server trains one run at a time.
    cases = (("W3", "pruning?net=LeNet-300-100&depth=Gist&grown=1&seed=3", ".player[data-at]", "lives", "Next round"),
             ("W7", "explorer?net=LeNet-300-100&steps=2000&rounds=2&seed=8&depth=Gist", ".player[data-at]", "lives",
              "Train it now"),
             ("W1", "paradox?source=Live&new=8", ".view", "pictures", "Train it now"))
    table = []
    with opened(browser, f"{url}/hypothesis") as page:  # starts the workers, which no reader pays for twice
        wall = test_chapter2.wall(test_chapter2.ready(page))
        before = wall.get_attribute("data-draws")
        page.get_by_role("button", name="Draw one").click()
        expect(wall).not_to_have_attribute("data-draws", str(before), timeout=PATIENCE)
    for name, address, where, counter, button in cases:
        with opened(browser, f"{url}/{address}") as page:
            page.set_default_timeout(PATIENCE)
            net, press = page.locator(where).first, page.get_by_role("button", name=button).or_(page.locator(".next"))
            net.wait_for()
            settle(page)
            page.wait_for_timeout(1_500)
            net.evaluate(MOVES, [counter, 1_000 * LIVING])
            press.first.click()
            first, between = (ms / 1_000 for ms in net.evaluate("e => e.moves"))
            table += [(f"{name}: first motion", first, 0.3), (f"{name}: between two pictures", between, 0.2)]
            heard = ""
            while name != "W1" and heard != (now := net.get_attribute(f"data-{counter}") or ""):  # its run goes on
                heard = now
                page.wait_for_timeout(4_000)
    return table


def main() -> None:
    """Print the table: all of it, or the measures that are named."""
    every = (fifty_draws, room_tickets, ablations, next_rounds, living)
    known = {measure.__name__: measure for measure in every}
    measures = [known[name] for name in sys.argv[1:]] or list(known.values())
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'from the press to the picture':<32} seconds  should be below")
    expect.set_options(timeout=PATIENCE)
    with empty_store(), sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        table = [] if sys.argv[1:] else first_paint(browser)
        with serve("app.py") as url:
            for measure in measures:
                table += measure(browser, url)
        for name, value, bound in table:
            print(f"{name:<32} {value:>7.2f} {bound:>16g}")
        browser.close()


if __name__ == "__main__":
    main()
