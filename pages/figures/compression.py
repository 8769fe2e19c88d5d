"""The lab of Deep Compression: bytes of every file as bars, accuracy by bits, and what a weight takes."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np

from lth_core import said
from lth_core.intervals import Interval, accuracies, mean_ci
from lth_core.ledger.compression import Squeezed
from lth_core.once import once
from pages.figures import labs, palette
from pages.figures.chart import Axis, Chart, Line, Mark

RECORD = "python -m lth_core record deep-compression"

STAGES = {  # stage → (what it is called, what other packers get to pack)
    "whole": ("1 · The whole net", "whole"),
    "pruned": ("2 · Pruned", "pruned"),
    "tuned": ("3 · Weights share values", "tuned"),
    "huffman": ("4 · Huffman's code", ""),
}
PACKERS = ("gzip", "zstd")
WEIGHTS, PLACES, REST = "kept", "lab", "dense"  # roles of the parts of a file
PARTS = {  # part → (its role, the columns that it adds up)
    "weights": (WEIGHTS, ("bytes_weights",)),
    "positions": (PLACES, ("bytes_indices",)),
    "rest": (REST, ("bytes_codebooks", "bytes_tables", "bytes_biases", "bytes_head")),
}


@dataclass(frozen=True)
class Bar:
    """One file. group: of STAGES. name: who wrote it. size: mean bytes over seeds. parts: bytes by part, if ours."""

    group: str
    name: str
    size: float
    parts: dict[str, float]


def bars(found: Squeezed) -> list[Bar]:
    """Every file of every stage, means over seeds."""
    rows = []
    for stage, (group, rivals) in STAGES.items():
        parts = {part: float(sum(found.stage(stage, column).mean() for column in columns))
                 for part, (_, columns) in PARTS.items()} if stage != "whole" else {}
        name = "as it is, 4 bytes a number" if stage == "whole" else "our file"
        rows.append(Bar(group, name, float(found.stage(stage).mean()), parts))
        if rivals:
            rows += [Bar(group, packer, float(found.packer(rivals, packer).mean()), {}) for packer in PACKERS]
    return rows


def times(found: Squeezed, size: float) -> float:
    """How many times smaller than the whole net a file of `size` bytes is."""
    return float(found.stage("whole").mean()) / size


def kb(size: float) -> str:
    """Bytes as a reader wants them.

    >>> kb(31_947.2), kb(1_066_440)
    ('31.9 KB', '1,066.4 KB')
    """
    return f"{size / 1000:,.1f} KB"


def table(found: Squeezed) -> dict[str, list[str]]:
    """What the bars draw."""
    rows = bars(found)
    return {"net": [bar.group for bar in rows], "packed by": [bar.name for bar in rows],
            "bytes": [f"{bar.size:,.0f}" for bar in rows],
            "times smaller": [f"{times(found, bar.size):.1f}" for bar in rows],
            **{f"of them {part}": [f"{bar.parts[part]:,.0f}" if bar.parts else "–" for bar in rows] for part in PARTS}}


def told(found: Squeezed) -> str:
    """The bars in a sentence."""
    ours = {bar.group: bar.size for bar in bars(found) if bar.parts}
    steps = ", ".join(f"{group.split(' · ')[1].lower()} {kb(size)}" for group, size in ours.items())
    others = " and ".join(f"{packer} {kb(float(found.packer('tuned', packer).mean()))}" for packer in PACKERS)
    return (f"Bars: the whole net takes {kb(float(found.stage('whole').mean()))}. In our files: {steps}. Of the shared "
            f"values {others}.")


# ── the bars as a picture ────────────────────────────────────────────────────────────────────────────────────────

WIDE, EDGE, THICK, STEP, HEAD = 430, 6, 12, 37, 26  # pixels: picture, margin, a bar, from bar to bar, a group's title
CLOSER = 8  # bars after the first group are drawn so many times wider, or nobody could tell them apart


@once(16)
def svg(found: Squeezed, theme: str, colours: str = palette.DEFAULT) -> str:
    """The bars as SVG text, a group a stage; our files fall into weights, positions and the rest."""
    ink, quiet, largest = palette.TEXT[theme], palette.MUTED[theme], float(found.stage("whole").max())
    parts, y, before = [_legend(ink, colours)], 34, ""
    for bar in bars(found):
        if bar.group != before:
            note = f", drawn {CLOSER} times wider from here on" if before == next(iter(STAGES.values()))[0] else ""
            parts.append(f'<text x="{EDGE}" y="{y + 16}" fill="{ink}"><tspan font-weight="600">{escape(bar.group)}'
                         f'</tspan><tspan fill="{quiet}">{note}</tspan></text>')
            before, y = bar.group, y + HEAD
        zoom = 1 if bar.group == STAGES["whole"][0] else CLOSER
        parts.append(_bar(found, bar, y, zoom * (WIDE - 2 * EDGE) / largest, ink, colours))
        y += STEP
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {y}" role="img" font-family="sans-serif" '
            f'font-size="13" aria-label="{escape(told(found))}">{"".join(parts)}</svg>')


def _bar(found: Squeezed, bar: Bar, y: int, scale: float, ink: str, colours: str) -> str:
    """One file: its words above, its length below."""
    words = f"{bar.name} · {kb(bar.size)}" + ("" if bar.size == found.stage("whole").mean() else
                                              f" · {times(found, bar.size):.1f} times smaller")
    drawn, x = [], float(EDGE)
    for part, size in (bar.parts or {"": bar.size}).items():
        role = PARTS[part][0] if part else "losing"
        paint = (f'fill="{palette.style(role, colours).colour}"' if part else
                 f'fill="none" stroke="{palette.style(role, colours).colour}" stroke-width="1.5"')
        drawn.append(f'<rect x="{x:.1f}" y="{y + 18}" width="{max(size * scale - 1, 0.5):.1f}" height="{THICK}" '
                     f'{paint}/>')
        x += size * scale
    return f'<text x="{EDGE}" y="{y + 12}" fill="{ink}">{escape(words)}</text>{"".join(drawn)}'


def _legend(ink: str, colours: str) -> str:
    """What the colours of our files mean."""
    drawn, x = [], EDGE
    for part, (role, _) in PARTS.items():
        drawn.append(f'<rect x="{x}" y="6" width="12" height="12" fill="{palette.style(role, colours).colour}"/>'
                     f'<text x="{x + 17}" y="17" fill="{ink}">{part}</text>')
        x += 32 + 8 * len(part)
    drawn.append(f'<rect x="{x + 1}" y="7" width="11" height="11" fill="none" stroke-width="1.5" '
                 f'stroke="{palette.style("losing", colours).colour}"/><text x="{x + 17}" y="17" fill="{ink}">'
                 "other packers</text>")
    return "".join(drawn)


# ── charts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def by_bits(found: Squeezed) -> Chart:
    """Test accuracy against bits of a weight, as k-means leaves the values and with the values trained."""
    bits = np.array(found.bits, np.float64)

    def line(name: str, role: str, column: str) -> Line:
        return Line.with_interval(name, role, bits, np.array([found.tried(int(one), column) for one in bits]).T,
                                  accuracies)

    least, most = found.bits[0], found.bits[-1]
    gains = [100 * (found.tried(one, "test_accuracy") - found.tried(one, "kmeans_test_accuracy")).mean()
             for one in (least, most)]
    return Chart("How many values need the weights share?",
                 f"training the shared values lifts the net by {gains[0]:.1f} points at {2**least} values a layer and "
                 f"by {gains[1]:.1f} at {2**most}",
                 Axis("bits of a weight"), labs.ACCURACY,
                 (line("values trained", "lab", "test_accuracy"),
                  line("values as k-means finds them", "lab-variant", "kmeans_test_accuracy")),
                 (Mark("whole net, trained as long", "dense", y=float(found.trained("dense-longer").mean())),),
                 source(found))


def live(found: Squeezed, title: str) -> Chart:
    """Kilobytes by stage, behind the points of a live run."""
    stages = ("whole", "pruned", "shared", "tuned", "huffman")
    sizes = np.array([found.stage(name) for name in stages]).T / 1000
    return Chart(title, f"behind it the recorded means of {found.seeds} seeds",
                 Axis("stage: 0 whole, 1 pruned, 2 shared, 3 tuned, 4 Huffman"), Axis("file", unit="KB", log=True),
                 (Line.with_interval("recorded", "dense", np.arange(5.0), sizes, mean_ci),), (), source(found))


def source(found: Squeezed) -> str:
    """How the runs were made, in a sentence."""
    spec = found.results[0].spec
    own, sizes = spec.to_dict(), "-".join(map(str, spec.net.sizes))
    return (f"{sizes} on MNIST, {spec.training.steps:,} steps of Adam at "
            f"{spec.training.lr:g}, one cut, {own['retrain_steps']:,} steps more, shared values trained for "
            f"{own['tune_steps']}; {found.seeds} seeds, bands: 95% intervals of the mean (Student's t).")


# ── tables and sentences ─────────────────────────────────────────────────────────────────────────────────────────


def ratio(value: Interval) -> str:
    """How many times, with its interval.

    >>> ratio(Interval(33.4, 33.1, 33.7, 5))
    '33.4 ± 0.3'
    """
    return f"{value.mean:.1f}" + (f" ± {value.half:.1f}" if value.known else "")


def tried(found: Squeezed) -> dict[str, list[str]]:
    """A row for each number of bits: values, file, accuracy."""
    return {"bits a weight": [str(bits) for bits in found.bits],
            "values a layer": [str(2**bits) for bits in found.bits],
            "file": [kb(float(found.tried(bits, "bytes").mean())) for bits in found.bits],
            "times smaller": [ratio(found.smaller(bits)) for bits in found.bits],
            "test accuracy": [said.percent(found.reads(bits)) for bits in found.bits],
            "against the whole net": [labs.points(found.lost(bits)) for bits in found.bits]}


PAPER = {"fc1": (8, 4.4, 3.7), "fc2": (9, 4.4, 4.3), "fc3": (26, 4.3, 3.2)}  # Han et al. 2016, table 2: % left, bits


def by_layer(found: Squeezed) -> list[dict[str, str]]:
    """A row a layer: bits that a weight and its position take in Huffman's code, here and in the paper's table 2."""
    rows = []
    for layer, (left, weight, index) in PAPER.items():
        share = found.layer(layer, "kept").mean / found.layer(layer, "weights").mean
        rows.append({"Layer": layer, "weights left": f"{share:.1%}", "in the paper": f"{left}%",
                     "bits of a weight": f"{found.layer(layer, 'weight_bits_huffman').mean:.1f}",
                     "in the paper ": f"{weight}",
                     "bits of a position": f"{found.layer(layer, 'index_bits_huffman').mean:.1f}",
                     "in the paper  ": f"{index}"})
    return rows


def best_index(found: Squeezed) -> tuple[int, int]:
    """The bits of a gap that give the smallest file, with shared values and in Huffman's code."""
    tried_bits = sorted(map(int, found.results[0].tables["index"]["index_bits"]))
    fixed, huffman = (min(tried_bits, key=lambda bits: found.index(bits, column).mean())
                      for column in ("bytes_fixed", "bytes_huffman"))
    return fixed, huffman
