"""Two exhibits in Streamlit's own test harness: the faults and the landscape."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lth_core.catalogue import SEEDS, faulty
from pages.figures import faults, landscape
from pages.records import recorded
from pages.text.faults import SNIPPETS
from tests.app.harness import everything as words
from tests.app.harness import open_page, programs
from tests.figures.invented import atlas
from tests.figures.invented6 import chain
from tests.figures.invented_landscape import ground

pruning = partial(open_page, "pages/3_iterative_pruning.py")
lab = partial(open_page, "pages/lab.py")


def case(fault: str) -> faults.Case:
    found = faults.case(fault, *(recorded.among(faulty(name, seed) for seed in SEEDS) for name in (fault, "none")))
    assert found is not None
    return found


# ── spot the fault ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_fault_stays_hidden_until_the_reader_has_guessed() -> None:
    app, snippet = pruning(), SNIPPETS[0]
    told = faults.curve(case(snippet.fault))
    assert snippet.code in programs(app)
    assert told not in words(app) and f"**{snippet.name}.**" not in words(app)
    app.radio(key=f"fault-{snippet.fault}").set_value(snippet.options[0][0]).run()
    assert told in words(app) and snippet.cure in programs(app)
    assert f"**Not quite.** {snippet.options[0][1]}" in [item.value for item in app.warning]
    app.radio(key=f"fault-{snippet.fault}").set_value(snippet.options[snippet.answer][0]).run()
    assert f"**Yes.** {snippet.options[snippet.answer][1]}" in [item.value for item in app.success]
    assert "of 2 questions" not in words(app), "it is no question of the chapter's end"


@pytest.mark.parametrize("number", range(1, len(SNIPPETS) + 1))
def test_each_snippet_has_an_address_and_can_be_shown_without_a_guess(number: int) -> None:
    app, snippet = pruning(snippet=str(number)), SNIPPETS[number - 1]
    app.button(key=f"fault-{snippet.fault}-skip").click().run()
    assert not app.exception and f"**{snippet.name}.**" in words(app)
    assert faults.counts(case(snippet.fault)) in words(app) and faults.curve(case(snippet.fault)) in words(app)
    assert snippet.note in words(app)


def test_all_faults_stand_in_one_table_and_at_the_deepest_level_their_code() -> None:
    app = pruning(depth="Maths", snippet="2")
    assert all(row["Fault"] in words(app) for row in
               faults.rows([case(snippet.fault) for snippet in SNIPPETS], {one.fault: one.name for one in SNIPPETS}))
    app.button(key="fault-zeros-skip").click().run()
    assert any("def by_quantile_of_all" in program for program in programs(app))


def test_a_snippet_that_does_not_exist_is_refused_by_name() -> None:
    app = pruning(snippet="8")
    assert "snippet must be one of 1, 2, 3, 4, 5, 6, 7; using 1" in app.warning[0].value


# ── the landscape ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return atlas(tmp_path_factory.mktemp("grounds"), chain("deep", 0, 0), chain("deep", 100, 0),
                 *(ground(seed) for seed in range(5)))


def walked(**query: str) -> AppTest:
    app = lab(method="plane", **query)
    app.button(key="bet-plane-skip").click()
    return app.run()


def test_the_landscape_is_judged_shown_and_walked(grounds: Path, shelf: Any) -> None:
    shelf(grounds)
    app, five = walked(), tuple(ground(seed) for seed in range(5))
    assert landscape.verdict(five) in words(app) and landscape.counted(five) in words(app)
    assert landscape.apart(five) in words(app) and "measured here · 5 seeds" in words(app)
    assert landscape.here(landscape.ground(five[0]), "across", 0.5) in words(app)
    app.slider(key="way").set_value(80).run()
    assert landscape.here(landscape.ground(five[0]), "across", 0.8) in words(app)


def test_the_bet_on_the_way_between_the_ends_says_what_the_worst_net_reads(grounds: Path, shelf: Any) -> None:
    shelf(grounds)
    app, five = lab(method="plane"), tuple(ground(seed) for seed in range(5))
    assert landscape.apart(five) not in words(app) and landscape.verdict(five) not in words(app)
    app.slider(key="bet-plane").set_value(400)
    app.button(key="bet-plane-go").click().run()
    assert f"You said **400**. It was **{1000 * landscape.worst(five).mean():.0f}**." in words(app)


def test_a_link_restores_route_seed_and_place(grounds: Path, shelf: Any) -> None:
    shelf(grounds)
    app = walked(route="Whole net", way="20", plane="3")
    found = landscape.ground(ground(3))
    assert landscape.here(found, "dense", 0.2) in words(app) and "Seed 3: loss of" in words(app)
    refused = lab(method="plane", route="Up", way="101").warning[0].value
    assert "route must be one of From end to end, Ticket, Whole net" in refused and "way must be" in refused
