"""Two web processes behind a front, on one store and one scheduler: `python -m tests.load.bench_front caddy`, or nginx.

Asked: does a reader stay with one process, is a stream told as soon as without a front, does who asks on the other
process for a run that goes on join it, and do the readers of a killed process come back?
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time

import numpy as np
import psutil

from tests.browser.serving import Server
from tests.load.bench_load import AGAIN, LOTTERY, ONE_RUN, RUN, SEEDS
from tests.load.bench_sessions import scheduler
from tests.load.fronts import FRONTS, UNDER, Front
from tests.load.sessions import Session, Watcher

READERS, SECONDS = 10, 20.0


def cookies(front: Front, port: int) -> list[str]:
    """One of each process, as the front deals them to new readers."""
    return sorted({front.asked(port)[1] for _ in range(40)})


def open_lines(server: Server) -> int:
    """Connections that the server has with its clients."""
    lines = psutil.Process(server.process.pid).net_connections("tcp")
    return sum(line.status == "ESTABLISHED" and line.laddr.port == server.port for line in lines)


async def stays(port: int, servers: list[Server], cookie: str) -> list[int]:
    """How many more connections each server has after READERS with this cookie opened a page, and asked again."""
    before = [open_lines(server) for server in servers]
    sessions = [await Session(port, "", under=UNDER, cookie=cookie).open() for _ in range(READERS)]
    for session in sessions:
        await session.rerun()
    more = [open_lines(server) - had for server, had in zip(servers, before, strict=True)]
    for session in sessions:
        await session.close()
    return more


async def begun(port: int, cookie: str) -> Session:
    """A reader who has asked for the run."""
    session = await Session(port, LOTTERY, ONE_RUN.format(seed=SEEDS[0]), under=UNDER, cookie=cookie).open()
    await session.turn_on(AGAIN)
    await session.press(RUN)
    return session


async def streamed(port: int, direct: int, cookies: tuple[str, str]) -> tuple[int, float, int]:
    """How many points of a run come word for word to one who asks for it on the other process too; and by how many ms
    a point is later through the front than without it (p95, and of how many points)."""
    mine, other = await begun(port, cookies[0]), await begun(port, cookies[1])
    watchers = [await Watcher(direct, mine.stream, keep=True).open(),
                await Watcher(port, mine.stream, mine.cookie).open(),
                await Watcher(port, other.stream, other.cookie, keep=True).open()]
    await asyncio.sleep(SECONDS)
    straight, through, second = watchers
    both = set(through.heard) & set(straight.heard)
    late = [1e3 * (through.heard[number] - straight.heard[number]) for number in both] or [np.nan]
    joined = len({points(text) for text in straight.messages} & {points(text) for text in second.messages})
    for client in (*watchers, mine, other):
        await client.close()
    return joined, float(np.percentile(late, 95)), len(both)


def points(message: str) -> str:
    """What was measured, without whose stream it came by."""
    return json.dumps(json.loads(message)["points"], sort_keys=True)


async def come_back(port: int, victim: Server, cookie: str) -> tuple[int, float]:
    """The victim is killed while READERS have a page open: how many get one again, after how many seconds at most."""
    sessions = [await Session(port, "", under=UNDER, cookie=cookie).open() for _ in range(READERS)]
    victim.kill()
    began, back = time.perf_counter(), 0
    for session in sessions:
        with contextlib.suppress(Exception):
            await session.close()
    for _ in range(READERS):
        with contextlib.suppress(Exception):
            again = await Session(port, "", under=UNDER, cookie=cookie).open()
            back += not again.exceptions
            await again.close()
    return back, time.perf_counter() - began


async def measure(front: Front, port: int, servers: list[Server]) -> None:
    dealt = cookies(front, port)
    print(f"cookies dealt: {len(dealt)} to 40 new readers, for 2 processes")
    homes = []
    for cookie in dealt:
        more = await stays(port, servers, cookie)
        homes.append(servers[more.index(max(more))])
        print(f"{READERS} websockets with one cookie: {more[0]} on the first process, {more[1]} on the second")
    joined, late, heard = await streamed(port, homes[0].port, (dealt[0], dealt[1]))
    print(f"asked for on both processes, one run tells both the same: {joined} of its messages, of {heard}")
    print(f"a point through the front, behind the same without it: {late:.1f} ms (p95 of {heard})")
    back, seconds = await come_back(port, homes[0], dealt[0])
    print(f"process killed: {back} of {READERS} readers opened a page again, all within {seconds:.1f} s; "
          f"their cookie is now {front.asked(port, dealt[0])[1] or dealt[0]}, the other process's {dealt[1]}")


def main(name: str) -> None:
    front = FRONTS[name]
    print(f"{name}, load average {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as store, contextlib.ExitStack() as stack:
        shared = {"LTH_STORE": store, "LTH_SCHEDULER": stack.enter_context(scheduler(store))}
        servers = [Server(under=UNDER[1:], **shared) for _ in range(2)]
        for server in servers:
            stack.callback(server.end)
        port = stack.enter_context(front.run(store, [server.port for server in servers]))
        asyncio.run(asyncio.wait_for(measure(front, port, servers), 300))
        told = "".join(server.told() for server in servers).count("Traceback")
        print(f"tracebacks in the servers' logs: {told}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else next(iter(FRONTS)))
