"""W7 and W8: the whole pipeline with every knob open, run here and now, and its controls trained beside it."""

from pages.widgets.pipeline.form import form, gave_way, load, parameters, values
from pages.widgets.pipeline.race import COMPARED, history, race, show
from pages.widgets.pipeline.race import SEED as RACE_SEED
from pages.widgets.pipeline.take import take_ticket
from pages.widgets.pipeline.workbench import Bench, train_again, workbench

__all__ = [
    "COMPARED", "RACE_SEED", "Bench", "form", "gave_way", "history", "load", "parameters", "race", "show",
    "take_ticket", "train_again", "values", "workbench",
]
