"""Chapter 4's three explanations, each as a measurement: signs, sizes, connections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lth_core import graphs
from lth_core.data import mnist
from lth_core.explain import starting_signals, typical_size
from lth_core.ledger.runs import Runs, moved
from lth_core.nets.params import initial, layer_names, weight_names
from lth_core.once import once
from lth_core.results.deaths import masks_at
from lth_core.results.result import Result
from lth_core.running.conditions import begin
from lth_core.spec import Condition
from pages.figures import graph_svg, palette
from pages.figures.chart import Axis, Chart, Line, Mark
from pages.figures.conditions import ROUNDS, landmarks, source
from pages.figures.rounds import lottery, points
from pages.figures.runs import KINDS

SHARE = Axis("same sign before and after training", percent=True, range=(0.4, 1.0))
FATES = (("kept", "kept"), ("pruned", "random"))  # which weights, and the palette's role


def watched(runs: Runs) -> bool:
    """Does the record say where training carried the weights?"""
    return all("movement" in result.tables for result in runs.results)


# ── signs ────────────────────────────────────────────────────────────────────────────────────────────────────────


def agreement(runs: Runs, layer: str) -> Chart:
    """Share of weights that end a round's training on the side of zero they began on: kept and pruned ones."""
    grids = {fate: moved(runs, layer, f"sign_agreement_{fate}") for fate, _ in FATES}
    lines = tuple(Line.over_seeds(f"{fate} by the cut after it", role, np.arange(grids[fate].shape[1]), grids[fate])
                  for fate, role in FATES)
    kept, pruned = (grid.mean(0) for grid in grids.values())
    takeaway = (f"in the dense net's training {kept[0]:.0%} of the weights that stay keep their sign, {pruned[0]:.0%} "
                f"of those that go; with {runs.density[-2]:.1%} left {kept[-1]:.0%} and {pruned[-1]:.0%}")
    return Chart(f"Signs in {layer}, {runs.budget}", takeaway, Axis("round"), SHARE, lines,
                 (Mark("a coin toss", "target", y=0.5),), source(runs), runs.origin)


def weights_rows(protocols: Sequence[Runs], layer: str) -> list[dict[str, str]]:
    """What training does to the weights of a layer that a cut keeps, and to those it takes, by each protocol."""
    later = protocols[0].nearest(0.107)
    ends = (("the first cut", 0), (f"the cut at {protocols[0].density[later]:.1%}", later))
    columns = [(f"{fate}, {runs.budget}", runs, fate) for runs in protocols for fate, _ in FATES]
    rows = [{f"In {layer}": f"same sign at the end, {name}",
             **{head: f"{moved(runs, layer, f'sign_agreement_{fate}').mean(0)[at]:.0%}"
                for head, runs, fate in columns}} for name, at in ends]
    rows += [{f"In {layer}": f"size at the start, {name} (average = 1)",
              **{head: f"{_relative(runs, layer)[fate].mean(0)[at]:.2f}" for head, runs, fate in columns}}
             for name, at in (ends[0], ("the last cut", -1))]
    return [*rows, {f"In {layer}": "moved during training, the first cut",
                    **{head: f"{moved(runs, layer, f'moved_{fate}')[:, 0].mean():.3f}"
                       for head, runs, fate in columns}}]


def turned(runs: Runs) -> float:
    """Share of the first layer's weights kept by the first cut that end on the other side of zero."""
    return 1 - float(moved(runs, "fc1", "sign_agreement_kept")[:, 0].mean())


def head_start(runs: Runs, layer: str, level: int) -> float:
    """How large the weights began that are left in round `level`, as a multiple of the layer's average."""
    return float(_relative(runs, layer)["kept"].mean(0)[level - 1])


def farther(runs: Runs) -> float:
    """How many times as far the whole net's training carried the first layer's weights that the first cut keeps as
    those it takes."""
    kept, pruned = (float(moved(runs, "fc1", f"moved_{fate}")[:, 0].mean()) for fate, _ in FATES)
    return kept / pruned


# ── sizes ────────────────────────────────────────────────────────────────────────────────────────────────────────


def sizes(runs: Runs, layer: str) -> Chart:
    """Mean |θ₀| of kept and pruned weights, as a multiple of the whole layer's."""
    grids = _relative(runs, layer)
    lines = tuple(Line.over_seeds(f"{fate} by the cut after it", role, np.arange(grids[fate].shape[1]), grids[fate])
                  for fate, role in FATES)
    kept = grids["kept"].mean(0)
    takeaway = (f"the weights kept by the first cut began {kept[0]:.2f} times as large as the layer's average, those "
                f"kept by the last {kept[-1]:.2f} times")
    return Chart(f"Sizes in {layer}, {runs.budget}", takeaway, Axis("round"),
                 Axis("mean size at the start, layer's average = 1"), lines,
                 (Mark("the layer's average", "target", y=1.0),), source(runs), runs.origin)


def _relative(runs: Runs, layer: str) -> dict[str, np.ndarray]:
    """Fate → mean |θ₀| as a multiple of the whole layer's, (seeds, rounds)."""
    net = lottery(runs.results[0]).net
    unit = typical_size(net, layer_names(net).index(layer))
    return {fate: moved(runs, layer, f"start_magnitude_{fate}") / unit for fate, _ in FATES}


SIGNAL_STEP = 4  # rounds between two levels: seven starts a condition and seed, half a second of computing in all
SIGNAL_SEEDS = 3
IMAGES = 64  # enough for a steady mean square


def signal_levels(runs: Runs) -> tuple[int, ...]:
    """Levels at which the starts' signals are computed."""
    return tuple(range(0, runs.levels + 1, SIGNAL_STEP))


@once(4)
def logit_sizes(runs: Runs, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Size of the logits before any training, relative to the dense net's of the same seed: (seeds, levels) each.

    Computed here and now from θ₀ and the recorded masks, on IMAGES test images; nothing is chosen by them.
    """
    images = mnist.part("t10k").images[:IMAGES].reshape(IMAGES, -1) / np.float32(255)
    rows = []
    for result in with_masks(runs)[:SIGNAL_SEEDS]:
        spec = lottery(result)
        loud = starting_signals(spec.net, spec.seed, deaths_of(result), names, signal_levels(runs), images)[:, :, -1]
        rows.append(loud / loud[:, :1])  # the first level is the dense net
    return {name: np.array([row[place] for row in rows]) for place, name in enumerate(names)}


def with_masks(runs: Runs) -> list[Result]:
    """The runs whose masks are in the record: five of a protocol's seeds."""
    return [result for result in runs.results if any(name.startswith("died/") for name in result.arrays)]


def logits(runs: Runs, measured: Mapping[str, np.ndarray]) -> Chart:
    """How large the outputs of each start are before it has learned anything."""
    levels = np.array(signal_levels(runs))
    lines = tuple(Line.over_seeds(KINDS[name].name, KINDS[name].role, levels, grid) for name, grid in measured.items())
    at = int(np.argmin(np.abs(levels - runs.nearest(0.036))))
    told = ", ".join(f"{KINDS[name].name} {grid.mean(0)[at]:.2g}" for name, grid in measured.items())
    seeds = len(next(iter(measured.values())))
    takeaway = f"with {runs.density[levels[at]]:.1%} left, dense net = 1: {told}"
    return Chart(f"How large the outputs are before training, masks of {runs.budget}", takeaway, ROUNDS,
                 Axis("size of the outputs at step 0, dense net = 1", log=True), lines, landmarks(runs),
                 f"Root mean square of the ten outputs over {IMAGES} test images, before training; {seeds} seeds; "
                 "computed from θ₀ and the recorded masks while this page was built; bands: lowest to highest seed.")


def deaths_of(result: Result) -> dict[str, np.ndarray]:
    """The recorded rounds of death by weight."""
    return {name: result.arrays[f"died/{name}"] for name in weight_names(result.spec.net)}


# ── connections ──────────────────────────────────────────────────────────────────────────────────────────────────

WIRINGS = ("ticket", "random", "random-global")


def paths(runs: Runs) -> Chart:
    """Ways from a pixel to an output, as a power of ten; a line ends where some seed has none left."""
    levels = np.arange(1, runs.levels + 1)
    lines, told = [], []
    for name in WIRINGS:
        grid = runs.grid(name, "log10_paths")[:, 1:]
        cut = np.flatnonzero(~np.isfinite(grid).all(0))
        until = int(cut[0]) if cut.size else runs.levels
        lines.append(Line.over_seeds(KINDS[name].name, KINDS[name].role, levels[:until], grid[:, :until]))
        told.append(f"{KINDS[name].name} {10 ** grid[:, until - 1].mean():,.0f} with {runs.density[until]:.1%} left"
                    + (", then none in some seed" if cut.size else ""))
    return Chart("Paths from pixel to answer", "; ".join(told), ROUNDS, Axis("log₁₀ of the number of paths"),
                 tuple(lines), landmarks(runs), source(runs), runs.origin)


def dead(runs: Runs) -> Chart:
    """Hidden units without a way in or out."""
    levels, hidden = np.arange(1, runs.levels + 1), sum(lottery(runs.results[0]).net.sizes[1:-1])
    grids = {name: runs.grid(name, "dead_units")[:, 1:] for name in WIRINGS}
    lines = tuple(Line.over_seeds(KINDS[name].name, KINDS[name].role, levels, grid) for name, grid in grids.items())
    told = ", ".join(f"{KINDS[name].name} {grid[:, -1].mean():.0f}" for name, grid in grids.items())
    return Chart("Dead units", f"of {hidden} hidden units, with {runs.density[-1]:.1%} left: {told}", ROUNDS,
                 Axis("hidden units without a way in or out"), lines, landmarks(runs), source(runs), runs.origin)


def dead_sentence(runs: Runs) -> str:
    """In the sparsest nets: how far ticket and random structure are apart in dead units, and in accuracy."""
    last, hidden = runs.levels, sum(lottery(runs.results[0]).net.sizes[1:-1])
    mine, other = (float(runs.grid(name, "dead_units")[:, last].mean()) / hidden for name in ("ticket", "random"))
    lost = float(runs.gap("random", last).mean)
    return (f"After {runs.budget}, with {runs.density[last]:.1%} left, {mine:.0%} of the ticket's hidden units are "
            f"dead, and {other:.0%} of the random structure's. The ticket reads {points(lost, 0).lstrip('+')} more"
            + (", so dead units cannot be the whole reason." if lost > 2 * abs(other - mine) else "."))


def output(runs: Runs, names: Sequence[str] = ("ticket", "random-global")) -> Chart:
    """Weights left in the output layer: where a layer collapses first."""
    levels, total = np.arange(1, runs.levels + 1), int(runs.grid("ticket", "fc3.kept")[0, 0])
    grids = {name: runs.grid(name, "fc3.kept")[:, 1:] for name in names}
    lines = tuple(Line.over_seeds(KINDS[name].name, KINDS[name].role, levels, grid) for name, grid in grids.items())
    told = ", ".join(f"{KINDS[name].name} {grid[:, -1].mean():.0f}" for name, grid in grids.items())
    takeaway = f"of {total:,} weights to the ten outputs, with {runs.density[-1]:.1%} left: {told}"
    return Chart("A layer collapses", takeaway, ROUNDS,
                 Axis("weights left in the output layer", log=True), lines, landmarks(runs), source(runs), runs.origin)


@once(64)
def silent(runs: Runs, name: str, level: int) -> np.ndarray:
    """Digits whose output has no way from any pixel, so that the net says the same of every image: one count a seed
    whose masks are recorded."""
    counts = []
    for result in with_masks(runs):
        spec = lottery(result)
        start = begin(Condition(name), spec.net, spec.seed, level, masks_at(deaths_of(result), level),
                      initial(spec.net, spec.seed))
        counts.append(int(np.count_nonzero(graphs.dead_units(start.mask)[-1])))
    return np.array(counts)


def wiring_sentence(runs: Runs, level: int) -> str:
    """Pixels, dead units and the smallest layer at one level."""
    def mean(name: str, column: str) -> str:
        return f"{runs.grid(name, column)[:, level].mean():,.0f}"

    sizes = lottery(runs.results[0]).net.sizes
    return (
        f"After {runs.budget}, with {runs.density[level]:.1%} left, {mean('ticket', 'dead_units')} of the ticket's "
        f"{sum(sizes[1:-1])} hidden units are dead, and {mean('random', 'dead_units')} of the random structure's. The "
        f"ticket still reads {mean('ticket', 'live_inputs')} of {sizes[0]} pixels, the random structure "
        f"{mean('random', 'live_inputs')}."
    )


def collapse_sentence(runs: Runs) -> str:
    """What happens to the sparsest masks that were dealt over the whole net."""
    last = runs.levels
    quiet, own = silent(runs, "random-global", last), silent(runs, "ticket", last)
    return (
        "If a random mask ignores the layers, the output layer runs out of weights first. After "
        f"{runs.budget} a round, with {runs.density[last]:.1%} left, {quiet.mean():.1f} of the ten digits on average "
        f"have no connection to any pixel ({quiet.size} seeds). In the ticket it is {own.mean():.1f}."
    )


@once(64)
def wirings(result: Result, level: int, colours: str = palette.DEFAULT) -> dict[str, tuple[str, str]]:
    """The drawable net's masks at `level` as pictures: condition → (SVG, sentence)."""
    spec, theta0 = lottery(result), initial(result.spec.net, result.spec.seed)
    mask = masks_at(deaths_of(result), level)
    drawn = {}
    for name in ("ticket", "random"):
        start = begin(Condition(name), spec.net, spec.seed, level, mask, theta0)
        units = graphs.dead_units(start.mask)
        lost = sum(int(np.count_nonzero(layer)) for layer in units[1:-1])
        sentence = (
            f"{KINDS[name].name.capitalize()}: {start.mask.kept:,} of {start.mask.total:,} weights, "
            f"{lost} of {sum(spec.net.sizes[1:-1])} hidden units dead, "
            f"{int(np.count_nonzero(~units[0]))} of {spec.net.sizes[0]} pixels read, "
            f"{graphs.paths(start.mask):,} paths."
        )
        picture = graphs.graph(graphs.edges(start.params, start.mask), spec.net.sizes)
        drawn[name] = graph_svg.svg(picture, sentence, colours=colours), sentence
    return drawn
