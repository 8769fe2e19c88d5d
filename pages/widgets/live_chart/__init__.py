"""The live chart: a run's curves as they are measured, drawn from the same Chart as the recorded ones."""

from pages.widgets.live_chart.component import live_chart
from pages.widgets.live_chart.plan import LiveLine, Plan
from pages.widgets.live_chart.words import WORDS

__all__ = ["WORDS", "LiveLine", "Plan", "live_chart"]
