"""Chapter 6 in Streamlit's own test harness, on atlases with all, some or none of the runs behind it."""

from __future__ import annotations

import re
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from lth_core.catalogue import LATE
from lth_core.ledger import convolutional, residual
from lth_core.ledger import price as ledger_price
from lth_core.ledger import storage as ledger_storage
from lth_core.ledger import transfer as ledger_transfer
from lth_core.ledger.rewound import RESIDUAL, Rewound, harder, rewound
from pages.figures import rewind, structured, transfer
from pages.labs import FURTHER
from tests.app.harness import address, headline, open_page, programs
from tests.app.harness import everything as words
from tests.figures import invented6 as invented
from tests.figures.invented import atlas
from tests.figures.invented_resnet import chains, hill

opened, experiment = partial(open_page, "pages/6_limits.py"), partial(open_page, "pages/lab.py")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return atlas(tmp_path_factory.mktemp("full"), *invented.everything(3))


@pytest.fixture(scope="module")
def deep() -> Rewound:
    runs = [invented.chain("deep", step, seed) for step in (0, 2, LATE) for seed in range(3)]
    return rewound("deep", tuple(runs))


def journey(name: str) -> ledger_transfer.Journey:
    return ledger_transfer.journey(tuple(invented.travelled(name, seed) for seed in range(3)))


def test_it_opens_where_the_ticket_fails_with_all_claims_and_tables(full: Path, shelf: Any, deep: Rewound) -> None:
    shelf(full)
    app = opened()
    text = words(app)
    assert not app.warning and not app.error and not app.info
    assert rewind.sentence(deep, 6, 0) in text and "falls short" in text and "measured here · 3 seeds" in text
    for verdict in ("C27 · confirmed", "C28 · confirmed", "C29 · confirmed", "C32 · confirmed"):
        assert f"[{verdict}]" in text
    assert "fall short of the whole net at **4** of 4 sizes" in text and "**k = 10**, 0.7% of the training" in text
    assert text.count("From values 10 steps later they work") == 2, "the message stands at both ends"
    assert ledger_storage.judged(ledger_storage.answers([invented.files(seed) for seed in range(3)])).told in text
    assert "step 1,404 of 1,404" in text, "every step stands in the table"
    assert all(f"lab?method={lab.method})" in text for lab in FURTHER)


def test_what_did_not_fit_stands_on_pages_of_its_own(full: Path, shelf: Any) -> None:
    shelf(full)
    text = {lab.method: words(experiment(method=lab.method)) for lab in FURTHER}
    assert structured.dear(structured.found(tuple(map(invented.pruned, range(3))))) in text["neurons"]
    assert transfer.sentence(journey("low-high"), 15) in text["travel"] and "MNIST → Fashion-MNIST" in text["travel"]
    assert "[C33 · confirmed]" in text["travel"] and "[C31 · confirmed]" in text["directions"]
    assert "of the clothes wrong" in text["clothes"] and "step 100 of 1,404" in text["clothes"]
    assert "Where θ₀ fails" in text["cause"] and "**8 layers, BatchNorm** at rate 0.2" in text["cause"]


def test_the_readers_step_and_density_are_in_the_address(full: Path, shelf: Any, deep: Rewound) -> None:
    shelf(full)
    app = opened(k="100", round="4")
    assert rewind.sentence(deep, 4, LATE) in words(app)
    assert (address(app).get("k"), address(app).get("round")) == ("100", "4")
    app.session_state["rewind-deep"] = {"view": {"step": 2, "round": 6}}
    app.run()
    assert rewind.sentence(deep, 6, 2) in words(app)
    assert (address(app).get("k"), address(app).get("round")) == ("2", None)


def test_a_view_from_elsewhere_is_held_within_what_there_is(full: Path, shelf: Any) -> None:
    shelf(full)
    app = opened(k="77")  # not a recorded step: the nearest one
    assert "step **100** of 1,404" in words(app) and address(app).get("k") == "100"


def test_the_other_net_keeps_step_and_density(full: Path, shelf: Any) -> None:
    shelf(full)
    app = opened(k="10", round="4")
    app.segmented_control(key="net").set_value("LeNet-300-100").run()
    assert "of the weights of LeNet-300-100" in words(app) and "step **10** of 917" in words(app)
    assert (address(app).get("k"), address(app).get("round")) == ("10", "4")


def test_a_bad_link_names_the_parameters(tmp_path: Path, shelf: Any) -> None:
    shelf(atlas(tmp_path, invented.chain("deep", 0, 0)))
    app = opened(k="<b>", round="7", seed="5")
    assert len(app.warning) == 1
    assert all(f"{name} must be" in app.warning[0].value for name in ("k", "round", "seed"))
    assert "<b>" not in app.warning[0].value


def test_another_journey_is_in_the_address_and_a_strange_one_is_refused(full: Path, shelf: Any) -> None:
    shelf(full)
    app = opened(journey="MNIST → Fashion-MNIST")  # an old link to chapter 6
    assert headline(app) == "Does a ticket travel?" and address(app)["method"] == "travel"
    assert transfer.sentence(journey("mnist-fashion"), 15) in words(app) and not app.warning
    assert "It needs Fashion-MNIST" in words(app)
    app = opened(journey="<b>")
    refused = app.warning[0].value
    assert "journey must be one of digits 0–4 → digits 5–9" in refused and "<b>" not in refused
    assert transfer.sentence(journey("low-high"), 15) in words(app)


def test_the_bet_comes_before_the_bill(full: Path, shelf: Any) -> None:
    shelf(full)
    told = ledger_price.judged(ledger_price.price(tuple(invented.bill(seed) for seed in range(3)))).told
    app = opened()
    assert told not in words(app) and "C30" not in words(app)
    app.slider(key="bet-price").set_value(20)
    app.button(key="bet-price-go").click().run()
    assert "You said **20**" in words(app) and told in words(app) and "C30 · partly" in words(app)


def test_one_seed_and_no_hills_settle_nothing_and_say_what_is_missing(tmp_path: Path, shelf: Any) -> None:
    shelf(atlas(tmp_path, *(invented.chain("deep", step, 1) for step in (0, 10))))
    app = opened()
    text = words(app)
    assert "measured here · 1 seed]" in text and "not settled yet" in text
    assert not re.search(r"\bnan\b", text)
    assert "siblings of this net are not recorded yet" in text
    assert sum("record chapter6-cost" in item.value for item in app.info) == 2


def test_without_any_chain_the_page_names_the_cure(tmp_path: Path, shelf: Any) -> None:
    shelf(atlas(tmp_path, invented.hill("deep", 0, 0, 6)))
    app = opened()
    assert len(app.error) == 1 and "python -m lth_core record" in app.error[0].value


@pytest.mark.parametrize("depth", ["Gist", "Maths"])
def test_every_depth_opens(full: Path, shelf: Any, depth: str) -> None:
    shelf(full)
    app = opened(depth=depth)
    assert any("def _barrier" in program for program in programs(app)) == (depth == "Maths")
    assert ("112,000" in words(app)) == (depth != "Gist")


def test_the_papers_net_on_photographs_is_chosen_by_its_link(full: Path, tmp_path: Path, shelf: Any) -> None:
    shelf(atlas(shutil.copytree(full, tmp_path / "atlas"), *chains(), hill(0, 0.4)))
    large = rewound(RESIDUAL, (*chains(), hill(0, 0.4)))
    app, last = opened(net=residual.NAME, k="400"), harder(large)[-1]
    text = words(app)
    assert not app.warning and not app.info and not app.error
    assert address(app) == {"net": residual.NAME, "k": "500"}, "the nearest recorded step, and its last round"
    assert rewind.sentence(large, last, 500) in text and "of the test photographs wrong" in text
    assert f"{residual.protocol(large)}." in text and "CIFAR-10, JPEG copy, 2,000 steps" in text and "bfloat16" in text
    assert "C27 · confirmed" in text and rewind.on_photographs(large) not in text, "once is enough"
    assert any(f"{convolutional.BRING}\n{residual.RECORD}" in code.value for code in app.code)
    app.segmented_control(key="net").set_value("Deep net").run()
    text = words(app)
    assert "of the weights of the deep net" in text and "round" not in address(app)
    assert rewind.on_photographs(large) in text and rewind.walked_on_photographs(large) in text
    assert f"C21 · {residual.MATCHING(residual.sizes(large))}" in text


def test_without_its_record_the_papers_net_names_the_command(full: Path, shelf: Any, deep: Rewound) -> None:
    shelf(full)
    app = opened(net=residual.NAME)
    assert len(app.info) == 1 and convolutional.BRING in app.info[0].value and residual.RECORD in app.info[0].value
    assert rewind.sentence(deep, 6, 0) in words(app) and "photographs?" not in words(app) and not app.error


def test_one_seed_of_it_is_shown_without_a_verdict(full: Path, tmp_path: Path, shelf: Any) -> None:
    shelf(atlas(shutil.copytree(full, tmp_path / "atlas"), *chains(1)))
    text = words(opened(net=residual.NAME))
    assert "Fewer than three seeds: **not settled yet**" in text
    assert "measured here · 1 seed]" in text and not re.search(r"\bnan\b", text)


def test_the_shipped_runs_open() -> None:
    app = opened()
    assert not app.error and "measured here" in words(app)
