"""What a stage can show: one scene a file, each the chapters' own widget in a state that a beat names."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

from pages.scenes import curve, digits, figure, network, page, player, race, rewind, statement, wall, words
from pages.scenes.scene import Scene
from pages.talks.beat import Beat
from pages.talks.question import Question, Truth
from pages.talks.talk import Talk, TalkError

SCENES: dict[str, Scene] = {one.SCENE.name: one.SCENE for one in (
    words, digits, network, wall, statement, player, race, curve, rewind, figure, page)}
_OPEN = re.compile(r"\{[a-z_]+\}")  # a number that nothing was put in for


def check(talk: Talk) -> None:
    """Raises TalkError for the first beat that this site cannot show: an unknown scene, state or measure."""
    for number, beat in enumerate(talk.beats, 1):
        if fault := fault_of(beat):
            raise TalkError(fault, number)


def fault_of(beat: Beat) -> str:
    """Why this site cannot show `beat`; empty when it can."""
    scene = SCENES.get(beat.scene)
    if scene is None:
        return f"scene: {beat.scene} is not one of {', '.join(SCENES)}"
    for step in range(len(beat.steps) + 1):
        if fault := scene.fault(beat.shown(step)):
            return f"state: {fault}"
    measure = beat.question.truth if beat.question else ""
    if measure and measure not in scene.truths:
        return f"question.truth: {measure} is not a measure of {scene.name}; these are: {', '.join(scene.truths)}"
    return ""


def sentence(beat: Beat, step: int = 0) -> str:
    """The sentence with its numbers, as the records have them; — where they are not recorded."""
    return _filled(beat.said(step), facts(beat, step))


def posed(beat: Beat) -> Question | None:
    """The question with its numbers, as the records have them."""
    asked = beat.question
    return asked and dataclasses.replace(asked, text=_filled(asked.text, facts(beat)))


def _filled(said: str, numbers: Mapping[str, str]) -> str:
    for name, number in numbers.items():
        said = said.replace("{" + name + "}", number)
    return _OPEN.sub("—", said)


def facts(beat: Beat, step: int = 0) -> dict[str, str]:
    """The numbers of a beat; none where its runs are not recorded."""
    try:
        return dict(SCENES[beat.scene].facts(beat.shown(step)))
    except LookupError:
        return {}


def truth(question: Question, beat: Beat, step: int = 0) -> Truth | None:
    """What is true, measured; None for an opinion and where the runs are not recorded."""
    if not question.truth:
        return None
    try:
        return SCENES[beat.scene].truths[question.truth](beat.shown(step))
    except LookupError:
        return None
