"""The reader's own talk: made of the states of pages, changed here, kept as a link or a file and nowhere else."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from pages import scenes
from pages.scenes.address import beat_of
from pages.sections import talk_stage
from pages.talks import edit
from pages.talks.beat import MINUTES, NOTES, SENTENCE, Beat, BeatError
from pages.talks.in_text import of_toml, to_link, to_toml
from pages.talks.question import KINDS, OPTIONS, TEXT, UNIT, Question, QuestionError
from pages.talks.talk import TITLE, Talk, TalkError

KEPT = "own-talk"  # in the session, until it is taken along
NEW = "My talk"
NO_QUESTION = "no question"
_PLAIN = Question("number", "?")


def take(slug: str, anchor: str) -> None:
    """The page at `slug`, as its address is now, becomes the last beat of the reader's talk."""
    talk = edit.added(own(), beat_of(slug, st.query_params.to_dict(), anchor), NEW)
    _keep(talk)
    st.toast(f"Beat {len(talk.beats)} of your talk. It waits on the page [Lecture](lecture).", icon=":material/add:")


def own() -> Talk | None:
    """The reader's talk in this visit."""
    talk: Talk | None = st.session_state.get(KEPT)
    return talk


def copy(talk: Talk) -> None:
    """A copy of `talk` to change."""
    _keep(dataclasses.replace(talk, title=f"{NEW}: {talk.title}"[:TITLE]))


def section() -> None:
    """The editor, or how a talk of one's own begins."""
    st.header("Your own talk", anchor="own")
    talk = own()
    if talk is None:
        st.markdown("On any page press **?** and *Add this page to a talk*: its present state becomes a beat. Or "
                    "copy a talk from the list, or load a file.")
        _load()
        return
    place = _list(talk)
    _form(talk, place)
    _take_along(talk)
    _load()


def _keep(talk: Talk | None) -> None:
    st.session_state[KEPT] = talk
    st.session_state["own-talk.version"] = st.session_state.get("own-talk.version", 0) + 1  # fields begin anew


def _list(talk: Talk) -> int:
    """The beats in order, and what moves them; returns the place of the chosen one."""
    places = range(1, len(talk.beats) + 1)
    chosen = min(int(st.session_state.get("own-talk.at", 1)), len(talk.beats))
    place = st.selectbox("Beat", places, chosen - 1, key=f"own-talk.place.{_version()}-{chosen}",
                         format_func=lambda at: f"{at} · {_named(talk.beats[at - 1])}")
    st.session_state["own-talk.at"] = place
    with st.container(horizontal=True):
        st.button("Earlier", icon=":material/arrow_upward:", disabled=place == 1, on_click=_move,
                  args=(talk, place, -1))
        st.button("Later", icon=":material/arrow_downward:", disabled=place == len(talk.beats), on_click=_move,
                  args=(talk, place, 1))
        st.button("Delete", icon=":material/delete:", on_click=lambda: _keep(edit.without(talk, place)))
    return int(place)


def _named(beat: Beat) -> str:
    return f"{scenes.SCENES[beat.scene].title}: {scenes.sentence(beat) or beat.state.get('title', '')}"[:90]


def _version() -> int:
    return int(st.session_state.get("own-talk.version", 0))


def _move(talk: Talk, place: int, by: int) -> None:
    st.session_state["own-talk.at"] = place + by
    _keep(edit.moved(talk, place, by))


def _form(talk: Talk, place: int) -> None:
    """What is said and asked at a beat."""
    beat, key = talk.beats[place - 1], f"own-talk.{_version()}.{place}"
    with st.form(key):
        sentence = st.text_area("Sentence", beat.sentence, max_chars=SENTENCE, height=80, key=f"{key}.sentence",
                                help="One sentence below the picture. {kept} and the like become measured numbers.")
        notes = st.text_area("Notes for you", beat.notes, max_chars=NOTES, height=80, key=f"{key}.notes")
        minutes = st.number_input("Minutes", 0.1, MINUTES, beat.minutes, 0.5, key=f"{key}.minutes", width=160)
        question = _question_fields(beat, key)
        if st.form_submit_button("Keep", type="primary"):
            _try(talk, place, beat, {"sentence": sentence, "notes": notes, "minutes": minutes}, question)


def _question_fields(beat: Beat, key: str) -> dict[str, Any]:
    """The question's fields: its text, and options or range."""
    asked = beat.question
    truths = ["", *scenes.SCENES[beat.scene].truths]
    kinds = [NO_QUESTION, *KINDS]
    kind = st.selectbox("Question to the room", kinds, kinds.index(asked.kind) if asked else 0, key=f"{key}.kind",
                        width=240)
    text = st.text_input("What is asked", asked.text if asked else "", max_chars=TEXT, key=f"{key}.text")
    options = st.text_area("Options, one a line", "\n".join(asked.options) if asked else "", height=80,
                           key=f"{key}.options", help=f"Of a choice: 2 to {OPTIONS}.")
    with st.container(horizontal=True):
        least = st.number_input("From", value=float(asked.least if asked else 0), key=f"{key}.least", width=120)
        most = st.number_input("To", value=float(asked.most if asked else 100), key=f"{key}.most", width=120)
        unit = st.text_input("Unit", asked.unit if asked else "%", max_chars=UNIT, key=f"{key}.unit", width=120)
        truth = st.selectbox("Answered by", truths, truths.index(asked.truth) if asked else 0, key=f"{key}.truth",
                             width=200, format_func=lambda name: name.replace("_", " ") or "nobody: an opinion")
    lines = tuple(line.strip() for line in options.splitlines() if line.strip())
    return {"kind": kind, "text": text, "options": lines, "least": least, "most": most, "unit": unit, "truth": truth}


def _try(talk: Talk, place: int, beat: Beat, parts: dict[str, Any], asked: dict[str, Any]) -> None:
    """Keep what was written, or say what is wrong with it."""
    try:
        question = None if asked["kind"] == NO_QUESTION else Question(**{**vars(beat.question or _PLAIN), **asked})
        _keep(edit.changed(talk, place, dataclasses.replace(beat, question=question, **parts)))
    except (BeatError, QuestionError) as error:
        st.warning(f"Not kept. {error}", icon=":material/edit_off:")
        return
    st.rerun()


def _take_along(talk: Talk) -> None:
    """Title, stage, link, file and hand-out."""
    title = st.text_input("Title", talk.title, max_chars=TITLE, key=f"own-talk.title.{_version()}")
    if title.strip() and title != talk.title:
        _keep(dataclasses.replace(talk, title=title))
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        try:
            link = to_link(talk)
            st.markdown(f":material/co_present: [Give this talk](lecture?{talk_stage.OWN}={link}), the link holds it")
        except TalkError as error:
            st.caption(f"{error.message}.")
        st.download_button("File", lambda: to_toml(talk), "talk.toml", "application/toml", on_click="ignore",
                           icon=":material/download:")
        st.download_button("Hand-out", lambda: talk_stage.handout(talk), "talk.pdf", "application/pdf",
                           on_click="ignore", icon=":material/print:")


def _load() -> None:
    """A talk from a file; refused with the line where it is wrong."""
    file = st.file_uploader("Load a talk (TOML)", "toml", key=f"own-talk.file.{_version()}", max_upload_size=1)
    if file is None:
        return
    try:
        talk = of_toml(file.getvalue().decode("utf-8"))
        scenes.check(talk)
    except UnicodeDecodeError:
        st.warning("This file is not text (UTF-8).", icon=":material/edit_off:")
    except TalkError as error:
        st.warning(f"This file is no talk. {error}.", icon=":material/edit_off:")
    else:
        _keep(talk)
        st.rerun()
