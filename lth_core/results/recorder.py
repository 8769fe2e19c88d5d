"""Record many Specs on all cores, and check recorded ones by running them again.

Recording is resumable at two depths: Specs whose result is stored are skipped, and a Spec that was interrupted goes
on from its checkpoint. Each worker is a fresh process with one thread of its own (see `limit_threads`), so that
cores − 1 neighbours do not fight over the caches.
"""

from __future__ import annotations

import multiprocessing
import os
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from lth_core.checkpoint import remove
from lth_core.data import home
from lth_core.results.atlas import Atlas, reindex
from lth_core.results.compare import Comparison, compare
from lth_core.results.result import Result
from lth_core.results.store import Store
from lth_core.snapshot import Snapshot
from lth_core.spec import Spec

# A stream runs a Spec, checkpointing to the path given, and ends with a Snapshot that carries the Result. It must be
# a function of a module, because worker processes import it by name.
Stream: TypeAlias = Callable[[Spec, Path | None], Iterator[Snapshot]]
Trim: TypeAlias = Callable[[Result], Result]
Done = TypeVar("Done")

# What a re-run on another machine may differ by. Accuracies: two kernels that round differently are 0.15 points apart
# after 300 steps of LeNet, and a small net's test accuracy moves by about a point; more is a finding, not rounding.
TOLERANCE: Mapping[str, float | None] = {"*accuracy": 0.02, "*": None}


class RecordingError(RuntimeError):
    """A worker failed. Says which Spec; everything finished before is kept."""


@dataclass(frozen=True)
class Recorded:
    """One Spec is done. skipped: it was stored already. seconds: as the engine measured them."""

    spec: Spec
    skipped: bool
    seconds: float


def record(
    specs: Iterable[Spec],
    root: Path | str,
    workers: int | None = None,
    stream: Stream | None = None,
    tolerance: Mapping[str, float | None] = TOLERANCE,
    trim: Trim | None = None,
) -> Iterator[Recorded]:
    """Run every Spec that is not stored under `root` yet, then write the atlas's index; yields each as it is done.

    workers: processes, the number of cores by default. tolerance: kept with each result, for `verify`. trim: makes
    the copy that is kept, when not all of it is worth shipping; a function of a module.
    Raises RecordingError when a Spec fails.
    """
    store = Store(root, limit=1 << 62)  # an atlas keeps everything
    todo = []
    for spec in dict.fromkeys(specs):
        if (result := store.load(spec.key)) is None:
            todo.append(spec)
        else:
            yield Recorded(spec, True, _seconds(result))
    yield from _in_parallel(partial(_record_one, dict(tolerance), trim), todo, store.root, workers, stream)
    reindex(Path(root))


def without_images(specs: Iterable[Spec], root: Path | str) -> dict[str, list[Spec]]:
    """Data set → those of `specs` that are not stored under `root` and cannot be run here, for want of its files."""
    store, found = Store(root, limit=1 << 62), dict[str, list[Spec]]()
    for spec in specs:
        if home.missing(spec.data.name) and spec.key not in store:
            found.setdefault(spec.data.name, []).append(spec)
    return found


def verify(
    root: Path | str,
    keys: Sequence[str] | None = None,
    sample: int | None = None,
    seed: int = 0,
    workers: int | None = None,
    stream: Stream | None = None,
) -> Iterator[Comparison]:
    """Run recorded Specs again and compare each with its record; yields a Comparison as it is done.

    keys: which ones, by default all whose images are on this machine; sample: that many of them, chosen by `seed`.
    Raises ValueError for a key that is not recorded.
    """
    atlas = Atlas(root)
    known = {item.key: item.spec for item in atlas.entries()}
    for key in keys or ():
        if key not in known:
            raise ValueError(f"{key} is not recorded under {root}: `python -m lth_core record` records it")
    chosen = sorted(keys or (key for key, spec in known.items() if not home.missing(spec.data.name)))
    if sample is not None:
        chosen = random.Random(seed).sample(chosen, min(sample, len(chosen)))  # noqa: S311  (no secret)
    yield from _in_parallel(_verify_one, [known[key] for key in chosen], Path(root), workers, stream)


def finish(spec: Spec, checkpoint: Path | None, stream: Stream | None = None) -> Result:
    """Run `spec` to its end and return the Result."""
    for snapshot in (stream or engine_stream)(spec, checkpoint):
        if snapshot.result is not None:
            return snapshot.result
    raise RecordingError(f"the run of {spec.key} ended without a result")


def limit_threads() -> None:
    """One thread a process for every numeric library: the processes are the parallelism. Call before importing them."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ[name] = "1"


def _record_one(
    tolerance: dict[str, Any], trim: Trim | None, spec_json: str, root: str, stream: Stream | None
) -> Recorded:
    spec, store = Spec.from_json(spec_json), Store(root, limit=1 << 62)
    checkpoint = store.checkpoint(spec.key)
    result = finish(spec, checkpoint, stream)
    result = replace(result, manifest={**result.manifest, "tolerance": tolerance})
    store.save(trim(result) if trim else result)
    remove(checkpoint)
    return Recorded(spec, False, _seconds(result))


def _verify_one(spec_json: str, root: str, stream: Stream | None) -> Comparison:
    spec = Spec.from_json(spec_json)
    recorded = Atlas(root).find(spec)
    if recorded is None:
        raise RecordingError(f"the record of {spec.key} is damaged: `git checkout` or record it again")
    return compare(recorded, finish(spec, None, stream))


def _in_parallel(
    work: Callable[[str, str, Stream | None], Done],
    specs: Sequence[Spec],
    root: Path,
    workers: int | None,
    stream: Stream | None,
) -> Iterator[Done]:
    """`work` on every Spec, each in one of `workers` processes; yields in the order of finishing."""
    if not specs:
        return
    count = max(1, min(workers or os.cpu_count() or 1, len(specs)))
    context = multiprocessing.get_context("spawn")  # forking a process that runs numba or torch threads can hang it
    with ProcessPoolExecutor(count, mp_context=context, initializer=limit_threads) as pool:
        futures = {pool.submit(work, spec.to_json(), str(root), stream): spec for spec in specs}
        for future in as_completed(futures):
            try:
                yield future.result()
            except Exception as error:
                pool.shutdown(wait=False, cancel_futures=True)
                cause = "its process was killed (memory?)" if isinstance(error, BrokenProcessPool) else str(error)
                spec = futures[future]
                raise RecordingError(f"{spec.experiment} with seed {spec.seed} ({spec.key}) failed: {cause}; "
                                     "run again to go on with what is missing") from error


def engine_stream(spec: Spec, checkpoint: Path | None) -> Iterator[Snapshot]:
    """The engine as a `Stream`."""
    from lth_core import engine  # here, because it imports torch and numba, which reading results does not need
    from lth_core.running.book import Options

    # Seldom: the curves of hours are long to write, and a kill then costs no more than this.
    return engine.stream(spec, Options(checkpoint=checkpoint, checkpoint_seconds=30.0))


def _seconds(result: Result) -> float:
    return float(result.manifest.get("seconds", 0.0))
