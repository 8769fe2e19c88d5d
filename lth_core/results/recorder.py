"""Record many Specs on all cores, and check recorded ones by running them again.

Recording is resumable at two depths: Specs whose result is stored are skipped, and a Spec that was interrupted goes
on from its checkpoint. Each worker is a fresh process with one thread of its own (see `workers`), so that cores − 1
neighbours do not fight over the caches.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from lth_core.checkpoint import remove
from lth_core.data import home
from lth_core.machine import narrowed
from lth_core.results.atlas import Atlas, reindex
from lth_core.results.compare import Comparison, compare
from lth_core.results.result import Result
from lth_core.results.store import Store
from lth_core.results.workers import RecordingError as RecordingError
from lth_core.results.workers import in_parallel
from lth_core.running.interrupt import Interrupted, Stop, never
from lth_core.snapshot import Snapshot
from lth_core.spec import Spec

# A stream runs a Spec, checkpointing to the path given, and ends with a Snapshot that carries the Result. It must be
# a function of a module, because worker processes import it by name.
Stream: TypeAlias = Callable[[Spec, Path | None], Iterator[Snapshot]]
Trim: TypeAlias = Callable[[Result], Result]

# What a figure of a re-run on another machine may differ by, whatever the seeds say (see `compare`). Accuracies: two
# kernels that round differently are 0.15 points apart after 300 steps of LeNet, and a small net's test accuracy moves
# by about a point; more is a finding, not rounding, where the seeds lie closer together. A ladder's rungs are
# accuracies too.
TOLERANCE: Mapping[str, float | None] = {
    "*accuracy": 0.02, "*error": 0.02, "*barrier": 0.02, "rungs.magnitude*": 0.02, "rungs.random*": 0.02, "*": None
}


@dataclass(frozen=True)
class Recorded:
    """One Spec is done. skipped: it was stored already. seconds: as the engine measured them."""

    spec: Spec
    skipped: bool
    seconds: float


def sweep(
    specs: Iterable[Spec],
    store: Store,
    workers: int | None = None,
    stream: Stream | None = None,
    stop: Stop | None = None,
    atlas: Path | None = None,
) -> Iterator[Recorded]:
    """Run every Spec that `store` lacks, and store it whole, as a single run would; yields each as it is done.

    workers: processes, the number of cores by default. stop: once it is asked, nothing more begins, the runs under way
    are saved, and Interrupted is raised. atlas: where masks that a run needs are looked for before `store`. Raises
    RecordingError when a Spec fails, StoreError where nothing can be kept.
    """
    todo: list[Spec] = []
    yield from _found(specs, store, todo)
    run = partial(_run_one, store, None, None, stream or Engine(atlas, store.root))
    yield from in_parallel(run, todo, workers, stop or Stop())


def record(
    specs: Iterable[Spec],
    root: Path | str,
    workers: int | None = None,
    stream: Stream | None = None,
    tolerance: Mapping[str, float | None] = TOLERANCE,
    trim: Trim | None = None,
    atlas: Path | str | None = None,
    stop: Stop | None = None,
) -> Iterator[Recorded]:
    """Run every Spec that is not stored in the atlas at `root` yet, then write its index; yields each as it is done.

    tolerance: kept with each result, for `verify`. trim: makes the copy that is kept, when not all of it is worth
    shipping; a function of a module. atlas: where masks that a run needs are looked for before `root`; by default there
    alone. workers, stop and errors: as in `sweep`.
    """
    store, todo = Store(root, limit=1 << 62), list[Spec]()  # an atlas keeps everything
    yield from _found(specs, store, todo)
    run = partial(_run_one, store, dict(tolerance), trim, stream or Engine(Path(atlas or root), store.root))
    yield from in_parallel(run, todo, workers, stop or Stop())
    reindex(Path(root))


def _found(specs: Iterable[Spec], store: Store, missing: list[Spec]) -> Iterator[Recorded]:
    """What is stored already; the others are put into `missing`, when there is a place to store them."""
    for spec in dict.fromkeys(specs):
        if (result := store.load(spec.key)) is None:
            missing.append(spec)
        else:
            yield Recorded(spec, True, _seconds(result))
    if missing:
        store.check_writable()


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
    stop: Stop | None = None,
    native: bool = False,
) -> Iterator[Comparison]:
    """Run recorded Specs again, on the masks recorded with them, and compare each with its record; yields a Comparison
    as it is done.

    keys: which ones, by default all whose images are on this machine; sample: that many of them, chosen by `seed`.
    native: compute with this processor's widest vectors also where the record was made with narrower ones; else with
    the record's where this processor has them, which gives the same bits.
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
    again, stop = stream or Engine(Path(root)), stop or Stop()
    kinds: dict[str | None, list[Spec]] = {}
    for key in chosen:
        kinds.setdefault(None if native else _vectors(atlas, key), []).append(known[key])
    for kind, specs in kinds.items():
        with narrowed(kind):
            yield from in_parallel(partial(_verify_one, Path(root), again), specs, workers, stop)


def finish(spec: Spec, checkpoint: Path | None, stream: Stream | None = None, stop: Stop | None = None) -> Result:
    """Run `spec` to its end and return the Result. Raises Interrupted once `stop()`, with the checkpoint up to date."""
    stop = stop or Stop()
    stream = stream or Engine()
    by_itself = isinstance(stream, Engine) and checkpoint is not None
    for snapshot in stream(spec, checkpoint, stop) if isinstance(stream, Engine) else stream(spec, checkpoint):
        stop.at_stake = True
        if snapshot.result is not None:
            return snapshot.result
        if stop() and not by_itself:
            raise Interrupted(spec.key)
    raise RecordingError(f"the run of {spec.key} ended without a result")


def _run_one(
    store: Store, tolerance: dict[str, Any] | None, trim: Trim | None, stream: Stream | None, spec: Spec, stop: Stop
) -> Recorded:
    checkpoint = store.checkpoint(spec.key)
    result = finish(spec, checkpoint, stream, stop)
    if tolerance is not None:
        result = replace(result, manifest={**result.manifest, "tolerance": tolerance})
    store.save(trim(result) if trim else result)
    remove(checkpoint)
    return Recorded(spec, False, _seconds(result))


def _verify_one(root: Path, stream: Stream | None, spec: Spec, stop: Stop) -> Comparison:
    atlas = Atlas(root)
    recorded = atlas.find(spec)
    if recorded is None:
        raise RecordingError(f"the record of {spec.key} is damaged: `git checkout` or record it again")
    return compare(recorded, finish(spec, None, stream, stop), atlas.seeds(spec))


def _vectors(atlas: Atlas, key: str) -> str | None:
    """The vectors a result was made with, as far as its record tells."""
    result = atlas.find(key, (), ())
    return result.manifest.get("machine", {}).get("vectors") if result else None


@dataclass(frozen=True)
class Engine:
    """The engine as a `Stream`, which stops where it has just saved. atlas, store: where it looks for masks that
    earlier runs found."""

    atlas: Path | None = None
    store: Path | None = None

    def __call__(self, spec: Spec, checkpoint: Path | None, stop: Callable[[], bool] = never) -> Iterator[Snapshot]:
        from lth_core import engine  # here, because it imports torch and numba, which reading results does not need

        # Seldom: the curves of hours are long to write, and a kill then costs no more than this.
        return engine.stream(spec, engine.Options(checkpoint=checkpoint, checkpoint_seconds=30.0, stop=stop,
                                                  masks=engine.MaskSource(self.atlas, self.store)))


def _seconds(result: Result) -> float:
    return float(result.manifest.get("seconds", 0.0))
