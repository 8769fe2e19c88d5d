"""The lab of parameter-efficient fine-tuning: what a trained net learns anew against how many of its numbers move."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lth_core import said
from lth_core.intervals import accuracies
from lth_core.ledger.peft import ALL, BASE, BIASES, OUTPUTS, Tunings, Way
from pages.figures import labs
from pages.figures.chart import Axis, Chart, Line, Mark

RECORD = "python -m lth_core record peft"
ACCURACY = Axis("new digits read right", percent=True, error=True)

# Way to tune → (name on the chart, role); those without a size are marks.
LINES = {
    "ticket": ("what moved most: a ticket's mask", "kept"),
    "lora": ("LoRA", "lab"),
    "adapter": ("adapters", "lab-variant"),
    "random": ("a random mask of as many", "random"),
}
NAMES = {"base": "nothing: the net before", "outputs": "new outputs alone", "biases": "biases (BitFit)",
         "all": "everything", "lora": "LoRA, rank", "adapter": "adapters, bottleneck",
         "ticket": "ticket's mask, size of rank", "random": "random mask, size of rank"}
UNTAUGHT = "not taught yet"  # whose outputs answer by chance


def name(way: Way) -> str:
    """A way to tune as the tables call it.

    >>> name(("lora", 4)), name(("biases", 0))
    ('LoRA, rank 4', 'biases (BitFit)')
    """
    how, size = way
    return f"{NAMES[how]} {size}" if size else NAMES[how]


def chart(found: Tunings, title: str, takeaway: str, shown: Sequence[str] = tuple(LINES)) -> Chart:
    """Accuracy on the new classes against the numbers that move, one line a way of `shown`, which have sizes."""
    lines = []
    for how in shown:
        called, role = LINES[how]
        ways = [(how, size) for size in found.sizes(how)]
        values = np.stack([found.cells[way]["test_accuracy"] for way in ways], axis=1)  # (seeds, sizes)
        trained = np.array([found.number(way, "trained") for way in ways])
        lines.append(Line.with_interval(called, role, trained, values, accuracies))
    marks = [Mark(f"everything: {found.number(ALL, 'trained'):,.0f} numbers", "dense", y=found.mean(ALL).centre)]
    marks += [Mark(NAMES[way[0]], "training", x=found.number(way, "trained"), y=found.mean(way).centre, named=True)
              for way in (OUTPUTS, BIASES)]
    ends = found.number(OUTPUTS, "trained") / 1.5, max(line.x[-1] for line in lines) * 1.3  # room for the two marks
    numbers = Axis("numbers that move", log=True, range=(float(ends[0]), float(ends[1])))
    return Chart(title, takeaway, numbers, ACCURACY, tuple(lines), tuple(marks), source(found))


def source(found: Tunings) -> str:
    """How the runs were made, in a sentence."""
    spec = found.spec
    sizes = "-".join(map(str, spec.net.sizes))
    return (f"{sizes}, {spec.training.steps:,} steps of Adam on the digits 0–4, then "
            f"{spec.tune_steps:,} on 5–9; told that a digit is one of 5–9; {found.seeds} seeds, bands: 95% intervals "
            "of the mean (Student's t).")


def closes(found: Tunings, way: Way) -> float:
    """How far a way to tune comes from the new outputs alone (0) to everything (1), by means over seeds."""
    low, mine, high = (found.mean(one).mean for one in (OUTPUTS, way, ALL))
    return (mine - low) / (high - low)


def against(found: Tunings, way: Way, called: str, others: dict[Way, str], column: str = "test_accuracy") -> str:
    """One way to tune beside others, in a sentence."""
    return labs.told(*(labs.compared(found.gap(way, other, column), called, their) for other, their in others.items()))


def shown(found: Tunings) -> list[Way]:
    """The ways that the tables show: those without a size, the smallest and the largest LoRA, and what is as large."""
    small, large = found.sizes("lora")[0], found.sizes("lora")[-1]
    return [BASE, OUTPUTS, BIASES, ("lora", small), ("ticket", small), ("lora", large), ("ticket", large),
            ("random", large), ("adapter", found.sizes("adapter")[-1]), ALL]


def prices(found: Tunings) -> list[dict[str, str]]:
    """What each way to tune moves, reads, keeps and costs: rows of a table."""
    return [{
        "What moves": name(way),
        "Numbers": f"{found.number(way, 'trained'):,.0f}",
        "New digits": said.percent(found.mean(way)) if way != BASE else UNTAUGHT,
        "Old digits": said.percent(found.mean(way, "old_accuracy")),
        "State in training": f"{found.number(way, 'state_bytes') / 1e6:.2f} MB" if way != BASE else "–",
        "Time to tune": f"{found.number(way, 'seconds'):.2f} s" if way != BASE else "–",
        "Multiply-adds an answer": f"{found.number(way, 'answer'):,.0f}",
    } for way in shown(found)]


def untold(found: Tunings) -> dict[str, list[str]]:
    """The same nets when nobody says which half a digit is from: columns of a table."""
    ways = shown(found)
    return {"what moves": [name(way) for way in ways],
            "5–9 among five": [said.percent(found.mean(way)) if way != BASE else UNTAUGHT for way in ways],
            "5–9 among ten": [said.percent(found.mean(way, "open_accuracy")) if way != BASE else UNTAUGHT
                              for way in ways],
            "0–4 among five": [said.percent(found.mean(way, "old_accuracy")) for way in ways],
            "0–4 among ten": [said.percent(found.mean(way, "old_open_accuracy")) for way in ways]}
