"""Runs side by side: who waits for whom, and what an early end or a failure leaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from lth_core.training.abreast import abreast


def test_turns_are_whole_and_none_marks_the_end() -> None:
    turns = list(abreast([iter([1, 2, 3]), iter([]), iter([4])], 2))
    assert turns == [[1, None, 4], [2, None, None], [3, None, None]]


def test_the_run_that_has_waited_longest_goes_next() -> None:
    order: list[str] = []

    def run(name: str) -> Iterator[str]:
        for _ in range(3):
            order.append(name)
            yield name

    assert len(list(abreast([run(name) for name in "abc"], 1))) == 3
    assert "".join(order) == "abcabcabc"


def test_a_failure_is_raised_and_an_early_end_stops_all() -> None:
    steps = [0]

    def endless() -> Iterator[int]:
        while True:
            steps[0] += 1
            yield steps[0]

    def broken() -> Iterator[int]:
        yield 0
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        list(abreast([endless(), broken()], 2))
    turns = abreast([endless(), endless()], 2)
    next(turns)
    turns.close()
    seen, threads = steps[0], {thread.name for thread in threading.enumerate()}
    time.sleep(0.05)
    assert steps[0] == seen and not any(name.startswith("lth-abreast") for name in threads)
