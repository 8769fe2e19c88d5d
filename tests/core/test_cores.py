"""How much of a machine a process may use, as containers of both versions of control groups say it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lth_core import cores
from lth_core.training.backends import crew


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An invented one of 64 cores, without limits."""
    monkeypatch.setattr(cores, "ROOT", tmp_path)
    monkeypatch.setattr(cores.os, "cpu_count", lambda: 64)
    monkeypatch.setattr(cores.os, "process_cpu_count", lambda: 64, raising=False)
    monkeypatch.setattr(cores.os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    _forget()
    yield tmp_path
    _forget()


def _forget() -> None:
    cores.cores.cache_clear()
    cores.memory.cache_clear()


def says(root: Path, **files: str) -> None:
    """Files of the invented machine, by their paths."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_without_limits_all_cores_count(machine: Path) -> None:
    assert cores.cores() == 64
    assert cores.memory() == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def test_affinity_counts(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores.os, "sched_getaffinity", lambda _: {3, 7, 9})
    assert cores.cores() == 3


@pytest.mark.parametrize(("files", "count"), [
    ({"cpu.max": "250000 100000\n"}, 2),
    ({"cpu.max": "50000 100000\n"}, 1),
    ({"cpu.max": "max 100000\n"}, 64),
    ({"outer/cpu.max": "400000 100000\n", "outer/inner/cpu.max": "max 100000\n"}, 4),
    ({"outer/cpu.max": "400000 100000\n", "outer/inner/cpu.max": "300000 100000\n"}, 3),
    ({"cpu.max": "nonsense"}, 64),
])
def test_a_quota_of_version_2_counts_also_of_a_group_around(machine: Path, files: dict[str, str], count: int) -> None:
    says(machine, **{"proc/self/cgroup": "0::/outer/inner\n"})
    says(machine, **{f"sys/fs/cgroup/{name}": text for name, text in files.items()})
    assert cores.cores() == count


@pytest.mark.parametrize(("quota", "count"), [("150000", 1), ("200000", 2), ("-1", 64)])
def test_a_quota_of_version_1_counts(machine: Path, quota: str, count: int) -> None:
    says(machine, **{"proc/self/cgroup": "5:cpuset:/\n3:cpu,cpuacct:/docker/4f2a\n0::/\n",
                     "sys/fs/cgroup/cpu/cpu.cfs_quota_us": quota, "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000"})
    assert cores.cores() == count


@pytest.mark.parametrize(("group", "file"), [
    ("0::/\n", "memory.max"), ("7:memory:/docker/4f2a\n", "memory/memory.limit_in_bytes"),
])
def test_a_limit_of_the_memory_counts(machine: Path, group: str, file: str) -> None:
    says(machine, **{"proc/self/cgroup": group, f"sys/fs/cgroup/{file}": str(2**28)})
    assert cores.memory() == 2**28


def test_kernels_take_no_more_threads_than_the_process_may_use(machine: Path) -> None:
    says(machine, **{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "200000 100000\n"})
    assert crew.free_cores() <= 2
