"""The front end's files leave compressed, once and for ever; everything else passes untouched."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path

import brotli
import pytest

from pages.serving import compressed

TEXT = ("let ticket = [" + "0.25, " * 2_000 + "];").encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "static/js").mkdir(parents=True)
    (tmp_path / "static/js/main.abc.js").write_bytes(TEXT)
    (tmp_path / "static/js/tiny.js").write_bytes(b"1")
    (tmp_path / "static/js/font.woff2").write_bytes(TEXT)
    (tmp_path / "secret.js").write_bytes(TEXT)
    return tmp_path / "static"


def answer(folder: Path, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """(status, headers, body) of a request through the middleware; status 0 where it was passed on."""
    sent = []

    async def below(scope, receive, send):
        await send({"type": "http.response.start", "status": 0, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path,
             "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]}
    asyncio.run(compressed.Compressed(below, folder)(scope, None, send))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(message["body"] for message in sent[1:])


@pytest.mark.parametrize(("accepted", "coding", "back"), [
    ("gzip, deflate, br", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress),
])
def test_a_script_leaves_compressed_and_whole(folder, accepted: str, coding: str, back) -> None:
    status, headers, body = answer(folder, "/static/js/main.abc.js", accept_encoding=accepted)
    assert status == 200 and back(body) == TEXT and len(body) < len(TEXT) / 10
    assert headers["content-encoding"] == coding and int(headers["content-length"]) == len(body)
    assert "immutable" in headers["cache-control"] and headers["vary"] == "accept-encoding"
    assert "javascript" in headers["content-type"]


def test_it_is_compressed_once(folder, monkeypatch) -> None:
    asked = []
    monkeypatch.setitem(compressed.CODINGS, "br", lambda body: asked.append(1) or brotli.compress(body, quality=1))
    assert {answer(folder, "/static/js/main.abc.js", accept_encoding="br")[0] for _ in range(3)} == {200}
    assert len(asked) == 1


def test_who_has_it_is_told_so(folder) -> None:
    tag = answer(folder, "/static/js/main.abc.js", accept_encoding="br")[1]["etag"]
    status, headers, body = answer(folder, "/static/js/main.abc.js", accept_encoding="br", if_none_match=tag)
    assert (status, body) == (304, b"") and headers["etag"] == tag
    assert answer(folder, "/static/js/main.abc.js", accept_encoding="gzip", if_none_match=tag)[0] == 200


@pytest.mark.parametrize(("path", "headers"), [
    ("/static/js/main.abc.js", {}),
    ("/static/js/main.abc.js", {"accept_encoding": "br;q=0, gzip;q=0"}),
    ("/static/js/main.abc.js", {"accept_encoding": "br", "range": "bytes=0-9"}),
    ("/static/js/tiny.js", {"accept_encoding": "br"}),
    ("/static/js/font.woff2", {"accept_encoding": "br"}),
    ("/static/js/missing.js", {"accept_encoding": "br"}),
    ("/static/../secret.js", {"accept_encoding": "br"}),
    ("/static/js/\0.js", {"accept_encoding": "br"}),
    ("/api/jobs/events", {"accept_encoding": "br"}),
])
def test_everything_else_passes(folder, path: str, headers: dict[str, str]) -> None:
    assert answer(folder, path, **headers)[0] == 0
