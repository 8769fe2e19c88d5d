"""W8's figures: ticket, reinit and random mask trained side by side, and how far apart they end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lth_core.data import held_out
from lth_core.experiments import Ablation
from lth_core.intervals import leads
from lth_core.ledger.runs import reads
from lth_core.results.result import Result
from lth_core.said import DATA, budget, say
from pages.figures.chart import Axis, Chart, Line
from pages.figures.runs import KINDS, THREE

TESTED = 10_000  # images of the test split, of a published set
LEARNING = Axis("validation accuracy", percent=True, error=True)


@dataclass(frozen=True)
class Entry:
    """One condition's end. mistakes: how many times the ticket's. behind, give: points behind the ticket, and how much
    of that the choice of test images alone may be (95%)."""

    name: str
    accuracy: float
    behind: float
    give: float
    mistakes: float

    @property
    def clear(self) -> bool:
        """More apart than the choice of test images explains."""
        return abs(self.behind) > self.give


def ablation(result: Result) -> Ablation:
    """Its Spec, as that type."""
    assert isinstance(result.spec, Ablation)
    return result.spec


def tested(spec: Ablation) -> int:
    """How many test images there are."""
    return len(held_out(spec.data)) if spec.data.name == "own" else TESTED


def entries(result: Result) -> dict[str, Entry]:
    """All conditions by name, the ticket first."""
    cells = result.tables["cells"]
    ends = dict(zip(cells["condition"].tolist(), np.asarray(cells[reads(result)], np.float64).tolist(), strict=True))
    best, count = ends["ticket"], tested(ablation(result))
    return {
        name: Entry(name, end, 100 * (best - end), 196 * math.sqrt((best * (1 - best) + end * (1 - end)) / count),
                    (1 - end) / max(1 - best, 1 / count))
        for name, end in ends.items()
    }


def card(result: Result) -> list[dict[str, str]]:
    """The results as a table, with effect sizes."""
    return [
        {
            "Net": KINDS[name].name, "Test accuracy": f"{one.accuracy:.2%}",
            "Behind the ticket, points": "" if name == "ticket" else f"{one.behind:+.2f} ± {one.give:.2f}".replace(
                "-", "−"),
            "Mistakes": "1 ×" if name == "ticket" else f"{one.mistakes:.2f} ×",
        }
        for name, one in entries(result).items()
    ]


def told(result: Result) -> str:
    """The verdict of one comparison, in Markdown."""
    cells, found, spec = result.tables["cells"], entries(result), ablation(result)
    sentences = [
        f"Round {spec.level}, {int(cells['kept'][0]):,} weights, seed {spec.seed}, {budget(spec)}: the ticket reads "
        f"**{found['ticket'].accuracy:.2%}**."
    ]
    if spec.step:
        sentences.append(f"Ticket and random mask start from their values after {spec.step:,} steps, fresh weights "
                         "from the first step.")
    for name in found:
        one, title = found[name], KINDS[name].name.capitalize()
        if name == "ticket":
            continue
        if not one.clear:
            sentences.append(f"**{title}** ends {abs(one.behind):.2f} points "
                             f"{'behind' if one.behind >= 0 else 'ahead'}: too close to call on ten thousand images.")
        elif one.behind > 0:
            sentences.append(f"**{title}** ends **{one.behind:.1f} points** behind and makes "
                             f"{one.mistakes:.1f} times as many mistakes.")
        else:
            sentences.append(f"**{title}** ends **{-one.behind:.1f} points ahead**: the ticket lost.")
    return " ".join(sentences)


def behind(result: Result) -> str:
    """How far the random structure ended behind the ticket, after a reader's bet on it."""
    return f" It was {entries(result)['random'].behind:.1f}.".replace("-", "−")


def curves(result: Result) -> Chart:
    """The three learning curves."""
    table, spec = result.tables["curves"], ablation(result)
    lines = []
    for name in (one.name for one in spec.conditions):
        mine = table["condition"] == name
        lines.append(Line(KINDS[name].name, KINDS[name].role, table["step"][mine], table["validation_accuracy"][mine]))
    ends = ", ".join(f"{KINDS[name].name} {one.accuracy:.1%}" for name, one in entries(result).items())
    return Chart(f"Side by side in round {spec.level}", f"test accuracy at the end: {ends}", Axis("training step"),
                 LEARNING, tuple(lines), (), source(spec))


def source(spec: Ablation) -> str:
    """How the comparison was made."""
    return (
        f"MLP {'-'.join(map(str, spec.net.sizes))} on {DATA[spec.data.name]}, the mask of round {spec.level} at "
        f"{spec.pruning.rate:.0%} a round; {spec.training.steps:,} steps each, same images, same order; seed "
        f"{spec.seed}. ± is the 95% interval over the choice of {tested(spec):,} test images; another seed moves it "
        "too."
    )


# ── the history ──────────────────────────────────────────────────────────────────────────────────────────────────


def history(results: Sequence[Result]) -> list[dict[str, str]]:
    """Every comparison of this visit, oldest first."""
    rows = []
    for result in results:
        spec, found = ablation(result), entries(result)
        rows.append({
            "Network": "-".join(map(str, spec.net.sizes)), "Round": str(spec.level), "Seed": str(spec.seed),
            "Weights": f"{int(result.tables['cells']['kept'][0]):,}",
            **{KINDS[name].name: f"{found[name].accuracy:.2%}" for name in THREE if name in found},
        })
    return rows


def over_seeds(results: Sequence[Result], like: Result) -> str | None:
    """What several seeds of one comparison say together; None with fewer than three."""
    same = {ablation(one).seed: one for one in results if _seedless(one) == _seedless(like)}
    if len(same) < 3:
        return None
    ends = {name: [entries(one)[name].accuracy for one in same.values()] for name in entries(like)}
    ahead = ", ".join(f"{KINDS[name].name} {say(leads(np.array(ends['ticket']), np.array(values)))}"
                      for name, values in ends.items() if name != "ticket")
    return f"Over {len(same)} seeds the ticket leads: {ahead} (mean and 95% interval within seeds)."


def _seedless(result: Result) -> dict[str, object]:
    return {name: value for name, value in result.spec.to_dict().items() if name != "seed"}
