"""A room's routes: phones come in, bet and draw; strangers, guessers and other sites do not."""

from __future__ import annotations

import gc
import gzip
import json
import sqlite3
import time
import weakref
from pathlib import Path

import pytest

from lth_core.jobs.engine import JobEngine
from lth_core.jobs.runner import InlineRunner
from lth_core.results.store import Store
from pages.live import api
from pages.room import drawing, served
from pages.room.book import DAY, Book
from pages.room.drawing import press
from pages.room.limits import FREE_TRIES, MOST_BODY
from pages.room.now import Posed
from pages.room.room import Room, Rule
from pages.room.rooms import Rooms
from pages.talks.question import Question, Truth
from tests.app.room_client import Client, opened

NUMBER = Posed(Question("number", "How many of 100 win?", most=100, unit=""), Truth(3, "Three, over five seeds."))
CHOICE = Posed(Question("choice", "<b>Which?</b>", ("a<script>", "b")), Truth(1, "The second."), ("No.", "Yes."))
CURVE = Posed(Question("curve", "Draw it."), Truth(((0.0, 0.0), (100.0, 50.0)), "It rises."))
RULE = Rule(0.9133, 0.01, 0.9233, 0.928, (8, 8, 10), 0.32)


class House:
    """Rooms, their routes, and one open room."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.rooms = opened(tmp_path, monkeypatch)
        self.room: Room = self.rooms.open("presenter")
        self.at, self.token = f"/room/{self.room.code}", self.rooms.token(self.room)
        monkeypatch.setattr(api, "job_engine", lambda: None)
        monkeypatch.setattr(drawing, "press", lambda room, engine: None)

    def phone(self, address: str = "10.0.0.7") -> Client:
        phone = Client(self.app, address)
        assert phone.post(f"{self.at}/join").status == 200
        return phone

    def bet(self, phone: Client, value: object, posed: Posed = NUMBER) -> int:
        return phone.post(f"{self.at}/answer", {"key": posed.key, "value": value}).status

    def desk(self, deed: str, token: str | None = None) -> int:
        told = self.token if token is None else token
        return Client(self.app).post(f"{self.at}/desk/{deed}", x_room_token=told).status


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(tmp_path, monkeypatch)


def stream(house: House, client: Client, path: str = "/events", **headers: str) -> dict[str, dict]:
    """The first message of an event stream: name → what it says."""
    text = client.get(house.at + path, **headers).body.decode()
    blocks = [block.split("\n", 1) for block in text.strip().split("\n\n")]
    return {name.removeprefix("event: "): json.loads(data.removeprefix("data: ")) for name, data in blocks}


# ── what a phone does ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_phone_comes_in_with_a_cookie_that_no_script_reads_and_is_known_again(house: House) -> None:
    phone = Client(house.app)
    first = phone.post(f"{house.at}/join")
    assert {"httponly", "samesite=strict"} <= set(first.headers["set-cookie"].lower().split("; "))
    again = phone.post(f"{house.at}/join")
    assert again.json == first.json and len(house.room.guests) == 1
    assert Client(house.app).post(f"{house.at}/join").json["name"] and len(house.room.guests) == 2


def test_a_bet_may_change_until_the_answer_is_out_and_then_all_are_told(house: House) -> None:
    phone, other = house.phone(), house.phone()
    house.room.ask(NUMBER)
    assert house.bet(phone, 40) == house.bet(phone, 7) == house.bet(other, 90) == 200
    told = stream(house, phone)
    assert told["room"]["question"].keys().isdisjoint({"truth", "reasons"}) and "crowd" not in told["room"]
    assert (told["mine"]["answer"], told["mine"]["of"]) == (7, told["room"]["question"]["key"])
    assert house.desk("reveal") == 200 and house.bet(phone, 8) == 409
    told = stream(house, other)
    assert told["room"]["question"]["truth"] == {"value": 3, "told": "Three, over five seeds."}
    assert told["room"]["crowd"] == {"values": [7, 90]} and told["mine"]["answer"] == 90


def test_what_is_true_never_leaves_before_the_reveal(house: House) -> None:
    """Neither to phones nor to the board: whoever presents may show its page on the projector."""
    phone = house.phone()
    for posed in (NUMBER, CHOICE, CURVE):
        house.room.offer(posed)
        house.room.ask(posed)
        sent = phone.get(f"{house.at}/events").body
        board = Client(house.app).get(f"{house.at}/desk/events", x_room_token=house.token).body
        assert posed.truth is not None and posed.truth.told.encode() not in sent + board


def test_a_curve_and_a_choice_are_taken_and_nonsense_is_refused(house: House) -> None:
    phone = house.phone()
    house.room.ask(CURVE)
    assert house.bet(phone, [[0, 1], [50, 20], [100, 60]], CURVE) == 200
    for wrong in ([], [[0, 1]], [[5, 1], [4, 1]], [[0, 1], [1, 1e9]], "x", None, {"a": 1}, [[0, True], [1, 1]]):
        assert house.bet(house.phone(), wrong, CURVE) == 409, wrong
    house.room.ask(CHOICE)
    other = house.phone()
    assert house.bet(other, 1, CHOICE) == 200
    assert [house.bet(other, wrong, CHOICE) for wrong in (2, -1, True, "1", 0.5)] == [409] * 5
    assert house.bet(other, 3, NUMBER) == 409, "a question that is not on"


def test_the_talk_goes_back_and_the_answers_are_still_there(house: House) -> None:
    phone = house.phone()
    house.room.ask(NUMBER)
    house.bet(phone, 12)
    house.room.reveal()
    house.room.ask(CHOICE)
    assert stream(house, phone)["mine"]["answer"] is None
    house.room.ask(NUMBER)
    told = stream(house, phone)
    assert told["mine"]["answer"] == 12 and told["room"]["revealed"] is True


def test_a_hand_is_seen_by_the_presenter_alone(house: House) -> None:
    phone = house.phone()
    phone.post(f"{house.at}/hand", {"up": True})
    assert "hands" not in stream(house, phone)["room"] and stream(house, phone)["mine"]["hand"] is True
    assert stream(house, Client(house.app), "/desk/events", x_room_token=house.token)["room"]["hands"] == 1
    assert house.desk("lower") == 200 and stream(house, phone)["mine"]["hand"] is False


def test_everybody_draws_one_ticket_of_their_own(house: House) -> None:
    phones = [house.phone() for _ in range(3)]
    assert phones[0].post(f"{house.at}/draw").status == 409, "nothing is drawn yet"
    house.room.deal(RULE)
    numbers = [phone.post(f"{house.at}/draw").json["ticket"]["number"] for phone in (*phones, phones[0])]
    assert len(set(numbers)) == 3 and numbers[0] == numbers[3] and min(numbers) >= 10_000


# ── who may not ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_wrong_codes_lead_nowhere_and_soon_have_to_wait(house: House) -> None:
    guesser = Client(house.app, "10.9.9.9")
    tries = [guesser.post("/room/CCCCC/join").status for _ in range(FREE_TRIES + 2)]
    assert tries == [404] * (FREE_TRIES + 1) + [429]
    refused = guesser.post(f"{house.at}/join")
    assert refused.status == 429 and int(refused.headers["retry-after"]) >= 1, "the right one too: no oracle"
    assert Client(house.app, "10.0.0.8").post(f"{house.at}/join").status == 200, "another address does not wait"


def test_who_is_in_does_not_wait_for_those_who_try_codes(house: House) -> None:
    phone = house.phone("10.9.9.9")
    house.room.ask(NUMBER)
    guesser = Client(house.app, "10.9.9.9")
    while guesser.post("/room/CCCCC/join").status != 429:
        pass
    assert house.bet(phone, 3) == 200
    desk = Client(house.app, "10.9.9.9")
    assert desk.post(f"{house.at}/desk/reveal", x_room_token=house.token).status == 200
    assert desk.post(f"{house.at}/desk/rest", x_room_token="x" * 32).status == 429


def test_a_closed_room_is_forgotten(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = weakref.ref(house.room)
    monkeypatch.setattr(drawing, "COLLECT", 0.01)
    press(house.room, JobEngine(Store(tmp_path / "runs"), InlineRunner()))
    while house.room.trains:
        time.sleep(0.01)
    house.rooms.close(house.room.code)
    del house.room
    gc.collect()
    assert seen() is None


@pytest.mark.parametrize("code", ["..%2f", "<script>", "CCCC", "CCCCCC", "phone"])
def test_what_is_no_code_is_no_room(house: House, code: str) -> None:
    assert Client(house.app).post(f"/room/{code}/join").status == 404


def test_nobody_steers_without_the_token(house: House) -> None:
    house.room.ask(NUMBER)
    other = house.rooms.open("another")
    for token in ("", "x" * 32, house.rooms.token(other)):
        assert house.desk("reveal", token) == 403
        assert Client(house.app).get(f"{house.at}/desk/csv", x_room_token=token).status == 403
        assert Client(house.app).get(f"{house.at}/desk/events", x_room_token=token).status == 403
    assert not house.room.now.is_revealed and house.desk("reveal") == 200


def test_who_did_not_come_in_can_neither_answer_nor_listen(house: House) -> None:
    house.room.ask(NUMBER)
    stranger = Client(house.app)
    assert house.bet(stranger, 3) == 401 and stranger.get(f"{house.at}/events").status == 401
    stranger.cookie = "room_guest=" + "a" * 32
    assert house.bet(stranger, 3) == 401


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://["},
                                     {"sec_fetch_site": "cross-site"}, {"content_type": "text/plain"}])
def test_another_sites_page_can_not_act_through_a_visitor(house: House, headers: dict[str, str]) -> None:
    phone = house.phone()
    house.room.ask(NUMBER)
    answer = phone.post(f"{house.at}/answer", {"key": NUMBER.key, "value": 3}, **headers)
    assert answer.status in (403, 415) and not house.room.answers


def test_a_foreign_name_is_not_answered_at_the_door(house: House) -> None:
    assert Client(house.app).get("/room", host="evil.example").status == 421


@pytest.mark.parametrize("body", [b"[" * 3_000, b"[]", b"1", b"{", b'{"value": NaN}', b"\xff", b'{"a":' * 600])
def test_what_is_no_message_is_refused(house: House, body: bytes) -> None:
    assert house.phone().post(f"{house.at}/answer", body).status == 400


def test_too_much_and_too_fast_is_refused(house: House) -> None:
    phone = house.phone()
    assert phone.post(f"{house.at}/answer", b" " * (MOST_BODY + 1)).status == 413
    answers = [phone.post(f"{house.at}/hand", {"up": True}) for _ in range(20)]
    assert 429 in {answer.status for answer in answers} and answers[-1].headers["retry-after"]
    assert house.phone().post(f"{house.at}/hand", {"up": True}).status == 200, "another phone does not wait"


def test_the_phones_page_runs_its_own_script_alone_and_is_light(house: House) -> None:
    page = Client(house.app).get(house.at)
    rules = page.headers["content-security-policy"]
    assert "default-src 'none'" in rules and "unsafe" not in rules
    text = gzip.decompress(page.body).decode()
    files = [part.split('"')[0] for part in text.split("/room/phone/")[1:]]
    sizes = [len(Client(house.app).get(f"/room/phone/{file.split('?')[0]}").body) for file in files]
    assert len(files) == 2 and sum(sizes) + len(page.body) < 60_000
    assert Client(house.app).get("/room/phone/words.js").status == 404
    script = served._source("app.js")
    assert "export" not in script.splitlines()[-1]
    assert [file.name for file in served.FOLDER.glob("*.js") if f"/{file.name}\n" not in script] == []


# ── what is kept ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_restart_loses_nothing(house: House) -> None:
    phone = house.phone()
    house.room.ask(CURVE)
    house.bet(phone, [[0, 1], [100, 60]], CURVE)
    house.room.reveal()
    again = Rooms(house.rooms._path).find(house.room.code)
    assert again is not None and again.owner == "presenter"
    assert (again.now, again.answers, again.guests) == (house.room.now, house.room.answers, house.room.guests)


def test_the_file_knows_nobody(house: House) -> None:
    """Neither the phone's secret nor its address: who gets the file cannot answer in anybody's name."""
    phone = house.phone("203.0.113.9")
    house.room.ask(CHOICE)
    house.bet(phone, 0, CHOICE)
    dump = "\n".join(sqlite3.connect(house.rooms._path).iterdump())
    assert phone.cookie.partition("=")[2] not in dump and "203.0.113.9" not in dump


def test_what_is_taken_home_numbers_the_phones_and_runs_no_formula(house: House) -> None:
    phone = house.phone()
    formula = Posed(Question("number", '=HYPERLINK("http://evil.example")'))
    house.room.ask(formula)
    house.bet(phone, 5, formula)
    got = Client(house.app).get(f"{house.at}/desk/csv", x_room_token=house.token)
    head, row = got.body.decode().strip().splitlines()
    assert head == "guest,minute,activity,question,answer" and row.startswith("1,0.0,answer,\"'=HYPERLINK")


def test_closing_deletes_everything_and_sends_everybody_home(house: House) -> None:
    phone = house.phone()
    house.room.ask(NUMBER)
    house.bet(phone, 41)
    assert house.desk("close") == 200
    assert phone.post(f"{house.at}/join").status == 410 and house.desk("reveal") == 410
    file = sqlite3.connect(house.rooms._path)
    assert [file.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("rooms", "guests", "answers", "tickets")] == [0, 0, 0, 0]
    assert b"How many of 100 win?" not in house.rooms._path.read_bytes()


def test_a_day_later_the_room_is_gone(tmp_path: Path) -> None:
    book = Book(tmp_path / "rooms.sqlite")
    book.open("CDFGH", "me")
    assert book.sweep() == [] and book.rooms()
    opened_at = book.rooms()[0][2]
    assert book.sweep(opened_at + DAY + 1) == ["CDFGH"] and book.rooms() == []


# ── tickets, really trained ──────────────────────────────────────────────────────────────────────────────────────


def test_a_rooms_tickets_are_trained_and_judged_as_in_chapter_2(house: House, tmp_path: Path) -> None:
    """Against the very Draws run of the engine: the same tickets, the same accuracies."""
    rule = drawing.rule()
    assert rule is not None and 0.8 < rule.target < rule.dense < rule.found + 0.02
    house.room.deal(rule)
    for phone in (house.phone(), house.phone()):
        phone.post(f"{house.at}/draw")
    work = drawing.Drawing(house.room, JobEngine(Store(tmp_path / "runs"), InlineRunner()))
    run = work.next()
    assert run is not None and (run.first, run.draws, run.dense_seeds, run.found) == (house.room.now.first, 2, 0, False)
    work.train(run)
    result = work.engine.result(run.key)
    assert result is not None
    tickets = list(house.room.tickets.values())
    assert [one.accuracy for one in tickets] == result.tables["cells"]["test_accuracy"].tolist()
    assert all(len(one.curve or ()) == 12 and one.curve[0] > one.curve[-1] for one in tickets)
    assert len(house.room.sketches) == 2 and work.next() is None
