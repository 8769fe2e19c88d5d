"""Rounding is told from wrong results: real records of the atlas against real and deliberately wrong re-runs."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from typer.testing import CliRunner

from lth_core import engine
from lth_core.catalogue import CATALOGUE, featherweight, upset_run
from lth_core.cli import app
from lth_core.cli.arguments import ATLAS
from lth_core.experiments import Lottery
from lth_core.machine import vectors, versions
from lth_core.results import recorder, spread
from lth_core.results.atlas import Atlas
from lth_core.results.compare import Comparison, compare
from lth_core.results.recorder import verify
from lth_core.results.result import Result
from lth_core.spec import Spec

SHIPPED = Atlas(ATLAS)
DEEP = next(spec for spec in CATALOGUE["lenet-quick"] if spec.pruning.schedule == "iterative")
DRAWABLE = CATALOGUE["chapter3"][3]  # 49-16-12-10, twenty rounds: the seed that rounding moves most


def record(spec: Spec) -> Result:
    found = SHIPPED.find(spec)
    assert found is not None
    return found


def changed(result: Result, table: str, **columns: np.ndarray) -> Result:
    """A re-run that differs from `result` in these columns alone."""
    return Result(result.spec, {**result.tables, table: {**result.tables[table], **columns}}, result.arrays)


def swapped(result: Result, table: str, one: str, other: str, rounds: range) -> Result:
    """The result with two conditions' figures exchanged in some rounds, under the right names."""
    old = result.tables[table]
    labels, at = ("round", "condition", "replicate", "step"), spread.rows(old)
    order = np.arange(len(old["round"]))
    for label, row in at.items():
        if label[0] in rounds and label[1] in (one, other):
            twin = (label[0], other if label[1] == one else one, *label[2:])
            order[row] = at.get(twin, row)
    return changed(result, table, **{name: column[order] for name, column in old.items() if name not in labels})


# ── what must pass ───────────────────────────────────────────────────────────────────────────────────────────────


def test_other_kernels_match_the_record_and_the_same_result_has_the_same_bits():
    """Autograd adds up in another order than any of the kernels."""
    old = record(upset_run())
    verdict = compare(old, engine.run(upset_run(), engine.Options(backend="reference")))
    assert verdict.match and not verdict.identical
    assert "No other seed is recorded" in str(verdict)
    assert str(compare(old, old)) == "match: the same bits"


@pytest.mark.skipif(vectors() not in ("avx2", "avx512"), reason="recorded with x86's vectors")
def test_records_of_both_kinds_of_processor_come_out_bit_by_bit():
    """The first was made with AVX2, which a processor with AVX-512 can do as well."""
    keys = [upset_run().key]
    if vectors() == "avx512":
        keys.append(next(spec for spec in CATALOGUE["chapter6-cause"][40:]).key)
    made = record(upset_run()).manifest["versions"]
    verdicts = list(verify(ATLAS, keys, workers=1))
    assert len(verdicts) == len(keys) and all(verdict.match for verdict in verdicts)
    if all(versions().get(name) == version for name, version in made.items() if name != "python"):
        assert all(verdict.identical for verdict in verdicts)


def test_a_figure_may_move_as_far_as_its_seeds_lie_apart_and_no_further():
    old, seeds = record(DRAWABLE), SHIPPED.seeds(DRAWABLE)
    assert [seed.spec.seed for seed in seeds] == [0, 1, 2, 4]
    accuracy = old.tables["cells"]["test_accuracy"]
    for number, shift, fine in ((16, 0.095, True), (0, 0.015, True), (0, 0.095, False)):
        moved = np.where(old.tables["cells"]["round"] == number, accuracy + shift, accuracy)
        verdict = compare(old, changed(old, "cells", test_accuracy=moved), seeds)
        assert verdict.match == fine
        assert f"{100 * shift:.2f} points (round {number}, ticket)" in str(verdict)
        assert "over the 5 recorded seeds" in str(verdict)
    alone = np.where(old.tables["cells"]["round"] == 16, accuracy + 0.095, accuracy)
    assert not compare(old, changed(old, "cells", test_accuracy=alone)).match  # nothing says how far seeds lie apart


def test_one_look_in_twenty_may_jump_as_averages_of_batchnorm_do_and_the_end_may_not():
    old, seeds = record(DRAWABLE), SHIPPED.seeds(DRAWABLE)
    curves = old.tables["curves"]
    late = np.flatnonzero((curves["round"] < 6) & (curves["step"] > 3000))  # flat, and all seeds agree
    for jumps, fine in ((15, True), (30, False)):
        assert len(late) >= jumps and len(curves["step"]) == 441
        jumped = curves["validation_accuracy"].copy()
        jumped[late[:jumps]] = 0.0
        assert compare(old, changed(old, "curves", validation_accuracy=jumped), seeds).match == fine
    final = old.tables["cells"]["test_accuracy"].copy()
    final[0] = 0.1
    assert not compare(old, changed(old, "cells", test_accuracy=final), seeds).match


def test_a_curve_may_move_as_far_as_it_moves_between_looks():
    spec = featherweight()
    old = record(spec)
    curves = old.tables["curves"]
    for step, fine in ((5, True), (500, False)):
        moved = np.where(curves["step"] == step, curves["validation_accuracy"] - 0.04, curves["validation_accuracy"])
        assert (np.sum(curves["step"] == step) > 0.05 * len(moved)) and compare(
            old, changed(old, "curves", validation_accuracy=moved)).match == fine


# ── what must fail ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_learning_rate_that_is_two_percent_off_shows_in_the_first_steps():
    spec = upset_run()
    training = dataclasses.replace(spec.training, lr=1.02 * spec.training.lr)
    wrong = engine.run(dataclasses.replace(spec, training=training))
    verdict = compare(record(spec), Result(spec, wrong.tables, wrong.arrays))
    assert not verdict.match and "another training from its first steps" in str(verdict)


def test_another_seed_under_this_name_is_found_out():
    old, other = record(DRAWABLE), record(dataclasses.replace(DRAWABLE, seed=0))
    verdict = compare(old, Result(DRAWABLE, other.tables, other.arrays), SHIPPED.seeds(DRAWABLE))
    assert not verdict.match and "another training from its first steps" in str(verdict)


def test_the_mask_of_another_seed_is_found_out_by_its_survivors():
    old = record(DRAWABLE)
    other = record(dataclasses.replace(DRAWABLE, seed=0))
    verdict = compare(old, Result(DRAWABLE, old.tables, {**old.arrays, **other.arrays}), SHIPPED.seeds(DRAWABLE))
    assert not verdict.match and "share of other survivors" in str(verdict)


def test_reinitialised_weights_in_place_of_the_ticket_are_found_out_where_they_are_worse():
    old, seeds = record(DEEP), SHIPPED.seeds(DEEP)
    assert not compare(old, swapped(old, "cells", "ticket", "reinit", range(12, 25)), seeds).match
    assert not compare(old, swapped(old, "curves", "ticket", "reinit", range(12, 25)), seeds).match
    assert compare(old, swapped(old, "cells", "ticket", "reinit", range(1, 2)), seeds).match  # there they are as good


@pytest.mark.parametrize("column", ["kept", "status", "seed", "steps"])
def test_counts_and_words_are_exact_whatever_the_tolerance(column):
    old = record(DRAWABLE)
    values = old.tables["cells"][column].copy()
    values[5] = "diverged" if column == "status" else values[5] + 1
    assert not compare(old, changed(old, "cells", **{column: values}), SHIPPED.seeds(DRAWABLE)).match


def test_rows_that_are_missing_or_too_many_are_no_match():
    old = record(DRAWABLE)
    short = {name: column[:-1] for name, column in old.tables["cells"].items()}
    for a, b in ((old.tables["cells"], short), (short, old.tables["cells"])):
        first, second = (Result(DRAWABLE, {"cells": t}, {}, old.manifest) for t in (a, b))
        assert not compare(first, second).match
    assert not compare(old, Result(DRAWABLE, {"cells": old.tables["cells"]}, old.arrays)).match  # no curves at all


def test_the_record_decides_what_is_compared():
    """Shipped copies are trimmed: what only the re-run holds is no difference."""
    old = record(upset_run())
    more = Result(old.spec, {**old.tables, "more": {"step": np.arange(3)}}, {**old.arrays, "final/0": np.zeros(3)})
    assert compare(old, more).identical


def test_every_shipped_record_names_its_vectors_and_its_tolerance():
    for item in SHIPPED.entries():
        manifest = SHIPPED.find(item.key, (), ()).manifest
        assert manifest["machine"]["vectors"] in ("avx2", "avx512")
        assert manifest["tolerance"]["*accuracy"] == 0.02


def test_room_is_none_without_seeds_and_follows_students_t():
    one, two = (Result(Lottery(seed=seed), {"cells": {"round": np.arange(2), "accuracy": np.array(values)}}, {})
                for seed, values in ((0, [0.9, 0.5]), (1, [0.9, np.nan])))
    three = Result(Lottery(seed=2), {"cells": {"round": np.arange(2), "accuracy": np.array([0.92, 0.6])}}, {})
    labels = [(0,), (1,)]
    assert spread.room("cells", "accuracy", labels, [one]).tolist() == [0, 0]
    deviation = np.std([0.9, 0.9, 0.92], ddof=1)
    found = spread.room("cells", "accuracy", labels, [one, two, three])
    assert np.allclose(found, [np.sqrt(3) * 4.3027 * deviation, np.sqrt(2) * 12.7062 * np.std([0.5, 0.6], ddof=1)],
                       rtol=1e-4)


# ── the command line ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("shift", "told", "code"), [(0.0, "1 gave the same bits, 0 match", 0),
                                                     (0.01, "0 gave the same bits, 1 match", 0),
                                                     (0.5, "1 differ.", 1)])
def test_verify_counts_what_it_found_and_ends_accordingly(monkeypatch, shift, told, code):
    old = record(upset_run())
    moved = changed(old, "cells", test_accuracy=old.tables["cells"]["test_accuracy"] - shift)
    asked: list[bool] = []

    def again(*_: object, native: bool, **__: object) -> list[Comparison]:
        asked.append(native)
        return [compare(old, moved)]

    monkeypatch.setattr(recorder, "verify", again)
    done = CliRunner().invoke(app, ["verify", "--all", "--native"])
    assert done.exit_code == code and asked == [True]
    assert told in done.stdout and f"lottery, seed 0 ({old.key})" in done.stdout


def test_all_and_some_are_not_both():
    done = CliRunner().invoke(app, ["verify", "--all", "--sample", "3"])
    assert done.exit_code == 2 and "--all is not allowed beside --cell or --sample" in done.stderr
