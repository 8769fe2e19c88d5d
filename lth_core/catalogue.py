"""What the shipped atlas holds: every recorded Spec, by the chapter that shows it."""

from __future__ import annotations

from lth_core.presets import preset
from lth_core.spec import Spec

SEEDS = range(5)  # enough for a spread; Frankle & Carbin repeat five times too (v5, section 2)

CATALOGUE: dict[str, tuple[Spec, ...]] = {
    "chapter1": (
        *(preset("ladder-drawable", seed) for seed in SEEDS),
        *(preset("ladder", seed) for seed in SEEDS),
    ),
    "capacity": (preset("widths"),),  # chapter 1's other experiment, claim C1
}
