"""What a BatchNorm net reads once its statistics are those of the data, not a running average.

Ioffe & Szegedy (2015, algorithm 2) fix a net's means and variances after training, from training images. The running
averages that usually stand in for them fail in very sparse nets. Some units there say the same for every image, since
all that reaches them is constant. Their variance is 0, their running mean lags a little behind, and that lag
is divided by √ε = 0.003: magnified 316 times, and again in the next layer.
"""

from __future__ import annotations

import numpy as np

from lth_core.data import Splits
from lth_core.masks.mask import Mask
from lth_core.nets.params import Params
from lth_core.running.backend_for import backend_for
from lth_core.running.options import Options
from lth_core.spec import Net, Training
from lth_core.training.backends import GPU

BATCHNORM_EXAMPLES = 5_000  # enough that the statistics do not depend on the sample


def errors(
    net: Net, training: Training, mask: Mask, params: Params, splits: Splits, options: Options
) -> dict[str, float]:
    """`test_error` and `train_error` (first `examples.PROBE` training images) in 0–1 of a net, its BatchNorm statistics
    measured anew on the first BATCHNORM_EXAMPLES."""
    if net.batchnorm:
        device = GPU if options.backend == GPU else "cpu"
        params = recalibrated(net, params, splits.train.head(BATCHNORM_EXAMPLES), device)
    backend = backend_for(net, training, params, mask, splits, options)
    return {f"{name}_error": 1 - backend.evaluate(name)[1] for name in ("test", "train")}


def recalibrated(net: Net, params: Params, images: np.ndarray, device: str = "cpu") -> dict[str, np.ndarray]:
    """`params` with BatchNorm statistics measured anew on `images` (n, features); convolutions on torch's `device`.

    Halfway between two nets neither net's running averages fit the activations; without this every line would show
    a hill made of stale statistics (Jordan et al., ICLR 2023).
    """
    if net.name != "mlp":
        from lth_core.nets import module  # here: numpy has no convolutions, and torch takes a second to load

        return module.recalibrated(net, params, images, device)
    fresh, signal = dict(params), images
    for depth in range(1, len(net.sizes) - 1):
        signal = signal @ params[f"fc{depth}.weight"].T + params[f"fc{depth}.bias"]  # (n, units)
        mean, var = signal.mean(0), signal.var(0, ddof=1)
        fresh[f"bn{depth}.running_mean"], fresh[f"bn{depth}.running_var"] = mean, var
        scaled = (signal - mean) / np.sqrt(var + np.float32(1e-5)) * params[f"bn{depth}.weight"]
        signal = np.maximum(scaled + params[f"bn{depth}.bias"], 0)
    return fresh
