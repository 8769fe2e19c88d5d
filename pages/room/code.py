"""What lets people in: a short code for everybody in the room, and a long token for whoever presents."""

from __future__ import annotations

import hashlib
import secrets

# No vowels, so that no code is a word; and nothing that is taken for something else on a projector (0 O, 1 I L, 2 Z,
# 5 S, 8 B). 22 signs: five million codes, of which `limits.Backoff` lets nobody try many.
SIGNS = "CDFGHJKMNPQRTVWXY34679"
LENGTH = 5


def new() -> str:
    """A room's code.

    >>> clean(new()) != ""
    True
    """
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def clean(typed: str) -> str:
    """A code as people type it, in its proper form; empty when it cannot be one.

    >>> clean(" c3-d4f "), clean("C3D40"), clean("C3D"), clean("../..")
    ('C3D4F', '', '', '')
    """
    letters = typed[:40].upper().replace(" ", "").replace("-", "")
    return letters if len(letters) == LENGTH and all(sign in SIGNS for sign in letters) else ""


def token() -> str:
    """A secret that nobody guesses: a presenter's, or a phone's."""
    return secrets.token_urlsafe(24)


def digest(secret: str) -> str:
    """What is kept of a phone's secret: enough to know it again, and nothing to answer in its name with."""
    return hashlib.sha256(secret.encode()).hexdigest()[:20]
