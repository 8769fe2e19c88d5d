"""The route by which a presenter's window on another device follows a talk: hostile requests, and the right ones."""

from __future__ import annotations

import asyncio
import json

import pytest

from pages.live import talks

NAME = "a" * 24


def asked(method: str, name: str = NAME, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    """Status and body of one request to the route."""
    sent: list[dict] = []
    scope = {"type": "http", "method": method, "path": talks.PATH + name, "query_string": b"",
             "path_params": {"name": name},
             "headers": [(b"host", b"here"), *((key.replace("_", "-").encode(), value.encode())
                                               for key, value in headers.items())]}

    async def receive() -> dict:
        return {"type": "http.request", "body": body}

    async def send(message: dict) -> None:
        sent.append(message)

    asyncio.run(talks.routes()[0].app(scope, receive, send))
    return sent[0]["status"], sent[1].get("body", b"")


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talks, "_places", talks.Places(3))


def test_a_talk_is_where_the_last_press_left_it() -> None:
    assert asked("GET") == (204, b"")
    assert json.loads(asked("POST", body=b'{"beat": 7, "step": 1}')[1]) == {"turn": 1}
    assert json.loads(asked("POST", body=b'{"beat": 8, "step": 0}')[1]) == {"turn": 2}
    assert json.loads(asked("GET")[1]) == {"beat": 8, "step": 0, "turn": 2}
    assert asked("GET", "b" * 24)[0] == 204


@pytest.mark.parametrize("body", [b"", b"7", b"[]", b"null",
                                  b'{"beat": 1}', b'{"beat": "1", "step": 0}', b'{"beat": true, "step": 0}',
                                  b'{"beat": -1, "step": 0}', b'{"beat": 1e9, "step": 0}', b"[" * 150, b"\xff"])
def test_what_is_no_place_is_refused(body: bytes) -> None:
    assert asked("POST", body=body)[0] == 400
    assert asked("GET")[0] == 204


def test_other_sites_long_messages_and_odd_names_are_refused() -> None:
    fine = b'{"beat": 1, "step": 0}'
    assert asked("POST", body=fine, origin="http://evil.example")[0] == 403
    assert asked("GET", sec_fetch_site="cross-site")[0] == 403
    assert asked("POST", body=b" " * 500)[0] == 413
    for name in ("short", "a" * 33, "a" * 20 + "/", "a" * 20 + "é"):
        assert asked("GET", name)[0] == 404


def test_the_talk_that_was_silent_longest_is_forgotten_first() -> None:
    for name in "abcd":
        asked("POST", name * 24, b'{"beat": 2, "step": 0}')
    assert [asked("GET", name * 24)[0] for name in "abcd"] == [204, 200, 200, 200]
