"""What a stranger wrote, made fit to be shown, printed and compared: plain text and nothing else."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"  # within words of Persian, and within many signs


def clean(text: str) -> str:
    """`text` in one spelling, without what nobody sees: control signs and signs that turn the direction of writing.

    >>> clean(" a\\u00a0b\\t\\u202ec\\r\\n")
    'a b c'
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    plain = ("\n" if sign == "\n" else " " if sign.isspace() else sign if _seen(sign) else "" for sign in text)
    return unicodedata.normalize("NFC", "".join(plain)).strip()


def is_clean(text: object, most: int) -> bool:
    """Is this a text of 1 to `most` characters that `clean` would leave as it is?"""
    return isinstance(text, str) and 1 <= len(text) <= most and clean(text) == text


def _seen(sign: str) -> bool:
    return sign.isprintable() or sign in _JOINERS
