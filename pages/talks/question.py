"""A question to the room: a number on a slider, one of a few options, or a curve drawn with a finger.

What is true is never written here. A question names a measure of its scene (`truths` in `pages/scenes`), which reads
it from recorded runs. Without a measure it asks for an opinion, and nothing is revealed but the room.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

KINDS = ("number", "choice", "curve")
TEXT, OPTION, UNIT, NAME = 500, 120, 20, 40  # characters at most
OPTIONS = 6  # at most: more do not fit on a phone
POINTS = 64  # of a drawn curve, at most


class QuestionError(ValueError):
    """A question that cannot be asked. field: which part of it; the message says what would be allowed."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


@dataclass(frozen=True)
class Truth:
    """What was measured. value: a number, the place of the right option (from 0), or the curve's points (x, y). told:
    one sentence with the number, its seeds and its protocol."""

    value: float | int | tuple[tuple[float, float], ...]
    told: str

    def to_json(self) -> dict[str, Any]:
        value = [list(point) for point in self.value] if isinstance(self.value, tuple) else self.value
        return {"value": value, "told": self.told}


@dataclass(frozen=True)
class Question:
    """kind: how it is answered. text: what is asked, plain. options: of a choice. least, most, step, unit: of a number,
    and of a curve's height. x_least, x_most, x_label: of a curve's width. truth: the measure that answers it, "" for an
    opinion.

    >>> Question("number", "How many of 200 win?", most=200).to_json()["most"]
    200
    """

    kind: str
    text: str
    options: tuple[str, ...] = ()
    least: float = 0
    most: float = 100
    step: float = 1
    unit: str = ""
    x_least: float = 0
    x_most: float = 100
    x_label: str = ""
    truth: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise QuestionError("kind", f"must be one of {', '.join(KINDS)}")
        if not 1 <= len(self.text.strip()) <= TEXT:
            raise QuestionError("text", f"must have 1 to {TEXT} characters")
        if self.kind == "choice" and not 2 <= len(self.options) <= OPTIONS:
            raise QuestionError("options", f"a choice needs 2 to {OPTIONS} of them")
        if any(not 1 <= len(option.strip()) <= OPTION for option in self.options):
            raise QuestionError("options", f"each must have 1 to {OPTION} characters")
        if len(set(self.options)) != len(self.options):
            raise QuestionError("options", "two of them are the same")
        for name, most in (("unit", UNIT), ("x_label", UNIT * 2), ("truth", NAME)):
            if len(getattr(self, name)) > most:
                raise QuestionError(name, f"must have at most {most} characters")
        self._check_range("least", "most")
        self._check_range("x_least", "x_most")
        if not 0 < self.step <= self.most - self.least:
            raise QuestionError("step", "must be above 0, and no larger than the range")

    def _check_range(self, low: str, high: str) -> None:
        ends = getattr(self, low), getattr(self, high)
        if not all(math.isfinite(end) and abs(end) <= 1e9 for end in ends) or ends[0] >= ends[1]:
            raise QuestionError(low, f"{low} and {high} must be numbers, the first below the second")

    def to_json(self, revealed: Truth | None = None) -> dict[str, Any]:
        """What a phone gets. The answer is in it only once it is `revealed`; the measure's name never is."""
        told: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "truth"}
        told["options"] = list(self.options)
        return told if revealed is None else told | {"truth": revealed.to_json()}

    def fault(self, answer: object) -> str:
        """Why a phone's `answer` is refused, empty when it is fine: a number, an option's place, or points from left
        to right.

        >>> Question("choice", "Which?", ("a", "b")).fault(2)
        'must be the place of an option, 0 to 1'
        """
        if self.kind == "choice":
            fine = isinstance(answer, int) and not isinstance(answer, bool) and 0 <= answer < len(self.options)
            return "" if fine else f"must be the place of an option, 0 to {len(self.options) - 1}"
        if self.kind == "number":
            fine = _within(answer, self.least, self.most)
            return "" if fine else f"must be a number, {self.least:g} to {self.most:g}"
        return "" if self._is_curve(answer) else f"must be 2 to {POINTS} points within the frame, from left to right"

    def _is_curve(self, answer: object) -> bool:
        if not isinstance(answer, (list, tuple)) or not 2 <= len(answer) <= POINTS:
            return False
        if not all(isinstance(point, (list, tuple)) and len(point) == 2 for point in answer):
            return False
        inside = all(_within(x, self.x_least, self.x_most) and _within(y, self.least, self.most) for x, y in answer)
        return inside and all(before[0] < after[0] for before, after in pairwise(answer))


def of_json(given: Mapping[str, Any]) -> Question:
    """The question in plain data (JSON, TOML). Raises QuestionError for a field that is missing, unknown or of another
    type."""
    known = {one.name: one.type for one in fields(Question)}
    for name, value in given.items():
        if name not in known:
            raise QuestionError(name, f"is not a part of a question; these are: {', '.join(known)}")
        if not _fits(name, value):
            raise QuestionError(name, "must be a list of texts" if name == "options" else
                                "must be a number" if known[name] == "float" else "must be a text")
    for name in ("kind", "text"):
        if name not in given:
            raise QuestionError(name, "is missing")
    return Question(**{**given, "options": tuple(given.get("options", ()))})


def _fits(name: str, value: object) -> bool:
    kind = next(one.type for one in fields(Question) if one.name == name)
    if name == "options":
        return isinstance(value, (list, tuple)) and all(isinstance(option, str) for option in value)
    return isinstance(value, str) if kind == "str" else isinstance(value, (int, float)) and not isinstance(value, bool)


def _within(value: object, least: float, most: float) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and least <= value <= most  # type: ignore[operator]  # NaN is neither
