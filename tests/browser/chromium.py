"""Which browser to test in: the one that `make test` looked for before it began (see `tasks.browser`)."""

from __future__ import annotations

import tasks


def find_chromium(bundled: str) -> str:
    """Path of a Chromium; `bundled` is where this version of Playwright keeps its own, which need not be there.

    Raises FileNotFoundError with the lines that install one.
    """
    try:
        return tasks.browser(bundled)
    except SystemExit as cure:
        raise FileNotFoundError(str(cure)) from None
