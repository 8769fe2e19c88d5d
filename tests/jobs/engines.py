"""A clock that is set by hand, and what tests ask of a job engine."""

from __future__ import annotations

import json

from lth_core.jobs.engine import JobEngine
from tests.jobs import standin


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def finish(engine: JobEngine, key: str) -> None:
    while engine.runner.advance(key):
        pass


def points(engine: JobEngine, key: str, since: int = 0) -> list[int]:
    messages = [json.loads(event.text) for event in engine.events([key], since)]
    return [point["step"] for message in messages for point in message.get("points", [])]


SPEC, KEY = standin.spec(0), standin.spec(0).key
