"""The engine's door: a Spec goes in, Snapshots come out, the last of them with the Result."""

from __future__ import annotations

import dataclasses
import datetime
import os
import platform
from collections.abc import Iterator
from importlib import metadata
from typing import Any

from lth_core.checkpoint import remove
from lth_core.data import features
from lth_core.experiments.ablation import run as ablation
from lth_core.experiments.cost import run as cost
from lth_core.experiments.counterfactual import run as counterfactual
from lth_core.experiments.dense import run as single
from lth_core.experiments.draws import run as draws
from lth_core.experiments.instability import run as instability
from lth_core.experiments.lab import run as lab
from lth_core.experiments.ladder import run as ladder
from lth_core.experiments.lottery import run as rounds
from lth_core.experiments.structured import run as structured
from lth_core.experiments.subspace import run as subspace
from lth_core.experiments.transfer import run as transfer
from lth_core.experiments.widths import run as widths
from lth_core.own import registry
from lth_core.results.result import Result
from lth_core.running.book import Options as Options
from lth_core.snapshot import Snapshot
from lth_core.spec import (
    NUMBERS_VERSION,
    Ablation,
    Cost,
    Counterfactual,
    Dense,
    Draws,
    Instability,
    Lab,
    Ladder,
    Lottery,
    Spec,
    SpecError,
    Structured,
    Subspace,
    Transfer,
    Widths,
)

STREAMS: dict[type[Spec], Any] = {
    Dense: single.stream,
    Lottery: rounds.stream,
    Ladder: ladder.stream,
    Widths: widths.stream,
    Draws: draws.stream,
    Instability: instability.stream,
    Counterfactual: counterfactual.stream,
    Lab: lab.stream,
    Ablation: ablation.stream,
    Cost: cost.stream,
    Subspace: subspace.stream,
    Structured: structured.stream,
    Transfer: transfer.stream,
}


def stream(spec: Spec, options: Options | None = None) -> Iterator[Snapshot]:
    """Run `spec`, yielding each measured moment; the last Snapshot has stage `done` and carries the Result.

    The consumer may stop after any Snapshot. With `options.checkpoint` a later call goes on from the last checkpoint
    and ends bit-identical.

    >>> from lth_core.spec import Data, Net, Training
    >>> tiny = Dense(data=Data(pool=7, train=600), net=Net(sizes=(16, 10)), training=Training(steps=20, eval_every=20))
    >>> [snapshot.stage for snapshot in stream(tiny, Options(backend="reference"))][-2:]
    ['cell', 'done']
    """
    options = options or Options()
    if type(spec) not in STREAMS:
        raise SpecError("experiment", spec.experiment, "one of " + ", ".join(kind.experiment for kind in STREAMS))
    _check_fit(spec)
    own = registry.sources(spec)
    began = options.clock()
    for snapshot in STREAMS[type(spec)](spec, options):
        if snapshot.result:
            manifest = describe(options) | {"seconds": options.clock() - began} | own
            snapshot = dataclasses.replace(snapshot, result=dataclasses.replace(snapshot.result, manifest=manifest))
        yield snapshot
    if options.checkpoint:  # only now: a consumer that was killed while it stored the result resumes here
        remove(options.checkpoint)


def _check_fit(spec: Spec) -> None:
    """Does the net fit the images and the experiment the net? Each on its own is a valid part of a Spec."""
    popup = isinstance(spec, Lab) and spec.method == "edge-popup"
    if (popup or isinstance(spec, (Widths, Counterfactual, Subspace, Structured))) and spec.net.name != "mlp":
        raise SpecError("net.name", spec.net.name, f"mlp: {spec.experiment} is about fully connected layers")
    if isinstance(spec, (Subspace, Structured)) and spec.net.batchnorm:
        why = "random directions move" if isinstance(spec, Subspace) else "neurons are told by their"
        raise SpecError("net.batchnorm", True, f"false: {why} weights and biases alone")
    if isinstance(spec, Subspace) and spec.training.optimiser != "adam":
        raise SpecError("training.optimiser", spec.training.optimiser, "adam: the only one for random directions here")
    if spec.net.name == "mlp" and spec.net.width != 1:
        raise SpecError("net.width", spec.net.width, "1 for an mlp: its sizes say how wide it is")
    for data in (spec.data, spec.source) if isinstance(spec, Transfer) else (spec.data,):
        inputs, classes = features(data), len(data.classes) or 10
        if spec.net.sizes[0] != inputs or spec.net.sizes[-1] != classes:
            raise SpecError("net.sizes", spec.net.sizes, f"{inputs} inputs and {classes} outputs for this data")


def run(spec: Spec, options: Options | None = None) -> Result:
    """Run `spec` to its end and return the Result.

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
    """Where and with what a result was made: printed beside it, never part of its key."""
    packages = ("numpy", "torch", "numba")
    return {
        "numbers_version": NUMBERS_VERSION,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "machine": {"processor": _processor(), "cores": os.cpu_count(), "system": platform.platform(terse=True)},
        "threads": options.threads,
        "versions": {"python": platform.python_version(), **{name: metadata.version(name) for name in packages}},
    }


def _processor() -> str:
    """The processor's name as Linux tells it, or what Python knows."""
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
        return names[0] if names else platform.machine()
    except OSError:
        return platform.processor() or platform.machine()
