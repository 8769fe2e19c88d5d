"""Does whoever looks at a page sit at the machine that serves it? They may open a room and end anybody's run."""

from __future__ import annotations

import ipaddress
import re

import streamlit as st


def here() -> bool:
    """Does this page's line come from the machine itself? By what the server knows of it, not by what the page says."""
    host = re.sub(r":\d*$", "", st.context.headers.get("Host", "")).strip("[]")
    return st.context.ip_address is None and local(host)


def local(host: str) -> bool:
    """Is this a name of the machine itself?

    >>> [local(host) for host in ("localhost", "127.0.0.1", "::1", "192.168.1.20", "class.example.org", "")]
    [True, True, True, False, False, False]
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
