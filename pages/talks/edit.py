"""Changing a talk: every function returns another one. Places count from 1."""

from __future__ import annotations

import dataclasses

from pages.talks.beat import Beat
from pages.talks.talk import MOST, Talk


def added(talk: Talk | None, beat: Beat, title: str) -> Talk:
    """With `beat` at its end; a new talk of that title where there is none yet."""
    return Talk(title, (beat,)) if talk is None else dataclasses.replace(talk, beats=(*talk.beats, beat)[:MOST])


def moved(talk: Talk, place: int, by: int) -> Talk:
    """With the beat at `place` so many places later, or earlier when `by` is negative; as far as there is room.

    >>> talk = Talk("x", tuple(Beat("words", word) for word in "abc"))
    >>> [beat.sentence for beat in moved(talk, 1, 5).beats]
    ['b', 'c', 'a']
    """
    beats = list(talk.beats)
    beat = beats.pop(place - 1)
    beats.insert(min(max(place - 1 + by, 0), len(beats)), beat)
    return dataclasses.replace(talk, beats=tuple(beats))


def without(talk: Talk, place: int) -> Talk | None:
    """Without that beat; None when it was the last one."""
    beats = (*talk.beats[: place - 1], *talk.beats[place:])
    return dataclasses.replace(talk, beats=beats) if beats else None


def changed(talk: Talk, place: int, beat: Beat) -> Talk:
    """With another beat in that place."""
    return dataclasses.replace(talk, beats=(*talk.beats[: place - 1], beat, *talk.beats[place:]))
