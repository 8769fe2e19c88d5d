"""A room beside a talk: the clicker poses the questions and tells the answers."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st

from pages.room import rooms
from pages.room.rooms import Rooms
from pages.talks.question import Question, Truth
from pages.widgets import ask_room
from pages.widgets.room_board import follow

FIRST, SECOND = Question("number", "How many?"), Question("choice", "Which?", ("a", "b"))
TRUTH = Truth(7, "Seven.")


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> rooms.Room:
    own = Rooms(tmp_path / "rooms.sqlite")
    monkeypatch.setattr(follow, "rooms", lambda: own)
    monkeypatch.setattr(follow, "viewer", lambda: "me")
    monkeypatch.setattr(st, "session_state", {})
    return own.open("me")


def test_the_room_follows_the_clicker_there_and_back(room: rooms.Room) -> None:
    follow.follow("45.1.0", FIRST, lambda: TRUTH, False)
    assert room.now.activity == "bet" and room.now.posed.question == FIRST and not room.now.is_revealed
    follow.follow("45.1.1", FIRST, lambda: TRUTH, True)
    assert room.now.is_revealed and room.to_phone()["question"]["truth"]["told"] == "Seven."
    follow.follow("45.2.0", None, lambda: None, False)
    assert room.now.activity == "wait"
    follow.follow("45.3.0", SECOND, lambda: None, False)
    assert room.now.posed.question == SECOND and not room.now.is_revealed
    follow.follow("45.1.0", FIRST, lambda: TRUTH, False)
    assert room.now.is_revealed, "what is out stays out"


def test_what_the_presenter_starts_is_not_undone_by_a_rerun(room: rooms.Room) -> None:
    follow.follow("45.1.0", FIRST, lambda: TRUTH, False)
    room.rest()
    follow.follow("45.1.0", FIRST, lambda: TRUTH, False)
    assert room.now.activity == "wait"
    room.guests["a"] = 0
    room.race()
    follow.follow("45.2.0", None, lambda: None, False)
    assert room.now.activity == "race", "only a question is put away by the next beat"


def test_without_a_room_nothing_is_looked_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(follow, "rooms", lambda: Rooms(tmp_path / "none.sqlite"))
    monkeypatch.setattr(follow, "viewer", lambda: "me")
    follow.follow("45.1.0", FIRST, lambda: pytest.fail("asked for the truth"), False)
    assert not (tmp_path / "none.sqlite").exists()


def test_a_chapters_question_is_plain_on_a_phone() -> None:
    posed = ask_room.posed("See [chapter 4](initialisation): **why**?", (("`a`", "*No.*"), ("b", "Yes.")), 1)
    assert posed.question.text == "See chapter 4: why?" and posed.reasons == ("No.", "Yes.")
    assert posed.truth is not None and posed.truth.value == 1
