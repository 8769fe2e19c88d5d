"""Chapter 6's figures: whom a verdict counts, and what the words say, on runs whose numbers the test chose."""

from __future__ import annotations

import numpy as np
import pytest

from lth_core import said
from lth_core.catalogue import CATALOGUE, FASHION_REWINDS, LATE, REWINDS
from lth_core.catalogue import deep as deep_alone
from lth_core.experiments import Lottery
from lth_core.intervals import mean_ci
from lth_core.ledger import price as ledger_price
from lth_core.ledger import repair
from lth_core.ledger import rewound as rewound_by
from lth_core.ledger import storage as ledger_storage
from lth_core.ledger import subspace as ledger_subspace
from lth_core.ledger.rewound import MATCHES, RESIDUAL, SHORT, UNSETTLED, Rewound, rewound
from lth_core.ledger.rules import CONFIRMED, FAILED, OPEN, PARTLY
from lth_core.results.compare import compare
from pages.figures import cause, in_words, methods, price, rewind, rewind_charts, storage, subspace
from pages.widgets.rewind_slider.payload import payload
from tests.figures import invented6 as invented
from tests.figures import invented_resnet


def net(name: str = "deep", seeds: int = 3, errors: invented.Errors = invented.as_told) -> Rewound:
    mine = {spec for part in ("chapter6", "chapter6-stability") for spec in CATALOGUE[part]
            if spec.net.batchnorm is (name == "deep")}
    runs = [run for run in invented.everything(seeds, errors) if run.spec in mine]
    return rewound(name, tuple(runs))


def test_a_deep_net_that_fails_from_the_start_and_recovers_later() -> None:
    deep = net()
    assert deep.steps == REWINDS["deep"] and deep.budget == 1_404 and deep.seeds(5) == (0, 1, 2)
    fates = {level: rewound_by.judge(deep.gap(deep.errors(level, 0))) for level in rewound_by.harder(deep)}
    assert fates == dict.fromkeys((3, 4, 5, 6), SHORT)
    assert {rewound_by.first_matching(deep, level) for level in (3, 4, 5, 6)} == {10}
    assert rewound_by.repaired(deep, 6).mean == pytest.approx(0.0295)
    assert repair.fails(deep).verdict == CONFIRMED and "**4** of 4" in repair.fails(deep).told
    assert repair.repairs(deep).verdict == CONFIRMED and "10 (0.7% of the training)" in repair.repairs(deep).told


def test_a_net_that_never_fails_needs_no_repair() -> None:
    lenet = net("lenet")
    assert repair.fails(lenet).verdict == FAILED and "**0** of 4" in repair.fails(lenet).told
    assert repair.repairs(lenet).verdict == OPEN, "nothing to repair is no confirmation"


def test_two_seeds_settle_nothing() -> None:
    deep = net(seeds=2)
    assert rewound_by.judge(deep.gap(deep.errors(6, 0))) == UNSETTLED
    assert {repair.fails(deep).verdict, repair.repairs(deep).verdict} == {OPEN}
    assert "not settled yet" in rewind.sentence(deep, 6, 0)


def test_differences_are_taken_within_seeds_and_a_missing_seed_is_left_out() -> None:
    runs = [invented.chain("deep", step, seed) for step in (0, LATE) for seed in range(4)]
    deep = rewound("deep", tuple(run for run in runs if not (_step(run) == LATE and run.spec.seed == 2)))
    assert list(deep.errors(6, LATE)) == [0, 1, 3] and deep.gap(deep.errors(6, LATE)).n == 3
    assert rewound_by.repaired(deep, 6).n == 3 and "of 0, 100: others" not in repair.repairs(deep).told
    few = rewound("deep", (*runs, invented.chain("deep", 5, 0)))
    assert "(of 0, 100: others lack seeds)" in repair.repairs(few).told
    # Seeds differ by 0.1 points, tickets and whole nets alike: within seeds only the jitter of 0.02 is left.
    assert deep.gap(deep.errors(6, LATE)).half < 0.0007 < mean_ci(list(deep.errors(6, LATE).values())).half


def test_a_live_chain_is_compared_with_the_tickets_of_the_recorded_one() -> None:
    chain, spec = invented.chain("deep", LATE, 1), deep_alone(LATE, 1)
    assert chain.key != spec.key and set(chain.tables["cells"]["condition"]) == {"ticket", "reinit"}
    tickets = rewind.alone(chain, spec)
    assert tickets is not None and tickets.key == spec.key and len(tickets.tables["cells"]["round"]) == 7
    assert rewound_by.error(tickets, 6) == rewound_by.error(chain, 6) and compare(tickets, tickets).identical
    assert rewind.alone(None, spec) is None


def _step(run: object) -> int:
    spec = run.spec  # type: ignore[attr-defined]
    assert isinstance(spec, Lottery)
    return spec.rewind.step


def test_without_chains_there_is_nothing_to_show() -> None:
    with pytest.raises(ValueError, match="record chapter6"):
        rewound("deep", (invented.hill("deep", 0, 0, 6),))


def test_stable_and_matching_are_counted_seed_by_seed() -> None:
    deep = net()
    found = rewound_by.together(deep, 6)
    assert len(found) == 11 * 3
    assert {(step, stable) for step, _, stable, _ in found if stable} == {(k, True) for k in REWINDS["deep"][5:-1]}
    table = methods.stable_and_matching(deep, 6)
    counts = [[int(value) for value in list(row.values())[1:]] for row in table]
    assert counts == [[18, 0], [3, 12]], "step 10 matches and is not stable yet: 0.3/11 is above 2%"
    assert "**3** unstable tickets match all the same" in methods.implication(deep, 6)


def test_one_hill_too_many_counts_against() -> None:
    runs = (*(invented.chain("deep", 0, seed) for seed in range(3)), invented.hill("deep", 0, 0, 6, 0.01))
    deep = rewound("deep", tuple(runs))
    assert [each[2:] for each in rewound_by.together(deep, 6)] == [(True, False)]
    assert "No unstable ticket matches" in methods.implication(deep, 6)


def test_the_table_of_ways_judges_every_cell() -> None:
    nets = {name: net(name) for name in ("lenet", "deep")}
    rows = methods.table(nets, 6)
    deep = {row["After pruning"].split(":")[0]: row["Deep net, unstable at first"] for row in rows}
    assert SHORT in deep["back to θ₀"] and SHORT in deep["same mask, fresh weights"]
    assert all(MATCHES in deep[way] for way in (f"back to θ at step {LATE}", "learning-rate rewinding", "fine-tuning"))
    lenet = [row["LeNet-300-100, stable"] for row in rows]
    assert lenet[2] == lenet[3], "at a constant rate the two are one run"
    judged = repair.agreement(nets)
    assert judged.verdict == CONFIRMED and "24 of 24 cases" in judged.told


def test_a_table_that_comes_out_otherwise_is_not_confirmed() -> None:
    def hard(name: str, way: str, step: int, level: int, seed: int) -> float:
        worse = 0.02 if way == "fine-tune" else 0.0
        return invented.as_told(name, way, step, level, seed) + worse

    nets = {name: net(name, errors=hard) for name in ("lenet", "deep")}
    judged = repair.agreement(nets)
    assert judged.verdict == PARTLY and "20 of 24 cases" in judged.told and "4 the other way round" in judged.told


def test_charts_sentences_and_tables_tell_the_same() -> None:
    deep = net()
    chart = rewind_charts.errors(deep)
    assert [line.name for line in chart.lines] == ["2.8% left", "5.0% left", "9.2% left", "16.6% left"]
    last = list(deep.errors(6, 0).values())
    assert chart.lines[0].y[0] == pytest.approx(np.mean(last))
    assert said.percent(mean_ci(last)) in in_words.alt(chart).replace("%.", "%")
    assert in_words.table(chart)["rewind step k"] == list(REWINDS["deep"])
    hills = rewind_charts.hills(deep)
    assert hills is not None and "stays below 2 points from step 20 on with 2.8% left" in hills.takeaway
    assert rewind_charts.hills(rewound("deep", (invented.chain("deep", 0, 0),))) is None


def test_the_browser_gets_the_words_that_the_prose_says() -> None:
    deep, lenet = (payload(each)["net"] for each in (net(), net("lenet")))
    at = deep["steps"].index(LATE)
    ticket = deep["rounds"]["6"]["ticket"][at]
    told = rewind.sentence(net(), 6, LATE)
    assert ticket["wrong"] in told and ticket["against"] in told and ticket["verdict"] == MATCHES
    assert (ticket["tone"], deep["rounds"]["6"]["ticket"][0]["tone"]) == ("yes", "no")
    assert len(ticket["each"]) == 3 and deep["hills"]["6"][at]["each"] == [0.3 / 101] * 3
    assert deep["hills"]["6"][-1]["each"] == [], "at the last step there are no siblings"
    assert [one["role"] for one in lenet["rounds"]["6"]["others"]] == ["dense", "reinit"]


def test_whole_nets_walk_where_no_ticket_does() -> None:
    """The paper's net on photographs: its siblings are whole nets of one seed."""
    runs = (*invented_resnet.chains(), invented_resnet.hill(0, 0.4), invented_resnet.hill(500, 0.01))
    walked = rewound(RESIDUAL, runs)
    assert walked.walked == (0,) and net().walked == (6, 0) and rewound(RESIDUAL, runs[:-2]).walked == ()
    sent = payload(walked)["net"]
    assert sent["siblings"] == {"level": 0, "density": 1.0, "role": "dense"}
    assert [each["each"] for each in sent["hills"]["0"]] == [[0.4], [0.01]] and len(sent["hills"]) == 1
    assert payload(rewound(RESIDUAL, runs[:-2]))["net"]["siblings"] is None
    chart = rewind_charts.hills(walked)
    assert chart is not None and [line.name for line in chart.lines] == ["whole net"]
    assert chart.takeaway == "on average it stays below 2 points from step 500 on for the whole net"
    assert "1 seed;" in chart.source and "CIFAR-10, JPEG copy, 2,000 steps" in chart.source
    told = rewind.walked_on_photographs(walked)
    assert "From their start the hill between two whole ResNet-20s is **40.0 points** high." in told
    assert " From step 500 it is **1.0 points** high. " in told and told.endswith("stable: this one is, from step 500.")
    flat = rewind.walked_on_photographs(rewound(RESIDUAL, (*runs[:-1], invented_resnet.hill(500, 0.0002))))
    assert " it is **under 0.1 points** high." in flat
    steep = rewind.walked_on_photographs(rewound(RESIDUAL, (*runs[:-1], invented_resnet.hill(500, 0.1))))
    assert steep.endswith("is **10.0 points** high. Below 2 points a net counts as stable: this one is not.")


def test_the_same_net_on_other_pictures_is_read_and_judged_by_the_same_rules() -> None:
    worn = rewound("fashion", tuple(invented.worn(step, seed) for step in FASHION_REWINDS for seed in range(3)))
    told = rewind.beside(worn, 6)
    assert "gets 2.60 ± 0.25% of the clothes wrong" in told
    assert told.count("3.00 points") == 1 and f": {SHORT}." in told and f": {MATCHES}." in told
    assert repair.fails(worn).verdict == repair.repairs(worn).verdict == CONFIRMED
    rows = methods.by_step(worn, 6)
    assert [row["Rewound to"] for row in rows][:2] == ["θ₀", "step 2 of 1,404"]
    assert rows[0]["Judged"] == f"{SHORT} (behind in 3 of 3 seeds, by luck 12%)"
    assert rows[-1]["Judged"] == f"{MATCHES} (level in 3 of 3 seeds, by luck 12%)"
    chart = rewind_charts.rounds(worn)
    assert [line.name for line in chart.lines] == ["from step 0", "from step 2", "from step 10", "from step 100"]
    first = np.array([[100 * (worn.errors(level, 0)[seed] - worn.dense[seed]) for level in range(7)]
                      for seed in range(3)])
    assert np.allclose(chart.lines[0].y, first.mean(0)) and np.array_equal(np.asarray(chart.lines[0].seeds), first)
    assert "Fashion-MNIST" in chart.title and " MNIST" not in chart.source
    few = rewound("fashion", (invented.worn(0, 0),))
    assert UNSETTLED in methods.by_step(few, 6)[0]["Judged"] and len(rewind_charts.rounds(few).lines) == 1


# ── the price ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_ledger_adds_up_in_trainings_of_the_whole_net() -> None:
    found = ledger_price.price(tuple(invented.bill(seed) for seed in range(3)))
    assert found.total(found.plain).mean == pytest.approx(1 + 15 * 1.05)
    assert found.total(found.engine).mean == pytest.approx(1 + 15 * 0.5)
    assert found.total(found.ideal).mean == pytest.approx(5 * (1 - 0.8**16))
    chart = price.ledger(found)
    assert [line.y[-1] for line in chart.lines] == pytest.approx([16, 16.75, 8.5, 5 * (1 - 0.8**16)])
    assert found.seconds == pytest.approx((917 * 3e-3, 917 * 1.01e-3))


@pytest.mark.parametrize(("plain", "engine", "verdict"),
                         [(1.05, 0.5, PARTLY), (1.0, 0.95, CONFIRMED), (0.5, 0.3, FAILED)])
def test_fifteen_trainings_are_judged_by_what_was_paid(plain: float, engine: float, verdict: str) -> None:
    bills = tuple(invented.bill(seed, plain, engine) for seed in range(3))
    assert ledger_price.judged(ledger_price.price(bills)).verdict == verdict
    assert ledger_price.judged(ledger_price.price(bills[:2])).verdict == OPEN


@pytest.mark.parametrize(("masked", "neurons", "csr", "verdict"), [
    (1.0, 0.2, 1.5, CONFIRMED), (0.5, 0.2, 1.5, PARTLY), (1.0, 0.2, 0.4, PARTLY), (0.5, 1.0, 0.4, FAILED)])
def test_structure_is_judged_by_the_clock(masked: float, neurons: float, csr: float, verdict: str) -> None:
    found = ledger_storage.answers([invented.files(seed, masked, neurons, csr) for seed in range(3)])
    assert ledger_storage.judged(found).verdict == verdict
    assert ledger_storage.judged(ledger_storage.answers([invented.files(0)])).verdict == OPEN


def test_the_table_of_files_says_size_speed_and_accuracy() -> None:
    rows = storage.rows(ledger_storage.answers([invented.files(seed) for seed in range(3)]))
    assert len(rows) == 9 and rows[0]["One image"] == "50 µs" and rows[0]["File"] == "1,024 KiB"
    assert rows[4]["Net"] == "whole neurons gone, as many weights, 89.3% sparse"
    assert rows[4]["256 images"] == "400 µs, 5× as fast" and rows[4]["Test accuracy"] == "80.00 ± 0.00%"


@pytest.mark.parametrize(("enough", "intrinsic", "verdict"), [(400, 400, CONFIRMED), (5_000, None, FAILED)])
def test_the_intrinsic_dimension_is_the_first_that_reaches_nine_tenths(
    enough: int, intrinsic: int | None, verdict: str
) -> None:
    found = ledger_subspace.curve([invented.along(seed, enough) for seed in range(3)])
    assert found.intrinsic == intrinsic and ledger_subspace.judged(found).verdict == verdict
    assert ledger_subspace.judged(ledger_subspace.curve([invented.along(0, enough)])).verdict == OPEN
    assert subspace.chart(found).lines[0].y.tolist() == pytest.approx(
        [0.601 if d < enough else 0.851 for d in found.dimension])


# ── the cause ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_sweep_names_the_settings_that_fail_and_those_that_never_learn() -> None:
    settings = {(2, True, 0.05): (0.026, 0.026), (8, True, 0.2): (0.05, 0.026), (8, True, 0.05): (0.0265, 0.026),
                (8, False, 0.8): (np.nan, np.nan)}
    runs = {((depth, norm, lr), step, seed): invented.swept(depth, norm, lr, step, seed, *errors)
            for (depth, norm, lr), errors in settings.items() for step in (0, LATE) for seed in range(3)}
    found = cause.spots(runs)
    assert [spot.fate for spot in found] == [cause.KEEPS, cause.BEHIND, cause.KEEPS, cause.IDLE]
    assert [round(100 * spot.gap.mean, 6) for spot in found[:2]] == [0.1, 2.5]
    assert found[1].repair.mean == pytest.approx(0.024)
    told = cause.sentence(found)
    assert "**8 layers, BatchNorm** at rate 0.2: the ticket errs by 2.50 points [2.50, 2.50] more (3 of 3" in told
    assert "step 100 instead saves 2.40 points." in told and "cures it: a smaller rate." in told
    assert "Whether fewer layers or no BatchNorm alone would cure it cannot be told." in told
    assert "Not learning at all: 8 layers, no BatchNorm at 0.8" in told
    shallow, _, deep, plain = cause.grid(found)
    assert shallow["rate 0.05"] == f"θ₀ +0.10, step 100 +0.10 · {cause.KEEPS}"
    assert deep["rate 0.2"] == f"θ₀ +2.50, step 100 +0.10 · {cause.BEHIND}" and plain["rate 0.8"] == cause.IDLE
    assert deep["rate 0.8"] == "not recorded yet"
    assert [line.name for line in cause.chart(found).lines] == ["2 layers, BatchNorm", "8 layers, BatchNorm"]
    for seed in range(3):
        del runs[(2, True, 0.05), LATE, seed]
    assert len(cause.spots(runs)) == 3, "half a setting is none"


def test_two_seeds_of_a_setting_settle_nothing() -> None:
    runs = {((8, True, 0.8), step, seed): invented.swept(8, True, 0.8, step, seed, 0.05, 0.026)
            for step in (0, LATE) for seed in range(2)}
    found = cause.spots(runs)
    assert found[0].fate == cause.UNSURE and "cannot tell" in cause.sentence(found)
