"""Three hosts of workers behind one scheduler, of which one dies: `python -m tests.load.bench_hosts`.

A host is a process group of its own with limits on memory: one Dask worker, which may have 1 GB and map no more than
6 GB. A sweep of short lotteries is trained on one host, then on three, then on three of which one is killed half-way;
every result must come. On one machine three hosts share its cores: what is shown is that it holds.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.browser.serving import free_port

SEEDS, MEMORY, MAPPED = 6, "1GB", 6_000_000  # MAPPED: kB, for ulimit -v
DASK = f"{sys.executable} -m distributed.cli.dask_"


@contextlib.contextmanager
def cluster(folder: str, hosts: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and its hosts, begun in `folder`; yields its address and them."""
    address = f"tcp://127.0.0.1:{free_port()}"
    begin = [f"exec {DASK}scheduler --host 127.0.0.1 --port {address.rpartition(':')[2]} --no-dashboard"]
    begin += [f"ulimit -v {MAPPED}; exec {DASK}worker {address} --nworkers 1 --nthreads 1 --memory-limit {MEMORY} "
              f"--no-dashboard --local-directory {folder}/host{i}" for i in range(hosts)]
    begun = [subprocess.Popen(["bash", "-c", command], start_new_session=True, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) for command in begin]
    try:
        yield address, begun[1:]
    finally:
        for process in reversed(begun):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def sweep(hosts: int, killed: bool = False) -> tuple[float, int, str]:
    """Seconds of a sweep on so many hosts, how many results came, and what was said last."""
    with tempfile.TemporaryDirectory() as folder, cluster(folder, hosts) as (address, workers):
        command = [sys.executable, "-m", "lth_core", "sweep", "--preset", "quick", "--rounds", "1", "--seeds",
                   f"0-{SEEDS - 1}", "--conditions", "ticket", "--scheduler", address]
        began = time.perf_counter()
        run = subprocess.Popen(command, env={**os.environ, "LTH_STORE": f"{folder}/store"}, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
        if killed:
            while run.poll() is None and results(folder) < SEEDS // 3:
                time.sleep(0.1)
            os.killpg(workers[0].pid, signal.SIGKILL)
        said = run.communicate(timeout=200)[0].strip().splitlines()
        return time.perf_counter() - began, results(folder), (said or [""])[-1]


def results(folder: str) -> int:
    """How many results the store has."""
    return len(list(Path(folder, "store").rglob("manifest.json")))


def main() -> None:
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {SEEDS} lotteries of one round")
    for name, hosts, killed in (("one host", 1, False), ("three hosts", 3, False), ("one of three killed", 3, True)):
        seconds, came, said = sweep(hosts, killed)
        print(f"{name:<20} {seconds:6.1f} s, {came} of {SEEDS} results; {said[:90]}", flush=True)


if __name__ == "__main__":
    main()
