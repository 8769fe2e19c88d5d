"""Chapter 3 in Streamlit's own test harness: every control, links that restore a state or fail, the player's word."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import numpy as np
import pytest

from lth_core import by_hand
from lth_core.catalogue import PROTAGONIST, pruning_run
from lth_core.engine import run
from lth_core.ledger import runs as runs_of
from pages.figures import biography, rounds, six_weights
from pages.figures.shrinking import shrinking
from pages.live import api
from pages.records import recorded
from pages.widgets.round_player import growing
from tests.app.harness import address, open_page, players, words

opened = partial(open_page, "pages/3_iterative_pruning.py")


def result(net: str = "drawable", seed: int = 0) -> Any:
    return recorded.atlas().find(pruning_run(net, seed))


def film(player: dict[str, Any]) -> dict[str, Any]:
    """The run that a round player was given."""
    return dict(json.loads(player["packed"]))


def test_it_opens_with_the_first_rounds_played_and_the_break_still_hidden() -> None:
    app = opened()
    assert not app.warning and not app.error
    text = words(app)
    assert "**Round 2** trained" in text and rounds.breaking_sentence([result()]) not in text
    assert "The whole net reads" not in text


def test_the_bet_reveals_the_breaking_round() -> None:
    found = [run for seed in range(5) if (run := result(seed=seed)) is not None]
    app = opened()
    app.slider(key="bet-breaks").set_value(9)
    app.button(key="bet-breaks-go").click().run()
    assert f"You said **9**. It was **{rounds.facts(found).breaks}**." in words(app)
    assert rounds.breaking_sentence(found) in words(app)
    skipped = opened()
    skipped.button(key="bet-breaks-skip").click().run()
    assert "You said" not in words(skipped) and rounds.breaking_sentence(found) in words(skipped)
    assert f"You bet 9 rounds. It was {rounds.facts(found).breaks}." in words(app) and "You bet" not in words(skipped)


def test_fewer_rounds_shorten_the_film_and_a_live_run() -> None:
    app = opened(rounds="5", round="12")
    assert rounds.so_far(result(), 5, 1) in words(app) or rounds.so_far(result(), 5, 0) in words(app)
    assert address(app)["round"] == "5"
    (player,) = players(opened(rate="50%", rounds="5"))
    assert len(film(player)["planned"]) == 1 + 5  # so many rounds may come, none is there


def test_a_round_that_came_between_two_looks_is_counted() -> None:
    spec = pruning_run("drawable", 3, rate=0.5)
    for length in (1, 2):
        api.job_engine().store.save(run(spec.shortened(length)))
    app = opened(grown="1", seed="3", rate="50%")
    assert address(app)["grown"] == "1"  # that a longer run is stored is nothing that this reader asked for
    app.session_state[growing.ASKED] = spec.shortened(2).key
    app.run()
    assert address(app)["grown"] == "2" and not app.exception


def test_the_takeaway_is_there_without_a_bet_and_every_table_can_be_taken_home() -> None:
    app = opened()
    told = words(app).split("What I learned")[1]
    assert "repeat three moves" in told and "the small net's tickets stay within a point" in told
    assert "You bet" not in told
    assert {"all-rounds-csv", "cloud-csv", "what-if-pairs-csv"} <= {button.key for button in app.download_button}


@pytest.mark.parametrize(("net", "name"), [("Small net", "drawable"), ("LeNet-300-100", "lenet")])
def test_a_link_restores_net_seed_round_and_stage(net: str, name: str) -> None:
    app = opened(net=net, seed="3", round="12", stage="1")
    run = result(name, 3)
    assert rounds.so_far(run, 12, 1) in words(app)
    assert f"{runs_of.column(run, 'kept')[12]:,} weights" in words(app)
    assert address(app)["round"] == "12" and address(app)["stage"] == "1"


def test_one_shot_is_another_recorded_run() -> None:
    app = opened(schedule="One-shot", round="12")
    run = recorded.atlas().find(pruning_run("drawable", 0, "one-shot"))
    assert run is not None and rounds.so_far(run, 12, 0) in words(app)
    assert rounds.so_far(result(), 12, 0) not in words(app)


def test_a_rate_that_is_not_recorded_is_trained_at_the_press_and_nothing_else_breaks() -> None:
    app = opened(rate="50%")
    assert "50% a round is not recorded: each *Next round* trains one" in words(app)
    (player,) = players(app)
    assert film(player)["bare"] and not player["closed"]  # the net stands there untrained, and its button trains
    assert "How fast does it shrink?" in [header.value for header in app.header]


def test_a_round_beyond_the_run_shows_its_last() -> None:
    assert rounds.so_far(result(), 20, 1) in words(opened(round="42", stage="2"))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"round": "43"}, ["round"]),
        ({"round": "-1", "stage": "3"}, ["round", "stage"]),
        ({"rate": "20", "schedule": "both", "net": "vgg"}, ["rate", "schedule", "net"]),
        ({"edge": "266200", "p": "0", "n": "41"}, ["edge", "p", "n"]),
        ({"rounds": "7", "six": "3.21"}, ["rounds", "six"]),
        ({"action": "<script>alert(1)</script>", "at": "zero", "seed": "5"}, ["action", "at", "seed"]),
    ],
)
def test_a_bad_link_names_the_parameters_and_shows_the_defaults(query: dict[str, str], names: list[str]) -> None:
    app = opened(**query)
    assert len(app.warning) == 1
    assert all(f"{name} must be" in app.warning[0].value for name in names)
    assert "script" not in app.warning[0].value and "**Round 2** trained" in words(app)


def test_the_calculator_follows_its_sliders() -> None:
    app = opened()
    app.slider(key="p").set_value(50)
    app.slider(key="n").set_value(2)
    app.run()
    law = shrinking(pruning_run("drawable", 0).net, 0.5, 2, 0.25)
    assert "**25.00%** are left" in words(app) and f"**{sum(law.layers[-1]):,}** of 1,096" in words(app)


def test_six_weights_are_trained_as_they_are_turned_and_stand_in_the_address() -> None:
    app = opened()
    assert six_weights.sentence(by_hand.play((0.3, 0.6, 0.8, 0.2, 0.4, -0.6))) in words(app)
    assert "six" not in address(app)
    app.number_input(key="six-0").set_value(-1.4).run()
    assert six_weights.score(by_hand.play((-1.4, 0.6, 0.8, 0.2, 0.4, -0.6))) in words(app)
    assert address(app)["six"] == "-14.6.8.2.4.-6"
    linked = opened(six="-14.6.8.2.4.-6", depth="Gist")
    assert six_weights.sentence(by_hand.play((-1.4, 0.6, 0.8, 0.2, 0.4, -0.6))) in words(linked)


@pytest.mark.parametrize(("query", "label"), [
    ({"edge": "100"}, "The life of one weight"), ({"at": "3"}, "What if it had ended otherwise?"),
    ({"snippet": "2"}, "Spot the fault: seven short programs"),
])
def test_what_a_link_speaks_of_is_unfolded_and_nothing_else(query: dict[str, str], label: str) -> None:
    folds = {fold.label: fold.proto.expanded for fold in opened(**query).expander}
    assert [name for name, is_open in folds.items() if is_open] == [label]


def test_each_layer_has_its_own_cloud() -> None:
    app = opened()
    said = set()
    for layer in ("fc1", "fc2", "fc3"):
        app.segmented_control(key="layer").set_value(layer).run()
        said.add(next(item.value for item in app.markdown if item.value.startswith("Of the weights pruned")))
    assert len(said) == 3


def test_the_select_boxes_choose_a_weight_and_write_it_into_the_address() -> None:
    app = opened()
    crowd = biography.follow(result())
    assert app.selectbox(key="edge-layer").value == crowd.layer[PROTAGONIST]
    app.selectbox(key="edge-layer").set_value(0).run()
    app.selectbox(key="edge-source").set_value(24).run()
    app.selectbox(key="edge-target").set_value(5).run()
    edge = 5 * 49 + 24
    assert address(app)["edge"] == str(edge)
    told = biography.told(biography.life(result(), crowd, edge), result().spec.net)
    assert told in words(app)
    app.selectbox(key="edge-layer").set_value(2).run()
    assert "digit" in words(app) and not app.exception


def test_what_the_player_says_moves_the_page() -> None:
    app = opened()
    run = result()
    key = f"player-{run.key}-{run.manifest.get('created')}"
    move = app.session_state[f"{key}.memory"]["move"]
    app.session_state[key] = {"position": {"round": 7, "stage": 1, "edge": 100, "move": move}}
    app.run()
    assert rounds.so_far(run, 7, 1) in words(app)
    assert address(app)["round"] == "7" and address(app)["edge"] == "100"
    told = biography.told(biography.life(run, biography.follow(run), 100), run.spec.net)
    assert told in words(app)


@pytest.mark.parametrize("action", ["Revive it", "Kill it", "Flip its sign"])
def test_the_recorded_counterfactuals_are_told(action: str) -> None:
    app = opened(action=action, at="7" if action == "Revive it" else "3")
    assert "orders of the examples" in words(app) and "what the order alone does" in words(app)


def test_a_question_that_changes_nothing_is_answered_without_a_run() -> None:
    assert "nothing to revive" in words(opened(action="Revive it", at="3"))
    assert "dead already in round 9" in words(opened(action="Kill it", at="9"))
    assert "runs on the small net" in words(opened(net="LeNet-300-100"))


def test_an_unrecorded_counterfactual_is_offered_live() -> None:
    crowd = biography.follow(result())
    survivor = int(np.flatnonzero(crowd.died == 0)[0])
    app = opened(action="Kill it", at="2", edge=str(survivor))
    assert any(button.key and button.key.startswith("what-if-") for button in app.button)
