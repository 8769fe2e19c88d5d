"""Many Specs on a named cluster, with the engine and runner that serve the pages: `sweep --scheduler tcp://node7:8786`."""

from __future__ import annotations

import math
import queue
from collections.abc import Iterator, Sequence

from lth_core.jobs.dask_runner import DaskRunner
from lth_core.jobs.engine import JobEngine
from lth_core.jobs.limits import Limits
from lth_core.jobs.status import Status
from lth_core.results.recorder import Stream
from lth_core.results.store import Store
from lth_core.spec import Spec

ALONE = "sweep"  # the only viewer
PLENTY = Limits(own=1_000_000, address=1_000_000, waiting=1_000_000, seconds=math.inf)  # no class shares this


class Unreachable(OSError):
    """No cluster answers at that address. Says which, and what to check."""


def compute(specs: Sequence[Spec], store: Store, address: str, stream: Stream | None = None) -> Iterator[Status]:
    """Compute every Spec that `store` lacks on the cluster at `address`; yields the last Status of each as it ends.

    Its workers must run this version and reach the store under the same path. Whoever stops half-way (Ctrl-C) and
    calls again goes on from the checkpoints. Raises Unreachable. The address must be trusted: see `dask_runner`.
    """
    runner = DaskRunner(address, preload=stream is None)
    try:
        runner.connect()
    except (OSError, ValueError) as error:
        runner.close()
        raise Unreachable(f"scheduler = {address!r} does not answer ({error}): is it running, and the address right?") \
            from error
    engine, bell = JobEngine(store, runner, PLENTY, stream, people=False), queue.SimpleQueue[frozenset[str]]()
    engine.listen(bell.put)
    try:
        waiting = {spec.key: engine.submit(spec, ALONE) for spec in specs}
        news = frozenset(waiting)
        while waiting:
            for key in news & waiting.keys():
                status = engine.status(key)
                if status is None or status.over:
                    del waiting[key]
                    yield status or Status(key, "failed", error="its result is gone: the disk may be full")
            if waiting:
                news = bell.get()
    finally:
        engine.close()
