"""What this process may really use of its machine: cores and memory, as affinity and container allow.

A container with two cores on a machine of sixty-four sees all sixty-four in `os.cpu_count`. Who starts sixty-three
workers there, each with torch, runs out of memory and of time at once.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path("/")  # of the file system; tests put another one in its place


@cache  # kernels ask at every call
def cores() -> int:
    """Cores this process may run on: the least of the machine's, its affinity and its container's quota.

    >>> 1 <= cores() <= (os.cpu_count() or 1)
    True
    """
    count = getattr(os, "process_cpu_count", os.cpu_count)() or 1  # from Python 3.13 on it heeds the affinity
    if hasattr(os, "sched_getaffinity"):
        count = min(count, len(os.sched_getaffinity(0)))
    return max(1, int(min(count, _quota(ROOT))))


@cache
def memory() -> int:
    """Bytes of memory this process may use: the machine's, or what its container allows.

    >>> memory() > 2**20
    True
    """
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 8 * 2**30
    limits = [_number(folder / name) for kind, name in (("", "memory.max"), ("memory", "memory.limit_in_bytes"))
              for folder in _groups(ROOT, kind)]
    return int(min([total, *limits]))


def _quota(root: Path) -> float:
    """Cores' worth of time that the control groups allow, infinity without a limit."""
    allowed = math.inf
    for folder in _groups(root, ""):  # version 2: "quota period", or "max period"
        quota, _, period = _text(folder / "cpu.max").partition(" ")
        if quota.isdigit() and period.isdigit():
            allowed = min(allowed, int(quota) / max(1, int(period)))
    for folder in _groups(root, "cpu"):  # version 1: −1 for no limit
        quota, period = _text(folder / "cpu.cfs_quota_us"), _text(folder / "cpu.cfs_period_us")
        if quota.isdigit() and period.isdigit():
            allowed = min(allowed, int(quota) / max(1, int(period)))
    return allowed


def _groups(root: Path, kind: str) -> Iterator[Path]:
    """Folders of the process's control group and of those around it, up to the outermost, each of which may set a
    limit. kind: a controller of version 1, "" for version 2. In a container only the outermost may be there to see."""
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if (kind in controllers.split(",")) if kind else number == "0":
            base = root / "sys/fs/cgroup" / kind
            inner = base / path.lstrip("/")
            yield from (folder for folder in (inner, *inner.parents) if folder == base or base in folder.parents)


def _number(path: Path) -> float:
    text = _text(path)
    return int(text) if text.isdigit() else math.inf


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except (OSError, ValueError):
        return ""
