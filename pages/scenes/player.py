"""Chapter 3's player: train, prune, rewind, round by round."""

from __future__ import annotations

from lth_core.catalogue import SEEDS, pruning_run
from lth_core.results.result import Result
from pages.address import url
from pages.figures import biography, rounds
from pages.records import recorded
from pages.scenes.scene import Facts, Scene, seeds, whole, word
from pages.talks.beat import State
from pages.talks.question import Truth
from pages.widgets import colours
from pages.widgets.round_player import film, round_player

NETS = {"Small net": "drawable", "LeNet-300-100": "lenet"}
SCHEDULES = {"Iterative": "iterative", "One-shot": "one-shot"}

NET = url.Choice("net", tuple(NETS), "Small net")
SEED = url.Whole("seed", SEEDS[0], SEEDS[-1], 0)
SCHEDULE = url.Choice("schedule", tuple(SCHEDULES), "Iterative")
ROUND = url.Whole("round", 0, 42, 0)
STAGE = url.Whole("stage", 0, 2, 0)
EDGE = url.Whole("edge", 0, 300_000, 300_000)  # the weight that is followed; the default for none
START = url.Whole("from", 0, 42, 42)  # plays on from this round; the default for not at all


def _runs(state: State) -> tuple[Result, ...]:
    found = recorded.among(pruning_run(NETS[word(state, NET)], seed, SCHEDULES[word(state, SCHEDULE)])
                           for seed in SEEDS)
    if not found:
        raise LookupError("chapter3")
    return found


def mount(state: State, key: str) -> None:
    """The film at its moment, or on its way there."""
    runs = _runs(state)
    own = next((run for run in runs if run.spec.seed == whole(state, SEED)), runs[0])
    played = film(own, word(state, NET), colours.chosen())
    edge = whole(state, EDGE)
    chosen = -1 if edge == EDGE.default else biography.nearest(biography.follow(own), edge)
    moment = played.held(whole(state, ROUND), whole(state, STAGE), chosen)
    start = whole(state, START)
    round_player(played, key=f"{key}-{own.key}", moment=moment,
                 start=played.held(start, 0) if start < moment.round else None)


def facts(state: State) -> Facts:
    """Of all seeds: the round that is shown, and where the net breaks."""
    runs = _runs(state)
    story, at = rounds.facts(runs), whole(state, ROUND)
    accuracy, kept = rounds.stacked(runs, "test_accuracy"), rounds.stacked(runs, "kept")
    at = min(at, accuracy.shape[1] - 1)
    return {
        "source": seeds(story.seeds, word(state, NET)), "round": str(at), "total": f"{story.total:,}",
        "kept": f"{kept[0, at]:,.0f}", "left": f"{kept[0, at] / story.total:.1%}",
        "accuracy": f"{accuracy[:, at].mean():.1%}", "dense": f"{story.dense:.1%}",
        "breaks": str(story.breaks), "breaks_left": f"{story.breaks_left:.0%}",
    }


def _breaks(state: State) -> Truth:
    story = rounds.facts(_runs(state))
    return Truth(story.breaks, f"Round {story.breaks}, with {story.breaks_weights:,} of {story.total:,} weights left, "
                 f"is the first in which the mean of {story.seeds} seeds has lost a point.")


SCENE = Scene("player", "The round player", "pruning", (NET, SEED, SCHEDULE, ROUND, STAGE, EDGE, START), mount, facts,
              {"breaks": _breaks}, chart=lambda state: rounds.accuracy(_runs(state)))
