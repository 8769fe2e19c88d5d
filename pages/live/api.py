"""The server's own routes: progress of live runs, pushed to browsers as server-sent events.

    GET /api/jobs/events?key=3f2a…&key=…&viewer=…      one stream for all the jobs a page watches
    … &draw=1                                          with pictures of the net in training, a few times a second
    HEAD (the same)                                    would it be refused? With 503 comes Retry-After

Each message is JSON, `{"key", "status": {…}}`, `{"key", "points": […], "share", "eta", "viewers"}` or `{"key",
"picture": {…}}` (see `lth_core.running.look`); its id is
`<server start>.<number>`, so that a browser that reconnects gets exactly what it missed, and everything after a
restart of the server. Results themselves never pass here: the page reads them from the store.

Streamlit's sessions do not protect these routes, so they only read, name jobs by content key, answer only pages of
this very server, and refuse with a plain status whatever is too long, too many or unknown.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import importlib
import json
import logging
import secrets
import signal
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeAlias

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from lth_core.jobs.backlog import Event
from lth_core.jobs.dask_runner import DaskRunner
from lth_core.jobs.engine import JobEngine
from lth_core.results.store import Store, check_key, default_root
from pages.address.base import base
from pages.serving import crowd
from pages.serving.asked import same_site

EVENTS = "/api/jobs/events"

MOST_WATCHERS = 500  # open streams, about 35 kB each; the sessions need files too, where a process may open 1,024
MOST_FILES = 16_384  # asked of the system at the start; far more than 500 streams and their sessions need
MOST_KEYS = 8  # jobs a page may watch
MOST_QUERY = 600  # bytes: eight keys and a viewer fit
MIND_SECONDS = 3.0  # between two looks at the line: runs that nobody watches, and runs ended at the command line
HEARTBEAT = 10.0  # seconds: shorter than any proxy's idle limit, and a third of what the engine takes for "gone"
STREAM_SECONDS = 3_600  # then the browser reconnects by itself: a half-dead connection does not live for ever

log = logging.getLogger(__name__)

BOOT = secrets.token_hex(4)
STREAM = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # the latter keeps nginx from collecting

Answer: TypeAlias = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]

_watches: list[Watch] = []  # what this process serves
at_exit: list[Callable[[], object]] = []  # what else ends streams, for Ctrl-C and SIGTERM


@functools.cache
def job_engine() -> JobEngine:
    """The process's only job engine; workers start at the first run or `warm`."""
    return JobEngine(Store(default_root()), DaskRunner())


def routes() -> list[BaseRoute]:
    """What `st.App(routes=…)` takes."""
    _watches.append(Watch())
    return [Route(base() + EVENTS, _watches[-1], methods=["GET"])]


def mounted() -> bool:
    """Does this process serve the routes? Without `st.App` (a hosted service) pages poll instead."""
    return bool(_watches)


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """What `st.App(lifespan=…)` takes: interrupted jobs go on at the start; at the end nothing is left running."""
    await asyncio.to_thread(job_engine)
    _allow_files()
    _end_streams_on_exit()
    from pages.live import guests  # here: they come with this engine

    minding = asyncio.create_task(_mind())
    threading.Thread(target=_settle_in, name="settle-in", daemon=True).start()
    threading.Thread(target=guests.sweep, name="sweep", daemon=True).start()
    try:
        yield
    finally:
        minding.cancel()
        await asyncio.to_thread(guests.close)
        await asyncio.to_thread(job_engine().close)


async def _mind() -> None:
    """Look after the line as long as the server lives."""
    while True:
        await asyncio.sleep(MIND_SECONDS)
        try:
            await asyncio.to_thread(job_engine().mind)
        except Exception:  # a disk that refuses now is asked again; the line must not stay unattended
            log.exception("the line of runs could not be looked after")


def _allow_files() -> None:
    """As many open files as this user may have: every reader is one or two, and many systems begin with 1,024."""
    with suppress(ImportError, OSError, ValueError):  # Windows counts them in another way
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


def _settle_in() -> None:
    """Import what pages need while nobody waits, and spare the garbage collector the looking through it.

    A full collection takes 60–200 ms, with every page standing still; what is imported stays for good.
    """
    importlib.import_module("pyarrow.parquet")
    gc.collect()
    gc.freeze()


def _end_streams_on_exit() -> None:
    """Let Ctrl-C and SIGTERM end the streams first: the server waits for open answers, and these never end else."""

    def chained(previous: Any, number: int, stack: Any) -> None:
        for end in (*(watch.end for watch in _watches), *at_exit):
            end()
        if callable(previous):
            previous(number, stack)

    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(ValueError):  # not in the main thread: whoever embeds the app handles its signals
            signal.signal(number, functools.partial(chained, signal.getsignal(number)))


class Watch:
    """The events route as an ASGI app, so that its watchers are counted in one place."""

    def __init__(
        self, engine: JobEngine | None = None, most: int = MOST_WATCHERS, from_one: int = crowd.MOST_STREAMS
    ) -> None:
        self._engine, self._most, self._networks = engine, most, crowd.Crowd(from_one)
        self._awake: dict[asyncio.Event, frozenset[str]] = {}  # a watcher's bell → the keys it watches
        self._streams: Counter[str] = Counter()  # open streams a viewer
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = False

    @property
    def engine(self) -> JobEngine:
        return self._engine or job_engine()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        refusal = self._refusal(request)
        if refusal is not None:
            refusal.headers["Connection"] = "close"  # kept alive, thousands of refused ones would use up the files
            await refusal(scope, receive, send)
            return
        if request.method == "HEAD":  # a browser that was refused asks whether it may come again
            await Response(status_code=204)(scope, receive, send)
            return
        await while_heard(self._stream(request), scope, receive, send)

    def _refusal(self, request: Request) -> Response | None:
        """Why this request gets nothing, or None."""
        keys = request.query_params.getlist("key")
        if not same_site(request):
            return PlainTextResponse("only pages of this server may watch its jobs", 403)
        if len(request.url.query) > MOST_QUERY or len(keys) > MOST_KEYS:
            return PlainTextResponse(f"at most {MOST_KEYS} keys, {MOST_QUERY} bytes", 414)
        try:
            known = [key for key in keys if self.engine.status(check_key(key)) is not None]
        except ValueError as error:
            return PlainTextResponse(str(error), 400)
        if not known:
            return PlainTextResponse("no such job", 404)
        if len(self._awake) >= self._most:
            return PlainTextResponse("too many watchers, try again soon", 503, {"Retry-After": "10"})
        if self._networks.full(crowd.of(request.scope)):
            return PlainTextResponse("too many watchers from your network, try again soon", 503, {"Retry-After": "10"})
        return None

    def _stream(self, request: Request) -> Response:
        keys = frozenset(request.query_params.getlist("key"))
        viewer = request.query_params.get("viewer", "")[:64]
        since, draws = number_of(request.headers.get("last-event-id", "")), request.query_params.get("draw") == "1"
        frames = self._frames(keys, viewer, since, draws, crowd.of(request.scope))
        return StreamingResponse(frames, headers=STREAM, media_type="text/event-stream")

    async def _frames(
        self, keys: frozenset[str], viewer: str, since: int, draws: bool, network: str
    ) -> AsyncIterator[bytes]:
        """Back-log, then news as they come, with a comment now and then that keeps the line open."""
        bell, loop = asyncio.Event(), asyncio.get_running_loop()
        if self._loop is not loop:  # the first watcher in this event loop
            self._loop = loop
            self.engine.listen(functools.partial(self._ring_from_thread, loop))
        self._awake[bell] = keys
        self._streams[viewer] += 1
        self._networks.come(network)
        try:
            yield b"retry: 1000\n\n" + self._stored(keys)
            for _ in range(int(STREAM_SECONDS / HEARTBEAT)):
                if viewer:
                    self.engine.seen(keys, viewer)
                if draws:
                    self.engine.drawn(keys)
                quiet_at = loop.time() + HEARTBEAT
                while (left := quiet_at - loop.time()) > 0:
                    if self._ended:
                        return
                    bell.clear()
                    if events := self.engine.events(keys, since, draws):
                        since = events[-1].seq
                        yield b"".join(frame(event) for event in events)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(bell.wait(), left)
                yield b": still here\n\n"
        finally:
            self._networks.go(network)
            del self._awake[bell]
            self._streams[viewer] -= 1
            if self._streams[viewer] <= 0:
                del self._streams[viewer]
                self.engine.gone(keys, viewer)

    def _stored(self, keys: frozenset[str]) -> bytes:
        """The status of jobs that ended before this server started: their story is in the store, not in the log."""
        told = {key: self.engine.status(key) for key in keys if not self.engine.events([key])}
        messages = [json.dumps({"key": key, "status": vars(status)}) for key, status in told.items() if status]
        return b"".join(frame(Event(0, text, False)) for text in messages)

    def end(self) -> None:
        """End all streams, from a signal handler or any thread; browsers come back when the server does."""
        self._ended = True
        if self._loop is not None:
            self._ring_from_thread(self._loop, frozenset().union(*self._awake.values()))

    def _ring_from_thread(self, loop: asyncio.AbstractEventLoop, keys: frozenset[str]) -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(self._ring, keys)

    def _ring(self, keys: frozenset[str]) -> None:
        for bell, watched in self._awake.items():
            if not keys.isdisjoint(watched):
                bell.set()


async def while_heard(stream: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    """Send an endless answer until it ends or its client leaves: one that has nothing to say would notice that nobody
    listens any more only at its next heartbeat."""
    sending = asyncio.create_task(stream(scope, receive, send))
    leaving = asyncio.create_task(_left(receive))
    await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
    for task in (sending, leaving):
        task.cancel()
        with suppress(asyncio.CancelledError, ClientDisconnect, OSError):
            await task


async def _left(receive: Receive) -> None:
    """Returns when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


@functools.lru_cache(maxsize=1024)
def frame(event: Event) -> bytes:
    """An event on the wire, made once for all its watchers."""
    return f"id: {BOOT}.{event.seq}\ndata: {event.text}\n\n".encode()


def number_of(event_id: str) -> int:
    """The number in an event id of this server start; 0 (everything) for any other id.

    >>> number_of(f"{BOOT}.17"), number_of("0000.17"), number_of("nonsense"), number_of(f"{BOOT}.-3")
    (17, 0, 0, 0)
    """
    boot, _, number = event_id.partition(".")
    return int(number) if boot == BOOT and number.isascii() and number.isdigit() and len(number) < 16 else 0


def query(keys: Sequence[str], viewer: str) -> str:
    """The events' address for a page that watches `keys`."""
    return f"{base()}{EVENTS}?" + "&".join([*(f"key={key}" for key in keys), f"viewer={viewer}"])
