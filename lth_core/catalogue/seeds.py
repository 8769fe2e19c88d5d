"""How often each experiment of the shipped atlas is repeated."""

from __future__ import annotations

SEEDS = range(5)  # enough for a spread; Frankle & Carbin repeat five times too (v5, section 2)
EVIDENCE_SEEDS = {"paper": range(5), "quick": range(10)}  # chapters 4 and 5, by protocol: one epoch is cheap, so ten
CONV_SEEDS = range(3)
STABILITY_SEEDS = range(3)  # Frankle et al. 2020 use three initialisations too
CAUSE_SEEDS = range(5)  # two settled nothing: with n = 2 Student's t is 12.7
EXPLORER_SEEDS = range(3)
