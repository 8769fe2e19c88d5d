"""C37: whether stable and matching tickets are the same ones, counted step by step."""

from __future__ import annotations

import pytest

from lth_core.ledger.rewound import Rewound, rewound
from lth_core.ledger.rules import CONFIRMED, FAILED, OPEN, PARTLY
from lth_core.ledger.stable import LEVEL, judged
from tests.figures.invented6 import DENSE, chain, hill

STEPS = (0, 10, 100)


def net(matching: dict[int, bool], stable: dict[int, bool], seeds: int = 3) -> Rewound:
    """Chains whose tickets match from these steps, with siblings stable from those."""
    def errors(_: str, way: str, step: int, level: int, seed: int) -> float:
        return DENSE + 0.001 * seed + (0.0 if matching[step] else 0.05)

    chains = [chain("deep", step, seed, errors=errors) for step in STEPS for seed in range(seeds)]
    hills = [hill("deep", step, seed, LEVEL, 0.001 if stable[step] else 0.2) for step in STEPS for seed in range(seeds)]
    return rewound("deep", (*chains, *hills))


LATE = {0: False, 10: True, 100: True}


def test_where_the_two_are_the_same_it_is_confirmed_and_told() -> None:
    found = judged((net(LATE, LATE),))
    assert found.verdict == CONFIRMED and found.claim == 37
    assert found.told == ("We looked at 9 tickets, from 3 rewind steps of 1 net. 6 are stable, and **6** of those "
                          "match the whole net. 3 are not stable, and **0** of those match all the same. In every "
                          "seed the two go together at **3** of 3 steps")


@pytest.mark.parametrize(("matching", "verdict", "won"), [
    ({0: True, 10: True, 100: True}, PARTLY, 2), ({0: True, 10: False, 100: False}, FAILED, 0),
])
def test_a_step_where_one_comes_without_the_other_does_not_count(
    matching: dict[int, bool], verdict: str, won: int
) -> None:
    found = judged((net(matching, LATE),))
    assert found.verdict == verdict and f"at **{won}** of 3 steps" in found.told


def test_few_seeds_or_no_siblings_settle_nothing() -> None:
    assert judged((net(LATE, LATE, seeds=2),)).verdict == OPEN
    alone = rewound("deep", tuple(chain("deep", 0, seed) for seed in range(3)))
    assert judged((alone,)).verdict == OPEN
