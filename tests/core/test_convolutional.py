"""C18 to C20 on the nets' own images: verdicts follow the numbers, sentences name images and protocol."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lth_core.catalogue import OPTIONAL, cifar_conv
from lth_core.ledger import convolutional, ledger
from lth_core.ledger.convolutional import MATCHING, NAMES, protocol, sizes, soonest, told, why
from lth_core.ledger.rules import COMPATIBLE, CONFIRMED, FAILED, OPEN, PARTLY
from lth_core.ledger.runs import Runs
from lth_core.results.atlas import Atlas, default_atlas
from tests.figures.invented import atlas
from tests.figures.invented_conv import lotteries
from tests.figures.test_findings import small_conv


def runs(ticket: list[float], swing: float = 1e-5, seeds: int = 3, name: str = "Conv-2") -> Runs:
    """Tickets that many points above the whole net, round by round; `swing` points more or less from seed to seed."""

    def accuracy(condition: str, level: int, seed: int) -> float:
        lead = ticket[level - 1] if level else 0.0
        behind = {"ticket": 0.0, "reinit": 10.0, "random": 12.0}[condition]
        return 0.7 + 0.01 * seed + (lead - behind + swing * (seed - 1) * (level > 0)) / 100

    return Runs.of(lotteries(name, seeds, accuracy))


@pytest.mark.parametrize(("ticket", "swing", "verdict"), [
    ([0.1, 0.0, -0.1, 1.0], 1e-5, CONFIRMED),  # 0.2 points less are no difference
    ([0.1, 0.0, -0.1, -1.0], 1e-5, PARTLY),
    ([0.1, 0.0, -0.1, -1.0], 2.0, COMPATIBLE),  # the mean falls behind, no interval does
    ([-1.0, -0.9, -0.8, -1.0], 1e-5, FAILED),
])
def test_the_verdict_counts_sizes(ticket: list[float], swing: float, verdict: str) -> None:
    found = sizes(runs(ticket, swing))
    assert MATCHING(found) == verdict and found.of == 4
    assert MATCHING(sizes(runs(ticket, swing, seeds=2))) == OPEN


def test_what_is_told_has_one_number_a_sentence_and_why_its_images_and_protocol() -> None:
    mine = runs([0.1, 0.0, -0.5, -1.0])
    assert told(mine).startswith("With 3.0% of the weights left the ticket reads 1.00 points [")
    assert "Fresh weights in its mask read 10.00 points [10.00, 10.00] less than the ticket" in told(mine)
    assert "A random mask of that size reads 12.00 points" in told(mine)
    assert "The whole net reads 71.00 ± 2.48%" in told(mine)
    reason = why("Conv-2", mine)
    assert reason.startswith("Of 4 sizes the ticket surely matches at two and surely falls short at two.")
    assert "The paper's best lead of 3.4 points is not seen: with 7.1% left ours is −0.50 points" in reason
    assert reason.endswith("CIFAR-10, JPEG copy, 10,000 steps (half of the paper's steps), four of its rounds at a "
                           "time; 3 seeds; graphics card: Card of a test.")
    assert "lies within our interval" in why("Conv-2", runs([0.1, 0.0, 3.4, 0.0]))


@pytest.mark.parametrize(("name", "share"), [("Conv-2", "half"), ("Conv-4", "a third"), ("Conv-6", "a quarter")])
def test_the_shipped_records_say_how_they_were_made(name: str, share: str) -> None:
    mine = convolutional.every(Atlas(default_atlas()).find)[name]
    made = f"({share} of the paper's steps), four of its rounds at a time; 3 seeds; graphics card: NVIDIA H100"
    assert made in protocol(mine)
    level, sooner = soonest(mine)
    assert 0 < level <= mine.levels and sooner.above(), "tickets of some size reach their lowest loss surely sooner"
    assert all(mine.gap(control, mine.levels).above() for control in ("reinit", "random"))


def test_a_shorter_atlas_has_relatives_or_nothing(tmp_path: Path) -> None:
    row = next(ledger(Atlas(tmp_path), (18,)))
    assert row.outcome.verdict == OPEN and convolutional.RECORD in row.outcome.ours
    kin = next(ledger(Atlas(atlas(tmp_path, *(small_conv(seed) for seed in range(3)))), (18,)))
    assert kin.outcome.verdict == OPEN and kin.outcome.ours.startswith("Not the paper's setting: MNIST at 14×14")
    assert convolutional.RECORD in kin.outcome.why


def test_theta0_has_its_control_once_all_three_are_there(tmp_path: Path) -> None:
    nets = [runs([-1.0, 0.0, 0.0, 0.0], name=name) for name in NAMES]
    assert convolutional.shortfalls(nets) == ("Conv-2, -4 and -6 on CIFAR-10, JPEG copy, at the paper's small rates, "
                                              "surely lose at three of 12 sizes.")
    assert convolutional.shortfalls(nets[:2]) == ""
    assert "CIFAR-10, JPEG copy" in next(ledger(Atlas(default_atlas()), (27,))).outcome.why


def test_every_optional_lottery_is_asked_for() -> None:
    asked = {spec for name in NAMES for spec in convolutional.specs(name)}
    assert asked == set(OPTIONAL["cifar"]) and cifar_conv("conv4-jpeg", 1) in asked


def test_no_sentence_of_the_ledger_holds_two_measurements() -> None:
    for row in ledger(Atlas(default_atlas()), (18, 19, 20)):
        for sentence in row.outcome.ours.split(". "):
            assert len(re.findall(r"points \[|\d ± |\d% \[", sentence)) == 1, sentence
