"""Chapter 4's claims, judged by what was measured: the popular figures, and a verdict a claim."""

from __future__ import annotations

from dataclasses import dataclass

from lth_core import said
from lth_core.intervals import Interval, accuracies, leads
from pages.figures.conditions import POPULAR, say
from pages.figures.explanations import moved
from pages.figures.runs import KINDS, THREE, Runs

PAPER = {
    "ticket": "98.3 ± 0.1%",  # Frankle et al., arXiv 1903.01611v3, figures 2 and 3
    "reinit": "about 0.5 points below the ticket, at 21.1% left",  # Frankle & Carbin v5, section 2
    "random": "97.5 ± 0.3%",  # as the first
}
NINETY = 0.107  # density of the popular "90% sparse", as the paper's level
NEAR = 0.02  # a popular accuracy counts as met within two points
RUIN = 0.05  # "ruins a ticket": at least five points


def popular_table(protocols: dict[str, Runs]) -> list[dict[str, str]]:
    """Popular, paper's and measured accuracies at 90% sparsity, one row a condition and one column a protocol."""
    measured = {f"{name}, {runs.density[runs.nearest(NINETY)]:.1%} left": runs for name, runs in protocols.items()}
    rows = [{"Condition": KINDS[name].name, "Popular": f"≈ {POPULAR[name]:.0%}", "Paper, 10.7% left": PAPER[name],
             **{head: _measured(runs, name) for head, runs in measured.items()}} for name in THREE]
    return [*rows, {"Condition": "dense net", "Popular": "–", "Paper, 10.7% left": "98.0 ± 0.2%",
                    **{head: _measured(runs, "ticket", 0) for head, runs in measured.items()}}]


def _measured(runs: Runs, name: str, level: int | None = None) -> str:
    at = runs.nearest(NINETY) if level is None else level
    return said.percent(accuracies(runs.grid(name, "test_accuracy")[:, at]))


@dataclass(frozen=True)
class Verdict:
    """number: of the ledger. claim: as it is told. ours: what was measured. verdict: confirmed, partly or not
    reproduced. why: one sentence."""

    number: str
    claim: str
    ours: str
    verdict: str
    why: str


def verdicts(runs: Runs) -> tuple[Verdict, ...]:
    """The claims of this chapter that a recording of all conditions can judge, at 90% sparsity."""
    return (_ruined(runs), _ordered(runs), _popular(runs), _signs(runs), _sizes(runs), _wiring(runs))


def _ruined(runs: Runs) -> Verdict:
    gap = runs.gap("reinit", runs.nearest(NINETY))
    verdict = "not reproduced" if not gap.above() else "confirmed" if gap.mean >= RUIN else "partly"
    return Verdict("C7", "New random weights ruin a ticket", f"reinit {say(gap)} behind the ticket", verdict,
                   "It always loses, but it still reads most digits: it is set back, not ruined."
                   if verdict == "partly" else "Judged by whether it loses at all, and by five points or more.")


def _ordered(runs: Runs) -> Verdict:
    level = runs.nearest(NINETY)
    first, second = runs.gap("reinit", level), between(runs, "reinit", "random", level)
    verdict = "confirmed" if first.above() and second.above() else "partly" if first.above() else "not reproduced"
    return Verdict("C12", "Ticket > reinit > random structure",
                   f"ticket − reinit {say(first)}; reinit − random {say(second)}", verdict,
                   "Both steps are judged within seeds. The paper sees no difference between the two controls in "
                   "convolutional nets (appendix E).")


def _popular(runs: Runs) -> Verdict:
    level = runs.nearest(NINETY)
    means = {name: float(runs.grid(name, "test_accuracy")[:, level].mean()) for name in THREE}
    met = all(abs(means[name] - POPULAR[name]) <= NEAR for name in THREE)
    return Verdict("C13", "95 / 85 / 78% at 90% sparsity", " / ".join(f"{value:.1%}" for value in means.values()),
                   "confirmed" if met else "not reproduced",
                   "The order is right, the distances are not: neither the paper nor we measure anything like them.")


def _signs(runs: Runs) -> Verdict:
    level = runs.nearest(NINETY)
    gain = recovered(runs, "keep-signs", level)
    kept, pruned = (float(moved(runs, "fc1", f"sign_agreement_{fate}")[:, 0].mean()) for fate in ("kept", "pruned"))
    good = runs.gap("reinit", level).above() and gain > 0.5 and kept > pruned  # nothing lost, nothing won back
    return Verdict("C14", "A ticket wins because its signs are right",
                   f"signs alone win back {gain:.0%} of what reinit loses; sign kept by {kept:.0%} of the survivors of "
                   f"the first cut in fc1, by {pruned:.0%} of the others", "partly" if good else "not reproduced",
                   "True of this small net; deep networks do not survive new sizes under old signs "
                   "(Frankle, Schwab & Morcos 2020)." if good else "Signs alone win back less than half.")


def _sizes(runs: Runs) -> Verdict:
    level = runs.nearest(NINETY)
    gap, shuffled = runs.gap("constant-signs", level), runs.gap("shuffled-init", level)
    needed = gap.above() and gap.mean > runs.gap("reinit", level).mean / 2
    return Verdict("C15", "A ticket wins because its sizes are balanced",
                   f"all sizes set to σ: {say(gap)} behind; right sizes, wrong weights: {say(shuffled)} behind",
                   "partly" if needed else "not reproduced",
                   "Throwing every size away costs much." if needed else
                   "Throwing every size away costs little or nothing as long as the signs stay. Sizes without their "
                   f"signs: {say(between(runs, 'shuffled-init', 'reinit', level))} better than fresh weights.")


def _wiring(runs: Runs) -> Verdict:
    level = runs.nearest(NINETY)
    worth, rest = between(runs, "reinit", "random-reinit", level), runs.gap("reinit", level)
    verdict = "not reproduced" if not worth.above() else "partly" if rest.above() else "confirmed"
    return Verdict("C16", "A ticket wins because its wiring is good",
                   f"with the same fresh weights the ticket's mask leads a random one by {say(worth)}; its own θ₀ adds "
                   f"{say(rest)}", verdict,
                   "Wiring is worth something, and it is not the whole story." if worth.above() else
                   "What wiring alone is worth cannot be told from nothing.")


def between(runs: Runs, first: str, second: str, level: int) -> Interval:
    """first − second within seeds."""
    return leads(runs.grid(first, "test_accuracy")[:, level], runs.grid(second, "test_accuracy")[:, level])


def sizes_alone(runs: Runs, level: int) -> str:
    """What the ticket's own sizes are worth once they sit on other weights: here, and in the sparsest nets."""
    here, last = (between(runs, "shuffled-init", "reinit", at) for at in (level, runs.levels))
    ending = ", so when hardly a path is left, size does help" if last.above() else ""
    return (f"shuffled θ₀ reads {say(here)} more than fresh weights with {runs.density[level]:.1%} left, and "
            f"{say(last)} more with {runs.density[-1]:.1%} left{ending}")


def recovered(runs: Runs, name: str, level: int) -> float:
    """Share of the distance from reinit up to the ticket that `name` covers, by the means over seeds."""
    low, mid, high = (float(runs.grid(one, "test_accuracy")[:, level].mean()) for one in ("reinit", name, "ticket"))
    return (mid - low) / (high - low)
