"""Masks chosen before any training, and what becomes of them: GraSP, SynFlow, magnitude at the start, ERK by lot.

The checks are those of *Missing the mark* (Frankle et al., ICLR 2021): the same mask with its entries permuted within
every layer, and the same mask on fresh weights. A method that had found the right weights would lose by either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from lth_core import measures
from lth_core.data import Splits
from lth_core.experiments.lab import erk, grasp, snip, synflow
from lth_core.experiments.lab.spec import Lab
from lth_core.masks.mask import Mask
from lth_core.masks.select import remove_lowest_globally
from lth_core.nets.params import Params, initial
from lth_core.running.book import Book
from lth_core.running.cell import run_cell
from lth_core.running.conditions import Start, random_like, shuffled_mask
from lth_core.snapshot import Snapshot
from lth_core.spec import Condition, Spec

# Replicates end at 999 and `masks.prune` draws at 1,007: places drawn for ERK are nobody else's.
BY_LOT = 1_011


def level(book: Book[Lab], splits: Splits, at: int, counts: Mapping[str, int]) -> Iterator[Snapshot]:
    """Train under the method's mask of as many weights as the ticket of round `at`, wherever in the net they are.

    Conditions: the method's name; and at the last level `-shuffled`, its mask permuted within each layer, and
    `-reinit`, its mask on fresh weights. ERK draws by lot, which leaves nothing to shuffle. SNIP's own trainings are
    another lab's: here only `snip-reinit` is trained.
    """
    spec = book.spec
    name, theta0 = spec.method, initial(spec.net, spec.seed)
    checked = at == spec.levels[-1] and name not in ("erk", "snip-reinit")
    wanted = [one for one in (name, *((f"{name}-shuffled", f"{name}-reinit") if checked else ()))
              if not book.has("cells", round=at, condition=one)]
    if not wanted:
        return
    mask = find(book, splits, name.removesuffix("-reinit"), sum(counts.values()), at)
    for one in wanted:
        own = shuffled_mask(mask, spec.seed, 0, at) if one.endswith("-shuffled") else mask
        start = initial(spec.net, spec.seed, "reinit", 0, at) if one.endswith("-reinit") else theta0
        yield from run_cell(book, splits, at, Condition(one), Start(start, own), spec.training, 0)


def collapse(book: Book[Lab], splits: Splits, at: int, counts: Mapping[str, int]) -> Iterator[Snapshot]:
    """Only look at the masks, each of as many weights as the ticket of round `at`: nothing is trained.

    Table `masks`: a row a method, with what every layer keeps, dead units and paths (see `measures`), and the `seconds`
    that the mask took to find (scores are computed at the first level only). A layer with no weight left lets nothing
    through: *layer collapse*.
    """
    spec = book.spec
    for name in NAMES:
        if book.has("masks", round=at, condition=name):
            continue
        began = book.options.clock()
        mask = find(book, splits, name, sum(counts.values()), at)
        row = {"round": at, "condition": name, **measures.survivors(mask), **measures.connectivity(mask)}
        book.add("masks", **row, seconds=book.options.clock() - began)
        book.save()
        yield Snapshot("mask", at, spec.rounds, name, measures=row)


def find(book: Book[Lab], splits: Splits, name: str, keep: int, at: int) -> Mask:
    """The mask of `keep` weights that the method called `name` (one of NAMES) chooses for this run's net.

    at: the round whose size it is, for places drawn by lot.
    """
    spec = book.spec
    theta0 = initial(spec.net, spec.seed)
    if name == "synflow":
        return synflow.cut(spec.net, theta0, keep)
    if name == "erk":
        return _by_lot(spec, erk.counts(spec.net, keep), at)
    dense, kept = Mask.dense(spec.net), book.state.scores
    under = {layer: f"{name}/{layer}" for layer in dense}
    if not kept.keys() >= set(under.values()):  # once a run: only where the cut falls differs by level
        kept |= {under[layer]: values for layer, values in SCORES[name](spec, splits, theta0).items()}
    return remove_lowest_globally({layer: kept[under[layer]] for layer in dense}, dense, dense.total - keep)


def _by_lot(spec: Spec, counts: Mapping[str, int], at: int) -> Mask:
    first = {name: (np.arange(alive.size) < counts[name]).reshape(alive.shape)
             for name, alive in Mask.dense(spec.net).items()}
    return random_like(Mask(first), spec.seed, BY_LOT, at)


def _snip(spec: Spec, splits: Splits, theta0: Params) -> dict[str, np.ndarray]:
    return snip.sensitivity(spec.net, theta0, snip.looks(spec, splits))


def _grasp(spec: Spec, splits: Splits, theta0: Params) -> dict[str, np.ndarray]:
    images, labels = map(np.concatenate, zip(*snip.looks(spec, splits), strict=True))  # those that SNIP looks at
    return {name: -values for name, values in grasp.scores(spec.net, theta0, images, labels).items()}


def _magnitude(spec: Spec, splits: Splits, theta0: Params) -> dict[str, np.ndarray]:
    return {name: np.abs(theta0[name]) for name in Mask.dense(spec.net)}


# Those that score every weight once; the highest of the whole net stay.
SCORES: dict[str, Callable[[Spec, Splits, Params], dict[str, np.ndarray]]] = {
    "snip": _snip, "grasp": _grasp, "magnitude-start": _magnitude}
NAMES = ("snip", "grasp", "synflow", "magnitude-start", "erk")
