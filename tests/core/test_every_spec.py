"""Every Spec that can be made runs to its end: tiny ones of every experiment, drawn at random.

An experiment has its own strategy here, for the fields that are its own; what all share is drawn alike. Whatever a Spec
refuses is drawn again; whatever it accepts is run.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from lth_core.cli.tables import lines
from lth_core.engine import run
from lth_core.experiments import ACTIONS, FAULTS, KINDS, LABS, part
from lth_core.experiments.curvature.spec import WORKS
from lth_core.experiments.proof.spec import DATA, NET, TRAINING
from lth_core.listing import rows
from lth_core.spec import CONDITIONS, CRITERIA, Condition, Data, Net, Pruning, Rewind, Spec, SpecError, Training

# Of ten classes once: every run looks at its test images, and all ten have 10,000.
PLACES = (Data(pool=14, train=30, validation=10), Data(pool=7, train=40, validation=20, classes=(1, 4, 8)),
          Data(pool=7, train=25, validation=15, classes=(3, 7)), Data(pool=14, train=30, validation=0, classes=(0, 5)))
SHARES = st.sampled_from((0.0, 0.1, 0.34, 0.5, 0.9))
STEPS = st.integers(0, 4)


@st.composite
def nets(draw: st.DrawFn, data: Data) -> Net:
    """A net for these images: mostly fully connected, sometimes with convolutions or attention."""
    inputs, classes = (28 // data.pool) ** 2, len(data.classes) or 10
    name = draw(st.sampled_from(("mlp", "mlp", "mlp", "mlp", "conv2", "resnet20", "transformer")))
    if name == "mlp":
        hidden = draw(st.lists(st.integers(1, 9), max_size=3))
        return Net(sizes=(inputs, *hidden, classes), batchnorm=draw(st.booleans()))
    return Net(name, (inputs, classes), batchnorm=name == "resnet20", width=0.06)


@st.composite
def trainings(draw: st.DrawFn) -> Training:
    decays = draw(st.sampled_from(((), (), (0.5,), (0.3, 0.8))))
    return Training(
        optimiser=draw(st.sampled_from(("adam", "sgd"))), lr=draw(st.sampled_from((1e-3, 0.02))), momentum=draw(SHARES),
        weight_decay=draw(st.sampled_from((0.0, 0.0, 1e-3))), batch=draw(st.integers(1, 20)), steps=draw(STEPS),
        eval_every=draw(st.integers(1, 5)), measure=draw(st.sampled_from(("train", "validation", "test", "all"))),
        decay_at=decays, decay_to=(0.1,) * len(decays), warmup=draw(st.sampled_from((0, 0, 1, 2))),
        augment=draw(st.sampled_from((False, False, False, True))),
        precision=draw(st.sampled_from(("float32", "float32", "float32", "bfloat16"))),
    )


PRUNINGS = st.builds(Pruning, rate=SHARES.filter(bool), conv_rate=SHARES, output_rate=SHARES, rounds=st.integers(1, 3),
                     scope=st.sampled_from(("layer", "layer", "global")), criterion=st.sampled_from(CRITERIA),
                     schedule=st.sampled_from(("iterative", "iterative", "one-shot")))
PLAIN = st.builds(Pruning, rate=SHARES.filter(bool), output_rate=SHARES, rounds=st.integers(1, 3))
LEVELS = st.lists(st.integers(1, 3), min_size=1, max_size=2, unique=True).map(lambda levels: tuple(sorted(levels)))
CONTROLS = st.lists(st.builds(Condition, st.sampled_from(CONDITIONS), st.integers(0, 1)), max_size=4,
                    unique=True).map(tuple)

OWN: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "dense": {},
    "lottery": {"pruning": PRUNINGS, "conditions": CONTROLS,
                "rewind": st.builds(Rewind, st.sampled_from(("weights", "lr", "fine-tune")), STEPS)},
    "ladder": {"rungs": st.integers(2, 4), "retrain_steps": STEPS, "scope": st.sampled_from(("layer", "global"))},
    "widths": {"widths": st.lists(st.integers(1, 6), max_size=2).map(tuple), "replicates": st.integers(1, 2)},
    "draws": {"density": st.sampled_from((0.01, 0.1, 0.32, 0.9, 1.0)), "draws": st.integers(1, 4),
              "first": st.integers(0, 3), "dense_seeds": st.integers(0, 2), "found": st.booleans()},
    "instability": {"pruning": PRUNINGS, "step": STEPS, "level": st.integers(0, 2), "alphas": st.integers(3, 4)},
    "counterfactual": {"pruning": PRUNINGS, "edge": st.integers(0, 80), "level": st.integers(0, 2),
                       "action": st.sampled_from(ACTIONS), "orders": st.just(1)},
    "lab": {"pruning": PRUNINGS, "method": st.sampled_from(LABS), "levels": LEVELS},
    "ablation": {"pruning": PRUNINGS, "level": st.integers(1, 2), "conditions": CONTROLS, "step": STEPS},
    "cost": {"pruning": PRUNINGS, "what": st.sampled_from(("training", "inference")), "levels": LEVELS,
             "repeats": st.just(1)},
    "subspace": {"dimensions": st.lists(st.integers(1, 9), max_size=2).map(tuple), "along_lr": SHARES.filter(bool)},
    "structured": {"pruning": PRUNINGS},
    "proof": {"checks": st.sampled_from((("counts",), ("gradient",), ("kernel",), ("counts", "kernel"))),
              "seed": st.integers(0, 99), "data": st.just(DATA), "net": st.just(NET), "training": st.just(TRAINING)},
    "transfer": {"pruning": PRUNINGS, "source": st.sampled_from(PLACES), "levels": LEVELS},
    "faulty": {"pruning": PLAIN, "fault": st.sampled_from(FAULTS)},
    "landscape": {"pruning": PRUNINGS, "level": st.integers(1, 2), "alphas": st.just(3), "points": st.just(3)},
    "heads": {"judged": st.integers(1, 30), "calibration": st.integers(1, 30), "retrain_steps": st.integers(0, 1),
              "retrained": st.lists(st.integers(1, 8), max_size=1).map(tuple),
              "rewound": st.lists(st.integers(1, 8), max_size=1).map(tuple)},
    "peft": {"data": st.just(PLACES[2]), "source": st.sampled_from((PLACES[0], PLACES[2])),
             "net": st.builds(lambda hidden, outputs: Net(sizes=(16, *hidden, outputs)),
                              st.lists(st.integers(2, 9), min_size=1, max_size=2), st.sampled_from((4, 12))),
             "tune_steps": STEPS, "ranks": st.sampled_from(((1,), (1, 2))), "alpha": SHARES.filter(bool),
             "bottlenecks": st.sampled_from(((1,), (2, 5)))},
    "curvature": {"pruning": PRUNINGS, "work": st.sampled_from(WORKS), "levels": LEVELS,
                  "calibration": st.integers(1, 30), "retrain_steps": STEPS, "dampening": SHARES.filter(bool)},
    "early_bird": {"pruning": PLAIN, "level": st.integers(1, 2), "budget": STEPS},
    "random_labels": {"pruning": PLAIN, "level": st.integers(1, 2), "share": st.floats(0, 1),
                      "fit": SHARES.filter(bool)},
    "compression": {"pruning": PLAIN, "retrain_steps": STEPS, "bits": st.sampled_from(((1,), (1, 2))),
                    "stored": st.integers(1, 2), "index_bits": st.integers(1, 8), "tune_steps": STEPS},
}


@st.composite
def specs(draw: st.DrawFn, name: str) -> Spec:
    """A tiny Spec of the experiment; what its own `check` refuses is drawn again."""
    data = draw(st.sampled_from(PLACES))
    for _ in range(40):
        own = {field: draw(strategy) for field, strategy in OWN[name].items()}
        try:
            return KINDS[name](**{"data": data, "net": draw(nets(data)), "training": draw(trainings()), **own})
        except SpecError:
            continue
    return reject()


def test_every_experiment_has_its_strategy() -> None:
    assert OWN.keys() == KINDS.keys()


@pytest.mark.parametrize("name", KINDS)
def test_the_tiny_example_runs(name: str) -> None:
    tiny = part(KINDS[name], "spec").TINY
    result = run(tiny)
    assert all(len(next(iter(table.values()))) for table in result.tables.values())
    assert json.dumps(list(rows(result))) and len(lines(list(rows(result)))) > 1  # as `lth run` prints it


@pytest.mark.parametrize("name", KINDS)
def test_whatever_can_be_asked_for_runs_to_its_end(name: str) -> None:
    ended: list[Spec] = []

    @settings(max_examples=8, suppress_health_check=list(HealthCheck))
    @given(specs(name))
    def runs(spec: Spec) -> None:
        assert Spec.from_json(spec.to_json()) == spec
        result = run(spec)
        assert result.spec == spec and any(len(table) for table in result.tables.values())
        ended.append(spec)

    runs()
    assert len(ended) >= 5  # the strategy finds enough that is accepted
