"""The kinds of parameters that an address can hold: what each accepts, and what a reader is told of any other text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st


def write(name: str, text: str) -> None:
    """Write a parameter into the address; nothing leaves no trace there, and what is there already is left alone."""
    if not text:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != text:
        st.query_params[name] = text


@dataclass(frozen=True)
class Choice:
    """A parameter that holds one of a few words, as the reader sees them on the control.

    The words themselves, because a widget bound to the address matches what it shows: a `format_func` would put its
    output into the address.
    """

    name: str
    words: tuple[str, ...]
    default: str

    def fault(self, text: str) -> str:
        """Why `text` is refused, empty when it is fine.

        >>> Choice("depth", ("Gist", "How"), "How").fault("deep")
        'depth must be one of Gist, How; using How'
        """
        if text in self.words:
            return ""
        return f"{self.name} must be one of {', '.join(self.words)}; using {self.default}"


@dataclass(frozen=True)
class Whole:
    """A parameter that holds a whole number between bounds, both included."""

    name: str
    least: int
    most: int
    default: int

    def fault(self, text: str) -> str:
        """Why `text` is refused, empty when it is fine.

        >>> Whole("seed", 0, 4, 0).fault("-1")
        'seed must be a whole number from 0 to 4; using 0'
        """
        # isascii: Python reads "٣" as 3 too, but no link of ours writes it so. Ten digits are plenty for any bound.
        digits = text.isascii() and text.isdigit() and len(text) <= 10
        if digits and self.least <= int(text) <= self.most:
            return ""
        return f"{self.name} must be a whole number from {self.least} to {self.most}; using {self.default}"


@dataclass(frozen=True)
class Placed:
    """A parameter that holds a reader's bet: a whole number between bounds, or that it was skipped (−1)."""

    name: str
    least: int
    most: int

    def fault(self, text: str) -> str:
        """Why `text` is refused, empty when it is fine.

        >>> Placed("bet-rate", 0, 100).fault("skipped")
        ''
        >>> Placed("bet-rate", 0, 100).fault("101")
        'bet-rate must be a whole number from 0 to 100, or skipped; asking anew'
        """
        if text == "skipped" or not Whole(self.name, self.least, self.most, self.least).fault(text):
            return ""
        return f"{self.name} must be a whole number from {self.least} to {self.most}, or skipped; asking anew"

    def read(self) -> int | None:
        """The bet in the address, already checked; None when there is none."""
        text = st.query_params.get(self.name)
        return None if text is None else -1 if text == "skipped" else int(text)

    def write(self, guess: int) -> None:
        """Put the bet into the address."""
        write(self.name, "skipped" if guess == -1 else str(guess))


@dataclass(frozen=True)
class Real:
    """A parameter that holds a decimal number between bounds, both included."""

    name: str
    least: float
    most: float
    default: float

    def fault(self, text: str) -> str:
        """Why `text` is refused, empty when it is fine.

        >>> Real("lr", 0.0001, 2.0, 0.003).fault("1e-9")
        'lr must be a number from 0.0001 to 2; using 0.003'
        """
        # As a number box writes it: JavaScript turns to exponents below a millionth, and no bound of ours is there.
        if re.fullmatch(r"\d{1,6}(\.\d{1,8})?", text, re.ASCII) and self.least <= float(text) <= self.most:
            return ""
        return f"{self.name} must be a number from {self.least:g} to {self.most:g}; using {self.default:g}"


@dataclass(frozen=True)
class Series:
    """A parameter that holds a few whole numbers of a range, in order, joined by dots: `1.50.50`."""

    name: str
    allowed: range
    most: int

    def fault(self, text: str) -> str:
        """Why `text` is refused, empty when it is fine.

        >>> Series("drawn", range(1, 51), 3).fault("1.50")
        ''
        >>> Series("drawn", range(1, 51), 3).fault("1.51")
        'drawn must be up to 3 numbers from 1 to 50, joined by dots; using none'
        """
        parts = text[:200].split(".")
        if len(parts) <= self.most and all(part in map(str, self.allowed) for part in parts):
            return ""
        ends = f"from {self.allowed[0]} to {self.allowed[-1]}"
        return f"{self.name} must be up to {self.most} numbers {ends}, joined by dots; using none"

    def read(self) -> tuple[int, ...]:
        """The numbers in the address, already checked."""
        text = st.query_params.get(self.name)
        return tuple(map(int, text.split("."))) if text else ()

    def write(self, numbers: Sequence[int]) -> None:
        """Put the numbers into the address; none leave no trace there."""
        write(self.name, ".".join(map(str, numbers)))


@dataclass(frozen=True)
class Pairs:
    """A parameter that holds up to `most` pairs of whole numbers up to `first` and `second`: `6-0.6-1`."""

    name: str
    first: int
    second: int
    most: int

    def fault(self, text: str) -> str:
        """Why `text` is refused, empty when it is fine.

        >>> Pairs("compared", 24, 99, 8).fault("6-0.6-1")
        ''
        >>> Pairs("compared", 24, 99, 8).fault("6-0.99-1")
        'compared must be up to 8 pairs like 24-99, joined by dots; using none'
        """
        found = re.fullmatch(r"(\d{1,3}-\d{1,3})(\.\d{1,3}-\d{1,3})*", text[:400], re.ASCII) and self._split(text)
        if found and len(found) <= self.most and all(a <= self.first and b <= self.second for a, b in found):
            return ""
        return (f"{self.name} must be up to {self.most} pairs like {self.first}-{self.second}, joined by dots; "
                "using none")

    def read(self) -> tuple[tuple[int, int], ...]:
        """The pairs in the address, already checked."""
        text = st.query_params.get(self.name)
        return self._split(text) if text else ()

    def write(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Put the last of the pairs into the address; none leave no trace there."""
        write(self.name, ".".join(f"{first}-{second}" for first, second in pairs[-self.most :]))

    @staticmethod
    def _split(text: str) -> tuple[tuple[int, int], ...]:
        halves = (pair.split("-") for pair in text[:400].split("."))
        return tuple((int(first), int(second)) for first, second in halves)


@dataclass(frozen=True)
class Words:
    """A parameter that holds some of the `allowed` words, in order, joined by dots: `ticket.reinit`."""

    name: str
    allowed: tuple[str, ...]
    default: tuple[str, ...]

    def fault(self, text: str) -> str:
        """Why `text` is refused, empty when it is fine.

        >>> Words("show", ("a", "b"), ("a",)).fault("a.c")
        'show must be some of a, b, joined by dots; using a'
        """
        parts = text[:400].split(".")
        if set(parts) <= set(self.allowed) and len(parts) == len(set(parts)):
            return ""
        instead = ".".join(self.default) or "none"
        return f"{self.name} must be some of {', '.join(self.allowed)}, joined by dots; using {instead}"

    def read(self) -> tuple[str, ...]:
        """The words in the address, already checked, or the default."""
        text = st.query_params.get(self.name)
        return tuple(text.split(".")) if text else self.default

    def write(self, words: Sequence[str]) -> None:
        """Put the words into the address; the default leaves no trace there."""
        write(self.name, "" if tuple(words) == self.default else ".".join(words))


@dataclass(frozen=True)
class Free:
    """A parameter that holds plain text of at most `most` characters."""

    name: str
    most: int
    default: str = ""

    def fault(self, text: str) -> str:
        """Why `text` is refused, empty when it is fine.

        >>> Free("title", 3).fault("long")
        'title must have at most 3 characters; using none'
        """
        if len(text) <= self.most and text.isprintable():
            return ""
        return f"{self.name} must have at most {self.most} characters; using {self.default or 'none'}"


@dataclass(frozen=True)
class Packed:
    """A parameter that holds something packed (`address.packed`). read: unpacks it, or raises ValueError."""

    name: str
    read: Callable[[str], object]

    def fault(self, text: str) -> str:
        """Why `text` is refused, empty when it is fine.

        >>> from pages.teaching import task
        >>> Packed("task", task.of_link).fault("half a link")
        'task must be a whole link of a teacher (it is damaged: copy it whole); using none'
        """
        try:
            self.read(text)
        except ValueError as error:
            return f"{self.name} must be a whole link of a teacher ({error}); using none"
        return ""
