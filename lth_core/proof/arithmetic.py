"""Promises of the arithmetic: right gradients, and the same numbers in another shape or on more threads."""

from __future__ import annotations

from unittest import mock

import numpy as np

from lth_core.data import load
from lth_core.masks.mask import Mask
from lth_core.masks.prune import prune
from lth_core.nets.params import initial
from lth_core.proof.check import Finding, check
from lth_core.proof.subject import lottery
from lth_core.spec import Data, Net, Pruning, Training
from lth_core.training.backends import build, prepare
from lth_core.training.order import batches


@check("gradient", "Gradients are right", "Our own training code computes the gradient that PyTorch's autograd does.",
       "largest difference, as a share of the largest gradient")
def gradient(seed: int) -> Finding:
    import torch
    from torch.nn import functional as F

    spec, worst = lottery(seed), 0.0
    splits, theta0 = load(spec.data, seed), initial(spec.net, seed)
    mask = prune(Pruning(rate=0.6, output_rate=0.6), Mask.dense(spec.net), theta0, seed, 1)
    batch = batches(seed, spec.data.train, 60, 0, 1)  # 60 images of MNIST
    weights = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in theta0.items()}
    signal = torch.tensor(splits.train.images[batch[0]], dtype=torch.float64)
    for layer in ("fc1", "fc2", "fc3"):
        alive = torch.tensor(mask[f"{layer}.weight"])
        signal = F.linear(signal, weights[f"{layer}.weight"] * alive, weights[f"{layer}.bias"])
        signal = signal if layer == "fc3" else signal.relu()
    F.cross_entropy(signal, torch.tensor(splits.train.labels[batch[0]])).backward()
    for kind in ("dense", "sparse"):
        plain = Training(optimiser="sgd", lr=1.0)  # one step of it subtracts the gradient itself
        net = build(kind, spec.net, plain, theta0, mask, prepare(splits))
        before, _, after = net.params(), net.advance(batch), net.params()
        for name, weight in weights.items():
            right = weight.grad.numpy()  # type: ignore[union-attr]
            worst = max(worst, np.abs(before[name] - after[name] - right).max() / np.abs(right).max())
    return Finding(bool(worst < 1e-5), float(worst),
                   "All weights and biases, two kernels, 60 images. "
                   "More than 10 millionths would fail.")


@check("kernel", "Small and whole are one", "A kernel that holds the survivors alone trains as the whole net does.",
       "largest difference of a weight after 50 steps")
def kernel(seed: int) -> Finding:
    spec = lottery(seed)
    splits, theta0 = load(spec.data, seed), initial(spec.net, seed)
    mask = prune(Pruning(rate=0.8, output_rate=0.6), Mask.dense(spec.net), theta0, seed, 1)
    training, ends, losses = Training(optimiser="sgd", lr=0.1, momentum=0.9), [], []
    for kind in ("sparse", "reference"):  # survivors alone; PyTorch with a mask
        net = build(kind, spec.net, training, theta0, mask, prepare(splits))
        net.advance(batches(seed, spec.data.train, 60, 0, 50))
        ends.append(net.params())
        losses.append(net.evaluate("test")[0])
    worst = max(float(np.abs(ends[0][name] - ends[1][name]).max()) for name in theta0)
    moved = max(float(np.abs(ends[0][name] - theta0[name])[mask[name]].max()) for name in mask)
    return Finding(worst < 1e-4 < moved, worst,
                   f"{mask.kept:,} weights beside {mask.total:,}; test loss {losses[0]:.6f} and {losses[1]:.6f}. "
                   "More than 100 millionths would fail.")


@check("threads", "Two threads are one", "On two threads a training gives the same numbers as on one, bit for bit.",
       "numbers that differ in a bit")
def threads(seed: int) -> Finding:
    from lth_core.training.backends import crew

    splits, theta0, net = load(Data(), seed), initial(Net(), seed), Net()  # LeNet-300-100 on whole digits
    half = prune(Pruning(rate=0.7), Mask.dense(net), theta0, seed, 1)
    differ, compared = 0, 0
    with mock.patch.object(crew, "free_cores", return_value=2):  # two, however busy this machine is
        for kind, mask in (("dense", Mask.dense(net)), ("sparse", half)):
            one, two = (build(kind, net, Training(), theta0, mask, prepare(splits), count) for count in (1, 2))
            losses = [each.advance(batches(seed, 55_000, 60, 0, 30)) for each in (one, two)]
            pairs = [losses, *([one.state()[name], two.state()[name]] for name in one.state())]
            differ += sum(int(np.sum(first != second)) for first, second in pairs)
            compared += sum(first.size for first, _ in pairs)
    return Finding(differ == 0, differ, f"{compared:,} numbers of LeNet-300-100 after 30 steps, whole and pruned.")
