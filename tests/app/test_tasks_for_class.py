"""A teacher's link and a student's receipt: they come back whole, strangers' do no harm, and the checksum tells."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from pages.address.packed import MOST_LINK, pack
from pages.sections import own_task
from pages.teaching import receipt, sheet
from pages.teaching.receipt import ReceiptError, made
from pages.teaching.task import PAGES, Task, TaskError, of_link, to_link
from pages.teaching.words import clean
from pages.text.chapters import CHAPTERS, at
from tests.app.harness import ROOT, address, open_page, words

HOSTILE = '<script>alert(1)</script> [x](javascript:1) **b** $x$ #panic("x") ] \\ @a'
NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
PRUNING = "pages/3_iterative_pruning.py"
DAMAGED = {
    "empty": "", "half": to_link(Task("Where does it break?"))[:-6], "markup": "<b>", "letters": "é" * 9,
    "long": "A" * (MOST_LINK + 1), "unpacks large": pack(" " * 400_000), "a talk": pack({"title": "x", "beat": []}),
    "no text": pack([1, 0]), "too long": pack(["x" * 501, 0]), "blank": pack([" ", 0]), "third value": pack(["x", 2]),
    "turned around": pack(["a\u202eb", 0]), "nested": pack([["x"], 0]), "deep": pack([{"a": [[[1]]]}, [0]]),
}


def html(app: AppTest) -> str:
    return "".join(item.proto.body for item in app.get("html"))


def answered(text: str = "Between rounds 9 and 12.") -> receipt.Receipt:
    return made("pruning", {"round": "5", "net": "Small net"}, "Where does it break?", text, NOW)


# ── the teacher's link ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("task", [Task("Why?"), Task(HOSTILE, fixed=True), Task("é漢🙂\nsecond"), Task("x" * 500)])
def test_a_task_comes_back_from_its_link(task: Task) -> None:
    assert of_link(to_link(task)) == task


@pytest.mark.parametrize("word", DAMAGED.values(), ids=DAMAGED)
def test_a_link_that_is_no_task_is_refused_without_repeating_it(word: str) -> None:
    with pytest.raises(TaskError) as refused:
        of_link(word)
    assert word == "" or word[:40] not in str(refused.value)


def test_what_a_teacher_pastes_becomes_plain_text() -> None:
    assert clean("  a\r\nb\tc\x00\u202e\ud800 ") == "a\nb c"
    assert Task(clean("Why\x07?")).asked == "Why?"


def test_every_chapter_can_carry_a_task_and_pages_that_make_no_sense_cannot() -> None:
    assert {chapter.slug for chapter in CHAPTERS} | {"lab", "ledger", "proof", "sources"} == set(PAGES)


def test_the_link_holds_state_depth_and_task() -> None:
    state = {"round": "5", "depth": "Maths"}
    assert own_task.link("pruning", state, Task("Why?"), "How") == f"pruning?round=5&task={to_link(Task('Why?'))}"
    assert "depth=Gist" in own_task.link("pruning", state, Task("Why?"), "Gist")
    assert "depth=Maths" in own_task.link("lab", state, Task("Why?"), None)


@pytest.mark.parametrize("name", ["half", "markup", "long", "turned around"])
def test_a_damaged_task_is_one_sentence_and_the_page_without_it(name: str) -> None:
    app = open_page(PRUNING, task=DAMAGED[name])
    assert len(app.warning) == 1 and "task must be a whole link of a teacher" in app.warning[0].value
    assert "task" not in address(app) and not [item for item in app.text_area if item.key == "task-answer"]
    app.run()
    assert not app.warning and not app.exception


def test_a_student_sees_the_question_as_text_answers_and_holds_a_receipt() -> None:
    app = open_page(PRUNING, round="5", task=to_link(Task(HOSTILE, fixed=True)))
    assert "&lt;script&gt;" in html(app) and "<script>" not in html(app)
    send = next(button for button in app.button if button.label == "Make my receipt")
    send.click().run()
    assert [item.value for item in app.toast] == ["Write your answer first."]
    app.text_area(key="task-answer").set_value("<i>Nine</i>")
    next(button for button in app.button if button.label == "Make my receipt").click().run()
    assert not app.exception and "checksum holds" in app.success[0].value
    kept = receipt.of_link(address(app)["r"])
    assert kept.holds and kept.page == "pruning" and kept.state["round"] == "5" and "task" not in kept.state
    assert (kept.asked, kept.answer) == (HOSTILE, "<i>Nine</i>")
    assert "&lt;i&gt;Nine" in html(app) and "<i>Nine" not in html(app) and f"]({kept.address})" in words(app)


# ── the receipt ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["Yes.", HOSTILE, "é漢🙂\n\nsecond", "x" * 1_000])
def test_a_receipt_comes_back_and_its_checksum_holds(text: str) -> None:
    kept = receipt.of_link(receipt.to_link(answered(text)))
    assert kept == answered(text) and kept.holds and kept.time == "2026-03-01 12:30:00 UTC"


@pytest.mark.parametrize("part", [{"answer": "Before."}, {"asked": "Why?"}, {"page": "limits"}, {"state": {}},
                                  {"time": "2026-03-01 12:29:59 UTC"}, {"checksum": "0" * 64}, {"checksum": ""}])
def test_whatever_is_changed_afterwards_the_checksum_tells(part: dict) -> None:
    changed = dataclasses.replace(answered(), **part)
    word = receipt.to_link(changed)
    assert not receipt.of_link(word).holds
    app = open_page("pages/receipt.py", r=word)
    assert "does not hold" in app.error[0].value and not app.success


@pytest.mark.parametrize("part", [
    {"page": "https://evil.example"}, {"page": ["pruning"]}, {"state": {"a": 1}}, {"state": {"a" * 41: "x"}},
    {"state": {"a": "x" * 401}}, {"state": [1]}, {"answer": ""}, {"answer": "x" * 1_001}, {"answer": "a\u202eb"},
    {"asked": None}, {"time": "yesterday"}, {"time": 3}, {"checksum": "<b>"}, {"checksum": None}, {"more": 1},
])
def test_a_strangers_receipt_is_refused(part: dict) -> None:
    word = pack(dataclasses.asdict(answered()) | part)
    with pytest.raises(ReceiptError):
        receipt.of_link(word)


@pytest.mark.parametrize("word", ["broken", *DAMAGED.values()])
def test_a_link_that_is_no_receipt_says_so_and_where_one_is_made(word: str) -> None:
    if word:
        with pytest.raises(ReceiptError):
            receipt.of_link(word)


def test_the_page_without_a_receipt_says_how_one_is_made() -> None:
    app = open_page("pages/receipt.py", r="broken")
    assert "holds no receipt" in app.warning[0].value and "Make a task of this page" in words(app)


def test_the_checksum_is_what_anybody_can_compute() -> None:
    """The digest of this text by `sha256sum`: a teacher needs nothing of ours to check a receipt."""
    text = ('{"answer":"Yes.","asked":"Where does it break?","page":"pruning","state":{"net":"Small net","round":"5"},'
            '"time":"2026-03-01 12:30:00 UTC"}')
    assert answered("Yes.").checksum == hashlib.sha256(text.encode()).hexdigest()


def test_the_sheet_takes_no_orders() -> None:
    one = answered(HOSTILE)
    assert sheet.pdf(one, "http://127.0.0.1:8501", receipt.to_link(one))[:5] == b"%PDF-"
    changed = dataclasses.replace(one, answer="Other.")
    assert sheet.pdf(changed, "http://127.0.0.1:8501", receipt.to_link(changed))[:5] == b"%PDF-"


def test_every_page_that_a_receipt_names_is_there() -> None:
    assert all(at(slug) for slug in PAGES) and at("receipt")


# ── docs/teaching.md ─────────────────────────────────────────────────────────────────────────────────────────────────

GUIDE = (ROOT / "docs/teaching.md").read_text(encoding="utf-8")
# The page, its parameters, what the guide says there, and what the page says.
SOLUTIONS = [
    ("pages/1_the_paradox.py", {"bet-width": "skipped"}, "12 hidden units did in every one of 20 nets",
     "With **12 hidden units** every one of 20 nets"),
    ("pages/2_the_hypothesis.py", {"bet-rate": "skipped"}, "3 of 200 recorded tickets win",
     "At **32% kept**, **3 of 200** random tickets win"),
    ("pages/2_the_hypothesis.py", {"bet-rate": "skipped"}, "With 64% kept, 83% do", "83% of the random tickets win"),
    (PRUNING, {"bet-breaks": "skipped"}, "in round 5 the mean first falls more than a point below",
     "In round 5 the mean first falls more than a point below"),
    ("pages/4_initialisation.py", {"bet-opens": "skipped"}, "in round 21, not in round 10",
     "17 points behind the ticket in round 21"),
    ("pages/4_initialisation.py", {"bet-opens": "skipped"}, "New first values never fall 10 points behind",
     "the random reinit **never** falls 10 points behind"),
    ("pages/5_evidence.py", {"bet-epochs": "skipped"}, "after the bet:* 97.22%", "It is **97.22 ± 0.17%**"),
    ("pages/6_limits.py", {"k": "0"}, "k = 5 is the earliest step that surely matches", "earliest step that surely "
     "matches is **k = 5**"),
]


@pytest.mark.parametrize(("file", "asked", "told", "shown"), SOLUTIONS, ids=lambda part: str(part)[:30])
def test_a_solution_of_the_guide_is_what_the_page_says(file: str, asked: dict, told: str, shown: str) -> None:
    assert told in " ".join(GUIDE.split())
    assert shown in words(open_page(file, **asked))


def test_every_address_of_the_guide_leads_to_a_page_that_takes_it() -> None:
    found = re.findall(r"`/([\w_]+)(?:\?([^`#]+))?(?:#([\w-]+))?`", GUIDE)
    assert len(found) > 25
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "pages").rglob("*.py"))
    for slug, query, anchor in found:
        page = at(slug)
        assert page is not None, slug
        assert not anchor or f'anchor="{anchor}"' in written, anchor
        if query:
            app = open_page(page.file, **dict(parse_qsl(query)))
            assert not app.warning and not app.error, (slug, query)


@pytest.mark.parametrize(("file", "name"), [
    ("room/phone/words.js", "Draw a ticket"), ("widgets/room_board/words.py", "Open a room"),
    ("widgets/room_board/words.py", "Reveal"), ("widgets/companion/words.py", "Make a task of this page"),
    ("sections/task_box.py", "Make my receipt"), ("widgets/ablation/words.py", "Place the bet and reveal"),
])
def test_what_the_guide_says_to_press_is_there(file: str, name: str) -> None:
    assert f"**{name}**" in " ".join(GUIDE.split())
    assert f'"{name}"' in (ROOT / "pages" / file).read_text(encoding="utf-8")
