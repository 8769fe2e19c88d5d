"""The ledger: every claim that is told about tickets, and what became of it."""

from __future__ import annotations

import streamlit as st

from lth_core.ledger import Row, as_csv
from lth_core.ledger.rules import SURE, VERDICTS
from pages.address import url
from pages.records import judged
from pages.text.chapters import BESIDE, CHAPTERS
from pages.widgets import frame, ledger
from pages.widgets.choice import choice

PAGE = next(page for page in BESIDE if page.slug == "ledger")
ANY, EVERYWHERE, TABLE, PAPER = "Any verdict", "Every chapter", "Table", "For print"
PLACES = {chapter.label: chapter.slug for chapter in CHAPTERS} | {page.short: page.slug for page in BESIDE if
                                                                  page.slug == "lab"}

CLAIM = url.Whole("claim", 0, 43, 0)  # 0: none in particular
VERDICT = url.Choice("verdict", (ANY, *VERDICTS), ANY)
CHAPTER = url.Choice("place", (EVERYWHERE, *PLACES), EVERYWHERE)
VIEW = url.Choice("view", (TABLE, PAPER), TABLE)
MOST = 60  # letters of a search


def wanted(row: Row, said: str, verdict: str, chapter: str) -> bool:
    """Does a row answer the search and both filters?"""
    text = " ".join(map(str, row.plain().values())).lower()
    return (all(word in text for word in said.lower().split())
            and verdict in (ANY, row.outcome.verdict) and chapter in (EVERYWHERE, _label(row)))


def _label(row: Row) -> str:
    return next(label for label, slug in PLACES.items() if slug == row.claim.page.partition("?")[0])


url.check((CLAIM, VERDICT, CHAPTER, VIEW))
frame.band(PAGE)
rows = judged.rows()
with frame.prose():
    st.markdown(
        "Each row is one claim that is made about lottery tickets. It shows the figure that is often repeated, the "
        "paper's figure, what our runs say, and a verdict. A written rule gives the verdict, and stands in the row. "
        f"Where our runs cannot judge, the row says why. {ledger.counts(rows)}"
    )
if number := url.whole(CLAIM):
    with st.container(border=True, key="claim"):
        ledger.one(next(row for row in rows if row.claim.number == number))
with frame.toolbar():
    said = st.text_input("Search", max_chars=MOST, key="q", bind="query-params", label_visibility="collapsed",
                         placeholder="Search: rewind, 3.6%, SNIP", width=280)
    verdict = st.selectbox("Verdict", VERDICT.words, key=VERDICT.name, bind="query-params", width=230,
                           label_visibility="collapsed")
    chapter = st.selectbox("Chapter", CHAPTER.words, key=CHAPTER.name, bind="query-params", width=280,
                           label_visibility="collapsed")
    view = choice("View", VIEW, named=False)
found = [row for row in rows if wanted(row, said or "", verdict, chapter)]
with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown(f"**{len(found)}** of {len(rows)} claims")
    if found:
        st.download_button("CSV", lambda: as_csv(found), "ledger.csv", "text/csv", icon=":material/download:",
                           on_click="ignore")
if not found:
    st.info("No claim answers to that. Shorten the search, or choose any verdict and every chapter.",
            icon=":material/search_off:")
else:
    with st.container(key="claims"):
        ledger.table(tuple(found), whole=view == PAPER)
with frame.prose():
    st.markdown(
        f"**How sure is sure?** {SURE} *Compatible, not settled* means: the claim lies within our interval, and so "
        "does its opposite. To link to a row, add `?claim=` and its number to this page's address. On your own "
        "machine:"
    )
    st.code("python -m lth_core ledger --json", language="bash")
