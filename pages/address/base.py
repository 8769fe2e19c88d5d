"""The path under which this server lives."""

from __future__ import annotations

import streamlit as st


def base() -> str:
    """Empty, or `/lottery` behind a proxy that says so. Every route of ours and every address of one begins with it."""
    given = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"/{given}" if given else ""
