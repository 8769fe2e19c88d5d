"""The words of the field as this article uses them, each with the chapter that explains it.

In prose a word that is met for the first time carries its meaning: `term("Density")`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A word, what it means here, and the number of its chapter."""

    word: str
    meaning: str
    chapter: int


GLOSSARY = (
    Term("Magnitude pruning", "setting the weights with the smallest |w| to zero, for good.", 1),
    Term("Retraining", "training on after a cut, from the values training had reached.", 1),
    Term("Capacity", "what a net could represent with the right weights, whether or not training finds them.", 1),
    Term("Mask, m", "a one for each weight that is kept, a zero for each that is not.", 2),
    Term("Density", "share of the weights that remain, ‖m‖₀ / |θ|.", 2),
    Term("Sparsity", "share of the weights that are gone, 1 − density.", 2),
    Term("Winning ticket", "a mask together with θ₀ that, trained alone, is as good and as fast as the whole net.", 2),
    Term("$\\theta_0, \\theta_k, \\theta_T$", "the weights before training, after k steps, and at the end.", 2),
    Term("Strong lottery ticket", "a sub-network of a random net that is good without any training.", 2),
    Term("Iterative magnitude pruning", "train, prune a share, rewind, repeat.", 3),
    Term("One-shot pruning", "all cuts at once, judged by a single training.", 3),
    Term("Rewinding", "giving the survivors back earlier values: $\\theta_0$, or $\\theta_k$.", 3),
    Term("Reinit", "the ticket's mask with newly drawn first values.", 4),
    Term("Random structure", "a random mask with the ticket's count in every layer, and θ₀.", 4),
    Term("Supermask", "a mask that makes an untrained net classify.", 4),
    Term("Early-stopping iteration", "the step with the lowest validation loss, found in hindsight.", 5),
    Term("Matching subnetwork", "one that from $\\theta_k$ is as good as the whole net; with k = 0 a ticket.", 6),
    Term("Linear mode connectivity", "no rise of the error on the straight line between two trained nets.", 6),
    Term("Instability to SGD noise", "how high that rise is when only the order of the examples differed.", 6),
    Term("Structured pruning", "removing whole units or channels, so that matrices get smaller.", 6),
    Term("Intrinsic dimension", "how many random directions of the weight space are enough to train in.", 6),
    Term("Pruning at initialisation", "choosing the mask before training: SNIP, GraSP, SynFlow.", 8),
    Term("Connection sensitivity", "SNIP's score: how fast the loss changes with a gate on the weight.", 8),
    Term("Straight-through estimator", "a gradient that passes a step as if it were not there.", 8),
    Term("PEFT", "parameter-efficient fine-tuning: freeze a pretrained model, train little beside it.", 8),
    Term("LoRA", "the PEFT method that trains a low-rank update of each matrix.", 8),
)

BY_WORD = {one.word: one for one in GLOSSARY}
# A hover text has no KaTeX.
PLAIN = {"$\\theta_0$": "θ₀", "$\\theta_k$": "θ at step k", "$\\theta_0, \\theta_k, \\theta_T$": "θ₀, θ at step k"}


def term(word: str, said: str = "") -> str:
    """A word of the glossary in prose, as a Markdown link that carries its meaning. said: how the sentence has it,
    where that is not the word in lower case. Raises KeyError for a word that the glossary does not have.

    >>> term("Sparsity")
    '[sparsity](connections#glossary "Sparsity: share of the weights that are gone, 1 − density.")'
    """
    found = BY_WORD[word]
    told = f"{found.word}: {found.meaning}"
    for formula, plain in PLAIN.items():
        told = told.replace(formula, plain)
    return f'[{said or word[:1].lower() + word[1:]}](connections#glossary "{told}")'
