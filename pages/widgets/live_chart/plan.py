"""Which of a run's measured points become which line."""

from __future__ import annotations

from dataclasses import dataclass

from pages.figures import palette


@dataclass(frozen=True)
class LiveLine:
    """One line: `measure` of the points of `condition` ("" for any), named and coloured as in the recorded chart.
    meanwhile: what stands in its place while a training goes on, of the plan's points on the way."""

    name: str
    role: str
    measure: str
    condition: str = ""
    meanwhile: str = ""

    def __post_init__(self) -> None:
        palette.style(self.role)  # an unknown role is a fault of the page: say so at once


@dataclass(frozen=True)
class Plan:
    """Points of `stage` (`train`, `cell`, `rung` …) at `x`: `step`, `round`, the name of a measure, or `1/` before it.

    When x is `step` there is a curve a round: the latest stands out, earlier ones stay as thin lines. meanwhile: the
    stage of points on the way, if any: each takes the place of the last at its x, until the one of `stage` comes.

    >>> Plan("train", "step", (LiveLine("test accuracy", "training", "test_accuracy"),)).x
    'step'
    """

    stage: str
    x: str
    lines: tuple[LiveLine, ...]
    meanwhile: str = ""
