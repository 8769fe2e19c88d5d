"""Chapter 1's network: pruned by size or by lot while the slider moves."""

from __future__ import annotations

from lth_core.experiments import Ladder
from lth_core.results.result import Result
from pages.address import url
from pages.figures import ladder
from pages.records import recorded
from pages.scenes.scene import Facts, Scene, seeds, whole, word
from pages.talks.beat import State
from pages.talks.question import Truth
from pages.widgets.network_view import network_view, of_ladder

NETS = {"LeNet-300-100": "ladder", "Small net": "ladder-drawable"}  # what the audience sees, the preset behind it

NET = url.Choice("net", tuple(NETS), "LeNet-300-100")
SEED = url.Whole("seed", 0, 4, 0)
SPARSITY = url.Whole("sparsity", 0, 100, 80)
START = url.Whole("from", 0, 100, 100)  # plays from here; 100 for not at all
BARE = url.Choice("bare", ("no", "yes"), "no")  # the net alone: its curves would tell what the room bets on


def _runs(state: State) -> tuple[Result, ...]:
    return recorded.seeds_of(NETS[word(state, NET)])


def mount(state: State, key: str) -> None:
    """The net at its sparsity, or on its way there."""
    runs = _runs(state)
    own = next((run for run in runs if run.spec.seed == whole(state, SEED)), runs[0])
    spec = own.spec
    assert isinstance(spec, Ladder)
    rung, start = whole(state, SPARSITY), whole(state, START)
    network_view(of_ladder(word(state, NET), own, runs), key=f"{key}-{own.key}", sparsity=rung,
                 start=start if start < rung else None, bare=word(state, BARE) == "yes")


def facts(state: State) -> Facts:
    """The means of all recorded seeds at this sparsity."""
    runs, rung = _runs(state), whole(state, SPARSITY)
    story, at = ladder.facts(runs), ladder.at_rung(runs, rung)
    return {
        "source": seeds(story.seeds, word(state, NET), story.trained),
        "sparsity": f"{rung}%", "total": f"{story.total:,}", "kept": f"{at.kept:,}", "dense": f"{story.dense:.1%}",
        "size": f"{at.magnitude:.1%}", "lot": f"{at.random:.1%}", "retrained": f"{at.magnitude_retrained:.1%}",
        "free": f"{story.raw_free:.0%}", "retrained_free": f"{story.retrained_free:.0%}",
    }


def _free(state: State) -> Truth:
    story = ladder.facts(_runs(state))
    return Truth(round(100 * story.raw_free), f"{story.raw_free:.0%} can go, the smallest first, before the mean of "
                 f"{story.seeds} nets loses a point.")


def _gap(state: State) -> Truth:
    runs, rung = _runs(state), whole(state, SPARSITY)
    at = ladder.at_rung(runs, rung)
    return Truth(round(100 * at.random, 1), f"With random weights gone it reads {at.random:.1%}, with the smallest "
                 f"gone {at.magnitude:.1%}. Mean of {len(runs)} nets.")


def _curve(state: State) -> Truth:
    runs = _runs(state)
    points = tuple((float(rung), 100 * ladder.at_rung(runs, rung).magnitude) for rung in range(0, 100, 2))
    return Truth(points, f"Mean of {len(runs)} nets, the smallest weights gone first, nothing trained again.")


SCENE = Scene("network", "The network and its slider", "paradox", (NET, SEED, SPARSITY, START, BARE), mount, facts,
              {"free": _free, "by_lot": _gap, "cliff": _curve},
              chart=lambda state: ladder.accuracy(_runs(state), _runs(state)[0]))
