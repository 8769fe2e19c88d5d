"""Chapter 7 in Streamlit's own test harness: knobs, addresses, refusals, two configurations, challenges."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from lth_core.catalogue import deep, pruning_run, thin, upset
from lth_core.data import brought, home
from lth_core.jobs.engine import JobEngine
from pages.figures import challenges, pipeline, race
from pages.records import recorded
from pages.widgets.pipeline.race import race_of
from tests.app.harness import address, labels, open_page, players, words
from tests.app.test_uploads import bring, several

opened = partial(open_page, "pages/7_the_explorer.py")


def test_it_opens_with_a_recorded_run_and_nothing_in_the_address() -> None:
    app, run = opened(), recorded.find(pruning_run("drawable", 0))
    assert run is not None and pipeline.told(run) in words(app)
    assert not app.error and not app.warning and address(app) == {}
    assert "Train it now" not in labels(app) and "**0 of 5 solved.**" in words(app)


def test_a_turned_knob_is_in_the_address_with_an_estimate_before_the_click() -> None:
    app = opened()
    app.get_by_key("knob-rounds").set_value(5).run()
    app.get_by_key("knob-lr").set_value(0.0042).run()
    assert address(app) == {"rounds": "5", "lr": "0.0042"}
    assert "Train it now" in labels(app)
    assert "6 trainings" in words(app) and "An estimate" in words(app) and "Not trained yet" in words(app)
    again = opened(**address(app))
    assert again.get_by_key("knob-rounds").value == 5 and again.get_by_key("knob-lr").value == 0.0042


def test_a_starting_point_turns_all_its_knobs() -> None:
    app, run = opened(rate="50"), recorded.find(thin(0))
    app.button(key="point-784-20-10").click().run()
    assert not app.exception and run is not None and pipeline.told(run) in words(app)
    assert address(app) == {"net": "784-20-10", "lr": "0.006", "steps": "458", "rounds": "15"}
    app.button(key="point-Small net").click().run()
    assert address(app) == {}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"net": "LeNet-300-100", "steps": "20000", "batch": "1000"}, "fewer steps or fewer rounds"),
        ({"data": "Fashion"}, "python -m lth_core fetch fashion-mnist"),
    ],
)
def test_what_cannot_be_run_is_refused_with_the_cure(
    query: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folders = home.folders  # of MNIST as ever; of the others, whatever this machine may have
    monkeypatch.setattr(home, "folders", lambda name: folders(name) if name == "mnist" else (tmp_path,))
    app = opened(**query)
    assert len(app.error) == 1 and told in app.error[0].value
    assert "Train it now" not in labels(app)


@pytest.mark.parametrize(
    ("query", "told", "knob", "value"),
    [
        ({"rate": "90", "rounds": "24"}, "*Rounds* went from 24 to 3: at most 3", "rounds", 3),
        ({"steps": "100", "rewind": "200"}, "*Rewind to step k* went from 200 to 100: at most Steps", "rewind", 100),
    ],
)
def test_a_knob_that_another_one_limits_gives_way_and_says_so(
    query: dict[str, str], told: str, knob: str, value: int
) -> None:
    app = opened(**query)
    assert not app.error and told in words(app) and "Train it now" in labels(app)
    assert app.get_by_key(f"knob-{knob}").value == value and address(app)[knob] == str(value)


def test_no_turn_of_the_rate_empties_the_page() -> None:
    app = opened()
    for rate in (40, 50, 90, 20):
        app.get_by_key("knob-rate").set_value(rate).run()
        assert not app.exception and not app.error
        assert len(players(app)) == 1, f"no net at {rate}%"
    assert app.get_by_key("knob-rounds").value == 3  # what gave way stays there: nobody turned it back


def test_own_images_are_brought_trained_and_taken_back(
    engine: JobEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LTH_DATA", str(tmp_path / "data"))
    app = opened(data="Own images", steps="50", rounds="2")
    assert "one visit alone" in words(app) and "Train it now" not in labels(app) and not app.error
    app.file_uploader[0].set_value(("mine.npz", b"PK\x03\x04 nonsense", "application/zip")).run()
    assert len(app.error) == 1 and "pack it anew" in app.error[0].value and not app.exception
    app.file_uploader[0].set_value(("mine.npz", bring(*several(classes=3)), "application/zip")).run()
    assert not app.exception and not app.error and "**102** images to learn from" in words(app)
    digest = app.session_state["own-images"].own.digest
    assert brought.path(digest).exists() and address(app) == {"data": "Own images", "steps": "50", "rounds": "2"}
    app.get_by_key("knob-batch").set_value(100).run()
    assert not app.error and "*Batch* went from 100 to 92: at most the number of images to learn from, 92" in words(app)
    app.get_by_key("knob-batch").set_value(20).run()
    next(button for button in app.button if button.label == "Train it now").click().run()
    (key,) = engine.unfinished(lambda spec: spec.data.own == digest)
    while engine.runner.advance(key):  # type: ignore[attr-defined]
        pass
    app.run()
    run = engine.result(key)
    assert run is not None and run.spec.net.sizes == (49, 16, 12, 3) and pipeline.told(run) in words(app)
    assert not app.exception and not app.error
    app.button(key="bet-race-skip").click().run()
    next(button for button in app.button if button.label == "Train the three side by side").click().run()
    (raced,) = engine.unfinished(lambda spec: spec.data.own == digest)
    while engine.runner.advance(raced):  # type: ignore[attr-defined]
        pass
    app.run()
    compared = engine.result(raced)
    assert compared is not None and race.told(compared).replace("**", "") in words(app).replace("**", "")
    assert "18 test images" in race.curves(compared).source and not app.exception
    other = opened(data="Own images", steps="50", rounds="2", batch="20")
    assert "one visit alone" in words(other) and pipeline.told(run) not in words(other)
    app.button(key="own-remove").click().run()
    assert not app.exception and not brought.path(digest).exists() and key not in engine.store
    assert "one visit alone" in words(app)


def test_a_bad_link_names_every_parameter_and_shows_the_defaults() -> None:
    app = opened(**{"lr": "1e9", "net": "<b>", "rounds": "99", "b-seed": "-1", "view": "three", "answering": "me",
                    "compared": "3-0.99-1"})
    assert len(app.warning) == 1 and "<b>" not in app.warning[0].value
    for name in ("lr", "net", "rounds", "b-seed", "view", "answering", "compared"):
        assert f"{name} must be" in app.warning[0].value
    assert app.get_by_key("knob-lr").value == 0.003 and app.get_by_key("knob-net").value == "Small net"


def test_a_second_configuration_begins_as_a_copy_and_is_told_apart() -> None:
    app = opened(rounds="20", seed="1")
    app.get_by_key("view-switch").set_value("Two, side by side").run()
    assert not app.exception
    assert app.get_by_key("knob-b-seed").value == 1 and "Both are the same configuration" in words(app)
    app.get_by_key("knob-b-seed").set_value(2).run()
    assert "B has Seed 2 instead of 1." in words(app)
    assert address(app) == {"view": "Two, side by side", "seed": "1", "b-seed": "2"}
    first, second = (recorded.find(pruning_run("drawable", seed)) for seed in (1, 2))
    assert first is not None and second is not None
    assert pipeline.versus(first, second).takeaway in words(app)
    app.get_by_key("played-switch").set_value("B").run()
    assert "played" in address(app)


def test_the_player_moves_the_comparison_and_the_address() -> None:
    app, run = opened(round="4"), recorded.find(pruning_run("drawable", 0))
    assert run is not None and "rests in round 4" in words(app)
    assert "nothing to compare" in words(opened(round="0", stage="0"))


def test_a_rewound_run_is_compared_from_its_own_step() -> None:
    app = opened(net="Deep net", optimiser="SGD", lr="0.8", momentum="0.9", decay="Stepped", batch="128", steps="1404",
                 rate="45", rounds="6", scope="Whole net", rewind="100", round="3")
    assert recorded.find(deep(100)) is not None and not app.error
    app.button(key="bet-race-skip").click().run()
    assert "Train the three side by side" in [button.label for button in app.button]
    assert race_of(deep(100), 3, 0).step == 100 and race_of(deep(0), 3, 0).step == 0


def test_solutions_turn_the_knobs_and_are_judged_like_any_run() -> None:
    app = opened()
    for solved, key in enumerate(("featherweight", "hurry", "one-cut", "repair"), start=1):
        app.button(key=f"solve-{key}").click().run()
        assert not app.exception and not app.error
        assert f"**{solved} of 5 solved.**" in words(app), key
    app.button(key="solve-upset").click().run()
    app.button(key="bet-race-skip").click().run()
    result = recorded.find(upset())
    assert result is not None and race.told(result).replace("**", "") in words(app).replace("**", "")
    assert f"**{len(challenges.CHALLENGES)} of 5 solved.**" in words(app)


def test_a_training_that_blew_up_is_named_and_shows_no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "diverged", lambda run: 2)
    app = opened()
    assert len(app.warning) == 1 and "blew up in round 2" in app.warning[0].value
    assert "Its tickets stay within a point" not in words(app) and not app.exception


def test_without_its_records_the_pad_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from pages.widgets import digit_pad

    for kept in (digit_pad._packed, digit_pad._panels, digit_pad._results):
        kept.clear()  # type: ignore[attr-defined]
    find = recorded.find
    monkeypatch.setattr(recorded, "find", lambda spec: None if spec.experiment == "ablation" else find(spec))
    app = opened()
    assert len(app.error) == 1 and "chapter7" in app.error[0].value
