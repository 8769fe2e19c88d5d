"""Whole nets for the browser: what is served, and what is refused."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json

import numpy as np
import pytest
from starlette.requests import Request

from lth_core.presets import preset
from pages.live import nets
from pages.records import recorded

LADDER = preset("ladder-drawable", 0)


def ask(key: str, query: str = ""):
    scope = {"type": "http", "method": "GET", "path": f"{nets.NETS}/{key}", "path_params": {"key": key}, "headers": [],
             "query_string": query.encode()}
    return asyncio.run(nets.answer(Request(scope)))


def test_a_ladders_net_comes_with_the_rung_that_prunes_each_weight() -> None:
    own = recorded.find(LADDER)
    assert own is not None
    path, _, query = nets.address(own).partition("?")
    response = ask(path.rpartition("/")[2], query)
    layers = json.loads(gzip.decompress(response.body))
    assert response.status_code == 200 and response.headers["content-encoding"] == "gzip"
    first = layers[0]
    whole = np.frombuffer(base64.b64decode(first["weights"]), "<i2") * first["scale"]
    wanted = own.arrays["theta/fc1.weight"].ravel()
    assert np.abs(whole - wanted).max() <= first["scale"]
    dies = np.concatenate([np.frombuffer(base64.b64decode(layer["dies"]), np.uint8) for layer in layers])
    for rung, kept in enumerate(own.tables["rungs"]["kept"].tolist()):
        assert np.count_nonzero(dies > rung) == kept


@pytest.mark.parametrize(("key", "query", "status"), [
    ("f" * 24, "", 404), ("../../etc/passwd", "", 400), (LADDER.key, "round=x", 400), (LADDER.key, "round=99999", 400),
    (preset("widths").key, "", 404),  # holds no trained net
])
def test_what_is_no_net_is_refused_plainly(key: str, query: str, status: int) -> None:
    response = ask(key, query)
    assert response.status_code == status
    assert len(response.body) < 300
