"""How a file is refused, and how much of one is taken."""

from __future__ import annotations

MOST_MB = 20  # of the file, as it comes
MOST_BYTES = 300 * 2**20  # of all that it unpacks to: MNIST as float32 has 220 MB
MOST_IMAGES = 60_000
LEAST_IMAGES, LEAST_OF_CLASS = 100, 20  # below, the test part says nothing
LEAST_CLASSES, MOST_CLASSES = 2, 20


class UploadError(ValueError):
    """A file that is not taken. The message is a sentence for its reader: what is wrong, and what to do."""


def quoted(text: str) -> str:
    """A stranger's word in our sentence: short, and without marks that Markdown or a terminal would act on.

    >>> quoted("a*b`[c](d)" + 99 * "e")
    '“a b c d eeeeeeeeeeeeeeeeeeeeeeeeeeeeee…”'
    """
    return f"“{plain(text)}”"


def plain(text: str) -> str:
    """The same without quotes: a class's name."""
    found = "".join(sign if sign.isalnum() or sign in " .-/" else " " for sign in text)
    found = " ".join(found.split())
    return f"{found[:38]}…" if len(found) > 39 else found
