"""Chapter 8 in Streamlit's own test harness: the map's choice, links, both bets, the labs' offers, the questions."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lth_core.catalogue import SEEDS, evidence, lab
from lth_core.ledger import bench as ledger_bench
from lth_core.results.result import Result
from pages.figures import labs
from pages.records import recorded
from pages.text.chapters import CHAPTERS
from pages.text.glossary import GLOSSARY
from pages.text.references import REFERENCES
from pages.text.works import WORKS
from tests.app.harness import open_page, words

FILE = "pages/8_connections.py"
opened = partial(open_page, FILE)


def rows(app: AppTest) -> list[str]:
    """Names of the works that stand in the tables."""
    return [work.name for work in WORKS if f"**{work.name}** [" in words(app)]


def bench(method: str) -> ledger_bench.Bench:
    def found(specs: list[object]) -> list[Result]:
        return [run for spec in specs if (run := recorded.atlas().find(spec)) is not None]  # type: ignore[arg-type]

    return ledger_bench.bench(found([lab(method, seed) for seed in SEEDS]),
                              found([evidence("quick", seed) for seed in SEEDS]))


def test_it_opens_with_all_works_and_both_results_hidden() -> None:
    app = opened()
    assert not app.warning and not app.error
    assert rows(app) == [work.name for work in WORKS]
    assert {"Before the hypothesis", "After the hypothesis", "References"} <= {header.value for header in app.header}
    keys = {button.key for button in app.download_button}
    assert "snip-chart-csv" not in keys and "popup-chart-csv" not in keys
    for method, condition in (("snip", "snip-global"), ("edge-popup", "edge-popup-scaled")):
        assert labs.percent(bench(method).mean(condition, 15)) not in words(app)


def test_a_work_is_told_whole_whatever_the_depth() -> None:
    app = opened(show="SNIP", depth="Gist")
    assert rows(app) == [work.name for work in WORKS], "its story stands beside the map"
    assert '[C38](connections#snip "C38: pruning before training"), pruning before training.' in words(app)
    assert r"\theta_{0,j}" in words(app) and "Touches the claims" in words(app)


def test_a_chapter_shows_its_works_and_the_select_box_goes_back_to_all() -> None:
    app = opened(show="Chapter 6")
    assert rows(app) == [work.name for work in WORKS if 6 in work.chapters]
    app.selectbox(key="shown").set_value("Everything").run()
    assert rows(app) == [work.name for work in WORKS] and "show" not in app.query_params
    app.selectbox(key="shown").set_value("LoRA").run()
    assert "Touches the claims" in words(app) and app.query_params["show"] in ("LoRA", ["LoRA"])


def test_a_chapter_that_no_work_touches_leaves_nothing_empty() -> None:
    assert rows(opened(show="Chapter 7")) == [work.name for work in WORKS]


@pytest.mark.parametrize(("depth", "formulas"), [("Gist", False), ("How", False), ("Maths", True)])
def test_formulas_come_with_depth(depth: str, formulas: bool) -> None:
    text = words(opened(depth=depth))
    assert (WORKS[0].formula in text) == formulas
    assert (WORKS[0].beside in text) == (depth != "Gist")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"show": "GPT", "lab": "OBD"}, ["show", "lab"]),
        ({"seed": "10"}, ["seed"]),
        ({"show": "<script>alert(1)</script>", "depth": "deep"}, ["show", "depth"]),
    ],
)
def test_a_bad_link_names_the_parameters_and_shows_the_defaults(query: dict[str, str], names: list[str]) -> None:
    app = opened(**query)
    assert len(app.warning) == 1
    assert all(f"{name} must be" in app.warning[0].value for name in names)
    assert "script" not in app.warning[0].value and len(rows(app)) == len(WORKS)


def test_the_first_bet_reveals_snip_s_place_between_random_and_ticket() -> None:
    found = bench("snip")
    app = opened()
    app.slider(key="bet-snip").set_value(80)
    app.button(key="bet-snip-go").click().run()
    place = f"{100 * labs.closes(found, 'snip-global', 15):.0f}".replace("-", "−")
    assert f"You said **80**. It was **{place}**." in words(app)
    assert labs.percent(found.mean("snip-global", 15)) in words(app)
    told = labs.against(found, "snip-global", "SNIP", 15, {"random": "the random mask", "ticket": "the ticket"})
    assert told in words(app)
    assert "snip-chart-csv" in {button.key for button in app.download_button}


def test_the_second_bet_reveals_what_an_untrained_net_reads() -> None:
    found = bench("edge-popup")
    app = opened()
    app.button(key="bet-popup-skip").click().run()
    text = words(app)
    assert "You said" not in text
    for condition in ("edge-popup-scaled", "edge-popup", "start"):
        assert labs.percent(found.mean(condition, 15)) in text


def test_labs_and_lotteries_compare_equal_sizes() -> None:
    for method in ("snip", "edge-popup"):
        found = bench(method)  # raises where a size differs
        assert found.seeds >= 2 and len(found.levels) == 4
        assert found.density[0] > 0.5 and found.density[-1] < 0.04


@pytest.mark.parametrize("method", ["SNIP", "Edge-Popup"])
def test_every_seed_of_both_labs_can_be_run(method: str) -> None:
    for seed in ("0", "7"):
        app = opened(lab=method, seed=seed)
        assert [button for button in app.button if button.key and button.key.startswith("lab-")]


def test_glossary_and_references_are_complete() -> None:
    text = words(opened(depth="Gist"))
    assert all(f"**{term.word}**" in text for term in GLOSSARY)
    assert all(f"{number}. {reference.authors}" in text for number, reference in enumerate(REFERENCES, 1))
    cited = {int(number) for number in re.findall(r"\[\\\[(\d+)\\\]\]", text)}
    assert cited == set(range(1, len(REFERENCES) + 1)), "a reference that nothing cites, or the other way round"


def test_missing_runs_are_explained(tmp_path: Path, shelf: Callable[[Path], Path]) -> None:
    shelf(tmp_path)
    app = opened()
    assert "chapter8" in app.error[0].value and "record" in app.error[0].value


def test_the_chapter_is_the_last() -> None:
    assert CHAPTERS[7].file == FILE and CHAPTERS[7].slug == "connections"
