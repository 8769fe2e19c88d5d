"""Chapter 8 in Streamlit's own test harness: the map's choice, links, the questions."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lth_core.catalogue import lab
from pages.figures import all_methods
from pages.labs import LABS
from pages.sections import all_methods as section
from pages.text.chapters import CHAPTERS
from pages.text.glossary import GLOSSARY
from pages.text.references import REFERENCES
from pages.text.works import BY_NAME, WORKS
from tests.app.harness import headline, open_page, words

FILE = "pages/8_connections.py"
MAIN = ["Optimal Brain Damage", "Prune and retrain", "Rethinking generalization", "Value of pruning", "SNIP",
        "Late rewinding", "Edge-Popup", "SparseGPT"]  # as they stand by year
opened = partial(open_page, FILE)


def rows(app: AppTest) -> list[str]:
    """Names of the works that stand in the tables."""
    return [work.name for work in WORKS if f"**{work.name}** [" in words(app)]


def test_it_opens_with_three_works_before_and_five_after() -> None:
    app = opened()
    assert not app.warning and not app.error
    assert rows(app) == MAIN and [BY_NAME[name].before for name in MAIN].count(True) == 3
    headers = {header.value for header in app.header}
    assert {"Before the hypothesis", "After the hypothesis, and beside it", "Two questions before you go"} <= headers


def test_a_work_is_told_whole_whatever_the_depth() -> None:
    app = opened(show="SNIP", depth="Gist")
    assert rows(app) == MAIN, "its story stands beside the map"
    assert '[C38](lab?method=before-training "C38: pruning before training"), pruning before training.' in words(app)
    assert r"\theta_{0,j}" in words(app) and "Touches the claims" in words(app)


def test_a_chapter_shows_its_works_and_the_select_box_goes_back_to_all() -> None:
    app = opened(show="Chapter 6")
    assert rows(app) == [work.name for work in WORKS if 6 in work.chapters]
    app.selectbox(key="shown").set_value("Everything").run()
    assert rows(app) == MAIN and "show" not in app.query_params
    work = "LoRA, adapters, BitFit"
    app.selectbox(key="shown").set_value(work).run()
    assert "Touches the claims" in words(app) and app.query_params["show"] in (work, [work])


def test_a_chapter_that_no_work_touches_leaves_nothing_empty() -> None:
    assert rows(opened(show="Chapter 7")) == MAIN


@pytest.mark.parametrize(("depth", "formulas"), [("Gist", False), ("How", False), ("Maths", True)])
def test_formulas_come_with_depth(depth: str, formulas: bool) -> None:
    text = words(opened(depth=depth))
    assert (WORKS[0].formula in text) == formulas
    assert (WORKS[0].beside in text) == (depth != "Gist")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"show": "GPT"}, ["show"]),
        ({"show": "<script>alert(1)</script>", "depth": "deep"}, ["show", "depth"]),
    ],
)
def test_a_bad_link_names_the_parameters_and_shows_the_defaults(query: dict[str, str], names: list[str]) -> None:
    app = opened(**query)
    assert len(app.warning) == 1
    assert all(f"{name} must be" in app.warning[0].value for name in names)
    assert "script" not in app.warning[0].value and rows(app) == MAIN


def test_glossary_and_references_are_complete() -> None:
    app = open_page("pages/sources.py")
    text = words(app)
    assert headline(app) == "Sources" and any("frankle2019lottery" in code.value for code in app.code)
    assert all(f"**{term.word}**" in text for term in GLOSSARY)
    assert all(f"{number}. {reference.authors}" in text for number, reference in enumerate(REFERENCES, 1))
    said = "\n".join([text, *(words(open_page("pages/lab.py", method=lab.method)) for lab in LABS)])
    cited = {int(number) for number in re.findall(r"\[\\\[(\d+)\\\]\]", said)}
    assert cited <= set(range(1, len(REFERENCES) + 1))  # who cites the others: test_statements


def test_all_methods_stand_on_one_chart_at_the_size_of_the_slider() -> None:
    found = section.everything()
    assert found is not None and set(all_methods.shown(found)) == set(all_methods.METHODS)
    app = opened(size="21%")
    assert all_methods.takeaway(found, 7)[1:] in words(app) and all_methods.best(found, 7) in words(app)
    app.select_slider(key="size").set_value("3.6%").run()
    assert all_methods.takeaway(found, 15)[1:] in words(app) and "all-methods-chart-csv" in {
        button.key for button in app.download_button}
    assert "size must be" in opened(size="4%").warning[0].value


def test_without_the_masks_before_training_the_chapter_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(section, "lab_run", lambda method, seed: lab(method, seed + 500))
    app = opened()
    assert any("python -m lth_core record labs" in info.value for info in app.info)
    assert "Two questions before you go" in {header.value for header in app.header}


def test_missing_runs_are_explained(tmp_path: Path, shelf: Callable[[Path], Path]) -> None:
    shelf(tmp_path)
    app = opened()
    assert "snip" in app.error[0].value and "record" in app.error[0].value


def test_the_chapter_is_the_last() -> None:
    assert CHAPTERS[7].file == FILE and CHAPTERS[7].slug == "connections"
