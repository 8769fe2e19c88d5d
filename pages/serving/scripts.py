"""The lines of script that pages write into themselves while they run. The content policy names each by its digest."""

from __future__ import annotations

TO_LEVERS = "document.getElementById('levers')?.scrollIntoView()"
ALL = (TO_LEVERS,)
