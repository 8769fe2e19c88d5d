"""What popular accounts say in figures, each answered by the record: one function a statement, in Markdown."""

from __future__ import annotations

from lth_core.intervals import Interval, leads
from lth_core.ledger.lenet import EPOCHS, Convergence
from lth_core.ledger.outcome import Outcome
from lth_core.ledger.rewound import Rewound
from lth_core.ledger.runs import at_step
from lth_core.nets.layers import weight_count
from lth_core.said import points
from lth_core.spec import Net
from pages.figures import rewind_charts
from pages.figures.ladder import WidthFacts
from pages.figures.shrinking import QUOTED, shrinking
from pages.figures.sweep import Sweep


def thousandfold(fits: WidthFacts, images: int) -> str:
    """ "Ten million weights where ten thousand suffice." images: that LeNet learns from."""
    total = weight_count(Net())
    if not fits.always_weights:
        return f"No net measured here fits all {fits.examples:,} images from every seed."
    return (
        "Popular accounts say that ten million weights are used where ten thousand would do. We know of no measurement "
        f"of both on one task. Here **{fits.always_weights:,}** weights fit {fits.examples:,} images, from every seed. "
        f"LeNet-300-100, the paper's net, has {total:,}, **{total / fits.always_weights:.0f}** times as many. But it "
        f"also learns from {images / fits.examples:.0f} times as many images."
    )


def counted() -> str:
    """ "9,300 of 266,000 weights": what fifteen rounds leave, weight by weight."""
    law = shrinking(Net(), 0.2, max(QUOTED), 0.1)
    return (f"“9,300 of 266,000 weights”, as some accounts have it, is the formula too. Counted it is "
            f"**{sum(law.layers[-1]):,} of {law.total:,}**.")


def enough(found: Outcome) -> str:
    """C8, "5 to 10% of the weights are enough", as the ledger judged it."""
    return found.why


def catches_up(case: Sweep, table: Convergence) -> str:
    """ "Fresh weights never catch up": reinit beside the dense net, epoch by epoch."""
    last = max(table.cells["reinit"])
    ours, dense = (100 * table.cells[name][last].mean for name in ("reinit", "dense"))
    runs, level = case.runs, case.runs.nearest(table.density)
    ends = leads(runs.grid("reinit", "test_accuracy")[:, level], runs.grid("ticket", "test_accuracy")[:, 0])
    gap = _apart(case, last, level)
    come = "stay behind" if gap.below() else "come so close that these seeds cannot tell them apart"
    end = ("surely behind after all, by a fraction of a point" if ends.below() and ends.centre > -0.01 else
           "surely behind" if ends.below() else "no sure difference")
    return (f"In it fresh weights never catch up with the whole net. Ours {come} after {last} epochs: they read "
            f"**{ours:.2f}%**, the whole net {dense:.2f}%. After all {runs.budget} the difference is {points(ends)}: "
            f"{end}.")


def _apart(case: Sweep, epoch: int, level: int) -> Interval:
    """Reinit − dense after so many epochs, within seeds."""
    reinit, dense = (at_step(case.runs, name, EPOCHS[epoch], "test_accuracy") for name in ("reinit", "ticket"))
    return leads(reinit[:, level], dense[:, 0])


def order(net: Rewound) -> str:
    """Who is stable first, where that is not as in the paper; else nothing."""
    hills = rewind_charts.hills(net)
    found = rewind_charts.calm(hills.lines) if hills else {}
    whole = found.get("whole net")
    ticket = next((step for name, step in found.items() if name.endswith("left")), None)
    if whole is None or ticket is None or whole >= ticket:
        return ""
    return "In the paper sparse nets become stable before whole ones. Not so here: the whole net is first."
