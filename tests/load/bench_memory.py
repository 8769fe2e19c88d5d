"""What a page costs the server: `python -m tests.load.bench_memory`.

Each page is opened by a real websocket session on a fresh server, one after another: how much larger the web process
is afterwards (what is kept for all readers included), how long the first run took, and how long a rerun of the page.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile

import psutil

from pages.text.chapters import BESIDE, CHAPTERS
from tests.browser.serving import running
from tests.load.bench_load import rss
from tests.load.sessions import Session

RERUNS = 5


async def measure(port: int, server: psutil.Process) -> None:
    print(f"load average {os.getloadavg()[0]:.1f}; the process begins with {rss(server):.0f} MB")
    print(f"{'page':<16} {'MB more':>8} {'first ms':>9} {'rerun ms':>9} {'messages kB':>12}")
    for slug in ("", *(page.slug for page in (*CHAPTERS, *BESIDE))):
        before, session = rss(server), Session(port, slug)
        began = asyncio.get_running_loop().time()
        await session.open()
        first, heard = asyncio.get_running_loop().time() - began, session.received
        again = [await session.rerun() for _ in range(RERUNS)]
        await session.close()
        print(f"{slug or 'home':<16} {rss(server) - before:>8.1f} {1e3 * first:>9.0f} "
              f"{1e3 * statistics.median(again):>9.0f} {heard / 1e3:>12.0f}", flush=True)
    print(f"{'all':<16} {rss(server):>8.0f}")


def main() -> None:
    with tempfile.TemporaryDirectory() as store, running(LTH_STORE=store) as app:
        asyncio.run(measure(app.port, psutil.Process(app.process.pid)))


if __name__ == "__main__":
    main()
