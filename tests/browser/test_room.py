"""A room of real browsers: six phones bet, vote and draw; one loses its line, one reloads, the server starts again."""

from __future__ import annotations

import gzip
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.looking import PHONE, barriers, overflow, rest, settle
from tests.browser.serving import Server, running

PHONES = 6
TRAINED = 120_000  # ms: the first tickets wait for a worker to start


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(LTH_STORE=str(tmp_path_factory.mktemp("store"))) as app:
        yield app


@contextmanager
def opened(browser: Browser, url: str, size: tuple[int, int], errors: list[str]) -> Iterator[Page]:
    """A browser of its own. What it complains of when its line is cut is no fault; an exception is."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, has_touch=size == PHONE)
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url)
    yield page
    context.close()


@pytest.fixture(scope="module")
def room(browser: Browser, server: Server) -> Iterator[tuple[Page, list[Page]]]:
    """The presenter's board and PHONES phones, all in one room."""
    errors: list[str] = []
    with opened(browser, f"{server.url}/room_board?view=presenter", (1280, 720), errors) as board:
        board.get_by_role("button", name="Open a room").click()
        code = board.locator(".code b")
        expect(code).to_have_text(re.compile(r"^[A-Z0-9]{5}$"))
        stack = [opened(browser, f"{server.url}/room/{code.inner_text().lower()}", PHONE, errors)
                 for _ in range(PHONES)]
        phones = [one.__enter__() for one in stack]
        for phone in phones:
            expect(phone.get_by_role("heading", name="Look at the screen")).to_be_visible()
        yield board, phones
        for one in stack:
            one.__exit__(None, None, None)
    assert not errors


def deed(board: Page, name: str) -> None:
    board.locator(".deeds").get_by_role("button", name=name).click()


def put(board: Page, question: str, kind: str) -> None:
    """Put a question of one's own to the room."""
    board.get_by_role("button", name="A question of your own").click()
    board.get_by_label("Question", exact=True).fill(question)
    board.get_by_text(kind, exact=True).click()
    board.get_by_role("button", name="Get it ready").click()
    board.get_by_text("Ready: ").wait_for()
    board.keyboard.press("Escape")
    deed(board, "Ask the room")


def place(phone: Page, value: int) -> None:
    """Move the slider and bet."""
    phone.get_by_role("slider").fill(str(value))
    phone.get_by_role("button", name="Place my bet").click()


def door_port(board: Page) -> int:
    return int(board.locator(".link b").inner_text().split(":")[1].split("/")[0])


def reaches(port: int) -> bool:
    """Does anything listen there?"""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def heading(page: Page, text: str) -> Locator:
    return page.get_by_role("heading", name=text)


def test_the_door_of_a_room_leads_to_phones_pages_alone(room: tuple[Page, list[Page]]) -> None:
    """The second listener serves rooms: no page, no session, no job of the app."""
    port = door_port(room[0])
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/room", timeout=5) as answer:
        assert b"/room/phone/app.js" in gzip.decompress(answer.read())
    for path in ("/", "/paradox", "/_stcore/health", "/api/jobs/events"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5)


def test_the_room_bets_and_a_bet_placed_in_a_tunnel_arrives(room: tuple[Page, list[Page]]) -> None:
    board, phones = room
    expect(board.locator(".count")).to_have_text(f"{PHONES} in the room")
    put(board, "How many of 100 <b>win</b>?", "A number")
    for phone in phones:
        expect(heading(phone, "How many of 100 <b>win</b>?")).to_be_visible()
    for value, phone in enumerate(phones[1:]):
        place(phone, 10 * value)
        expect(phone.get_by_text(f"Your bet is {10 * value}%")).to_be_visible()
    expect(board.locator(".count")).to_have_text(f"{PHONES - 1} of {PHONES} have answered")
    phones[0].context.set_offline(True)
    place(phones[0], 77)
    expect(phones[0].get_by_text("Not sent yet")).to_be_visible()
    phones[0].context.set_offline(False)
    expect(phones[0].get_by_text("Your bet is 77%")).to_be_visible()
    expect(board.locator(".count")).to_have_text(f"{PHONES} of {PHONES} have answered")
    deed(board, "Reveal")
    expect(board.get_by_role("img", name="6 answers from 0 to 100%")).to_be_visible()
    expect(phones[0].get_by_text("You said 77%.")).to_be_visible()


def test_a_finger_draws_a_curve_and_the_board_shows_all(room: tuple[Page, list[Page]]) -> None:
    board, phones = room
    put(board, "Draw the accuracy.", "A curve")
    for number, phone in enumerate(phones[:3]):
        pad = phone.get_by_role("slider")
        box = pad.bounding_box()
        phone.get_by_role("button", name="Place my bet").click()
        expect(phone.get_by_text("Draw over the whole width first.")).to_be_visible()
        phone.mouse.move(box["x"] + 2, box["y"] + 60 + 20 * number)
        phone.mouse.down()
        phone.mouse.move(box["x"] + box["width"] - 2, box["y"] + 120, steps=9)
        phone.mouse.up()
        phone.get_by_role("button", name="Place my bet").click()
        expect(phone.get_by_text("Your choice is in.")).to_be_visible()
    pad = phones[3].get_by_role("slider")
    pad.focus()
    for _ in range(24):
        phones[3].keyboard.press("ArrowRight")
    phones[3].keyboard.press("ArrowUp")
    phones[3].get_by_role("button", name="Place my bet").click()
    expect(phones[3].get_by_text("Your choice is in.")).to_be_visible()
    deed(board, "Reveal")
    expect(board.get_by_role("img", name="4 drawn curves")).to_be_visible()
    expect(board.locator("polyline.one")).to_have_count(4)
    expect(phones[0].locator("polyline.own")).to_have_attribute("points", re.compile(r"(\S+,\S+ ){20}"))


def test_everybody_can_use_it(room: tuple[Page, list[Page]]) -> None:
    board, phones = room
    for scheme in ("light", "dark"):
        for page in (board, phones[0]):
            page.emulate_media(color_scheme=scheme)
            assert not barriers(page), (page.url, scheme)
    for page, width in ((board, 390), (phones[0], 320)):
        before = page.viewport_size
        page.set_viewport_size({"width": width, "height": 844})
        rest(page)
        assert overflow(page) == 0, page.url
        page.set_viewport_size(before)
    small = phones[1].evaluate("[...document.querySelectorAll('button, input')].filter(one => one.checkVisibility())"
                               ".map(one => one.getBoundingClientRect()).filter(box => box.height < 44).length")
    assert small == 0


def test_the_room_draws_tickets_and_a_reload_keeps_ones_own(room: tuple[Page, list[Page]]) -> None:
    board, phones = room
    deed(board, "Draw tickets")
    for phone in phones:
        phone.get_by_role("button", name="Draw my ticket").click()
    for phone in phones:
        expect(phone.get_by_text("of the digits. It needed")).to_be_visible(timeout=TRAINED)
        expect(phone.locator(".learning")).to_be_visible()
    said = [phone.get_by_text("of the digits").inner_text() for phone in phones]
    assert len(set(said)) > 1, "every ticket is another one"
    expect(heading(board, f"of {PHONES} won.")).to_be_visible()
    expect(board.locator(".cards .card")).to_have_count(PHONES)
    won = sum("✓" in phone.get_by_role("heading", level=1).inner_text() for phone in phones)
    assert board.locator(".cards .card.won").count() == won
    phones[2].reload()
    expect(phones[2].get_by_text(said[2])).to_be_visible()
    assert not barriers(phones[2]) and not barriers(board)


def test_the_room_races_and_every_phone_has_a_lane(room: tuple[Page, list[Page]]) -> None:
    board, phones = room
    deed(board, "Race")
    for phone, lane in zip(phones, ("the ticket.", "fresh weights.", "a random mask") * 2, strict=True):
        expect(phone.get_by_role("heading", level=1)).to_contain_text(lane)
    for phone in phones:
        expect(phone.get_by_text("Your net reads")).to_be_visible(timeout=TRAINED)
    expect(heading(board, f"{PHONES} of {PHONES} trainings have ended")).to_be_visible(timeout=TRAINED)
    expect(board.get_by_role("img", name=f"Learning curves of {PHONES} trainings.")).to_be_visible()
    expect(board.locator(".lanes span")).to_have_count(3)


def test_a_chapter_asks_the_room_and_says_why(browser: Browser, room: tuple[Page, list[Page]], server: Server) -> None:
    board, phones = room
    chapter = board.context.new_page()
    chapter.goto(f"{server.url}/paradox")
    chapter.get_by_text("Two questions before you go").wait_for()
    settle(chapter)
    chapter.get_by_role("button", name="Ask the room").first.click()
    chapter.get_by_text("It is on every phone now").wait_for()
    chapter.close()
    for number, phone in enumerate(phones):
        expect(phone.locator(".option").first).to_be_visible()
        assert not phone.locator(".option[aria-pressed=true]").count(), "no answer of the question before"
        phone.locator(".option").nth(number % 2).click()
        expect(phone.get_by_text("Your choice is in")).to_be_visible()
    expect(board.locator(".count")).to_have_text(f"{PHONES} of {PHONES} have answered")
    assert "✓" not in phones[0].inner_text("main")
    deed(board, "Reveal")
    expect(phones[0].locator(".row.true")).to_contain_text("✓")
    assert len(phones[0].locator(".row small").all_inner_texts()) == phones[0].locator(".row").count()
    expect(board.locator(".row.true")).to_have_count(1)


def test_the_server_starts_again_and_everybody_is_back(room: tuple[Page, list[Page]], server: Server) -> None:
    board, phones = room
    phones[3].get_by_role("button", name="I am lost").click()
    expect(board.locator(".count")).to_contain_text("hands up: 1")
    server.kill()
    expect(phones[0].get_by_text("No connection")).to_be_visible()
    expect(board.locator(".deeds[inert]")).to_be_visible()
    server.start()
    for phone in phones:
        expect(phone.locator(".line")).to_be_empty()
        expect(phone.locator(".row.true")).to_contain_text("✓")
    expect(board.locator(".deeds:not([inert])")).to_be_visible(timeout=60_000)  # the page came back, with a new token
    expect(board.locator(".count")).to_contain_text("hands up: 1")
    deed(board, "Pause")
    for phone in phones:
        expect(heading(phone, "Look at the screen")).to_be_visible()


def test_closing_sends_everybody_home(room: tuple[Page, list[Page]]) -> None:
    board, phones = room
    port = door_port(board)
    assert reaches(port)
    deed(board, "Close the room")
    deed(board, "Delete everything and close?")
    for phone in phones:
        expect(heading(phone, "The room is closed.")).to_be_visible()
    expect(board.get_by_role("button", name="Open a room")).to_be_visible()
    until = time.monotonic() + 20
    while reaches(port) and time.monotonic() < until:
        board.wait_for_timeout(200)
    assert not reaches(port), "the door closes with the last room"
