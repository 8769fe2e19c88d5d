"""Several trainings side by side on a few threads, told turn by turn."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event
from typing import TypeVar

Moment = TypeVar("Moment")


def abreast(runs: Sequence[Iterator[Moment]], threads: int) -> Generator[list[Moment | None], None, None]:
    """The next moment of every run, turn by turn; None for those that are over. Ends when all are.

    A free thread takes the run that has waited longest: they stay about level, and no core idles because three runs do
    not divide by two. Whoever stops early stops the runs at their next moment. What a run raises is raised here.

    >>> [turn for turn in abreast([iter("ab"), iter("c")], threads=2)]
    [['a', 'c'], ['b', None]]
    """
    told: list[SimpleQueue[Moment | BaseException | None]] = [SimpleQueue() for _ in runs]
    lined_up, dropped, going = Event(), Event(), [True] * len(runs)

    def advance(index: int) -> None:
        lined_up.wait()  # else the first would stand in line again before the last stands there at all
        try:
            moment = next(runs[index], None)
        except BaseException as error:  # raised where it is waited for
            told[index].put(error)
            return
        told[index].put(moment)
        if moment is not None and not dropped.is_set():
            pool.submit(advance, index)

    def next_of(index: int) -> Moment | None:
        moment = told[index].get() if going[index] else None
        if isinstance(moment, BaseException):
            raise moment
        going[index] = moment is not None
        return moment

    with ThreadPoolExecutor(threads, "lth-abreast") as pool:
        try:
            for index in range(len(runs)):
                pool.submit(advance, index)
            lined_up.set()
            while True:
                turn = [next_of(index) for index in range(len(runs))]
                if not any(going):
                    return
                yield turn
        finally:
            dropped.set()
            lined_up.set()
