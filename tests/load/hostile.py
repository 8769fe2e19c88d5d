"""What a hostile audience sends: `python -m tests.load.hostile [--addresses 10000] [--requests 10000]`.

The real server. Addresses: any page with any of the site's parameters at any value, opened as a reader's browser does
(the document by HTTP, the page's script by a websocket); an exception is an element that Streamlit shows for one, or a
traceback in the server's log. Requests: the server's own routes and Streamlit's, with any path, query, header and body;
none may be answered with a status of 500 or more, or not at all.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from urllib.parse import quote, urlencode

import psutil

from pages.text.chapters import BESIDE, CHAPTERS, HIDDEN
from tests.browser.serving import ROOT, Server, running
from tests.load.bench_load import rss, show
from tests.load.sessions import Session

PAGES = ("", *(page.slug for page in (*CHAPTERS, *BESIDE, *HIDDEN)), "no-such-page")
KINDS = {"Whole", "Choice", "Real", "Series", "Pairs", "Words", "Free", "Placed", "Packed"}
NASTY = (
    "", " ", "0", "-0", "-1", "1.5", "1e309", "-1e309", "inf", "nan", "NaN", "9" * 400, "00000000005", "0x10", "1_000",
    "٣", "²", "１", "None", "null", "true", "[]", "{}", "\x00", "\n", "\r\nSet-Cookie: a=b", "\U0001f600", "\u202e",
    "<script>alert(1)</script>", "'\"><img src=x onerror=1>", "../../../etc/passwd", "/etc/passwd", "..%2f..%2f",
    "file:///etc/passwd", "{{7*7}}", "${7*7}", "%s%n", "'; DROP TABLE", "1.1.1.1.1.1.1.1.1", "-.-.-", "....",
    "0-0.0-0", "a" * 5000, "eJw" + "A" * 300, "H4sIAAAAAAAA", "=" * 40, "skipped",
)
EACH = 20  # addresses that one tab visits before it is closed
AT_ONCE = 3  # tabs
BAD = ("Traceback (most recent call last)", "Uncaught app execution", "Exception in ASGI application")


@dataclass
class Report:
    """Counts, and seconds for all of them."""

    addresses: int = 0
    exceptions: int = 0  # shown on a page
    documents_5xx: int = 0
    requests: int = 0
    requests_5xx: int = 0
    requests_unanswered: int = 0
    tracebacks: int = 0  # in the server's log
    seconds: float = 0.0
    rss_start_mb: float = 0.0
    rss_end_mb: float = 0.0
    found: list[str] = field(default_factory=list)  # the addresses and requests that broke something


BOUNDS = dict.fromkeys(("exceptions", "documents_5xx", "requests_5xx", "requests_unanswered", "tracebacks"), 0)


# ── what is sent ─────────────────────────────────────────────────────────────────────────────────────────────────


def parameters() -> dict[str, list[str]]:
    """Every parameter that a page declares, with the words and numbers of its declaration."""
    found: dict[str, list[str]] = {"t": [], "task": [], "embed": ["true"], "embed_options": ["dark_theme"]}
    for file in (ROOT / "pages").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in KINDS:
                words = [str(one.value) for part in (*node.args, *(key.value for key in node.keywords))
                         for one in ast.walk(part) if isinstance(one, ast.Constant)]
                if node.args and isinstance(node.args[0], ast.Constant) and words:
                    found.setdefault(words[0], []).extend(words[1:])
    return found


def value(chance: random.Random, own: Iterable[str]) -> str:
    """Any value: one of the page's own, a hostile one, or characters by chance."""
    known = list(own)
    match chance.randrange(5):
        case 0 | 1 if known:
            return chance.choice(known)
        case 2 if known:  # a damaged one
            text = list(chance.choice(known) or "x")
            text[chance.randrange(len(text))] = chr(chance.choice([0, 46, 45, 57, 0x663, 0x1F600, 0xD7FF]))
            return "".join(text)
        case 3:
            return "".join(chr(chance.choice([chance.randrange(32, 127), chance.randrange(160, 0xD800)]))
                           for _ in range(chance.randrange(30)))
        case _:
            return chance.choice(NASTY)


def addresses(many: int, seed: int) -> list[tuple[str, str]]:
    """Pages and their queries, as they stand in an address."""
    chance, known = random.Random(seed), parameters()
    names, found = sorted(known), []
    for _ in range(many):
        chosen = chance.sample(names, chance.randrange(1, 6))
        pairs = [(name, value(chance, known[name])) for name in chosen]
        if chance.random() < 0.1:
            pairs += pairs[:1]  # twice the same
        query = urlencode(pairs, errors="replace")
        if chance.random() < 0.1:
            query += chance.choice(("&", "&&=&", "&=x", "&%", "&%zz=1", "&a=%ff", "&%00", "?" + query, "&;a"))
        found.append((chance.choice(PAGES), query))
    return found


def requests(many: int, seed: int) -> list[bytes]:
    """Whole requests as bytes; {port} is filled in later."""
    chance = random.Random(seed)
    return [_request(chance) for _ in range(many)]


PATHS = (
    "/api/jobs/events", "/api/jobs/events/{}", "/api/nets/{}", "/api/talk/{}", "/room", "/room/{}", "/room/{}/join",
    "/room/{}/events", "/room/{}/desk/events", "/room/{}/desk/csv", "/room/{}/desk/{}", "/room/{}/bet",
    "/room/phone/{}", "/fonts/{}", "/{}", "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics",
    "/_stcore/upload_file/{}/{}", "/_stcore/bidi-components/{}/{}", "/media/{}", "/component/{}/{}", "/static/{}",
    "/static/../{}", "/preview.png",
)
HOSTS = ("Host: 127.0.0.1:{port}",) * 8 + ("Host: [", "Host: localhost:99999999", "Host: evil.example", "X-No: host")
METHODS = ("GET", "GET", "GET", "HEAD", "POST", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE")
WORDS = ("CDFGH", "0" * 24, "a" * 24, "A" * 20, "join", "bet", "page.js")
BODIES = (b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"beat": 1, "step": 1e999}', b'{"beat": -1, "step": true}',
          b"[" * 5000, b'{"guess": NaN}', b'{"name": "' + b"a" * 9000 + b'"}', b'{"code": 5}')
TYPES = ("Content-Type: application/json", "Content-Type: text/plain", "Content-Type: multipart/form-data; boundary=x",
         "X-A: b")
HEADERS = (
    "Origin: https://evil.example", "Origin: null", "Origin: http://[", "Sec-Fetch-Site: cross-site",
    "Last-Event-ID: x.1", "Last-Event-ID: " + "9" * 300, "Accept-Encoding: br;q=nan, gzip;q=9", "Accept: text/html",
    'If-None-Match: "x", *', "If-Modified-Since: yesterday", "Range: bytes=9-1,-", "X-Forwarded-For: 1.2.3.4, <x>",
    "Accept: */*;q=x", "X-Forwarded-Proto: javascript", "Cookie: room_guest=" + "a" * 30 + "; _streamlit_xsrf=2|x|y|z",
)


def _request(chance: random.Random) -> bytes:
    word = quote(value(chance, WORDS), safe="")
    path, method = chance.choice(PATHS).replace("{}", word), chance.choice(METHODS)
    names = ("key", "viewer", "draw", "round", "at", "token", "last", word[:40] or "x")
    pairs = [(chance.choice(names), value(chance, ("0" * 24, "1", "2026"))) for _ in range(chance.randrange(4))]
    query = urlencode(pairs, errors="replace")[:6000]
    body, headers = b"", [chance.choice(HOSTS), "Connection: close"]
    if method in ("POST", "PUT", "PATCH"):
        body = chance.choice(BODIES)
        headers += [f"Content-Length: {len(body)}", chance.choice(TYPES)]
    headers += chance.sample(HEADERS, chance.randrange(4))
    first = f"{method} {path}{'?' + query if query else ''} HTTP/1.1"
    return "\r\n".join((first, *headers, "", "")).encode("utf-8") + body


# ── how it is sent ───────────────────────────────────────────────────────────────────────────────────────────────


async def visit(server: Server, places: list[tuple[str, str]], report: Report) -> None:
    """Open these addresses, several tabs at once."""
    line = [places[at : at + EACH] for at in range(0, len(places), EACH)]

    async def tab() -> None:
        while line:
            await _one_tab(server, line.pop(), report)

    await asyncio.gather(*(tab() for _ in range(AT_ONCE)))


async def _one_tab(server: Server, places: list[tuple[str, str]], report: Report) -> None:
    session = Session(server.port, *places[0])
    await session.open()
    for page, query in places:
        session.page, session.query = page, query
        await session.rerun()
        report.addresses += 1
        if session.exceptions:
            report.exceptions += 1
            report.found.append(f"/{page}?{query} → {session.exceptions[0]}")
        status = await ask(server.port, f"GET /{page}?{query} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
                                        "Connection: close\r\nAccept: text/html\r\n\r\n".encode())
        if status == 0 or status >= 500:
            report.documents_5xx += 1
            report.found.append(f"GET /{page}?{query} → {status}")
    await session.close()


async def ask(port: int, request: bytes) -> int:
    """The status of the answer; 0 for none."""
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), 20)
    except (OSError, TimeoutError):
        return 0
    try:
        writer.write(request)
        first = await asyncio.wait_for(reader.readline(), 20)
        return int(first[9:12]) if first[9:12].isdigit() else 0
    except (OSError, TimeoutError):
        return 0
    finally:
        writer.close()


async def send(server: Server, told: list[bytes], report: Report) -> Counter[int]:
    """Send these requests, ten at once; how often each status came."""
    seen, line = Counter[int](), [request.replace(b"{port}", str(server.port).encode()) for request in told]

    async def client() -> None:
        while line:
            request = line.pop()
            status = await ask(server.port, request)
            report.requests += 1
            seen[status] += 1
            report.requests_unanswered += status == 0
            report.requests_5xx += status >= 500
            if status == 0 or status >= 500:
                report.found.append(f"{request[:200]!r} → {status}")

    await asyncio.gather(*(client() for _ in range(10)))
    return seen


def measure(server: Server, many: int, asked: int, seed: int) -> Report:
    """Both, one after the other."""
    report, web, began = Report(), psutil.Process(server.process.pid), time.perf_counter()
    report.rss_start_mb = rss(web)
    asyncio.run(visit(server, addresses(many, seed), report))
    asyncio.run(send(server, requests(asked, seed), report))
    report.tracebacks = sum(server.told().count(bad) for bad in BAD)
    report.seconds, report.rss_end_mb = time.perf_counter() - began, rss(web)
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--addresses", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0, help="of the chance that makes them up")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as store, running(LTH_STORE=store) as server:
        report = measure(server, asked.addresses, asked.requests, asked.seed)
        if report.tracebacks or report.exceptions:
            print(server.told()[-6000:])
    figures = asdict(report)
    for what in figures.pop("found")[:40]:
        print(what)
    show(figures, BOUNDS)


if __name__ == "__main__":
    main()
