"""The train ablation (W4): all conditions at one density, recorded and live, open or blind."""

from pages.widgets.ablation.component import DEALS, LiveRace, View, ablation, current
from pages.widgets.ablation.words import WORDS

__all__ = ["DEALS", "WORDS", "LiveRace", "View", "ablation", "current"]
