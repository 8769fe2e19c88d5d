"""Every check of the proof passes on the engine as it is, and fails on one that breaks that very promise."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import subprocess
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from lth_core import checkpoint, engine
from lth_core import proof as room
from lth_core.cli import app
from lth_core.data import load
from lth_core.experiments import Proof
from lth_core.experiments.lottery import run as rounds
from lth_core.experiments.proof.spec import DATA, NAMES
from lth_core.masks.mask import Mask
from lth_core.masks.select import round_half_up
from lth_core.nets.params import initial
from lth_core.proof import CHECKS, Finding, arithmetic, held_out, interruption, prove, pruning, record
from lth_core.results.atlas import Atlas, default_atlas
from lth_core.running.conditions import begin
from lth_core.spec import Net, SpecError, codec
from lth_core.training.backends import build, warm
from lth_core.training.backends.reference import Reference

MOST_SECONDS = 20  # of all checks together, on one core, once the kernels are compiled


# ── the engine as it is ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", NAMES)
def test_the_engine_keeps_its_promise_whatever_the_seed(name: str) -> None:
    for seed in (1, 2_026):
        found = prove(name, seed)
        assert found.passed, found.told
        assert name != "atlas" or re.search(r"recorded \d+\.\d\d%, now \d+\.\d\d%", found.told)
        assert 0 <= found.number < 1e-4 or name == "atlas"
        assert found.told.endswith(".")


def test_all_checks_together_take_seconds() -> None:
    warm()
    before = sum(os.times()[:4])  # of this process and its children: other tests may hold the cores meanwhile
    for name in NAMES:
        prove(name)
    assert sum(os.times()[:4]) - before < MOST_SECONDS


def test_a_check_says_what_it_is_in_plain_words_and_shows_its_own_source() -> None:
    assert tuple(CHECKS) == NAMES
    for name, check in CHECKS.items():
        assert check.name == name and check.claim.endswith(".") and len(check.claim.split()) <= 16
        assert check.code.startswith("def ") and "Finding(" in check.code and len(check.code.splitlines()) <= 26
        assert check.code in (interruption.ROOT / check.file).read_text(encoding="utf-8")


def test_the_recorded_training_is_drawn_anew_with_every_seed_and_its_row_is_the_right_one() -> None:
    atlas, seen = Atlas(default_atlas()), set[tuple[str, int]]()
    for seed in range(8):
        found, row = record.drawn(atlas, seed)
        seen.add((found.key, row))
        costs, cells = (found.tables[name] for name in ("costs", "cells"))
        assert costs["seconds"][row] <= record.LONGEST
        for column in ("round", "condition", "replicate"):
            assert (costs[column] == cells[column]).all()
    assert len(seen) >= 6


def test_without_a_record_the_check_fails_with_the_cure(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "default_atlas", lambda: tmp_path)
    found = prove("atlas")
    assert not found.passed and "git checkout assets/atlas" in found.told


# ── engines that break a promise ─────────────────────────────────────────────────────────────────────────────────


def by_threshold(pruning_: Any, mask: Mask, params: Any, seed: int, level: int, *_: Any) -> Mask:
    """What public code often does: everything at or below the quantile goes, and with a tie all of it."""
    kept = {}
    for (name, alive), rate in zip(mask.items(), (0.2, 0.2, 0.1), strict=True):
        scores = np.abs(params[name])
        threshold = np.sort(scores[alive])[round_half_up(rate * np.count_nonzero(alive)) - 1]
        kept[name] = alive & (scores > threshold)
    return Mask(kept)


def reviving(pruning_: Any, mask: Mask, *asked: Any) -> Mask:
    """Exact counts, and one dead weight back for one that lives."""
    smaller, dead = pruning.prune(pruning_, mask, *asked), np.flatnonzero(~mask["fc1.weight"])
    layer = np.array(smaller["fc1.weight"])
    if len(dead):
        layer.flat[[dead[0], np.flatnonzero(layer)[0]]] = True, False
    return Mask({**smaller, "fc1.weight": layer})


def nudged(*asked: Any) -> Any:
    """Rewound, but for the last bit of one weight."""
    start = begin(*asked)
    first = start.params["fc1.weight"]
    first.flat[np.flatnonzero(start.mask["fc1.weight"])[0]] *= np.float32(1 + 1e-7)
    return start


def off(**wrong: Any) -> Callable[..., Any]:
    """`build` for the kernel named `of`, with something changed: `lr`, one weight of the mask, or of the start."""
    def made(kind: str, net: Net, training: Any, params: Any, mask: Mask, data: Any, threads: int = 1) -> Any:
        if kind == wrong["of"] and threads == wrong.get("threads", threads):
            layer = np.array(mask["fc2.weight"])
            if "lr" in wrong:
                training = dataclasses.replace(training, lr=training.lr * wrong["lr"])
            if "mask" in wrong:
                layer.flat[np.flatnonzero(layer)[0]] = False
                mask = Mask({**mask, "fc2.weight": layer})
            if "bit" in wrong:
                params = {**params, "fc3.bias": params["fc3.bias"] + np.float32(1e-6)}
        return build(kind, net, training, params, mask, data, threads)

    return made


def without(array: str) -> Callable[..., Any]:
    """Reading a checkpoint, and losing one of its arrays on the way."""
    read = checkpoint.read

    def forgetful(path: Any, key: str) -> Any:
        notes, arrays = read(path, key) or pytest.fail("no checkpoint was written")
        hit = [name for name in arrays if name.endswith(array)]
        return notes, {name: np.zeros_like(value) if name in hit else value for name, value in arrays.items()}

    return forgetful


def peeking(pruning_: Any, mask: Mask, params: Any, seed: int, level: int, *others: Any) -> Mask:
    """Pruning that asks the test set, through the door that the check has replaced."""
    told = rounds.load(DATA, seed).test.labels.mean()
    return pruning.prune(pruning_, mask, {name: value + told for name, value in params.items()}, seed, level)


def misnamed(spec: Any) -> str:
    """A key that forgets the learning rate."""
    fields = spec.to_dict()
    return codec.hashlib.sha256(json.dumps({**fields, "training": ""}, sort_keys=True).encode()).hexdigest()[:24]


BROKEN: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "a threshold instead of ranks": ("counts", lambda p: p.setattr(pruning, "prune", by_threshold)),
    "a weight that comes back": ("nested", lambda p: p.setattr(rounds, "prune", reviving)),
    "no pruning at all": ("nested", lambda p: p.setattr(rounds, "prune", lambda _, mask, *rest: mask)),
    "gradients that are not masked": ("zeros", lambda p: p.setattr(Reference, "_step", stepping)),
    "a mask that is not applied": ("zeros", lambda p: p.setattr(Mask, "apply", lambda self, params: dict(params))),
    "one bit of one weight": ("rewind", lambda p: p.setattr(rounds, "begin", nudged)),
    "fresh weights": ("rewind", lambda p: p.setattr(rounds, "begin", lambda condition, net, seed, *at: begin(
        condition, net, seed, at[0], at[1], initial(net, seed + at[0])))),
    "a gradient a thousandth off": ("gradient", lambda p: p.setattr(arithmetic, "build", off(of="sparse", lr=1.001))),
    "one survivor lost": ("kernel", lambda p: p.setattr(arithmetic, "build", off(of="sparse", mask=1))),
    "threads that differ": ("threads", lambda p: p.setattr(arithmetic, "build", off(of="dense", threads=2, bit=1))),
    "a key that forgets a field": ("hash", lambda p: p.setattr(codec, "key", misnamed)),
    "momentum that is forgotten": ("resume", lambda p: p.setattr(checkpoint, "read", without("/first"))),
    "a kill that does not kill": ("resume", lambda p: p.setattr(subprocess.Popen, "kill", lambda child: None)),
    "a checkpoint that is not kept": ("resume", lambda p: p.setattr(
        interruption, "CHILD", interruption.CHILD.replace("checkpoint_seconds=0", "checkpoint_seconds=1e9"))),
    "pruning that asks the test set": ("held-out", lambda p: p.setattr(rounds, "prune", peeking)),
    "a test set that nobody looks at": ("held-out", lambda p: p.setattr(
        held_out, "Part", lambda *_: load(DATA, 5).test)),
    "other first weights": ("atlas", lambda p: p.setattr(record, "initial", lambda net, seed: initial(net, seed + 1))),
}


def stepping(self: Reference, rate: float) -> None:
    for group in self.optimiser.param_groups:
        group["lr"] = rate
    self.optimiser.step()


def test_every_check_has_an_engine_that_it_fails_on() -> None:
    assert {check for check, _ in BROKEN.values()} == set(NAMES)


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_engine_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, spoil = BROKEN[fault]
    spoil(monkeypatch)
    for seed in range(5, 9):  # the moment of the kill is drawn: one at which nothing was under way loses nothing
        if not (found := prove(name, seed)).passed:
            break
    assert not found.passed, found
    assert "broke down" not in found.told and found.told.endswith("."), found.told


def test_an_engine_that_breaks_down_has_kept_no_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(*_: Any) -> None:
        raise ZeroDivisionError("of our own")

    monkeypatch.setattr(pruning, "prune", raising)
    found = prove("counts")
    assert not found.passed and found.told == "It broke down: ZeroDivisionError: of our own"
    assert np.isnan(found.number) and CHECKS["counts"].say(found) == found.told


# ── as a run, and at the command line ────────────────────────────────────────────────────────────────────────────


def test_a_proof_is_a_run_that_tells_of_every_check_as_it_is_done() -> None:
    spec = Proof(checks=("counts", "kernel"), seed=3)
    told = list(engine.stream(spec))
    assert [(moment.stage, moment.round, moment.rounds) for moment in told] == [
        ("begin", 0, 2), ("check", 1, 2), ("check", 2, 2), ("done", 2, 2)]
    assert told[1].measures["check"] == "counts" and told[1].measures["passed"] == 1
    table = told[-1].result.tables["checks"]  # type: ignore[union-attr]
    assert table["check"].tolist() == ["counts", "kernel"] and table["passed"].tolist() == [1, 1]
    assert [spec.share_done({"round": done}) for done in (0, 1, 2)] == [0, 0.5, 1]


@pytest.mark.parametrize("asked", [{"checks": ("kernel", "counts")}, {"checks": ("counts", "counts")}, {"checks": ()},
                                   {"checks": ("luck",)}, {"net": Net()}])
def test_what_cannot_be_proved_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match="is not allowed"):
        Proof(**asked)


def test_the_command_prints_each_check_and_its_number() -> None:
    done = CliRunner().invoke(app, ["proof", "kernel", "counts"])
    assert done.exit_code == 0
    text, lines = " ".join(done.stdout.split()), done.stdout.splitlines()
    assert re.match(r"passed counts [\d.]+ s " + CHECKS["counts"].claim, text)
    assert "0 layer counts that are off. 15 rounds of three layers leave 9,537 of 266,200 weights. passed" in text
    assert max(map(len, lines)) <= 80
    assert "def kernel(" in CliRunner().invoke(app, ["proof", "kernel", "--code"]).stdout
    rows = CliRunner().invoke(app, ["proof", "counts", "--json"]).stdout.splitlines()
    assert json.loads(rows[0])["passed"] is True and json.loads(rows[0])["number"] == 0


def test_a_broken_promise_ends_the_command_with_a_status_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "prove", lambda name, seed: Finding(name != "nested", 2.0, "Two came back."))
    done = CliRunner().invoke(app, ["proof"])
    assert done.exit_code == 1 and done.stdout.count("FAILED") == 1 and done.stdout.count("passed") == 10
    assert "2 weights that came back. Two came back." in " ".join(done.stdout.split())


def test_an_unknown_check_is_refused_with_the_names_of_all() -> None:
    done = CliRunner().invoke(app, ["proof", "luck"])
    assert done.exit_code == 2 and "'luck' is not allowed: one of counts, nested" in done.stderr
