"""One small run of every kind of experiment, and of every way to train: whose numbers are kept.

A few steps each, yet every named stream, control and criterion has its say somewhere.
"""

from __future__ import annotations

from typing import Any

from lth_core.experiments import (
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
)
from lth_core.spec import CONDITIONS, Condition, Data, Net, Pruning, Rewind, Spec, Training

SMALL: dict[str, Any] = {
    "data": Data(pool=4, train=600, validation=200), "net": Net(sizes=(49, 12, 8, 10)), "seed": 3,
    "training": Training(lr=0.01, steps=40, eval_every=20, batch=30),
}
PLAIN: dict[str, Any] = SMALL | {"training": Training(
    optimiser="sgd", lr=0.1, momentum=0.9, weight_decay=1e-3, steps=40, eval_every=20, batch=30, decay_at=(0.5,),
    decay_to=(0.1,), warmup=5)}
THREE = Pruning(rate=0.4, rounds=3)
CONTROLS = tuple(map(Condition, CONDITIONS))

RUNS: dict[str, Spec] = {
    "dense": Dense(**SMALL),
    "lottery": Lottery(**SMALL, pruning=THREE, conditions=CONTROLS),
    "lottery-sgd": Lottery(**PLAIN, pruning=Pruning(rate=0.4, rounds=2, scope="global"), rewind=Rewind(step=10)),
    "lottery-movement": Lottery(**SMALL, pruning=Pruning(rate=0.4, rounds=2, criterion="movement"),
                                rewind=Rewind("lr", 10)),
    # With SGD: the gradients of biases before BatchNorm are rounding alone, which Adam would turn into whole steps.
    "lottery-batchnorm": Lottery(**{**PLAIN, "net": Net(sizes=(49, 12, 8, 10), batchnorm=True)}, pruning=THREE),
    "lottery-conv": Lottery(
        data=Data(pool=7, train=120, validation=40), net=Net("conv2", (16, 8, 8, 10), width=0.06), pruning=THREE,
        training=Training(lr=0.01, steps=10, eval_every=10, batch=20, augment=True, measure="validation")),
    "ladder": Ladder(**SMALL, rungs=4, retrain_steps=10),
    "widths": Widths(**SMALL, widths=(3, 6), replicates=2),
    "draws": Draws(**SMALL, draws=4, dense_seeds=2, density=0.3),
    "instability": Instability(**SMALL, pruning=THREE, level=2, step=10, alphas=5),
    "counterfactual": Counterfactual(**SMALL, pruning=THREE, level=1, edge=70, orders=2),
    "lab-snip": Lab(**SMALL, pruning=THREE, method="snip", levels=(1, 2)),
    **{f"lab-{method}": Lab(**SMALL, pruning=THREE, method=method, levels=(1, 2))
       for method in ("grasp", "synflow", "magnitude-start", "erk", "collapse")},
    "lab-edge-popup": Lab(**{**SMALL, "training": Training(
        optimiser="sgd", lr=0.1, momentum=0.9, steps=40, eval_every=20, batch=30)},
        pruning=THREE, method="edge-popup", levels=(2,)),
    "ablation": Ablation(**SMALL, pruning=THREE, level=2, conditions=CONTROLS[:6]),
    "cost": Cost(**SMALL, pruning=THREE, what="inference", levels=(0, 2), repeats=1),
    "subspace": Subspace(**SMALL, dimensions=(5, 20)),
    "structured": Structured(**SMALL, pruning=THREE),
    "transfer": Transfer(**{**SMALL, "data": Data(pool=4, train=600, validation=200, classes=(0, 1, 2, 3, 4)),
                            "net": Net(sizes=(49, 12, 8, 5))}, pruning=THREE, levels=(1, 2),
                         source=Data(pool=4, train=600, validation=200, classes=(5, 6, 7, 8, 9))),
    **{f"faulty-{fault}": Faulty(**SMALL, pruning=Pruning(rate=0.4, rounds=2), fault=fault)
       for fault in ("biases", "zeros", "unmasked", "density")},
    "landscape": Landscape(**SMALL, pruning=THREE, level=2, alphas=5, points=5),
    **{f"curvature-{work}": Curvature(**SMALL, pruning=THREE, levels=(1, 3), work=work, calibration=200,
                                      retrain_steps=10) for work in ("obd", "sparsegpt")},
    "early-bird": EarlyBird(**SMALL, pruning=THREE, level=2, budget=20),
    "random-labels": RandomLabels(**{**SMALL, "training": Training(lr=0.01, steps=40, eval_every=20, batch=30,
                                                                   measure="all")}, pruning=THREE, level=1, share=0.5),
    "compression": Compression(**SMALL, pruning=THREE, retrain_steps=20, bits=(1, 3), stored=3, index_bits=3,
                               tune_steps=10),
    "heads": Heads(data=Data(pool=7, train=600, validation=200), net=Net("transformer", (16, 10), width=0.25), seed=3,
                   training=Training(lr=0.01, steps=40, eval_every=20, batch=30), judged=200, calibration=200,
                   retrained=(3,), retrain_steps=10, rewound=(4,)),
    "peft": Peft(**{**SMALL, "data": Data(pool=4, train=600, validation=200, classes=(5, 6, 7, 8, 9))},
                 source=Data(pool=4, train=600, validation=200, classes=(0, 1, 2, 3, 4)), tune_steps=20, ranks=(1, 3),
                 bottlenecks=(2,)),
    "proof": Proof(checks=("counts", "nested", "hash"), seed=3),
}
