"""One object, four outputs: sentence, table, CSV, dict and figure all say what the Chart says."""

from __future__ import annotations

import csv as csv_format
import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.figures import in_words
from pages.figures.chart import Axis, Chart, Line, Mark
from pages.figures.drawing import drawing
from pages.figures.scales import apart

X = np.array([0.0, 0.5, 1.0])
SPARSITY, ACCURACY = Axis("sparsity", percent=True), Axis("test accuracy", percent=True, range=(0, 1))


def chart(**changes: object) -> Chart:
    seeds = np.array([[0.98, 0.96, 0.1], [0.96, 0.94, 0.1]])
    random = Line("random", "random", X[[0, 2]], np.array([0.97, 0.11]))
    fields = {
        "title": "Accuracy against sparsity", "takeaway": "Half the weights were idle.", "x": SPARSITY, "y": ACCURACY,
        "lines": (Line.over_seeds("smallest pruned", "kept", X, seeds), random),
        "marks": (Mark("guessing", y=0.1), Mark("half", x=0.5), Mark("here", "training", 0.5, 0.5)),
    }
    return Chart(**{**fields, **changes})  # type: ignore[arg-type]


def test_alt_is_one_sentence_with_the_ends_and_the_finding() -> None:
    assert in_words.alt(chart()) == (
        "Accuracy against sparsity, test accuracy against sparsity: smallest pruned from 97% at 0% to 10% at 100%; "
        "random from 97% at 0% to 11% at 100%; half the weights were idle."
    )


def test_table_has_every_x_and_leaves_gaps_empty() -> None:
    table = in_words.table(chart())
    assert table["sparsity (%)"] == [0, 50, 100]
    assert table["smallest pruned"] == [97, 95, 10]
    assert table["smallest pruned (lowest)"] == [96, 94, 10]
    assert table["random"] == [97, None, 11]


def test_csv_is_the_table() -> None:
    rows = list(csv_format.reader(in_words.csv(chart()).splitlines()))
    table = in_words.table(chart())
    assert rows[0] == list(table)
    back = [[None if cell == "" else float(cell) for cell in column] for column in zip(*rows[1:], strict=True)]
    assert back == list(table.values())


def test_dict_survives_json() -> None:
    plain = in_words.as_dict(chart())
    assert json.loads(json.dumps(plain, allow_nan=False)) == json.loads(json.dumps(plain))
    assert plain["lines"][0]["seeds"][1] == [0.96, 0.94, 0.1]
    assert plain["lines"][1]["low"] is None


def test_not_a_number_becomes_a_gap_everywhere() -> None:
    gappy = chart(lines=(Line("g", "kept", X, np.array([0.9, np.nan, 0.1])),))
    assert in_words.table(gappy)["g"] == [90, None, 10]
    assert in_words.as_dict(gappy)["lines"][0]["y"] == [0.9, None, 0.1]


def test_the_drawing_has_every_line_with_its_look_and_exact_values() -> None:
    drawn = drawing(chart())
    kept, random = drawn["lines"]
    assert (kept["name"], kept["colour"], kept["dash"]) == ("smallest pruned", "#009E73", "solid")
    assert kept["told"][1] == "95% (94% – 96%)" and random["told"] == ["97%", "11%"]
    assert [drawn["grid"][place][1] for place in random["at"]] == ["sparsity 0%", "sparsity 100%"]
    assert kept["band"] == [[0.96, 0.94, 0.1], [0.98, 0.96, 0.1]] and random["band"] is None
    assert [(mark["kind"], mark["label"]) for mark in drawn["marks"]] == [
        ("level", "guessing"), ("upright", "half"), ("point", "here")]
    assert json.loads(json.dumps(drawn, allow_nan=False))["alt"] == in_words.alt(chart())


def test_without_a_band_each_seed_is_a_hairline() -> None:
    seeds = np.array([[0.5, 0.6, 0.7], [0.7, 0.8, 0.9]])
    line, = drawing(chart(lines=(Line("l", "kept", X, seeds.mean(0), seeds=seeds),)))["lines"]
    assert line["seeds"] == seeds.tolist() and line["band"] is None


def test_the_drawing_follows_the_other_palette() -> None:
    assert {line["colour"] for line in drawing(chart(), "blue-orange")["lines"]} == {"#0072B2", "#C77700"}


def test_a_falling_axis_is_drawn_so() -> None:
    places = [share for share, _ in drawing(chart(x=Axis("steps", falling=True)))["grid"]]
    assert places == sorted(places, reverse=True) and 0 < places[-1] < places[0] < 1


def test_error_axis_pulls_high_accuracies_apart() -> None:
    axis = Axis("accuracy", percent=True, error=True, range=(0.9, 0.999))
    drawn = drawing(chart(y=axis, marks=(), lines=(Line("l", "kept", X, np.array([0.9, 0.99, 0.999])),)))
    assert drawn["y"]["ticks"] == [(0.0, "90%"), (0.1505, "95%"), (0.3495, "98%"), (0.5, "99%"), (0.6505, "99.5%"),
                                   (1.0, "99.9%")]
    assert drawn["lines"][0]["y"] == [0, 0.5, 1]


def test_a_perfect_score_stays_on_an_error_axis() -> None:
    drawn = drawing(chart(lines=(Line("p", "kept", X, np.array([0.9, 0.99, 1.0])),), marks=(),
                          y=Axis("accuracy", percent=True, error=True)))
    assert drawn["lines"][0]["y"] == sorted(drawn["lines"][0]["y"]) and drawn["lines"][0]["y"][-1] < 1


def test_what_was_not_measured_is_a_gap() -> None:
    drawn = drawing(chart(lines=(Line("g", "kept", X, np.array([0.9, np.nan, 0.1])),)))
    assert drawn["lines"][0]["y"][1] is None and drawn["lines"][0]["told"][1] == ""


def test_long_names_are_broken_not_cut() -> None:
    name = "smallest magnitudes pruned layer by layer and retrained"
    words = drawing(chart(lines=(Line(name, "kept", X, X),), marks=()))["names"][0]["words"]
    assert " ".join(words) == name and max(map(len, words)) <= 13


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 0.12)), min_size=1, max_size=8))
def test_labels_never_overlap_nor_leave(labels: list[tuple[float, float]]) -> None:
    wanted, sizes = [label[0] for label in labels], [label[1] for label in labels]
    boxes = sorted((at - size / 2, at + size / 2) for at, size in zip(apart(wanted, sizes), sizes, strict=True))
    assert boxes[0][0] >= -1e-5
    assert boxes[-1][1] <= 1 + 1e-5
    assert all(below[1] <= above[0] + 1e-5 for below, above in pairwise(boxes))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Line("l", "kept", X, X[:2]), r"line 'l': y has shape \(2,\), x has \(3,\)"),
        (lambda: Line("l", "kept", X[::-1], X), "x must rise"),
        (lambda: Line("l", "kept", X, X, low=X), "needs both low and high"),
        (lambda: Line("l", "kept", X, X, seeds=X), r"seeds must be \(seeds, 3\)"),
        (lambda: Line("l", "best", X, X), "role 'best' has no colour"),
        (lambda: chart(lines=()), "at least one line"),
        (lambda: chart(lines=(Line("l", "kept", X, X), Line("l", "random", X, X))), "two lines have one name"),
        (lambda: Mark("m"), "needs an x, a y or both"),
        (lambda: Axis("a", log=True, error=True), "exclude each other"),
    ],
)
def test_bad_charts_are_refused_by_name(wrong: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wrong()  # type: ignore[operator]


def test_a_chart_does_not_change_under_its_owner() -> None:
    y = X.copy()
    line = Line("l", "kept", X, y)
    y[0] = 9
    assert line.y[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        line.y[0] = 9
