"""What the pages state about the literature and about our own record: each corrected statement, held to its source."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lth_core.catalogue import (
    CATALOGUE,
    EVIDENCE_SEEDS,
    SEEDS,
    SHARES,
    STABILITY_SEEDS,
    WIDTHS,
    cost,
    evidence,
    long_starts,
    pruning_run,
    structured,
    tickets,
)
from lth_core.intervals import leads
from lth_core.ledger import lenet, price, rewound, starts, storage
from lth_core.ledger.runs import Runs, moved
from lth_core.ledger.start import verdicts
from lth_core.measures import wilson
from lth_core.nets.params import initial
from lth_core.results.deaths import masks_at
from pages.figures import cause, draws, explanations, findings, ladder, methods, pipeline, popular, rewind_charts, sweep
from pages.figures import price as price_figures
from pages.figures import structured as whole_neurons
from pages.records import judged, recorded
from pages.text.references import BY_SHORT, REFERENCES
from tests.app.harness import everything, open_page, tables

PAGES = Path(__file__).resolve().parents[2] / "pages"
SOURCE = {path.relative_to(PAGES).as_posix(): path.read_text("utf-8") for path in sorted(PAGES.rglob("*.py"))}
PROSE = re.sub(r'"\s*\n\s*f?r?"', "", "\n".join(SOURCE.values()))  # strings that go on in the next line, joined
HYPOTHESIS = (
    "A randomly-initialized, dense neural network contains a subnetwork that is initialized such that—when trained in "
    "isolation—it can match the test accuracy of the original network after training for at most the same number of "
    "iterations."
)
WITHDRAWN = (  # what was said once and is not so
    "How most", "how most", "pupils of the nineties", "just a random sparse", "is of little use", "belong together",
    "do not overlap", "accounts call ‖m‖₀", "The first to say", "one easy data set", "must cross zero",
    "real handwritten digits. You", "every weight stored", "fastest of seven", "denies", "grew from it or argued",
    "five or ten times", "so there is next to nothing to gain", "its θ₀ and the order of its batches",
    "are nobody's", "which no source measures", "no source measures it", "No verdict is typed", "It always loses",
    "at the start are enough", "are called *kept*.", "bag does not make a blind draw", "Nothing was trained. ",
)


@cache
def page(file: str, **query: str) -> AppTest:
    return open_page(file, **query)


def protocol(name: str) -> Runs:
    return Runs.of(recorded.among(evidence(name, seed) for seed in EVIDENCE_SEEDS[name]))


@pytest.mark.parametrize("words", WITHDRAWN)
def test_what_was_withdrawn_stays_away(words: str) -> None:
    assert words not in PROSE


# ── the literature ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_hypothesis_is_quoted_word_for_word_with_its_place_before_our_reading() -> None:
    text = everything(page("pages/2_the_hypothesis.py", depth="Maths"))
    assert HYPOTHESIS in text and "section 1" in text
    assert text.index(HYPOTHESIS) < text.index("as we read it")


def test_whatever_is_cited_stands_in_the_list_and_the_list_holds_nothing_else() -> None:
    named = {work.removesuffix(", v5") for call in re.findall(r'chip\.cited\(\s*f?[\'"]([^\'"]+)', PROSE)
             for work in call.split("; ")}
    unknown = {work for work in named if work not in BY_SHORT}
    assert not unknown
    keys = {key for call in re.findall(r"cite\(([^)]*)\)", PROSE) for key in re.findall(r"[\'\"]([\w-]+)[\'\"]", call)}
    sources = set(re.findall(r"[\'\"]([\w-]+)[\'\"]", " ".join(re.findall(r"\n\s+\(([^()]*)\), \(\d", PROSE))))
    for one in REFERENCES:
        assert one.key in keys | sources or one.short in named, one.key


def test_pruning_before_optimal_brain_damage_is_named() -> None:
    text = everything(page("pages/8_connections.py", depth="How"))
    listed = everything(page("pages/sources.py"))
    assert "The first to prune by second derivatives" in text and "Mozer" in listed and "Sietsma" in listed


def test_masks_by_rule_and_learned_masks_are_told_apart() -> None:
    text = everything(page("pages/4_initialisation.py", ask="Train at all?"))
    assert "86% of MNIST" in text and "*learned* reach 95.3%" in text


# ── popular figures ──────────────────────────────────────────────────────────────────────────────────────────────


def test_ten_thousand_weights_and_nine_thousand_three_hundred_are_counted() -> None:
    fits = ladder.width_facts(recorded.one("widths"))
    told = popular.thousandfold(fits, 55_000)
    assert f"**{fits.always_weights:,}** weights" in told
    assert f"**{round(266_200 / fits.always_weights)}** times" in told
    run = recorded.among([pruning_run("lenet", 0)])[0]
    kept = run.tables["cells"]["kept"][run.tables["cells"]["round"] == 15]
    assert f"**{int(kept[0]):,} of 266,200**" in popular.counted() and int(kept[0]) == 9_537


def test_five_to_ten_percent_get_the_verdict_of_their_levels() -> None:
    found = judged.row(8).outcome
    text = everything(page("pages/5_evidence.py"))
    assert popular.enough(found) in text and f"C8 · {found.verdict}" in text


def test_fresh_weights_and_the_dense_net_stand_side_by_side_after_twenty_epochs() -> None:
    case = sweep.sweep(protocol("paper").results, ())
    table = lenet.convergence(case.runs)
    assert table is not None
    told = popular.catches_up(case, table)
    assert f"**{100 * table.cells['reinit'][20].mean:.2f}%**" in told
    assert f"{100 * table.cells['dense'][20].mean:.2f}%" in told
    assert ("stay behind" in told) == popular._apart(case, 20, case.runs.nearest(0.107)).below()
    level = case.runs.nearest(table.density)
    ends = leads(case.runs.grid("reinit", "test_accuracy")[:, level], case.runs.grid("ticket", "test_accuracy")[:, 0])
    assert ends.below() == ("surely behind after all, by a fraction of a point" in told)  # so "never" is not disproved


def test_a_bigger_bag_is_compared_at_one_mark_and_at_equal_weights() -> None:
    walls = {(width, share): draws.gathered(run) for width in WIDTHS for share in SHARES
             if (run := recorded.find(tickets(share, width, 0))) is not None}
    mark = draws.reading(walls[20, 0.32], 0.01).target
    wins = {key: int((wall.cells["test_accuracy"] >= mark - 1e-9).sum()) for key, wall in walls.items()}
    told = draws.bags(walls)
    for width, alike in ((10, None), (20, 0.64), (40, 0.32), (80, 0.16)):
        own = draws.reading(walls[width, 0.32], 0.01).wins
        even = f"{wins[width, alike]} of 200" if alike else "–"
        assert f"| {width} | {own} of 200 | {wins[width, 0.32]} of 200 | {even} |" in told
    assert told in everything(page("pages/2_the_hypothesis.py", depth="Gist"))  # no figure that the depth hides


def test_no_winner_in_two_hundred_has_one_bound_and_one_interval() -> None:
    app = page("pages/2_the_hypothesis.py")
    reasons = SOURCE["2_the_hypothesis.py"]
    assert "It is at most about 1.5%" in app.radio(key="quiz-none").options
    assert f"{wilson(0, 200)[1]:.1%}" == "1.9%" and "wilson(0, 200)" in reasons


# ── chapter 4 by both protocols ──────────────────────────────────────────────────────────────────────────────────


def test_signs_and_sizes_are_told_by_both_protocols() -> None:
    text = everything(page("pages/4_initialisation.py"))
    table = next(rows for rows in tables(page("pages/4_initialisation.py")) if "In fc1" in rows[0])
    for runs in map(protocol, ("quick", "paper")):
        for fate in ("kept", "pruned"):
            cells = [row[f"{fate}, {runs.budget}"] for row in table]
            assert cells[0] == f"{moved(runs, 'fc1', f'sign_agreement_{fate}')[:, 0].mean():.0%}"
            assert cells[-1] == f"{moved(runs, 'fc1', f'moved_{fate}')[:, 0].mean():.3f}"
    long = protocol("paper")  # what the text leads with
    assert f"**{explanations.turned(long):.0%}** of the weights" in text
    level = long.nearest(0.108)
    for layer in ("fc1", "fc3"):
        assert f"**{explanations.head_start(long, layer, level):.2f}** times" in text
    assert f"**{explanations.farther(long):.1f}** times" in text
    assert "appendix F.1" in text and "appendix F.5" in text


def test_a_tickets_weights_began_as_large_as_its_masks_and_first_values_say() -> None:
    """But for weights that never moved, which the record leaves out, and the layer's average, taken as it is drawn."""
    long, began = protocol("paper"), []
    level = long.nearest(0.108)
    for run in explanations.with_masks(long):
        sizes = np.abs(initial(run.spec.net, run.spec.seed)["fc3.weight"])
        began.append(sizes[masks_at(explanations.deaths_of(run), level)["fc3.weight"]].mean() / sizes.mean())
    assert explanations.head_start(long, "fc3", level) == pytest.approx(np.mean(began), rel=0.03)
    assert explanations.head_start(long, "fc3", level) > explanations.head_start(long, "fc3", 1) + 0.3


def test_kept_weights_move_more_than_pruned_ones_by_both_protocols() -> None:
    for runs in map(protocol, ("quick", "paper")):
        kept, pruned = (moved(runs, "fc1", f"moved_{fate}")[:, 0] for fate in ("kept", "pruned"))
        assert (kept > pruned).all()  # in every seed


def test_claims_about_signs_and_sizes_rest_on_both_protocols() -> None:
    quick, long = protocol("quick"), starts.starts(recorded.among(map(long_starts, EVIDENCE_SEEDS["paper"])))
    assert long.seeds == 5 and long.budget == "50,000 steps"
    told = {one.number: one for one in verdicts(quick, long)}
    for number in ("C14", "C15", "C16"):
        assert "one epoch" in told[number].ours and "50,000 steps" in told[number].ours
    assert f"{long.recovered('keep-signs').whole:.0%} after 50,000 steps" in told["C14"].ours
    low, mid, high = (long.reads[name].mean() for name in ("reinit", "keep-signs", "ticket"))
    assert long.recovered("keep-signs").whole == pytest.approx((mid - low) / (high - low))


# ── our own record ───────────────────────────────────────────────────────────────────────────────────────────────


def test_biases_are_counted_at_both_ends() -> None:
    run = recorded.among([pruning_run("drawable", 0)])[0]
    last = int(run.tables["cells"]["kept"][run.tables["cells"]["round"] == max(run.tables["cells"]["round"])][0])
    biases = sum(run.spec.net.sizes[1:])
    text = everything(page("pages/3_iterative_pruning.py"))
    assert f"{biases} biases beside 1,096 weights" in text and f"beside {last} after the last round: by then" in text


def test_the_fastest_turn_is_one_of_as_many_as_were_taken() -> None:
    text = everything(page("pages/6_limits.py"))
    answers = recorded.among(cost("inference", seed) for seed in STABILITY_SEEDS)
    assert f"fastest of {answers[0].spec.repeats} turns" in text and answers[0].spec.repeats == 40
    bill = price.price(recorded.among(cost("training", seed) for seed in STABILITY_SEEDS))
    assert f"fastest of {bill.turns} turns" in price_figures.ledger(bill).source and bill.turns == 7


def test_a_wide_spread_shows_its_seeds_and_the_other_section_its_reason() -> None:
    ways = storage.answers(recorded.among(cost("inference", seed) for seed in STABILITY_SEEDS))
    small = [one for one in ways if one.stored == "neurons"][-1]
    assert f"(seeds from {small.span[0]:.1%} to {small.span[1]:.1%})" in storage.judged(ways).told
    runs = whole_neurons.found(recorded.among(map(structured, SEEDS)))
    told = whole_neurons.round_by_round(runs)
    assert told in everything(page("pages/lab.py", method="neurons")) and "*one* cut" in told


def test_a_mask_takes_one_training_less_than_its_ticket() -> None:
    assert "That mask takes fifteen trainings, and the ticket's own is the **sixteenth**" in everything(
        page("pages/6_limits.py"))
    assert "takes 15 trainings" in everything(page("pages/lab.py", method="snip"))


def test_stable_and_matching_are_counted_and_no_mechanism_is_claimed() -> None:
    specs = (spec for part in ("chapter6", "chapter6-stability") for spec in CATALOGUE[part] if spec.net.batchnorm)
    deep = rewound.rewound("deep", recorded.among(specs))
    found = rewound.together(deep, 6)
    stable = [matching for _, _, calm, matching in found if calm]
    wild = [matching for _, _, calm, matching in found if not calm]
    text = everything(page("pages/6_limits.py"))
    assert f"**{len(stable)}** are stable" in text and f"**{sum(stable)}** of those match" in text
    assert sum(stable) < len(stable) and sum(wild) > 0  # which is why no sentence says "only" or "since"
    assert methods.implication(deep, 6) in text


def test_the_site_says_what_it_was_trained_on() -> None:
    home = everything(page("pages/home.py"))
    assert "handwritten digits" not in home or "clothes" in home  # the cover claims no data set that is not all of it
    assert "Most of its nets are small and read grey digits" in everything(page("pages/8_connections.py"))


# ── a verdict says by what it was given, and no more than that ───────────────────────────────────────────────────────


@pytest.mark.parametrize("number", [7, 12, 13])
def test_a_claim_judged_after_one_epoch_names_no_other_protocol(number: int) -> None:
    found = judged.row(number).outcome
    assert "917 steps" in found.protocol and "50,000" not in found.protocol and "after one epoch" in found.ours


def test_where_tickets_do_not_match_they_are_not_called_left_behind() -> None:
    runs, found = protocol("paper"), judged.row(4).outcome
    levels = lenet.levels_in(runs, (0.80, 0.035))
    level = [n for n in levels if lenet.gain(runs, n).above(-0.002)]
    behind = [n for n in levels if lenet.gain(runs, n).below()]
    assert f"This holds at {len(level)} of {len(levels)} levels" in found.ours and len(level) < len(levels)
    assert f"surely behind at {len(behind) or 'none'} of these levels" in found.why


def test_signs_win_back_most_and_not_all() -> None:
    runs = protocol("quick")
    assert runs.gap("keep-signs", runs.nearest(0.107)).above()  # new sizes still cost something
    assert "win back most of it" in judged.row(14).outcome.why


@pytest.mark.parametrize("number", [27, 28, 29])
def test_claims_about_rewinding_say_on_which_pictures_they_were_judged(number: int) -> None:
    found = judged.row(number).outcome
    assert "on MNIST" in found.ours.replace("On", "on") and "Judged on MNIST" in found.why
    assert ("784-300-100-10" in found.protocol) == (number == 29)  # its table is of two nets


def test_curvature_is_told_where_it_loses_too() -> None:
    found = judged.row(34).outcome
    assert "surely ahead at 1 of 8 sizes and surely behind at " in found.ours
    assert "Trained on, it is surely behind at" in found.ours


def test_a_rule_that_was_widened_after_its_runs_says_so() -> None:
    found = judged.row(41).outcome
    assert found.verdict == "compatible, not settled" and "added after these runs were seen" in found.why


def test_what_is_no_measurement_says_what_it_is() -> None:
    assert "An interpretation, not a measurement" in judged.row(42).outcome.why
    assert "nothing is measured" in judged.row(43).outcome.why
    connections = SOURCE["8_connections.py"]
    assert "chip.claim(42" not in connections and "chip.claim(43" not in connections  # no verdict is typed


def test_the_rewound_resnet_is_cited_where_it_stands() -> None:
    assert re.search(r"epoch 6 of 90\. .{0,60}'sections 1 and 5'", PROSE.replace("\n", " "), re.S)


def test_only_the_popular_entry_whose_place_is_known_is_quoted() -> None:
    table = lenet.convergence(protocol("paper"))
    assert table is not None
    quoted = {(name, row["After"]): row[name] for row in findings.convergence_rows(table) for name in row
              if name.startswith("Popular") and row[name] != "–"}
    assert quoted == {("Popular reinit", "5 epochs"): "91.3%"}
    assert "we know only this one's place" in PROSE


def test_one_net_with_two_figures_has_its_reason_beside_it() -> None:
    specs = (spec for spec in CATALOGUE["chapter6"] if spec.net.batchnorm)
    net = rewound.rewound("deep", recorded.among(specs))
    spots = cause.spots({((8, True, 0.8), step, seed): chain for (step, seed), chain in net.chains.items()
                         if step in (0, 100)})
    above = net.gap(net.errors(cause.LEVEL, 0))
    told = cause.beside(spots, above)
    assert f"{100 * spots[0].gap.centre:.2f} points here" in told and f"{100 * above.centre:.2f} there" in told
    assert cause.beside(spots, spots[0].gap) == ""


def test_the_best_ticket_of_a_run_is_a_ticket() -> None:
    run = recorded.find(pruning_run("drawable", 0))
    assert run is not None
    accuracy = run.tables["cells"]["test_accuracy"]
    assert ("None of them reads more" in pipeline.told(run)) == (int(accuracy.argmax()) == 0)


def test_scattered_weights_that_are_fast_somewhere_count_against_the_claim() -> None:
    ways = storage.answers(recorded.among(cost("inference", seed) for seed in STABILITY_SEEDS))
    whole = ways[0]
    fast = [one.seconds[batch].mean <= storage.FASTER * whole.seconds[batch].mean for one in ways
            for batch in storage.BATCHES if one.stored == "csr"]
    found = storage.judged(ways)
    assert any(fast) and found.verdict == "partly"  # CSR, 256 images at once
    assert f"**{12 - sum(fast)}** of 12 comparisons" in found.told


def test_where_our_order_is_not_the_papers_it_is_said() -> None:
    specs = (spec for part in ("chapter6", "chapter6-stability") for spec in CATALOGUE[part] if spec.net.batchnorm)
    deep = rewound.rewound("deep", recorded.among(specs))
    hills = rewind_charts.hills(deep)
    assert hills is not None
    steps = rewind_charts.calm(hills.lines)
    whole, ticket = steps["whole net"], steps[f"{deep.density[6]:.1%} left"]
    assert whole is not None and ticket is not None
    assert bool(popular.order(deep)) == (whole < ticket)
    assert ("is first" in everything(page("pages/6_limits.py"))) == (whole < ticket)
