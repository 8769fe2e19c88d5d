"""The event stream over real HTTP: back-log, news, reconnecting, and whatever a hostile client may send."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from lth_core.jobs.engine import GRACE_SECONDS, JobEngine
from lth_core.jobs.runner import InlineRunner
from lth_core.results.store import Store
from pages.live import api
from tests.jobs import standin

SPEC, KEY = standin.spec(0), standin.spec(0).key
WATCHERS, FROM_ONE = 5, 2


class Server:
    """A real server on loopback, with an engine whose run advances one moment at a time."""

    def __init__(self, root) -> None:
        self.engine = JobEngine(Store(root), InlineRunner(auto=False), stream=standin.stream)
        self.watch = api.Watch(self.engine, WATCHERS, FROM_ONE)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        app = Starlette(routes=[Route(api.EVENTS, self.watch, methods=["GET"])])
        config = uvicorn.Config(app, host="127.0.0.1", port=self.port, log_level="error", timeout_graceful_shutdown=1)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)

    def ask(self, query: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request(method, f"{api.EVENTS}?{query}", headers=headers)
        return connection.getresponse()

    def close(self) -> None:
        self.server.should_exit = True
        self.thread.join()


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    server = Server(tmp_path)
    server.engine.submit(SPEC, "ann")
    yield server
    server.close()


def read(response: http.client.HTTPResponse, count: int) -> list[tuple[str, dict]]:
    """The next `count` messages: (id, data)."""
    found, number = [], ""
    while len(found) < count:
        line = response.readline().decode()
        assert line, "the stream ended"
        if line.startswith("id: "):
            number = line[4:].strip()
        if line.startswith("data: "):
            found.append((number, json.loads(line[6:])))
    return found


def test_a_watcher_gets_the_back_log_and_then_the_news_at_once(server):
    server.engine.runner.advance(KEY)
    response = server.ask(f"key={KEY}&viewer=bob")
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    (_, first), (_, status) = read(response, 2)
    assert (status["status"]["state"], status["status"]["viewers"]) == ("running", 2)  # bob is one of them already
    assert first["points"][0]["step"] == 5
    began = time.monotonic()
    server.engine.runner.advance(KEY)
    ((_, second),) = read(response, 1)
    assert second["points"][0]["step"] == 10
    assert time.monotonic() - began < 2  # far below the heartbeat: it was pushed. How fast: make bench-load
    assert server.engine.status(KEY).viewers == 2


def test_whoever_comes_back_gets_exactly_what_was_missed(server):
    server.engine.runner.advance(KEY)
    (_, (last, _)) = read(server.ask(f"key={KEY}"), 2)
    server.engine.runner.advance(KEY)
    ((number, message),) = read(server.ask(f"key={KEY}", **{"Last-Event-ID": last}), 1)
    assert message["points"][0]["step"] == 10
    assert int(number.split(".")[1]) > int(last.split(".")[1])
    replay = read(server.ask(f"key={KEY}", **{"Last-Event-ID": "0000.999999"}), 3)  # of an earlier server start
    assert [point["step"] for _, data in replay for point in data.get("points", [])] == [5, 10]


def test_one_stream_serves_several_jobs_and_tells_how_they_end(server):
    other = standin.spec(1)
    server.engine.submit(other, "ann")
    response = server.ask(f"key={KEY}&key={other.key}")
    assert {data["key"] for _, data in read(response, 2)} == {KEY, other.key}
    while server.engine.runner.advance(KEY):
        pass
    states = [data["status"]["state"] for _, data in read(response, 22) if "status" in data and data["key"] == KEY]
    assert states == ["done"]


def test_pictures_of_the_net_come_to_who_draws_and_raise_the_flag(server):
    flag = server.engine._journal.draw_flag(KEY)
    quiet = server.ask(f"key={KEY}&viewer=bob")
    read(quiet, 1)
    assert not flag.exists()
    drawing = server.ask(f"key={KEY}&viewer=eve&draw=1")
    read(drawing, 1)
    assert flag.exists()
    server.engine._on_points(KEY, [{"stage": "picture", "round": 0, "weights": "AAA="}])
    server.engine.runner.advance(KEY)
    def until_points(response):
        seen = []
        while not seen or "points" not in seen[-1]:
            seen += [data for _, data in read(response, 1)]
        return [data["picture"]["stage"] for data in seen if "picture" in data]

    assert until_points(drawing) == ["picture"]
    assert until_points(quiet) == []


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("key=" + "f" * 24, {}, 404),
        ("", {}, 404),
        ("key=../../etc/passwd", {}, 400),
        ("key=%00%ff", {}, 400),
        ("key=" + KEY.upper(), {}, 400),
        ("&".join([f"key={KEY}"] * 9), {}, 414),
        (f"key={KEY}&x=" + "y" * 5_000, {}, 414),
        (f"key={KEY}", {"Origin": "https://evil.example"}, 403),
        (f"key={KEY}", {"Origin": "null"}, 403),
        (f"key={KEY}", {"Origin": "http://["}, 403),
        (f"key={KEY}", {"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_strange_requests_get_a_plain_refusal(server, query, headers, status):
    response = server.ask(query, **headers)
    body = response.read().decode()
    assert response.status == status
    assert "Traceback" not in body
    assert len(body) < 200
    assert not server.watch._awake


def test_whoever_was_refused_may_ask_whether_there_is_room_without_taking_any(server):
    """A browser's EventSource tells nobody why it was refused, so the page knocks with HEAD before it comes again."""
    assert (server.ask(f"key={KEY}", "HEAD").status, len(server.watch._awake)) == (204, 0)
    assert server.ask("key=" + "f" * 24, "HEAD").status == 404
    open_ones = [server.ask(f"key={KEY}") for _ in range(WATCHERS)]
    for response in open_ones:
        read(response, 1)
    full = server.ask(f"key={KEY}", "HEAD")
    assert (full.status, full.headers["retry-after"], full.read()) == (503, "10", b"")
    for response in open_ones:
        response.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_changed_here_not_even_by_a_page_of_ours(server, method):
    assert server.ask(f"key={KEY}", method, Origin="https://evil.example").status == 405
    assert server.ask(f"key={KEY}", method, Origin=f"http://127.0.0.1:{server.port}").status == 405


def test_a_query_of_a_megabyte_is_refused_by_the_server(server):
    with socket.create_connection(("127.0.0.1", server.port)) as raw:
        raw.settimeout(5)
        try:
            raw.sendall(b"GET " + api.EVENTS.encode() + b"?key=" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = raw.recv(100)
        except ConnectionError:
            return
    assert answer == b"" or b" 400 " in answer or b" 414 " in answer


def test_watchers_are_counted_refused_beyond_the_limit_and_let_go(server):
    open_ones = [server.ask(f"key={KEY}") for _ in range(WATCHERS)]
    for response in open_ones:
        read(response, 1)
    refused = server.ask(f"key={KEY}")
    assert (refused.status, refused.headers["retry-after"]) == (503, "10")
    assert refused.headers["connection"] == "close"
    for response in open_ones:
        response.close()
    deadline = time.monotonic() + 2
    while server.watch._awake and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not server.watch._awake


def test_one_network_leaves_room_for_the_others(server):
    """A server in front passes the address on."""
    ours = [server.ask(f"key={KEY}", **{"X-Forwarded-For": "192.0.2.7"}) for _ in range(FROM_ONE)]
    for response in ours:
        read(response, 1)
    refused = server.ask(f"key={KEY}", **{"X-Forwarded-For": "192.0.2.7"})
    assert (refused.status, refused.headers["retry-after"]) == (503, "10") and b"your network" in refused.read()
    other = server.ask(f"key={KEY}", **{"X-Forwarded-For": "192.0.2.8"})
    read(other, 1)
    assert other.status == 200
    ours[0].close()
    deadline = time.monotonic() + 2
    while len(server.watch._awake) > FROM_ONE and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.ask(f"key={KEY}", **{"X-Forwarded-For": "192.0.2.7"}).status == 200


def test_a_closed_page_is_soon_no_viewer_any_more(server):
    response = server.ask(f"key={KEY}&viewer=bob")
    read(response, 1)
    assert server.engine.status(KEY).viewers == 2
    response.close()
    deadline = time.monotonic() + GRACE_SECONDS + 2
    while server.engine.status(KEY).viewers == 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert server.engine.status(KEY).viewers == 1


def test_a_run_that_ended_before_this_server_started_is_told_to_be_done(server):
    server.engine.store.save(standin.run(standin.spec(7)))
    ((_, message),) = read(server.ask(f"key={standin.spec(7).key}"), 1)
    assert message["status"]["state"] == "done"


def test_a_same_origin_page_is_served(server):
    assert server.ask(f"key={KEY}", Origin=f"http://127.0.0.1:{server.port}").status == 200
