"""Results of this server's own runs, read from its store once for all sessions."""

from __future__ import annotations

from lth_core.once import once
from lth_core.results.result import Result
from pages.live import api
from pages.records.stamp import Stamp, stamp


def stored(key: str) -> Result | None:
    """The finished Result of a run; None when there is none, or it is damaged. That there is none is never kept: it may
    be drawn again in the next moment."""
    try:
        return _load(key, stamp(api.job_engine().store.path(key)))
    except LookupError:
        return None


@once(32)  # with its weights of every round a LeNet has 20 MB
def _load(key: str, folder: Stamp) -> Result:
    """`folder` only makes a replaced result another entry of the cache."""
    result = api.job_engine().result(key)
    if result is None:
        raise LookupError(key)
    return result
