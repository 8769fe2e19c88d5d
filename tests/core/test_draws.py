"""Random tickets: exact counts, a number that always means the same mask, one cause for every difference."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lth_core.engine import Options, run, stream
from lth_core.experiments import Draws
from lth_core.experiments.draws.read import at_most, tally, target
from lth_core.experiments.draws.spec import found_by_pruning
from lth_core.experiments.draws.tickets import draw, kept_counts
from lth_core.nets.layers import weight_count
from lth_core.spec import Data, Net, SpecError, Training

NET = Net(sizes=(49, 8, 10))
SMALL = Draws(data=Data(pool=4, train=600), net=NET, training=Training(lr=0.02, batch=20, steps=60), density=0.5,
              draws=4, dense_seeds=2)


@given(density=st.floats(0.001, 1), seed=st.integers(0, 99), ticket=st.integers(0, 10_000))
@settings(max_examples=50, deadline=None)
def test_every_draw_keeps_its_exact_share_of_every_layer(density: float, seed: int, ticket: int) -> None:
    counts = draw(NET, density, seed, ticket).counts()
    assert counts == kept_counts(NET, density)
    assert all(abs(counts[name] - density * size) <= 1 for name, size in {"fc1.weight": 392, "fc2.weight": 80}.items())


def test_every_weight_is_drawn_equally_often() -> None:
    kept = np.mean([draw(NET, 0.25, 0, ticket)["fc1.weight"] for ticket in range(2_000)], axis=0)
    assert kept.mean() == pytest.approx(0.25)
    assert np.abs(kept - 0.25).max() < 5 * np.sqrt(0.25 * 0.75 / 2_000), "five standard errors, 392 weights"


def test_a_number_is_a_ticket_for_ever() -> None:
    """Recorded results hold no masks: a numpy that drew others would show wrong pictures beside right numbers."""
    bits = np.packbits(draw(Net(sizes=(784, 20, 10)), 0.32, 0, 7)["fc1.weight"]).tobytes()
    assert hashlib.sha256(bits).hexdigest()[:16] == "81b5b026b974737e"


def test_seeds_and_numbers_give_different_tickets() -> None:
    masks = {draw(NET, 0.5, seed, ticket) for seed in range(3) for ticket in range(3)}
    assert len(masks) == 9


def test_the_tables_say_what_was_trained() -> None:
    result = run(SMALL, Options(backend="reference"))
    cells, dense, found = (result.tables[name] for name in ("cells", "dense", "found"))
    assert cells["draw"].tolist() == [0, 1, 2, 3] and dense["seed"].tolist() == [0, 1]
    assert (cells["kept"] == 196 + 40).all()
    assert ((cells["test_accuracy"] > 0.15) & (cells["test_accuracy"] < 1)).all(), "60 steps beat guessing"
    assert len(set(cells["test_accuracy"])) > 1
    assert found["kept"][0] == weight_count(NET) and abs(found["kept"][-1] - 236) <= 2
    mask = {name.removeprefix("found/"): array for name, array in result.arrays.items()}
    assert sum(int(array.sum()) for array in mask.values()) == found["kept"][-1]
    curve = result.tables["curves"]
    one = curve["batch_loss"][curve["draw"] == 2]
    assert len(one) == 12 and one[-1] < one[0] and curve["step"].max() == 60


def test_a_later_run_goes_on_drawing_where_the_first_one_stopped() -> None:
    options = Options(backend="reference")
    whole = run(SMALL, options).tables["cells"]
    rest = run(dataclasses.replace(SMALL, first=2, draws=2, dense_seeds=0, found=False), options)
    assert set(rest.tables) == {"cells", "curves"} and not rest.arrays
    for column, values in rest.tables["cells"].items():
        assert values.tolist() == whole[column][2:].tolist()


def test_tickets_share_everything_but_the_mask() -> None:
    """A ticket that keeps all weights is the dense net of the same seed, to the bit."""
    result = run(dataclasses.replace(SMALL, density=1.0, found=False), Options(backend="reference"))
    assert set(result.tables["cells"]["test_accuracy"]) == {result.tables["dense"]["test_accuracy"][0]}


def test_every_finished_training_is_told_at_once_and_progress_only_grows() -> None:
    cells = [snapshot for snapshot in stream(SMALL, Options(backend="reference")) if snapshot.stage == "cell"]
    told = [snapshot.condition for snapshot in cells]
    assert told[:6] == ["dense"] * 2 + ["draw"] * 4 and set(told[6:]) == {"found"}
    assert [snapshot.round for snapshot in cells if snapshot.condition == "draw"] == [1, 2, 3, 4]
    assert all("test_accuracy" in snapshot.measures for snapshot in cells)


@pytest.mark.parametrize("backend", [None, "reference"])
def test_a_single_draw_tells_its_curve_and_has_the_numbers_it_has_among_many(backend: str | None) -> None:
    options = Options(backend=backend)
    many = run(dataclasses.replace(SMALL, found=False, dense_seeds=0), options).tables
    told = list(stream(dataclasses.replace(SMALL, first=2, draws=1, found=False, dense_seeds=0), options))
    assert [snapshot.stage for snapshot in told] == ["train"] * 12 + ["cell", "done"]
    curve = many["curves"]["batch_loss"][many["curves"]["draw"] == 2]
    assert [snapshot.measures["batch_loss"] for snapshot in told[:12]] == curve.tolist()
    assert [snapshot.step for snapshot in told[:12]] == many["curves"]["step"][:12].tolist()
    alone = told[-1].result.tables
    for name, values in alone["cells"].items():
        assert values.tolist() == many["cells"][name][2:3].tolist()
    assert alone["curves"]["batch_loss"].tolist() == curve.tolist()


def test_an_interrupted_run_ends_with_the_same_numbers(tmp_path: Path) -> None:
    options = Options(backend="reference", checkpoint=tmp_path / "half.ckpt", checkpoint_seconds=0)
    snapshots = stream(SMALL, options)
    for _ in range(4):  # two dense nets, two tickets
        next(snapshots)
    snapshots.close()
    rest = list(stream(SMALL, options))
    assert [snapshot.condition for snapshot in rest][:2] == ["draw", "draw"], "nothing is trained twice"
    whole = run(SMALL, Options(backend="reference"))
    for name, table in whole.tables.items():
        if name != "costs":
            for column, values in table.items():
                assert np.array_equal(rest[-1].result.tables[name][column], values), (name, column)


@pytest.mark.parametrize("density", [0.64, 0.48, 0.32, 0.24, 0.16, 0.9])
def test_the_found_ticket_is_as_dense_as_the_drawn_ones(density: float) -> None:
    pruning = found_by_pruning(dataclasses.replace(SMALL, density=density)).pruning
    assert (1 - pruning.rate) ** pruning.rounds == pytest.approx(density)
    assert pruning.rate == pruning.output_rate
    assert pruning.rate < 0.26, "about a fifth a round"


def test_the_margin_only_changes_how_a_result_is_read() -> None:
    accuracies, dense = np.array([0.90, 0.91, 0.92]), np.array([0.92, 0.93])
    assert target(dense, 0.01) == pytest.approx(0.915)
    assert [tally(accuracies, dense, margin).wins for margin in (0.0, 0.01, 0.015, 0.03)] == [0, 1, 2, 3]
    assert tally(np.array([0.92]), np.array([0.93]), 0.01).wins == 1, "exactly on the target is reached"


def test_without_a_dense_net_there_is_no_target() -> None:
    with pytest.raises(ValueError, match="dense_seeds"):
        target(np.array([]), 0.01)


def test_no_winner_still_says_something() -> None:
    assert at_most(0) == 1
    assert (1 - at_most(200)) ** 200 == pytest.approx(0.05)
    assert at_most(1_000) == pytest.approx(3 / 1_000, rel=0.01)


def test_shares_out_of_bounds_are_refused() -> None:
    with pytest.raises(SpecError, match="density"):
        Draws(density=0.0)
