"""Which backend is fastest for a training: a rule of the machine's own measured crossover."""

from __future__ import annotations

from lth_core.masks.mask import Mask
from lth_core.spec import Net, Training
from lth_core.spec.names import is_own

# Share of weights below which the sparse kernel beats the dense one: for LeNet-300-100 on two AVX2 cores a sparse step
# takes 1.15, 0.94 and 0.73 of a dense one at 50, 40 and 30%. A constant, not a stopwatch at run time: the same Spec
# must take the same path, hence give the same bits, every time.
CROSSOVER = 0.4


def choose(net: Net, training: Training, mask: Mask) -> str:
    """A backend's name, by a rule of the Spec alone, so that the same Spec gives the same bits.

    >>> choose(Net(), Training(), Mask.dense(Net()))
    'dense'
    >>> conv = Net("conv2", (784, 256, 256, 10))
    >>> choose(conv, Training(), Mask.dense(conv))
    'reference'
    """
    only_autograd = net.name != "mlp" or training.augment or (net.batchnorm and len(net.sizes) == 2)
    if only_autograd or is_own(training.optimiser):
        return "reference"
    if net.batchnorm:
        return "batchnorm"
    return "sparse" if mask.density < CROSSOVER else "dense"
