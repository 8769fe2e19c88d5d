"""A student's receipt: what was on the page, what was asked and answered, when, and a checksum over all of it.

The checksum shows that nothing changed on the way from the student to the teacher. It is no signature: whoever can
write a program can make another receipt.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from pages.address.packed import PackedError, pack, unpack
from pages.teaching.task import ASKED, PAGES
from pages.teaching.words import is_clean

NAME = "r"  # the parameter
ANSWER = 1_000  # characters at most
PARAMETERS, WORD = 48, 400  # of a state: how many, and how long each
TIME = "%Y-%m-%d %H:%M:%S UTC"


class ReceiptError(ValueError):
    """No receipt: says why."""


@dataclass(frozen=True)
class Receipt:
    """page: its address within the site. state: parameter → word. time: as TIME writes it. checksum: as it was handed
    in, 64 digits of base 16."""

    page: str
    state: Mapping[str, str]
    asked: str
    answer: str
    time: str
    checksum: str = ""

    def __post_init__(self) -> None:
        if self.page not in PAGES:
            raise ReceiptError("it names no page of this site")
        state = self.state
        if not isinstance(state, dict) or len(state) > PARAMETERS or not all(map(_fits, state.items())):
            raise ReceiptError("its state is no address of a page")
        if not is_clean(self.asked, ASKED):
            raise ReceiptError(f"the question must be plain text of 1 to {ASKED} characters")
        if not is_clean(self.answer, ANSWER):
            raise ReceiptError(f"the answer must be plain text of 1 to {ANSWER} characters")
        try:
            told = datetime.strptime(self.time, TIME).strftime(TIME)
        except (TypeError, ValueError):
            told = ""
        if self.time != told:
            raise ReceiptError("it has no time")
        if not isinstance(self.checksum, str) or not re.fullmatch("([0-9a-f]{64})?", self.checksum):
            raise ReceiptError("it has no checksum")

    @property
    def address(self) -> str:
        """The page and its state, as an address within the site."""
        return self.page + (f"?{urlencode(self.state)}" if self.state else "")

    @property
    def holds(self) -> bool:
        """Is the checksum that of what the receipt says?"""
        return self.checksum == digest(self)


def digest(receipt: Receipt) -> str:
    """SHA-256 over the canonical text: JSON of all parts but the checksum, names in order, no space between."""
    parts = {name: value for name, value in dataclasses.asdict(receipt).items() if name != "checksum"}
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def short(checksum: str) -> str:
    """The part of a checksum that is compared by eye.

    >>> short("0123456789abcdef0123")
    '0123 4567 89ab'
    """
    return " ".join(checksum[at : at + 4] for at in (0, 4, 8))


def made(page: str, state: Mapping[str, str], asked: str, answer: str, now: datetime | None = None) -> Receipt:
    """A receipt of this moment, with its checksum. Raises ReceiptError.

    >>> made("pruning", {"round": "5"}, "Why?", "Because.").holds
    True
    """
    time = (now or datetime.now(UTC)).astimezone(UTC).strftime(TIME)
    open_ = Receipt(page, dict(state), asked, answer, time)
    return dataclasses.replace(open_, checksum=digest(open_))


def to_link(receipt: Receipt) -> str:
    """The receipt as the word of the parameter `r`. Raises ReceiptError when it is too long for an address."""
    try:
        return pack(dataclasses.asdict(receipt))
    except PackedError as error:
        raise ReceiptError(str(error)) from None


def of_link(word: str) -> Receipt:
    """The receipt in a link, whether its checksum holds or not. Raises ReceiptError for what is none."""
    try:
        data: Any = unpack(word)
    except PackedError as error:
        raise ReceiptError(str(error)) from None
    names = {part.name for part in dataclasses.fields(Receipt)}
    if not isinstance(data, dict) or set(data) != names:
        raise ReceiptError("it holds no receipt")
    return Receipt(**data)


def _fits(part: tuple[object, object]) -> bool:
    name, word = part
    return is_clean(name, 40) and isinstance(word, str) and len(word) <= WORD and (not word or is_clean(word, WORD))
