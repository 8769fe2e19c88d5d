"""What the watchers of each job are told, from its beginning: its status, its points, the latest picture of its net.

Kept in memory, and the points on disk too while the run is unfinished (`told`). The engine's lock guards it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from lth_core.jobs.backlog import Event
from lth_core.jobs.job import Job
from lth_core.jobs.line import Line
from lth_core.jobs.news import News
from lth_core.jobs.work import Point


class Stories:
    """The stories of the jobs of `line`; `news` numbers what happens in them."""

    def __init__(self, line: Line, news: News) -> None:
        self._line, self._news = line, news

    def take_up(self, job: Job) -> None:
        """It goes on from a checkpoint: its watchers see it from its beginning."""
        for text in job.told.read():
            job.backlog.add(Event(self._news.number(), text, points=True))

    def status(self, key: str) -> None:
        """Where the job stands now."""
        status = self._line.status(key)
        self._line.jobs[key].place = status.position
        self._add(key, {"status": vars(status)})

    def points(self, key: str, points: Sequence[Point], viewers: int) -> None:
        """Measured moments of the run."""
        job = self._line.jobs[key]
        self._add(key, {"points": points, "share": job.share, "eta": job.eta, "viewers": viewers}, points=True)

    def picture(self, key: str, picture: Point) -> None:
        """The net in training, for those who draw it."""
        self._add(key, {"picture": picture}, picture=True)

    def since(self, keys: Collection[str], number: int, pictures: bool) -> list[Event]:
        """What happened in these jobs after event `number`, in order. Unknown keys have no events."""
        found = [event for key in set(keys) if key in self._line.jobs
                 for event in self._line.jobs[key].backlog.since(number) if pictures or not event.picture]
        return sorted(found, key=lambda event: event.seq)

    def _add(self, key: str, message: Mapping[str, Any], points: bool = False, picture: bool = False) -> None:
        text = json.dumps({"key": key, **message}, separators=(",", ":"), allow_nan=False)
        self._line.jobs[key].keep(Event(self._news.of(key), text, points, picture))
