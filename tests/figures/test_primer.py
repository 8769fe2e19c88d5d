"""The cards that chapters fold away: short, each with a picture in every palette, their numbers from the Specs."""

from __future__ import annotations

import base64
import re
from xml.etree import ElementTree

import pytest

from pages.figures import palette, primer
from pages.sections.our_settings import SETTINGS, row
from pages.text.primer import CARDS


@pytest.mark.parametrize("name", CARDS)
@pytest.mark.parametrize("colours", palette.PALETTES)
def test_every_card_is_short_and_has_a_picture_that_fits(name: str, colours: str) -> None:
    card = CARDS[name]
    assert len(card.text.split()) <= 70 and card.title.endswith("?")
    coded = re.search(r"base64,([^\"]+)", primer.picture(name, colours))
    assert coded
    drawn = ElementTree.fromstring(base64.b64decode(coded[1]))
    wide, tall = (float(drawn.attrib[side]) for side in ("width", "height"))
    for word in drawn.iter("{http://www.w3.org/2000/svg}text"):
        assert 0 <= float(word.attrib["x"]) <= wide and 0 <= float(word.attrib["y"]) <= tall, word.text


def test_the_cards_numbers_are_the_specs() -> None:
    assert "266,200" in CARDS["net"].text
    assert "917 steps" in CARDS["step"].text and "50,000 steps, about 55 epochs" in CARDS["step"].text


def test_every_setting_is_recorded_and_longer_training_reads_more() -> None:
    told = {setting.part: row(setting) for setting in SETTINGS}
    assert all(line and seeds >= 3 for line, seeds in told.values())
    reads = {part: float(re.search(r"\*\*([\d.]+)%", line)[1]) for part, (line, _) in told.items()}  # type: ignore[index]
    assert reads["lenet-paper"] > reads["chapter1"] > reads["lenet-quick"]
