"""Chapter 8's map and its data: every work cited, every line leading somewhere, every choice showing what it should."""

from __future__ import annotations

import dataclasses
import re
from itertools import pairwise
from pathlib import Path

import pytest

from pages.figures.concept_map import AFTER, BEFORE, CHAPTER, HEART, alt, chosen, graph, label, payload
from pages.labs import ALL
from pages.text.chapters import CHAPTERS
from pages.text.glossary import GLOSSARY
from pages.text.references import NUMBERS, REFERENCES, cite, entry
from pages.text.works import BY_NAME, CLAIMS, TOLD, WORKS, Work, claim

NET = graph(WORKS, CHAPTERS)


def test_every_work_reaches_a_chapter_and_every_line_joins_the_two_kinds() -> None:
    side = dict(NET.nodes(data="side"))
    assert len(NET) == len(WORKS) + len(CHAPTERS)
    for work in WORKS:
        assert set(NET[work.name]) == {f"Chapter {number}" for number in work.chapters}
        assert side[work.name] == (BEFORE if work.before else AFTER)
    assert all(CHAPTER in (side[a], side[b]) and side[a] != side[b] for a, b in NET.edges)


def test_a_work_s_claims_stand_at_the_chapters_that_tell_them() -> None:
    told = payload(NET)["claims"]
    assert told["Zeros and signs"] == {"Chapter 4": ["C14"]} and told["SNIP"]["Chapter 3"] == []
    for work in WORKS:
        shown = {name for names in told[work.name].values() for name in names}
        assert shown == {f"C{number}" for number in work.claims if TOLD[number][0] in work.chapters}


def read(chapter: Path) -> str:
    """The text of a chapter, with the sections that have a file of their own."""
    page = chapter.read_text(encoding="utf-8")
    own = re.search(r"^from pages\.sections import (.+)$", page, re.MULTILINE)
    sections = [chapter.parent / "sections" / f"{name}.py" for name in own[1].split(", ")] if own else []
    return "\n".join([page, *(section.read_text(encoding="utf-8") for section in sections)])


@pytest.mark.parametrize("number", CLAIMS)
def test_a_claim_leads_to_a_section_that_is_there(number: int) -> None:
    chapter, anchor = TOLD[number]
    if "?" in anchor:
        assert anchor.removeprefix("lab?method=") in {lab.method for lab in ALL}
        return
    page = read(Path(CHAPTERS[chapter - 1].file))
    tables = ("before", "after") if chapter == 8 else ()
    assert f'anchor="{anchor}"' in page or anchor in tables
    assert f"({CHAPTERS[chapter - 1].slug}#{anchor} " in claim(number)


def test_columns_run_in_order_of_time_and_of_chapters() -> None:
    columns = payload(NET)["columns"]
    for side in (BEFORE, AFTER):
        years = [node["year"] for node in columns[side]]
        assert years == sorted(years)
    assert columns[BEFORE][-1]["year"] < 2019 <= columns[AFTER][0]["year"]
    names = [node["name"] for node in columns[CHAPTER]]
    assert names.pop(len(CHAPTERS) // 2) == HEART, "the paper is in the middle"
    assert names == [label(chapter) for chapter in CHAPTERS]
    assert [node.get("short") for node in columns[CHAPTER]][:2] == ["1 Paradox", "2 Hypothesis"]


def test_the_sentence_counts_what_is_drawn() -> None:
    sentence = alt(NET)
    assert sentence.startswith(f"{sum(work.before for work in WORKS)} works from before the hypothesis and "
                               f"{sum(not work.before for work in WORKS)} from after it")
    most = max(sum(chapter.number in work.chapters for work in WORKS) for chapter in CHAPTERS)
    assert f"most lines, {most}, lead to" in sentence


def test_a_choice_shows_a_work_a_chapter_s_works_or_all() -> None:
    assert chosen(WORKS, "SNIP") == (BY_NAME["SNIP"],)
    assert set(chosen(WORKS, "Chapter 6")) == {work for work in WORKS if 6 in work.chapters}
    assert chosen(WORKS, "Everything") == WORKS
    assert chosen(WORKS, "Chapter 7") == WORKS  # nobody: better all than an empty page


def test_a_line_to_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match=r"SNIP touches chapters that do not exist: \[99\]"):
        graph([dataclasses.replace(BY_NAME["SNIP"], chapters=(3, 99))], CHAPTERS)
    with pytest.raises(ValueError, match="SNIP: no such reference: nobody1999"):
        dataclasses.replace(BY_NAME["SNIP"], sources=("nobody1999",))
    with pytest.raises(ValueError, match=r"SNIP: no such claim: \[99\]"):
        dataclasses.replace(BY_NAME["SNIP"], claims=(99,))


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.name)
def test_a_row_is_whole(work: Work) -> None:
    assert work.did and work.beside and work.claims and work.sources
    assert work.formula.count("$") >= 2 and work.formula.count("$") % 2 == 0
    assert work.formula.count("{") == work.formula.count("}")
    years = [REFERENCES[NUMBERS[key] - 1].year for key in work.sources]
    assert work.year in years
    for key in work.sources:  # the names in the row are those of the reference
        surnames = re.findall(r"\w+(?=,| &| et al|$)", work.authors)
        assert any(name in REFERENCES[NUMBERS[key] - 1].authors for name in surnames)


def test_claims_of_the_chapter_all_have_a_work() -> None:
    touched = {claim for work in WORKS for claim in work.claims}
    assert set(range(34, 43)) <= touched and touched <= CLAIMS.keys()


# ── references and glossary ──────────────────────────────────────────────────────────────────────────────────────


def test_references_are_numbered_once_in_order_of_time_and_linked() -> None:
    assert list(NUMBERS.values()) == list(range(1, len(REFERENCES) + 1))
    assert all(a.year <= b.year for a, b in pairwise(REFERENCES))
    links = [reference.link for reference in REFERENCES]
    assert len(set(links)) == len(links) and all(link.startswith("https://") for link in links)
    for reference in REFERENCES:
        assert str(reference.year) in reference.venue
        if found := re.search(r"arxiv\.org/abs/(\d\d)(\d\d)\.\d{4,5}(v\d+)?$", reference.link):
            year, month = int(found[1]), int(found[2])
            assert 1 <= month <= 12 and 0 <= reference.year - (2000 + year) <= 2  # printed after it was posted


def test_the_second_author_of_the_hypothesis_is_carbin() -> None:
    assert REFERENCES[NUMBERS["lth"] - 1].authors == "Jonathan Frankle & Michael Carbin"
    assert not any("Carlin" in entry(reference) for reference in REFERENCES)


def test_a_citation_links_to_the_list_and_names_a_known_work() -> None:
    linked = re.findall(r'\[\\\[(\d+)\\\]\]\(sources#references "([^"]+)"\)', cite("obd", "lth"))
    assert [int(number) for number, _ in linked] == [NUMBERS["obd"], NUMBERS["lth"]]
    assert linked[0][1].endswith("printed 1990: Optimal Brain Damage")
    with pytest.raises(KeyError):
        cite("nobody1999")


def test_glossary_words_are_told_once_and_belong_to_chapters() -> None:
    assert len({term.word for term in GLOSSARY}) == len(GLOSSARY)
    assert {term.chapter for term in GLOSSARY} <= {chapter.number for chapter in CHAPTERS}
    assert [term.chapter for term in GLOSSARY] == sorted(term.chapter for term in GLOSSARY)
    assert all(term.meaning.endswith(".") for term in GLOSSARY)
