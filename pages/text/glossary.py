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
    Term("Weight", "the number by which a connection multiplies what passes through it; training changes it.", 1),
    Term("Loss", "a number that says how wrong the answers are. Training makes it smaller.", 1),
    Term("Batch", "the few images that the net looks at before it changes its weights once; here mostly 60.", 1),
    Term("Step", "one change of all weights, after one batch.", 1),
    Term("Epoch", "one pass over all training images: 917 steps of 60 images for the 55,000 that we train on.", 1),
    Term("Learning rate", "how far each step moves the weights.", 1),
    Term("SGD", "stochastic gradient descent: at every step each weight moves a little to where the loss is lower.", 1),
    Term("Adam", "a kind of SGD that chooses how far to move for each weight on its own.", 1),
    Term("Seed", "the number that all chance is drawn from: first weights, order of the images. Another seed, other "
                 "luck; so every run is repeated with several.", 1),
    Term("Point", "a difference of two percentages: from 96% to 97% is one point.", 1),
    Term("95% interval", "a range around a mean over seeds. Were all repeated often, 95 of 100 such ranges would hold "
                         "the true mean.", 1),
    Term("Log axis", "an axis on which equal distances mean equal factors: 1, 10, 100.", 1),
    Term("Magnitude pruning", "setting the weights with the smallest |w| to zero, for good.", 1),
    Term("Retraining", "training on after a cut, from the values that training had reached.", 1),
    Term("Capacity", "what a net could represent with the right weights, whether or not training finds them.", 1),
    Term("Mask, m", "a list with a one for each weight that is kept and a zero for each that is not.", 2),
    Term("Density", "share of the weights that remain, ‖m‖₀ / |θ|.", 2),
    Term("Sparsity", "share of the weights that are gone, 1 − density.", 2),
    Term("Winning ticket", "a mask together with θ₀ that, trained alone, is as good and as fast as the whole net.", 2),
    Term("$\\theta_0, \\theta_k, \\theta_T$", "the weights before training, after k steps, and at the end.", 2),
    Term("Strong lottery ticket", "a sub-network of a random net that is good without any training.", 2),
    Term("Iterative magnitude pruning", "train, prune a share, rewind, repeat.", 3),
    Term("One-shot pruning", "all cuts at once, after a single training.", 3),
    Term("Rewinding", "giving the survivors back earlier values: $\\theta_0$, or $\\theta_k$.", 3),
    Term("Reinit", "the ticket's mask with newly drawn first values.", 4),
    Term("Random structure", "a random mask with the ticket's count in every layer, and θ₀.", 4),
    Term("Logit", "a raw output of the net, one for each answer; the largest wins.", 4),
    Term("Softmax", "the formula that turns the outputs into shares that add up to 1.", 4),
    Term("Supermask", "a mask that makes an untrained net classify.", 4),
    Term("Validation loss", "the loss on images that the net neither trains on nor is graded on. It says when to stop.",
         5),
    Term("Early-stopping iteration", "the step with the lowest validation loss, found in hindsight: the “early stop”.",
         5),
    Term("Convolution", "a layer that slides small windows of weights over the image.", 5),
    Term("ResNet", "a deep net whose layers add to what came in, instead of replacing it.", 5),
    Term("Matching subnetwork", "one that from $\\theta_k$ is as good as the whole net; with k = 0 a ticket.", 6),
    Term("BatchNorm", "a layer that shifts and scales each unit's output, so that over a batch its mean is 0 and its "
                      "spread 1.", 6),
    Term("Linear mode connectivity", "no rise of the error on the straight line between two trained nets.", 6),
    Term("Instability to SGD noise", "how high that rise is when only the order of the images differed.", 6),
    Term("CSR", "a way to store a matrix that keeps only the numbers other than zero, each with its place.", 6),
    Term("Structured pruning", "removing whole units or channels, so that matrices get smaller.", 6),
    Term("Intrinsic dimension", "how many random directions of the weight space are enough to train in.", 6),
    Term("Pruning at initialisation", "choosing the mask before training: SNIP, GraSP, SynFlow.", 8),
    Term("Connection sensitivity", "SNIP's score: how fast the loss changes if the weight is weakened slightly.", 8),
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
    '[sparsity](sources#glossary "Sparsity: share of the weights that are gone, 1 − density.")'
    """
    found = BY_WORD[word]
    told = f"{found.word}: {found.meaning}"
    for formula, plain in PLAIN.items():
        told = told.replace(formula, plain)
    return f'[{said or word[:1].lower() + word[1:]}](sources#glossary "{told}")'
