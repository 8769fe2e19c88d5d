"""Whenever a run is stopped it goes on, and ends as if nobody had stopped it: every experiment, every moment.

A kill leaves what was on the disk at that moment. So one run is watched, and each different state of its folder, after
every snapshot and every checkpoint written between two of them, is gone on from.
"""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lth_core import checkpoint
from lth_core.engine import Options, run, stream
from lth_core.experiments import (
    KINDS,
    Ablation,
    Compression,
    Cost,
    Counterfactual,
    Curvature,
    Dense,
    Draws,
    EarlyBird,
    Faulty,
    Heads,
    Instability,
    Lab,
    Ladder,
    Landscape,
    Lottery,
    Peft,
    Proof,
    RandomLabels,
    Structured,
    Subspace,
    Transfer,
    Widths,
    part,
)
from lth_core.masks.mask import Mask
from lth_core.results.result import Result
from lth_core.spec import Condition, Data, Net, Pruning, Rewind, Spec, Training

LOW = Data(pool=7, train=240, validation=60, classes=(0, 1, 2, 3))
HIGH = Data(pool=7, train=240, validation=60, classes=(6, 7, 8, 9))
SHORT = Training(lr=5e-3, steps=12, eval_every=6, batch=30, measure="validation")
WILD = Training(lr=10.0, steps=12, eval_every=4, batch=30, optimiser="sgd", momentum=0.9, weight_decay=1.0)
COMMON: dict[str, Any] = {"data": LOW, "net": Net(sizes=(16, 8, 6, 4)), "training": SHORT}
ONE, TWO = Pruning(rate=0.3, rounds=1), Pruning(rate=0.3, rounds=2)
CONTROLS = tuple(map(Condition, ("ticket", "reinit", "random", "frozen", "supermask")))

SPECS: dict[str, Spec] = {
    "dense": Dense(**COMMON),
    "lottery": Lottery(**COMMON, pruning=ONE, conditions=CONTROLS),
    "lottery, one-shot": Lottery(**COMMON, pruning=Pruning(rate=0.3, rounds=2, schedule="one-shot")),
    "lottery, late": Lottery(**COMMON, pruning=TWO, rewind=Rewind(step=3), conditions=CONTROLS[:2]),
    "lottery, fine-tuned": Lottery(**COMMON, pruning=TWO, rewind=Rewind(mode="fine-tune")),
    "lottery, diverging": Lottery(**{**COMMON, "training": WILD}, pruning=TWO),
    "lottery, normed": Lottery(**{**COMMON, "net": Net(sizes=(16, 8, 6, 4), batchnorm=True)}, pruning=TWO),
    "ladder": Ladder(**COMMON, rungs=3, retrain_steps=4),
    "widths": Widths(**COMMON, widths=(2, 5), replicates=2),
    "draws": Draws(**COMMON, draws=3, dense_seeds=2, density=0.4),
    "instability": Instability(**COMMON, pruning=TWO, level=2, step=3, alphas=3),
    "counterfactual": Counterfactual(**COMMON, pruning=TWO, level=1, edge=3, orders=2),
    "lab, snip": Lab(**COMMON, pruning=ONE, method="snip", levels=(1,)),
    "lab, grasp": Lab(**COMMON, pruning=TWO, method="grasp", levels=(1, 2)),
    "lab, collapse": Lab(**COMMON, pruning=ONE, method="collapse", levels=(1,)),
    "lab, edge-popup": Lab(**{**COMMON, "training": Training(lr=0.1, steps=12, eval_every=6, batch=30, optimiser="sgd",
                                                              measure="validation")},
                           pruning=TWO, method="edge-popup", levels=(1, 2)),
    "ablation": Ablation(**COMMON, pruning=TWO, level=2, conditions=CONTROLS),
    "ablation, late": Ablation(**COMMON, pruning=TWO, level=1, step=3, conditions=CONTROLS[:3]),
    "ablation, diverging": Ablation(**{**COMMON, "training": WILD}, pruning=TWO, level=1),
    "cost, training": Cost(**COMMON, pruning=TWO, levels=(0, 2), repeats=1),
    "cost, inference": Cost(**COMMON, pruning=TWO, what="inference", levels=(2,), repeats=1),
    "subspace": Subspace(**COMMON, dimensions=(2, 5)),
    "structured": Structured(**COMMON, pruning=ONE),
    "proof": Proof(checks=("counts", "gradient", "kernel")),
    "transfer": Transfer(**{**COMMON, "data": HIGH}, source=LOW, pruning=ONE, levels=(1,)),
    "faulty, biases": Faulty(**COMMON, pruning=TWO, fault="biases"),
    "faulty, density": Faulty(**{**COMMON, "training": dataclasses.replace(SHORT, measure="test")}, pruning=TWO,
                              fault="density"),
    "landscape": Landscape(**COMMON, pruning=TWO, level=2, alphas=3, points=3),
    "compression": Compression(**COMMON, pruning=TWO, retrain_steps=4, bits=(1, 2), stored=2, index_bits=2,
                               tune_steps=2),
    "peft": Peft(**{**COMMON, "data": HIGH, "net": Net(sizes=(16, 8, 6, 8))}, source=LOW, tune_steps=6, ranks=(1, 2),
                 bottlenecks=(2,)),
    "curvature, obd": Curvature(**COMMON, pruning=TWO, levels=(2,), calibration=40, retrain_steps=4),
    "early-bird": EarlyBird(**COMMON, level=1, budget=5),
    "random labels": RandomLabels(**{**COMMON, "training": dataclasses.replace(SHORT, measure="train")}, level=2),
    "random labels, learnt": RandomLabels(**{**COMMON, "training": dataclasses.replace(SHORT, measure="all")},
                                          share=0.1, level=1, fit=0.3),
    "curvature, sparsegpt": Curvature(**COMMON, pruning=TWO, levels=(2,), calibration=40, work="sparsegpt"),
    "heads": Heads(**{**COMMON, "net": Net("transformer", (16, 4), width=0.13)}, judged=60, calibration=40,
                   retrained=(6,), retrain_steps=4, rewound=(8,)),
}
DIVERGING = {name for name in SPECS if name.endswith("diverging")}
EVERY = {"heads": 8, "landscape": 4, "transfer": 2}  # of their many moments, most of which are alike
CLOCKS = ("seconds", "_seconds", "bytes")  # ends of the columns that no two runs share


def test_every_experiment_is_stopped_here() -> None:
    assert {type(spec) for spec in SPECS.values()} == set(KINDS.values())


def given(lottery: Lottery, level: int) -> tuple[Mask, str]:
    """A mask for a comparison that diverges, as the lottery would that had to find one."""
    return Mask.dense(lottery.net), "given"


def options(name: str, folder: Path) -> Options:
    return Options(checkpoint=folder / "half", checkpoint_seconds=0, masks=given if name in DIVERGING else None)


def states(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Result, list[Path]]:
    """The Result of a run that nobody stops, and copies of its folder at every moment at which it could be."""
    at, seen, copies = folder / "run", set[tuple[tuple[str, bytes], ...]](), list[Path]()
    at.mkdir()

    def keep() -> None:
        now = tuple(sorted((file.name, file.read_bytes()) for file in at.iterdir()))
        if now and now not in seen:
            seen.add(now)
            copies.append(Path(shutil.copytree(at, folder / f"stop {len(copies)}")))

    def written(*args: Any) -> None:
        write(*args)
        keep()

    write, result = checkpoint.write, None
    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "write", written)
        for snapshot in stream(SPECS[name], options(name, at)):
            keep()
            result = snapshot.result or result
    assert result is not None and not list(at.iterdir()), "a finished run leaves nothing"
    return result, copies


def same(whole: Result, again: Result) -> None:
    assert again.tables.keys() == whole.tables.keys()
    for name, table in whole.tables.items():
        assert list(again.tables[name]) == list(table), name
        for column, values in table.items():
            if not column.endswith(CLOCKS):
                np.testing.assert_array_equal(again.tables[name][column], values, f"{name}.{column}")
    assert list(again.arrays) == list(whole.arrays)
    for name, array in whole.arrays.items():
        assert again.arrays[name].dtype == array.dtype and np.array_equal(again.arrays[name], array, True), name


@pytest.mark.parametrize("name", SPECS)
def test_a_run_stopped_at_any_moment_ends_alike(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole, stops = states(name, tmp_path, monkeypatch)
    assert stops, "it kept a checkpoint"
    assert name not in DIVERGING or "diverged" in whole.tables["cells"]["status"]
    for stop in [*stops[:: EVERY.get(name, 1)], stops[-1]]:
        same(whole, run(SPECS[name], options(name, stop)))
        assert not list(stop.iterdir()), "and nothing was set aside"
    assert not caplog.records


@pytest.mark.parametrize("spoilt", ["torn", "lacking", "another's", "of another version"])
def test_a_checkpoint_that_no_run_can_go_on_from_is_set_aside_and_said(
    spoilt: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spec, half = SPECS["ladder"], tmp_path / "half"
    for snapshot in stream(spec, Options(checkpoint=half, checkpoint_seconds=0)):
        if snapshot.stage == "rung":
            break
    if spoilt == "torn":
        half.write_bytes(half.read_bytes()[:-7])
    else:
        saved = checkpoint.read(half, spec.key)
        assert saved is not None
        plain = {"rows": saved[0]["rows"], "notes": {}} if spoilt == "of another version" else saved[0]
        checkpoint.write(half, "0" * 24 if spoilt == "another's" else spec.key, plain, {})
    same(run(spec), run(spec, Options(checkpoint=half, checkpoint_seconds=0)))
    assert [file.name for file in tmp_path.iterdir()] == ["half.damaged"]
    assert "cannot be used" in caplog.text and "the run begins anew" in caplog.text


def test_a_fault_of_the_run_itself_is_told_and_not_taken_for_the_checkpoints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise KeyError("of our own")

    monkeypatch.setattr(part(Dense, "run"), "stream", broken)
    (tmp_path / "half").write_bytes(b"")
    with pytest.raises(KeyError, match="of our own"):
        run(SPECS["dense"], Options(checkpoint=tmp_path / "half"))


def test_a_resumed_run_tells_of_each_width_its_own_figures(tmp_path: Path) -> None:
    half = options("widths", tmp_path)
    told = [moment.measures for moment in stream(SPECS["widths"], half) if moment.stage == "cell"]
    saved = run(SPECS["widths"])
    for moment in stream(SPECS["widths"], half):
        if moment.round == 1:
            break
    again = [moment.measures for moment in stream(SPECS["widths"], half) if moment.stage == "cell"]
    assert again == told and [row["width"] for row in told] == list(dict.fromkeys(saved.tables["cells"]["width"]))
