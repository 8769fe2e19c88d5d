"""The figure for paper: well-formed, complete, and with every point where its axis says."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from lth_core.ledger.runs import Origin
from pages.figures import palette, printed
from pages.figures.chart import Axis, Chart, Line, Mark

SVG = "{http://www.w3.org/2000/svg}"


def chart(**axis) -> Chart:
    x = np.array([0.1, 0.2, 0.4])
    lines = (Line.over_seeds("tickets & kin", "kept", x, np.array([[0.9, 0.95, 0.98], [0.92, 0.95, 0.96]])),
             Line("dense", "dense", x, np.array([0.5, np.nan, 0.9])))
    marks = Mark("target", y=0.93), Mark("here", x=0.2), Mark("paper", "kept", 0.2, 0.94)
    axes = Axis("left", percent=True, log=True), Axis("accuracy", percent=True, **axis)
    return Chart("A < B", "it holds", *axes, lines, marks, "Recorded here; 2 seeds")


def drawn(chart: Chart, **options) -> ElementTree.Element:
    return ElementTree.fromstring(printed.svg(chart, **options))


def path(root: ElementTree.Element, role: str) -> list[tuple[float, float]]:
    """Points of the curve in the role's colour and dash."""
    style = palette.style(role)
    dash = palette.DASHES[style.dash] or None
    curves = [item for item in root.iter(f"{SVG}path") if item.get("stroke") == style.colour
              and item.get("stroke-dasharray") == dash and "L" in item.attrib["d"]]
    assert len(curves) == 1
    return [tuple(map(float, pair.split())) for pair in curves[0].attrib["d"][1:].split("L")]


@pytest.mark.parametrize("error", [False, True])
def test_points_lie_where_the_axes_say(error):
    root = drawn(chart(error=error))
    (x0, y0), (x1, y1), (x2, y2) = path(root, "kept")
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.2)  # doubling is one distance on a logarithmic axis
    gaps = np.diff(np.log10(1 - np.array([0.91, 0.95, 0.97]))) if error else -np.diff([0.91, 0.95, 0.97])
    assert (y1 - y0) / (y2 - y1) == pytest.approx(gaps[0] / gaps[1], rel=0.02)
    assert y2 < y1 < y0  # better is higher
    labels = [item.text for item in root.iter(f"{SVG}text")]
    assert {"10%", "20%"} <= set(labels)
    at = {item.text: float(item.attrib["x"]) for item in root.iter(f"{SVG}text") if item.text in ("10%", "20%")}
    assert (at["10%"], at["20%"]) == (pytest.approx(x0, abs=0.2), pytest.approx(x1, abs=0.2))


def test_it_stands_alone():
    text = printed.svg(chart())
    root = ElementTree.fromstring(text)
    said = " ".join(item.text or "" for item in root.iter(f"{SVG}text"))
    marks = "target", "here", "paper"
    for part in ("A < B", "It holds.", "tickets & kin", "dense", *marks, "Recorded here; 2 seeds", "ICLR 2019"):
        assert part in said
    assert root.find(f"{SVG}desc").text.startswith("A < B, accuracy against left")
    assert not re.search(r"nan|inf|href|<script", text, re.IGNORECASE)


def test_what_was_not_measured_is_left_out_and_the_palette_counts():
    assert len(path(drawn(chart()), "dense")) == 2
    assert palette.style("kept", "blue-orange").colour in printed.svg(chart(), "blue-orange")
    assert palette.style("kept").colour not in printed.svg(chart(), "blue-orange")


def test_a_falling_axis_runs_from_right_to_left_and_names_stand_at_its_end():
    x = replace(chart().x, falling=True)
    root = drawn(replace(chart(), x=x))
    points = path(root, "kept")
    assert points[0][0] > points[1][0] > points[2][0]
    assert [at for at, _ in points] == [pytest.approx(printed.LEFT + printed.WIDTH - printed.RIGHT - at, abs=0.2)
                                        for at, _ in path(drawn(chart()), "kept")]
    named = next(item for item in root.iter(f"{SVG}text") if item.text == "dense" and item.get("class") is None)
    assert float(named.attrib["y"]) > 300  # beside 0.5, the value of the lowest x, and not beside 0.9


def test_pdf_and_png_hold_the_same_page_and_the_config():
    """Fonts are embedded, and come from the library: none of the machine's."""
    made = replace(chart(), origin=Origin('{"experiment": "lottery"}', (3, 4)))
    page, picture = printed.document("pdf", made), printed.document("png", made)
    assert page.startswith(b"%PDF-") and set(re.findall(rb"/BaseFont */\w+\+(\w+)", page)) == {b"LibertinusSerif"}
    assert b"/XObject" not in page or b"/Subtype /Image" not in page  # lines and letters, no picture of them
    assert b"experiment" in page or "experiment".encode("utf-16-be") in page
    width, height = (float(ElementTree.fromstring(printed.svg(made)).attrib[side]) for side in ("width", "height"))
    across, down = (int.from_bytes(picture[at : at + 4]) for at in (16, 20))  # of the PNG's header
    assert picture.startswith(b"\x89PNG") and across == 2_375 and down == pytest.approx(2_375 * height / width, abs=2)
    assert "Seeds: 3, 4." in ElementTree.fromstring(printed.svg(made)).find(f"{SVG}metadata").text


def test_nothing_leaves_the_plot():
    line = Line("l", "kept", np.array([0, 1]), np.array([0, 5]))
    root = drawn(Chart("T", "t", Axis("x"), Axis("y", range=(0, 1)), (line,)))
    clipped = next(item for item in root.iter(f"{SVG}g") if item.get("clip-path"))
    assert any(item.get("stroke") == palette.style("kept").colour for item in clipped)
