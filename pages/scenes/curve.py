"""Chapter 5's curves: accuracy against how little is left, with the paper's printed points."""

from __future__ import annotations

from lth_core.catalogue import EVIDENCE_SEEDS, evidence
from lth_core.ledger import photographs
from lth_core.ledger.runs import reads
from lth_core.results.result import Result
from lth_core.said import DATA
from pages.address import url
from pages.figures import sweep
from pages.records import recorded
from pages.scenes.scene import Facts, Scene, seeds, whole, word
from pages.talks.beat import State
from pages.talks.question import Truth
from pages.widgets.curve_reader import View, curve_reader

PROTOCOLS = {"50,000 steps": "paper", "One epoch": "quick"}
WORDS = {kind.word: name for name, kind in sweep.MEASURES.items()}

LENET = "LeNet-300-100"
NET = url.Choice("net", (LENET, *photographs.NAMES), LENET)
PROTOCOL = url.Choice("protocol", tuple(PROTOCOLS), "50,000 steps")
ROUND = url.Whole("round", 0, 24, View.level)
MEASURE = url.Choice("y", tuple(WORDS), "Test accuracy")
STEP = url.Whole("step", sweep.STEPS[0], sweep.STEPS[-1], View.step)
AXIS = url.Choice("axis", ("Log", "Linear"), "Log")
LINES = url.Choice("lines", ("Means", "Every seed"), "Means")
FIRST, LAST = url.Whole("first", 0, 24, View.first), url.Whole("last", 0, 24, View.last)


def _runs(protocol: str, schedule: str = "iterative") -> tuple[Result, ...]:
    return recorded.among(evidence(PROTOCOLS[protocol], seed, schedule) for seed in
                          EVIDENCE_SEEDS[PROTOCOLS[protocol]])


def _case(state: State) -> sweep.Sweep:
    """The net that is asked for, or LeNet where it is not recorded; of LeNet the protocol that is asked for, or the
    other one."""
    if runs := recorded.among(photographs.specs(word(state, NET))):
        return sweep.sweep(runs, ())
    wished = word(state, PROTOCOL)
    for protocol in (wished, *(other for other in PROTOCOLS if other != wished)):
        if runs := _runs(protocol):
            return sweep.sweep(runs, _runs(protocol, "one-shot"))
    raise LookupError("lenet-quick, lenet-paper")


def mount(state: State, key: str) -> None:
    """The curves with the marker at its round."""
    view = View(whole(state, ROUND), WORDS[word(state, MEASURE)], whole(state, STEP), word(state, AXIS) == "Linear",
                word(state, LINES) == "Every seed", whole(state, FIRST), whole(state, LAST))
    seen = "-".join(map(str, vars(view).values()))
    curve_reader(_case(state), key=f"{key}-curve-{word(state, NET)}-{word(state, PROTOCOL)}-{seen}", view=view)


def facts(state: State) -> Facts:
    """Mean accuracies of the conditions at the marker."""
    case = _case(state)
    runs = case.runs
    level = min(whole(state, ROUND), runs.levels)
    column = reads(runs.results[0])
    told = {name: f"{runs.grid(name, column)[:, level].mean():.1%}" for name in ("ticket", "reinit", "random")
            if runs.has(name)}
    net = LENET if case.lenet else f"{word(state, NET)} on {DATA[runs.results[0].spec.data.name]}"
    return told | {"source": seeds(runs.seeds, net, runs.budget), "left": f"{runs.density[level]:.1%}",
                   "dense": f"{runs.grid('ticket', column)[:, 0].mean():.1%}"}


def _ticket(state: State) -> Truth:
    """The ticket's curve: weights left in percent, test accuracy in percent."""
    runs = _case(state).runs
    accuracy = runs.grid("ticket", reads(runs.results[0])).mean(0)
    points = sorted((100 * float(left), 100 * float(value))
                    for left, value in zip(runs.density, accuracy, strict=True))
    return Truth(tuple(points), f"Mean of {runs.seeds} seeds, {runs.budget} each.")


SCENE = Scene("curve", "The paper's curve and ours", "evidence",
              (NET, PROTOCOL, ROUND, MEASURE, STEP, AXIS, LINES, FIRST, LAST), mount, facts, {"ticket_curve": _ticket},
              chart=lambda state: sweep.chart(_case(state), WORDS[word(state, MEASURE)], whole(state, STEP)))
