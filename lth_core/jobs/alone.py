"""Runs that nobody watches any more make room: they wait behind the others, step back from a worker that somebody
waits for, and leave a line that is full. Alone on the machine they go on to their end.

>>> from lth_core.experiments import Dense
>>> from lth_core.jobs.told import Told
>>> from pathlib import Path
>>> def job(seen):
...     return Job(Dense(), "ann", Told(Path("run"), Dense().key), state="running", viewers={"ann": seen})
>>> jobs = {"closed": job(seen=0.0), "watched": job(seen=100.0), "going": job(seen=5.0)}
>>> served(["closed", "watched"], jobs, now=100.0)
['watched', 'closed']
>>> stepping_back(["going"], ["closed", "watched"], jobs, slots=1, now=100.0)
['going']
>>> stepping_back(["going"], ["closed"], jobs, slots=1, now=100.0), dispensable(["closed", "watched"], jobs, now=100.0)
([], 'closed')
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lth_core.jobs.job import Job


def served(line: Sequence[str], jobs: Mapping[str, Job], now: float) -> list[str]:
    """The line as it is served: first the runs that somebody waits for, each kind in its order."""
    return sorted(line, key=lambda key: jobs[key].left_alone(now))


def stepping_back(
    running: Sequence[str], line: Sequence[str], jobs: Mapping[str, Job], slots: int, now: float
) -> list[str]:
    """Which running ones give their worker to someone who waits: as many as are needed, the longest alone first."""
    wanted = sum(not jobs[key].left_alone(now) for key in line) - (slots - len(running))
    leaving = sum(jobs[key].stands_back for key in running)  # they are on their way out
    alone = [key for key in running if jobs[key].left_alone(now) and not jobs[key].stands_back
             and jobs[key].state == "running"]
    return sorted(alone, key=lambda key: jobs[key].last_seen)[: max(0, wanted - leaving)]


def dispensable(line: Sequence[str], jobs: Mapping[str, Job], now: float) -> str | None:
    """The one of the line that has been alone for longest, for a newcomer's sake; None when all are waited for."""
    alone = [key for key in line if jobs[key].left_alone(now)]
    return min(alone, key=lambda key: jobs[key].last_seen, default=None)
