"""Large data of widgets is a file: whole, compressed once, forgotten only after many others."""

from __future__ import annotations

import asyncio
import json
import re

import brotli
import pytest
from starlette.requests import Request

from pages.serving import parts
from pages.widgets import shared, show_svg


@pytest.fixture(autouse=True)
def served(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the server; and nothing of it stays for other tests."""
    monkeypatch.setattr(parts, "_served", type(parts._served)())
    for held, _ in parts.KINDS.values():
        held.clear()
    parts.routes()


def text(seed: int = 0) -> str:
    return json.dumps({"seed": seed, "weights": [0.25] * 2_000})


def ask(address: str, accepted: str = "gzip, br"):
    name, _, kind = address.removeprefix(parts.PARTS + "/").partition(".")
    scope = {"type": "http", "method": "GET", "path_params": {"name": name, "kind": kind},
             "headers": [(b"accept-encoding", accepted.encode())]}
    return asyncio.run(parts.answer(Request(scope)))


def test_it_comes_back_whole_and_compressed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setitem(parts.CODINGS, "br", lambda body: asked.append(1) or brotli.compress(body, quality=1))
    address = parts.address(text(7))
    assert address is not None
    first, second, plain = ask(address), ask(address), ask(address, "")
    assert brotli.decompress(first.body).decode() == text(7) == plain.body.decode() and second.body == first.body
    assert first.headers["content-encoding"] == "br" and "immutable" in first.headers["cache-control"]
    assert "content-encoding" not in plain.headers and len(asked) == 1


def test_same_content_has_one_address_and_other_content_another() -> None:
    assert parts.address(text(1)) == parts.address(text(1)) != parts.address(text(2))


def test_what_is_short_goes_with_the_message_and_so_does_everything_without_the_route(monkeypatch) -> None:
    assert parts.address("{}") is None
    monkeypatch.setattr(parts, "_served", type(parts._served)())
    assert parts.address(text()) is None and shared._apart({"packed": text()}) == {"packed": text()}


def test_the_oldest_is_forgotten_and_said_so() -> None:
    first = parts.address(text(0))
    assert first is not None and ask(first).status_code == 200
    for seed in range(parts.MOST + 1):
        parts.address(text(seed + 1))
    assert ask(first).status_code == 404 and len(parts._held) == parts.MOST


def test_a_widget_is_sent_the_address_alone() -> None:
    told = shared._apart({"packed": text(3), "view": 1})
    assert told["view"] == 1 and told["packed"].startswith(parts.PARTS) and ask(told["packed"]).status_code == 200


def test_code_is_a_file_too_and_is_never_forgotten() -> None:
    lines = parts.script("export default function () {}")
    address = re.search(r'"(/api/parts/\w+\.js)"', lines)[1]
    for seed in range(parts.MOST + 1):
        parts.address(text(seed))
    answer = ask(address, "")
    assert answer.body.decode() == "export default function () {}" and "javascript" in answer.headers["content-type"]
    assert ask(address.replace(".js", ".json")).status_code == ask(address.replace(".js", ".html")).status_code == 404


def test_a_drawing_comes_as_an_image(monkeypatch: pytest.MonkeyPatch) -> None:
    svg, shown = f'<svg viewBox="0 0 4 3">{" " * parts.LEAST}</svg>', list[str]()
    monkeypatch.setattr(show_svg.st, "html", shown.append)
    show_svg.show_svg(svg, 'a "net"')
    (told,) = shown
    address = told.partition('src="')[2].partition('"')[0]
    assert ask(address, "").body.decode() == svg and ask(address).media_type == "image/svg+xml"
    assert 'alt="a &quot;net&quot;"' in told and "aspect-ratio: 4 / 3" in told
