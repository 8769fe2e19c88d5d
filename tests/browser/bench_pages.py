"""What a page costs on the way to a reader, and how soon it is there: `python -m tests.browser.bench_pages`.

One page alone, with its ten largest files and messages: `python -m tests.browser.bench_pages pruning`.

Bytes are counted on the wire, as the browser reports them, on a first visit and on a second one. Times are taken on a
simulated line: 10 Mbit/s, 50 ms. FCP: first paint with content; LCP: the largest part is painted; CLS: the share of the
screen that jumped; TBT: milliseconds for which the page was deaf, beyond 50 of each long task. A headless browser on a
busy machine is slower than a reader's: trust bytes, take times as an upper bound.
"""

from __future__ import annotations

import base64
import os
import statistics
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.text.chapters import CHAPTERS
from tests.browser.bench_live import empty_store
from tests.browser.chromium import find_chromium
from tests.browser.looking import DESKTOP, settle
from tests.browser.serving import serve

LINE = {"offline": False, "latency": 50, "downloadThroughput": 10e6 / 8, "uploadThroughput": 10e6 / 8}  # bytes/s
MOST = {"": 1.1, "paradox": 1.3, "pruning": 2.6, "evidence": 2.6}  # MB of a first visit
AGAIN = 0.2  # MB of a second visit
SOON = 2.5  # s to the first contentful paint of chapter 1
QUIET = 3_000  # ms in which widgets fetch their nets, figures their scripts
TURNS = 3  # visits for the times, of which the median is told
WATCH = """
  window.seen = { fcp: 0, lcp: 0, cls: 0, tbt: 0 };
  const watch = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  watch("paint", (entry) => { if (entry.name === "first-contentful-paint") seen.fcp = entry.startTime; });
  watch("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
  watch("layout-shift", (entry) => { seen.cls += entry.value; });
  watch("longtask", (entry) => { seen.tbt += Math.max(0, entry.duration - 50); });
"""


@dataclass
class Visit:
    """Bytes on the wire by file, by message over the websocket (its page's part named), and the browser's times."""

    files: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    times: dict[str, float] = field(default_factory=dict)

    @property
    def megabytes(self) -> float:
        return (self.files.total() + self.messages.total()) / 1e6


def visit(context: BrowserContext, url: str, line: dict[str, Any] | None = None) -> Visit:
    """Open `url` in a new tab, with what its context has kept, and wait until nothing comes any more."""
    page, seen = context.new_page(), Visit()
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    page.add_init_script(WATCH)
    _listen(page, seen, line)
    page.goto(url)
    page.locator("h1").first.wait_for(timeout=60_000)
    settle(page)
    page.wait_for_timeout(QUIET)
    seen.times = page.evaluate("window.seen")
    page.close()
    return seen


def _listen(page: Page, seen: Visit, line: dict[str, Any] | None) -> None:
    wire, names = page.context.new_cdp_session(page), {}
    wire.send("Network.enable")
    if line:
        wire.send("Network.emulateNetworkConditions", line)
    wire.on("Network.requestWillBeSent", lambda sent: names.update({sent["requestId"]: sent["request"]["url"]}))
    wire.on("Network.loadingFinished",
            lambda done: seen.files.update({_file(names.get(done["requestId"], "")): int(done["encodedDataLength"])}))
    wire.on("Network.webSocketFrameReceived", lambda frame: _message(frame["response"], seen))


def _file(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2] or "the document"


def _message(frame: dict[str, Any], seen: Visit) -> None:
    """Count a message from the server under the name of what it draws."""
    if frame["opcode"] == 2:
        raw = base64.b64decode(frame["payloadData"])
        message = ForwardMsg.FromString(raw)
        name = message.WhichOneof("type")
        if name == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            kind = element.WhichOneof("type")
            part = getattr(element, kind)
            name = f"{kind} {getattr(part, 'component_name', '') or getattr(part, 'id', '')[-40:]}"
        seen.messages[f"{name} #{len(seen.messages)}"] += len(raw)


def ten(counted: Counter[str]) -> str:
    return "\n".join(f"  {size / 1e3:9.1f} kB  {name}" for name, size in counted.most_common(10))


def measured(browser: Browser, url: str, slug: str, wordy: bool) -> str:
    """The table's row of one page; wordy: with the ten largest of each kind."""
    context = browser.new_context()
    first, second = visit(context, f"{url}/{slug}"), visit(context, f"{url}/{slug}")
    context.close()
    times = []
    for _ in range(TURNS):
        context = browser.new_context()
        times.append(visit(context, f"{url}/{slug}", LINE).times)
        context.close()
    fcp, lcp, cls, tbt = (statistics.median(seen[name] for seen in times) for name in ("fcp", "lcp", "cls", "tbt"))
    bound = f"≤ {MOST[slug]}" if slug in MOST else ""
    row = (f"{slug or 'home':<16} {first.megabytes:7.2f} {bound:<6} {first.messages.total() / 1e6:8.2f} "
           f"{sum(first.files.values()) and len(first.files):6} {second.megabytes:7.2f}   "
           f"{fcp / 1e3:6.2f} {lcp / 1e3:6.2f} {cls:7.4f} {tbt:6.0f}")
    if wordy:
        row += (f"\n files of a first visit:\n{ten(first.files)}\n messages:\n{ten(first.messages)}"
                f"\n files of a second visit:\n{ten(second.files)}")
    return row


def main() -> None:
    """Print the table: of all chapters, or of the pages that are named."""
    known = ["home", *(chapter.slug for chapter in CHAPTERS)]
    slugs = [slug for slug in sys.argv[1:] or known if slug in known]
    if not slugs:  # what was named are measures of the other benches
        return
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; a second visit should be ≤ {AGAIN} MB, "
          f"FCP of {CHAPTERS[0].slug} ≤ {SOON} s")
    print(f"{'page':<16} {'MB':>7} {'':<6} {'of that':>8} {'files':>6} {'second':>7}   "
          f"{'FCP s':>6} {'LCP s':>6} {'CLS':>7} {'TBT ms':>6}\n{'':<16} {'first':>7} {'':<6} {'messages':>8}")
    with empty_store(), sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        with serve("app.py") as url:
            visit(browser.new_context(), url)  # what the server makes once is not what a reader waits for
            for slug in slugs:
                print(measured(browser, url, "" if slug == "home" else slug, bool(sys.argv[1:])), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
