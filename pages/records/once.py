"""Computed once for all sessions: `lth_core.once`, where the pages look for it."""

from lth_core.once import once

__all__ = ["once"]
