"""Every word the chart shows of itself, in one place, so that a translation is possible."""

WORDS = {"hint": "Chart: arrow keys read off one point after another, Escape lets go"}
