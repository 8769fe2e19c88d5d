"""What every reader is told once, before it is needed: the words of the small cards that chapters fold away.

Their pictures are in `pages.figures.primer`, under the same names.
"""

from __future__ import annotations

from dataclasses import dataclass

from lth_core.nets.layers import weight_count
from lth_core.presets import preset
from lth_core.spec import Net

_LENET, _ONE_EPOCH, _PAPER = Net(), preset("quick"), preset("paper")
_DATA, _BATCH = _ONE_EPOCH.data, _ONE_EPOCH.training.batch
_PASS = -(-_DATA.train // _BATCH)  # steps of an epoch


@dataclass(frozen=True)
class Card:
    """short: what the folded box calls it. title: a question. text: the answer, in Markdown, of at most 70 words."""

    short: str
    title: str
    text: str


CARDS = {
    "net": Card(
        "the network", "What is LeNet-300-100?",
        "A network of three layers of weights, called fc1, fc2 and fc3. Each of the 784 pixels is joined to 300 units, "
        "those to 100, those to 10 outputs, one a digit. Each join is a **weight**: a number that training changes. "
        f"Together they are {weight_count(_LENET):,}.",
    ),
    "split": Card(
        "three sets of images", "What is measured on which images?",
        "The network learns from the **training** images. The **validation** images watch: when their loss, the size "
        "of the errors, is lowest, we note the step. That step says how fast a network learned. The **test** images "
        "are read only to report accuracy. No training and no pruning looks at them.",
    ),
    "seed": Card(
        "seeds", "Why does every experiment run several times?",
        "A **seed** is a number that fixes all chance in a run: the first weights, and the order of the images. "
        "Another seed is another throw of the dice. A single run may be lucky. So each experiment runs from several "
        "seeds, and we report their mean and how far they spread.",
    ),
    "interval": Card(
        "[a, b]", "How do I read 0.50 points [0.40, 0.60]?",
        "A **point** is one percent of the test images. The first number is the mean over seeds. The brackets are a "
        "95% interval: repeat the whole experiment often, and 95 in 100 such intervals hold the true mean. We write "
        "**surely** when the whole interval lies on one side of zero, or when all of at least five seeds do. Else it "
        "**cannot be told**.",
    ),
    "step": Card(
        "step, batch, epoch", "What are a step, a batch and an epoch?",
        f"In one **step** the network sees a **batch** of {_BATCH} images and changes its weights a little. After "
        f"{_PASS:,} steps it has seen all {_DATA.train:,} training images once: one **epoch**. The paper trains for "
        f"{_PAPER.training.steps:,} steps, about {_PAPER.training.steps / _PASS:.0f} epochs.",
    ),
    "mask": Card(
        "masks", "What does a mask do while a network trains?",
        "A **mask** is a list of ones and zeros, one for each weight. Where it is zero, the weight is set to zero "
        "before training and stays zero at every step. Only the other weights learn. The network computes as if the "
        "removed joins were not there.",
    ),
    "valley": Card(
        "valleys", "Why can a starting value matter at all?",
        "Training walks downhill from where it starts, in small steps. The landscape of errors has many valleys. Two "
        "starts can lead to two different valleys, and the deeper one may be out of reach. So the first values can "
        "decide where training ends.",
    ),
}
