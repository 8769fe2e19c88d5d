"""Chapter 5 in Streamlit's own test harness, on atlases with all, some, one or none of the runs behind it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from lth_core import said
from lth_core.catalogue import EVIDENCE_SEEDS, evidence
from lth_core.ledger import large, lenet, residual
from lth_core.ledger.convolutional import BRING, MATCHING, NAMES, RECORD, protocol, sizes, told
from lth_core.ledger.rewound import RESIDUAL, harder, rewound
from lth_core.results.atlas import Atlas
from lth_core.results.result import Result
from pages.figures import findings, networks, reproduction, sweep
from pages.scenes import curve
from tests.app.harness import address, open_page, programs
from tests.app.harness import everything as words
from tests.figures import invented_large
from tests.figures.invented import atlas, result
from tests.figures.invented_conv import lotteries
from tests.figures.invented_resnet import chains

opened = partial(open_page, "pages/5_evidence.py")
PAPER, QUICK = "50,000 steps", "One epoch"


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five seeds of each protocol, the one-shot runs with them."""
    runs = [result(protocol, seed, how) for protocol in ("paper", "quick") for seed in range(5)
            for how in ("iterative", "one-shot")]
    return atlas(tmp_path_factory.mktemp("five"), *runs)


def case(root: Path, protocol: str = "paper") -> sweep.Sweep:
    """The runs of an atlas, as the page reads them."""

    def found(how: str) -> tuple[Result, ...]:
        specs = (evidence(protocol, seed, how) for seed in EVIDENCE_SEEDS[protocol])
        return tuple(run for spec in specs if (run := Atlas(root).find(spec)) is not None)

    return sweep.sweep(found("iterative"), found("one-shot"))


def test_it_opens_with_every_finding_verdict_and_network(five: Path, shelf: Any) -> None:
    app, runs = (shelf(five), opened(), case(five))[1:]
    text = words(app)
    assert not app.warning and not app.error and not app.info
    assert sweep.sentence(runs, 10) in text
    for finding in findings.findings(runs):
        assert finding.effect in text and f"[C{finding.claim} · {finding.verdict}]" in text
    for check in reproduction.checks(runs):
        assert check.statement in text and check.ours in text
    for row in networks.networks(runs):
        assert row.popular in text and row.ours in text and f"C{row.claim} · {row.verdict}" in text


def test_the_other_protocol_changes_every_number(five: Path, shelf: Any) -> None:
    shelf(five)
    app, runs = opened(protocol=QUICK), case(five, "quick")
    assert findings.findings(runs)[0].effect in words(app)
    assert findings.findings(case(five))[0].effect not in words(app)
    for check in reproduction.checks(case(five)):  # the paper's own statements stay beside runs as long as its own
        assert check.ours in words(app)
    app.segmented_control(key="protocol").set_value(PAPER).run()
    assert findings.findings(case(five))[0].effect in words(app)


def test_the_readers_view_is_in_the_address_and_comes_from_it(five: Path, shelf: Any) -> None:
    shelf(five)
    asked = {"round": "16", "y": "Accuracy at a step", "step": "4600", "axis": "Linear", "lines": "Every seed",
             "first": "4", "last": "20"}
    app = opened(**asked)
    assert sweep.sentence(case(five), 16, "step", 4_600) in words(app) and "after 4,600 steps" in words(app)
    assert {name: address(app).get(name) for name in asked} == asked
    app.session_state["curves"] = {"view": {"level": 12, "measure": "error", "step": 500, "linear": False, "each": True,
                                            "first": 0, "last": 24}}
    app.run()
    assert sweep.sentence(case(five), 12, "error") in words(app) and "of the test digits wrong" in words(app)
    assert [address(app).get(name) for name in ("round", "y", "step", "axis", "lines", "first", "last")] == [
        "12", "Test error, log", None, None, "Every seed", None, "24"]


def test_a_view_from_elsewhere_is_held_within_what_there_is(five: Path, shelf: Any) -> None:
    shelf(five)
    app = opened()
    app.session_state["curves"] = {"view": {"level": 99, "measure": "luck", "step": 7, "linear": 1, "each": 0,
                                            "first": 9, "last": 3}}
    app.run()
    assert not app.exception and sweep.sentence(case(five), 24) in words(app)
    assert address(app).get("y") is None and address(app).get("last") == "24"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"round": "25"}, ["round"]),
        ({"protocol": "paper", "y": "luck", "axis": "log"}, ["protocol", "y", "axis"]),
        ({"step": "49", "lines": "all", "first": "-1", "last": "x"}, ["step", "lines", "first", "last"]),
        ({"y": "<script>alert(1)</script>"}, ["y"]),
    ],
)
def test_a_bad_link_names_the_parameters_and_shows_the_defaults(
    five: Path, shelf: Any, query: dict[str, str], names: list[str]
) -> None:
    shelf(five)
    app = opened(**query)
    assert len(app.warning) == 1 and all(f"{name} must be" in app.warning[0].value for name in names)
    assert "script" not in app.warning[0].value and sweep.sentence(case(five), 10) in words(app)


def test_the_bet_comes_before_the_table(five: Path, shelf: Any) -> None:
    shelf(five)
    table = lenet.convergence(case(five).runs)
    assert table is not None
    ours = said.percent(table.cells["reinit"][5])
    app = opened()
    assert f"It is **{ours}**" not in words(app) and "18,400" not in words(app)
    app.slider(key="bet-epochs").set_value(93)
    app.button(key="bet-epochs-go").click().run()
    assert f"You said **93%**. It is **{ours}**" in words(app) and "18,400" in words(app)
    assert f"[C26 · {table.settled()}]" in words(app)
    skipped = opened()
    skipped.button(key="bet-epochs-skip").click().run()
    assert "You said" not in words(skipped) and f"It is **{ours}**" in words(skipped)


def test_while_the_paper_is_recorded_one_epoch_stands_in(tmp_path: Path, shelf: Any) -> None:
    root = shelf(atlas(tmp_path, *(result("quick", seed) for seed in (2, 5, 9))))
    assert "No seed is recorded" not in words(opened())
    app = opened(protocol=PAPER)
    assert "No seed is recorded for “50,000 steps” yet" in words(app)
    assert "record lenet-paper" in words(app) and "measured here · 3 seeds" in words(app)
    assert findings.findings(case(root, "quick"))[1].effect in words(app)
    assert "One-shot tickets of this protocol are not recorded yet" in words(app)
    assert "This table needs twenty epochs" in words(app) and "The paper's figures belong to 50,000 steps" in words(app)


def test_a_single_seed_is_shown_without_intervals_or_verdicts(tmp_path: Path, shelf: Any) -> None:
    shelf(atlas(tmp_path, result("paper", 3)))
    app = opened()
    assert "measured here · 1 seed]" in words(app)
    assert all(f"[C{claim} · not settled yet]" in words(app) for claim in (23, 24, 25))
    assert "C17 · not settled yet" in words(app)
    assert "nan" not in words(app)


def test_without_any_run_the_page_names_the_cure(tmp_path: Path, shelf: Any) -> None:
    shelf(tmp_path)
    app = opened()
    assert len(app.error) == 1 and "python -m lth_core record" in app.error[0].value


@pytest.mark.parametrize("depth", ["Gist", "How", "Maths"])
def test_every_depth_opens(five: Path, shelf: Any, depth: str) -> None:
    shelf(five)
    app = opened(depth=depth)
    assert any("def mean_ci" in program for program in programs(app)) == (depth == "Maths")
    assert ("appendix E" in words(app)) == (depth != "Gist")


def test_the_shipped_runs_open() -> None:
    app = opened()
    assert not app.error and "measured here" in words(app)


@pytest.fixture(scope="module")
def nets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """LeNet and the three nets with convolutions, three seeds each."""
    small = [result("paper", seed, how) for seed in range(3) for how in ("iterative", "one-shot")]
    return atlas(tmp_path_factory.mktemp("nets"), *small, *(run for name in NAMES for run in lotteries(name)))


def drawn(name: str) -> sweep.Sweep:
    return sweep.sweep(lotteries(name), ())


def test_a_net_with_convolutions_is_chosen_by_its_link(nets: Path, shelf: Any) -> None:
    shelf(nets)
    app, runs = opened(net="Conv-4", round="2"), drawn("Conv-4")
    text = words(app)
    assert not app.warning and not app.info and address(app) == {"net": "Conv-4", "round": "2"}
    assert sweep.sentence(runs, 2) in text and "of the test images" in text
    assert f"{protocol(runs.runs)}." in text and "CIFAR-10, JPEG copy, 8,333 steps" in text
    assert f"C19 · {MATCHING(sizes(runs.runs))}" in text
    assert sum(f"{BRING}\n{RECORD}" in code.value for code in app.code) == 2  # beside the figure, and below the table
    assert findings.findings(case(nets))[0].effect in text, "the findings stay LeNet's"


def test_no_round_of_a_short_net_is_left_to_the_next(nets: Path, shelf: Any) -> None:
    shelf(nets)
    app = opened(net="Conv-2")
    assert sweep.sentence(drawn("Conv-2"), 4) in words(app) and address(app) == {"net": "Conv-2"}
    app.selectbox(key="net").set_value("LeNet-300-100").run()
    assert sweep.sentence(case(nets), 10) in words(app) and "last" not in address(app)


def test_the_table_holds_what_was_measured_on_the_nets_own_images(nets: Path, shelf: Any) -> None:
    shelf(nets)
    text = words(opened())
    for name in NAMES:
        runs = drawn(name).runs
        assert told(runs) in text and protocol(runs) in text
    assert "Conv-2, Conv-4 and Conv-6 we trained on CIFAR-10, JPEG copy" in text
    assert "at the smallest size, reinit is surely ahead on 3 of 3 nets" in text
    assert "lose 0.4 points against the whole net, all surely. Fresh weights in the same masks lose 8.0." in text


def test_the_table_holds_resnet_on_its_own_images_and_at_which_rate(tmp_path: Path, shelf: Any) -> None:
    small = [result("paper", seed, how) for seed in range(3) for how in ("iterative", "one-shot")]
    shelf(atlas(tmp_path, *small, *chains(1)))
    net = rewound(RESIDUAL, chains(1))
    text, last = words(opened()), harder(net)[-1]
    assert f"{residual.protocol(net)}. At rate 0.1 without warm-up: {residual.told(net)}." in text
    assert f"−{2 * last}.00 points at {net.density[last]:.1%} left, from θ₀ at rate 0.1" in text
    assert "C21 · not settled yet" in text


def test_deep_nets_are_drawn_by_what_they_read_with_the_datas_own_statistics(tmp_path: Path, shelf: Any) -> None:
    small = [result("paper", seed, how) for seed in range(3) for how in ("iterative", "one-shot")]
    shelf(atlas(tmp_path, *small, invented_large.large("VGG-16")))
    app, vgg = opened(net="VGG-16", round="1"), sweep.sweep((invented_large.large("VGG-16"),), ())
    assert app.selectbox(key="net").options == ["LeNet-300-100", "VGG-16"], "only what is recorded"
    text = words(app)
    assert sweep.sentence(vgg, 1) in text and "the ticket reads **59.00%**" in text and not app.error
    assert "fresh weights (dotted) go down" not in text, "no control was run"
    assert "C22 · not settled yet" in text and large.row("VGG-16", vgg.runs) in text
    assert "−2.00 points at 6.9% left, VGG-16" in text and "nan" not in text
    assert curve.facts({"net": "VGG-16", "round": "1"})["ticket"] == "59.0%"


@pytest.mark.parametrize("depth", ["Gist", "Maths"])
def test_the_shipped_resnet_opens(depth: str) -> None:
    app = opened(net="ResNet-20", depth=depth)
    assert not app.error and "ResNet-20" in app.selectbox(key="net").options and "nan" not in words(app)


def test_a_talk_shows_the_same_net(nets: Path, shelf: Any) -> None:
    shelf(nets)
    told, lenet_too = curve.facts({"net": "Conv-6"}), curve.facts({})
    assert told["source"] == "Measured here · 3 seeds · Conv-6 on CIFAR-10, JPEG copy · 7,500 steps each"
    assert told["ticket"] == f"{drawn('Conv-6').grid('ticket', 'accuracy')[:, 4].mean():.1%}"
    assert "LeNet-300-100" in lenet_too["source"]


def test_a_net_that_is_not_recorded_gives_way_to_lenet_and_names_the_cure(five: Path, shelf: Any) -> None:
    shelf(five)
    app = opened(net="Conv-6")
    assert len(app.info) == 1 and BRING in app.info[0].value and RECORD in app.info[0].value
    assert sweep.sentence(case(five), 10) in words(app) and not app.error
    assert "On the conv nets the evidence is the paper's." in words(app)
