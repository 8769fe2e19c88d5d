"""C22, and ResNet-18's word beside C21: one seed is told, and settles nothing."""

from __future__ import annotations

import re
from pathlib import Path

from lth_core.catalogue import OPTIONAL
from lth_core.experiments import Lottery
from lth_core.ledger import convolutional, large, ledger, photographs
from lth_core.ledger.rules import OPEN, UNTESTED
from lth_core.ledger.runs import Runs
from lth_core.results.atlas import Atlas
from tests.figures import invented_large
from tests.figures.invented import atlas
from tests.figures.invented_resnet import chains

VGG, RESNET = invented_large.large("VGG-16"), invented_large.large("ResNet-18")


def test_c22_tells_every_ticket_of_one_seed_and_judges_nothing(tmp_path: Path) -> None:
    row = next(ledger(Atlas(atlas(tmp_path, VGG)), (22,)))
    assert row.outcome.verdict == OPEN and row.outcome.seeds == 1 and row.rerun == large.RECORD
    assert row.outcome.ours == (
        "With 26.2% of the weights left the ticket reads 1.00 points less than the whole net. With 6.9% of the weights "
        "left the ticket reads 2.00 points less than the whole net. The whole net reads 60.00%")
    assert row.outcome.why.startswith("One seed: no interval, and so no verdict. The paper's net is VGG-19")
    assert "The whole net was still learning when its training ended" in row.outcome.why
    assert row.outcome.why.endswith("CIFAR-10, JPEG copy, 703 steps (1/160 of VGG-19's steps), six of "
                                    "its rounds at a time; 1 seed.")
    for sentence in row.outcome.ours.split(". "):
        assert len(re.findall(r"\d\.\d\d", sentence)) == 1, sentence
    bare = next(ledger(Atlas(tmp_path / "bare"), (22,))).outcome
    assert bare.verdict == UNTESTED and bare.why.endswith(f"train here in hours: {large.RECORD}.")


def test_the_chart_says_whose_steps_are_counted() -> None:
    assert convolutional.in_short(Runs.of((VGG,))) == "1/160 of VGG-19's steps, 1 seed"


def test_resnet18_has_a_sentence_beside_c21(tmp_path: Path) -> None:
    bare = next(ledger(Atlas(atlas(tmp_path / "bare", *chains())), (21,))).outcome
    both = next(ledger(Atlas(atlas(tmp_path / "both", *chains(), RESNET)), (21,))).outcome
    assert (bare.verdict, bare.ours) == (both.verdict, both.ours) and "ResNet-18" not in bare.why
    assert both.why == (f"{bare.why} ResNet-18 (CIFAR-10, JPEG copy, 352 steps, 1 seed) reads 1.00 points less with "
                        "27.4% of its weights than with all.")


def test_every_net_of_photographs_is_found_by_its_name(tmp_path: Path) -> None:
    found = photographs.every(Atlas(atlas(tmp_path, VGG, RESNET, *chains(2))).find)
    assert {name: runs.seeds for name, runs in found.items()} == {"ResNet-20": 2, "VGG-16": 1, "ResNet-18": 1}
    assert {spec for name in photographs.NAMES for spec in photographs.specs(name)} == {
        spec for part in OPTIONAL.values() for spec in part
        if isinstance(spec, Lottery) and not spec.rewind.step}
    assert set(photographs.CLAIMS) == set(photographs.NAMES)
    assert all(photographs.record(name).endswith(("cifar", "cifar-rewinds", "cifar-large"))
               for name in photographs.NAMES)
    assert large.lead(Runs.of((VGG,)), 1).n == 1
