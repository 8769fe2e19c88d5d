"""What fifteen minutes on a graphics card are for: `python -m tests.load.on_a_card FOLDER --minutes 14`.

In this order: is the card's arithmetic that of the reference; how fast is it (`card_paces`); LeNet's lottery; Conv-2,
Conv-4 and Conv-6, then ResNet-20 with warm-up, without, and going back to step 500 (the last two as they are recorded,
when asked for as `resnet20:3:4:15`), ResNet-18 or a VGG with warm-up: all side by side, each one round
further as long as the minutes last. Every lottery is kept in FOLDER as an ordinary entry of a store, as long as it got.
With `--work` that happens there, and FOLDER gets the small copies that an atlas would ship, and of one seed of each net
`whole` ones, whose last ticket a processor can judge again.

`card_plans` tells what `--plan` may ask for.

Images: CIFAR-10 where it is fetched, else its JPEG copy, made from `--archive` where need be. `--device cpu --steps 4`
is the rehearsal: every part for a moment, with narrow nets.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from lth_core import engine
from lth_core.catalogue import shipped
from lth_core.data import fetch, home, load
from lth_core.experiments import Lottery
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.presets import CIFAR, CIFAR_JPEG
from lth_core.results.result import Result
from lth_core.results.store import Store
from lth_core.running.interrupt import Interrupted
from lth_core.said import DATA
from lth_core.spec import Data
from lth_core.training.backends import GPU, build, prepare
from lth_core.training.order import batches
from tests.load import card_paces
from tests.load.card_plans import PLAN, PLANS, label, lotteries

FEW = 2_000  # images that a rehearsal's nets learn from
SLACK = 25  # seconds before the end in which results are written down
SAVED = 300.0  # seconds between two checkpoints: a machine that is lent for minutes keeps nothing anyway


@dataclass
class Minutes:
    """The time that is left, by a clock in seconds."""

    end: float
    clock: Callable[[], float] = time.monotonic

    @property
    def left(self) -> float:
        return self.end - self.clock()


@dataclass(frozen=True)
class Place:
    """Where results are kept whole, where their small copies go if anywhere, and what computes them."""

    store: Path
    copies: Path | None
    backend: str | None


def grown(spec: Lottery, store: Store, backend: str | None, minutes: Minutes) -> dict[str, Any]:
    """Run a lottery round by round while the minutes last, keeping the longest; returns what was reached."""
    done, kept = 0, ""
    for rounds in range(1, spec.pruning.rounds + 1):
        shorter = spec.shortened(rounds)
        if shorter.key not in store:
            if minutes.left <= 0:
                break
            try:
                store.save(_run(shorter, store, backend, minutes))
            except Interrupted:
                break
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


def _run(spec: Lottery, store: Store, backend: str | None, minutes: Minutes) -> Result:
    options = engine.Options(backend=backend, checkpoint=store.checkpoint(spec.key), shelf=store,
                             checkpoint_seconds=SAVED, stop=lambda: minutes.left <= 0)
    for snapshot in engine.stream(spec, options):
        if snapshot.result is not None:
            return snapshot.result
    raise Interrupted(spec.key)


def images(archive: Path | None) -> tuple[Data | None, str]:
    """The data of the conv nets and what it is called; None where there is none, and why."""
    if not home.missing(CIFAR.name):
        return CIFAR, DATA[CIFAR.name]
    if home.missing(CIFAR_JPEG.name) and archive is not None:
        fetch.bring(CIFAR_JPEG.name, archive)
    if home.missing(CIFAR_JPEG.name):
        return None, f"no images: {home.cure(CIFAR_JPEG.name)}"
    return CIFAR_JPEG, DATA[CIFAR_JPEG.name]


def ready(specs: Iterable[Lottery], backend: str | None) -> None:
    """Capture a step of each, one after another: while several train, nobody else should have to."""
    made = []
    for spec in specs:
        splits, mask = load(spec.data, spec.seed), Mask.dense(spec.net)
        training = replace(spec.training, steps=1, warmup=0)
        one = build(backend or "reference", spec.net, training, initial(spec.net, spec.seed), mask, prepare(splits))
        one.advance(batches(0, len(splits.train.labels), training.batch, 0, 1))
        for split in ("train", "validation", "test"):
            one.evaluate(split)
        made.append(one)  # each keeps its machine until all have one


def verifiable(result: Result) -> Result:
    """The copy with its masks and the last ticket's trained weights, for a processor to judge again."""
    last = max(result.tables["cells"]["round"])
    arrays = {name: array for name, array in result.arrays.items()
              if name.startswith("died/") or name in (f"final/{last}", f"final/{last}/rest")}
    return replace(result, arrays=arrays)


def main(words: list[str] | None = None) -> int:
    it = _asked(words)
    minutes = Minutes(time.monotonic() + 60 * it.minutes)
    backend = GPU if it.device == "cuda" else None
    place = Place(it.work or it.folder, it.folder if it.work else None, backend)
    lock = Lock()

    def told(part: str, **what: Any) -> None:
        with lock:
            print(json.dumps({"part": part, **what, "left_s": round(minutes.left)}), flush=True)

    apart, rounded = card_paces.equality(it.device), card_paces.equality(it.device, exact=False)
    equal = all(difference < card_paces.NEAR for difference in apart.values())
    told("equality", largest_difference=apart, with_rounded_products=rounded, equal=equal)
    if not equal:
        return 1  # numbers from wrong arithmetic are worth nothing
    data, named = images(it.archive)
    specs = lotteries(it.plan, it.steps, data or CIFAR_JPEG)
    if few := it.train or (FEW if it.steps is not None else None):
        specs = {name: replace(spec, data=replace(spec.data, train=few, validation=few // 9))
                 for name, spec in specs.items()}
    if it.device == "cuda":
        card_paces.hurry()
    if "paces" in it.parts:
        first = {spec.net.name: spec for spec in specs.values()}
        for line in card_paces.paces(first, it.device, it.steps or 300):
            told("pace", **line)
    if "tickets" in it.parts:
        told("tickets", **card_paces.tickets(backend, it.tickets, it.steps))
    if "lotteries" in it.parts:
        _lotteries(specs, place, minutes, told, named, data is not None)
    return 0


def _asked(words: list[str] | None) -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path, help="a store's folder, made where it is missing")
    asked.add_argument("--minutes", type=float, default=14.0, help="in which all must be done")
    asked.add_argument("--parts", default="paces,tickets,lotteries", help="which of them, after equality")
    asked.add_argument("--plan", default=PLAN, help="nets, seeds, rounds at a time, part of the steps, changes; or one "
                       f"of {', '.join(PLANS)}")
    asked.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    asked.add_argument("--steps", type=int, help="of every training: a rehearsal, with narrow nets and one round")
    asked.add_argument("--tickets", type=int, default=10_000, help="how many random ones are trained in one go")
    asked.add_argument("--work", type=Path, help="where whole results and checkpoints lie, if not in the folder")
    asked.add_argument("--archive", type=Path, help="of the JPEG copy of CIFAR-10, where no images are there yet")
    asked.add_argument("--train", type=int, help=f"images to learn from; 45,000 of CIFAR-10, {FEW:,} in a rehearsal")
    return asked.parse_args(words)


def _lotteries(
    specs: dict[str, Lottery], place: Place, minutes: Minutes, told: Callable[..., None], images: str, there: bool,
) -> None:
    """All of them side by side until SLACK before the end."""
    specs = {name: spec for name, spec in specs.items() if there or spec.net.name == "mlp"}
    if not there:
        told("lotteries", skipped=images)
    if minutes.left <= SLACK:
        told("lotteries", skipped=f"{minutes.left:.0f} s are left, and {SLACK} s are for writing results down")
        return
    ready(specs.values(), place.backend)
    told("ready", lotteries=len(specs))
    until = Minutes(minutes.end - SLACK, minutes.clock)

    def part(name: str) -> None:
        _part(name, specs[name], place, until, told, "MNIST" if name.startswith("lenet") else images)

    with ThreadPoolExecutor(len(specs)) as pool:
        list(pool.map(part, specs))


def _part(
    name: str, spec: Lottery, place: Place, minutes: Minutes, told: Callable[..., None], images: str,
) -> None:
    """One lottery while the minutes last, and its copies."""
    began, store = time.monotonic(), Store(place.store, limit=1 << 62)
    try:
        found = grown(spec, store, place.backend, minutes)
        if place.copies and (result := store.load(found["key"]) if found["key"] else None) is not None:
            Store(place.copies, limit=1 << 62).save(shipped(result))
            if spec.seed == 0:
                Store(place.copies.parent / f"{place.copies.name}-whole", limit=1 << 62).save(verifiable(result))
        told(name, label=label(spec), images=images, **found, seconds=round(time.monotonic() - began, 1))
    except (RuntimeError, ValueError, OSError) as error:  # a part that fails must not cost the minutes of the others
        told(name, failed=f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    os.environ.setdefault("CUDA_DEVICE_MAX_CONNECTIONS", "32")  # as many queues as threads, or kernels wait in line
    raise SystemExit(main())
