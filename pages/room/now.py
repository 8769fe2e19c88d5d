"""What is on in a room: nothing, a question (asked, then revealed), a draw of tickets, or a race."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from pages.room.racers import DRAWS
from pages.talks.question import Question, Truth, of_json


@dataclass(frozen=True)
class Posed:
    """A question as the room gets it. truth: what was measured; None for an opinion. reasons: one for each option."""

    question: Question
    truth: Truth | None = None
    reasons: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same question is the same vote, also when the talk comes back to it."""
        told = json.dumps(self.question.to_json(), sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def to_phone(self, revealed: bool) -> dict[str, Any]:
        """What leaves this server: nothing that is true before it is revealed."""
        told = {"key": self.key, **self.question.to_json(self.truth if revealed else None)}
        return told | ({"reasons": list(self.reasons)} if revealed and self.reasons else {})

    def to_json(self) -> dict[str, Any]:
        """All of it, for the file."""
        return {"question": self.question.to_json(), "reasons": list(self.reasons),
                "truth": None if self.truth is None else self.truth.to_json()}


@dataclass(frozen=True)
class Now:
    """activity: "wait", "bet", "draw" or "race". posed: the question that is on, or was. first: number of the room's
    first ticket. revealed: keys of the questions whose truth is out. racers: how many phones were in when the race
    began."""

    activity: str = "wait"
    posed: Posed | None = None
    first: int = 0
    revealed: frozenset[str] = field(default_factory=frozenset)
    racers: int = 0

    @property
    def first_draw(self) -> int:
        """Number of this room's first fresh weights and random mask in a race."""
        return self.first % DRAWS

    @property
    def is_revealed(self) -> bool:
        """Is the truth of the present question out?"""
        return self.posed is not None and self.posed.key in self.revealed

    def to_json(self) -> dict[str, Any]:
        return {"activity": self.activity, "posed": self.posed and self.posed.to_json(), "first": self.first,
                "revealed": sorted(self.revealed), "racers": self.racers}


def restored(kept: dict[str, Any]) -> Now:
    """What was on when the server died.

    >>> now = Now("bet", Posed(Question("number", "How many?"), Truth(7, "Seven.")), 9, frozenset({"a"}))
    >>> restored(json.loads(json.dumps(now.to_json()))) == now
    True
    """
    posed = kept.get("posed")
    return Now(kept.get("activity", "wait"),
               posed and Posed(of_json(posed["question"]), _truth(posed["truth"]), tuple(posed["reasons"])),
               kept.get("first", 0), frozenset(kept.get("revealed", ())), kept.get("racers", 0))


def _truth(kept: dict[str, Any] | None) -> Truth | None:
    if kept is None:
        return None
    value = kept["value"]
    return Truth(tuple((x, y) for x, y in value) if isinstance(value, list) else value, kept["told"])


def crowd(question: Question, answers: Collection[Any]) -> dict[str, Any]:
    """The whole room's answers as a phone needs them: numbers in order, or how many chose each option.

    >>> crowd(Question("choice", "Which?", ("a", "b", "c")), [1, 1, 0])
    {'counts': [1, 2, 0]}
    >>> crowd(Question("number", "How many?"), [3, 1])
    {'values': [1, 3]}
    """
    if question.kind == "choice":
        return {"counts": [sum(answer == place for answer in answers) for place in range(len(question.options))]}
    return {"values": sorted(answers)} if question.kind == "number" else {"curves": len(answers)}
