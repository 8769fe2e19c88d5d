"""Chapter 4 in Streamlit's own test harness: every control, links that restore a state or fail, blind mode, records."""

from __future__ import annotations

import re
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from lth_core import said
from lth_core.catalogue import EVIDENCE_SEEDS, evidence, long_starts
from lth_core.ledger import start, starts
from lth_core.ledger.runs import Runs
from lth_core.results.result import Result
from pages.figures import conditions
from pages.figures.runs import KINDS, THREE
from pages.records import recorded
from pages.sections import taken_apart
from tests.app.harness import address, charts, everything, open_page, tables, words
from tests.figures.invented import result as invented

opened = partial(open_page, "pages/4_initialisation.py")


def popular(app: AppTest) -> list[dict[str, str]]:
    """The rows of the table of popular figures."""
    return next(rows for rows in tables(app) if "Popular" in rows[0])


def heads(app: AppTest) -> set[str]:
    """The heads of all fact tables."""
    return {head for rows in tables(app) for head in rows[0]}


def quick() -> Runs:
    specs = (evidence("quick", seed) for seed in EVIDENCE_SEEDS["quick"])
    return Runs.of(recorded.among(specs))


def test_it_opens_at_ninety_percent_with_the_finding_and_keeps_the_bet_hidden() -> None:
    app, runs = opened(), quick()
    assert not app.warning and not app.error
    assert conditions.at_level(runs, 10) in words(app) and f"{runs.seeds} seeds" in words(app)
    assert conditions.opening_sentence(runs, "random") not in words(app)


def test_the_bet_reveals_where_the_popular_gap_opens() -> None:
    app, runs = opened(), quick()
    app.slider(key="bet-opens").set_value(12)
    app.button(key="bet-opens-go").click().run()
    assert f"You said **12**. It was **{conditions.opening(runs, 'random', 0.17).level or 'never'}**" in words(app)
    assert conditions.opening_sentence(runs, "reinit") in words(app)
    assert {"≈ 78%", "97.5 ± 0.3%"} <= {cell for row in popular(app) for cell in row.values()}
    skipped = opened()
    skipped.button(key="bet-opens-skip").click().run()
    assert "You said" not in words(skipped) and conditions.opening_sentence(runs, "random") in words(skipped)


def test_a_link_restores_density_conditions_and_question() -> None:
    app, runs = opened(level="18", show="ticket.frozen", ask="Must the others be zero?", layer="fc3", wire="3"), quick()
    assert conditions.at_level(runs, 18) in words(app)
    assert conditions.compared(runs, ("frozen",), 18) in words(app)
    assert "**Signs in fc3, one epoch.**" in words(app) and "In fc3" in heads(app)
    assert app.slider(key="wire").value == 3


def test_every_question_has_its_chart_and_its_measured_answer() -> None:
    app, runs, titles = opened(), quick(), set[str]()
    for question in app.segmented_control(key="ask").options:
        app.segmented_control(key="ask").set_value(question).run()
        assert not app.exception
        names = taken_apart.QUESTIONS[question][1]
        table = next(rows for rows in tables(app) if any(head.startswith("Behind, one epoch") for head in rows[0]))
        assert [row["Net"] for row in table] == [KINDS[name].name for name in names]
        assert said.say(runs.gap(names[-1], 10)) in everything(app)
        told = [item.value for item in app.markdown
                if re.match(r"After (one epoch|50,000 steps), with 10\.8%", item.value)]
        assert any("behind the ticket" in one or "cannot be told" in one or "*ahead*" in one for one in told)
        titles |= {item.value.split(".**")[0] for item in app.markdown if item.value.startswith("**") and ".**" in
                   item.value}
    assert {"**Old signs, new sizes", "**Four other masks", "**Pruned, and never trained"} <= titles
    assert runs.has("supermask")


def files(app: AppTest) -> set[str]:
    """Keys of the buttons that take the ablation's figure home: its names would give everything away."""
    return {button.key for button in app.get("download_button") if (button.key or "").startswith("learning-")}


def test_blind_mode_says_nothing_about_who_is_who_until_the_reveal() -> None:
    """It told the ticket by its accuracy at step 0, and went on keeping quiet when all was told."""
    app, runs = opened(blind="1"), quick()
    assert conditions.at_level(runs, 10) not in words(app) and "keeps quiet" in words(app)
    assert not [rows for rows in tables(app) if "First values" in rows[0]]
    assert [rows for rows in tables(opened()) if "First values" in rows[0]]
    assert not files(app) and {"learning-svg", "learning-png", "learning-pdf", "learning-csv"} == files(opened())
    app.session_state[f"ablation-quick-{runs.seeds}"] = {
        "view": {"level": 10, "measure": "error", "shown": list(THREE), "blind": 1, "revealed": True}
    }
    app.run()
    assert conditions.at_level(runs, 10) in words(app) and "keeps quiet" not in words(app)
    assert [rows for rows in tables(app) if "First values" in rows[0]] and files(app)


def test_a_link_of_before_still_names_its_live_run() -> None:
    """`trained` meant a level here and a protocol in chapter 5."""
    app = opened(trained="9", raced="ticket.frozen", seed="4")
    assert address(app)["now"] == "9" and "trained" not in address(app)


def test_the_bet_on_a_round_is_drawn_on_the_axis_of_rounds() -> None:
    app = opened(**{"bet-opens": "4"})
    labels = [" ".join(mark["label"] for mark in chart["marks"]) for chart in charts(app)]
    assert any("you: round 4" in told and "it was round" in told for told in labels)


def test_what_the_widget_says_moves_the_page_and_the_address() -> None:
    app, runs = opened(), quick()
    app.session_state[f"ablation-quick-{runs.seeds}"] = {
        "view": {"level": 20, "measure": "loss", "shown": ["ticket", "supermask"], "blind": False}
    }
    app.run()
    assert conditions.at_level(runs, 20) in words(app)
    written = {name: value if isinstance(value, str) else value[0] for name, value in app.query_params.items()}
    assert written == {"level": "20", "measure": "loss", "show": "ticket.supermask"}


def test_the_message_is_of_the_long_training_and_comes_back_with_the_bet() -> None:
    app = opened(**{"bet-opens": "4"})
    runs = Runs.of(recorded.among(evidence("paper", seed) for seed in EVIDENCE_SEEDS["paper"]))
    lost = [f"{100 * runs.gap(name, 10).centre:.1f} points" for name in ("reinit", "random")]
    top, end = words(app).split("What I learned")
    for part in (top, end):
        assert f"new first values cost it {lost[0]} of accuracy, and a random mask {lost[1]}." in part
    assert "You bet 4 rounds." in end and "You bet" not in words(opened())


def test_a_goal_that_few_reach_is_told_as_such() -> None:
    app, chart = opened(goal="97%"), conditions.speed(quick(), 0.97)
    assert chart is None or f"**{chart.title}.**" in words(app)
    assert "random reinit at no density" in words(app) or chart is None


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"level": "25", "blind": "1000", "wire": "0"}, ["level", "blind", "wire"]),
        ({"show": "ticket.winner", "measure": "colour"}, ["show", "measure"]),
        ({"goal": "99", "layer": "fc4", "ask": "Why?"}, ["goal", "layer", "ask"]),
        ({"now": "-1", "raced": "ticket..reinit", "seed": "<b>"}, ["now", "raced", "seed"]),
    ],
)
def test_a_bad_link_names_the_parameters_and_shows_the_defaults(query: dict[str, str], names: list[str]) -> None:
    app = opened(**query)
    assert len(app.warning) == 1
    assert all(f"{name} must be" in app.warning[0].value for name in names)
    assert "<b>" not in app.warning[0].value and conditions.at_level(quick(), 10) in words(app)


def test_a_link_to_a_live_run_that_is_not_stored_here_offers_it() -> None:
    app = opened(now="9", raced="ticket.frozen", seed="4")
    assert "is not stored here" in words(app)
    assert any(button.label == "Train them now" for button in app.button)


def test_every_claim_has_its_verdict() -> None:
    long = starts.starts(recorded.among(long_starts(seed) for seed in EVIDENCE_SEEDS["paper"]))
    app, told = opened(depth="Maths"), start.verdicts(quick(), long)
    assert [one.number for one in told] == ["C7", "C12", "C13", "C14", "C15", "C16"]
    for one in told:
        assert f"**{one.claim}** " in words(app) and f"[{one.number} · {one.verdict}]" in words(app)
        assert f"{one.ours}. *{one.why}*" in words(app) and f"Rule, *{one.rule.name}*" in words(app)


def test_every_option_of_both_questions_has_its_reason() -> None:
    app = opened(depth="Gist")
    for radio in ("quiz-reinit", "quiz-shuffle"):
        reasons = set()
        for option in app.radio(key=radio).options:
            app.radio(key=radio).set_value(option).run()
            reasons |= {item.value for item in [*app.success, *app.warning]}
        assert len(reasons) >= 3


# ── other records ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def long_runs(monkeypatch: pytest.MonkeyPatch) -> list[Result]:
    """Three invented long runs in the place of the recorded ones."""
    runs = [invented("paper", seed) for seed in range(3)]
    by_key = {evidence("paper", seed).key: None for seed in EVIDENCE_SEEDS["paper"]} | {run.key: run for run in runs}
    find = recorded.find
    monkeypatch.setattr(recorded, "find", lambda spec: by_key[spec.key] if spec.key in by_key else find(spec))
    return runs


def test_long_runs_bring_their_switch_and_their_column(long_runs: list[Result]) -> None:
    app = opened(protocol="50,000 steps", show="ticket.supermask")
    runs = Runs.of(tuple(long_runs))
    assert conditions.at_level(runs, 10) in words(app) and "3 seeds" in words(app)
    assert not any(button.label == "Train them now" for button in app.button)
    app.button(key="bet-opens-skip").click().run()
    assert all("50,000 steps, 10.8% left" in row for row in popular(app)) and len(popular(app)) == 4
    assert "are not recorded yet" not in words(app)


def test_without_the_short_runs_the_page_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorded, "find", lambda spec: None)
    app = opened()
    assert "lenet-quick" in app.error[0].value


def test_names_on_screen_are_all_different() -> None:
    assert len({kind.name for kind in KINDS.values()}) == len({kind.role for kind in KINDS.values()}) == len(KINDS)
