"""What to run, as a value: frozen, validated, and with one canonical text form.

A Spec is the cache key, the manifest entry, the URL state, the command line and the "copy as Python" at once, so it
is plain data: no arrays, no functions, nothing that two machines could disagree about. Every field carries its
bounds; whatever lies outside is refused, with the field, the value and what would be allowed.

`sections` are the parts, `bounds` what they may hold, `codec` the text, `base` what all experiments share. Experiments
themselves, each a Spec class of its own, are in `lth_core.experiments`.

>>> from lth_core.experiments import Lottery
>>> spec = Lottery(seed=3)
>>> Spec.from_json(spec.to_json()) == spec
True
>>> Lottery(training=Training(lr=-1.0))
Traceback (most recent call last):
    ...
lth_core.spec.bounds.SpecError: training.lr = -1.0 is not allowed: a number above 0 and at most 10
"""

from lth_core.spec.base import Spec
from lth_core.spec.bounds import Bounds, SpecError, bounds
from lth_core.spec.codec import NUMBERS_VERSION, plain
from lth_core.spec.sections import CONDITIONS, CRITERIA, NETS, Condition, Data, Net, Pruning, Rewind, Training

__all__ = ["CONDITIONS", "CRITERIA", "NETS", "NUMBERS_VERSION", "Bounds", "Condition", "Data", "Net", "Pruning",
           "Rewind", "Spec", "SpecError", "Training", "bounds", "plain"]
