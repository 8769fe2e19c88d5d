"""Which backend trains a net, and that backend made: the one place where options, rule and images meet."""

from __future__ import annotations

from lth_core.data import Splits
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params
from lth_core.running.options import Options
from lth_core.spec import Net, Training
from lth_core.training.backends import Backend, build, choose, prepare


def kind_for(net: Net, training: Training, mask: Mask, options: Options, frozen: bool = False) -> str:
    """The backend's name: what the options force, otherwise what the measured rule says.

    frozen: pruned weights keep their values, which the sparse kernels do not hold.
    """
    kind = options.backend or choose(net, training, mask)
    return "dense" if frozen and kind == "sparse" else kind


def backend_for(
    net: Net, training: Training, params: Params, mask: Mask, splits: Splits, options: Options, *, step: int = 0,
    frozen: bool = False, threads: int | None = None,
) -> Backend:
    """The backend with the net at `params` under `mask`, ready to take step `step` of the schedule.

    threads: cores it may use, those of the options by default. Raises SpecError for a forced backend that cannot train
    this net.

    >>> from lth_core.data import load
    >>> from lth_core.experiments.dense.spec import TINY
    >>> from lth_core.nets.params import initial
    >>> splits, mask = load(TINY.data, 0), Mask.dense(TINY.net)
    >>> backend_for(TINY.net, TINY.training, initial(TINY.net, 0), mask, splits, Options()).name
    'dense'
    """
    kind = kind_for(net, training, mask, options, frozen)
    return build(kind, net, training, params, mask, prepare(splits), threads or options.threads, step=step,
                 frozen=frozen)
