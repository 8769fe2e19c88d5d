"""Train a small Transformer, read it with every set of its heads, and prune them one after the other.

Eight heads have 256 sets, few enough to read them all: a rule of thumb can be held against the best there is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from lth_core import measures
from lth_core.data import Splits, load
from lth_core.experiments.heads import attention
from lth_core.experiments.heads.attention import ALL
from lth_core.experiments.heads.spec import TICKET, WITHOUT, Heads
from lth_core.masks.mask import Mask
from lth_core.masks.select import remove_lowest_globally
from lth_core.nets.layers import HEADS
from lth_core.nets.params import Params, initial
from lth_core.running.backend_for import backend_for
from lth_core.running.book import Book
from lth_core.running.cell import run_cell
from lth_core.running.conditions import Start
from lth_core.running.options import Options
from lth_core.running.stretch import begun, pieces
from lth_core.snapshot import Snapshot
from lth_core.spec import Condition, Training
from lth_core.streams import stream as chance

DENSE = "dense"
IMPORTANCE, RANDOM, BEST, WEIGHTS = "importance", "random", "best", "weights"
WAYS = (IMPORTANCE, RANDOM, BEST, WEIGHTS)
AGAIN = "-retrained"
NO_HEADS = -1  # where a set of heads would stand, of a net that lost single weights
FIGURES = ("test_loss", "test_accuracy")


def stream(spec: Heads, options: Options) -> Iterator[Snapshot]:
    """Table `sets`: all 256 sets of heads, `code` as in `attention`, with loss (nats) and accuracy (0–1) on validation
    and test images. Table `heads`: the `importance` of each in nats, and `by_layer`, what ranks it.

    Table `cells`: round r is r heads pruned. Conditions: `importance`, the least important go; `random`, in an order
    drawn once; `best`, the set of that size that reads most validation images; `weights`, as many single weights of
    the smallest magnitude instead. `-retrained` behind their name: trained on. At `rewound` rounds
    also, trained from θ₀ in full: `heads-rewound` without the heads that `importance` prunes, and `ticket`, the mask
    of `weights`. Tables `curves` and `costs` of the full trainings. A training that diverged is not pruned.
    """
    splits, book = load(spec.data, spec.seed), Book.open(spec, options)
    theta0 = initial(spec.net, spec.seed)
    if not book.has("cells", condition=DENSE):
        start = Start(theta0, Mask.dense(spec.net))
        yield from run_cell(book, splits, 0, Condition(DENSE), start, spec.training, 0, keep=True)
    params = book.state.trained[DENSE]
    if all(np.isfinite(value).all() for value in params.values()):
        yield from _sets(book, splits, params)
        yield from _pruned(book, splits, params, theta0)
    yield Snapshot("done", ALL, ALL, result=book.result())


def _sets(book: Book[Heads], splits: Splits, params: Params) -> Iterator[Snapshot]:
    """Read the net with every set of its heads, those with one set of the first block's at a time."""
    spec = book.spec
    model = attention.built(spec.net, params)
    if "heads" not in book.rows:
        scores = attention.importance(model, splits.train.head(spec.calibration),
                                      splits.train.labels[: spec.calibration])
        told = zip(scores.ravel(), attention.by_layer(scores).ravel(), strict=True)
        book.rows["heads"] = [{"head": head, "importance": float(one), "by_layer": float(ranked)}
                              for head, (one, ranked) in enumerate(told)]
    parts = {"validation": splits.validation, "test": splits.test}
    images = {name: part.head(min(spec.judged, len(part))) for name, part in parts.items()}
    for first in range(1 << HEADS):
        if book.has("sets", code=first):
            continue
        read = {name: attention.judged(model, first, seen, parts[name].labels[: len(seen)])
                for name, seen in images.items()}
        for second in range(1 << HEADS):
            code = first | second << HEADS
            figures = {f"{name}_{what}": float(found[second, at]) for name, found in read.items()
                       for at, what in enumerate(("loss", "accuracy"))}
            book.add("sets", code=code, heads=code.bit_count(), **figures)
        book.save()
        yield Snapshot("sets", 0, ALL, "sets", first + 1, 1 << HEADS)


def _pruned(book: Book[Heads], splits: Splits, params: Params, theta0: Params) -> Iterator[Snapshot]:
    """Prune one head after the other, in every way."""
    spec = book.spec
    orders = _orders(book)
    for level in range(1, ALL + 1):
        codes = {way: orders[way][level] for way in (IMPORTANCE, RANDOM, BEST)}
        masks = {way: attention.masked(spec.net, code) for way, code in codes.items()}
        masks[WEIGHTS] = by_magnitude(params, masks[IMPORTANCE].kept)
        for way, mask in masks.items():
            for name in (way, way + AGAIN) if level in spec.retrained else (way,):
                if not book.has("cells", round=level, condition=name):
                    code = codes.get(way, NO_HEADS)
                    told = _known(book, code, name) or _read(book, splits, params, mask, name)
                    book.add("cells", round=level, condition=name, replicate=0, seed=spec.seed, status="ok",
                             heads=ALL - level, code=code, **measures.survivors(mask), **told)
                    yield Snapshot("cell", level, ALL, name, measures=book.rows["cells"][-1])
        book.save()
        if level not in spec.rewound:
            continue
        for name, mask in ((WITHOUT, masks[IMPORTANCE]), (TICKET, masks[WEIGHTS])):
            if not book.has("cells", round=level, condition=name):
                yield from run_cell(book, splits, level, Condition(name), Start(theta0, mask), spec.training, 0)


def _known(book: Book[Heads], code: int, name: str) -> dict[str, float]:
    """What the net with these heads reads, where that is known: of all sets as they are, of some trained on."""
    if code == NO_HEADS:
        return {}
    table = book.rows["cells" if name.endswith(AGAIN) else "sets"]
    for row in table:
        if row.get("code") == code and row.get("condition", AGAIN).endswith(AGAIN):
            return {figure: row[figure] for figure in FIGURES}
    return {}


def calm(spec: Heads) -> Training:
    """How survivors are trained on: at the last rate of the training that they come from."""
    return dataclasses.replace(spec.training.at_last_rate(), steps=spec.retrain_steps)


def _read(book: Book[Heads], splits: Splits, params: Params, mask: Mask, name: str) -> dict[str, float]:
    """What the net under this mask reads, as it is or trained on with the optimiser started afresh."""
    spec = book.spec
    now: Params = mask.apply(params)
    if name.endswith(AGAIN):
        begin, training = spec.training.steps, calm(spec)
        backend = backend_for(spec.net, training, now, mask, splits, book.options)
        pieces(book, name, backend, splits, begun(book, name, backend, begin), begin + training.steps)
        book.state.places.pop(name, None)
        now = backend.params()
    images = splits.test.head(min(spec.judged, len(splits.test)))
    return dict(zip(FIGURES, attention.read(attention.built(spec.net, now), images, splits.test.labels), strict=True))


def _orders(book: Book[Heads]) -> dict[str, list[int]]:
    """Which heads are on after so many were pruned, by way: nine sets each, all heads first."""
    scores = [row["by_layer"] for row in book.rows["heads"]]
    drawn = chance(book.spec.seed, "mask", 2_019).permutation(ALL)  # a number of its own, as other streams of masks
    sets = book.rows["sets"]
    best = [max((row for row in sets if row["heads"] == ALL - gone),
                key=lambda row: (row["validation_accuracy"], -row["validation_loss"], -row["code"]))["code"]
            for gone in range(ALL + 1)]
    return {IMPORTANCE: one_by_one(np.argsort(scores, kind="stable")), RANDOM: one_by_one(drawn), BEST: best}


def one_by_one(order: np.ndarray) -> list[int]:
    """The sets that are left when heads go in this order.

    >>> [f"{code:08b}" for code in one_by_one(np.arange(8))][:3]
    ['11111111', '11111110', '11111100']
    """
    codes = [(1 << ALL) - 1]
    for head in order:
        codes.append(codes[-1] & ~(1 << int(head)))
    return codes


def by_magnitude(params: Params, keep: int) -> Mask:
    """The `keep` largest weights of the whole net."""
    sizes = {name: np.abs(value) for name, value in params.items() if name.endswith(".weight")}
    whole = Mask({name: np.ones(value.shape, np.bool_) for name, value in sizes.items()})
    return remove_lowest_globally(sizes, whole, whole.total - keep)
