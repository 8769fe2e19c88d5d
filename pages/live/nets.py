"""Whole trained nets for browsers that compute with them, fetched only when a page shows one.

    GET /api/nets/<key>?round=3&at=<when it was made>      JSON, see `pages.figures.forward`

round: of a lottery. at: makes a net that was trained anew another address, so that browsers may keep what they have.
"""

from __future__ import annotations

import functools
import gzip
import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from lth_core.results.result import Result
from lth_core.results.store import check_key
from lth_core.results.weights import Missing
from pages.address.base import base
from pages.figures import forward
from pages.live.stored import stored
from pages.records import recorded

NETS = "/api/nets"
DAY = 86_400  # seconds for which a browser need not ask again


def routes() -> list[BaseRoute]:
    """What `st.App(routes=…)` takes."""
    return [Route(base() + NETS + "/{key}", answer, methods=["GET"])]


def address(result: Result, level: int | None = None) -> str:
    """Where a browser fetches the net of this Result."""
    made = "".join(filter(str.isalnum, str(result.manifest.get("created", ""))))
    return f"{base()}{NETS}/{result.key}?at={made}" + ("" if level is None else f"&round={level}")


async def answer(request: Request) -> Response:
    """The net as gzipped JSON, or a plain refusal."""
    level = request.query_params.get("round", "")
    if level and not (level.isascii() and level.isdigit() and len(level) < 4):
        return PlainTextResponse("round is a whole number", 400)
    try:
        key = check_key(request.path_params["key"])
        made = request.query_params.get("at", "")[:40]
        body = await run_in_threadpool(_body, key, int(level) if level else None, made)
    except ValueError as error:
        return PlainTextResponse(str(error), 400)
    except LookupError as error:
        return PlainTextResponse(str(error.args[0]) if error.args else "no such net", 404)
    headers = {"Content-Encoding": "gzip", "Cache-Control": f"private, max-age={DAY}"}
    return Response(body, headers=headers, media_type="application/json")


@functools.lru_cache(maxsize=16)  # about half a megabyte each
def _body(key: str, level: int | None, made: str) -> bytes:
    """`made` only makes a net that was trained anew another entry of the cache."""
    result = recorded.find(key)
    if result is None or (made and address(result).partition("at=")[2] != made):
        result = stored(key) or result
    if result is None:
        raise Missing("no such result")
    layers = forward.payload(forward.whole(result, level), None if level is not None else forward.deaths(result))
    return gzip.compress(json.dumps(layers, separators=(",", ":")).encode(), 6)
