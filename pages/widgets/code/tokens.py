"""What is a keyword, a string, a number, a name or a comment in a Python program."""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Iterator

from lth_core.once import once

_KINDS = {tokenize.NUMBER: "number", tokenize.COMMENT: "comment", tokenize.STRING: "string"}
# From Python 3.12 on an f-string is several tokens.
_KINDS |= {getattr(tokenize, name): "string" for name in ("FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END")
           if hasattr(tokenize, name)}


@once(256)
def spans(text: str) -> list[tuple[str, str]]:
    """`text` in pieces, each with its kind, "" for plain; together they are the text.

    >>> spans("def f():  # six")
    [('keyword', 'def'), ('', ' '), ('name', 'f'), ('', '():  '), ('comment', '# six')]
    """
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found, at = list[tuple[str, str]](), 0
    for kind, (row, column), (last, end) in _coloured(text):
        begin, stop = starts[row - 1] + column, starts[last - 1] + end
        found += [("", text[at:begin])] if begin > at else []
        found.append((kind, text[begin:stop]))
        at = stop
    return [*found, ("", text[at:])] if at < len(text) else found


def _coloured(text: str) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    """(kind, where it begins, where it ends) of what is not plain, up to what is no Python."""
    before = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            kind = _KINDS.get(token.type, "")
            if token.type == tokenize.NAME:
                named = "name" if before in ("def", "class", "@") else ""
                kind = "keyword" if keyword.iskeyword(token.string) else named
            if kind:
                yield kind, token.start, token.end
            before = token.string
    except (tokenize.TokenError, SyntaxError):
        return
