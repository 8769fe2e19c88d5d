"""One weight changed, everything trained again: what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lth_core.experiments import Counterfactual
from lth_core.results.result import Result
from pages.figures.chart import Axis, Chart, Line
from pages.figures.rounds import points, signed

DEEDS = {"revive": "revived", "kill": "killed", "flip": "flipped"}
NAMES = ("as it was", "changed")


@dataclass(frozen=True, eq=False)
class Outcome:
    """Pairs of trainings, one an order of the examples.

    unchanged, changed: test accuracies, (orders,). moves: does the action change anything (killing the dead does not)?
    edge_start, edge_end: the weight in the changed runs; end_before: in the unchanged ones. pruned_next: in how many
    changed runs the next round would take the weight.
    """

    action: str
    level: int
    unchanged: np.ndarray
    changed: np.ndarray
    moves: bool
    edge_start: float
    edge_end: np.ndarray
    end_before: np.ndarray
    pruned_next: int

    @property
    def effect(self) -> np.ndarray:
        """Difference within each pair, (orders,)."""
        return self.changed - self.unchanged


def outcome(result: Result) -> Outcome:
    """What a counterfactual's Result says."""
    spec, cells = result.spec, result.tables["cells"]
    assert isinstance(spec, Counterfactual)
    was, now = cells["changed"] == 0, cells["changed"] == 1
    switched = cells["alive"][was] != cells["alive"][now]
    moves = bool(cells["alive"].all() if spec.action == "flip" else switched.any())
    return Outcome(
        spec.action, spec.level, cells["test_accuracy"][was], cells["test_accuracy"][now], moves,
        float(cells["edge_start"][now][0]), cells["edge_end"][now], cells["edge_end"][was],
        int(cells["next_pruned"][now].sum()),
    )


def verdict(told: Outcome) -> str:
    """The finding in Markdown, whichever way it went."""
    if not told.moves:
        return ("On this machine the ticket of that round already was as you asked, so both trainings are the same: "
                "choose another round or another action.")
    effect, spread = told.effect, float(np.ptp(told.unchanged))
    size = "less" if abs(effect.mean()) < spread else "more"
    better, runs = int(np.count_nonzero(effect > 0)), effect.size
    worst, best = (signed(100 * end, 2) for end in (effect.min(), effect.max()))
    sentence = (
        f"With the weight {DEEDS[told.action]}, test accuracy changes by **{points(effect.mean(), 2)}** on average "
        f"over {runs} orders of the examples ({worst} to {best}); it rises in {better} of {runs}. That is {size} than "
        f"what the order alone does: the untouched ticket's best and worst run are {100 * spread:.2f} points apart."
    )
    if told.action != "kill":
        low, high = signed(told.edge_end.min()), signed(told.edge_end.max())
        sentence += (f" The weight started from {signed(told.edge_start)} and ended between {low} and {high}. The next "
                     f"cut would take it in {told.pruned_next} of {runs} runs.")
    return sentence


def chart(result: Result) -> Chart:
    """The weight's own way through training, as it was and changed: mean over the orders, range as band."""
    curves, told = result.tables["curves"], outcome(result)
    lines = []
    for changed, role in ((0, "dense"), (1, "training")):
        mine = curves["changed"] == changed
        steps = np.unique(curves["step"][mine])
        lines.append(Line.over_seeds(NAMES[changed], role, steps, curves["edge"][mine].reshape(-1, steps.size)))
    ends = told.edge_end.mean(), told.end_before.mean()
    takeaway = f"changed, it ends at {signed(ends[0])} on average; as it was, at {signed(ends[1])}"
    return Chart("The weight's way through training", takeaway, Axis("training step"), Axis("weight"), tuple(lines), (),
                 f"{told.effect.size} orders of the examples, each with and without the change; round {told.level}.")


def accuracies(result: Result) -> Chart:
    """Test accuracy of every pair: the same order of the examples without the change and with it."""
    told = outcome(result)
    orders, worst = np.arange(1, told.effect.size + 1), min(told.unchanged.min(), told.changed.min())
    best = max(told.unchanged.max(), told.changed.max())
    lines = (Line(NAMES[0], "dense", orders, told.unchanged), Line(NAMES[1], "training", orders, told.changed))
    better = int(np.count_nonzero(told.effect > 0))
    takeaway = (f"the change is better in {better} of {told.effect.size} pairs; from order to order the untouched "
                f"ticket differs by {100 * float(np.ptp(told.unchanged)):.2f} points")
    return Chart("Pair by pair", takeaway, Axis("order of the examples"),
                 Axis("test accuracy", percent=True, range=(float(worst) - 0.0005, float(best) + 0.0005)), lines, (),
                 f"Each pair is trained on the same examples in the same order; round {told.level}.")
