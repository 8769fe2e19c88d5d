"""The diagonal of the Hessian, for every weight of a plain ReLU net (LeCun, Denker & Solla 1990).

Between two kinks of its ReLUs such a net is linear in any single weight, so the second derivative of the loss comes
from the softmax alone: for the input a of a unit with slopes J_c = ∂logit_c/∂a it is Σ p_c J_c² − (Σ p_c J_c)², and a
weight with input x gets x² times that. No labels are needed, and nothing is left out: `exact` is autograd's diagonal.
The paper carries only diagonals from layer to layer, `recursion`: cheaper by the number of classes, and exact in the
output layer alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lth_core.nets.params import Params


def exact(params: Params, images: np.ndarray) -> dict[str, np.ndarray]:
    """∂²L/∂w² of every weight, mean over images (n, features); float64 in the weights' shapes, never negative.

    >>> net = {"fc1.weight": np.array([[1.0], [0.0]]), "fc1.bias": np.zeros(2)}
    >>> exact(net, np.array([[0.0], [2.0]]))["fc1.weight"].round(3).tolist()
    [[0.21], [0.21]]
    """
    inputs, logits = activations(params, images)
    chances = softmax(logits)  # (n, classes)
    slopes = np.broadcast_to(np.eye(logits.shape[1]), (len(logits), *2 * logits.shape[1:]))  # (n, units, classes)
    found = {}
    for name, signal in reversed(inputs.items()):
        mean = np.einsum("nuc,nc->nu", slopes, chances)
        curved = np.einsum("nuc,nc->nu", slopes**2, chances) - mean**2  # (n, units)
        found[name] = np.maximum(curved, 0).T @ signal**2 / len(images)
        if signal is not next(iter(inputs.values())):
            weight = np.asarray(params[name], np.float64)  # (units, inputs)
            slopes = np.einsum("nuc,ui->nic", slopes, weight, optimize=True) * (signal > 0)[:, :, None]
    return dict(reversed(found.items()))


def recursion(params: Params, images: np.ndarray) -> dict[str, np.ndarray]:
    """As `exact`, by the paper's recursion: p_c (1 − p_c) at the logits, then Σ_u w_uv² h_u through a live unit v."""
    inputs, logits = activations(params, images)
    chances = softmax(logits)
    curved = chances * (1 - chances)  # (n, units)
    found = {}
    for name, signal in reversed(inputs.items()):
        found[name] = curved.T @ signal**2 / len(images)
        curved = curved @ np.asarray(params[name], np.float64) ** 2 * (signal > 0)
    return dict(reversed(found.items()))


def saliency(params: Params, diagonal: Params) -> dict[str, np.ndarray]:
    """½ h w² of every weight: by how much the loss would rise without it, if it rose as a parabola."""
    return {name: 0.5 * curved * np.asarray(params[name], np.float64) ** 2 for name, curved in diagonal.items()}


def activations(params: Params, images: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """What enters each layer, (n, inputs) by the weights' name, and the logits (n, classes), all float64."""
    inputs: dict[str, np.ndarray] = {}
    signal = np.asarray(images, np.float64)
    for name, bias in _layers(params):
        signal = np.maximum(signal, 0) if inputs else signal
        inputs[name] = signal
        signal = signal @ np.asarray(params[name], np.float64).T + bias
    return inputs, signal


def softmax(logits: np.ndarray) -> np.ndarray:
    """Chances of each class, rows summing to 1."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances: np.ndarray = raised / raised.sum(axis=1, keepdims=True)
    return chances


def _layers(params: Params) -> Iterator[tuple[str, np.ndarray]]:
    for name in params:
        if name.endswith(".weight"):
            yield name, params[f"{name.removesuffix('.weight')}.bias"]
