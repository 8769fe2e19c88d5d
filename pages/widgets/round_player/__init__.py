"""W3, the round player: train, prune, rewind, round by round, forwards and back."""

from pages.widgets.round_player.build import player
from pages.widgets.round_player.component import Film, LiveRound, Moment, film, round_player, seedling
from pages.widgets.round_player.words import WORDS

__all__ = ["WORDS", "Film", "LiveRound", "Moment", "film", "player", "round_player", "seedling"]
