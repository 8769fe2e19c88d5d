"""The labs' pages in Streamlit's own test harness: every lab keeps the same promises; bets reveal what was run."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from lth_core.catalogue import LAB_RUNS, SEEDS, evidence, lab
from lth_core.ledger import bench as ledger_bench
from lth_core.results.result import Result
from pages.figures import before_training, labs
from pages.labs import ALL, FURTHER, LABS
from pages.labs import before_training as before_page
from pages.labs.base import Lab
from pages.records import recorded
from pages.text.chapters import CHAPTERS
from pages.text.works import WORKS
from tests.app.harness import charts, headline, open_page, words

ROOT = Path(__file__).parents[2]
opened = partial(open_page, "pages/lab.py")
EVERY = pytest.mark.parametrize("method", [one.method for one in LABS])


def bench(method: str) -> ledger_bench.Bench:
    def found(specs: list[object]) -> list[Result]:
        return [run for spec in specs if (run := recorded.atlas().find(spec)) is not None]  # type: ignore[arg-type]

    return ledger_bench.bench(found([lab(method, seed) for seed in SEEDS]),
                              found([evidence("quick", seed) for seed in SEEDS]))


@pytest.mark.parametrize("depth", ["Gist", "How", "Maths"])
@EVERY
def test_every_lab_opens_at_every_depth_with_its_evidence_and_a_run(method: str, depth: str) -> None:
    app = opened(method=method, depth=depth)
    assert not app.warning and not app.error
    here = next(one for one in LABS if one.method == method)
    assert headline(app) == here.title
    runs = [f"lab-{make(0).key}.run" for make in LAB_RUNS[method].made[:1]]
    assert {str(button.key) for button in app.button} >= set(runs), "what `run --lab` runs is not what the page does"
    for button in [button for button in app.button if button.key and button.key.endswith("-skip")]:
        app.button(key=button.key).click()
    app.run()
    assert "measured here" in words(app) and [one for one in app.download_button if str(one.key).endswith("-csv")]


@pytest.mark.parametrize("depth", ["Gist", "How", "Maths"])
@pytest.mark.parametrize("lab", FURTHER, ids=lambda lab: lab.method)
def test_further_experiments_open_at_every_depth_with_their_evidence(lab: Lab, depth: str) -> None:
    app = opened(method=lab.method, depth=depth)
    assert not app.warning and not app.error and not app.info
    assert headline(app) == lab.title and "measured here" in words(app)


@pytest.mark.parametrize("lab", FURTHER, ids=lambda lab: lab.method)
def test_further_experiments_without_runs_say_how_to_make_them(
    lab: Lab, tmp_path: Path, shelf: Callable[[Path], Path]
) -> None:
    shelf(tmp_path)
    app = opened(method=lab.method)
    assert len(app.info) == 1 and "python -m lth_core record chapter6-" in app.info[0].value and not app.error


@EVERY
def test_every_lab_begins_with_a_bet(method: str) -> None:
    assert [one for one in opened(method=method).button if str(one.key).endswith("-skip")]


@pytest.mark.parametrize(("method", "bet"), [
    ("snip", "bet-snip"), ("before-training", "bet-before"), ("edge-popup", "bet-popup"), ("obd", "bet-obd"),
    ("sparsegpt", "bet-sparsegpt"), ("peft", "bet-peft"), ("random-labels", "bet-labels"),
])
def test_beside_a_bet_stand_the_curves_that_are_known_and_no_other(method: str, bet: str) -> None:
    app = opened(method=method)
    (known,) = charts(app)
    names = [line["name"] for line in known["lines"]]
    assert all(re.match("winning ticket|(a )?random|magnitude|test images", name) for name in names) and names
    app.button(key=f"{bet}-skip").click().run()
    assert f"{bet}-known-csv" not in {button.key for button in app.download_button}


@EVERY
def test_missing_runs_are_explained(method: str, tmp_path: Path, shelf: Callable[[Path], Path]) -> None:
    shelf(tmp_path)
    assert "python -m lth_core record" in opened(method=method).error[0].value


def test_pages_and_engine_have_one_list() -> None:
    assert [one.method for one in LABS] == list(LAB_RUNS)


def test_works_and_labs_name_each_other() -> None:
    assert len({one.method for one in LABS}) == len(LABS)
    named = {work.lab for work in WORKS if work.lab}
    assert {one.method for one in LABS} <= named <= {one.method for one in ALL}


def test_every_work_has_a_lab_or_says_what_of_it_runs_here() -> None:
    assert not [work.name for work in WORKS if not (work.lab or work.here)]
    assert not [work.name for work in WORKS if work.lab and work.here]
    sources = "\n".join(path.read_text() for path in [*ROOT.glob("pages/*.py"), *ROOT.glob("pages/sections/*.py")])
    slugs = {chapter.slug for chapter in CHAPTERS}
    for page, anchor in re.findall(r"\]\((\w+)#(\w+)\)", "\n".join(work.here for work in WORKS)):
        assert page in slugs and f'anchor="{anchor}"' in sources


def test_a_bad_link_names_the_parameter_and_shows_the_first_lab() -> None:
    app = opened(method="alchemy", seed="-3")
    assert len(app.warning) == 1 and all(f"{name} must be" in app.warning[0].value for name in ("method", "seed"))
    assert headline(app) == LABS[0].title


def test_the_bet_on_snip_reveals_its_place_between_random_and_ticket() -> None:
    found = bench("snip")
    app = opened(method="snip")
    assert labs.percent(found.mean("snip-global", 15)) not in words(app)
    app.slider(key="bet-snip").set_value(80)
    app.button(key="bet-snip-go").click().run()
    place = f"{100 * labs.closes(found, 'snip-global', 15):.0f}".replace("-", "−")
    assert f"You said **80**. It was **{place}**." in words(app)
    assert labs.percent(found.mean("snip-global", 15)) in words(app)
    told = labs.against(found, "snip-global", "SNIP", 15, {"random": "the random mask", "ticket": "the ticket"})
    assert told in words(app)
    assert "snip-chart-csv" in {button.key for button in app.download_button}


def test_the_bet_on_synflow_reveals_its_place_and_the_switch_shows_one_mask_alone() -> None:
    board = before_page.bench_of_all()
    app = opened(method="before-training")
    assert labs.percent(board.mean("synflow", 15)) not in words(app)
    app.slider(key="bet-before").set_value(30)
    app.button(key="bet-before-go").click().run()
    place = f"{100 * labs.closes(board, 'synflow', 15):.0f}".replace("-", "−")
    assert f"You said **30**. It was **{place}**." in words(app)
    assert before_training.beside_random(board) in words(app) and before_training.shuffling(board) in words(app)
    for mask, condition in (("GraSP", "grasp"), ("ERK", "erk")):
        app.segmented_control(key="shown").set_value(mask).run()
        assert before_training.takeaway(board, [condition])[1:] in words(app)


def test_the_bet_on_edge_popup_reveals_what_an_untrained_net_reads() -> None:
    found = bench("edge-popup")
    app = opened(method="edge-popup")
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
