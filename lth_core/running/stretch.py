"""A stretch of a training, from one step to another, with nothing measured on the way."""

from __future__ import annotations

import numpy as np

from lth_core.data import Splits
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params
from lth_core.running.book import Options
from lth_core.spec import Spec
from lth_core.training.backends import build, choose, prepare
from lth_core.training.order import batches


def stretch(
    spec: Spec, options: Options, splits: Splits, mask: Mask, params: Params, start: int, stop: int, sibling: int = 0,
) -> dict[str, np.ndarray]:
    """The parameters after the steps `start` to `stop` of the Spec's training, begun at `params` under `mask`; bit for
    bit those of a measured training. sibling: which order of the examples."""
    kind = options.backend or choose(spec.net, spec.training, mask, options.threads)
    backend = build(kind, spec.net, spec.training, params, mask, prepare(splits), options.threads, step=start)
    if stop > start:
        backend.advance(batches(spec.seed, len(splits.train.labels), spec.training.batch, start, stop, sibling))
    return backend.params()
