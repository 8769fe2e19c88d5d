"""A receipt: what a student answered, on which state of which page, when, and whether its checksum holds."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from pages.sections.task_box import PAGE
from pages.teaching import receipt, sheet
from pages.text.chapters import at
from pages.widgets import frame

frame.band(PAGE)
word = st.query_params.get(receipt.NAME, "")
try:
    shown = receipt.of_link(word) if word else None
except receipt.ReceiptError as error:
    shown = None
    st.warning(f"This link holds no receipt: {error}.", icon=":material/link_off:")
if shown is None:
    st.markdown("A receipt is made on a page that a teacher's link opens: answer the question at its foot. To make "
                "such a link, press **?** on any chapter, then *Make a task of this page*.")
else:
    page = at(shown.page)
    site = (st.context.url or "").partition("/receipt")[0]
    with st.container(key="receipt", width=760):
        (st.success if shown.holds else st.error)(
            "**The checksum holds.** Nothing was changed after the receipt was made." if shown.holds else
            "**The checksum does not hold.** Something was changed after the receipt was made.",
            icon=":material/verified:" if shown.holds else ":material/gpp_bad:")
        parts = {"Question": shown.asked, "Answer": shown.answer, "Time": shown.time,
                 "Checksum (SHA-256)": receipt.short(shown.checksum)}
        told = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in parts.items())
        st.html(f"<dl>{told}</dl>")
        st.markdown(f"[The page as it was when the answer was given]({shown.address}): {page.title if page else ''}.")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button("Receipt as PDF", partial(sheet.pdf, shown, site, word), "receipt.pdf",
                               "application/pdf", on_click="ignore", icon=":material/print:", type="primary")
            st.caption("Hand in the PDF, or the link below.")
        st.code(f"{site}/receipt?{receipt.NAME}={word}", language=None, wrap_lines=True)
        st.caption("A checksum is no signature: it shows a change, not who wrote.")
