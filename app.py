"""Router: navigation and chrome. Everything else lives in pages/."""

import streamlit as st

from pages.chapters import CHAPTERS

st.set_page_config(page_title="The lottery ticket, drawn", page_icon="assets/favicon.svg", layout="wide")

home = st.Page("pages/home.py", title="Home", url_path="home", default=True)
chapters = [
    st.Page(chapter.file, title=chapter.label, url_path=chapter.slug) for chapter in CHAPTERS if chapter.exists
]
st.navigation([home, *chapters], position="top").run()
