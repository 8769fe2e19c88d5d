"""A talk as a TOML file and as a link: both hold all of it, and no server keeps any."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from pages.address.packed import MOST_TEXT, PackedError, pack, unpack
from pages.talks.talk import Talk, TalkError, of_data, to_data

_BEAT = re.compile(r"^\s*\[\[\s*beat\s*\]\]", re.MULTILINE)


def to_toml(talk: Talk) -> str:
    """The talk as a file for an editor.

    >>> from pages.talks.beat import Beat
    >>> print(to_toml(Talk("Short", (Beat("wall", "Three win.", {"kept": "32"}),))))
    title = "Short"
    <BLANKLINE>
    [[beat]]
    scene = "wall"
    state = { kept = "32" }
    sentence = "Three win."
    minutes = 1
    <BLANKLINE>
    """
    data = to_data(talk)
    parts = [f"title = {_value(data['title'])}\n"]
    for beat in data["beat"]:
        lines = ["[[beat]]", *(f"{name} = {_value(value)}" for name, value in beat.items() if name != "step")]
        for step in beat.get("step", []):
            lines += ["[[beat.step]]", *(f"{name} = {_value(value)}" for name, value in step.items())]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def of_toml(text: str) -> Talk:
    """The talk in a file. Raises TalkError with the line of the beat that is wrong.

    >>> try:
    ...     of_toml('title = "x"\\n\\n[[beat]]\\nscene = "wall"\\nminutes = "long"')
    ... except TalkError as error:
    ...     print(error)
    line 3, beat 1: minutes: must be a number
    """
    if len(text.encode(errors="replace")) > MOST_TEXT:
        raise TalkError(f"the file is larger than {MOST_TEXT // 1000} kB")
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        found = re.search(r"line (\d+)", str(error))
        raise TalkError(f"this is not TOML: {error}", line=int(found[1]) if found else 0) from None
    try:
        return of_data(data)
    except TalkError as error:
        if not error.beat:
            raise
        raise TalkError(error.message, error.beat, _line(text, error.beat)) from None


def to_link(talk: Talk) -> str:
    """The talk as the word of a parameter. Raises TalkError when it is too long for an address."""
    try:
        return pack(to_data(talk))
    except PackedError:
        raise TalkError("this talk is too long for a link: keep it as a file") from None


def of_link(word: str) -> Talk:
    """The talk in a link. Raises TalkError for what is no talk."""
    try:
        data = unpack(word)
    except PackedError as error:
        raise TalkError(f"no talk can be read from this link: {error}, or ask for the file") from None
    if not isinstance(data, dict):
        raise TalkError("this link holds no talk")
    return of_data(data)


def _line(text: str, beat: int) -> int:
    """Where the beat of that number begins; 0 where it is written in another way."""
    starts = [text.count("\n", 0, found.end()) + 1 for found in _BEAT.finditer(text)]
    return starts[beat - 1] if beat <= len(starts) else 0


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):
        return _text(value)
    return f"{value:g}" if isinstance(value, float) and value == round(value, 4) else repr(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(value: str) -> str:
    """As JSON writes it, which TOML reads alike but for DEL; what no file may hold becomes its sign for it."""
    return json.dumps(value.encode("utf-8", "replace").decode(), ensure_ascii=False).replace("\x7f", "\\u007f")
