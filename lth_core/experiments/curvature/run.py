"""Train once, cut once: what second derivatives know about a finished net that the size of its weights does not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from lth_core import measures
from lth_core.data import Splits, load
from lth_core.experiments.curvature import layerwise
from lth_core.experiments.curvature.cuts import OBD, PATTERN, RETRAINED, SPARSEGPT, Cut, Trained
from lth_core.experiments.curvature.spec import Curvature
from lth_core.masks.mask import Mask
from lth_core.masks.prune import schedule
from lth_core.masks.select import remove_lowest
from lth_core.nets.params import initial
from lth_core.running.backend_for import backend_for
from lth_core.running.book import Book
from lth_core.running.cell import run_cell
from lth_core.running.conditions import Start
from lth_core.running.options import Options
from lth_core.running.stretch import begun, pieces
from lth_core.snapshot import Snapshot
from lth_core.spec import Condition

DENSE = "dense"  # the condition of the training before the cuts, round 0
SAMPLE = 1_500  # weights drawn, at most: evenly spaced over the whole net


def stream(spec: Curvature, options: Options) -> Iterator[Snapshot]:
    """Tables `cells` (round 0 the dense net; then one row a level and cut, see `cuts`), `curves` and `costs` of the
    training. A row of a cut: how many weights it keeps, `test_accuracy` and `test_loss`, in 0–1 and nats.

    `obd`: cuts with `-retrained` behind their name trained on; tables `weights` (a sample: `layer` from 1, `magnitude`,
    `saliency`) and `edges` (for each level of the whole net's cuts the highest score that went, by `magnitude` and by
    `saliency`, and the `overlap` of the two masks). `sparsegpt`: table `pattern`, cuts in the 2:4 pattern; `lost`
    in its rows is the share of the first layer's output that is wrong on the calibration images. Both: table `times`,
    how long each mask took to find. A training that diverged is not cut.
    """
    splits, book = load(spec.data, spec.seed), Book.open(spec, options)
    dense = Mask.dense(spec.net)
    if not book.has("cells", condition=DENSE):
        start = Start(initial(spec.net, spec.seed), dense)
        yield from run_cell(book, splits, 0, Condition(DENSE), start, spec.training, 0, keep=True)
    params = book.state.trained[DENSE]
    if all(np.isfinite(value).all() for value in params.values()):
        net = Trained(params, splits.train.head(spec.calibration), spec.dampening)
        yield from _cuts(book, splits, net)
    yield Snapshot("done", spec.levels[-1], spec.pruning.rounds, result=book.result())


def _cuts(book: Book[Curvature], splits: Splits, net: Trained) -> Iterator[Snapshot]:
    spec = book.spec
    counts = schedule(spec.pruning, net.whole)
    if spec.work == "obd" and "weights" not in book.rows:
        book.rows["weights"] = sample(net)
    for level in spec.levels:
        if spec.work == "obd" and not book.has("edges", round=level):
            book.add("edges", round=level, **_edges(net, sum(counts[level].values())))
        for name in OBD if spec.work == "obd" else SPARSEGPT:
            began = book.options.clock()
            if book.has("cells", round=level, condition=name):
                continue
            cut = net.cut(name, counts[level])
            seconds = book.options.clock() - began
            rows = [_row(book, splits, net, cut, level, name)]
            if spec.work == "obd" and name in RETRAINED:
                again = f"{name}-retrained"
                rows.append(_row(book, splits, net, _retrained(book, splits, cut, again), level, again))
            book.add("times", round=level, condition=name, seconds=seconds)
            for row in rows:
                book.add("cells", **row)
            book.save()
            for row in rows:
                yield Snapshot("cell", level, spec.pruning.rounds, row["condition"], measures=row)
    for name in SPARSEGPT if spec.work == "sparsegpt" else ():
        if not book.has("pattern", condition=name):
            row = _row(book, splits, net, net.patterned(name), spec.levels[-1], name)
            book.add("pattern", **row)
            book.save()
            yield Snapshot("pattern", spec.levels[-1], spec.pruning.rounds, f"{name}, {PATTERN}", measures=row)


def _row(book: Book[Curvature], splits: Splits, net: Trained, cut: Cut, level: int, name: str) -> dict[str, Any]:
    """What a cut amounts to."""
    spec = book.spec
    backend = backend_for(spec.net, spec.training, cut.params, cut.mask, splits, book.options)
    loss, accuracy = backend.evaluate("test")
    row = {"round": level, "condition": name, "replicate": 0, "seed": spec.seed, "status": "ok",
           **measures.survivors(cut.mask), "test_accuracy": accuracy, "test_loss": loss}
    if spec.work == "sparsegpt":
        first = next(iter(net.whole))
        row["lost"] = layerwise.lost(net.params[first], cut.params[first], net.first_hessian)
    return row


def _retrained(book: Book[Curvature], splits: Splits, cut: Cut, name: str) -> Cut:
    """The survivors trained on, with the optimiser started afresh, on the examples that come next. name: under which
    the book keeps the place on the way."""
    spec = book.spec
    training = dataclasses.replace(spec.training, steps=spec.retrain_steps, warmup=0)
    backend = backend_for(spec.net, training, cut.params, cut.mask, splits, book.options)
    begin = spec.training.steps
    pieces(book, name, backend, splits, begun(book, name, backend, begin), begin + training.steps)
    book.state.places.pop(name, None)
    return Cut(cut.mask, backend.params())


def _edges(net: Trained, keep: int) -> dict[str, float]:
    """Where the whole net's two cuts run: the highest score of a weight that goes, and how far the masks agree."""
    found, masks = {}, []
    for name, scores in (("magnitude", net.magnitude), ("saliency", net.saliency)):
        flat = np.concatenate([values.ravel() for values in scores.values()])
        mask = remove_lowest({"all": flat}, Mask({"all": np.ones(flat.size, np.bool_)}), {"all": flat.size - keep})
        found[name] = float(flat[~mask["all"]].max(initial=0))
        masks.append(mask)
    return {**found, "overlap": masks[0].overlap(masks[1]), "overlap_by_chance": masks[0].overlap_by_chance(masks[1])}


def sample(net: Trained) -> list[dict[str, Any]]:
    """Every so-manieth weight of the whole net with both its scores."""
    layer = np.concatenate([np.full(values.size, depth) for depth, values in enumerate(net.magnitude.values(), 1)])
    magnitude, saliency = (np.concatenate([values.ravel() for values in scores.values()])
                           for scores in (net.magnitude, net.saliency))
    return [{"layer": int(layer[at]), "magnitude": float(magnitude[at]), "saliency": float(saliency[at])}
            for at in range(0, layer.size, max(1, layer.size // SAMPLE))]
