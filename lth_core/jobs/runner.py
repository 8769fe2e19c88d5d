"""Where runs are computed: the small interface behind the job engine, and its twin for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from lth_core.jobs.work import Point, Task, moments

# Called from any thread. OnEnd gets None after success, or what the run raised.
OnPoints: TypeAlias = Callable[[str, list[Point]], None]
OnEnd: TypeAlias = Callable[[str, BaseException | None], None]


class Runner(Protocol):
    """Computes tasks. `start` returns at once; `slots` tasks at a time."""

    @property
    def slots(self) -> int: ...

    def start(self, task: Task, on_points: OnPoints, on_end: OnEnd) -> None: ...

    def warm(self) -> None:
        """Begin whatever takes long to begin, in the background."""

    def close(self) -> None:
        """Stop computing and free what is held."""


@dataclass
class _Run:
    task: Task
    moments: Iterator[Point]
    on_points: OnPoints
    on_end: OnEnd


class InlineRunner:
    """The twin for tests: the same work in this very thread, no processes, no waiting.

    auto: run a task to its end within `start`. Otherwise `advance(key)` computes one measured moment, so that a test
    can look at every state in between.
    """

    def __init__(self, slots: int = 1, auto: bool = True) -> None:
        self.slots, self.auto = slots, auto
        self._runs: dict[str, _Run] = {}

    def start(self, task: Task, on_points: OnPoints, on_end: OnEnd) -> None:
        steps = moments(task, Path(task.stop).exists)
        self._runs[task.key] = _Run(task, steps, on_points, on_end)
        while self.auto and self.advance(task.key):
            pass

    def advance(self, key: str) -> bool:
        """Compute the next moment of a run; False when it has ended."""
        run = self._runs[key]
        try:
            run.on_points(key, [next(run.moments)])
        except StopIteration:
            self._end(run, None)
        except Exception as error:
            self._end(run, error)
        return key in self._runs

    def _end(self, run: _Run, error: BaseException | None) -> None:
        del self._runs[run.task.key]
        run.on_end(run.task.key, error)

    def warm(self) -> None:
        """Nothing to begin."""

    def close(self) -> None:
        self._runs.clear()
