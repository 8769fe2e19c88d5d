"""Plain data as one word of an address: JSON, made small, in letters that an address may hold. No server keeps any."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

MOST_TEXT = 200_000  # bytes when unpacked: a small word can unpack into gigabytes
MOST_LINK = 12_000  # characters: what servers and browsers let pass in an address


class PackedError(ValueError):
    """A word that is too long or holds nothing of ours."""


def pack(data: Any) -> str:
    """`data` as a word. Raises PackedError when it is too long for an address.

    >>> unpack(pack({"asked": "Why?"}))
    {'asked': 'Why?'}
    """
    packed = zlib.compress(json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode(), 9)
    word = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    if len(word) > MOST_LINK:
        raise PackedError("it is too long for a link")
    return word


def unpack(word: str) -> Any:
    """What `pack` made a word of; anything that JSON can say when a stranger made it. Raises PackedError."""
    if len(word) > MOST_LINK:
        raise PackedError("it is too long for a link")
    try:
        packed = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(packed, MOST_TEXT)
        if unpacker.unconsumed_tail or not unpacker.eof:
            raise PackedError("it is damaged, or holds too much")
        return json.loads(text)
    except PackedError:
        raise
    except (binascii.Error, zlib.error, ValueError, RecursionError):
        raise PackedError("it is damaged: copy it whole") from None
