"""A beat of a talk: one picture, one sentence, perhaps a question, and what the speaker wants to remember."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pages.talks.question import Question

State = Mapping[str, str]  # parameter → word, as an address writes them
NOTHING: State = MappingProxyType({})

SENTENCE, NOTES = 300, 4_000  # characters at most
MINUTES = 60.0  # of a beat, at most
STEPS = 8  # of a beat, at most
PARAMETERS, WORD = 24, 400  # of a state: how many, and how long each


class BeatError(ValueError):
    """A beat that cannot be shown. field: which part of it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


@dataclass(frozen=True)
class Step:
    """What the next press changes within a beat: some parameters, and the sentence where it is not empty."""

    state: State = field(default_factory=lambda: NOTHING)
    sentence: str = ""


@dataclass(frozen=True)
class Beat:
    """name: unique within a talk's source. scene: whose widget fills the screen. state: what it shows. sentence: plain
    text; {kept} and the like are numbers that the scene reads from its records. steps: what further presses change
    before the next beat; the last one reveals the question's answer.

    >>> beat = Beat("wall", "Three win.", state={"kept": "32"}, steps=(Step({"sort": "best"}),))
    >>> dict(beat.shown(1)), beat.presses
    ({'kept': '32', 'sort': 'best'}, 2)
    """

    scene: str
    sentence: str
    state: State = field(default_factory=lambda: NOTHING)
    question: Question | None = None
    notes: str = ""
    minutes: float = 1.0
    steps: tuple[Step, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        if not self.scene.isidentifier() or len(self.scene) > 40:
            raise BeatError("scene", "must be the name of a scene")
        for part, most in (("sentence", SENTENCE), ("notes", NOTES), ("name", 40)):
            if len(getattr(self, part)) > most:
                raise BeatError(part, f"must have at most {most} characters")
        if not 0 < self.minutes <= MINUTES:  # NaN is not
            raise BeatError("minutes", f"must be a number above 0, at most {MINUTES:g}")
        if len(self.steps) > STEPS:
            raise BeatError("step", f"a beat may have at most {STEPS} steps")
        for state in (self.state, *(step.state for step in self.steps)):
            _check_state(state)
        if any(len(step.sentence) > SENTENCE for step in self.steps):
            raise BeatError("step", f"its sentence must have at most {SENTENCE} characters")

    @property
    def presses(self) -> int:
        """Pictures of this beat: the first, and one a step. A question without steps has one more, which reveals."""
        return 1 + (len(self.steps) or int(self.question is not None and self.question.truth != ""))

    def shown(self, step: int) -> dict[str, str]:
        """The state after `step` presses within the beat."""
        state = dict(self.state)
        for one in self.steps[:step]:
            state |= one.state
        return state

    def said(self, step: int) -> str:
        """The sentence after `step` presses."""
        told = [self.sentence, *(one.sentence for one in self.steps[:step] if one.sentence)]
        return told[-1]

    def reveals(self, step: int) -> bool:
        """Is the answer to the question told after `step` presses?"""
        return self.question is not None and self.question.truth != "" and step >= self.presses - 1


def _check_state(state: State) -> None:
    if len(state) > PARAMETERS:
        raise BeatError("state", f"must have at most {PARAMETERS} parameters")
    for name, word in state.items():
        if not isinstance(word, str):
            raise BeatError("state", f'{name[:40]} must be a text in quotes, as in an address: "3"')
        if len(name) > 40 or len(word) > WORD:
            raise BeatError("state", f"{name[:40]} is longer than {WORD} characters")
