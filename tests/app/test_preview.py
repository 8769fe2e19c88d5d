"""What a shared link shows: each page's own title and question, and nothing else of an answer changed."""

from __future__ import annotations

import asyncio

import pytest
import streamlit as st

from pages.address import preview
from pages.text.chapters import BESIDE, CHAPTERS, SITE

HTML = (b'<html><head><link rel="shortcut icon" href="./favicon.png" /><title>Streamlit</title></head>'
        b"<body>unchanged</body></html>")


def answer(path: str, kind: bytes = b"text/html; charset=utf-8", *, host: bytes = b"here:8501"):
    """(headers with the status as `:status`, body, what the app was asked) of a request through the middleware; the
    answer comes in two pieces."""
    asked, sent = [], []

    async def app(scope, receive, send):
        asked.append(scope)
        await send({"type": "http.response.start", "status": 200,
                    "headers": [(b"content-type", kind), (b"content-length", str(len(HTML)).encode())]})
        await send({"type": "http.response.body", "body": HTML[:9], "more_body": True})
        await send({"type": "http.response.body", "body": HTML[9:]})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "scheme": "http", "query_string": b"", "server": ("x", 1),
             "headers": [(b"host", host), (b"accept-encoding", b"gzip")]}
    asyncio.run(preview.Preview(app)(scope, None, send))
    headers = {**dict(sent[0]["headers"]), b":status": sent[0]["status"]}
    return headers, b"".join(message["body"] for message in sent[1:]).decode(), asked[0]


def told(body):
    """A page without the script that the server adds itself."""
    own = f"<script>{preview.SCRIPT}</script>"
    assert body.count(own) == 1
    return body.replace(own, "")


@pytest.mark.parametrize("chapter", [*CHAPTERS, *BESIDE], ids=lambda chapter: chapter.slug)
def test_every_page_is_shared_under_its_own_name(chapter):
    headers, body, asked = answer(f"/{chapter.slug}")
    assert f"<title>{chapter.title} · {SITE}</title>" in body and "Streamlit" not in told(body)
    assert 'property="og:image" content="http://here:8501/preview.png"' in body
    assert f'property="og:url" content="http://here:8501/{chapter.slug}"' in body
    assert 'href="/favicon.svg"' in body and "favicon.png" not in body
    assert headers[b":status"] == 200
    assert body.endswith("<body>unchanged</body></html>")
    assert int(headers[b"content-length"]) == len(body.encode())
    assert b"accept-encoding" not in dict(asked["headers"])  # a packed answer could not be written into


@pytest.mark.parametrize("path", ["/", "/home"])
def test_home_is_the_whole_article(path):
    assert f"<title>{SITE}</title>" in answer(path)[1]


@pytest.mark.parametrize("path", ["/nowhere", "/paradox/lost", "/3", '/"><script>alert(1)</script>'])
def test_an_address_that_leads_nowhere_says_so_and_shows_the_way(path):
    headers, body, _ = answer(path)
    assert headers[b":status"] == 404 and int(headers[b"content-length"]) == len(body.encode())
    assert "No such page" in body and "unchanged" not in body and "<script" not in body
    for chapter in CHAPTERS:
        assert f'href="/{chapter.slug}"' in body and chapter.question in body


def test_behind_a_proxy_every_address_begins_with_its_path(monkeypatch):
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "lottery/"}.get)
    assert answer("/lottery/")[0][b":status"] == answer("/lottery/limits")[0][b":status"] == 200
    headers, body, _ = answer("/lottery/lost")
    assert headers[b":status"] == 404 and 'href="/lottery/limits"' in body
    assert "http://here:8501/lottery/preview.png" in answer("/lottery/")[1]


def test_strangers_words_stay_words():
    assert "<script>" not in told(answer("/", host=b'"><script>')[1])


@pytest.mark.parametrize(("path", "kind"), [("/paradox", b"application/json"), ("/_stcore/health", b"text/html"),
                                            ("/api/jobs/events", b"text/html"), ("/static/a.html", b"text/html")])
def test_everything_else_passes_untouched(path, kind):
    headers, body, asked = answer(path, kind)
    assert body == HTML.decode() and int(headers[b"content-length"]) == len(HTML)
    assert (b"accept-encoding" in dict(asked["headers"])) == (path != "/paradox")


def test_the_picture_has_the_size_that_previews_want():
    data = preview.FILES["/preview.png"].read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == preview.SIZE
    assert len(data) < 400_000
