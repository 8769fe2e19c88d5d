"""The lottery itself: train → prune → rewind → repeat, with the controls at every density.

Frankle & Carbin (ICLR 2019) section 2, strategy 1: after each round the survivors go back to their original values.
With `rewind.step` > 0 they go back to step k instead (Frankle et al., ICML 2020); with modes `lr` and `fine-tune` the
weights stay where training left them (Renda et al., ICLR 2020).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from lth_core import measures
from lth_core.data import load
from lth_core.experiments.lottery.further import begun
from lth_core.experiments.lottery.spec import Lottery
from lth_core.masks.mask import Mask
from lth_core.masks.prune import prune
from lth_core.nets.params import Params, initial
from lth_core.results.deaths import masks_at
from lth_core.running.book import Book
from lth_core.running.cell import run_cell
from lth_core.running.conditions import TICKET, Start, begin
from lth_core.running.options import Options
from lth_core.snapshot import Snapshot
from lth_core.spec import Condition, Training

if TYPE_CHECKING:
    from lth_core.own.spec import Own


def stream(spec: Lottery, options: Options) -> Iterator[Snapshot]:
    """Every moment of the experiment, from the dense training to the last control of the last round.

    Result tables: `cells` (one row a training), `curves` (one row a measured point), `costs` (seconds and FLOPs a
    training; the only numbers that differ between two runs), `movement` (how kept and pruned weights moved, one row a
    round). Arrays: `died/<weight>`, the round each weight died in (0 = survived all rounds), uint8;
    `final/<round>`, surviving weights after the round's ticket training, `final/<round>/rest`, its biases and the like,
    and `final/rewound`, θₖ where k > 0, all float32 (`read` takes them out); `path/<round>`, the survivors among
    the `drawn.followed` weights at each measured point of it, float32 (points, survivors).
    """
    splits = load(spec.data, spec.seed)
    book = begun(spec, options)
    theta0 = initial(spec.net, spec.seed)
    mask = Mask.dense(spec.net)
    for level in range(spec.pruning.rounds + 1):
        if level:
            mask = next_mask(book, level, mask, theta0)
            yield Snapshot("prune", level, spec.pruning.rounds, measures=measures.survivors(mask), mask=mask)
        rewound = book.state.rewound or theta0
        for condition in conditions_at(spec, level):
            if book.has("cells", round=level, condition=condition.name, replicate=condition.replicate):
                continue
            if condition == TICKET:
                start = _ticket_start(book, spec, level, mask, rewound)
                book.state.began = dict(start.params)
            else:
                start = begin(condition, spec.net, spec.seed, level, mask, rewound)
            training, first = budget(spec, level, start)
            yield from run_cell(book, splits, level, condition, start, training, first)
        if book.has("cells", round=level, condition="ticket", status="diverged"):
            break  # no magnitudes worth ranking are left; what was measured stays
    yield Snapshot("done", spec.pruning.rounds, spec.pruning.rounds, result=book.result())


def conditions_at(spec: Lottery | Own, level: int) -> tuple[Condition, ...]:
    """The ticket first, since the next round hangs on it. The dense net needs no controls."""
    controls = (c for c in spec.conditions if c.name != "ticket" and (not c.rounds or level in c.rounds))
    return (TICKET, *controls) if level else (TICKET,)


def _ticket_start(book: Book[Lottery], spec: Lottery, level: int, mask: Mask, rewound: dict[str, np.ndarray]) -> Start:
    if level and spec.rewind.mode != "weights":
        return begin(TICKET, spec.net, spec.seed, level, mask, book.state.final)
    return begin(TICKET, spec.net, spec.seed, level, mask, rewound if level else initial(spec.net, spec.seed))


def budget(spec: Lottery | Own, level: int, start: Start) -> tuple[Training, int]:
    """Schedule and first step of a training. Fresh weights get the whole budget; rewound ones resume at step k."""
    if level == 0 or start.fresh:
        return spec.training, 0
    if spec.rewind.mode == "fine-tune":
        return spec.training.at_last_rate(), spec.rewind.step
    return spec.training, spec.rewind.step


def next_mask(
    book: Book[Lottery] | Book[Own], level: int, mask: Mask, theta0: Params, shares: Mapping[str, float] | None = None,
) -> Mask:
    """Prune the ticket's final weights once per level, also when a resumed run passes here again."""
    spec, state = book.spec, book.state
    if state.level >= level:
        return masks_at({name: book.arrays[f"died/{name}"] for name in mask}, level)
    final = state.dense if spec.pruning.schedule == "one-shot" else state.final
    smaller = prune(spec.pruning, mask, final, spec.seed, level, theta0, shares)
    book.add("movement", round=level - 1, **measures.movement(state.began, state.final, smaller, mask))
    for name in mask:
        at = book.arrays.setdefault(f"died/{name}", np.zeros(mask[name].shape, np.uint8))
        at[mask[name] & ~smaller[name]] = level
    state.masks[TICKET.name], state.level = smaller, level
    return smaller
