"""The cover: where the film ends is computed, and what it says follows from the records."""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np
import pytest

from lth_core.catalogue import DIGIT_LEVELS
from lth_core.catalogue.rounds import pruning_run
from pages.figures import cover, thumbnail
from pages.figures.chart import Axis, Chart, Line
from pages.figures.rounds import column
from pages.records import recorded
from pages.widgets.cover import reader
from pages.widgets.digit_pad import recorded_panel
from pages.widgets.thumbnails import thumbnail_of


@pytest.fixture(scope="module")
def run():
    found = recorded.find(pruning_run("lenet", 0))
    assert found is not None
    return found


def test_the_film_ends_with_the_smallest_ticket_that_matches(run) -> None:
    told, read = cover.story(run, DIGIT_LEVELS), column(run, "test_accuracy")
    assert told.matches and told.ticket == read[told.rounds] >= read[0] == told.dense
    later = [level for level in DIGIT_LEVELS if level > told.rounds]
    assert all(read[level] < read[0] for level in later)
    assert "as well as the whole" in told.sentence and f"{told.kept:,}" in told.sentence


def test_a_ticket_that_does_not_match_is_told_so(run) -> None:
    worse = replace(cover.story(run, DIGIT_LEVELS), ticket=0.9, dense=0.95)
    assert not worse.matches
    assert "not as well as" in worse.sentence


def test_the_film_has_what_the_record_has(run) -> None:
    told = cover.story(run, DIGIT_LEVELS)
    film = cover.payload(run, told, recorded_panel(told.rounds))
    assert film["kept"] == column(run, "kept")[: told.rounds + 1].tolist()
    assert film["read"][-1] == pytest.approx(told.ticket, abs=1e-4)
    died = np.frombuffer(base64.b64decode(film["died"]), np.uint8)
    last = np.frombuffer(base64.b64decode(film["trained"][-1]), np.int8)
    assert died.max() <= told.rounds and not last[died > 0].any()
    assert int(np.argmax(film["said"][-1])) == film["label"] == 7  # and the digit is read right at the end
    assert sum(film["said"][-1]) == pytest.approx(1, abs=1e-3)


def test_who_reads_the_digit_is_named_with_its_own_figures(run) -> None:
    told = cover.story(run, DIGIT_LEVELS)
    ticket = recorded_panel(told.rounds).readers[1]
    assert ticket.mask.kept == told.kept
    assert f"{ticket.accuracy:.1%}" in reader(told) and "a sample of 1,800 weights" in reader(told)


@pytest.mark.parametrize("number", range(1, 9))
def test_every_chapter_has_a_picture_of_its_records(number: int) -> None:
    drawing = thumbnail_of(number, "green-red")
    assert drawing.startswith("<svg") and "nan" not in drawing
    assert thumbnail_of(number, "green-red-dark") != drawing


def test_lines_lie_within_the_picture_and_the_own_one_on_top() -> None:
    x = np.array([1.0, 10.0, 100.0])
    one, two = Line("own", "kept", x, np.array([0.0, 0.5, 1.0])), Line("other", "random", x, np.array([0.2, 0.1, 0.0]))
    chart = Chart("t", "s", Axis("weights", log=True), Axis("accuracy", percent=True), (one, two))
    drawing = thumbnail.lines(chart)
    assert drawing.index("#009E73") > drawing.index("#CC3311")
    assert '"6.0,90.0 120.0,48.0 234.0,6.0"' in drawing
