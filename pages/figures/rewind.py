"""Chapter 6's runs: chains that rewind to step k, the other ways to go on, and the hills between siblings.

Everything is an error, a share in 0–1 of the 10,000 test images. Seeds may be missing: every figure says how many stand
behind it, and whatever is compared is compared within seeds, which share their split, θ₀ and batch order.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lth_core.catalogue import LATE
from lth_core.experiments import Lottery
from lth_core.intervals import errors as spread
from lth_core.ledger import residual
from lth_core.ledger.rewound import (
    MATCHES,
    RESIDUAL,
    SHORT,
    STABLE,
    UNSETTLED,
    UNSURE,
    Rewound,
    error,
    first_matching,
    harder,
    judge,
)
from lth_core.results.result import Result
from lth_core.said import DATA, percent
from lth_core.said import more as behind

NAMES = {"deep": "the deep net", "lenet": "LeNet-300-100", "fashion": "the deep net on Fashion-MNIST",
         RESIDUAL: residual.NAME}
PICTURES = {RESIDUAL: "photographs"}  # what a net reads, if not digits


def alone(chain: Result | None, spec: Lottery) -> Result | None:
    """The tickets of a chain as the result of `spec`, which trains them without the controls: the same numbers."""
    if chain is None:
        return None
    tables = {name: {column: np.asarray(values)[table["condition"] == "ticket"] for column, values in table.items()}
              for name, table in chain.tables.items() if "condition" in table}
    return replace(chain, spec=spec, tables=tables)


# ── in words ─────────────────────────────────────────────────────────────────────────────────────────────────────


def sentence(net: Rewound, level: int, step: int) -> str:
    """What going back to `step` means in round `level`, in Markdown."""
    found, dense = net.errors(level, step), spread(list(net.dense.values()))
    gap = net.gap(found)
    told = {MATCHES: "That is a **match**.", SHORT: "That **falls short**.",
            UNSURE: "Whether that matches **cannot be told** from these seeds.",
            UNSETTLED: "Fewer than three seeds: **not settled yet**."}[judge(gap)]
    back = "their start, θ₀" if step == 0 else f"step **{step:,}** of {net.budget:,}"
    return (f"Keep **{net.density[level]:.1%}** of the weights of {NAMES[net.net]}, and send them back to {back}. They "
            f"get **{percent(spread(list(found.values())))}** of the test {PICTURES.get(net.net, 'digits')} wrong. The "
            f"whole net gets {percent(dense)} wrong. Seed by seed, the small one errs by {behind(gap)}. {told}")


def failing(net: Rewound) -> str:
    """At how many sizes tickets from θ₀ fall short, and which step is the earliest that surely repairs the smallest; in
    Markdown."""
    levels = harder(net)
    short = [level for level in levels if judge(net.gap(net.errors(level, 0))) == SHORT]
    first = first_matching(net, levels[-1])
    told = (f" With {net.density[levels[-1]]:.1%} of the weights left, the earliest step that surely matches is "
            f"**k = {first}**, {first / net.budget:.1%} of the training." if first is not None else "")
    return (f"Sent back to θ₀, tickets surely fall short of the whole net at **{len(short)}** of {len(levels)} sizes."
            + told)


def message(net: Rewound) -> str:
    """The chapter's one message, as far as the runs carry it."""
    last = harder(net)[-1]
    first = first_matching(net, last)
    fails = judge(net.gap(net.errors(last, 0))) == SHORT
    told = ("On a deeper net with a large learning rate, the sparsest tickets fail from their very first values. "
            f"From values {first} steps later they work."
            if fails and first else "On a deeper net it matters to which step a ticket is sent back.")
    return f"{told} And finding a ticket costs far more than it saves in training."


def on_photographs(net: Rewound) -> str:
    """What θ₀ and the late step come to on the paper's ResNet-20, at its smallest recorded ticket, in Markdown."""
    last = harder(net)[-1]
    images = DATA[net.at(0)[0].spec.data.name]
    return (f"The paper's {NAMES[net.net]}, trained for {net.budget:,} steps on {images}, with "
            f"**{net.density[last]:.1%}** of its weights left: from θ₀ it errs by "
            f"{behind(residual.start(net, last))} than the whole net. From step {net.late} it errs by "
            f"{behind(residual.late(net, last))}. {residual.unfinished(net)}").rstrip()


def walked_on_photographs(net: Rewound) -> str:
    """How high the hill between two whole nets on photographs is, from every step that was tried, in Markdown."""
    heights = {step: float(np.mean(list(found.values()))) for step in net.steps if (found := net.barrier(0, step))}
    told: list[str] = []
    for step, height in heights.items():
        hill = f"the hill between two whole {NAMES[net.net]}s" if not told else "it"
        high = f"{100 * height:.1f}" if height >= 0.001 else "under 0.1"
        told.append(f"From {f'step {step:,}' if step else 'their start'} {hill} is **{high} points** high.")
    calm = next((step for step, height in heights.items() if height < STABLE), None)
    stands = "is not" if calm is None else f"is, from step {calm:,}"
    return " ".join([*told, f"Below {100 * STABLE:.0f} points a net counts as stable: this one {stands}."])


def beside(fashion: Rewound, level: int) -> str:
    """What a start at θ₀ and one at LATE come to in round `level` on the other pictures, in Markdown."""
    first, late = (fashion.gap(fashion.errors(level, step)) for step in (0, LATE))
    dense = percent(spread(list(fashion.dense.values())))
    return (f"After {fashion.budget:,} steps the whole net gets {dense} of the clothes wrong. With "
            f"**{fashion.density[level]:.1%}** of the weights left, the ticket from θ₀ errs by **{behind(first)}**: "
            f"{judge(first)}. The one from step {LATE} errs by **{behind(late)}**: {judge(late)}.")


def replay(chain: Result) -> str:
    """A live chain round by round, in Markdown."""
    cells = chain.tables["cells"]
    ticket = [int(level) for level, name in zip(cells["round"], cells["condition"], strict=True) if name == "ticket"]
    shares = dict(zip(cells["round"].tolist(), cells["density"].tolist(), strict=True))
    told = ", ".join(f"{error(chain, level):.2%} with {shares[level]:.1%} left" for level in ticket if level)
    assert isinstance(chain.spec, Lottery)
    return (f"Seed {chain.spec.seed}, sent back to step {chain.spec.rewind.step:,}. The whole net gets "
            f"{error(chain, 0):.2%} of the test digits wrong. Its tickets: {told}.")


def stale(net: Rewound) -> tuple[int, int, float]:
    """Tickets that BatchNorm's running averages misread by more than a point: how many, of how many, and the accuracy
    at which the worst of them was read."""
    pairs = [(float(shown), float(true)) for chain in net.chains.values()
             for shown, true in zip(chain.tables["cells"]["test_accuracy"],
                                    chain.tables["cells"]["population_test_accuracy"], strict=True)]
    wrong = [shown for shown, true in pairs if true - shown > 0.01]
    return len(wrong), len(pairs), min(wrong, default=1.0)


