"""Sources: the words of the field, the works that are cited, and how to cite them and this site."""

from __future__ import annotations

import streamlit as st

from pages.address import url
from pages.text.chapters import BESIDE, CHAPTERS
from pages.text.glossary import GLOSSARY
from pages.text.references import BIBTEX, NUMBERS, REFERENCES, entry
from pages.widgets import frame

PAGE = next(page for page in BESIDE if page.slug == "sources")

url.check(())
frame.band(PAGE)
with frame.prose():
    st.markdown("Below the glossary stand the [references](#references) and [how to cite](#cite).")
    st.header("Glossary", anchor="glossary")
    for chapter in CHAPTERS:
        terms = [term for term in GLOSSARY if term.chapter == chapter.number]
        if terms:
            st.markdown(f"**[{chapter.label}]({chapter.slug})**\n\n"
                        + "\n".join(f"- **{term.word}**: {term.meaning}" for term in terms))
    st.header("References", anchor="references")
    st.markdown("Every work that a page cites, in order of time. Each title leads to the text, or to where it is "
                "discussed.")
    st.markdown("\n".join(f"{NUMBERS[work.key]}. {entry(work)}" for work in REFERENCES))
    st.header("How to cite", anchor="cite")
    st.markdown("The hypothesis is Frankle and Carbin's: cite their paper. If you use this article, its engine or its "
                "recorded runs, cite that too.")
    st.code(BIBTEX, language="latex", wrap_lines=True)
