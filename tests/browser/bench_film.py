"""How many pictures a second the round player's film draws: `python -m tests.browser.bench_film`.

Plays twenty rounds of each net in headless Chromium without a GPU, so the figures are pessimistic. Run it on a machine
with nothing else to do.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import find_chromium
from tests.browser.serving import serve_app

SECONDS = 8.0
TARGETS = {"Small net": 30, "LeNet-300-100": 30}  # pictures a second

_PLAY = """([player, ms]) => new Promise((done) => {
  const canvas = player.querySelector("canvas.edges");
  player.querySelector(".play").click();
  const [begun, before] = [performance.now(), canvas.frames];
  setTimeout(() => done((1000 * (canvas.frames - before)) / (performance.now() - begun)), ms);
})"""


def pictures(page: Page, url: str, net: str) -> float:
    """Pictures a second over the first SECONDS of a whole run."""
    page.goto(f"{url}/pruning?net={net}&round=0")
    player = page.locator(".player[data-at]")
    player.wait_for(timeout=60_000)
    page.get_by_text("Two questions before you go").wait_for()
    page.wait_for_timeout(2_000)  # until the page around it is drawn too
    return float(page.evaluate(_PLAY, [player.element_handle(), 1_000 * SECONDS]))


def main() -> None:
    with tempfile.TemporaryDirectory() as store, serve_app(Path(store)) as url, sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        print(f"load of this machine: {os.getloadavg()[0]:.1f}\nnet                pictures a second  at least")
        for net, target in TARGETS.items():
            print(f"{net:<18} {pictures(page, url, net):>17.1f}  {target:>8}")
        browser.close()


if __name__ == "__main__":
    main()
