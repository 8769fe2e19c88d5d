"""A visit's images stay while its line does, survive a tunnel, and go with it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from lth_core.data import brought
from lth_core.experiments import Dense
from lth_core.jobs.engine import JobEngine
from lth_core.results.result import Result
from lth_core.spec import Data, Net
from pages import uploads
from pages.live import guests
from tests.app.test_uploads import bring, several


class Clock:
    """A timer that rings by hand."""

    rung: Callable[[], None]

    def __init__(self, seconds: float, call: Callable[..., None], args: tuple[str, str]) -> None:
        self.stopped = False
        Clock.rung = staticmethod(lambda: None if self.stopped else call(*args))  # type: ignore[assignment]

    def start(self) -> None:
        """Nothing happens until it is rung."""

    def cancel(self) -> None:
        self.stopped = True


@pytest.fixture
def digest(engine: JobEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Images of a visit, and a result that was made of them."""
    monkeypatch.setenv("LTH_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(guests.threading, "Timer", Clock)
    digest = brought.save(uploads.read("a.npz", bring(*several())))
    data = Data(name="own", own=digest, classes=(0, 1, 2), train=90, validation=10)
    engine.store.save(Result(Dense(data=data, net=Net(sizes=(784, 9, 3))), {}, {}))
    engine.store.save(Result(Dense(), {}, {}))
    guests._here.add(digest)
    return digest


@pytest.fixture
def stays(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A run of the page that uses the images, in one and the same visit: what is held stays held."""
    monkeypatch.setattr(guests, "viewer", lambda: "me")
    monkeypatch.setattr(guests, "_hold", functools.cache(guests._hold.__wrapped__))  # type: ignore[attr-defined]
    return guests.stays


def test_a_lost_line_ends_the_visit_after_a_while_and_only_its_results(engine: JobEngine, digest: str) -> None:
    guests._left(digest, "me")
    assert brought.path(digest).exists() and len(engine.store.keys()) == 2
    Clock.rung()
    assert not brought.path(digest).exists() and engine.store.keys() == [Dense().key]


def test_who_comes_back_finds_everything(engine: JobEngine, digest: str, stays: Callable[[str], None]) -> None:
    guests._left(digest, "me")
    stays(digest)
    Clock.rung()
    assert brought.path(digest).exists() and len(engine.store.keys()) == 2
    guests.close()  # the server ends
    assert not brought.path(digest).exists()


def test_images_removed_and_brought_again_go_with_the_visit_too(
    engine: JobEngine, digest: str, stays: Callable[[str], None],
) -> None:
    stays(digest)
    kept = brought.path(digest).read_bytes()
    guests.forget(digest)
    brought.path(digest).write_bytes(kept)  # the same pictures: the visit's salt is the same too
    stays(digest)
    guests._left(digest, "me")
    Clock.rung()
    assert not brought.path(digest).exists()


def test_the_next_start_sweeps_what_a_killed_server_left(
    engine: JobEngine, digest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    guests._here.clear()
    guests.sweep()
    assert brought.path(digest).exists()
    monkeypatch.setattr(guests, "DAY", -1.0)
    guests.sweep()
    assert not brought.path(digest).exists() and engine.store.keys() == [Dense().key]
