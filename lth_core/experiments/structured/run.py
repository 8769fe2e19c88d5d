"""Whole neurons or single weights: pruned round by round to the same numbers of weights, going back to θ₀ each time.

Without some of its neurons a layer is an ordinary smaller layer, which every library multiplies fast. The question is
what that costs in accuracy, and whether it matters which neurons go (by norm or at random), or what they start from.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lth_core.data import load
from lth_core.experiments.structured.spec import Structured
from lth_core.masks.neurons import by_neurons
from lth_core.masks.prune import prune
from lth_core.nets.params import initial, weight_names
from lth_core.running import side_by_side as chains
from lth_core.running.book import Book
from lth_core.running.cell import run_cell
from lth_core.running.conditions import Start
from lth_core.running.options import Options
from lth_core.snapshot import Snapshot
from lth_core.spec import Condition
from lth_core.streams import stream as chance

WEIGHTS, NEURONS, RANDOM, FRESH = "weights", "neurons", "random-neurons", "neurons-reinit"


def stream(spec: Structured, options: Options) -> Iterator[Snapshot]:
    """Tables `cells`, `curves` and `costs` as a lottery has them. Conditions: `weights`, single weights by magnitude,
    whose round 0 is the whole net of all; `neurons`, those of the smallest incoming norm gone, with at most as many
    weights; `random-neurons`, as many, in an order drawn once; `neurons-reinit`, the mask of `neurons` with fresh
    weights. Plain ReLU MLPs."""
    splits, book = load(spec.data, spec.seed), Book.open(spec, options)
    theta0, last = initial(spec.net, spec.seed), spec.pruning.rounds
    for level in range(book.state.level, last + 1):
        masks = chains.masks(book, level, (WEIGHTS, NEURONS, RANDOM), partial(_pruned, book, level))
        starts = {name: Start(theta0, mask) for name, mask in masks.items() if level or name == WEIGHTS}
        if level:
            starts[FRESH] = Start(initial(spec.net, spec.seed, "reinit", 0, level), masks[NEURONS])
        for name, start in starts.items():
            if not book.has("cells", round=level, condition=name):
                yield from run_cell(book, splits, level, Condition(name), start, spec.training, 0,
                                    keep=name in (WEIGHTS, NEURONS))
        if book.has("cells", round=level, status="diverged"):
            break  # no magnitudes worth ranking are left; what was measured stays
    yield Snapshot("done", last, last, result=book.result())


def _pruned(book: Book[Structured], level: int, masks: chains.Masks) -> chains.Masks:
    """The masks of round `level`, each from its own training of the round before."""
    spec = book.spec
    weights = book.state.trained[WEIGHTS]
    fewer = prune(spec.pruning, masks[WEIGHTS], weights, spec.seed, level)
    # A number of its own, 2,014, keeps this stream apart from the controls' random masks. Output units never go.
    drawn = {name: chance(spec.seed, "mask", 2_014, layer).random(len(weights[name]))
             for layer, name in enumerate(weight_names(spec.net))}
    return {WEIGHTS: fewer, NEURONS: by_neurons(book.state.trained.get(NEURONS, weights), fewer.kept),
            RANDOM: by_neurons(weights, fewer.kept, drawn)}
