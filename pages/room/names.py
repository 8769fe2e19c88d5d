"""A name for everybody who joins, made of chance alone: nobody is asked for one."""

from __future__ import annotations

COLOURS = ("amber", "azure", "coral", "crimson", "emerald", "golden", "indigo", "ivory", "jade", "lilac", "olive",
           "pearl", "ruby", "silver", "teal", "violet")  # fmt: skip
ANIMALS = ("badger", "beaver", "bison", "crane", "dolphin", "falcon", "ferret", "finch", "fox", "gecko", "hare",
           "hedgehog", "heron", "ibex", "jackdaw", "kestrel", "koala", "lemur", "lynx", "magpie", "marmot", "marten",
           "mole", "moose", "newt", "otter", "owl", "panda", "penguin", "puffin", "raven", "robin", "seal", "squirrel",
           "stork", "swift", "tapir", "toad", "vole", "walrus")  # fmt: skip


def name(guest: str) -> str:
    """The name that belongs to a guest's digest; two in a large room may share one.

    >>> name("00" * 10), name("ff" * 10) != name("00" * 10)
    ('amber badger', True)
    """
    number = int(guest[:12], 16)
    return f"{COLOURS[number % len(COLOURS)]} {ANIMALS[number // len(COLOURS) % len(ANIMALS)]}"


def hue(guest: str) -> int:
    """A colour of one's own, in degrees of the colour circle."""
    return int(guest[12:16], 16) % 360
