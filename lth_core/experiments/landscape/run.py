"""Does a ticket start in a favourable region of the loss landscape? The loss around its training.

Four nets are trained from their own starts: the whole net, the ticket, the ticket's mask with fresh weights, a random
mask with θ₀. Then the loss is read on the straight line from each start to its end (Goodfellow, Vinyals & Saxe, ICLR
2015), on the line between the ticket's end and the whole net's, and on the plane of θ₀ and those two ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from lth_core.data import Splits, load
from lth_core.experiments.landscape.plane import Plane, flat, named, span
from lth_core.experiments.landscape.spec import ACROSS, NETS, Landscape
from lth_core.experiments.lottery.mask_source import mask_after
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params, initial
from lth_core.running.backend_for import backend_for
from lth_core.running.book import Book
from lth_core.running.conditions import Start, begin
from lth_core.running.options import Options
from lth_core.running.stretch import begun, pieces
from lth_core.snapshot import Snapshot
from lth_core.spec import Condition


def stream(spec: Landscape, options: Options) -> Iterator[Snapshot]:
    """Losses are mean cross-entropies in nats; `train` figures come from the first `examples.PROBE` training images.

    Table `path`, a row for each net of NETS at each of `spec.looks`: its `x` and `y` on the plane, `off`, its distance
    from the plane, `distance` from its own start, and what it reads. Table `line`: `net` (or ACROSS) and `alpha` from
    its start (0) to its end (1), `kept`, weights. Table `plane`: `x`, `y`, train loss and accuracy of the whole net
    there; θ₀ lies at (0, 0), the whole net's end on the x axis, the ticket's end on the plane too.
    """
    splits, book = load(spec.data, spec.seed), Book.open(spec, options)
    mask = yield from mask_after(book, spec.lottery, spec.level)
    theta0 = initial(spec.net, spec.seed)
    starts = {"dense": Start(theta0, Mask.dense(spec.net))}
    starts |= {name: begin(Condition(name), spec.net, spec.seed, spec.level, mask, theta0) for name in NETS[1:]}
    seen: dict[str, dict[str, float]] = {}
    for name, start in starts.items():
        yield from walk(book, name, splits, start, seen)
    ends = {name: book.state.trained[_at(name, spec.training.steps)] for name in NETS}
    plane = Plane.through(flat(theta0), flat(ends["dense"]), flat(ends["ticket"]))
    _paths(book, splits, starts, plane, seen)
    yield from _lines(book, splits, starts, ends)
    yield from _heights(book, splits, plane, theta0)
    yield Snapshot("done", spec.level, spec.level, result=book.result())


def walk(
    book: Book[Landscape], name: str, splits: Splits, start: Start, seen: dict[str, dict[str, float]]
) -> Iterator[Snapshot]:
    """Train from `start`; what the weights are at each of `spec.looks` stays in the book. Gone on with when resumed.

    seen: gets what they read there, which is also told at once.
    """
    spec, state = book.spec, book.state
    last = spec.training.steps
    if _at(name, last) in state.trained:
        return
    backend = backend_for(spec.net, spec.training, start.params, start.mask, splits, book.options)
    at = begun(book, name, backend, 0)
    state.trained.setdefault(_at(name, 0), backend.params())
    for stop in (look for look in spec.looks if look > at):
        pieces(book, name, backend, splits, at, stop)
        state.trained[_at(name, stop)] = backend.params()
        seen[_at(name, stop)] = read(book, splits, start.mask, state.trained[_at(name, stop)], "train", "test")
        yield Snapshot("train", spec.level, spec.level, name, stop, last, seen[_at(name, stop)])
        at = stop
    state.places.pop(name, None)
    book.save()
    yield Snapshot("cell", spec.level, spec.level, name, last, last)


def _at(name: str, step: int) -> str:
    return f"{name} {step}"


def _paths(
    book: Book[Landscape], splits: Splits, starts: Mapping[str, Start], plane: Plane,
    seen: Mapping[str, dict[str, float]],
) -> None:
    """The real trainings on the plane. seen: what was read while they ran."""
    spec = book.spec
    for name, start in starts.items():
        began = flat(book.state.trained[_at(name, 0)])
        for step in spec.looks:
            if book.has("path", net=name, step=step):
                continue
            params = book.state.trained[_at(name, step)]
            x, y, off = plane.place(flat(params))
            book.add("path", net=name, step=step, x=x, y=y, off=off,
                     distance=float(np.linalg.norm(flat(params) - began)),
                     **(seen.get(_at(name, step)) or read(book, splits, start.mask, params, "train", "test")))
            book.save()


def _lines(
    book: Book[Landscape], splits: Splits, starts: Mapping[str, Start], ends: Mapping[str, Params]
) -> Iterator[Snapshot]:
    """Every straight line, point by point."""
    spec = book.spec
    routes: dict[str, tuple[Mask, Params, Params]] = {
        name: (start.mask, book.state.trained[_at(name, 0)], ends[name]) for name, start in starts.items()}
    routes[ACROSS] = (starts["dense"].mask, ends["ticket"], ends["dense"])
    for name, (mask, first, last) in routes.items():
        for alpha in np.linspace(0, 1, spec.alphas).tolist():
            if not book.has("line", net=name, alpha=alpha):
                share = np.float32(alpha)
                point = {key: (1 - share) * first[key] + share * last[key] for key in first}
                figures = read(book, splits, mask, point, "train", "test")
                book.add("line", net=name, alpha=alpha, kept=mask.kept, **figures)
                book.save()
                yield Snapshot("line", spec.level, spec.level, name, round(100 * alpha), 100, figures)


def _heights(book: Book[Landscape], splits: Splits, plane: Plane, theta0: Params) -> Iterator[Snapshot]:
    """The plane, row by row. Its frame holds the three nets that span it, and the ticket's start beside it."""
    spec, whole = book.spec, Mask.dense(book.spec.net)
    path = book.rows["path"]
    corners = [row for row in path if row["net"] in ("dense", "ticket") and row["step"] in (0, spec.training.steps)]
    across, up = (span([row[axis] for row in corners], spec.points).tolist() for axis in ("x", "y"))
    for row, y in enumerate(up):
        if book.has("plane", y=y):
            continue
        for x in across:
            book.add("plane", x=x, y=y, **read(book, splits, whole, named(plane.at(x, y), theta0), "train"))
        book.save()
        yield Snapshot("plane", spec.level, spec.level, "plane", row + 1, spec.points)


def read(book: Book[Landscape], splits: Splits, mask: Mask, params: Params, *names: str) -> dict[str, float]:
    """Loss and accuracy of these weights under this mask on the splits called `names`."""
    backend = backend_for(book.spec.net, book.spec.training, params, mask, splits, book.options)
    figures = {}
    for name in names:
        figures[f"{name}_loss"], figures[f"{name}_accuracy"] = backend.evaluate(name)
    return figures
