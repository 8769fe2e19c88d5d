"""The evidence network by network: the popular figure, the paper's, and ours or why there is none.

Weights are counted from the paper's description of each net, so that a figure that does not follow from it shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod

from lth_core import said
from lth_core.intervals import leads
from lth_core.ledger import convolutional, large, residual
from lth_core.ledger.lenet import POPULAR_LEFT, gain, popular_row
from lth_core.ledger.relatives import in_short, preset_of, smaller
from lth_core.ledger.rewound import Rewound, harder
from lth_core.ledger.runs import Runs
from lth_core.nets.layers import layers, weight_count
from lth_core.presets import PRESETS
from lth_core.results.result import Result
from lth_core.spec import Net
from pages.figures.sweep import Sweep


def conv_weights(name: str) -> tuple[int, int]:
    """Weights of a Conv net on 32×32 colour images: (all, those of the convolutions); biases not counted.

    >>> conv_weights("Conv-2"), conv_weights("Conv-6")
    ((4300992, 38592), (2261184, 1144512))
    """
    net = PRESETS[preset_of(name)].net
    return weight_count(net), sum(prod(layer.shape) for layer in layers(net) if len(layer.shape) == 4)


@dataclass(frozen=True)
class Network:
    """One row. claims: numbers in the ledger. place: where the paper's figures stand. ours: what was measured, or what
    is missing. brief: popular and paper's net in a few words. here: the smallest ticket against the whole net, in a
    few words. measured: whether it was."""

    name: str
    claim: int
    popular: str
    paper: str
    place: str
    ours: str
    verdict: str
    brief: tuple[str, str]
    here: str = "not recorded"
    measured: bool = False


def not_yet(name: str) -> str:
    """What stands where nothing is measured: how to do it."""
    return f"not yet measured: python -m lth_core run --preset {preset_of(name)}, once CIFAR-10 is fetched"


def networks(case: Sweep, relatives: tuple[tuple[Result, ...], ...] = (),
             own: Mapping[str, Runs] | None = None, rewound: Rewound | None = None) -> tuple[Network, ...]:
    """Every network of the paper's evidence; LeNet's row from the runs of `case`, the others' from `own`, their runs on
    their own images by name, ResNet's from `rewound` too, and from whatever seeds of RELATIVES are recorded, one tuple
    a setting."""
    verdict, ours = popular_row(case.runs)
    lenet = Network(
        "LeNet-300-100", 17, "MNIST, 266K weights; a ticket of 3.5% reads 98.3% like the dense net",
        f"MNIST, {weight_count(Net()):,} weights; level with dense at 3.6% left, dense 98.0 ± 0.2%, best about 0.3 "
        "points above it at 13.5%", "v5 section 2; Frankle et al. 2019, Fig 2",
        f"{case.runs.steps:,} steps: {ours}", verdict,
        ("MNIST, 266K weights", f"MNIST, {weight_count(Net()):,} weights"),
        _gap(case.runs, case.runs.nearest(POPULAR_LEFT)), measured=True,
    )
    kin = [Runs.of(results) for results in relatives if results]
    mine = own or {}
    rows = [_with(row, [runs for runs in kin if runs.results[0].spec.net.name == preset_of(row.name)],
                  mine.get(row.name)) for row in (*_convolutional(), *_deep())]
    told = {"ResNet": lambda row: _popular(_rewound(row, rewound), "ResNet-18", mine.get("ResNet-18")),
            "VGG": lambda row: _popular(row, "VGG-16", mine.get("VGG-16"), judged=True)}
    return (lenet, *(told[row.name](row) if row.name in told else row for row in rows))


def _gap(runs: Runs, level: int) -> str:
    return f"{said.points(gain(runs, level))} at {runs.density[level]:.1%} left"


def tried(own: Mapping[str, Runs]) -> str:
    """What the smallest tickets of these nets come to, beside fresh weights in the same masks, in Markdown."""
    gaps = [gain(runs, runs.levels) for runs in own.values()]
    sure = sum(gap.below() for gap in gaps)
    count = {0: "none of them surely", len(gaps): "all surely"}.get(sure, f"{sure} of {len(gaps)} surely")
    fresh = [100 * (runs.gap("reinit", runs.levels).centre - gain(runs, runs.levels).centre) for runs in own.values()]
    names = " and ".join([", ".join(list(own)[:-1]), list(own)[-1]] if len(own) > 1 else own)
    return (f"{names} we trained on {said.DATA['cifar-10-jpeg']}: choose one above. Their smallest tickets lose "
            f"{_span([-100 * gap.centre for gap in gaps])} points against the whole net, {count}. Fresh weights in the "
            f"same masks lose {_span(fresh)}.")


def fresh_or_random(own: Mapping[str, Runs]) -> str:
    """On how many of these nets fresh weights in the ticket's mask surely read more than a random mask, in Markdown."""
    gaps = [leads(*(runs.grid(name, "test_accuracy")[:, runs.levels] for name in ("reinit", "random")))
            for runs in own.values()]
    return (f"On {said.DATA['cifar-10-jpeg']}, at the smallest size, reinit is surely ahead on "
            f"{sum(gap.above() for gap in gaps)} of {len(gaps)} nets.")


def _span(values: list[float]) -> str:
    """The lowest and the highest of some numbers.

    >>> _span([0.84, 1.34]), _span([0.84])
    ('0.8 to 1.3', '0.8')
    """
    ends = dict.fromkeys(f"{end:.1f}".replace("-", "−") for end in (min(values), max(values)))
    return " to ".join(ends)


def _with(row: Network, kin: list[Runs], own: Runs | None) -> Network:
    """The row with what was measured: of this net on its own images, or else of its smaller relatives."""
    if own is not None:
        ours = f"{convolutional.protocol(own)}. {convolutional.told(own)}."
        return replace(row, ours=" ".join([ours, *map(in_short, kin)]), here=_gap(own, own.levels), measured=True,
                       verdict=convolutional.MATCHING(convolutional.sizes(own)))
    if not kin:
        return row
    told = " ".join(f"{smaller(runs)}." for runs in kin)
    return replace(row, ours=f"Not the paper's numbers: {told} The paper's setting is {row.ours}", measured=True)


def _rewound(row: Network, net: Rewound | None) -> Network:
    """ResNet's row with what was measured of the paper's net, before what its relative reads."""
    if net is None:
        return row
    last = harder(net)[-1]
    rate = net.at(0)[0].spec.training.lr
    here = f"{said.points(-residual.start(net, last))} at {net.density[last]:.1%} left, from θ₀ at rate {rate:g}"
    ours = f"{residual.protocol(net)}. At rate {rate:g} without warm-up: {residual.told(net)}."
    return replace(row, ours=f"{ours} {row.ours}" if row.measured else ours, here=here, measured=True,
                   verdict=residual.MATCHING(residual.sizes(net)))


def _popular(row: Network, name: str, runs: Runs | None, judged: bool = False) -> Network:
    """A row with what was measured of the net `name`, which the popular summary means. judged: nothing else judges it.
    """
    if runs is None:
        return row
    told = large.row(name, runs)
    if not judged:
        return replace(row, ours=f"{row.ours} {told}" if row.measured else told, measured=True)
    here = f"{said.points(large.lead(runs, runs.levels))} at {runs.density[-1]:.1%} left, {name}"
    return replace(row, ours=told, here=here, measured=True, verdict=convolutional.MATCHING(large.sizes(runs)))


def _convolutional() -> tuple[Network, ...]:
    told = {  # popular size, paper's size, validation accuracy dense → best, best gain in test accuracy, ledger
        "Conv-2": ("37K", "4.3M", "67.6 → 70.9%", "+3.4 points at 4.6% left", 18),
        "Conv-4": ("63K", "2.4M", "74.9 → 78.6%", "+3.5 points at 11.1% left", 19),
        "Conv-6": ("95K", "1.7M", "79.1 → 81.5%", "+3.3 points at 26.4% left", 20),
    }
    rows = []
    for name, (popular, size, valid, lead, claim) in told.items():
        total, convolutions = conv_weights(name)
        paper = (f"CIFAR-10, {size} weights (from its description {total:,}, {convolutions:,} of them in "
                 f"convolutions); validation accuracy {valid}, test accuracy {lead}")
        rows.append(Network(name, claim, f"MNIST, {popular} weights, about 99%, 93.5 to 95.2% pruned", paper,
                            "v5 figure 2, section 3, appendix H", not_yet(name), "cannot be tested here",
                            (f"MNIST, {popular} weights", f"CIFAR-10, {size} weights")))
    return tuple(rows)


def _deep() -> tuple[Network, ...]:
    resnet = Network(
        "ResNet", 21, "ResNet-18 with 11.2M weights, 89% pruned, 93.5%",
        "“Resnet-18” is a 20-layer CIFAR net of 271–274K weights; learning rate 0.1: no ticket; 0.01: tickets, best "
        "89.5%; 0.03 with warm-up: tickets down to 11.8% left, 90.5% at 27.1%",
        "v5 figure 2, section 4, appendix I", not_yet("ResNet"), "cannot be tested here",
        ("ResNet-18, 11.2M weights", "20 layers, 271–274K weights"),
    )
    vgg = Network(
        "VGG", 22, "VGG-16 with 14.7M weights, 93% pruned, 93.8%",
        "VGG-19 with 20.0M weights; learning rate 0.1: no ticket without warm-up; with it, tickets down to 1.5% left",
        "v5 figure 2, section 4, appendix I", f"{not_yet('VGG')}. {large.HOURS}", "cannot be tested here",
        ("VGG-16, 14.7M weights", "VGG-19, 20.0M weights"),
    )
    return resnet, vgg


def short(found: tuple[Network, ...]) -> str:
    """Popular and paper's network side by side, and what its smallest ticket came to here, as a table in Markdown."""
    lines = ["| Network | popular summary | the paper | here: a small ticket against the whole net |",
             "|---|---|---|---|"]
    return "\n".join([*lines, *(f"| {row.name} | {row.brief[0]} | {row.brief[1]} | {row.here} |" for row in found)])


def rows(found: tuple[Network, ...]) -> list[dict[str, str]]:
    """The table as a reader sees it."""
    return [{"Network": row.name, "Popular figure": row.popular, "Paper": f"{row.paper} ({row.place})",
             "Measured here": row.ours, "Verdict": f"C{row.claim} · {row.verdict}"} for row in found]
