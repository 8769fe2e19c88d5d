"""What the machine refuses is a sentence at the command line, never a traceback."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from lth_core.cli.printing import fail


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """The command, with what the disk refuses (StoreError and its kind) told in a line, and exit status 2."""

    @functools.wraps(command)
    def careful(*arguments: Any, **named: Any) -> None:
        try:
            command(*arguments, **named)
        except BrokenPipeError:  # `| head` has read enough
            raise
        except OSError as error:
            plain = error.filename is None or not error.strerror  # written to be read, as those of our own are
            fail(str(error) if plain else f"{error.filename}: {error.strerror}")

    return careful
