"""`lth bench`: how fast this machine trains."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from lth_core.cli.arguments import AsJson
from lth_core.cli.printing import out


def bench(
    quick: Annotated[bool, typer.Option("--quick", help="Under 40 seconds, without the paper's protocol")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure the engine against a plain PyTorch loop on this machine, interleaved, medians."""
    from lth_core import bench as benchmark

    figures = benchmark.run(quick)
    print(json.dumps(figures)) if as_json else out.print(table(figures))


def table(figures: Mapping[str, Any]) -> Table:
    """The figures beside what they should reach, and as multiples of the plain loop in the same run."""
    from lth_core import bench as benchmark

    machine = figures["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    shown = Table(box=None, title_justify="left", caption_justify="left",
                  title=f"{machine['machine']['processor']}, {machine['threads']} cores, load {machine['load']:.1f}",
                  caption=_caption(figures["roofline"]) + f"\n{versions}")
    for name in ("figure", "measured", "should be", "plain loop ×"):
        shown.add_column(name, justify="left" if name == "figure" else "right")
    for name, value in {**figures["ratios"], "slope": figures["slope"]}.items():
        shown.add_row(name, f"{value:.2f} ×" if name != "slope" else f"{value:.2f}", f"≥ {benchmark.LEAST[name]:g}", "")
    for name, value in {**figures["seconds"], "rss_mb": figures["rss_mb"]}.items():
        unit = "MB" if name == "rss_mb" else "s"
        limit = f"≤ {benchmark.MOST[name]:g} {unit}" if name in benchmark.MOST else ""
        plain = figures["plain_seconds"].get(name)
        times = f"{plain / value:.1f}" if plain and value else ""
        shown.add_row(name, "not run" if value is None else f"{value:.2f} {unit}", limit, times)
    pace = figures["steps_per_second"]
    for name, value in pace.items():
        left, space, how = name.partition(" ")
        level = left if left in ("plain", "dense") else f"{left}%"
        shown.add_row(f"steps a second, {level}{space}{how}", f"{value:,.0f}", "", f"{value / pace['plain']:.1f}")
    return shown


def _caption(line: Mapping[str, float]) -> str:
    return (f"One thread: peak {line['peak_gflops']:.0f} GFLOP/s, copy {line['bandwidth_gb']:.0f} GB/s. "
            f"A dense step does {line['dense_mflop_step']:.1f} MFLOP at {line['dense_share_of_peak']:.0%} of the peak, "
            f"one at 3.6% {line['sparse36_mflop_step']:.2f} MFLOP at {line['sparse36_share_of_peak']:.0%}.")
