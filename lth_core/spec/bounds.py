"""What each field of a Spec may hold, and how a refusal says it."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePath
from typing import Any, get_args, get_origin, get_type_hints

from lth_core.spec.names import completed, is_own


class SpecError(ValueError):
    """A Spec that cannot be run. Names the field, the value and what would be allowed.

    >>> from lth_core.spec import Pruning
    >>> try:
    ...     check_fields(Pruning(rate=1.0), "pruning.")
    ... except SpecError as error:
    ...     error.path, error.value, error.allowed
    ('pruning.rate', 1.0, 'a number above 0 and below 1')
    """

    def __init__(self, path: str, value: object, allowed: str) -> None:
        super().__init__(f"{path} = {shown(value)} is not allowed: {allowed}")
        self.path, self.value, self.allowed = path, value, allowed


def shown(value: object) -> str:
    """`value` for a message: short, whatever a stranger put into a URL or a file. The name of a file whole: its end
    tells it from others.

    >>> shown("x" * 200)[-5:], len(shown(PurePath("x" * 200)))
    ('xx...', 202)
    """
    if isinstance(value, PurePath):
        return repr(str(value))
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # whole numbers beyond 4,300 digits, very deep lists
        text = f"a {type(value).__name__} too large to show"
    return text if len(text) <= 80 else text[:77] + "..."


@dataclass(frozen=True)
class Bounds:
    """What a field may hold: a closed or half-open number range, one of a few words, or a digest."""

    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    words: tuple[str, ...] = ()
    digits: int = 0  # of a digest, in hex
    own: str = ""  # kind of registered function (`own.registry`) whose full name may stand here too

    def admits(self, value: Any) -> bool:
        if self.digits:
            return isinstance(value, str) and (not value or bool(re.fullmatch(f"[0-9a-f]{{{self.digits}}}", value)))
        if self.words:
            return value in self.words or (self.own != "" and is_own(value))
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False  # NaN is neither above nor below anything, so the comparisons refuse it
        return (
            (self.least is None or value >= self.least)
            and (self.most is None or value <= self.most)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )

    def __str__(self) -> str:
        if self.digits:
            return f"nothing, or {self.digits} digits 0–9 a–f"
        if self.words:
            own = f", or a name registered with @lth.{self.own}" if self.own else ""
            return "one of " + ", ".join(self.words) + own
        low = f"above {self.above:g}" if self.above is not None else f"at least {self.least:,g}"
        high = f"below {self.below:g}" if self.below is not None else f"at most {self.most:,.12g}"
        return f"a number {low} and {high}"


# Marks a field that came after results were recorded: at its default it is left out of the canonical text, so that the
# keys of older Specs stay what they were.
LATER = {"later": True}


def number(default: Any, later: bool = False, **limits: Any) -> Any:
    """A numeric field (or a tuple of numbers) with its bounds."""
    return field(default=default, metadata={"bounds": Bounds(**limits)} | (LATER if later else {}))


def word(default: str, *words: str, own: str = "", later: bool = False) -> Any:
    """A field that holds one of a few words, or the name of a function of that kind of one's `own`."""
    return field(default=default, metadata={"bounds": Bounds(words=words, own=own)} | (LATER if later else {}))


class Naming:
    """A section in which the names of one's own functions get the digest of their source put behind them."""

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):  # type: ignore[arg-type]  # every section is a dataclass
            limits = item.metadata.get("bounds")
            if limits and limits.own:
                object.__setattr__(self, item.name, completed(limits.own, getattr(self, item.name)))


def digest() -> Any:
    """A field that holds a digest of 24 hex digits, or nothing; it came after results were recorded."""
    return field(default="", metadata={"bounds": Bounds(digits=24)} | LATER)


def bounds(section: type, name: str) -> Bounds:
    """The bounds of one field: what a slider, a URL parameter and a command-line flag all read.

    >>> from lth_core.spec import Pruning
    >>> str(bounds(Pruning, "rounds"))
    'a number at least 1 and at most 200'
    """
    for item in dataclasses.fields(section):
        if item.name == name:
            return item.metadata["bounds"]  # type: ignore[no-any-return]
    raise KeyError(f"{section.__name__} has no field {name}")


@lru_cache  # reading the annotations took half the time of a check
def hints(section: Any) -> dict[str, Any]:
    """The types of a section's fields."""
    return get_type_hints(section)


def check_fields(section: Any, prefix: str = "") -> None:
    """Raise SpecError for the first field of a section, or of one within it, that lies out of its bounds."""
    known = hints(type(section))  # type: ignore[arg-type]  # every class has a hash
    for item in dataclasses.fields(section):
        _check_value(prefix + item.name, getattr(section, item.name), known[item.name], item.metadata.get("bounds"))


def _check_value(path: str, value: Any, hint: Any, limits: Bounds | None) -> None:
    if dataclasses.is_dataclass(hint):
        if type(value) is not hint:
            raise SpecError(path, value, f"a {getattr(hint, '__name__', hint)}")
        check_fields(value, path + ".")
    elif get_origin(hint) is tuple:
        if not isinstance(value, tuple):
            raise SpecError(path, value, "a tuple")
        for position, part in enumerate(value):
            _check_value(f"{path}[{position}]", part, get_args(hint)[0], limits)
    elif hint is bool:
        if not isinstance(value, bool):
            raise SpecError(path, value, "true or false")
    elif limits and (not limits.admits(value) or (hint is int and not isinstance(value, int))):
        raise SpecError(path, value, str(limits).replace("a number", "a whole number") if hint is int else str(limits))
