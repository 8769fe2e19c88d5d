"""Whom the server answers, and what its pages may do: the middleware alone. With the real server: tests/browser."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.serving import guarded, scripts

DOCUMENT = b"<html><script>window.a = 1</script><script type='module' src='./x.js'></script></html>"


def answer(kind: str = "http", host: str | None = "127.0.0.1:8501", path: str = "/") -> list[dict[str, Any]]:
    """What is sent for a request through the middleware; below it stands a server that answers everything."""
    sent: list[dict[str, Any]] = []

    async def below(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"below"})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [] if host is None else [(b"host", host.encode("latin-1"))]
    asyncio.run(guarded.Guarded(below)({"type": kind, "method": "GET", "path": path, "headers": headers}, None, send))
    return sent


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8501", "", None,
                                  "127.0.0.1@evil.example", "[::1].evil.example"])
def test_a_strangers_name_is_not_answered(host: str | None) -> None:
    refused = answer(host=host)
    assert refused[0]["status"] == 421 and b"LTH_HOSTS" in refused[1]["body"] and b"evil" not in refused[1]["body"]
    assert [message["type"] for message in answer("websocket", host)] == ["websocket.close"]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8501", "127.0.0.1:80", "[::1]:8501", "192.168.1.20:8501"])
def test_our_own_names_and_addresses_in_digits_are(host: str) -> None:
    assert answer(host=host)[0]["status"] == 200
    assert answer("websocket", host) == [{"type": "websocket.accept"}]


def test_the_host_of_a_server_adds_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LTH_HOSTS", "class.example.org, *.lab.example.org")
    assert answer(host="Class.Example.org")[0]["status"] == answer(host="a.lab.example.org:443")[0]["status"] == 200
    assert answer(host="lab.example.org")[0]["status"] == answer(host="xlab.example.org")[0]["status"] == 421


@given(st.text(st.characters(max_codepoint=255)))
def test_no_host_header_breaks_it(host: str) -> None:
    assert answer(host=host)[0]["status"] in (200, 421)


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/class/_stcore/metrics", "/_stcore/agent/openapi.json"])
def test_what_no_reader_needs_is_closed(path: str) -> None:
    assert answer(path=path)[0]["status"] == 404


def test_every_answer_says_what_browsers_may_not_do(monkeypatch: pytest.MonkeyPatch) -> None:
    headers = dict(answer()[0]["headers"])
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"content-security-policy"] == b"default-src 'none'; frame-ancestors 'self'"
    monkeypatch.setenv("LTH_FRAMES", "https://moodle.example.org")
    rules = dict(answer()[0]["headers"])[b"content-security-policy"]
    assert rules.endswith(b"frame-ancestors 'self' https://moodle.example.org")


def test_a_documents_scripts_are_named_by_their_digest() -> None:
    rules = dict(rule.split(" ", 1) for rule in guarded.policy(DOCUMENT).split("; "))
    assert rules["script-src"].count("sha256-") == 1 + len(scripts.ALL) and "unsafe" not in rules["script-src"]
    assert rules["script-src"] != dict(rule.split(" ", 1) for rule in guarded.policy(
        DOCUMENT.replace(b"a = 1", b"a = 2")).split("; "))["script-src"]
