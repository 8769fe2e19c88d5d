"""The loss around a ticket: a plane that holds its three nets, lines that begin and end at real trainings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lth_core.data import load
from lth_core.engine import run, stream
from lth_core.experiments import Instability, Landscape, Lottery
from lth_core.experiments.landscape.plane import Plane, flat, named, span
from lth_core.experiments.landscape.spec import NETS
from lth_core.masks.mask import Mask
from lth_core.nets.params import initial
from lth_core.results.result import Result
from lth_core.running.backend_for import backend_for
from lth_core.running.options import Options
from lth_core.spec import Data, Net, Pruning, SpecError, Training
from lth_core.training.order import batches

COMMON: dict[str, Any] = {"data": Data(pool=7, train=1_000, validation=500), "net": Net(sizes=(16, 12, 10)),
                          "training": Training(lr=5e-3, steps=60, eval_every=30), "pruning": Pruning(rounds=2)}
SPEC = Landscape(**COMMON, level=2, alphas=5, points=6)


@pytest.fixture(scope="module")
def result() -> Result:
    return run(SPEC)


def rows(result: Result, table: str, net: str) -> dict[str, np.ndarray]:
    mine = result.tables[table]["net"] == net
    return {name: values[mine] for name, values in result.tables[table].items()}


@given(st.integers(0, 1_000))
def test_the_plane_holds_its_three_points_at_right_angles(seed: int) -> None:
    origin, first, second, other = np.random.default_rng(seed).standard_normal((4, 30))
    plane = Plane.through(origin, first, second)
    assert plane.u @ plane.v == pytest.approx(0, abs=1e-12) and plane.u @ plane.u == pytest.approx(1)
    for point in (origin, first, second):
        x, y, off = plane.place(point)
        assert off == pytest.approx(0, abs=1e-9)
        np.testing.assert_allclose(plane.at(x, y), point, atol=1e-12)
    x, y, off = plane.place(other)
    assert off**2 + x**2 + y**2 == pytest.approx(float((other - origin) @ (other - origin)))
    assert plane.place(first)[1] == pytest.approx(0, abs=1e-12) and plane.place(second)[1] >= 0


def test_points_on_one_line_span_no_plane_and_break_nothing() -> None:
    plane = Plane.through(np.zeros(2), np.array([1.0, 0]), np.array([3.0, 0]))
    assert plane.v.tolist() == [0, 0] and plane.place(np.array([2.0, 1.0])) == (2.0, 0.0, 1.0)


def test_parameters_survive_the_way_through_one_line() -> None:
    params = initial(SPEC.net, 0)
    back = named(flat(params), params)
    assert list(back) == list(params) and all(np.array_equal(back[name], params[name]) for name in params)
    assert span([1.0, 5.0, 3.0], 3).tolist() == [0.0, 3.0, 6.0]


def test_lines_begin_and_end_where_the_trainings_do(result: Result) -> None:
    for net in NETS:
        path, line = rows(result, "path", net), rows(result, "line", net)
        assert path["step"].tolist() == list(SPEC.looks) and line["alpha"].tolist() == [0, 0.25, 0.5, 0.75, 1]
        for column in ("train_loss", "test_accuracy"):
            assert line[column][0] == pytest.approx(path[column][0], abs=1e-6)
            assert line[column][-1] == pytest.approx(path[column][-1], abs=1e-6)
        assert path["distance"][0] == 0 and path["distance"][-1] > 0
    across = rows(result, "line", "across")
    assert across["train_loss"][0] == pytest.approx(rows(result, "path", "ticket")["train_loss"][-1], abs=1e-5)
    assert across["train_loss"][-1] == pytest.approx(rows(result, "path", "dense")["train_loss"][-1], abs=1e-5)


def test_the_trainings_are_those_of_the_lottery(result: Result) -> None:
    lottery = run(Lottery(**COMMON)).tables["cells"]
    ticket = rows(result, "path", "ticket")
    assert ticket["test_accuracy"][-1] == pytest.approx(float(lottery["test_accuracy"][-1]), abs=1e-9)
    assert rows(result, "path", "dense")["train_loss"][-1] == pytest.approx(float(lottery["train_loss"][0]), abs=1e-9)
    assert set(rows(result, "line", "ticket")["kept"]) == {int(lottery["kept"][-1])}
    assert set(rows(result, "line", "random")["kept"]) == {int(lottery["kept"][-1])}


def test_what_spans_the_plane_lies_on_it(result: Result) -> None:
    dense, ticket = rows(result, "path", "dense"), rows(result, "path", "ticket")
    assert (dense["x"][0], dense["y"][0]) == (0, 0) and dense["y"][-1] == pytest.approx(0, abs=1e-6)
    assert dense["x"][-1] == pytest.approx(dense["distance"][-1], rel=1e-6)
    for path in (dense, ticket):
        assert path["off"][-1] == pytest.approx(0, abs=1e-4)
    assert ticket["off"][0] > 0.01, "pruned weights are zero there, and θ₀ has them"


def test_its_three_corners_read_what_the_evaluated_nets_do(result: Result) -> None:
    """The plane of the very nets that were trained: at its corners the loss is theirs, through the map and back."""
    theta0, splits, whole = initial(SPEC.net, SPEC.seed), load(SPEC.data, SPEC.seed), Mask.dense(SPEC.net)
    ends = {}
    for name, mask in (("dense", whole), ("ticket", masks())):
        backend = backend_for(SPEC.net, SPEC.training, theta0, mask, splits, Options())
        backend.advance(batches(SPEC.seed, 1_000, SPEC.training.batch, 0, SPEC.training.steps))
        ends[name] = backend.params()
    plane = Plane.through(flat(theta0), flat(ends["dense"]), flat(ends["ticket"]))
    nets = (("dense", 0, theta0), ("dense", -1, ends["dense"]), ("ticket", -1, ends["ticket"]))
    for name, at, params in nets:
        x, y, _ = plane.place(flat(params))
        read = {one: backend_for(SPEC.net, SPEC.training, net, whole, splits, Options()).evaluate("train")[0]
                for one, net in (("net", params), ("place", named(plane.at(x, y), theta0)))}
        recorded = rows(result, "path", name)
        assert read["place"] == pytest.approx(read["net"], abs=1e-5)
        assert recorded["train_loss"][at] == pytest.approx(read["net"], abs=1e-5)
        assert (recorded["x"][at], recorded["y"][at]) == pytest.approx((x, y), abs=1e-6)


def test_a_training_is_told_at_every_look_and_the_share_done_never_falls_back(result: Result) -> None:
    told = list(stream(SPEC))
    shares = [SPEC.share_done({name: getattr(one, name) for name in ("stage", "round", "condition", "step", "steps")})
              for one in told]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1
    for net in NETS:
        seen = [(one.step, one.measures["train_loss"]) for one in told if one.stage == "train" and one.condition == net
                and one.round == SPEC.level and "test_loss" in one.measures and one.step in SPEC.looks]
        path = rows(result, "path", net)
        own = list(zip(path["step"].tolist(), path["train_loss"].tolist(), strict=True))[1:]
        assert seen[-len(own):] == own


def test_the_plane_is_read_where_it_says(result: Result) -> None:
    table = result.tables["plane"]
    assert len(table["x"]) == SPEC.points**2 and len(np.unique(table["x"])) == len(np.unique(table["y"])) == SPEC.points
    theta0, splits = initial(SPEC.net, SPEC.seed), load(SPEC.data, SPEC.seed)
    end = {}
    for name in ("dense", "ticket"):
        mask = Mask.dense(SPEC.net) if name == "dense" else masks()
        backend = backend_for(SPEC.net, SPEC.training, theta0, mask, splits, Options())
        backend.advance(batches(SPEC.seed, 1_000, SPEC.training.batch, 0, SPEC.training.steps))
        end[name] = flat(backend.params())
    plane = Plane.through(flat(theta0), end["dense"], end["ticket"])
    for at in (0, 13, 35):
        spot = named(plane.at(table["x"][at], table["y"][at]), theta0)
        read = backend_for(SPEC.net, SPEC.training, spot, Mask.dense(SPEC.net), splits, Options()).evaluate("train")
        assert (table["train_loss"][at], table["train_accuracy"][at]) == pytest.approx(read, abs=1e-6)


def masks() -> Mask:
    found = run(Lottery(**COMMON))
    return Mask({name: found.arrays[f"died/{name}"] == 0 for name in Mask.dense(SPEC.net)})


@pytest.mark.parametrize(("path", "change"), [
    ("training.steps", {"training": Training(steps=0)}), ("level", {"level": 0}),
    ("net.batchnorm", {"net": Net(sizes=(16, 12, 10), batchnorm=True)}), ("points", {"points": 2}),
])
def test_what_cannot_be_run_is_refused_by_name(path: str, change: dict[str, Any]) -> None:
    with pytest.raises(SpecError) as refused:
        Landscape(**{**COMMON, **change})
    assert refused.value.path == path


def test_it_takes_its_mask_from_the_same_lottery_as_siblings_do() -> None:
    assert SPEC.lottery == Instability(**COMMON, level=2).lottery
