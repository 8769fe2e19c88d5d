"""Which browser to test in: Debian's chromium, an installed Chrome or Edge, or Playwright's own."""

from __future__ import annotations

import shutil
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
CURE = "no Chromium found: run `apt-get install chromium` or `.venv/bin/python -m playwright install chromium`"


def find_chromium(bundled: str) -> str:
    """Path of a Chromium; `bundled` is where Playwright's own would be.

    Raises FileNotFoundError with the line that installs one.
    """
    found = [shutil.which(name) for name in _NAMES] + [*_PLACES, bundled]
    for path in found:
        if path and Path(path).exists():
            return path
    raise FileNotFoundError(CURE)
