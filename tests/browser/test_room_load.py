"""The load script, small: twenty phones bet, none waits long, no answer is lost."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.load.bench_room import measure, server


def test_twenty_phones_lose_nothing(tmp_path: Path) -> None:
    with server(tmp_path) as app, ThreadPoolExecutor(1) as beside:  # Playwright may keep a loop running in this thread
        report = beside.submit(asyncio.run, measure(app, 20, rounds=1, spread=1.0)).result(60)
    assert (report.phones, report.lost, report.unheard, report.refused) == (20, 0, 0, 0)
    assert 0 < report.bet_p95_ms < 2_000 and 0 < report.heard_p95_ms < 10_000
