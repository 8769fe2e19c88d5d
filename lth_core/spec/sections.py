"""The sections of a Spec: which images, which net, how it is trained, pruned and rewound, and with which controls."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lth_core.spec.bounds import LATER, Naming, SpecError, digest, number, word


@dataclass(frozen=True)
class Data:
    """Which images. The split sizes are Frankle & Carbin's (v5, section 2): 55,000 / 5,000 / 10,000."""

    name: str = word("mnist", "mnist", "fashion-mnist", "cifar-10", "cifar-10-jpeg", "own")
    pool: int = number(1, least=1, most=16)  # side of the squares averaged into one pixel: 4 turns 28×28 into 7×7
    train: int = number(55_000, least=1, most=60_000)
    validation: int = number(5_000, least=0, most=60_000)
    # Only images with these labels, which must rise; empty for all. A net has an output for each, in this order.
    classes: tuple[int, ...] = number((), later=True, least=0, most=19)
    # Of the set called "own": which one (`lth_core.data.brought`). Its `classes` are all that it has, from 0.
    own: str = digest()


# Fully connected; Conv-2, -4, -6 of Frankle & Carbin (v5, figure 2); residual nets (He et al. 2016), of which resnet20
# is the one that v5 calls "Resnet-18"; VGG for small pictures with one fully connected layer; a small Transformer that
# reads a picture as sixteen patches.
NETS = ("mlp", "conv2", "conv4", "conv6", "resnet20", "resnet18", "vgg16", "vgg19", "transformer")


@dataclass(frozen=True)
class Net:
    """Which network. `sizes` counts units from input to output; weights are what lies between them.

    Of a convolutional net `sizes` are the inputs (784 are 28×28 grey pixels, 3,072 are 32×32 in three colours), the
    units of its fully connected layers and the classes; what lies in between follows from the name (`nets.layers`).
    width: channels of every convolution, as a share of the published net's; of a transformer, as a share of 32.
    """

    name: str = word("mlp", *NETS)
    sizes: tuple[int, ...] = number((784, 300, 100, 10), least=1, most=4096)  # LeNet-300-100 (LeCun et al. 1998)
    batchnorm: bool = False
    init: str = word("glorot-normal", "glorot-normal")  # Glorot & Bengio 2010; what Frankle & Carbin use
    width: float = number(1.0, above=0, most=4, later=True)


@dataclass(frozen=True)
class Training(Naming):
    """How one training runs. Defaults: Frankle & Carbin v5 for LeNet-300-100 (section 2 and appendix G)."""

    optimiser: str = word("adam", "adam", "sgd", own="optimiser")
    lr: float = number(1.2e-3, above=0, most=10)
    momentum: float = number(0.0, least=0, below=1)  # SGD only
    weight_decay: float = number(0.0, least=0, most=1)  # L2, added to the gradient as torch does
    batch: int = number(60, least=1, most=60_000)
    steps: int = number(50_000, least=0, most=10_000_000)
    eval_every: int = number(100, least=1, most=10_000_000)
    # Looked at every time: one split alone, or validation with test (`test`), or all three. At the end always all; the
    # test split never chooses anything.
    measure: str = word("test", "train", "validation", "test", "all")
    decay_at: tuple[float, ...] = number((), above=0, below=1)  # shares of `steps` at which lr drops
    decay_to: tuple[float, ...] = number((), above=0, most=1)  # lr as a share of the first, from there on
    warmup: int = number(0, least=0, most=10_000_000, later=True)  # steps over which lr rises from 0, on a line
    schedule: str = word("plain", "plain", own="schedule", later=True)  # another factor of lr, at every step
    augment: bool = field(default=False, metadata=LATER)  # every image flipped or not, and moved by up to 4 pixels
    # In which layers multiply, forward and backward; weights, sums of gradients and the optimiser are float32.
    precision: str = word("float32", "float32", "bfloat16", later=True)

    def at_last_rate(self) -> Training:
        """The same at the rate it ends with, from its first step on: for weights that are trained already.

        >>> Training(lr=0.5, warmup=10, decay_at=(0.5,), decay_to=(0.1,)).at_last_rate() == Training(lr=0.05)
        True
        """
        last = self.decay_to[-1] if self.decay_to else 1.0
        return replace(self, lr=self.lr * last, decay_at=(), decay_to=(), warmup=0)


CRITERIA = (  # what stays is what is high in …, θ the trained weights; after Zhou et al. 2019
    "magnitude",  # |θ|: "large final", the lottery ticket's
    "random",  # a lot
    "large-init",  # |θ₀|: what it began with
    "movement",  # |θ − θ₀|: how far training took it
    "magnitude-increase",  # |θ| − |θ₀|: how much larger training made it
)


@dataclass(frozen=True)
class Pruning(Naming):
    """How weights are removed. Rates are shares of what *remains*, per round."""

    rate: float = number(0.2, above=0, below=1)
    conv_rate: float = number(0.2, least=0, below=1, later=True)  # of convolutions, where layers are pruned one by one
    output_rate: float = number(0.1, least=0, below=1)  # v5 prunes the output layer at half the rate
    rounds: int = number(15, least=1, most=200)
    scope: str = word("layer", "layer", "global")
    criterion: str = word("magnitude", *CRITERIA, own="criterion")
    schedule: str = word("iterative", "iterative", "one-shot")


@dataclass(frozen=True)
class Rewind:
    """Where the survivors restart.

    `weights`: at θ_step with the schedule of that step (step 0 gives a winning ticket, later ones a matching
    subnetwork; Frankle et al. 2020). `lr`: at θ_T with the schedule of `step` (Renda et al. 2020). `fine-tune`: at
    θ_T with the last learning rate.
    """

    mode: str = word("weights", "weights", "lr", "fine-tune")
    step: int = number(0, least=0, most=10_000_000)


CONDITIONS = (
    "ticket",  # the mask and its own θ₀
    "reinit",  # the mask, fresh weights
    "random",  # a random mask with the same count in each layer, θ₀
    "random-reinit",  # the same random mask, fresh weights
    "random-global",  # a random mask over the whole net, θ₀
    "keep-signs",  # the mask, fresh magnitudes, signs of θ₀
    "constant-signs",  # the mask, ±σ of the layer with signs of θ₀
    "shuffled-mask",  # the ticket's mask, permuted within each layer, θ₀
    "shuffled-init",  # the mask, surviving θ₀ values permuted within each layer
    "frozen",  # the mask; pruned weights stay at θ₀ instead of zero and are not trained
    "supermask",  # the mask and θ₀, no training at all
)


@dataclass(frozen=True)
class Condition(Naming):
    """A control experiment; `replicate` picks its own random stream, `rounds` where it runs (empty: at every round)."""

    name: str = word("ticket", *CONDITIONS, own="condition")
    replicate: int = number(0, least=0, most=999)
    rounds: tuple[int, ...] = number((), least=1, most=200)


def check_data(path: str, data: Data) -> None:
    """Raise SpecError for images that cannot be dealt: `path` is what the Spec calls them."""
    side, available = (32, 50_000) if data.name in ("cifar-10", "cifar-10-jpeg") else (28, 60_000)
    if side % data.pool:
        raise SpecError(f"{path}.pool", data.pool, f"a divisor of the image's side, {side}")
    if data.train + data.validation > available:
        raise SpecError(f"{path}.validation", data.validation, f"train + validation at most {available:,}")
    if data.classes and (list(data.classes) != sorted({*data.classes}) or len(data.classes) < 2):
        raise SpecError(f"{path}.classes", data.classes, "at least two rising labels, or none for all of them")
    if data.name == "own" and (not data.own or data.classes != tuple(range(len(data.classes))) or not data.classes):
        raise SpecError(f"{path}.own", data.own, f"the digest of own images, with {path}.classes = 0, 1, … all of them")
    if data.name != "own" and data.classes and data.classes[-1] > 9:
        raise SpecError(f"{path}.classes", data.classes, "labels up to 9")
