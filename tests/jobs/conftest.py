"""A job engine that computes one moment at a time."""

from __future__ import annotations

import pytest

from lth_core.jobs.engine import JobEngine
from lth_core.jobs.runner import InlineRunner
from lth_core.results.store import Store
from tests.jobs import standin
from tests.jobs.engines import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(tmp_path, clock) -> JobEngine:
    """Computes one moment for each `engine.runner.advance(key)`."""
    return JobEngine(Store(tmp_path), InlineRunner(auto=False), stream=standin.stream, clock=clock)
