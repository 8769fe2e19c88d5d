"""W5, the curve reader: accuracy against sparsity, read off by dragging."""

from pages.widgets.curve_reader.component import View, curve_reader
from pages.widgets.curve_reader.words import WORDS

__all__ = ["WORDS", "View", "curve_reader"]
