"""W1, the sparsity slider: a trained net that is pruned while the pointer moves."""

from pages.widgets.network_view.build import slider_data
from pages.widgets.network_view.component import network_view
from pages.widgets.network_view.ladders import at_start, of_ladder
from pages.widgets.network_view.slider_data import Layer, SliderData
from pages.widgets.network_view.words import WORDS

__all__ = ["WORDS", "Layer", "SliderData", "at_start", "network_view", "of_ladder", "slider_data"]
