"""Every sentence that is built from runs names how long they trained, by both protocols."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable

import pytest

from lth_core.catalogue import EVIDENCE_SEEDS, SEEDS, evidence, pruning_run
from lth_core.experiments import Lottery
from lth_core.ledger import start
from lth_core.ledger.runs import Runs
from pages.figures import conditions, explanations, findings, rounds, sweep, verdicts
from pages.figures.sweep import Sweep
from pages.records import recorded

MODULES = ("conditions", "explanations", "findings", "popular", "rounds", "starts", "sweep", "verdicts")
TAKES = {"Runs", "Sweep", "Result", "Sequence[Result]", "Starts"}

# Sentence builders, each as a chapter calls it. Several sentences of one text may share one naming.
BUILDERS: dict[str, Callable[[Sweep], str]] = {
    "conditions.at_level": lambda case: conditions.at_level(case.runs, 10),
    "conditions.opening_sentence": lambda case: conditions.opening_sentence(case.runs, "random"),
    "conditions.compared": lambda case: conditions.compared(case.runs, ("reinit", "random"), 10),
    "conditions.looks": lambda case: conditions.looks(case.runs),
    "conditions.speed_sentence": lambda case: conditions.speed_sentence(case.runs, 10),
    "conditions.source": lambda case: conditions.source(case.runs),
    "explanations.wiring_sentence": lambda case: explanations.wiring_sentence(case.runs, 10),
    "explanations.dead_sentence": lambda case: explanations.dead_sentence(case.runs),
    "findings.findings": lambda case: " | ".join(one.effect for one in findings.findings(case)),
    "findings.in_a_sentence": findings.in_a_sentence,
    "findings.keeps_up": findings.keeps_up,
    "rounds.long_sentence": lambda case: rounds.long_sentence(case.runs.results),
    "rounds.lenet_sentence": lambda case: rounds.lenet_sentence(case.runs.results),
    "rounds.breaking_sentence": lambda case: rounds.breaking_sentence(case.runs.results),
    "rounds.gap_sentence": lambda case: rounds.gap_sentence(
        rounds.gap(case.runs.results, case.one_shot.results if case.one_shot else ())),
    "rounds.in_one_line": lambda case: rounds.in_one_line(case.runs.results, case.runs.results),
    "rounds.so_far": lambda case: rounds.so_far(case.runs.results[0], 3, 1),
    "rounds.source": lambda case: rounds.source(case.runs.results),
    "sweep.sentence": lambda case: sweep.sentence(case, 10),
}
ELSEWHERE = {  # what needs other runs than a protocol's, and where it is looked at
    "conditions.replayed": "a live run beside a record: test_conditions",
    "explanations.collapse_sentence": "asked of the one-epoch runs alone: below",
    "verdicts.sizes_alone": "asked of the one-epoch runs alone: below",
    "popular.catches_up": "asked of 50,000 steps alone: below",
    "starts.compared": "50,000 steps alone: below",
}
FRAGMENTS = {  # stand within a text whose other words name the protocol
    "sweep.takeaway": "a chart's, whose source line names the protocol",
}


@pytest.fixture(scope="module", params=["quick", "paper"])
def case(request: pytest.FixtureRequest) -> Sweep:
    def runs(schedule: str) -> tuple:
        return recorded.among(evidence(request.param, seed, schedule) for seed in EVIDENCE_SEEDS[request.param])

    return sweep.sweep(runs("iterative"), runs("one-shot"))


@pytest.mark.parametrize("name", BUILDERS)
def test_a_sentence_names_its_protocol_and_not_the_other(case: Sweep, name: str) -> None:
    told = BUILDERS[name](case)
    mine = {"one epoch", "917 steps"} if case.runs.steps == 917 else {"50,000 steps"}
    assert any(word in told for word in mine), told
    assert not any(word in told for word in {"one epoch", "917 steps", "50,000 steps"} - mine), told


def test_findings_name_it_one_by_one(case: Sweep) -> None:
    assert all(case.runs.budget in one.effect for one in findings.findings(case))


def test_every_builder_is_looked_at() -> None:
    found = set()
    for module in MODULES:
        room = importlib.import_module(f"pages.figures.{module}")
        for name, function in inspect.getmembers(room, inspect.isfunction):
            signature = inspect.signature(function)
            first = next(iter(signature.parameters.values()), None)
            if function.__module__ == room.__name__ and not name.startswith("_") and first is not None \
                    and signature.return_annotation == "str" and first.annotation in TAKES:
                found.add(f"{module}.{name}")
    assert found <= {*BUILDERS, *ELSEWHERE, *FRAGMENTS}, found - {*BUILDERS, *ELSEWHERE, *FRAGMENTS}


def test_those_of_one_protocol_name_it() -> None:
    quick = Runs.of(recorded.among(evidence("quick", seed) for seed in EVIDENCE_SEEDS["quick"]))
    assert "one epoch" in explanations.collapse_sentence(quick) and "one epoch" in verdicts.sizes_alone(quick, 10)
    assert all("one epoch" in one.ours for one in start.verdicts(quick))


def test_a_budget_is_an_epoch_or_its_steps() -> None:
    assert rounds.budget(evidence("quick", 0)) == "one epoch" and rounds.budget(Lottery()) == "50,000 steps"
    small = recorded.among(pruning_run("drawable", seed) for seed in SEEDS)
    assert "4,585 steps" in rounds.breaking_sentence(small)
