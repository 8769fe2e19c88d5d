"""A talk: its title and its beats, and the way there from plain data, with errors that say where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pages.talks.beat import Beat, BeatError, Step
from pages.talks.question import QuestionError, of_json

TITLE = 100  # characters at most
MOST = 80  # beats
PARTS = ("name", "scene", "state", "sentence", "question", "notes", "minutes", "step")


class TalkError(ValueError):
    """A talk that cannot be given: says what is wrong and, once `in_text` knows the file, in which line."""

    def __init__(self, message: str, beat: int = 0, line: int = 0) -> None:
        where = ", ".join([*([f"line {line}"] if line else []), *([f"beat {beat}"] if beat else [])])
        super().__init__(f"{where}: {message}" if where else message)
        self.message, self.beat, self.line = message, beat, line


@dataclass(frozen=True)
class Talk:
    """title: what the list and the hand-out say. beats: in order, at least one.

    >>> Talk("Short", (Beat("words", "Hello.", minutes=2),)).minutes
    2.0
    """

    title: str
    beats: tuple[Beat, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.title.strip()) <= TITLE:
            raise TalkError(f"title: must have 1 to {TITLE} characters")
        if not 1 <= len(self.beats) <= MOST:
            raise TalkError(f"a talk has 1 to {MOST} beats, this one {len(self.beats)}")

    @property
    def minutes(self) -> float:
        """Planned, all beats together."""
        return float(sum(beat.minutes for beat in self.beats))

    def after(self, beat: int, step: int) -> tuple[int, int]:
        """The place one press on; beats count from 1. The last picture is followed by itself."""
        if step + 1 < self.beats[beat - 1].presses:
            return beat, step + 1
        return (beat + 1, 0) if beat < len(self.beats) else (beat, step)

    def before(self, beat: int, step: int) -> tuple[int, int]:
        """The place one press back: of an earlier beat the last picture."""
        if step > 0:
            return beat, step - 1
        return (beat - 1, self.beats[beat - 2].presses - 1) if beat > 1 else (1, 0)


def of_data(given: Mapping[str, Any]) -> Talk:
    """The talk in plain data (TOML, JSON). Raises TalkError that names the beat and the part."""
    for name in given:
        if name not in ("title", "beat"):
            raise TalkError(f"{name!r:.60} is not a part of a talk; these are: title, beat")
    beats = given.get("beat", [])
    if not isinstance(given.get("title"), str):
        raise TalkError("title: must be a text")
    if not isinstance(beats, list) or not all(isinstance(beat, dict) for beat in beats):
        raise TalkError("beats: each begins with a line [[beat]]")
    if len(beats) > MOST:
        raise TalkError(f"a talk has at most {MOST} beats, this one {len(beats)}")
    return Talk(given["title"], tuple(_beat(beat, number) for number, beat in enumerate(beats, 1)))


def to_data(talk: Talk) -> dict[str, Any]:
    """The talk as plain data, without what is empty: `of_data` gives it back."""
    return {"title": talk.title, "beat": [_plain(beat) for beat in talk.beats]}


def _beat(given: Mapping[str, Any], number: int) -> Beat:
    try:
        return beat_of(given)
    except QuestionError as error:
        raise TalkError(f"question.{error}", number) from None
    except BeatError as error:
        raise TalkError(str(error), number) from None


def beat_of(given: Mapping[str, Any]) -> Beat:
    """One beat in plain data. Raises BeatError or QuestionError."""
    for name in given:
        if name not in PARTS:
            raise BeatError(f"{name:.40}", f"is not a part of a beat; these are: {', '.join(PARTS)}")
    for name, kind, told in (("name", str, "a text"), ("scene", str, "a text"), ("sentence", str, "a text"),
                             ("notes", str, "a text"), ("state", dict, "a table"), ("question", dict, "a table"),
                             ("minutes", (int, float), "a number"), ("step", list, "a list of tables")):
        value = given.get(name)
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            raise BeatError(name, f"must be {told}")
    if "scene" not in given:
        raise BeatError("scene", "is missing")
    question = given.get("question")
    return Beat(
        scene=given["scene"], sentence=given.get("sentence", ""), state=given.get("state", {}),
        question=None if question is None else of_json(question), notes=given.get("notes", ""),
        minutes=float(given.get("minutes", 1)), steps=_steps(given.get("step", [])), name=given.get("name", ""),
    )


def _steps(given: Sequence[Any]) -> tuple[Step, ...]:
    for step in given:
        if not isinstance(step, dict) or not set(step) <= {"state", "sentence"}:
            raise BeatError("step", "must be a table with state, sentence or both")
        if not isinstance(step.get("state", {}), dict) or not isinstance(step.get("sentence", ""), str):
            raise BeatError("step", "state must be a table, sentence a text")
    return tuple(Step(step.get("state", {}), step.get("sentence", "")) for step in given)


def _plain(beat: Beat) -> dict[str, Any]:
    told: dict[str, Any] = {"name": beat.name, "scene": beat.scene, "state": dict(beat.state),
                            "sentence": beat.sentence, "minutes": beat.minutes, "notes": beat.notes}
    if beat.question:
        asked = beat.question.to_json() | {"truth": beat.question.truth}
        defaults = {"options": [], "least": 0, "most": 100, "step": 1, "unit": "", "x_least": 0, "x_most": 100,
                    "x_label": "", "truth": ""}
        told["question"] = {name: value for name, value in asked.items() if defaults.get(name) != value}
    if beat.steps:
        told["step"] = [_filled({"state": dict(step.state), "sentence": step.sentence}) for step in beat.steps]
    return _filled(told)


def _filled(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value not in ("", {}, [])}
