"""Many Specs on several processes: whoever is done with one takes the next, until all are done or somebody stops it.

`ProcessPoolExecutor` cannot be stopped: it hands Specs out ahead and waits at its end for all of them. Here a Spec is
handed out when a worker is free for it, so that nothing new begins after the wish to stop; the workers save what they
have and end, and they end too when this process is killed.
"""

from __future__ import annotations

import multiprocessing
import os
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeAlias, TypeVar

from lth_core.cores import cores
from lth_core.running.interrupt import ECHO, GRACE, Interrupted, Stop, deaf, end_with_parent, heeded, held_back
from lth_core.spec import Spec

Done = TypeVar("Done")
# What a worker does with a Spec. It looks at the Stop, tells it when something is at stake, and raises Interrupted. A
# function of a module (or a partial of one), because worker processes import it by name.
Work: TypeAlias = Callable[[Spec, Stop], Done]

KILLED, TOLD = "its process was killed (memory?)", "its process was told to end"
LOOK = 0.1  # seconds after which a wish to stop is noticed while all workers are busy
CONTEXT = multiprocessing.get_context("spawn")  # forking a process that runs numba or torch threads can hang it


class RecordingError(RuntimeError):
    """A worker failed. Says which Spec; everything finished before is kept."""


@dataclass(frozen=True)
class _Failure:
    """An exception as it travels: its words and its traceback."""

    words: str
    traceback: str = ""


class _Worker(Generic[Done]):
    """One process, and the Spec that it is busy with."""

    def __init__(self, work: Work[Done]) -> None:
        self.pipe, theirs = CONTEXT.Pipe()
        self.process = CONTEXT.Process(target=_serve, args=(theirs, work), daemon=True)
        with held_back():  # until the new process has somebody who hears them
            self.process.start()
        theirs.close()  # else its end would not be noticed
        self.spec: Spec | None = None

    def give(self, spec: Spec) -> None:
        self.spec = spec
        with suppress(OSError):  # it is gone, as `take` will find
            self.pipe.send(spec.to_json())

    def take(self, stop: Stop) -> Done | None:
        """The answer that has come; None when the work was interrupted."""
        spec, self.spec = self.spec, None
        assert spec is not None, "only who is busy answers"
        try:
            answer = self.pipe.recv()
        except (EOFError, OSError):
            answer = _Failure(KILLED)
        if not isinstance(answer, _Failure):
            return answer  # type: ignore[no-any-return]
        if answer.words in (KILLED, TOLD):
            time.sleep(0 if stop() else ECHO)  # Ctrl-C reaches all processes, which need not hear of it in order
            if stop():
                return None
        raise _failed(spec, answer.words, answer.traceback)

    def end(self) -> None:
        """Ask it to stop: the idle see their pipe closed, the busy save what they have."""
        self.pipe.close()
        if self.spec is not None:
            self.process.terminate()


def in_parallel(work: Work[Done], specs: Sequence[Spec], workers: int | None, stop: Stop) -> Iterator[Done]:
    """`work` on every Spec, each in one of `workers` processes (by default, cores); yields in the order of finishing.

    Raises Interrupted once `stop()` is true and the workers have ended, RecordingError when one fails at a Spec.
    """
    waiting = deque(specs)
    crew = [_Worker(work) for _ in range(max(1, min(workers or cores(), len(specs))))] if specs else []
    try:
        while not stop() and (waiting or any(one.spec for one in crew)):
            for one in crew:
                if one.spec is None and waiting:
                    one.give(waiting.popleft())
            yield from _answers(crew, stop)
        if stop():
            for one in crew:
                if one.spec is not None:
                    one.process.terminate()
            while any(one.spec for one in crew):
                yield from _answers(crew, stop)
            raise Interrupted
    finally:
        _dismiss(crew)


def _answers(crew: list[_Worker[Done]], stop: Stop) -> Iterator[Done]:
    """What has come from the busy within LOOK seconds."""
    busy = {one.pipe: one for one in crew if one.spec is not None}
    for pipe in connection.wait(list(busy), LOOK):
        answer = busy[pipe].take(stop)  # type: ignore[index]
        if answer is not None:
            yield answer


def _dismiss(crew: list[_Worker[Any]]) -> None:
    for one in crew:
        one.end()
    for one in crew:
        one.process.join(GRACE + 1)  # a worker ends itself after GRACE seconds
        one.process.kill()
        one.process.join()


def _serve(pipe: Connection, work: Work[Any]) -> None:
    """A worker's life."""
    limit_threads()
    deaf()  # before the block and after it
    with heeded(patient=True) as stop:
        end_with_parent()
        try:
            while not stop():
                stop.at_stake = False  # until the work has begun
                spec = Spec.from_json(pipe.recv())
                pipe.send(_answer(work, spec, stop))
        except (EOFError, OSError):  # nobody is there any more to give work or to take it
            pass
        os._exit(0)  # all is stored: taking torch and its libraries apart would only take seconds


def _answer(work: Work[Any], spec: Spec, stop: Stop) -> Any:
    try:
        return work(spec, stop)
    except Interrupted:
        return _Failure(TOLD)
    except Exception as error:
        return _Failure(str(error) or type(error).__name__, traceback.format_exc())


def _failed(spec: Spec, cause: str, details: str = "") -> RecordingError:
    error = RecordingError(f"{spec.experiment} with seed {spec.seed} ({spec.key}) failed: {cause}; "
                           "run again to go on with what is missing")
    error.add_note(details)
    return error


def limit_threads() -> None:
    """One thread a process for every numeric library: the processes are the parallelism. Call before importing them."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ[name] = "1"
