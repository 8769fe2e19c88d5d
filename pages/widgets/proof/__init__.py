"""The proof on a page: one run of checks that is asked for, watched and left, and a card for every check."""

from pages.widgets.proof.board import PARAMETERS as PARAMETERS
from pages.widgets.proof.board import board as board
