"""The engine's door: a Spec goes in, Snapshots come out, the last of them with the Result."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from typing import Any

from lth_core import machine
from lth_core.checkpoint import beside, remove, set_aside
from lth_core.experiments import KINDS, part
from lth_core.experiments.lottery.mask_source import MaskSource as MaskSource
from lth_core.own import registry
from lth_core.results.result import Result
from lth_core.running.options import Options as Options
from lth_core.snapshot import Snapshot
from lth_core.spec import NUMBERS_VERSION, Spec, SpecError
from lth_core.training.backends import GPU


def stream(spec: Spec, options: Options | None = None) -> Iterator[Snapshot]:
    """Run `spec`, yielding each measured moment; the last Snapshot has stage `done` and carries the Result.

    The consumer may stop after any Snapshot. With `options.checkpoint` a later call goes on from the last checkpoint
    and ends bit-identical; from one that it cannot go on from it begins anew, and says so.

    >>> from lth_core.experiments import Dense
    >>> from lth_core.spec import Data, Net, Training
    >>> tiny = Dense(data=Data(pool=7, train=600), net=Net(sizes=(16, 10)), training=Training(steps=20, eval_every=20))
    >>> [snapshot.stage for snapshot in stream(tiny, Options(backend="reference"))][-2:]
    ['cell', 'done']
    """
    options = options or Options()
    if KINDS.get(spec.experiment) is not type(spec):
        raise SpecError("experiment", spec.experiment, "one of " + ", ".join(KINDS))
    own = registry.sources(spec)
    began = options.clock()
    for snapshot in _moments(spec, options):
        if snapshot.result:
            manifest = {**snapshot.result.manifest, **describe(options), "seconds": options.clock() - began, **own}
            snapshot = dataclasses.replace(snapshot, result=dataclasses.replace(snapshot.result, manifest=manifest))
        yield snapshot
    if options.checkpoint:  # only now: a consumer that was killed while it stored the result resumes here
        remove(options.checkpoint)


UNFIT = (LookupError, ValueError, TypeError, AttributeError)  # what a checkpoint that lacks something leads to


def _moments(spec: Spec, options: Options) -> Iterator[Snapshot]:
    """What the experiment yields, from its checkpoint on, or else from the start: what fails there too is raised."""
    found = [file for file in (options.checkpoint, beside(options.checkpoint)) if file.exists()] \
        if options.checkpoint else []
    stream = part(spec, "run").stream
    try:
        yield from stream(spec, options)
    except UNFIT as error:
        if isinstance(error, SpecError) or not found:
            raise
        for file in found:
            set_aside(file, f"{type(error).__name__}: {error}")
        yield from stream(spec, options)


def run(spec: Spec, options: Options | None = None) -> Result:
    """Run `spec` to its end and return the Result.

    >>> from lth_core.experiments import Dense
    >>> from lth_core.spec import Data, Net, Training
    >>> tiny = Dense(data=Data(pool=7, train=600), net=Net(sizes=(16, 10)), training=Training(steps=20, eval_every=20))
    >>> run(tiny).tables["curves"]["step"].tolist()
    [0, 1, 2, 4, 10, 20]
    """
    result = None
    for snapshot in stream(spec, options):
        result = snapshot.result or result
    assert result is not None, "every stream ends with a result"
    return result


def describe(options: Options) -> dict[str, Any]:
    """Where and with what a result was made: printed beside it, never part of its key.

    >>> told = describe(Options(threads=2))
    >>> told["threads"], told["library_threads"]["engine"], "vectors" in told["machine"]
    (2, 2, True)
    """
    code = machine.commit()
    return {
        "numbers_version": NUMBERS_VERSION,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": machine.machine(),
        "threads": options.threads,
        "library_threads": machine.threads(options.threads),
        "versions": machine.versions(),
        **({"commit": code} if code else {}),
        **({"card": machine.card()} if options.backend == GPU else {}),
    }
