"""The net of six weights: its gradient against autograd, its cut against the definition, its rewind to the bit."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lth_core import by_hand
from lth_core.by_hand import LEFT, PICTURES, RATE, STEPS, play

FIRST = (0.3, 0.6, 0.8, 0.2, 0.4, -0.6)


def trained_by_autograd(start: np.ndarray, kept: np.ndarray) -> np.ndarray:
    weights = torch.tensor(start, requires_grad=True)
    pictures, left = torch.tensor(PICTURES), torch.tensor(LEFT)
    for _ in range(STEPS):
        answer = torch.tanh(pictures @ weights[:4].view(2, 2).T) @ weights[4:]
        (gradient,) = torch.autograd.grad(torch.nn.functional.binary_cross_entropy_with_logits(answer, left), weights)
        weights = (weights - RATE * torch.tensor(kept) * gradient).detach().requires_grad_()
    return weights.detach().numpy()


@pytest.mark.parametrize("first", [FIRST, (-1.4, 0.6, 0.8, 0.2, 0.4, -0.6), (2.0, -2.0, 1.9, 0.1, -0.3, 0.7)])
def test_it_is_trained_as_autograd_trains_it(first: tuple[float, ...]) -> None:
    told = play(first)
    np.testing.assert_allclose(told.trained, trained_by_autograd(told.first, np.ones(6)), rtol=1e-9)
    np.testing.assert_allclose(told.retrained, trained_by_autograd(told.rewound, told.kept.astype(float)), rtol=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_the_smallest_goes_and_the_rest_begin_where_they_began(seed: int) -> None:
    first = tuple(np.random.Generator(np.random.Philox(seed)).uniform(-2, 2, 6).round(1).tolist())
    told = play(first)
    assert told.kept.sum() == 5 and not told.kept[np.argmin(np.abs(told.trained))]
    np.testing.assert_array_equal(told.rewound, np.where(told.kept, first, 0))
    assert told.retrained[~told.kept] == 0
    assert all(0 <= right <= 8 for right in (told.right_first, told.right_trained, told.right_ticket))


def test_without_first_values_nothing_can_be_learned() -> None:
    told = play((0.0,) * 6)
    assert not told.trained.any() and told.kept.sum() == 5 and told.right_trained == 4  # no gradient: half by chance


def test_the_task_is_what_the_page_says() -> None:
    np.testing.assert_array_equal(by_hand.LEFT, PICTURES[:, 0] > PICTURES[:, 1])
