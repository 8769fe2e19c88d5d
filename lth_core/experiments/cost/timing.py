"""How long something takes, on a machine that does other things too."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping


def in_turns(jobs: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Seconds of processor time of each job: the least over `repeats` turns of them all, after one to warm up.

    Processor time of this process, not the clock on the wall, and jobs in turns: so neighbours on the machine count
    little, and those that do disturb all jobs alike.

    >>> in_turns({"nothing": lambda: None}, 2)["nothing"] < 0.01
    True
    """
    least = dict.fromkeys(jobs, math.inf)
    for turn in range(repeats + 1):
        for name, job in jobs.items():
            began = time.process_time()
            job()
            if turn:
                least[name] = min(least[name], time.process_time() - began)
    return least
