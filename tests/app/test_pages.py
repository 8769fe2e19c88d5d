"""Every page in Streamlit's own test harness: it runs, says where its numbers come from, and survives bad links."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.text import chapters
from pages.text.chapters import BESIDE, CHAPTERS, Chapter
from tests.app.harness import HOME, ROOT, charts, headline, in_a_process_of_its_own, open_page, words

READY = [chapter for chapter in CHAPTERS if chapter.exists]


def test_chapters_are_numbered_in_order_and_have_addresses_of_their_own() -> None:
    assert [chapter.number for chapter in CHAPTERS] == list(range(1, len(CHAPTERS) + 1))
    assert len({page.slug for page in (*CHAPTERS, *BESIDE)}) == len(CHAPTERS) + len(BESIDE)
    for chapter in READY:
        assert (ROOT / chapter.file).is_file()
        assert Path(chapter.file).name.startswith(f"{chapter.number}_")


def test_home_shows_the_map_and_says_what_is_to_come() -> None:
    text = words(open_page(HOME))
    for chapter in CHAPTERS:
        assert chapter.question in text
    assert text.count("to come") == len(CHAPTERS) - len(READY)


def test_a_chapter_that_is_to_come_finds_its_place_on_the_map(monkeypatch: pytest.MonkeyPatch) -> None:
    one_more = Chapter(len(CHAPTERS) + 1, "more", "One more", "Who would have thought?", "Wait for it.")
    monkeypatch.setattr(chapters, "CHAPTERS", (*CHAPTERS, one_more))
    text = words(open_page(HOME))
    assert f"**{one_more.label}**" in text and "to come" in text and all(one.question in text for one in CHAPTERS)


@pytest.mark.parametrize("chapter", READY, ids=lambda chapter: chapter.slug)
@pytest.mark.parametrize("depth", ["Gist", "How", "Maths"])
def test_every_chapter_runs_at_every_depth_with_evidence(chapter, depth: str) -> None:
    app = open_page(chapter.file, depth=depth)
    assert headline(app) == chapter.title
    assert "measured here" in words(app)
    assert not app.error and not app.warning


def test_deeper_says_more() -> None:
    lengths = [len(words(open_page(READY[0].file, depth=depth))) for depth in ("Gist", "How", "Maths")]
    assert lengths[0] < lengths[1] < lengths[2]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"sparsity": "abc", "seed": "-1"}, ["sparsity", "seed"]),
        ({"sparsity": "101"}, ["sparsity"]),
        ({"net": "vgg", "depth": "deep"}, ["net", "depth"]),
        ({"seed": "9" * 5_000}, ["seed"]),
        ({"sparsity": "<script>alert(1)</script>"}, ["sparsity"]),
    ],
)
def test_a_bad_link_names_the_parameter_and_shows_the_default(query: dict[str, str], names: list[str]) -> None:
    app = open_page(READY[0].file, **query)
    assert len(app.warning) == 1
    for name in names:
        assert f"{name} must be" in app.warning[0].value
    assert "script" not in app.warning[0].value
    assert headline(app) == "The paradox"


def test_a_link_restores_the_state() -> None:
    app = open_page(READY[0].file, net="Small net", seed="3", sparsity="90", rerun="true")
    assert app.selectbox(key="seed").value == 3
    assert app.toggle(key="rerun").value and "Train it now" in [button.label for button in app.button]
    assert {"ladders.csv.rungs", "ladders.json", "ladders.arrays"} <= {b.key for b in app.download_button}
    assert "At **90% sparsity**" in words(app)
    assert "of 1,096 weights" in words(app)


def test_the_bet_can_be_placed_and_skipped() -> None:
    app = open_page(READY[0].file)
    assert not [b for b in app.download_button if b.key == "widths-csv"]
    app.slider(key="bet-width").set_value(7)
    app.button(key="bet-width-go").click().run()
    assert "You said **7**" in words(app)
    skipped = open_page(READY[0].file)
    skipped.button(key="bet-width-skip").click().run()
    assert "You said" not in words(skipped) and "hidden units" in words(skipped)


def test_a_question_comes_back_in_the_next_chapter_and_home_knows_how_far_one_came() -> None:
    app = open_page(READY[0].file, depth="Gist")
    first, second = (radio for radio in app.radio if radio.key.startswith("quiz-"))
    right = next(option for option in second.options if _says_yes(app, second.key, option))
    wrong = next(option for option in first.options if not _says_yes(app, first.key, option))
    app.radio(key=first.key).set_value(wrong)
    app.radio(key=second.key).set_value(right).run()
    app.switch_page(READY[1].file).run()
    assert "And one that comes back, from chapter 1:" in words(app)
    back = [radio for radio in app.radio if radio.key.startswith("again-")]
    assert [radio.key for radio in back] == [f"again-{first.key}"] and back[0].value is None  # the one that was missed
    app.switch_page(HOME).run()
    assert "opened · 1 of 2 questions right" in words(app) and words(app).count("opened") == 2
    app.switch_page(READY[3].file).run()  # from chapter 3, where nobody was, nothing can come back
    assert not [radio for radio in app.radio if radio.key.startswith("again-")]


def test_home_asks_again_what_was_missed_before_what_was_right() -> None:
    app = open_page(HOME)
    assert not app.radio
    app.switch_page(READY[0].file).run()
    first, second = (radio for radio in app.radio if radio.key.startswith("quiz-"))
    right = next(option for option in first.options if _says_yes(app, first.key, option))
    app.radio(key=first.key).set_value(right).run()
    app.switch_page(HOME).run()
    assert [radio.key for radio in app.radio] == [f"final-{second.key}", f"final-{first.key}"]
    assert all(radio.value is None for radio in app.radio)


def test_no_two_questions_of_the_site_share_a_key() -> None:
    """Home asks those of all chapters on one page: two with one key broke it for whoever had opened both chapters."""
    keys = [node.args[0].value for file in (ROOT / "pages").rglob("*.py")
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == "Question" and len(node.args) == 4
            and isinstance(node.args[0], ast.Constant)]
    assert len(keys) >= 2 * len(READY) and len(set(keys)) == len(keys), sorted(keys)


def _says_yes(app: AppTest, key: str, option: str) -> bool:
    app.radio(key=key).set_value(option).run()
    return any(item.value.startswith("**Yes.**") for item in app.get_by_key(f"{key}-reason").children.values())


@pytest.mark.parametrize("chapter", READY, ids=lambda chapter: chapter.slug)
def test_every_option_of_every_question_has_a_reason(chapter) -> None:
    app = open_page(chapter.file, depth="Gist")
    questions = {radio.key: radio.options for radio in app.radio if radio.key and radio.key.startswith("quiz-")}
    assert len(questions) == 2
    for key, options in questions.items():
        reasons, right = set(), 0
        for option in options:
            app.radio(key=key).set_value(option).run()
            said = [item.value for item in app.get_by_key(f"{key}-reason").children.values()]
            reasons.add(said[0])
            right += said[0].startswith("**Yes.**")
        assert len(reasons) == len(options) and right == 1


def test_the_colours_are_the_readers_choice_and_the_words_follow_them() -> None:
    app = open_page(READY[1].file)
    assert "look for the green ones" in words(app)
    app.get_by_key("colours").set_value("Blue and orange").run()
    assert "look for the blue ones" in words(app) and "Orange, dashed: removed" in words(app)
    assert app.query_params["colours"] == "Blue and orange"
    colours = {line["colour"] for chart in charts(app) for line in chart["lines"]}
    assert colours and "#009E73" not in colours
    for linked, said in (("Blue and orange", "Blue is kept, orange is pruned"), ("Sepia", "Green is kept, red is")):
        link = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
        link.query_params["colours"] = linked
        assert said in words(link.run()) and bool(link.warning) == (linked == "Sepia")
    assert "colours must be one of Green and red, Blue and orange" in link.warning[0].value


def test_a_missing_atlas_is_explained_and_nothing_breaks(tmp_path: Path) -> None:
    in_a_process_of_its_own(
        f"for file in {[chapter.file for chapter in READY]!r}:\n"
        "    app = visit(file)\n"
        "    assert not app.exception, (file, app.exception)\n"
        "    assert 'record' in app.error[0].value, (file, app.error)\n",
        LTH_ATLAS=str(tmp_path),
    )


def test_the_web_process_imports_neither_torch_nor_pandas() -> None:
    in_a_process_of_its_own(
        f"for file in {[page.file for page in (*READY, *BESIDE)]!r}:\n"
        "    assert not visit(file).exception, file\n"
        "    assert 'torch' not in sys.modules and 'numba' not in sys.modules, file\n"
        "    assert 'pandas' not in sys.modules, file\n"
    )
