"""Names of one's own functions in a Spec: a word, an @, and a digest of the source behind it.

`lth_core.own.registry` declares them; a Spec only has to know their shape, and to complete a bare name.
"""

from __future__ import annotations

import re

NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
FULL = re.compile(r"[a-z][a-z0-9-]{0,39}@[0-9a-f]{12}")

# (kind, name) → full name, of this process: the last one declared counts.
_DECLARED: dict[tuple[str, str], str] = {}


def declare(kind: str, name: str, full: str) -> None:
    """From now on `name` means `full` where a Spec is made."""
    _DECLARED[kind, name] = full


def completed(kind: str, word: str) -> str:
    """`word` with the digest of what is registered under it; any other word as it is.

    >>> completed("criterion", "magnitude")
    'magnitude'
    """
    return _DECLARED.get((kind, word), word) if isinstance(word, str) else word


def is_own(word: str) -> bool:
    """Is this the full name of something registered, here or elsewhere?

    >>> is_own("mine@0123456789ab"), is_own("magnitude")
    (True, False)
    """
    return isinstance(word, str) and FULL.fullmatch(word) is not None
