"""Training a room's race: chapter 4's live race, one run a seed, all its trainings side by side."""

from __future__ import annotations

import dataclasses
import logging
import math
import threading
import time
from functools import lru_cache

from lth_core.catalogue import SEEDS, evidence
from lth_core.experiments import Ablation
from lth_core.jobs.engine import JobEngine
from lth_core.jobs.limits import Refused as Full
from lth_core.results.result import Result
from lth_core.results.store import StoreError
from lth_core.spec import Condition
from pages.room.racers import LANES, Runner, runners
from pages.room.room import Room

LEVEL = 13  # rounds of pruning: 5.6% of the weights are left, where the three stand clearly apart
LOOK = 0.2  # seconds between two looks at a run
GIVE_UP = 900.0  # seconds

log = logging.getLogger(__name__)


@lru_cache(maxsize=64)
def run(seed: int, phones: int, first: int) -> Ablation | None:
    """The run of all trainings with this seed: chapter 4's live race. None when no phone has the seed."""
    chosen = sorted((one for one in runners(phones, first) if one.seed == seed),
                    key=lambda one: (LANES.index(one.lane), one.draw))
    if not chosen:
        return None
    spec = evidence("quick", seed)
    return Ablation(data=spec.data, net=spec.net, training=spec.training, seed=seed, level=LEVEL,
                    pruning=dataclasses.replace(spec.pruning, rounds=LEVEL),
                    conditions=tuple(Condition(one.lane, one.draw) for one in chosen))


def start(room: Room, engine: JobEngine) -> None:
    """Deal a training to everybody who is in, and begin. Starting again deals anew."""
    engine.warm()
    room.race()
    go_on(room, engine)


def go_on(room: Room, engine: JobEngine) -> None:
    """Train what is not trained yet: at the start, and after a restart of the server."""
    if room.now.racers:
        threading.Thread(target=_work, args=(room, engine, room.now.racers), name="room-race", daemon=True).start()


def _work(room: Room, engine: JobEngine, phones: int) -> None:
    for seed in SEEDS:
        spec = run(seed, phones, room.now.first_draw)
        if spec is None or room.closed or room.now.racers != phones:
            continue
        try:
            result = _result(spec, room, engine)
        except (Full, StoreError) as error:
            log.warning("room: %s", error)
            continue
        if result is not None:
            room.raced(told(result))


def _result(spec: Ablation, room: Room, engine: JobEngine) -> Result | None:
    """The Result, trained now unless it is stored; None when the run failed."""
    viewer, until = f"room-{room.code}", time.monotonic() + GIVE_UP
    engine.submit(spec, viewer)
    while time.monotonic() < until and not room.closed:
        engine.seen([spec.key], viewer)
        status = engine.status(spec.key)
        if status is None or status.over:
            break
        time.sleep(LOOK)
    return engine.result(spec.key)


def told(result: Result) -> dict[str, dict[str, object]]:
    """Runner → its accuracies on the validation images step by step, and on the test images at the end."""
    cells, curves = result.tables["cells"], result.tables["curves"]
    seed, found = result.spec.seed, {}
    columns = (cells[name].tolist() for name in ("condition", "replicate", "test_accuracy", "density"))
    for lane, draw, accuracy, density in zip(*columns, strict=True):
        own = (curves["condition"] == lane) & (curves["replicate"] == draw)
        points = zip(curves["step"][own].tolist(), curves["validation_accuracy"][own].tolist(), strict=True)
        curve = [[step, round(share, 4)] for step, share in points if not math.isnan(share)]
        found[Runner(lane, seed, draw).name] = {"end": accuracy, "kept": density, "curve": curve}
    return found
