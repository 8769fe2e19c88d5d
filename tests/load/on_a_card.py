"""What fifteen minutes on a graphics card are for: `python -m tests.load.on_a_card FOLDER --minutes 14`.

In this order: is the card's arithmetic that of the reference; LeNet's lottery; Conv-2, Conv-4 and Conv-6 by the paper's
protocol, then ResNet-20 with warm-up and without, each one round further as long as its share of the minutes lasts. A
part for which too little time is left says so and is skipped. Every lottery is kept in FOLDER as an ordinary entry of a
store, as long as it got, and what was begun beyond that as a checkpoint: a second call goes on from both. With `--work`
that happens there, and FOLDER gets the small copies that an atlas would ship: without the weights of every round.

Images: CIFAR-10 where it is fetched, else its JPEG copy, made from `--archive` where need be. `--device cpu --steps 10`
is the rehearsal: every part for a moment, with narrow nets.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lth_core import engine
from lth_core.catalogue import shipped
from lth_core.data import fetch, home
from lth_core.experiments import Lottery
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.plan import measured, seconds
from lth_core.presets import CIFAR, CIFAR_JPEG, preset
from lth_core.results.store import Store
from lth_core.running.interrupt import Interrupted
from lth_core.said import DATA
from lth_core.spec import Condition, Net, Training
from lth_core.training.backends import GPU, Examples, Prepared, build
from lth_core.training.order import batches

CONTROLS = (5, 10, 15, 20)  # rounds in which fresh weights run too, of those that the minutes reach
NARROW, FEW = 0.1, 2_000  # width of the rehearsal's nets, and how many images they learn from
NEAR = 1e-3  # how far weights may be from the reference's in float64 after EQUAL steps
EQUAL = 4
# Lottery → what share of the time that is left it may take; the last takes the rest.
SHARES = {"lenet": 0.1, "conv2": 0.25, "conv4": 0.33, "conv6": 0.45, "resnet20": 0.5, "resnet20, no warm-up": 1.0}
TINY = {"mlp": Net(sizes=(64, 20, 10)), "conv2": Net("conv2", (64, 16, 10), width=0.1),
        "resnet20": Net("resnet20", (64, 10), batchnorm=True, width=0.25)}


@dataclass
class Minutes:
    """The time that is left, by a clock in seconds."""

    end: float
    clock: Callable[[], float] = time.monotonic

    @property
    def left(self) -> float:
        return self.end - self.clock()

    def share(self, part: float) -> Minutes:
        """Until that part of what is left is used up."""
        return Minutes(self.clock() + part * max(0.0, self.left), self.clock)


@dataclass(frozen=True)
class Place:
    """Where results are kept whole, where their small copies go if anywhere, and what computes them."""

    store: Store
    copies: Store | None
    backend: str


def equality(device: str) -> dict[str, float]:
    """Net → the largest difference of a weight between the device in float32 and the reference in float64."""
    found = {}
    for name, net in TINY.items():
        draw, mask = np.random.default_rng(0), Mask.dense(net)
        training = Training(optimiser="sgd", lr=0.05, momentum=0.9, batch=20, steps=EQUAL)
        some = Examples.of(draw.random((100, 64)).astype(np.float32), draw.integers(0, 10, 100))
        pair = [build(kind, net, training, initial(net, 0), mask, Prepared(some, some, some), dtype=dtype)
                for kind, dtype in ((device, np.float32), ("reference", np.float64))]
        for backend in pair:
            backend.advance(batches(0, 100, 20, 0, EQUAL))
        ours, exact = (backend.params() for backend in pair)
        found[name] = max(float(np.abs(ours[key] - exact[key]).max()) for key in exact)
    return found


def lotteries(steps: int | None, data: Any) -> dict[str, Lottery]:
    """By name, at the paper's protocol; with `steps` as short and narrow as a rehearsal needs."""
    found = {"lenet": preset("quick"), **{name: replace(preset(name), data=data) for name in
                                          ("conv2", "conv4", "conv6", "resnet20")}}
    warm = found["resnet20"]
    found["resnet20, no warm-up"] = replace(warm, training=replace(warm.training, warmup=0, lr=0.1))
    for name, spec in found.items():
        assert isinstance(spec, Lottery)
        controls = (Condition("ticket"), Condition("reinit", rounds=CONTROLS if steps is None else (1,)))
        if steps is not None:
            spec = replace(
                spec, pruning=replace(spec.pruning, rounds=1),
                net=spec.net if name == "lenet" else replace(spec.net, width=NARROW),
                training=replace(spec.training, steps=steps, eval_every=steps, measure="validation",
                                 warmup=min(spec.training.warmup, steps // 2)))
        found[name] = replace(spec, conditions=controls)
    return found  # type: ignore[return-value]


def grown(spec: Lottery, store: Store, backend: str | None, minutes: Minutes) -> dict[str, Any]:
    """Run a lottery round by round while its minutes last, keeping the longest; returns what was reached."""
    done, last, kept = 0, 0.0, ""
    for rounds in range(1, spec.pruning.rounds + 1):
        shorter, began = spec.shortened(rounds), minutes.clock()
        if shorter.key not in store:
            if minutes.left < 1.1 * last:
                break
            try:
                store.save(_run(shorter, store, backend, minutes))
            except Interrupted:
                break
            last = minutes.clock() - began
            store.checkpoint(shorter.key).unlink(missing_ok=True)
        if kept:
            store.remove(kept)  # it is the beginning of this one
        done, kept = rounds, shorter.key
    found: dict[str, Any] = {"rounds": done, "of": spec.pruning.rounds, "key": kept}
    if (result := store.load(kept, ("cells",), ()) if kept else None) is not None:
        cells = result.tables["cells"]
        tickets = cells["condition"] == "ticket"
        found["test_accuracy"] = [round(float(one), 4) for one in cells["test_accuracy"][tickets]]
        found["density"] = [round(float(one), 4) for one in cells["density"][tickets]]
    return found


def _run(spec: Lottery, store: Store, backend: str | None, minutes: Minutes) -> Any:
    options = engine.Options(backend=backend, checkpoint=store.checkpoint(spec.key), shelf=store,
                             stop=lambda: minutes.left <= 0)
    for snapshot in engine.stream(spec, options):
        if snapshot.result is not None:
            return snapshot.result
    raise Interrupted(spec.key)


def images(archive: Path | None) -> tuple[Any, str]:
    """The data of the conv nets and what it is called; None where there is none, and why."""
    if not home.missing(CIFAR.name):
        return CIFAR, DATA[CIFAR.name]
    if home.missing(CIFAR_JPEG.name) and archive is not None:
        fetch.bring(CIFAR_JPEG.name, archive)
    if home.missing(CIFAR_JPEG.name):
        return None, f"no images: {home.cure(CIFAR_JPEG.name)}"
    return CIFAR_JPEG, DATA[CIFAR_JPEG.name]


def main(words: list[str] | None = None) -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path, help="a store's folder, made where it is missing")
    asked.add_argument("--minutes", type=float, default=14.0, help="in which all must be done")
    asked.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    asked.add_argument("--steps", type=int, help="of every training: a rehearsal, with narrow nets and one round")
    asked.add_argument("--work", type=Path, help="where whole results and checkpoints lie, if not in the folder")
    asked.add_argument("--archive", type=Path, help="of the JPEG copy of CIFAR-10, where no images are there yet")
    asked.add_argument("--train", type=int, help=f"images to learn from; 45,000 of CIFAR-10, {FEW:,} in a rehearsal")
    it = asked.parse_args(words)
    minutes = Minutes(time.monotonic() + 60 * it.minutes)
    place = Place(Store(it.work or it.folder, limit=1 << 62), Store(it.folder, limit=1 << 62) if it.work else None,
                  GPU if it.device == "cuda" else "reference")

    def told(part: str, **what: Any) -> None:
        print(json.dumps({"part": part, **what, "left_s": round(minutes.left)}), flush=True)

    apart = equality(place.backend)
    equal = all(difference < NEAR for difference in apart.values())
    told("equality", largest_difference=apart, equal=equal)
    if not equal:
        return 1  # numbers from wrong arithmetic are worth nothing
    data, named = images(it.archive)
    few = it.train or (FEW if it.steps is not None else None)
    for name, spec in lotteries(it.steps, data or CIFAR_JPEG).items():
        if few:
            spec = replace(spec, data=replace(spec.data, train=few, validation=few // 9))
        _part(name, spec, place, minutes, told, "MNIST" if name == "lenet" else named,
              there=name == "lenet" or data is not None)
    return 0


def _part(
    name: str, spec: Lottery, place: Place, minutes: Minutes, told: Callable[..., None], images: str, *, there: bool,
) -> None:
    """One lottery within its share of the minutes, or why not."""
    mine = minutes.share(SHARES[name])
    if not there:
        told(name, skipped=images)
        return
    pace = measured(spec.net, spec.training, 5, place.backend, time.monotonic)
    least = seconds(spec.shortened(1), pace)
    if least > mine.left:
        told(name, skipped=f"its first round takes {least:.0f} s, {mine.left:.0f} s are left for it")
        return
    began = time.monotonic()
    try:
        found = grown(spec, place.store, place.backend, mine)
        if place.copies and (result := place.store.load(found["key"]) if found["key"] else None) is not None:
            place.copies.save(shipped(result))
        told(name, images=images, ms_per_step=round(1e3 * pace.step, 2), **found,
             seconds=round(time.monotonic() - began, 1))
    except (RuntimeError, ValueError, OSError) as error:  # a part that fails must not cost the minutes of the others
        told(name, failed=f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    raise SystemExit(main())
