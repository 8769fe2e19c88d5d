# mypy: disable-error-code="no-untyped-def"
"""Several threads on one training: each runs the same kernel on its share, and they meet at a barrier.

The kernels release the GIL, so Python's own threads serve. Shares are fixed by rank and every number is written by
one thread in one order: results do not depend on timing, nor on how many threads there are.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from lth_core.cores import cores
from lth_core.training.backends.jit import part

# Looks at the counter before giving the core away: about 10 µs, longer than any share is late on an idle machine. On
# a busy one a spinning thread would steal the core that the thread it waits for needs.
PATIENCE = 2_000


@intrinsic
def _arrive(typing: Any, counter: Any) -> Any:
    """Atomically counter[0] += 1; returns the new value."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = make_array(sig.args[0])(context, builder, args[0]).data
        old = builder.atomic_rmw("add", data, ir.Constant(ir.IntType(64), 1), "acq_rel")
        return builder.add(old, ir.Constant(ir.IntType(64), 1))

    return types.int64(counter), generate


@intrinsic
def _look(typing: Any, counter: Any) -> Any:
    """Atomically read counter[0]."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        data = make_array(sig.args[0])(context, builder, args[0]).data
        return builder.load_atomic(data, "acquire", 8)

    return types.int64(counter), generate


@intrinsic
def _give_way(typing: Any) -> Any:
    """Let another thread have the core (POSIX sched_yield)."""

    def generate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.IntType(32), [])
        builder.call(cgutils.get_or_insert_function(builder.module, kind, "sched_yield"), [])
        return context.get_dummy_value()

    return types.void(), generate


@part
def meet(counter, size):
    """Wait until all `size` threads have come here. The counter only grows: the n-th meeting ends at n · size."""
    if size == 1:
        return
    arrived = _arrive(counter)
    goal = (arrived + size - 1) // size * size
    looks = 0
    while _look(counter) < goal:
        looks += 1
        if looks > PATIENCE:
            _give_way()


@part
def share(count, rank, size):
    """Thread `rank`'s part of a range of `count` things. In one piece: a processor that reads ahead at the end of a
    piece takes what it finds there out of another thread's cache."""
    return count * rank // size, count * (rank + 1) // size


def together(size: int, share: Callable[[int, int, np.ndarray], Any]) -> None:
    """Run share(rank, team, counter) for every rank below the team's size, rank 0 on the calling thread.

    The team is `size` threads, or fewer while other work holds the cores: threads that meet many thousand times a
    second would wait a time slice for each other at every meeting. The numbers do not depend on it.
    """
    team, counter = max(1, min(size, free_cores())), np.zeros(1, np.int64)
    if team == 1:
        share(0, 1, counter)
        return
    pool = _others(team - 1)
    others = [pool.submit(share, rank, team, counter) for rank in range(1, team)]
    share(0, team, counter)
    for other in others:
        other.result()


_of_this_thread = local()


def _others(count: int) -> ThreadPoolExecutor:
    """`count` threads that serve the calling one alone, so that nobody else's share is ever before its own. They are
    kept: starting a thread takes 0.3 ms, as long as ten steps of a ticket."""
    kept = getattr(_of_this_thread, "pool", None)
    if kept is None or kept[0] != (count, os.getpid()):  # a forked process has none of its parent's threads
        kept = (count, os.getpid()), ThreadPoolExecutor(count, "lth-kernel")
        _of_this_thread.pool = kept
    pool: ThreadPoolExecutor = kept[1]
    return pool


def free_cores() -> int:
    """Cores that nobody but the caller is running on at this moment, the caller's own included, at most those it may
    use; all of these where the rest is unknown."""
    try:
        running = int(Path("/proc/loadavg").read_text().split()[3].split("/")[0])
    except (OSError, ValueError, IndexError):
        return cores()  # not Linux
    return min(cores(), (os.cpu_count() or 1) - running + 1)
