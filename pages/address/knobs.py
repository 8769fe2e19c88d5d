"""The explorer's knobs: what each is called, what it may hold, and the Spec that a set of them means.

One table. The address, the controls, the refusals and the tests read it; its ranges are those of `lth_core.spec`, made
narrower where a live run has to stay short.

>>> spec_of(DEFAULTS).net.sizes
(49, 16, 12, 10)
>>> values_of(spec_of(DEFAULTS)) == DEFAULTS
True
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from lth_core.experiments import Lottery
from lth_core.presets import DRAWABLE_DATA, DRAWABLE_NET, PRESETS
from lth_core.spec import Data, Net, Pruning, Rewind, Spec, SpecError, Training, bounds
from pages.address import url

Value: TypeAlias = str | int | float
Values: TypeAlias = dict[str, Value]  # knob → what it holds, as the control shows it


@dataclass(frozen=True)
class Kind:
    """A net with the pixels it reads, and which split is looked at while it learns (as in the recorded runs)."""

    data: Data
    net: Net
    measure: str


SMALL, THIN, LENET, DEEP = "Small net", "784-20-10", "LeNet-300-100", "Deep net"
NETS = {
    SMALL: Kind(DRAWABLE_DATA, DRAWABLE_NET, "test"),
    THIN: Kind(Data(), Net(sizes=(784, 20, 10)), "validation"),
    LENET: Kind(Data(), Net(), "validation"),
    DEEP: Kind(Data(), PRESETS["rewind"].net, "validation"),
}
OWN = "Own images"
IMAGES = {"MNIST": "mnist", "Fashion": "fashion-mnist", OWN: "own"}
OPTIMISERS = {"Adam": "adam", "SGD": "sgd"}
STEADY, STEPPED = "Constant", "Stepped"
DECAYS = {STEADY: ((), ()), STEPPED: ((0.6, 0.85), (0.3, 0.1))}  # shares of the steps, and what is left of the rate
SCOPES = {"Each layer": "layer", "Whole net": "global"}
CRITERIA = {"Magnitude": "magnitude", "Random": "random", "First size": "large-init", "Movement": "movement",
            "Increase": "magnitude-increase"}
SCHEDULES = {"Iterative": "iterative", "One-shot": "one-shot"}


@dataclass(frozen=True)
class Own:
    """Which images a reader has brought. digest: of the set. classes: how many it has; images: to learn from."""

    digest: str
    classes: int
    images: int

    def data(self, like: Data) -> Data:
        """These images at the size that `like` has; one in ten of those to learn from is for validation."""
        chosen = self.images // 10
        return dataclasses.replace(like, name="own", own=self.digest, classes=tuple(range(self.classes)),
                                   train=self.images - chosen, validation=chosen)


@dataclass(frozen=True)
class Knob:
    """One control. field: what it sets, as a SpecError names it. step: of a number box's buttons."""

    parameter: url.Choice | url.Whole | url.Real
    label: str
    field: str
    help: str
    step: float = 1

    @property
    def name(self) -> str:
        return self.parameter.name

    def named(self, prefix: str) -> url.Choice | url.Whole | url.Real:
        """Its parameter in the address of the configuration with that prefix."""
        return dataclasses.replace(self.parameter, name=prefix + self.name)


def whole(name: str, section: type, field: str, least: int, most: int, default: int, per: int = 1) -> url.Whole:
    """A range of whole numbers within what the Spec admits; per: how many of the control's units are one of the
    Spec's. Raises ValueError for a range that is not narrower."""
    _narrower(section, field, least / per, most / per)
    return url.Whole(name, least, most, default)


def real(name: str, section: type, field: str, least: float, most: float, default: float) -> url.Real:
    """The same for decimal numbers."""
    _narrower(section, field, least, most)
    return url.Real(name, least, most, default)


def _narrower(section: type, field: str, *ends: float) -> None:
    allowed = bounds(section, field)
    for end in ends:
        if not allowed.admits(end):
            raise ValueError(f"{section.__name__}.{field}: {end} is not allowed ({allowed})")


KNOBS: dict[str, tuple[Knob, ...]] = {
    "The net": (
        Knob(url.Choice("net", tuple(NETS), SMALL), "Network", "net.sizes",
             "Small net: 49-16-12-10 on 7 × 7 pixels, every weight drawn. Deep net: eight hidden layers of 100 with "
             "BatchNorm, which rescales what every layer gets. At learning rate 0.8 its sparse tickets from θ₀ fail."),
        Knob(url.Choice("data", tuple(IMAGES), "MNIST"), "Images", "data.name",
             "Fashion-MNIST, ten kinds of clothes, is not shipped: the server needs to have fetched it. Own images: "
             "bring yours, for this visit."),
        Knob(whole("seed", Spec, "seed", 0, 99, 0), "Seed", "seed", "Split, first weights, order of the images."),
    ),
    "Training": (
        Knob(url.Choice("optimiser", tuple(OPTIMISERS), "Adam"), "Optimiser", "training.optimiser", "Of every round."),
        Knob(real("lr", Training, "lr", 0.0001, 2.0, 0.003), "Learning rate", "training.lr",
             "The paper: 0.0012 with Adam.", 0.001),
        Knob(real("momentum", Training, "momentum", 0.0, 0.99, 0.0), "Momentum", "training.momentum", "SGD's.", 0.1),
        Knob(url.Choice("decay", tuple(DECAYS), STEADY), "Learning rate is", "training.decay_at",
             "Stepped: × 0.3 after 60% of the steps, × 0.1 after 85%."),
        Knob(whole("batch", Training, "batch", 10, 1_000, 60), "Batch", "training.batch", "Images a step.", 10),
        Knob(whole("steps", Training, "steps", 50, 20_000, 4_585), "Steps", "training.steps",
             "Of each training. 917 steps at batch 60 are one pass over 55,000 images.", 100),
    ),
    "Pruning": (
        Knob(whole("rate", Pruning, "rate", 5, 90, 20, per=100), "Cut a round, %", "pruning.rate",
             "Of what remains. The output layer at half the rate; over the whole net it is spared.", 5),
        Knob(whole("rounds", Pruning, "rounds", 1, 24, 20), "Rounds", "pruning.rounds", "n rounds, n + 1 trainings."),
        Knob(url.Choice("scope", tuple(SCOPES), "Each layer"), "Ranked within", "pruning.scope",
             "Whether layers are cut alike, or the smallest of all layers go."),
        Knob(url.Choice("criterion", tuple(CRITERIA), "Magnitude"), "What goes", "pruning.criterion",
             "Magnitude: the smallest after training. Random: whichever. First size: the smallest *before* training. "
             "Movement: what training moved least. Increase: what it enlarged least (Zhou et al. 2019)."),
        Knob(url.Choice("cuts", tuple(SCHEDULES), "Iterative"), "Cuts", "pruning.schedule",
             "One-shot: all cuts are judged by the first training alone."),
        Knob(whole("rewind", Rewind, "step", 0, 20_000, 0), "Rewind to step k", "rewind.step",
             "0: the survivors go back to θ₀, a winning ticket. Later: to their values after k steps.", 10),
    ),
}
ALL = tuple(knob for group in KNOBS.values() for knob in group)
DEFAULTS: Values = {knob.name: knob.parameter.default for knob in ALL}

POINTS: dict[str, Values] = {  # where to start: what differs from the first
    "Small net": {},
    "LeNet, one epoch": {"net": LENET, "lr": 0.002, "steps": 917},
    "784-20-10": {"net": THIN, "lr": 0.006, "steps": 458, "rounds": 15},
    "Deep net, from θ₀": {
        "net": DEEP, "optimiser": "SGD", "lr": 0.8, "momentum": 0.9, "decay": STEPPED, "batch": 128, "steps": 1_404,
        "rate": 45, "rounds": 6, "scope": "Whole net",
    },
}
POINTS["Deep net, from step 100"] = {**POINTS["Deep net, from θ₀"], "rewind": 100}


def looks(steps: int) -> int:
    """Steps between two measured points: at most sixteen of them a training, at round numbers.

    >>> looks(917), looks(4_585), looks(50)
    (100, 300, 10)
    """
    nice = (lead * 10**power for power in range(5) for lead in (1, 3))
    return next(step for step in nice if step >= steps / 16)


def spec_of(values: Mapping[str, Value], own: Own | None = None) -> Lottery:
    """The lottery that these knobs mean: the ticket alone. own: the reader's images, where the knobs ask for them.

    Raises SpecError when they contradict each other.
    """
    kind, steps = NETS[str(values["net"])], int(values["steps"])
    decay_at, decay_to = DECAYS[str(values["decay"])]
    optimiser, scope, rate = OPTIMISERS[str(values["optimiser"])], SCOPES[str(values["scope"])], int(values["rate"])
    training = Training(
        optimiser=optimiser, lr=float(values["lr"]), batch=int(values["batch"]), steps=steps, eval_every=looks(steps),
        momentum=float(values["momentum"]) if optimiser == "sgd" else 0.0, measure=kind.measure,
        decay_at=decay_at, decay_to=decay_to,
    )
    pruning = Pruning(
        rate=rate / 100, output_rate=rate / 200 if scope == "layer" else 0.0, rounds=int(values["rounds"]), scope=scope,
        criterion=CRITERIA[str(values["criterion"])], schedule=SCHEDULES[str(values["cuts"])],
    )
    data, net = dataclasses.replace(kind.data, name=IMAGES[str(values["data"])]), kind.net
    if own is not None and data.name == "own":
        data, net = own.data(kind.data), dataclasses.replace(net, sizes=(*net.sizes[:-1], own.classes))
    return Lottery(data=data, net=net, training=training, pruning=pruning, seed=int(values["seed"]),
                   rewind=Rewind(step=int(values["rewind"])))


def values_of(spec: Lottery) -> Values:
    """The knobs that mean `spec`. Raises ValueError when none do."""
    training, pruning = spec.training, spec.pruning
    names = [name for name, kind in NETS.items() if kind.net == spec.net]
    values: Values = {
        "net": names[0] if names else SMALL, "data": _word(IMAGES, spec.data.name), "seed": spec.seed,
        "optimiser": _word(OPTIMISERS, training.optimiser), "lr": training.lr, "momentum": training.momentum,
        "decay": _word(DECAYS, (training.decay_at, training.decay_to)), "batch": training.batch,
        "steps": training.steps, "rate": round(100 * pruning.rate), "rounds": pruning.rounds,
        "scope": _word(SCOPES, pruning.scope), "criterion": _word(CRITERIA, pruning.criterion),
        "cuts": _word(SCHEDULES, pruning.schedule), "rewind": spec.rewind.step,
    }
    if spec_of(values) != spec:
        raise ValueError(f"no setting of the knobs means {spec.to_json()}")
    return values


def _word(words: Mapping[str, object], meant: object) -> str:
    return next((word for word, value in words.items() if value == meant), next(iter(words)))


def settled(values: Mapping[str, Value], own: Own | None = None) -> tuple[Values, list[str]]:
    """These knobs with every one that others limit turned to its limit, and a sentence for each that was turned.

    >>> found, said = settled({**DEFAULTS, "rate": 50})
    >>> found["rounds"], said
    (10, ['*Rounds* went from 20 to 10: at most 10, or no weight is left at this rate.'])
    """
    found, said = dict(values), list[str]()
    for _ in ALL:  # each knob gives way once at most
        try:
            spec_of(found, own)
        except SpecError as error:
            knob = next((knob for knob in ALL if knob.field == error.path), None)
            limit = re.match(r"at most (?:\S+ = )?([\d,]+)", error.allowed)
            if knob is None or limit is None or not isinstance(knob.parameter, url.Whole):
                break
            to = max(knob.parameter.least, int(limit[1].replace(",", "")))
            if to >= int(found[knob.name]):
                break
            said.append(f"*{knob.label}* went from {found[knob.name]} to {to}: {_cure(error)}.")
            found[knob.name] = to
        else:
            break
    return found, said


def refusal(error: SpecError) -> str:
    """Why a set of knobs is refused, in the words of the controls, with the cure."""
    label = next((knob.label for knob in ALL if knob.field == error.path), error.path)
    return f"{label} cannot be {error.value}: {_cure(error)}."


def _cure(error: SpecError) -> str:
    cure = error.allowed.replace("data.train =", "the number of images to learn from,")
    for knob in ALL:
        cure = cure.replace(knob.field, knob.label)
    return cure


def named(fields: Iterable[str]) -> list[str]:
    """Fields of a Spec in the words of the controls, each once and in their order; what no control sets is left out.

    >>> named(["pruning.output_rate", "pruning.rate", "training.lr"])
    ['learning rate', 'cut a round, %']
    """
    asked = {"training.decay_at" if field == "training.decay_to" else field for field in fields}
    return [knob.label[:1].lower() + knob.label[1:] for knob in ALL if knob.field in asked]


# What a knob off its default asks of the reader who wants the same, as part of a sentence.
STEPS = {
    "net": "take the network {}", "data": "show it {}", "seed": "take seed {}", "optimiser": "train with {}",
    "lr": "set the learning rate to {:g}", "momentum": "set momentum to {:g}", "decay": "let the learning rate be {}",
    "batch": "show {:,} images a step", "steps": "train for {:,} steps each time", "rate": "cut {}% a round",
    "rounds": "play {} rounds", "scope": "rank weights within: {}", "criterion": "cut by {}", "cuts": "make {} cuts",
    "rewind": "send the survivors back to step {:,}, not to the start",
}


def recipe(values: Mapping[str, Value]) -> str:
    """How to get there from where the page begins, in words.

    >>> recipe({**DEFAULTS, "steps": 1000, "rounds": 5, "cuts": "One-shot"})
    'Train for 1,000 steps each time, play 5 rounds and make one-shot cuts.'
    """
    parts = [_step(knob.name, values[knob.name]) for knob in ALL if values[knob.name] != DEFAULTS[knob.name]]
    told = " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts) or "leave all as it is"
    return f"{told[:1].upper()}{told[1:]}."


def _step(name: str, value: Value) -> str:
    if name == "rounds" and value == 1:
        return "play a single round"
    plain = name in ("decay", "scope", "criterion", "cuts")  # words that begin with a capital on the control alone
    return STEPS[name].format(str(value).lower() if plain else value)


def changed(values: Mapping[str, Value], other: Mapping[str, Value]) -> list[str]:
    """What the second configuration does differently, knob by knob: "Rounds 6 instead of 20"."""
    return [f"{knob.label} {other[knob.name]} instead of {values[knob.name]}" for knob in ALL
            if values[knob.name] != other[knob.name]]
