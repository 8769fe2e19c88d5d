"""A room's race: who runs what, and that the engine's own run gives the curves."""

from __future__ import annotations

from pathlib import Path

import pytest

from lth_core.catalogue import SEEDS
from lth_core.jobs.engine import JobEngine
from lth_core.jobs.runner import InlineRunner
from lth_core.results.store import Store
from pages.room import racers, racing
from pages.room.room import Refused
from tests.app.test_room import House, stream


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(tmp_path, monkeypatch)


@pytest.mark.parametrize("phones", [1, 2, 3, 7, 45, 60, 500])
def test_lanes_are_even_and_no_more_than_can_be_waited_for(phones: int) -> None:
    dealt = [racers.runner(place, 70) for place in range(phones)]
    lanes = [sum(one.lane == lane for one in dealt) for lane in racers.LANES]
    assert max(lanes) - min(lanes) <= 1 and sum(lanes) == phones
    trainings = racers.runners(phones, 70)
    assert len(set(trainings)) == len(trainings) <= 45 and set(trainings) == set(dealt)
    assert {one.seed for one in trainings} <= set(SEEDS)


@pytest.mark.parametrize("phones", [1, 7, 60])
def test_the_runs_train_exactly_what_was_dealt(phones: int) -> None:
    runs = [spec for seed in SEEDS if (spec := racing.run(seed, phones, 70))]
    trained = {racers.Runner(one.name, spec.seed, one.replicate) for spec in runs for one in spec.conditions}
    assert trained == set(racers.runners(phones, 70))


def test_the_room_races_and_each_phone_is_told_its_own(house: House, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Nobody is in the room"):
        house.room.race()
    phones = [house.phone() for _ in range(3)]
    house.room.race()
    late = house.phone()
    engine = JobEngine(Store(tmp_path / "runs"), InlineRunner())
    racing._work(house.room, engine, 3)
    first = house.room.now.first_draw
    names = ["ticket.0.0", f"reinit.0.{first}", f"random.0.{first}"]
    told = [stream(house, phone)["mine"] for phone in phones]
    assert [one["runs"] for one in told] == names and stream(house, late)["mine"]["runs"] is None
    spec = racing.run(0, 3, first)
    assert spec is not None
    cells = engine.result(spec.key).tables["cells"]
    assert [one["lap"]["end"] for one in told] == cells["test_accuracy"].tolist()
    assert told[0]["lap"]["end"] > told[1]["lap"]["end"] > told[2]["lap"]["end"], "what the ticket has, its rivals lack"
    assert stream(house, phones[0])["room"]["means"].keys() == set(racers.LANES)
    house.room.rest()
    ends = [one["lap"]["end"] for one in told]
    lines = zip((1, 2, 3), racers.LANES, ends, strict=True)
    assert house.room.csv().splitlines()[1:] == [
        f'{place},,race,"{lane}, seed 0",{end:.4f}' for place, lane, end in lines]
