"""Chapter 7's tables and figures: knobs and their Specs, estimates, runs side by side, challenges, nets for the pad."""

from __future__ import annotations

import base64
import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lth_core.catalogue import SOLUTIONS, deep, digits, one_cut, pruning_run, thin
from lth_core.data import load
from lth_core.experiments import Ablation, Lottery
from lth_core.ledger.runs import column, reads
from lth_core.results.result import Result
from lth_core.spec import Net, Spec, SpecError, Training, bounds
from pages.address import knobs, url
from pages.figures import digits as pads
from pages.figures import pipeline, race, where
from pages.figures.challenges import CHALLENGES, Table
from pages.live import pace
from pages.records import recorded
from pages.widgets import digit_pad
from pages.widgets.pipeline.workbench import nearest
from pages.widgets.round_player import player


def record(spec: Spec) -> Result:
    found = recorded.find(spec)
    assert found is not None, "record it: python -m lth_core record chapter7"
    return found


# ── knobs ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_starting_points_mean_the_recorded_runs() -> None:
    specs = {name: knobs.spec_of({**knobs.DEFAULTS, **turned}) for name, turned in knobs.POINTS.items()}
    assert specs == {
        "Small net": pruning_run("drawable", 0), "LeNet, one epoch": pruning_run("lenet", 0), "784-20-10": thin(0),
        "Deep net, from θ₀": deep(0), "Deep net, from step 100": deep(100),
    }
    for name, spec in specs.items():
        assert knobs.values_of(spec) == {**knobs.DEFAULTS, **knobs.POINTS[name]}


def any_of(knob: knobs.Knob) -> st.SearchStrategy[knobs.Value]:
    """Whatever this control can be turned to."""
    parameter = knob.parameter
    if isinstance(parameter, url.Choice):
        return st.sampled_from([word for word in parameter.words if word != knobs.OWN])
    numbers = st.integers if isinstance(parameter, url.Whole) else st.floats
    return numbers(parameter.least, parameter.most)


@given(st.fixed_dictionaries({knob.name: any_of(knob) for knob in knobs.ALL}))
def test_no_turn_of_any_knobs_ends_in_nothing(values: knobs.Values) -> None:
    found, said = knobs.settled(values)
    knobs.spec_of(found)  # what is settled can be run
    turned = [knob for knob in knobs.ALL if found[knob.name] != values[knob.name]]
    assert len(said) == len(turned)
    for knob in turned:  # what gave way is named, with both values, and went no further than it had to
        assert any(f"*{knob.label}* went from {values[knob.name]} to {found[knob.name]}" in told for told in said)
        with pytest.raises(SpecError):
            knobs.spec_of({**found, knob.name: int(found[knob.name]) + 1})
    assert knobs.settled(found) == (found, [])


def test_solutions_are_told_in_words() -> None:
    for key, specs in SOLUTIONS.items():
        for spec in specs:
            if isinstance(spec, Lottery):
                told = knobs.recipe(knobs.values_of(spec))
                assert told[0].isupper() and told.endswith(".") and "instead of" not in told, key


def test_every_range_lies_within_the_specs() -> None:
    sections = {"training": Training, "pruning": type(Lottery().pruning), "rewind": type(Lottery().rewind)}
    for knob in knobs.ALL:
        section, _, field = knob.field.rpartition(".")
        if hasattr(knob.parameter, "least"):
            per = 100 if knob.name == "rate" else 1
            allowed = bounds(sections.get(section, Spec), field)
            assert allowed.admits(knob.parameter.least / per) and allowed.admits(knob.parameter.most / per), knob.name
    with pytest.raises(ValueError, match=r"Training.lr: 20 is not allowed"):
        knobs.real("lr", Training, "lr", 0.1, 20, 1)


def test_knobs_that_contradict_each_other_are_refused_in_their_own_words() -> None:
    with pytest.raises(SpecError) as refused:
        knobs.spec_of({**knobs.DEFAULTS, "rate": 90, "rounds": 24})
    assert knobs.refusal(refused.value) == "Rounds cannot be 24: at most 3, or no weight is left at this rate."
    with pytest.raises(SpecError) as refused:
        knobs.spec_of({**knobs.DEFAULTS, "steps": 100, "rewind": 200})
    assert knobs.refusal(refused.value) == "Rewind to step k cannot be 200: at most Steps = 100."
    with pytest.raises(ValueError, match="no setting of the knobs"):
        knobs.values_of(Lottery(net=Net(sizes=(784, 7, 10))))


# ── estimates ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_estimate_of_a_recorded_run_is_what_it_took_and_scales_with_the_work() -> None:
    run = record(pruning_run("drawable", 0))
    told = pace.estimate(pruning_run("drawable", 0), run)
    assert told.seconds - pace.TRAINING == pytest.approx(np.asarray(run.tables["costs"]["seconds"]))
    assert told.total == pace.START + told.seconds.sum()
    half = knobs.spec_of({**knobs.DEFAULTS, "steps": 4_585 // 2, "rounds": 5})
    work = (told.seconds[:6] - pace.TRAINING).sum() / 2
    assert (pace.estimate(half, run).seconds - pace.TRAINING).sum() == pytest.approx(work, rel=1e-3)
    late = dataclasses.replace(deep(100), training=dataclasses.replace(deep(100).training, steps=20_000))
    assert pace.estimate(late, record(deep(100))).examples == 128 * (20_000 + 6 * 19_900)


def test_small_batches_and_short_rounds_are_not_taken_for_free() -> None:
    run = record(pruning_run("drawable", 0))
    usual = knobs.spec_of({**knobs.DEFAULTS, "steps": 1_000, "rounds": 20})
    tiny = dataclasses.replace(usual, training=dataclasses.replace(usual.training, batch=2))
    assert pace.estimate(tiny, run).total > 0.3 * pace.estimate(usual, run).total
    short = knobs.spec_of({**knobs.DEFAULTS, "steps": 10, "rounds": 20})
    assert pace.estimate(short, run).total > pace.START + 21 * pace.TRAINING


@pytest.mark.parametrize("spec", [deep(0), thin(0)], ids=["over the net", "layer by layer"])
def test_planned_sizes_are_the_measured_ones(spec: Lottery) -> None:
    assert np.abs(pace.sizes(spec) - column(record(spec), "kept")).max() <= 3


# ── runs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_nearest_record_differs_least() -> None:
    own = nearest(pruning_run("drawable", 9))
    assert own is not None and own.runs[0].spec == pruning_run("drawable", 0) and own.differs == ()
    turned = knobs.spec_of({**knobs.DEFAULTS, "rate": 50, "cuts": "One-shot", "rounds": 4})
    found = nearest(turned)
    assert found is not None and found.runs[0].spec == pruning_run("drawable", 0, "one-shot")
    assert set(found.differs) == {"pruning.rate", "pruning.output_rate"}


def test_an_outcome_is_read_off_the_rounds() -> None:
    run = record(pruning_run("lenet", 0))
    accuracy, kept = column(run, "test_accuracy"), column(run, "kept")
    found = pipeline.outcome(run)
    held = kept.tolist().index(found.held)
    assert (accuracy[: held + 1] >= accuracy[0] - 0.01).all() and found.held_fewer == 266_200 / found.held
    assert held == len(kept) - 1 or accuracy[held + 1] < accuracy[0] - 0.01
    chart = pipeline.accuracy(run, nearest(pruning_run("lenet", 0)))
    assert [line.name for line in chart.lines] == ["recorded, 5 seeds", "this run"]
    table = pipeline.side_by_side(run, record(pruning_run("lenet", 1)))
    assert table[2]["A"] == f"{found.held:,}"


def test_batchnorm_nets_are_read_with_the_statistics_of_the_data() -> None:
    assert reads(record(deep(0))) == "population_test_accuracy" and reads(record(thin(0))) == "test_accuracy"


def test_a_training_that_blew_up_is_noticed() -> None:
    run = record(thin(0))
    status = np.array(run.tables["cells"]["status"], dtype="U8")
    status[3] = "diverged"
    blown = dataclasses.replace(run, tables={**run.tables, "cells": {**run.tables["cells"], "status": status}})
    assert pipeline.diverged(run) is None and pipeline.diverged(blown) == 3 and Table(blown).runs == ()


def test_a_rewound_run_plays_on_one_clock() -> None:
    data = player(record(deep(100)), "Deep net")
    points = len(data["steps"])
    assert data["steps"][data["rewind"]] == 100
    assert all(len(base64.b64decode(path)) % (2 * points) == 0 for path in data["paths"])
    assert data["curves"][0][0] is not None
    for curve in data["curves"][1:]:
        assert len(curve) == points and curve[: data["rewind"]] == [None] * data["rewind"]
        assert None not in curve[data["rewind"]:]


# ── comparisons and challenges ───────────────────────────────────────────────────────────────────────────────────


def compared(seed: int, ticket: float, random: float) -> Result:
    """A comparison with figures chosen here."""
    cells = {"condition": np.array(["ticket", "reinit", "random"]), "kept": np.array([400, 400, 400]),
             "test_accuracy": np.array([ticket, 0.9, random])}
    return Result(Ablation(seed=seed), {"cells": cells}, {})


def test_effect_sizes_by_hand() -> None:
    found = race.entries(compared(0, 0.96, 0.92))
    assert found["random"].behind == pytest.approx(4.0) and found["random"].mistakes == pytest.approx(2.0)
    assert found["random"].give == pytest.approx(196 * np.sqrt((0.96 * 0.04 + 0.92 * 0.08) / 10_000))
    assert found["random"].clear and "**4.0 points** behind" in race.told(compared(0, 0.96, 0.92))
    assert "too close to call" in race.told(compared(0, 0.9, 0.9012))
    assert "**5.0 points ahead**: the ticket lost" in race.told(compared(0, 0.9, 0.95))


def test_only_three_seeds_of_one_comparison_make_an_interval() -> None:
    two = [compared(seed, 0.96, 0.92 + seed / 1000) for seed in range(2)]
    assert race.over_seeds(two, two[0]) is None
    other = dataclasses.replace(two[0], spec=dataclasses.replace(two[0].spec, level=3))
    assert race.over_seeds([*two, other], two[0]) is None
    told = race.over_seeds([*two, compared(7, 0.96, 0.93)], two[0])
    assert told is not None and told.startswith("Over 3 seeds") and "random structure 3.63 points" in told
    assert [row["Seed"] for row in race.history(two)] == ["0", "1"]


@pytest.mark.parametrize("challenge", CHALLENGES, ids=lambda challenge: challenge.key)
def test_each_challenge_is_solved_by_its_record_and_not_by_the_default_run(challenge) -> None:
    found = [record(spec) for spec in SOLUTIONS[challenge.key]]
    runs = [run for run in found if isinstance(run.spec, Lottery)]
    races = [run for run in found if isinstance(run.spec, Ablation)]
    solved = challenge.judge(Table(runs[0], runs[1] if runs[1:] else None, races[0] if races else None))
    assert solved.done and solved.told
    assert not challenge.judge(Table(record(pruning_run("drawable", 0)))).done
    assert not challenge.judge(Table()).done
    for run in runs:
        assert knobs.spec_of(knobs.values_of(run.spec)) == run.spec  # the page can be turned to it


def test_a_repair_counts_only_if_nothing_else_differs() -> None:
    repair = next(challenge for challenge in CHALLENGES if challenge.key == "repair")
    told = repair.judge(Table(record(deep(0)), record(one_cut())))
    assert not told.done and "nothing else" in told.told


# ── the pad ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_recorded_nets_read_what_their_rows_say_at_half_precision() -> None:
    for panel in digit_pad._panels():
        test = load(panel.data, 0).test
        for reader in panel.readers:
            right = float(np.mean(pads.logits(reader, test.images).argmax(1) == test.labels))
            assert right == pytest.approx(reader.accuracy, abs=5e-4), (panel.name, reader.name)


def test_what_travels_to_the_browser_is_the_net() -> None:
    panels = digit_pad._panels()
    sent, reader = pads.payload(panels), panels[1].readers[1]
    assert len(sent["nets"]) == 1 + 3 * 3  # the dense net once
    net, image = sent["nets"][sent["panels"][1]["nets"][1]], load(panels[1].data, 0).test.head(50)
    x = image
    for depth, layer in enumerate(net["layers"]):
        shape = (layer["rows"], layer["columns"])
        bits = np.frombuffer(base64.b64decode(layer["alive"]), np.uint8)
        alive = np.unpackbits(bits, count=shape[0] * shape[1], bitorder="little").reshape(shape).astype(bool)
        weight = np.zeros(shape)
        weight[alive] = np.frombuffer(base64.b64decode(layer["values"]), "<i2") * layer["scale"]
        x = x @ weight.T + np.array(layer["bias"])
        x = np.maximum(x, 0) if depth < len(net["layers"]) - 1 else x
    assert np.allclose(x, pads.logits(reader, image), atol=5e-3)
    assert net["kept"] == record(digits(15)).tables["cells"]["kept"][0]


def test_the_tray_holds_digits_on_which_they_disagree() -> None:
    panel = digit_pad._panels()[2]
    split = pads.disagreement(panel)
    assert all(len(set(column)) > 1 for column in split.answers.T.tolist()) and len(split.chosen) == pads.TRAY
    said = np.stack([pads.logits(reader, load(panel.data, 0).test.head(pads.LOOKED_AT)).argmax(1)
                     for reader in panel.readers])
    assert split.split == int(np.count_nonzero((said != said[0]).any(0)))
    assert f"disagree on {split.split}." in pads.told(panel)


# ── where survivors are ──────────────────────────────────────────────────────────────────────────────────────────


def test_heat_maps_count_every_weight() -> None:
    run, level = record(one_cut()), 1
    pixels, second, last = where.heats(run, level)
    assert pixels.share.shape == (28, 28) and second.share.shape == (28, 28) and last.share.shape == (10, 28)
    assert round(float(pixels.share.sum() * 300)) == pixels.kept == column(run, "fc1.kept")[level]
    assert (second.kept, last.kept) == (column(run, "fc2.kept")[level], column(run, "fc3.kept")[level])
    drawn = where.svg(last, "dark", "blue-orange")
    assert drawn.count("<rect") == 1 + np.count_nonzero(last.share) and f"{last.kept:,} left" in where.caption(last)
    assert "10 × 28 blocks" in where.alt(last)
    middle = pixels.share[4:24, 4:24].sum() / pixels.share.sum()
    assert f"**{middle:.0%}** of the first layer's weights come from the middle 20 × 20" in where.sentence((pixels,))
