"""The ledger's page: search and filters in the address, the card of a claim, and badges that never differ from it."""

from __future__ import annotations

import re
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lth_core.ledger import CLAIMS
from lth_core.ledger.rules import VERDICTS
from pages.labs import ALL
from pages.records import judged
from pages.text.chapters import CHAPTERS
from pages.text.works import CLAIMS as TOUCHED
from pages.text.works import TOLD
from tests.app.harness import ROOT, everything, open_page, words

opened = partial(open_page, "pages/ledger.py")
BADGE = re.compile(r"\bC(\d+) · (" + "|".join(VERDICTS) + r")\b")


def table(app: AppTest) -> str:
    """The table's HTML; empty when no claim answers."""
    return "".join(item.proto.body for item in app.get("html") if 'class="ledger"' in item.proto.body)


def impossible(text: str) -> list[str]:
    """Intervals that name an accuracy below 0 or above 100%, or a difference of more than 100 points."""
    wrong = []
    for found in re.finditer(r"(\d+\.\d+) ± (\d+\.\d+)%", text):
        mean, half = map(float, found.groups())
        wrong += [found.group()] if mean - half < -0.011 or mean + half > 100.011 else []
    for found in re.finditer(r"points \[([−+]?\d+\.\d+), ([−+]?\d+\.\d+)\]", text):
        wrong += [found.group()] if any(abs(float(end.replace("−", "-"))) > 100 for end in found.groups()) else []
    return wrong


def listed(app: AppTest) -> list[int]:
    return [int(number) for number in re.findall(r'<tr id="c(\d+)">', table(app))]


def test_it_opens_with_every_claim_its_measurement_its_verdict_and_its_rule() -> None:
    app = opened()
    text = unescape(table(app))
    assert listed(app) == [claim.number for claim in CLAIMS] and "**43** of 43 claims" in words(app)
    for row in judged.rows():
        plain = row.plain()
        assert all(plain[name] in text for name in ("statement", "popular", "paper", "measured", "why", "verify"))
        assert f">{row.outcome.verdict}</span>" in text and f'href="{plain["figure"].removeprefix("/")}"' in text
        assert not row.outcome.rule or row.outcome.rule.sentence in text


def test_search_and_filters_narrow_it_and_stand_in_the_address() -> None:
    app = opened(q="rewind", verdict="partly", place=CHAPTERS[5].label)
    assert 28 in listed(app) and all(CLAIMS[n - 1].page == "limits" for n in listed(app))
    app.text_input(key="q").set_value("no such words")
    app.run()
    assert listed(app) == [] and "No claim answers to that" in words(app)


def test_a_badge_opens_the_card_of_its_claim() -> None:
    app, row = opened(claim="27"), judged.rows()[26]
    text = words(app)
    assert "**C27 · θ₀ fails on harder settings**" in text and row.outcome.ours in text
    assert row.outcome.rule is not None and row.outcome.rule.sentence in text
    assert any(row.verify in code.value for code in app.code)
    assert len(listed(app)) == 43


def test_impossible_intervals_are_noticed() -> None:
    told = "22.84 ± 47.00% wrong, 20.18 points [−26.89, 67.25] more; 99.90 ± 0.20%; 1.00 points [−120.00, 3.00]"
    assert impossible(told) == ["22.84 ± 47.00%", "99.90 ± 0.20%", "points [−120.00, 3.00]"]


def test_coming_from_a_chapter_leaves_the_filters_alone() -> None:
    app = open_page("pages/4_initialisation.py")  # a visit remembers its chapter under a name of its own
    app.switch_page("pages/ledger.py").run()
    assert not app.exception and len(listed(app)) == 43


def test_the_printable_table_hides_nothing() -> None:
    assert "<details>" in table(opened()) and "<details>" not in table(opened(view="For print"))
    assert "python -m lth_core verify --cell" in table(opened(view="For print"))


@pytest.mark.parametrize(("query", "named"), [({"claim": "44"}, "claim must be a whole number from 0 to 43"),
                                              ({"verdict": "true"}, "verdict must be one of"),
                                              ({"place": "9"}, "place must be one of")])
def test_a_bad_link_names_the_parameter_and_shows_all(query: dict[str, str], named: str) -> None:
    app = opened(**query)
    assert named in app.warning[0].value and len(listed(app)) == 43


def test_without_records_it_says_how_to_get_them(tmp_path: Path, shelf: Any) -> None:
    shelf(tmp_path)
    assert "not recorded: python -m lth_core record lenet-paper" in table(opened())


def test_every_row_leads_to_a_section_that_is_there() -> None:
    sources = "\n".join(path.read_text() for path in [*ROOT.glob("pages/*.py"), *ROOT.glob("pages/sections/*.py")])
    labs = {f"lab?method={lab.method}" for lab in ALL}
    for claim in CLAIMS:
        assert claim.page in {chapter.slug for chapter in CHAPTERS} | labs
        assert not claim.anchor or f'anchor="{claim.anchor}"' in sources or claim.anchor in ("before", "after")


def test_the_map_of_works_and_the_ledger_know_the_same_claims() -> None:
    assert set(TOUCHED) <= {claim.number for claim in CLAIMS} and set(TOLD) == set(TOUCHED)


# What is judged where, page by page.
JUDGED = {"paradox": {1, 2, 3}, "hypothesis": {5, 6}, "pruning": {9, 10, 11},
          "initialisation": {7, 12, 13, 14, 15, 16}, "evidence": {4, 8, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26},
          "limits": {21, 27, 28, 29, 30, 32, 37}, "connections": {31, 42, 43},
          "travel": {33}, "directions": {31},
          "snip": {38}, "before-training": {38}, "edge-popup": {39}, "obd": {34}, "sparsegpt": {41}, "plane": {37},
          "peft": {40}, "deep-compression": {35}, "strong-tickets": {39}, "random-labels": {36}}
PAGES = {chapter.slug: partial(open_page, chapter.file) for chapter in CHAPTERS if chapter.exists}
PAGES |= {lab.method: partial(open_page, "pages/lab.py", method=lab.method) for lab in ALL}


@pytest.mark.parametrize("slug", PAGES)
def test_every_badge_is_a_claim_and_says_what_the_ledger_says(slug: str) -> None:
    app = PAGES[slug](depth="Maths")
    for skip in [button.key for button in app.button if button.key and button.key.endswith("-skip")]:
        app.button(key=skip).click().run()
    assert not app.exception
    found = {(int(number), verdict) for number, verdict in BADGE.findall(everything(app))}
    said = {row.claim.number: row.outcome.verdict for row in judged.rows()}
    assert dict(found) == {number: said[number] for number, _ in found} and len(dict(found)) == len(found)
    assert {number for number, _ in found} == JUDGED.get(slug, set())
    assert impossible(everything(app)) == []
    for number, verdict in found:
        assert f"[C{number} · {verdict}](ledger?claim={number}" in words(app) or slug == "evidence"
