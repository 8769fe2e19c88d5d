"""What the chapters judge, as outcomes of the ledger: the same functions, the same runs."""

from __future__ import annotations

from dataclasses import replace

from lth_core.catalogue import JOURNEYS, SEEDS, STABILITY_SEEDS, cost, subspace, transfer
from lth_core.ledger import convolutional, large, lenet, outcome, price, repair, residual, stable, storage
from lth_core.ledger import start as first_values
from lth_core.ledger import subspace as low
from lth_core.ledger import transfer as journeys
from lth_core.ledger.bench import BEFORE, BESIDE, CHOSEN, joined, verdict
from lth_core.ledger.bench import before as judged
from lth_core.ledger.outcome import Outcome, first, plain
from lth_core.ledger.photographs import recorded
from lth_core.ledger.relatives import RELATIVES, preset_of, smaller
from lth_core.ledger.rules import OPEN, UNTESTED, Count, counting
from lth_core.ledger.runs import Runs
from lth_core.ledger.shelf import Missing, Shelf
from lth_core.presets import preset
from lth_core.said import more, percent


def start(shelf: Shelf, at: int) -> Outcome:
    """C7, C12 to C16."""
    runs = shelf.lenet("quick")
    try:
        long, specs = shelf.starts(), shelf.part("lenet-starts", "cells")
    except Missing:
        long, specs = None, ()
    found = first_values.verdicts(runs, long)[at]
    judged = (*runs.results, *specs) if at >= first_values.BY_BOTH else runs.results
    return Outcome(found.verdict, plain(found.ours), found.why, found.seeds, first(judged), found.rule)


def lenet_row(shelf: Shelf) -> Outcome:
    """C17."""
    runs = shelf.lenet("paper")
    word, ours = lenet.popular_row(runs)
    return Outcome(word, ours, "Tickets that small are about as good as the dense net, and read less than 98.3%.",
                   runs.seeds, first(runs.results), lenet.ROW)


def convolutions(shelf: Shelf, name: str) -> Outcome:
    """C18 to C20: the paper's nets on a copy of their images; where that is not recorded, their small relatives."""
    found = convolutional.every(lambda spec: shelf.find(spec, "cells", "curves"))
    if name not in found:
        kin = relative(shelf, name)
        if not kin.specs:
            raise Missing(f"not recorded: {convolutional.RECORD}")
        return replace(kin, verdict=OPEN, why=f"Its own images are not recorded: {convolutional.RECORD}.")
    runs = found[name]
    return Outcome(convolutional.MATCHING(convolutional.sizes(runs)), convolutional.told(runs),
                   convolutional.why(name, runs), runs.seeds, first(runs.results), convolutional.MATCHING)


def residuals(shelf: Shelf) -> Outcome:
    """C21: the paper's net on a copy of its images, at a rate of Frankle et al. (2019); else its small relative."""
    net = residual.recorded(lambda spec: shelf.find(spec, "cells"))
    if net is None:
        return relative(shelf, "ResNet")
    named = recorded("ResNet-18", lambda spec: shelf.find(spec, "cells"))
    why = f"{residual.why(net)} {large.aside('ResNet-18', named) if named else ''}".rstrip()
    return Outcome(residual.MATCHING(residual.sizes(net)), residual.told(net), why, len(net.seeds(0)),
                   first((*net.at(0), *net.at(net.late))), residual.MATCHING)


def vggs(shelf: Shelf) -> Outcome:
    """C22: VGG-16 on a copy of CIFAR-10, in one pass over the images."""
    runs = recorded("VGG-16", lambda spec: shelf.find(spec, "cells"))
    if runs is None:
        beyond = relative(shelf, "VGG")
        return replace(beyond, why=f"{beyond.why} {large.HOURS}")
    return Outcome(convolutional.MATCHING(large.sizes(runs)), large.told(runs), large.why(runs), runs.seeds,
                   first(runs.results), convolutional.MATCHING)


def relative(shelf: Shelf, name: str) -> Outcome:
    """C21 and C22 until they are recorded: the paper's setting is not run here; small relatives are."""
    mine = [preset(one).net.name == preset_of(name) for one in RELATIVES]
    specs = [[preset(one, seed) for seed in SEEDS] for one, kin in zip(RELATIVES, mine, strict=True) if kin]
    found = [tuple(run for spec in some if (run := shelf.find(spec, "cells")) is not None)
             for some in specs]
    runs = [Runs.of(results) for results in found if results]
    told = " ".join(f"{smaller(one)}." for one in runs)
    how = f"python -m lth_core run --preset {preset_of(name)}, once CIFAR-10 is fetched"
    return Outcome(UNTESTED, f"Not the paper's setting: {told}" if told else "nothing measured",
                   f"The paper's setting needs CIFAR-10 and a GPU: {how}.", max((one.seeds for one in runs), default=0),
                   tuple(one.results[0].spec for one in runs))


def finding(shelf: Shelf, at: int) -> Outcome:
    """C23 to C25."""
    runs = shelf.lenet("paper")
    found = (lenet.faster, lenet.better, lenet.not_random)[at](runs)
    why = f"{found.why[:1].upper()}{found.why[1:]}."
    return Outcome(found.verdict, plain(found.effect), why, runs.seeds, first(runs.results), found.rule)


def by_epoch(shelf: Shelf) -> Outcome:
    """C26."""
    runs = shelf.lenet("paper")
    table = lenet.convergence(runs)
    if table is None:
        return outcome.missing("not recorded: python -m lth_core record lenet-paper")
    return Outcome(table.settled(), f"{percent(table.cells['reinit'][5])} at {table.density:.1%} left",
                   f"All nine entries of ours lie between {table.span[0]:.1%} and {table.span[1]:.1%}.", runs.seeds,
                   first(runs.results), lenet.HELD)


WHY_REWINDING = (
    "Judged on MNIST. The deep net with BatchNorm and large steps loses from θ₀. LeNet, after one epoch, does not.",
    "Judged on MNIST, from step 100. There the sparsest tickets are not surely level. From an earlier step they are.",
    "Judged on MNIST. Where the table is wrong it is fine-tuning, which fails on the deep net when little is left.",
)


def rewinding(shelf: Shelf, at: int) -> Outcome:
    """C27 to C29."""
    deep = shelf.rewound("deep")
    if at < 2:
        why = f"{WHY_REWINDING[at]} {(small_rates, photographs)[at](shelf)}".rstrip()
        return outcome.of((repair.fails, repair.repairs)[at](deep), why, deep.at(0))
    lenet_too = shelf.rewound("lenet")
    return outcome.of(repair.agreement({"lenet": lenet_too, "deep": deep}), WHY_REWINDING[at],
                      (*deep.at(0), *lenet_too.at(0)))


def small_rates(shelf: Shelf) -> str:
    """C27's control, as far as it is recorded: nets on harder images, trained in small steps."""
    return convolutional.shortfalls(convolutional.every(lambda spec: shelf.find(spec, "cells", "curves")).values())


def photographs(shelf: Shelf) -> str:
    """What the late step is worth on the paper's ResNet-20, as far as it is recorded: beside C28."""
    return residual.aside(residual.recorded(lambda spec: shelf.find(spec, "cells")))


def stability(shelf: Shelf) -> Outcome:
    """C37."""
    nets = [shelf.siblings(net) for net in ("deep", "lenet")]
    return outcome.of(stable.judged(nets), "Popular accounts run it both ways. The paper says one only: no unstable "
                      "subnetwork matches.", [run for net in nets for run in net.hills.values()])


def bill(shelf: Shelf) -> Outcome:
    """C30."""
    found = shelf.of([cost("training", seed) for seed in STABILITY_SEEDS], "chapter6-cost", "costs")
    return outcome.of(price.judged(price.price(found)), "Plain PyTorch pays that and more. Kernels that skip zeros pay "
                      "less.", found)


def directions(shelf: Shelf) -> Outcome:
    """C31."""
    found = shelf.of([subspace(seed) for seed in STABILITY_SEEDS], "chapter6-subspace", "cells")
    return outcome.of(low.judged(low.curve(found)), "Random directions, fixed before training, are enough.", found)


def answers(shelf: Shelf) -> Outcome:
    """C32."""
    found = shelf.of([cost("inference", seed) for seed in STABILITY_SEEDS], "chapter6-cost", "costs")
    return outcome.of(storage.judged(storage.answers(found)), "Stored zeros are multiplied like any number. The others "
                      "stored alone (CSR) can be faster where many images come at once.", found)


def travel(shelf: Shelf) -> Outcome:
    """C33."""
    found = []
    for name in JOURNEYS:
        specs = [transfer(name, seed) for seed in STABILITY_SEEDS]
        results = tuple(one for spec in specs if (one := shelf.find(spec, "cells", "overlap")) is not None)
        found += [journeys.journey(results)] if results else []
    if not found:
        raise Missing("not recorded: python -m lth_core record chapter6-transfer")
    runs = [one for journey in found for one in journey.runs.results]
    return outcome.of(journeys.judged(found), "It surely beats a random mask in about half of the cases, and is nearly "
                      "always behind the native one.", runs)


TITLES = {"snip": "SNIP", "grasp": "GraSP", "synflow": "SynFlow", "magnitude-start": "magnitude at the start"}


def beside(shelf: Shelf, method: str, condition: str) -> Outcome:
    """C39."""
    found = shelf.bench(method)
    least = found.levels[-1]
    ours = (f"With {found.density[-1]:.1%} of the weights left it reads {percent(found.mean(condition, least))}. That "
            f"is {more(found.gap(condition, 'ticket', least))} than the ticket. It is "
            f"{more(found.gap(condition, 'random', least))} than a trained random mask")
    return Outcome(verdict(found, condition), ours, "Judged at every size, beside a ticket and a random mask of "
                   "exactly as many weights.", found.seeds, first(found.labs), BESIDE)


def before(shelf: Shelf) -> Outcome:
    """C38: the best by its mean at the sparsest size is told, all are judged."""
    found = joined([shelf.bench(method, "" if method == "snip" else "before-training") for method in CHOSEN])
    least = found.levels[-1]
    best = max(CHOSEN, key=lambda method: found.mean(CHOSEN[method], least).mean)
    name, condition = TITLES[best], CHOSEN[best]
    ours = (f"With {found.density[-1]:.1%} of the weights left the best is {name}, at "
            f"{percent(found.mean(condition, least))}. That is {more(found.gap(condition, 'ticket', least))} than the "
            f"ticket. It is {more(found.gap(condition, 'random', least))} than a random mask")
    return Outcome(BEFORE(judged(found)), ours, "SNIP, GraSP, SynFlow and magnitude at the start, judged at every size "
                   "beside a ticket and a random mask of exactly as many weights.", found.seeds, first(found.labs),
                   BEFORE)


# How popular texts name the works, and how they name themselves: (as told, as it is).
NAMES = (
    ("Frankle & Carlin", "Frankle & Carbin"),
    ("The Lottery Ticket Hypothesis, ICLR 2019", "The Lottery Ticket Hypothesis, ICLR 2019"),
    ("Late rewinding, 2020", "Late rewinding, arXiv 1903.01611, 2019"),
    ("Optimal Brain Damage, 1990", "Optimal Brain Damage, 1990"),
    ("Deep Compression, 2016", "Deep Compression, 2016"),
    ("Rethinking Generalization, 2017", "Rethinking Generalization, 2017"),
    ("LoRA, 2022", "LoRA, 2022"),
    ("SparseGPT, 2023", "SparseGPT, 2023"),
)
NAMED = counting("as on the title page", "the popular name and year are the work's own", "works named")


def named(_: Shelf) -> Outcome:
    """C43: read, not measured."""
    right = sum(told == own for told, own in NAMES)
    wrong = "; ".join(f"“{told}” is {own}" for told, own in NAMES if told != own)
    return Outcome(NAMED(Count(right, len(NAMES), len(NAMES))),
                   f"{right} of {len(NAMES)} are as on the title page. Not so: {wrong}",
                   "Names and years read in the works themselves and counted: nothing is measured.", rule=NAMED)
