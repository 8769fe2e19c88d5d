"""Charts of the chapters' prose, as large as the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lth_core.catalogue import EVIDENCE_SEEDS, SEEDS, SHARES, STABILITY_SEEDS, cost, evidence, pruning_run, tickets
from lth_core.ledger import price as ledger_price
from lth_core.ledger.runs import Runs
from lth_core.once import once
from lth_core.presets import preset
from lth_core.results.result import Result
from pages.address import url
from pages.figures import all_methods, conditions, draw_charts, draws, ladder, price, rounds
from pages.figures.chart import Chart
from pages.records import recorded
from pages.scenes.scene import Facts, Scene, seeds, word
from pages.sections.all_methods import everything
from pages.talks.beat import State
from pages.talks.question import Truth
from pages.widgets.live_chart import Plan, live_chart

STILL = Plan("train", "step", ())
SPARSEST = 15  # rounds: 3.6% left
SWITCHES = ("reinit", "keep-signs", "constant-signs")


@dataclass(frozen=True)
class Drawn:
    """A chart, how many seeds are in it, of which net; and the numbers that sentences may tell of it."""

    chart: Chart
    source: str
    facts: Facts


def _there(runs: tuple[Result, ...], part: str) -> tuple[Result, ...]:
    if not runs:
        raise LookupError(part)
    return runs


def _pruned(net: str, schedule: str = "iterative") -> tuple[Result, ...]:
    return _there(recorded.among(pruning_run(net, seed, schedule) for seed in SEEDS), "chapter3")


@once(4)
def _widths() -> Drawn:
    run = recorded.find(preset("widths"))
    if run is None:
        raise LookupError("capacity")
    fits = ladder.width_facts(run)
    return Drawn(ladder.widths(run), seeds(fits.replicates, "one hidden layer"),
                 {"width": str(fits.always_width), "weights": f"{fits.always_weights:,}",
                  "images": f"{fits.examples:,}"})


@once(4)
def _rates() -> Drawn:
    walls = {share: [draws.gathered(run) for seed in SEEDS if (run := recorded.find(tickets(share, 20, seed)))]
             for share in SHARES}
    walls = {share: found for share, found in walls.items() if found}
    if not walls:
        raise LookupError("tickets")
    total, wins, _ = draws.pooled([draws.reading(wall, 0.01) for wall in walls[max(walls)]])
    return Drawn(draw_charts.rates(walls, 0.01), seeds(len(walls[max(walls)]), "dense nets of 20 hidden units"),
                 {"easy": f"{wins / total:.0%}"})


@once(4)
def _one_shot() -> Drawn:
    many, once_only = _pruned("drawable"), _pruned("drawable", "one-shot")
    gap = rounds.gap(many, once_only)
    return Drawn(rounds.schedules(many, once_only), seeds(gap.seeds, "small net"),
                 {"many": f"{gap.iterative:.0%}", "once": f"{gap.one_shot:.0%}", "left": f"{gap.left:.0%}",
                  "round": str(gap.round)})


@once(4)
def _lenet_rounds() -> Drawn:
    runs = _pruned("lenet")
    story = rounds.facts(runs)
    return Drawn(rounds.accuracy(runs, "LeNet's tickets"), seeds(story.seeds, "LeNet-300-100", "one epoch"),
                 {"best": f"{story.best:.1%}", "best_left": f"{story.best_left:.0%}", "dense": f"{story.dense:.1%}"})


@once(4)
def _signs() -> Drawn:
    runs = Runs.of(_there(recorded.among(evidence("quick", seed) for seed in EVIDENCE_SEEDS["quick"]), "lenet-quick"))
    at = runs.nearest(0.1)
    return Drawn(conditions.behind(runs, SWITCHES, "Old signs, new sizes"),
                 seeds(runs.seeds, "LeNet-300-100", runs.budget),
                 {"left": f"{runs.density[at]:.0%}", "sizes": f"{100 * runs.gap('constant-signs', at).mean:.2f}",
                  "all": f"{100 * runs.gap('reinit', at).mean:.1f}"})


@once(4)
def _price() -> Drawn:
    bill = ledger_price.price(_there(recorded.among(cost("training", seed) for seed in STABILITY_SEEDS),
                                     "chapter6-cost"))
    plain, engine = bill.total(bill.plain), bill.total(bill.engine)
    return Drawn(price.ledger(bill), seeds(bill.seeds, "LeNet-300-100"),
                 {"trainings": str(len(bill.density)), "plain": f"{plain.mean:.0f}", "engine": f"{engine.mean:.0f}"})


@once(4)
def _methods() -> Drawn:
    found = everything()
    if found is None:
        raise LookupError("labs")
    ranked = all_methods.ranked(found, SPARSEST)
    early = next(one for one in ranked if all_methods.METHODS[one].cut == all_methods.BEFORE)
    return Drawn(all_methods.chart(found, SPARSEST), seeds(found.seeds, "LeNet-300-100", "one epoch"),
                 {"methods": str(len(ranked)), "left": f"{found.density[found.levels.index(SPARSEST)]:.1%}",
                  "ticket": f"{found.mean('ticket', SPARSEST).mean:.1%}", "early": all_methods.METHODS[early].name,
                  "early_reads": f"{found.mean(early, SPARSEST).mean:.1%}"})


CHARTS: dict[str, Callable[[], Drawn]] = {
    "widths": _widths, "rates": _rates, "one-shot": _one_shot, "lenet-rounds": _lenet_rounds, "signs": _signs,
    "price": _price, "methods": _methods,
}
CHART = url.Choice("chart", tuple(CHARTS), "widths")


def mount(state: State, key: str) -> None:
    """The chart alone: its takeaway is the beat's sentence."""
    name = word(state, CHART)
    live_chart(CHARTS[name]().chart, STILL, key=f"{key}-chart-{name}", job=name, url=None)


def facts(state: State) -> Facts:
    drawn = CHARTS[word(state, CHART)]()
    return {"source": drawn.source, **drawn.facts}


def _paid(_: State) -> Truth:
    bill = ledger_price.price(_there(recorded.among(cost("training", seed) for seed in STABILITY_SEEDS),
                                     "chapter6-cost"))
    plain, engine = bill.total(bill.plain), bill.total(bill.engine)
    return Truth(round(plain.mean, 1), f"PyTorch pays {ledger_price.times(plain)} whole-net trainings, this engine "
                 f"{ledger_price.times(engine)}, over {bill.seeds} seeds.")


def _shot(_: State) -> Truth:
    gap = rounds.gap(_pruned("drawable"), _pruned("drawable", "one-shot"))
    return Truth(round(100 * gap.one_shot), f"One cut reads {gap.one_shot:.0%}, {gap.round} small ones "
                 f"{gap.iterative:.0%}. Mean of {gap.seeds} seeds, {gap.left:.0%} left.")


def _sizes(_: State) -> Truth:
    runs = Runs.of(_there(recorded.among(evidence("quick", seed) for seed in EVIDENCE_SEEDS["quick"]), "lenet-quick"))
    at = runs.nearest(0.1)
    gaps = {name: runs.gap(name, at).mean for name in ("constant-signs", "reinit")}
    signs = gaps["constant-signs"] < gaps["reinit"] / 2
    return Truth(0 if signs else 1, f"All sizes alike costs {100 * gaps['constant-signs']:.2f} points, new signs "
                 f"too {100 * gaps['reinit']:.1f}. Mean of {runs.seeds} seeds, {runs.density[at]:.0%} left.")


SCENE = Scene("figure", "A chart", "evidence", (CHART,), mount, facts,
              {"price": _paid, "one_shot": _shot, "signs_or_sizes": _sizes},
              chart=lambda state: CHARTS[word(state, CHART)]().chart)
