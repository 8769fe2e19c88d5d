"""What listens: without a room nothing beyond loopback; with `run --room` one door, and its code on the terminal."""

from __future__ import annotations

import json
import re
import urllib.request
from pathlib import Path

import psutil
import pytest

import tasks
from tests.browser.serving import Server, running


def listening(server: Server) -> dict[str, set[int]]:
    """Address → ports on which the server's own processes listen."""
    app = psutil.Process(server.process.pid)
    found: dict[str, set[int]] = {}
    for process in (app, *app.children(recursive=True)):
        for one in process.net_connections("tcp"):
            if one.status == psutil.CONN_LISTEN:
                found.setdefault(one.laddr.ip, set()).add(one.laddr.port)
    return found


def test_without_a_room_nothing_listens_beyond_loopback(tmp_path: Path) -> None:
    with running(LTH_STORE=str(tmp_path)) as server:
        with urllib.request.urlopen(f"{server.url}/room", timeout=5) as page:
            assert page.status == 200, "the route is there, for a proxy; nobody else reaches it"
        assert set(listening(server)) == {"127.0.0.1"} and server.port in listening(server)["127.0.0.1"]
        assert not (tmp_path / "rooms.sqlite").exists()


def test_run_room_opens_one_door_and_says_where(tmp_path: Path) -> None:
    with running(LTH_STORE=str(tmp_path), LTH_ROOM="1") as server:
        told = re.search(r"A room is open for phones: http://\S+:(\d+)/room/(\w{5})   Code: (\w{5})",
                         server.told())
        assert told and told[2] == told[3]
        assert listening(server)["0.0.0.0"] == {int(told[1])} != {server.port}
        request = urllib.request.Request(f"http://127.0.0.1:{told[1]}/room/{told[2]}/join", b"{}",
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            assert json.load(answer)["name"] and "HttpOnly" in answer.headers["Set-Cookie"]


def test_the_command_line_passes_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, ...]] = []
    monkeypatch.setattr(tasks, "prepare", lambda *_: None)
    monkeypatch.setattr(tasks, "_become", lambda *words: said.append(words))
    monkeypatch.delenv("LTH_ROOM", raising=False)
    monkeypatch.setattr("sys.argv", ["tasks.py", "run", "--port", "8777", "--room"])
    tasks.main()
    assert tasks.os.environ.pop("LTH_ROOM") == "1"
    assert "127.0.0.1" in said[0] and "--room" not in said[0], "the pages stay on loopback"
