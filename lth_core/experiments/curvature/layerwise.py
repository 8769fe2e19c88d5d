"""One layer at a time: what its inputs say about which weights it can spare, and how the others make up for them.

A layer W sees inputs X, so what a change δ of one row costs at its output is δ H δᵀ with H = (2/n) Σ x xᵀ, the same for
every row. Wanda (Sun et al., ICLR 2024) needs the diagonal of H alone. SparseGPT (Frantar & Alistarh, ICML 2023) goes
through the columns from left to right: a weight that goes is made up for by those to its right in the row, as Optimal
Brain Surgeon (Hassibi & Stork, 1993) would with the columns before it frozen. One Cholesky factor has all it needs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from lth_core.masks.select import round_half_up

BLOCK = 128  # columns whose masks are chosen together, as in the authors' code
GROUP, KEPT = 4, 2  # of each four weights in a row at most two stay: the 2:4 pattern that graphics cards run faster

# Which weights of some columns go: (weights (rows, columns) now, U's diagonal there, first column) → True where pruned.
Choice: TypeAlias = Callable[[np.ndarray, np.ndarray, int], np.ndarray]


def gram(inputs: np.ndarray) -> np.ndarray:
    """H = (2/n) Σ x xᵀ of inputs (n, features): float64 (features, features)."""
    signal = np.asarray(inputs, np.float64)
    found: np.ndarray = 2 / len(signal) * (signal.T @ signal)
    return found


def factor(hessian: np.ndarray, dampening: float) -> np.ndarray:
    """The upper U with UᵀU = H⁻¹, `dampening` times the diagonal's mean added to H first.

    Inputs that are always zero get a 1 on the diagonal: H could not be inverted otherwise. U_jj² is the j-th diagonal
    entry of the inverse when the columns before j are frozen: what Optimal Brain Surgeon divides by.
    """
    damped = hessian + np.diag(np.where(np.diag(hessian) == 0, 1.0, 0.0))
    damped += np.eye(len(hessian)) * (dampening * float(np.mean(np.diag(damped))))
    upper: np.ndarray = np.linalg.cholesky(np.linalg.inv(damped)).T
    return upper


def sweep(weights: np.ndarray, upper: np.ndarray, choose: Choice, width: int = BLOCK) -> tuple[np.ndarray, np.ndarray]:
    """SparseGPT's walk over the columns: (mask, weights), both (rows, columns), pruned weights exactly 0.

    upper: of `factor`. choose: asked once for every `width` columns, when those before have been dealt with.
    """
    now = np.array(weights, np.float64)
    gone = np.zeros(now.shape, np.bool_)
    for first in range(0, now.shape[1], width):
        end = min(first + width, now.shape[1])
        gone[:, first:end] = choose(now[:, first:end], np.diag(upper)[first:end], first)
        errors = np.zeros((len(now), end - first))
        for at in range(first, end):
            error = np.where(gone[:, at], now[:, at], 0.0) / upper[at, at]  # (rows,)
            now[:, at:end] -= np.outer(error, upper[at, at:end])
            now[gone[:, at], at] = 0.0
            errors[:, at - first] = error
        now[:, end:] -= errors @ upper[first:end, end:]
    return ~gone, now


def share(count: int, size: tuple[int, int]) -> Choice:
    """Lowest w²/U_jj² of each block, so that in the end exactly `count` weights of a layer of that size stay."""
    rows, columns = size
    remove = rows * columns - count

    def choose(now: np.ndarray, diagonal: np.ndarray, first: int) -> np.ndarray:
        before, after = (round_half_up(remove * at / columns) for at in (first, first + now.shape[1]))
        scores = (now / diagonal) ** 2
        gone = np.zeros(now.size, np.bool_)
        gone[np.argsort(scores, axis=None, kind="stable")[: after - before]] = True
        return gone.reshape(now.shape)

    return choose


def pattern(now: np.ndarray, diagonal: np.ndarray, first: int) -> np.ndarray:
    """2:4 for `sweep`, asked for GROUP columns at a time: the lowest w²/U_jj² of each row go, KEPT stay."""
    return ~two_of_four((now / diagonal) ** 2)


def given(mask: np.ndarray) -> Choice:
    """A mask that something else chose: `sweep` then only mends the survivors."""
    return lambda now, diagonal, first: ~mask[:, first : first + now.shape[1]]


def two_of_four(scores: np.ndarray) -> np.ndarray:
    """True at the KEPT highest of each GROUP scores in a row, of equal ones the later; a shorter last group keeps as
    many.

    >>> two_of_four(np.array([[1, 5, 3, 2, 9]])).tolist()
    [[False, True, True, False, True]]
    """
    keep = np.zeros(scores.shape, np.bool_)
    for first in range(0, scores.shape[1], GROUP):
        order = np.argsort(scores[:, first : first + GROUP], axis=1, kind="stable")
        np.put_along_axis(keep[:, first : first + GROUP], order[:, -KEPT:], True, axis=1)
    return keep


def wanda(weights: np.ndarray, hessian: np.ndarray) -> np.ndarray:
    """|w|·‖x‖ of every weight, ‖x‖ the root mean square of its input; float64 (rows, columns)."""
    scores: np.ndarray = np.abs(np.asarray(weights, np.float64)) * np.sqrt(np.diag(hessian) / 2)
    return scores


def row_ranks(scores: np.ndarray) -> np.ndarray:
    """Rank of each score in its row, 0 the lowest: pruning by it takes as many from every row, to within one.

    >>> row_ranks(np.array([[0.3, 0.1, 0.2], [7.0, 8.0, 9.0]])).tolist()
    [[2, 0, 1], [0, 1, 2]]
    """
    ranks: np.ndarray = np.argsort(np.argsort(scores, axis=1, kind="stable"), axis=1, kind="stable")
    return ranks


def lost(weights: np.ndarray, pruned: np.ndarray, hessian: np.ndarray) -> float:
    """Share of a layer's output that is wrong, ‖(W − Ŵ)X‖² / ‖WX‖², from the H of X; 0 where it says nothing.

    >>> lost(np.array([[3.0, 4.0]]), np.array([[0.0, 4.0]]), gram(np.eye(2)))
    0.36
    """
    wrong, whole = (np.asarray(part, np.float64) for part in (np.subtract(weights, pruned), weights))
    size = float(np.sum(whole @ hessian * whole))
    return float(np.sum(wrong @ hessian * wrong)) / size if size else 0.0
