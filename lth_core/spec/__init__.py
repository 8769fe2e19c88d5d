"""What to run, as a value: frozen, validated, and with one canonical text form.

A Spec is the cache key, the manifest entry, the URL state, the command line and the "copy as Python" at once, so it
is plain data: no arrays, no functions, nothing that two machines could disagree about. Every field carries its
bounds; `check` refuses anything outside them and says which field, which value and what would be allowed.

>>> spec = Lottery(seed=3)
>>> Spec.from_json(spec.to_json()) == spec
True
>>> Lottery(training=Training(lr=-1.0))
Traceback (most recent call last):
    ...
lth_core.spec.SpecError: training.lr = -1.0 is not allowed: a number above 0 and at most 10
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from dataclasses import dataclass, field
from functools import lru_cache
from types import UnionType
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints

from lth_core.own.registry import completed, is_own

# Raised by one whenever the same Spec would give other numbers than before: results of an older engine are then
# recomputed instead of being passed off as today's.
NUMBERS_VERSION = 2


class SpecError(ValueError):
    """A Spec that cannot be run. Names the field, the value and what would be allowed.

    >>> try:
    ...     Lottery(pruning=Pruning(rate=1.0))
    ... except SpecError as error:
    ...     error.path, error.value, error.allowed
    ('pruning.rate', 1.0, 'a number above 0 and below 1')
    """

    def __init__(self, path: str, value: object, allowed: str) -> None:
        super().__init__(f"{path} = {_shown(value)} is not allowed: {allowed}")
        self.path, self.value, self.allowed = path, value, allowed


def _shown(value: object) -> str:
    """`value` for a message: short, whatever a stranger put into a URL or a file."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # whole numbers beyond 4,300 digits, very deep lists
        text = f"a {type(value).__name__} too large to show"
    return text if len(text) <= 80 else text[:77] + "..."


# ── bounds, kept beside each field ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Bounds:
    """What a field may hold: a closed or half-open number range, or one of a few words."""

    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    words: tuple[str, ...] = ()
    own: str = ""  # kind of registered function (`own.registry`) whose full name may stand here too

    def admits(self, value: Any) -> bool:
        if self.words:
            return value in self.words or (self.own != "" and is_own(value))
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False  # NaN is neither above nor below anything, so the comparisons refuse it
        return (
            (self.least is None or value >= self.least)
            and (self.most is None or value <= self.most)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )

    def __str__(self) -> str:
        if self.words:
            own = f", or a name registered with @lth.{self.own}" if self.own else ""
            return "one of " + ", ".join(self.words) + own
        low = f"above {self.above:g}" if self.above is not None else f"at least {self.least:,g}"
        high = f"below {self.below:g}" if self.below is not None else f"at most {self.most:,.12g}"
        return f"a number {low} and {high}"


# Marks a field that came after results were recorded: at its default it is left out of the canonical text, so that the
# keys of older Specs stay what they were.
LATER = {"later": True}


def number(default: Any, later: bool = False, **limits: Any) -> Any:
    """A numeric field (or a tuple of numbers) with its bounds."""
    return field(default=default, metadata={"bounds": Bounds(**limits)} | (LATER if later else {}))


def word(default: str, *words: str, own: str = "", later: bool = False) -> Any:
    """A field that holds one of a few words, or the name of a function of that kind of one's `own`."""
    return field(default=default, metadata={"bounds": Bounds(words=words, own=own)} | (LATER if later else {}))


class Naming:
    """A section in which the names of one's own functions get the digest of their source put behind them."""

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):  # type: ignore[arg-type]  # every section is a dataclass
            limits = item.metadata.get("bounds")
            if limits and limits.own:
                object.__setattr__(self, item.name, completed(limits.own, getattr(self, item.name)))


# ── sections ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Data:
    """Which images. The split sizes are Frankle & Carbin's (v5, section 2): 55,000 / 5,000 / 10,000."""

    name: str = word("mnist", "mnist", "fashion-mnist", "cifar-10")
    pool: int = number(1, least=1, most=16)  # side of the squares averaged into one pixel: 4 turns 28×28 into 7×7
    train: int = number(55_000, least=1, most=60_000)
    validation: int = number(5_000, least=0, most=60_000)
    # Only images with these labels, which must rise; empty for all. A net has an output for each, in this order.
    classes: tuple[int, ...] = number((), later=True, least=0, most=9)


# Fully connected; Conv-2, -4, -6 of Frankle & Carbin (v5, figure 2); residual nets (He et al. 2016), of which resnet20
# is the one that v5 calls "Resnet-18"; VGG for small pictures with one fully connected layer.
NETS = ("mlp", "conv2", "conv4", "conv6", "resnet20", "resnet18", "vgg16", "vgg19")


@dataclass(frozen=True)
class Net:
    """Which network. `sizes` counts units from input to output; weights are what lies between them.

    Of a convolutional net `sizes` are the inputs (784 are 28×28 grey pixels, 3,072 are 32×32 in three colours), the
    units of its fully connected layers and the classes; what lies in between follows from the name (`nets.layers`).
    width: channels of every convolution, as a share of the published net's.
    """

    name: str = word("mlp", *NETS)
    sizes: tuple[int, ...] = number((784, 300, 100, 10), least=1, most=4096)  # LeNet-300-100 (LeCun et al. 1998)
    batchnorm: bool = False
    init: str = word("glorot-normal", "glorot-normal")  # Glorot & Bengio 2010; what Frankle & Carbin use
    width: float = number(1.0, above=0, most=4, later=True)

    @property
    def total(self) -> int:
        """Number of weights: biases and BatchNorm parameters do not count.

        >>> Net().total, Net("conv2", (3072, 256, 256, 10)).total
        (266200, 4300992)
        """
        if self.name == "mlp":
            return sum(a * b for a, b in zip(self.sizes, self.sizes[1:], strict=False))
        from lth_core.nets.layers import layers  # here, because it reads Specs

        return sum(math.prod(layer.shape) for layer in layers(self))


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


# ── experiments ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Spec:
    """What every experiment has in common. `seed` is the root of all its named random streams.

    >>> spec = Lottery(seed=3)
    >>> Spec.from_dict({"experiment": "lottery", "seed": 3}) == spec == Spec.from_json(spec.to_json())
    True
    >>> len(spec.key), spec.key == Lottery(seed=4).key
    (24, False)
    """

    experiment: ClassVar[str] = ""
    data: Data = Data()
    net: Net = Net()
    training: Training = Training()
    seed: int = number(0, least=0, most=9_999)

    def __post_init__(self) -> None:
        check(self)

    def to_dict(self) -> dict[str, Any]:
        return {"experiment": self.experiment, **_plain(type(self), self)}

    def to_json(self) -> str:
        """Canonical text: sorted keys, no spaces, so that equal Specs give equal bytes."""
        return json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"), allow_nan=False)

    @property
    def key(self) -> str:
        """Content key: the first 24 hex digits of sha256 over the canonical text and the numbers version."""
        return _key(self)

    @staticmethod
    def from_json(text: str) -> Spec:
        """The Spec written in `text`. Raises SpecError for unknown experiments, fields or values."""
        try:
            raw = json.loads(text)
        except (ValueError, RecursionError) as error:  # no JSON, no text, a number of thousands of digits; too deep
            raise SpecError("spec", text[:40], f"JSON text ({error})") from None
        return Spec.from_dict(raw)

    @staticmethod
    def from_dict(raw: Any) -> Spec:
        """The Spec in nested dicts and lists, as JSON gives them back."""
        if not isinstance(raw, dict):
            raise SpecError("spec", raw, "an object with the fields of a Spec")
        raw = dict(raw)
        name = raw.pop("experiment", None)
        kinds = {kind.experiment: kind for kind in KINDS}
        if name == "own":  # of `find_ticket` alone: nothing else runs it, but whoever reads a result meets it
            from lth_core.own.spec import Own

            kinds["own"] = Own
        if not isinstance(name, str) or name not in kinds:
            raise SpecError("experiment", name, "one of " + ", ".join(kinds))
        return _build(kinds[name], raw, "")  # type: ignore[no-any-return]


@dataclass(frozen=True, kw_only=True)
class Dense(Spec):
    """One ordinary training of the whole net: the reference for everything else."""

    experiment: ClassVar[str] = "dense"


@dataclass(frozen=True, kw_only=True)
class Lottery(Spec):
    """Train → prune → rewind → repeat, with control conditions at every density (Frankle & Carbin, section 2).

    >>> spec = Lottery(pruning=Pruning(rounds=18), conditions=(Condition("ticket"), Condition("reinit")))
    >>> spec.net.sizes, spec.training.steps, spec.rewind.step
    ((784, 300, 100, 10), 50000, 0)
    """

    experiment: ClassVar[str] = "lottery"
    pruning: Pruning = Pruning()
    rewind: Rewind = Rewind()
    conditions: tuple[Condition, ...] = (Condition("ticket"),)

    def shortened(self, rounds: int) -> Lottery:
        """The same lottery with its first `rounds` rounds alone, at most those it has.

        >>> Lottery().shortened(3).pruning.rounds, Lottery().shortened(99) == Lottery()
        (3, True)
        """
        most = min(rounds, self.pruning.rounds)
        return dataclasses.replace(self, pruning=dataclasses.replace(self.pruning, rounds=most))


@dataclass(frozen=True, kw_only=True)
class Ladder(Spec):
    """One dense training, then one-shot pruning at every rung 0, 1/(n−1) … 1 of sparsity: chapter 1's slider."""

    experiment: ClassVar[str] = "ladder"
    rungs: int = number(101, least=2, most=1001)
    retrain_steps: int = number(300, least=0, most=1_000_000)
    scope: str = word("global", "layer", "global")


@dataclass(frozen=True, kw_only=True)
class Widths(Spec):
    """How wide must one hidden layer be to fit the training set? Every width from several seeds: claim C1."""

    experiment: ClassVar[str] = "widths"
    widths: tuple[int, ...] = number((1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 64, 128, 300), least=1, most=4096)
    replicates: int = number(20, least=1, most=1000)  # replicate r runs with seed + r


@dataclass(frozen=True, kw_only=True)
class Draws(Spec):
    """Many random sub-networks of one small dense net, each trained: how rare are winners? Chapter 2.

    What counts as winning is not part of it: that is how the result is read (`experiments.draws.tickets`).
    """

    experiment: ClassVar[str] = "draws"
    density: float = number(0.32, above=0, most=1)  # share kept in every layer
    draws: int = number(50, least=1, most=10_000)
    first: int = number(0, least=0, most=1_000_000)  # number of the first ticket: a later run goes on from there
    dense_seeds: int = number(5, least=0, most=100)  # trainings of the whole net, the target; 0 when it is known
    found: bool = True  # also find a ticket of the same density by iterative magnitude pruning


@dataclass(frozen=True, kw_only=True)
class Instability(Spec):
    """Two siblings from step k under different data orders, and the error barrier between (Frankle et al. 2020)."""

    experiment: ClassVar[str] = "instability"
    pruning: Pruning = Pruning()
    step: int = number(0, least=0, most=10_000_000)
    level: int = number(0, least=0, most=200)  # round whose mask is used; 0 is the dense net
    alphas: int = number(31, least=3, most=301)  # points on the straight line between the siblings


@dataclass(frozen=True, kw_only=True)
class Cost(Spec):
    """What sparse nets cost: chapter 6's price.

    `training`: one update, by every backend, at the levels of a lottery. `inference`: one answer of its tickets and of
    nets with whole neurons gone, stored in several ways.
    """

    experiment: ClassVar[str] = "cost"
    pruning: Pruning = Pruning()
    what: str = word("training", "training", "inference")
    levels: tuple[int, ...] = number(tuple(range(16)), least=0, most=200)  # rounds; 0 is the dense net
    repeats: int = number(7, least=1, most=1000)  # measurements of each, taken in turns; the fastest counts


@dataclass(frozen=True, kw_only=True)
class Subspace(Spec):
    """Training along a few random directions instead of all: chapter 6, claim C31 (Li et al. 2018)."""

    experiment: ClassVar[str] = "subspace"
    dimensions: tuple[int, ...] = number((10, 30, 100, 200, 400, 700, 1_000), least=1, most=20_000)
    along_lr: float = number(0.1, above=0, most=10)  # of the d numbers; `training.lr` is the ordinary net's


@dataclass(frozen=True, kw_only=True)
class Structured(Spec):
    """Whole neurons or single weights, pruned round by round to the same numbers of weights: chapter 6."""

    experiment: ClassVar[str] = "structured"
    pruning: Pruning = Pruning()  # of single weights; the neurons' share follows from how many weights it leaves


@dataclass(frozen=True, kw_only=True)
class Transfer(Spec):
    """A ticket found on `source` and trained on `data`: chapter 6, claim C33 (Morcos et al. 2019).

    levels: the rounds at which the travelled ticket and its controls are trained.
    """

    experiment: ClassVar[str] = "transfer"
    source: Data = Data(name="fashion-mnist")
    pruning: Pruning = Pruning()
    levels: tuple[int, ...] = number((3, 7, 12, 15), least=1, most=200)


ACTIONS = ("revive", "kill", "flip")  # flip: the weight starts from −θ₀


@dataclass(frozen=True, kw_only=True)
class Counterfactual(Spec):
    """One weight of a ticket put back, taken out or turned round, and everything trained again: chapter 3.

    edge: the weight's flat index, matrix by matrix from input to output, each (out, in). level: the round whose ticket
    is trained. orders: how many orders of the examples, each with and without the change, so that chance is seen too.
    """

    experiment: ClassVar[str] = "counterfactual"
    pruning: Pruning = Pruning()
    edge: int = number(0, least=0, most=50_000_000)
    level: int = number(1, least=0, most=200)
    action: str = word("kill", *ACTIONS)
    orders: int = number(5, least=1, most=100)


LABS = ("snip", "edge-popup")


@dataclass(frozen=True, kw_only=True)
class Lab(Spec):
    """Another way to a sparse net, at the sizes of a ticket: chapter 8.

    pruning: whose survivors are counted, layer by layer. levels: the rounds at which the two are compared.
    """

    experiment: ClassVar[str] = "lab"
    method: str = word("snip", *LABS)
    pruning: Pruning = Pruning()
    levels: tuple[int, ...] = number((3, 7, 12, 15), least=1, most=200)


@dataclass(frozen=True, kw_only=True)
class Ablation(Spec):
    """All conditions at one level of a lottery, trained side by side in the same order: chapter 4.

    pruning, step: of the lottery that finds the mask and rewinds to step k, whose ticket after `level` rounds this is
    about. Whoever has its own first weights starts from θₖ, fresh weights from step 0.
    """

    experiment: ClassVar[str] = "ablation"
    pruning: Pruning = Pruning()
    level: int = number(10, least=1, most=200)
    conditions: tuple[Condition, ...] = (Condition("ticket"), Condition("reinit"), Condition("random"))
    step: int = number(0, least=0, most=10_000_000, later=True)


KINDS: tuple[type[Spec], ...] = (Dense, Lottery, Ladder, Widths, Draws, Instability, Counterfactual, Lab, Ablation,
                                Cost, Subspace, Structured, Transfer)


@lru_cache(maxsize=4096)  # pages ask for the same few keys at every rerun; equal Specs have one text
def _key(spec: Spec) -> str:
    return hashlib.sha256(f"{NUMBERS_VERSION}:{spec.to_json()}".encode()).hexdigest()[:24]


# ── validation ───────────────────────────────────────────────────────────────────────────────────────────────────


def bounds(section: type, name: str) -> Bounds:
    """The bounds of one field: what a slider, a URL parameter and a command-line flag all read.

    >>> str(bounds(Spec, "seed"))
    'a number at least 0 and at most 9,999'
    """
    for item in dataclasses.fields(section):
        if item.name == name:
            return item.metadata["bounds"]  # type: ignore[no-any-return]
    raise KeyError(f"{section.__name__} has no field {name}")


def check(spec: Spec) -> None:
    """Raise SpecError for the first field out of bounds, then for fields that contradict each other."""
    _check_fields(spec, "")
    sizes, training = spec.net.sizes, spec.training
    if len(sizes) < 2:
        raise SpecError("net.sizes", sizes, "at least an input and an output layer")
    if spec.net.name != "mlp":
        from lth_core.nets.layers import layers  # here, because it reads Specs

        layers(spec.net)  # raises a SpecError of its own
    if training.warmup > training.steps:
        raise SpecError("training.warmup", training.warmup, f"at most training.steps = {training.steps:,}")
    _check_data("data", spec.data)
    if training.batch > spec.data.train:
        raise SpecError("training.batch", training.batch, f"at most data.train = {spec.data.train:,}")
    if len(training.decay_at) != len(training.decay_to):
        raise SpecError("training.decay_to", training.decay_to, "as many entries as training.decay_at")
    if list(training.decay_at) != sorted(set(training.decay_at)):
        raise SpecError("training.decay_at", training.decay_at, "rising shares of the steps")
    if isinstance(spec, Lottery):
        _check_lottery(spec)
    if isinstance(spec, Ablation) and len(set(spec.conditions)) != len(spec.conditions):
        raise SpecError("conditions", spec.conditions, "each condition and replicate once")
    if isinstance(spec, Counterfactual) and spec.edge >= spec.net.total:
        raise SpecError("edge", spec.edge, f"a weight of the net, 0 to {spec.net.total - 1:,}")
    if isinstance(spec, (Lab, Cost, Transfer)) and (not spec.levels or list(spec.levels) != sorted({*spec.levels})
                                                    or spec.levels[-1] > spec.pruning.rounds):
        raise SpecError("levels", spec.levels, f"rising rounds, at most pruning.rounds = {spec.pruning.rounds}")
    if isinstance(spec, Transfer):
        _check_data("source", spec.source)
        if training.batch > spec.source.train:
            raise SpecError("training.batch", training.batch, f"at most source.train = {spec.source.train:,}")
    if isinstance(spec, Subspace) and (not spec.dimensions or list(spec.dimensions) != sorted({*spec.dimensions})):
        raise SpecError("dimensions", spec.dimensions, "rising numbers of directions")
    if isinstance(spec, (Instability, Ablation)) and spec.step > training.steps:
        raise SpecError("step", spec.step, f"at most training.steps = {training.steps:,}")


def _check_data(path: str, data: Data) -> None:
    side, available = (32, 50_000) if data.name == "cifar-10" else (28, 60_000)
    if side % data.pool:
        raise SpecError(f"{path}.pool", data.pool, f"a divisor of the image's side, {side}")
    if data.train + data.validation > available:
        raise SpecError(f"{path}.validation", data.validation, f"train + validation at most {available:,}")
    if data.classes and (list(data.classes) != sorted({*data.classes}) or len(data.classes) < 2):
        raise SpecError(f"{path}.classes", data.classes, "at least two rising labels, or none for all of them")


def _check_lottery(spec: Lottery) -> None:
    steps, pruning = spec.training.steps, spec.pruning
    if spec.rewind.step > steps:
        raise SpecError("rewind.step", spec.rewind.step, f"at most training.steps = {steps:,}")
    if len(set(spec.conditions)) != len(spec.conditions):
        raise SpecError("conditions", spec.conditions, "each condition and replicate once")
    if spec.net.total * (1 - pruning.rate) ** pruning.rounds < 1:
        fitting = int(math.log(spec.net.total) / -math.log(1 - pruning.rate))
        if fitting < 1:
            raise SpecError("pruning.rate", pruning.rate, f"low enough to leave one of {spec.net.total:,} weights")
        raise SpecError("pruning.rounds", pruning.rounds, f"at most {fitting}, or no weight is left at this rate")


@lru_cache  # reading the annotations took half the time of a check
def _hints(section: Any) -> dict[str, Any]:
    return get_type_hints(section)


def _check_fields(section: Any, prefix: str) -> None:
    hints = _hints(type(section))  # type: ignore[arg-type]  # every class has a hash
    for item in dataclasses.fields(section):
        _check_value(prefix + item.name, getattr(section, item.name), hints[item.name], item.metadata.get("bounds"))


def _check_value(path: str, value: Any, hint: Any, limits: Bounds | None) -> None:
    if dataclasses.is_dataclass(hint):
        if type(value) is not hint:
            raise SpecError(path, value, f"a {getattr(hint, '__name__', hint)}")
        _check_fields(value, path + ".")
    elif get_origin(hint) is tuple:
        if not isinstance(value, tuple):
            raise SpecError(path, value, "a tuple")
        for position, part in enumerate(value):
            _check_value(f"{path}[{position}]", part, get_args(hint)[0], limits)
    elif hint is bool:
        if not isinstance(value, bool):
            raise SpecError(path, value, "true or false")
    elif limits and (not limits.admits(value) or (hint is int and not isinstance(value, int))):
        raise SpecError(path, value, str(limits).replace("a number", "a whole number") if hint is int else str(limits))


def plain(section: Any) -> dict[str, Any]:
    """A section of a Spec as it stands in the canonical text, fields that came later left out at their default.

    >>> plain(Data(pool=4))
    {'name': 'mnist', 'pool': 4, 'train': 55000, 'validation': 5000}
    """
    fields: dict[str, Any] = _plain(type(section), section)
    return fields


def _plain(hint: Any, value: Any) -> Any:
    """`value` as JSON knows it. Numbers that compare equal get one text: 1 is 1.0, −0.0 is 0.0."""
    if dataclasses.is_dataclass(hint):
        hints = _hints(hint)  # type: ignore[arg-type]
        return {item.name: _plain(hints[item.name], getattr(value, item.name)) for item in dataclasses.fields(hint)
                if not (item.metadata.get("later") and getattr(value, item.name) == item.default)}
    if get_origin(hint) is tuple:
        return [_plain(get_args(hint)[0], part) for part in value]
    return float(value) + 0.0 if hint is float else value


def _build(kind: Any, raw: Any, prefix: str) -> Any:
    """A dataclass from JSON's dicts and lists: unknown fields are refused, missing ones take their default."""
    if not isinstance(raw, dict):
        raise SpecError(prefix.rstrip("."), raw, "an object")
    hints, names = _hints(kind), {item.name for item in dataclasses.fields(kind)}
    for name in raw:
        if name not in names:
            path = prefix + _shown(name).strip("'")
            raise SpecError(path, raw[name], "one of the fields " + ", ".join(sorted(names)))
    return kind(**{name: _convert(hints[name], value, prefix + name) for name, value in raw.items()})


def _convert(hint: Any, value: Any, path: str) -> Any:
    if dataclasses.is_dataclass(hint):
        return _build(hint, value, path + ".")
    if get_origin(hint) is tuple:
        if not isinstance(value, (list, tuple)):
            raise SpecError(path, value, "a list")
        inner = get_args(hint)[0]
        return tuple(_convert(inner, part, f"{path}[{i}]") for i, part in enumerate(value))
    if get_origin(hint) in (Union, UnionType):
        return value
    small = type(value) is int and abs(value) < 2**53  # larger ones are out of every bound, and may not fit a float
    return float(value) if hint is float and small else value
