"""W6, the rewind slider: how far back must the survivors go?"""

from pages.widgets.rewind_slider.component import View, held, rewind_slider
from pages.widgets.rewind_slider.words import WORDS

__all__ = ["WORDS", "View", "held", "rewind_slider"]
