"""The conditions in words: what each keeps, and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

DENSE = "dense"


@dataclass(frozen=True)
class Kind:
    """One condition in words. name: on charts. role: of the palette. mask, start: where the two halves come from."""

    name: str
    role: str
    mask: str
    start: str


KINDS = {
    "ticket": Kind("winning ticket", "kept", "found by pruning", "θ₀"),
    "reinit": Kind("random reinit", "reinit", "the ticket's", "drawn anew"),
    "random": Kind("random structure", "random", "random, same count in each layer", "θ₀ where it fell"),
    "random-reinit": Kind("random structure, reinit", "random-reinit", "the same random one", "drawn anew"),
    "random-global": Kind("random over the whole net", "random-global", "random, same count overall",
                          "θ₀ where it fell"),
    "shuffled-mask": Kind("mask shuffled", "shuffled-mask", "the ticket's, shuffled in each layer", "θ₀ where it fell"),
    "keep-signs": Kind("signs kept", "keep-signs", "the ticket's", "signs of θ₀, sizes drawn anew"),
    "constant-signs": Kind("signs kept, all ±σ", "constant-signs", "the ticket's", "signs of θ₀, every size σ"),
    "shuffled-init": Kind("θ₀ shuffled", "shuffled-init", "the ticket's", "its own values, shuffled in each layer"),
    "frozen": Kind("pruned frozen at θ₀", "frozen", "the ticket's; the rest stays at θ₀", "θ₀"),
    "supermask": Kind("no training at all", "supermask", "the ticket's", "θ₀, and left there"),
}
THREE = ("ticket", "reinit", "random")


