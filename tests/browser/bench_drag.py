"""How fast the network view follows the hand: `python -m tests.browser.bench_drag`.

Drags the real slider with real mouse events in headless Chromium (no GPU, so the figures are pessimistic) and counts
redraws, slow frames, messages to the server while the button is down, and the time from release to the repaint of
text that Python wrote. Run it on a machine with nothing else to do.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from dataclasses import dataclass
from itertools import pairwise

from playwright.async_api import Browser, Page, WebSocket, async_playwright

from tests.browser.chromium import find_chromium
from tests.browser.serving import serve

SECONDS, SWEEP = 4.0, 1.6  # a drag lasts 4 s, once across takes 1.6 s: about a percent a frame
EVENT_GAP = 0.008  # a mouse reports 125 times a second
RELEASES = 20
THUMB = 22  # half the thumb's width: where the pointer meets 0 and 100%


@dataclass(frozen=True)
class Case:
    """A net of widget_page.py, what is drawn of it, and the redraws a second asked for. lit: with each a digit runs
    through it anew."""

    net: str
    edges: int
    target: int
    lit: bool = False


CASES = (Case("small", 1_096, 55), Case("sampled", 1_800, 50), Case("large", 5_040, 50),
         Case("large", 5_040, 50, lit=True))

_WATCH = """() => {
  window.frameTimes = [];
  const tick = (now) => { window.frameTimes.push(now); requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  addEventListener('pointerup', () => { window.released = performance.now(); }, true);
  const texts = () => [...document.querySelectorAll('p')].map((p) => p.textContent);
  const said = () => texts().find((text) => text.startsWith('Python knows'));
  let last = said();
  new MutationObserver(() => {
    const now = said();
    if (now === last) return;
    last = now;
    requestAnimationFrame(() => setTimeout(() => { window.repainted = performance.now(); }));  // after that paint
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


@dataclass
class Track:
    """The slider's track in page coordinates."""

    left: float
    width: float
    middle: float

    def x(self, share: float) -> float:
        return self.left + THUMB + share * (self.width - 2 * THUMB)


async def track_of(page: Page) -> Track:
    box = await page.get_by_role("slider").bounding_box()
    assert box, "the slider is not on the page"
    return Track(box["x"], box["width"], box["y"] + box["height"] / 2)


async def drag(page: Page) -> tuple[float, float]:
    """Redraws a second and the 95th percentile of the frame time in ms over one long drag; leaves the button down."""
    track = await track_of(page)
    mouse = await page.context.new_cdp_session(page)
    await page.mouse.move(track.x(0.5), track.middle)
    await page.mouse.down()
    await page.evaluate("window.frameTimes = []")
    before, began, events = await redraws(page), time.perf_counter(), []
    while (passed := time.perf_counter() - began) < SECONDS:
        share = abs((passed / SWEEP + 0.5) % 2 - 1)
        event = {"type": "mouseMoved", "x": track.x(share), "y": track.middle, "button": "left", "buttons": 1}
        # Sent without waiting for the page, as a mouse does; page.mouse.move would wait a frame or two each time.
        events.append(asyncio.create_task(mouse.send("Input.dispatchMouseEvent", event)))
        await asyncio.sleep(EVENT_GAP)
    times = await page.evaluate("window.frameTimes")
    drawn = await redraws(page) - before
    passed = time.perf_counter() - began
    await asyncio.gather(*events)
    gaps = sorted(b - a for a, b in pairwise(times))
    return drawn / passed, gaps[int(0.95 * len(gaps))]


async def redraws(page: Page) -> int:
    """How often the view has been drawn so far."""
    return int(await page.get_by_role("img", name="Network").first.evaluate("canvas => canvas.frames"))


async def release_time(page: Page, share: float) -> float:
    """Milliseconds from letting go at `share` to the repaint of the text that Python wrote."""
    track = await track_of(page)
    await page.wait_for_timeout(400)
    await page.evaluate("window.repainted = 0")
    await page.mouse.move(track.x(float(await page.get_by_role("slider").input_value()) / 100), track.middle)
    await page.mouse.down()
    for stop in (0.2, 0.9, share):
        await page.mouse.move(track.x(stop), track.middle)
    await page.mouse.up()
    await page.wait_for_function("window.repainted > 0")
    return float(await page.evaluate("window.repainted - window.released"))


async def bench(browser: Browser, url: str, case: Case) -> str:
    """One row of the table."""
    page = await browser.new_page(viewport={"width": 1440, "height": 900})
    sent: list[float] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda _: sent.append(time.perf_counter()))

    page.on("websocket", listen)
    await page.goto(f"{url}/?net={case.net}" + "&lit=yes" * case.lit)
    await page.get_by_role("slider").wait_for()
    if case.lit:
        await page.locator("""[data-says]:not([data-says=""])""").first.wait_for()
    await page.wait_for_timeout(2500)  # the stored pictures are built while the browser idles
    await page.evaluate(_WATCH)
    before = len(sent)
    speed, slow = await drag(page)
    messages = len(sent) - before
    await page.mouse.up()
    times = sorted([await release_time(page, 0.3 + 0.02 * turn) for turn in range(RELEASES)])
    await page.close()
    p95 = times[int(0.95 * (len(times) - 1))]
    lit = "yes" if case.lit else "no"
    return (f"{case.edges:>7,} {lit:>5} {speed:>11.1f} {case.target:>7} {slow:>13.1f} {messages:>9}"
            f" {statistics.median(times):>11.0f} {p95:>9.0f}")


async def main() -> None:
    """Print the table."""
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print("  edges   lit   redraws/s  target  frame p95 ms  messages  release ms  p95 (≤ 80)")
    with serve("tests/browser/widget_page.py") as url:
        async with async_playwright() as playwright:
            path = find_chromium(playwright.chromium.executable_path)
            browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            for case in CASES:
                print(await bench(browser, url, case), flush=True)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
