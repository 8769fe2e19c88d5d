"""The stage: one beat of a talk on the whole screen, or in the presenter's window its notes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from lth_core.once import once
from pages import scenes
from pages.address import url
from pages.figures import in_words, printed
from pages.live import api
from pages.live.talks import NAME
from pages.scenes.scene import COVERED, word
from pages.sections import run_queue, talk_room
from pages.talks.beat import Beat
from pages.talks.built_in import talks
from pages.talks.handout import Part, pdf
from pages.talks.in_text import of_link, to_link
from pages.talks.question import Question
from pages.talks.talk import MOST, Talk, TalkError
from pages.widgets.clicker import Place, asked, clicker

OWN = "t"  # the parameter that holds a whole talk
TALK = url.Choice("talk", tuple(talks()), "45")
BEAT = url.Whole("beat", 1, MOST, 1)
STEP = url.Whole("step", 0, 8, 0)
VIEW = url.Choice("view", ("stage", "presenter"), "stage")
ROOM = url.Choice("room", ("no", "yes"), "no")
FOLLOW = url.Free("follow", 32)  # the secret name of a stage, in a presenter's address alone
PARAMETERS = (TALK, BEAT, STEP, VIEW, ROOM, FOLLOW)
KEY = "clicker"


@once(32)
def given(name: str) -> Talk:
    """The talk of that name, or the one that a link holds. Raises TalkError."""
    if name in talks():
        return talks()[name]
    talk = of_link(name)
    scenes.check(talk)
    return talk


def show(name: str) -> None:
    """The talk of that name or link at its place."""
    talk = given(name)
    place = held(talk, asked(KEY) or Place(url.whole(BEAT), url.whole(STEP), url.word(ROOM) == "yes"))
    for parameter, value in ((BEAT, place.beat), (STEP, place.step), (ROOM, "yes" if place.room else "no")):
        url.put(parameter, value)
    beat, view = talk.beats[place.beat - 1], url.word(VIEW)
    with st.container(key=f"talk-{view}"):
        picture, strip = st.container(key="talk-picture"), st.container(key="talk-strip")
        with strip:  # first: the keys work whatever becomes of the picture
            clicker(name[:40], place, told(name), key=KEY, view=view, follow=_followed(view))
            if view != VIEW.default:
                talk_room.board(beat, presenter=True)
                run_queue.panel()
        if view == VIEW.default:
            with picture:
                talk_room.steer(f"{name[:40]}.{place.beat}.{place.step}", beat, place.step)
                draw(beat, place.step, place.room)
            _ahead(talk, place)


def _followed(view: str) -> str | None:
    """The name under which this stage is followed from other devices, or that a presenter's window follows."""
    if not api.mounted():
        return None
    if view != VIEW.default:
        name = st.query_params.get(FOLLOW.name, "")
        return name if NAME.fullmatch(name) else None
    return str(st.session_state.setdefault("talk.follow", secrets.token_urlsafe(18)))


def held(talk: Talk, place: Place) -> Place:
    """`place` within the talk."""
    beat = min(max(place.beat, 1), len(talk.beats))
    return Place(beat, min(max(place.step, 0), talk.beats[beat - 1].presses - 1), place.room)


def draw(beat: Beat, step: int, board: bool) -> None:
    """The picture after `step` presses; the question alone while the room still bets on what it shows. board: the
    room's board in its place."""
    scene, state, question = scenes.SCENES[beat.scene], beat.shown(step), scenes.posed(beat)
    if board or (_covered(beat, step) and talk_room.is_open()):
        return talk_room.board(beat)
    if question and _covered(beat, step):
        return _cover(question)
    try:
        scene.mount(state, "talk")
    except LookupError as missing:
        st.info(f"The runs behind this beat are not recorded: `python -m lth_core record {missing.args[0]}`. "
                "The next beat is one press away.", icon=":material/timer:")


def _covered(beat: Beat, step: int) -> bool:
    """Whether the question stands in the picture's place."""
    return (scenes.posed(beat) is not None and word(beat.shown(step), COVERED) == "yes" and not beat.reveals(step))


def _cover(question: Question) -> None:
    """The question in large letters."""
    options = "".join(f"<li>{escape(option)}</li>" for option in question.options)
    st.html(f'<div class="said"><p>{escape(question.text)}</p>' + (f"<ul>{options}</ul>" if options else "") + "</div>")


def _ahead(talk: Talk, place: Place) -> None:
    """Begin what the next picture trains."""
    beat, step = talk.after(place.beat, place.step)
    following = talk.beats[beat - 1]
    scenes.SCENES[following.scene].ahead(following.shown(step))


@once(32)
def told(name: str) -> tuple[Mapping[str, Any], ...]:
    """What the strip says of every beat of a talk, with the numbers as they are recorded."""
    return tuple(map(_told, given(name).beats))


def _told(beat: Beat) -> dict[str, Any]:
    question = scenes.posed(beat)
    pictures = []
    for step in range(beat.presses):
        truth = scenes.truth(beat.question, beat, step) if beat.question and beat.reveals(step) else None
        pictures.append({"said": scenes.sentence(beat, step), "answer": truth and truth.told,
                         "covered": _covered(beat, step),
                         "source": scenes.facts(beat, step).get("source", "")})
    return {"presses": beat.presses, "minutes": beat.minutes, "notes": beat.notes, "pictures": pictures,
            "question": question.text if question else ""}


def handout(talk: Talk, name: str = "") -> bytes:
    """The talk on paper as a PDF. name: of a built-in one, which its links then name."""
    where = f"{TALK.name}={name}" if name else f"{OWN}={to_link(talk)}"
    site = (st.context.url or "").partition("/lecture")[0]
    return pdf(talk.title, [_part(beat, f"{site}/lecture?{where}&beat={number}")
                            for number, beat in enumerate(talk.beats, 1)])


def _part(beat: Beat, link: str) -> Part:
    question, last = scenes.posed(beat), beat.presses - 1
    answer = talk_room.truth(beat)
    try:
        chart = scenes.SCENES[beat.scene].chart(beat.shown(last))
    except LookupError:
        chart = None
    said = [scenes.sentence(beat, step) for step in range(beat.presses)] or [""]
    return Part(
        sentence=" ".join(dict.fromkeys(filter(None, said))) or beat.state.get("title", ""), link=link,
        question=question.text if question else "", options=question.options if question else (),
        answer=answer.told if answer else "", source=scenes.facts(beat, last).get("source", ""),
        svg=printed.svg(chart) if chart else "", alt=in_words.alt(chart) if chart else "")


def name_in_address() -> str:
    """The talk of the address: a built-in one's name, or a whole talk in a link; "" for none."""
    return st.query_params.get(OWN) or st.query_params.get(TALK.name, "")


__all__ = ["OWN", "PARAMETERS", "TALK", "TalkError", "given", "handout", "name_in_address", "show"]
