"""Three depths of every section: the gist, how it works, and the mathematics."""

from __future__ import annotations

from pages.address.url import Choice
from pages.widgets.choice import choice

DEPTHS = ("Gist", "How", "Maths")
PARAMETER = Choice("depth", DEPTHS, "How")


class Depth:
    """How much the reader wants to see. Sections ask; each depth includes the ones before it."""

    def __init__(self, chosen: str) -> None:
        self.chosen = chosen

    def __ge__(self, other: str) -> bool:
        """Does the reader want what is written for depth `other`, "gist", "how" or "maths"?"""
        return DEPTHS.index(self.chosen) >= DEPTHS.index(other.capitalize())


def depth_control() -> Depth:
    """The switch, bound to `?depth=` in the address."""
    return Depth(choice(
        "Depth", PARAMETER, named=False,
        tip="Gist: one paragraph a section. How: the whole story. Maths: with derivations, notation and code.",
    ))
