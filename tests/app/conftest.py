"""What stands behind the pages in their tests: another atlas, or an engine whose runs advance by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

from lth_core.jobs.engine import JobEngine
from lth_core.jobs.runner import InlineRunner
from lth_core.results.store import Store
from pages.live import api
from pages.records import recorded, stamp


@pytest.fixture(scope="session", autouse=True)
def _packages_are_asked_once() -> Iterator[None]:
    """Streamlit's harness reads what every installed package says of itself, for each visit anew: more than half of the
    time that these tests took."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Path]:
    """A function that puts another atlas behind the pages, and returns it."""

    def use(root: Path) -> Path:
        monkeypatch.setattr(recorded, "ATLAS", root)
        monkeypatch.setattr(stamp, "WHOLE", 0.0)  # tests do not wait until it looks again
        return root

    return use


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> JobEngine:
    """A job engine of its own, whose runs advance by hand."""
    engine = JobEngine(Store(tmp_path), InlineRunner(auto=False))
    monkeypatch.setattr(api, "job_engine", lambda: engine)
    return engine
