"""`lth record`: the shipped results, made again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from lth_core.cli.arguments import ATLAS, AtlasFolder, Workers
from lth_core.cli.printing import fail, log, out, progress
from lth_core.cli.stopping import Tally, stoppable
from lth_core.results.recorder import Recorded, RecordingError
from lth_core.running.interrupt import GRACE, Stop
from lth_core.spec import Spec

WORKERS_GRACE = GRACE + 2  # seconds: the workers, who have GRACE, end first


def record(
    part: Annotated[str | None, typer.Argument(help="One part of the catalogue, all by default")] = None,
    workers: Workers = None,
    atlas: AtlasFolder = ATLAS,
    plan: Annotated[bool, typer.Option("--plan", help="Measure a few steps of what is left of PART, print how many "
                                       "hours it will take, and record nothing")] = False,
) -> None:
    """Rebuild the shipped atlas from the Specs in `catalogue`; what is recorded already is skipped.

    Without a part named, so are runs whose images must be fetched first and are not there, and those that the atlas
    is not shipped with.
    """
    from lth_core.catalogue import CATALOGUE, GROUPS, OPTIONAL
    from lth_core.data import home
    from lth_core.results import recorder

    every = {**CATALOGUE, **OPTIONAL}
    if part is not None and part not in {**every, **GROUPS}:
        fail(f"part = {part!r} is not in the catalogue: one of {', '.join([*every, *GROUPS])}")
    specs = [spec for name in parts_of(part) for spec in every[name]]
    if plan:
        hours(specs, atlas, workers)
        return
    absent = recorder.without_images(specs, atlas)
    for name, waiting in absent.items():
        count = f"{len(waiting)} runs need" if len(waiting) > 1 else "1 run needs"
        told = f"{count} {name}, which is not on this machine. {home.cure(name)}"
        log.print(f"Left out: {told}", highlight=False, soft_wrap=True) if part is None else fail(told)
    record_all([spec for spec in specs if spec not in absent.get(spec.data.name, ())], atlas, workers)
    excerpts(atlas, part)


def record_all(specs: list[Spec], root: Path, workers: int | None) -> None:
    from lth_core.catalogue import shipped
    from lth_core.results import recorder

    follow(specs, "recorded", lambda stop: recorder.record(specs, root, workers, trim=shipped, stop=stop))


def hours(specs: list[Spec], root: Path, workers: int | None) -> None:
    """Print how long what is left of `specs` will take on this machine."""
    from lth_core import plan
    from lth_core.cores import cores
    from lth_core.results.store import Store

    kept = Store(root, limit=1 << 62)
    left = [spec for spec in specs if spec.key not in kept]
    try:
        for line in plan.lines(left, len(specs), workers or cores()):
            out.print(line, highlight=False, soft_wrap=True)
    except ValueError as error:
        fail(str(error))


def parts_of(name: str | None) -> tuple[str, ...]:
    """The parts of the catalogue that `name` stands for: itself, those of a group, or all of them.

    >>> parts_of("chapter1"), "obd" in parts_of("labs")
    (('chapter1',), True)
    """
    from lth_core.catalogue import CATALOGUE, GROUPS

    return tuple(CATALOGUE) if name is None else GROUPS.get(name, (name,))


def excerpts(root: Path, part: str | None = None) -> None:
    """Write the excerpts of `part`, by default of all parts that have one, where they are not what the results say."""
    from lth_core.catalogue import CATALOGUE, EXCERPTS
    from lth_core.results import excerpt

    for name, tables in EXCERPTS.items():
        if name in CATALOGUE and name in parts_of(part) and excerpt.write(root, name, CATALOGUE[name], tables):
            log.print(f"Excerpt of {name}: written", highlight=False)


def follow(specs: list[Spec], verb: str, begin: Callable[[Stop], Iterator[Recorded]]) -> None:
    """Show how one run after the other is done."""
    tally = Tally(len(set(specs)), verb, "The same command goes on with them.")
    try:
        with stoppable(tally, WORKERS_GRACE) as stop, progress() as bar:
            task = bar.add_task(verb, total=tally.total)
            for done in begin(stop):
                tally.done += 1
                word = "found" if done.skipped else f"{done.seconds:.1f} s"
                bar.console.print(f"{done.spec.experiment}, seed {done.spec.seed}: {word}", highlight=False)
                bar.advance(task)
    except (RecordingError, OSError) as error:
        fail(str(error))
