"""The guard before the real server: forged names, closed doors, and what a document allows."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pages.serving import scripts
from tests.browser.serving import serve_app

SOCKET = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
          "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


def ask(url: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """(status, headers, body) of a plain request."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = b"" if answer.status == 101 else answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


@pytest.mark.parametrize("path", ["/", "/paradox", "/api/nets/x", "/_stcore/health", "/static/js/none.js"])
def test_a_forged_name_gets_no_page_and_no_data(app_url: str, path: str) -> None:
    status, _, body = ask(app_url, path, Host="evil.example")
    assert status == 421 and b"evil.example" not in body


def test_a_forged_name_gets_no_session(app_url: str) -> None:
    assert ask(app_url, "/_stcore/stream", **SOCKET)[0] == 101
    assert ask(app_url, "/_stcore/stream", **SOCKET, Host="evil.example")[0] == 403


def test_under_a_path_of_a_proxy_nets_letters_and_events_are_found_too(tmp_path: Path) -> None:
    """Behind a proxy the site may live under /class: nothing of ours may be asked for beside it."""
    net = f"/api/nets/{'0' * 24}"
    kinds = {"/paradox": "text/html", "/preview.png": "image/png", "/fonts/ticket-serif-roman.woff2": "font/woff2",
             net: "text/plain"}
    with serve_app(tmp_path, under="class") as url:
        for path, kind in kinds.items():
            assert ask(url, f"/class{path}")[1]["content-type"].startswith(kind), path
        assert ask(url, "/class/api/jobs/events")[2] == b"no such job"
        assert ask(url, "/api/jobs/events")[2] != b"no such job"


def test_closed_doors_and_no_foreign_sites(app_url: str) -> None:
    assert ask(app_url, "/_stcore/metrics")[0] == 404
    assert json.loads(ask(app_url, "/_stcore/host-config")[2])["allowedOrigins"] == []


def test_a_document_allows_its_own_scripts_and_no_others(app_url: str) -> None:
    _, headers, body = ask(app_url, "/paradox")
    rules = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert rules["script-src"].count("sha256-") - len(scripts.ALL) == body.count(b"<script>") == 2
    assert "unsafe" not in rules["script-src"] and rules["frame-ancestors"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/paradox"])
def test_who_comes_again_gets_no_second_copy_and_the_same_policy(app_url: str, path: str) -> None:
    """Not Streamlit's "unchanged": that knows nothing of what we write into the document, and has no policy."""
    _, first, _ = ask(app_url, path)
    status, again, body = ask(app_url, path, If_None_Match=first["etag"])
    assert (status, body) == (304, b"") and again["content-security-policy"] == first["content-security-policy"]
    assert ask(app_url, path, If_None_Match='"another"')[0] == 200
    assert ask(app_url, path, If_Modified_Since="Fri, 27 Nov 2037 10:53:46 GMT")[0] == 200
