"""Chapter 6's slider: how far back must the survivors go?"""

from __future__ import annotations

from lth_core.catalogue import CATALOGUE, REWINDS
from lth_core.ledger.rewound import MATCHES, Rewound, first_matching, is_chain, judge, rewound
from pages.address import url
from pages.figures import rewind_charts
from pages.records import recorded
from pages.scenes.scene import Facts, Scene, seeds, whole, word
from pages.talks.beat import State
from pages.talks.question import Truth
from pages.widgets.rewind_slider import View, held, rewind_slider

NETS = {"Deep net": "deep", "LeNet-300-100": "lenet"}

NET = url.Choice("net", tuple(NETS), "Deep net")
K = url.Whole("k", 0, REWINDS["deep"][-1], View.step)
ROUND = url.Whole("round", 3, 6, 6)


def _net(state: State) -> Rewound:
    name = NETS[word(state, NET)]
    specs = (spec for part in ("chapter6", "chapter6-stability") for spec in CATALOGUE[part]
             if spec.net.batchnorm is (name == "deep"))
    found = recorded.drawn(specs)
    if not any(is_chain(run) for run in found):
        raise LookupError("chapter6")
    return rewound(name, found)


def mount(state: State, key: str) -> None:
    """The errors over the rewind steps, with the handle at k."""
    net, view = _net(state), View(whole(state, K), whole(state, ROUND))
    rewind_slider(net, key=f"{key}-rewind-{net.net}-{view.step}-{view.round}", view=held(view, net))


def facts(state: State) -> Facts:
    """Errors of the ticket from k and of the whole net."""
    net = _net(state)
    view = held(View(whole(state, K), whole(state, ROUND)), net)
    errors, dense = net.errors(view.round, view.step), list(net.dense.values())
    mean = sum(errors.values()) / len(errors)
    return {
        "source": seeds(len(errors), word(state, NET)), "k": str(view.step), "left": f"{net.density[view.round]:.1%}",
        "error": f"{mean:.2%}", "dense": f"{sum(dense) / len(dense):.2%}", "steps": f"{net.budget:,}",
        "verdict": judge(net.gap(errors)), "times": f"{mean / (sum(dense) / len(dense)):.1f}",
    }


def _first(state: State) -> Truth:
    net, level = _net(state), whole(state, ROUND)
    step = first_matching(net, level)
    if step is None:
        raise LookupError("no step surely matches")
    return Truth(step, f"Step {step} of {net.budget:,} is the first from which the ticket surely {MATCHES}: at most "
                 f"0.2 points above the whole net's error, over {len(net.errors(level, step))} seeds.")


SCENE = Scene("rewind", "The rewind slider", "limits", (NET, K, ROUND), mount, facts, {"first_step": _first},
              chart=lambda state: rewind_charts.errors(_net(state)))
