"""The evidence network by network: the popular figure, the paper's, and ours or why there is none.

Weights are counted from the paper's description of each net, so that a figure that does not follow from it shows.
"""

from __future__ import annotations

from dataclasses import dataclass

from lth_core.spec import Net
from pages.figures.reproduction import popular_row
from pages.figures.sweep import Sweep
from pages.once import once

# Convolutional layers of v5, figure 2: output channels of the 3×3 layers, "P" a 2×2 pooling; then fully connected.
CONVOLUTIONS: dict[str, tuple[int | str, ...]] = {
    "Conv-2": (64, 64, "P"),
    "Conv-4": (64, 64, "P", 128, 128, "P"),
    "Conv-6": (64, 64, "P", 128, 128, "P", 256, 256, "P"),
}
CONNECTED = (256, 256, 10)


def conv_weights(name: str) -> tuple[int, int]:
    """Weights of a Conv net on 32×32 colour images: (all, those of the convolutions); biases not counted.

    >>> conv_weights("Conv-2"), conv_weights("Conv-6")
    ((4300992, 38592), (2261184, 1144512))
    """
    side, channels, convolutions = 32, 3, 0
    for layer in CONVOLUTIONS[name]:
        if isinstance(layer, str):
            side //= 2
        else:
            convolutions += 9 * channels * layer
            channels = layer
    sizes = (side * side * channels, *CONNECTED)
    return convolutions + Net(sizes=sizes).total, convolutions


@dataclass(frozen=True)
class Network:
    """One row. claims: numbers in the ledger. place: where the paper's figures stand. ours: what was measured, or what
    is missing. measured: whether it was."""

    name: str
    claim: int
    popular: str
    paper: str
    place: str
    ours: str
    verdict: str
    measured: bool = False


NOT_YET = "not yet measured: the engine trains fully connected nets so far"


@once(8)
def networks(case: Sweep) -> tuple[Network, ...]:
    """Every network of the paper's evidence; LeNet's row from the runs of `case`."""
    row = popular_row(case.runs)
    lenet = Network(
        "LeNet-300-100", 17, "MNIST, 266K weights; a ticket of 3.5 % reads 98.3 % like the dense net",
        f"MNIST, {Net().total:,} weights; level with dense at 3.6 % left, dense 98.0 ± 0.2 %, best about 0.3 points "
        "above it at 13.5 %", "v5 section 2; Frankle et al. 2019, Fig 2", f"{case.runs.steps:,} steps: {row.ours}",
        row.verdict, measured=True,
    )
    return (lenet, *_convolutional(), *_deep())


def _convolutional() -> tuple[Network, ...]:
    told = {  # popular size, paper's size, validation accuracy dense → best, best gain in test accuracy, ledger
        "Conv-2": ("37K", "4.3M", "67.6 → 70.9 %", "+3.4 points at 4.6 % left", 18),
        "Conv-4": ("63K", "2.4M", "74.9 → 78.6 %", "+3.5 points at 11.1 % left", 19),
        "Conv-6": ("95K", "1.7M", "79.1 → 81.5 %", "+3.3 points at 26.4 % left", 20),
    }
    rows = []
    for name, (popular, size, accuracies, gain, claim) in told.items():
        total, convolutions = conv_weights(name)
        paper = (f"CIFAR-10, {size} weights (from its description {total:,}, {convolutions:,} of them in "
                 f"convolutions); validation accuracy {accuracies}, test accuracy {gain}")
        rows.append(Network(name, claim, f"MNIST, {popular} weights, about 99 %, 93.5 to 95.2 % pruned", paper,
                            "v5 figure 2, section 3, appendix H", NOT_YET, "cannot be tested here"))
    return tuple(rows)


def _deep() -> tuple[Network, ...]:
    resnet = Network(
        "ResNet", 21, "ResNet-18 with 11.2M weights, 89 % pruned, 93.5 %",
        "“Resnet-18” is a 20-layer CIFAR net of 271–274K weights; learning rate 0.1: no ticket; 0.01: tickets, best "
        "89.5 %; 0.03 with warm-up: tickets down to 11.8 % left, 90.5 % at 27.1 %",
        "v5 figure 2, section 4, appendix I", NOT_YET, "cannot be tested here",
    )
    vgg = Network(
        "VGG", 22, "VGG-16 with 14.7M weights, 93 % pruned, 93.8 %",
        "VGG-19 with 20.0M weights; learning rate 0.1: no ticket without warm-up; with it, tickets down to 1.5 % left",
        "v5 figure 2, section 4, appendix I", NOT_YET, "cannot be tested here",
    )
    return resnet, vgg


def rows(found: tuple[Network, ...]) -> list[dict[str, str]]:
    """The table as a reader sees it."""
    return [{"Network": row.name, "Popular figure": row.popular, "Paper": f"{row.paper} ({row.place})",
             "Measured here": row.ours, "Verdict": f"C{row.claim} · {row.verdict}"} for row in found]
