"""Talks as data: files and links that come back, faults that say where, and every beat of every talk on its stage."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64encode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from lth_core.presets import preset
from pages import scenes
from pages.figures import ladder
from pages.records import recorded
from pages.scenes.address import beat_of
from pages.sections import talk_stage
from pages.talks.beat import Beat, Step
from pages.talks.built_in import talks
from pages.talks.in_text import of_link, of_toml, to_link, to_toml
from pages.talks.question import Question, QuestionError, Truth
from pages.talks.talk import Talk, TalkError
from pages.widgets.ablation.deal import dealt
from tests.app.harness import ROOT, words

FILE = "pages/lecture.py"
LONGEST = talks()["45"]



def linked(text: bytes) -> str:
    """What a link to a talk would hold if its talk were this."""
    return urlsafe_b64encode(zlib.compress(text)).decode()


plain = some.text(max_size=60)
states = some.dictionaries(some.from_regex(r"[a-z]{1,8}", fullmatch=True), plain, max_size=4)
asked = some.one_of(
    some.none(),
    some.builds(Question, some.just("number"), plain.filter(str.strip), most=some.integers(1, 500), truth=plain.map(
        lambda text: text[:40])),
    some.builds(Question, some.just("choice"), plain.filter(str.strip), some.just(("a", "“b”\n")), unit=some.just("%")),
)
beats = some.builds(Beat, some.sampled_from(list(scenes.SCENES)), plain, states, asked, plain,
                    some.floats(0.1, 60).map(lambda minutes: round(minutes, 2)),
                    some.lists(some.builds(Step, states, plain), max_size=3).map(tuple))
anything = some.builds(Talk, plain.filter(str.strip), some.lists(beats, min_size=1, max_size=4).map(tuple))


@given(anything)
def test_a_talk_comes_back_from_its_file_and_its_link(talk: Talk) -> None:
    assert of_toml(to_toml(talk)) == talk
    assert of_link(to_link(talk)) == talk


@pytest.mark.parametrize(("text", "said"), [
    ("", "title: must be a text"),
    ('title = "x"', "a talk has 1 to 80 beats, this one 0"),
    ('title = "x"\nbeat = 3', "each begins with a line [[beat]]"),
    ('title = "x"\nsurprise = 1\n[[beat]]\nscene="words"', "'surprise' is not a part of a talk"),
    ('title = "x"\n[[beat]', "line 2: this is not TOML"),
    ('title = "x"\n\n[[beat]]\nscene = "words"\n\n[[beat]]\nsentence = "?"', "line 6, beat 2: scene: is missing"),
    ('title = "x"\n[[beat]]\nscene = "words"\nminutes = nan', "line 2, beat 1: minutes: must be a number above 0"),
    ('title = "x"\n[[beat]]\nscene = "words"\nstate = { round = 3 }', "round must be a text in quotes"),
    ('title = "x"\n[[beat]]\nscene = "words"\nquestion = { kind = "essay", text = "?" }',
     "question.kind: must be one of"),
    ('title = "x"\n[[beat]]\nscene = "words"\nquestion = { text = "?" }', "question.kind: is missing"),
    ('title = "x"\n[[beat]]\nscene = "words"\nquestion = { kind = "choice", text = "?", options = [1, 2] }',
     "question.options: must be a list of texts"),
    ('title = "x"\n[[beat]]\nscene = "words"\n[[beat.step]]\nsurprise = "1"', "step: must be a table with state"),
    ('title = "x"\n[[beat]]\nscene = "words"\nsentence = "' + "x" * 301 + '"', "sentence: must have at most 300"),
    ("[" * 5_000, "this is not TOML"),
    ("x" * 200_001, "the file is larger than 200 kB"),
])
def test_a_faulty_file_says_what_and_where(text: str, said: str) -> None:
    with pytest.raises(TalkError) as refused:
        of_toml(text)
    assert said in str(refused.value) and len(str(refused.value)) < 300


@pytest.mark.parametrize(("scene", "state", "said"), [
    ("theatre", {}, "theatre is not one of words"),
    ("wall", {"kept": "33"}, "kept must be one of"),
    ("wall", {"colour": "red"}, "colour is not a parameter of the scene wall"),
    ("page", {"page": "../admin"}, "page must be one of"),
    ("words", {"title": "two\nlines"}, "title must have at most"),
])
def test_a_beat_that_cannot_be_shown_is_refused_by_name(scene: str, state: dict[str, str], said: str) -> None:
    with pytest.raises(TalkError, match="beat 1") as refused:
        scenes.check(Talk("x", (Beat(scene, "", state),)))
    assert said in str(refused.value)


def test_a_measure_that_a_scene_does_not_have_is_refused() -> None:
    beat = Beat("wall", "", question=Question("number", "?", truth="guess"))
    with pytest.raises(TalkError, match="guess is not a measure of wall"):
        scenes.check(Talk("x", (beat,)))


@pytest.mark.parametrize("word", ["", "x", "eJw", "%%%", "é", "A" * 12_001, linked(b"[1]"), linked(b" " * 10_000_000)])
def test_a_link_that_is_no_talk_is_refused(word: str) -> None:
    with pytest.raises(TalkError):
        of_link(word)


def test_the_built_in_talks_can_be_shown_and_last_as_long_as_they_say() -> None:
    for name, talk in talks().items():
        scenes.check(talk)
        if name.isdigit():
            assert abs(talk.minutes - float(name)) <= 1
    assert {beat.scene for beat in LONGEST.beats} == set(scenes.SCENES) - {"page"}


def test_no_number_of_a_sentence_is_missing() -> None:
    for beat in LONGEST.beats:
        for step in range(beat.presses):
            assert "—" not in scenes.sentence(beat, step), beat.name
        question = scenes.posed(beat)
        assert question is None or "—" not in question.text
        if question and question.truth:
            assert scenes.truth(question, beat, beat.presses - 1) is not None, beat.name


def test_truths_come_from_the_records() -> None:
    beat = next(beat for beat in LONGEST.beats if beat.name == "how-many")
    found = scenes.truth(beat.question, beat)
    runs = recorded.seeds_of("ladder")
    accuracy = np.mean([run.tables["rungs"]["magnitude"] for run in runs], axis=0)
    last = int(np.flatnonzero(accuracy >= accuracy[0] - 0.01).max())
    assert found == Truth(last, found.told) and runs[0].spec == preset("ladder", 0)
    assert f"{ladder.facts(runs).raw_free:.0%}" in found.told


def test_records_that_are_missing_leave_a_gap_and_no_error(shelf, tmp_path) -> None:
    shelf(tmp_path)
    beat = next(beat for beat in LONGEST.beats if beat.name == "blind-tickets")
    assert scenes.sentence(beat, 1) == "So — of the blind tickets win."
    assert scenes.truth(beat.question, beat) is None


def test_a_question_keeps_its_answer_until_it_is_revealed() -> None:
    question = Question("number", "How many?", most=200, truth="wins")
    assert "truth" not in question.to_json() and "wins" not in json.dumps(question.to_json())
    assert question.to_json(Truth(3, "Three."))["truth"] == {"value": 3, "told": "Three."}


@pytest.mark.parametrize(("question", "fine", "refused"), [
    (Question("number", "?", most=10), [0, 10, 2.5], [11, -1, "3", True, None, float("nan")]),
    (Question("choice", "?", ("a", "b")), [0, 1], [2, -1, 0.5, True, "a"]),
    (Question("curve", "?"), [[[0, 1], [50, 2]]], [[[0, 1]], [[50, 1], [0, 1]], [[0, 101], [1, 1]], 3, [[0], [1]]]),
])
def test_answers_are_held_to_their_question(question: Question, fine: list, refused: list) -> None:
    assert not any(map(question.fault, fine)) and all(map(question.fault, refused))


@pytest.mark.parametrize("given", [{"kind": "choice"}, {"kind": "number", "least": 5, "most": 5},
                                   {"kind": "number", "step": 0}, {"kind": "number", "most": float("inf")}])
def test_questions_that_cannot_be_asked_are_refused(given: dict) -> None:
    with pytest.raises(QuestionError):
        Question(text="?", **given)


def test_letters_are_dealt_as_the_browser_deals_them() -> None:
    """tests/js/blind.test.js has the same orders."""
    orders = ["".join(name[:2] for name in dealt(("ticket", "reinit", "random"), deal)) for deal in (1, 7, 17, 999)]
    assert orders == ["ratire", "rareti", "rerati", "ratire"]


def test_a_press_leads_through_every_picture_and_back() -> None:
    place, seen = (1, 0), []
    while place not in seen:
        seen.append(place)
        place = LONGEST.after(*place)
    assert len(seen) == sum(beat.presses for beat in LONGEST.beats) and seen[-1] == (len(LONGEST.beats), 0)
    back = [seen[-1]]
    while back[-1] != (1, 0):
        back.append(LONGEST.before(*back[-1]))
    assert back == seen[::-1]


@pytest.fixture(scope="module")
def stage() -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90).run()
    return app.switch_page(FILE)


@pytest.mark.parametrize("number", range(1, len(LONGEST.beats) + 1), ids=lambda number: LONGEST.beats[number - 1].name)
def test_every_picture_of_every_beat_comes_without_an_error(stage: AppTest, engine, number: int) -> None:
    for step in range(LONGEST.beats[number - 1].presses):
        stage.query_params.update({"talk": "45", "beat": str(number), "step": str(step)})
        stage.run()
        assert not stage.exception and not stage.error and not stage.warning, (step, stage.exception, stage.error)
        drawn = [item.proto.component_name for item in stage.get("bidi_component")]
        assert "lottery.clicker" in drawn
        assert len(drawn) > 1 or any('class="said"' in item.proto.body for item in stage.get("html"))


def test_a_link_that_is_no_talk_leads_to_the_list(stage: AppTest) -> None:
    for name in ("talk", "beat", "step"):
        stage.query_params.pop(name, None)
    stage.query_params["t"] = "broken"
    stage.run()
    assert "This link holds no talk" in stage.warning[0].value
    assert all(talk.title in words(stage) for talk in talks().values())


def test_a_talk_of_ones_own_is_copied_changed_and_given() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90).run()
    app.switch_page(FILE).run()
    app.button(key="copy-10").click().run()
    talk = app.session_state["own-talk"]
    assert talk.beats == talks()["10"].beats
    next(button for button in app.button if button.label == "Later").click().run()
    next(button for button in app.button if button.label == "Delete").click().run()
    talk = app.session_state["own-talk"]
    assert talk.beats == (talks()["10"].beats[1], *talks()["10"].beats[2:])
    app.text_area(key=next(item.key for item in app.text_area if item.label == "Sentence")).set_value("{wins} win.")
    next(button for button in app.button if button.label == "Keep").click().run()
    assert not app.exception and not app.warning
    beat = app.session_state["own-talk"].beats[1]
    assert beat.sentence == "{wins} win." or app.session_state["own-talk"].beats[0].sentence == "{wins} win."
    app.query_params["t"] = to_link(app.session_state["own-talk"])
    app.run()
    assert not app.exception and "lottery.clicker" in [item.proto.component_name for item in app.get("bidi_component")]


@pytest.mark.parametrize(("slug", "asked", "anchor", "scene", "state"), [
    ("paradox", {"sparsity": "90", "depth": "Maths"}, "", "network", {"sparsity": "90"}),
    ("hypothesis", {"kept": "64", "drawn": "1.50"}, "", "wall", {"kept": "64", "live": "51"}),
    ("pruning", {}, "", "player", {"round": "3"}),
    ("initialisation", {"now": "7", "blind": "3"}, "", "race", {"level": "7", "live": "yes", "blind": "3",
                                                                "show": "ticket.reinit.random"}),
    ("limits", {"k": "x"}, "", "rewind", {}),
    ("paradox", {"net": "Small net"}, "capacity", "page", {"page": "paradox", "query": "net=Small net",
                                                           "anchor": "capacity"}),
    ("ledger", {"claim": "23"}, "", "page", {"page": "ledger", "query": "claim=23"}),
    ("", {}, "", "page", {"page": "home"}),
])
def test_the_state_of_any_page_becomes_a_beat(slug: str, asked: dict, anchor: str, scene: str, state: dict) -> None:
    beat = beat_of(slug, asked, anchor)
    assert (beat.scene, dict(beat.state)) == (scene, state)
    assert not scenes.fault_of(beat)


def test_the_hand_out_has_a_part_for_every_beat_and_takes_no_orders() -> None:
    hostile = Beat("words", '#panic("x") $ ] \\ @a', {"title": "#let x = 1"}, notes="#", minutes=1)
    made = talk_stage.handout(Talk('#eval("1")', (hostile, LONGEST.beats[2])))
    assert made[:5] == b"%PDF-" and len(made) > 10_000  # the second has a chart
