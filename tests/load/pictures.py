"""Where time goes, as pictures for docs/performance.md: `python -m tests.load.pictures docs/pictures [NAME …]`.

`training.svg`: a flame graph of one LeNet training by the paper's protocol. `rerun.svg`: of chapter 1's reruns.
`roofline.svg`: what a step computes against what the machine could do, from the figures of `lth_core.bench`.
"""

from __future__ import annotations

import math
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from types import FrameType

RERUNS = 40
EVERY = 0.004  # seconds between two looks at all threads
WAITING = ("threading.py", "queue.py", "selectors.py", "concurrent/futures/thread.py", "concurrent/futures/_base.py",
           "testing/v1/local_script_runner.py")
WIDE, ROW, TEXT, LEAST = 1_000, 18, 6.3, 0.004  # pixels, pixels a row and a letter; share of a frame that is drawn
HUES = {"lth_core": "#c7dbc0", "pages": "#c9d8ee", "streamlit": "#f0d9b5", "numpy": "#e3d3ea"}
OUTSIDE = ("<frozen runpy>", "runpy", "threading", "thread", "pictures")  # on the way to what is measured
Stack = tuple[str, ...]


def sampled(act: Callable[[], object]) -> Counter[Stack]:
    """Run `act`; how often each stack of functions was seen at work in any thread. Threads that wait are not counted:
    the kernels give Python's lock away, so that they are seen as well."""
    seen: Counter[Stack] = Counter()
    done = threading.Event()

    def look() -> None:
        mine = threading.get_ident()
        while not done.wait(EVERY):
            for thread, frame in sys._current_frames().items():
                if thread != mine and not frame.f_code.co_filename.endswith(WAITING):
                    seen[stack(frame)] += 1

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    act()
    done.set()
    watcher.join()
    return seen


def stack(frame: FrameType | None) -> Stack:
    """Names from the outermost to the innermost function that is ours or a library's; the way to `act` left out."""
    names: list[str] = []
    while frame is not None:
        code = frame.f_code
        names.append(f"{module(code.co_filename)}.{code.co_name}")
        frame = frame.f_back
    names.reverse()
    return tuple(name for name in names if name.split(".")[0] not in OUTSIDE)


def module(file: str) -> str:
    """`lth_core/training/trial.py` and `…/site-packages/numpy/linalg/x.py` as dotted names."""
    parts = Path(file).with_suffix("").parts
    for root in ("site-packages", "lth_core", "pages"):
        if root in parts:
            at = parts.index(root)
            return ".".join(parts[at + (root == "site-packages"):][:4])
    return parts[-1] if parts else file


def flame(seen: Mapping[Stack, int], title: str) -> str:
    """An icicle: the outermost function at the top, width is time; text can be searched, hovering tells all."""
    total, rects = sum(seen.values()), list[str]()
    deep = 0

    def draw(stacks: Mapping[Stack, int], depth: int, left: float) -> None:
        nonlocal deep
        groups: dict[str, Counter[Stack]] = {}
        for path, count in stacks.items():
            if path:
                groups.setdefault(path[0], Counter())[path[1:]] += count
        for name, inner in sorted(groups.items(), key=lambda item: -sum(item[1].values())):
            share = sum(inner.values()) / total
            if share >= LEAST:
                deep = max(deep, depth)
                rects.append(block(name, share, left, depth))
                draw(inner, depth + 1, left)
            left += share * WIDE

    draw(seen, 0, 0.0)
    return svg(WIDE, 30 + ROW * (deep + 1), title, rects)


def block(name: str, share: float, left: float, depth: int) -> str:
    """One function: a rectangle with as much of its name as fits."""
    width, top = share * WIDE, 28 + ROW * depth
    room = int((width - 4) / TEXT)
    shown = name if len(name) <= room else name.split(".")[-1]
    text = escape(shown[:room]) if room > 3 else ""
    hue = HUES.get(name.split(".")[0], "#dddddd")
    label = f'<text x="{left + 3:.1f}" y="{top + 13}">{text}</text>' if text else ""
    return (f'<g><title>{escape(name)}: {share:.1%}</title><rect x="{left:.1f}" y="{top}" '
            f'width="{max(0.5, width - 0.5):.1f}" height="{ROW - 1}" fill="{hue}"/>{label}</g>')


def svg(width: int, height: int, title: str, parts: Sequence[str]) -> str:
    """A picture that is legible on light and dark paper."""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
            f'font-size="11"><rect width="100%" height="100%" fill="#ffffff"/><text x="4" y="18" font-size="14">'
            f'{escape(title)}</text>\n' + "\n".join(parts) + "\n</svg>\n")


def roofline(peak: float, copied: float, points: Mapping[str, tuple[float, float]]) -> str:
    """peak: GFLOP/s of one thread; copied: GB/s. points: what → (FLOP a byte of weights and moments, GFLOP/s)."""
    left, right, top, bottom = 70, 960, 40, 400
    low, high, floor, roof = -1.0, 2.0, -0.5, math.log10(2 * peak)

    def x(intensity: float) -> float:
        return left + (math.log10(intensity) - low) / (high - low) * (right - left)

    def y(pace: float) -> float:
        return bottom - (math.log10(pace) - floor) / (roof - floor) * (bottom - top)

    knee = peak / copied
    start = max(10**low, 10**floor / copied)
    parts = [f'<path d="M{x(start):.0f} {y(copied * start):.0f}L{x(knee):.0f} {y(peak):.0f}H{right}" fill="none" '
             f'stroke="#333333" stroke-width="2"/>',
             f'<text x="{x(knee) + 20:.0f}" y="{y(peak) - 6:.0f}">peak of one thread, {peak:.0f} GFLOP/s</text>',
             f'<text x="{x(start) + 10:.0f}" y="{y(copied * start):.0f}">memory, {copied:.0f} GB/s</text>']
    parts += [f'<text x="{x(10**power):.0f}" y="{bottom + 18}" text-anchor="middle">{10.0**power:g}</text>'
              for power in range(int(low), int(high) + 1)]
    parts += [f'<text x="{left - 8}" y="{y(line) + 4:.0f}" text-anchor="end">{line}</text>'
              f'<path d="M{left} {y(line):.0f}H{right}" stroke="#cccccc"/>' for line in (1, 10, 100)]
    for name, (intensity, pace) in points.items():
        parts.append(f'<circle cx="{x(intensity):.0f}" cy="{y(pace):.0f}" r="5" fill="#2c7a4b"/><text '
                     f'x="{x(intensity) - 20:.0f}" y="{y(pace) + 20:.0f}">{escape(name)}: {pace:.1f} GFLOP/s</text>')
    parts.append(f'<text x="{(left + right) / 2}" y="{bottom + 38}" text-anchor="middle">operations for each byte of '
                 f'weights and moments that a step reads and writes</text>')
    return svg(WIDE, bottom + 50, "One training step of LeNet-300-100 against the machine, GFLOP/s", parts)


def training(steps: int = 50_000) -> None:
    from lth_core import engine
    from lth_core.cores import cores
    from lth_core.experiments import Dense

    engine.run(Dense(training=replace(Dense().training, steps=steps)), engine.Options(cores()))


def reruns() -> Callable[[], None]:
    from tests.app.harness import open_page

    page = open_page("pages/1_the_paradox.py")

    def again() -> None:
        for _ in range(RERUNS):
            page.run()

    return again


def machine() -> str:
    """The roofline from the same measures as `python -m lth_core bench`, without whole experiments."""
    from lth_core import bench
    from lth_core.data import load
    from lth_core.spec import Data
    from lth_core.training.backends import prepare

    data = prepare(load(Data(), 0))
    masks = bench.levels(data)
    pace = bench.interleaved(bench.runners(data, masks), bench.QUICK_TURNS)
    line = bench.roofline(data, masks, pace)
    points = {}
    for name, told in (("dense", "dense"), ("3.6", "sparse36")):
        done = 1e6 * line[f"{told}_mflop_step"]
        moved = masks[name].kept * 4 * 6  # bytes: weight and two moments, each read and written
        points[f"{name}{'' if name == 'dense' else '% left'}"] = done / moved, done / pace[name] / 1e9
    return roofline(line["peak_gflops"], line["bandwidth_gb"], points)


def main(folder: str, *names: str) -> None:
    training(1)  # loads the kernels
    pictures = {
        "training": lambda: flame(sampled(training), "One training of LeNet-300-100, 50,000 steps"),
        "rerun": lambda: flame(sampled(reruns()), "Chapter 1 drawn again"),
        "roofline": machine,
    }
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    for name in names or pictures:
        (out / f"{name}.svg").write_text(pictures[name](), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
