"""Ctrl-C and SIGTERM at the command line: what is said, and how the process ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from lth_core.cli.printing import log
from lth_core.running.interrupt import GRACE, Interrupted, Stop, heeded


class Tally:
    """How many of so many runs are done, and what to do about the others, for whoever interrupts."""

    def __init__(self, total: int, verb: str, cure: str) -> None:
        self.total, self.done, self.verb, self.cure = total, 0, verb, cure

    def __str__(self) -> str:
        return f"{self.done} of {self.total} are {self.verb}, {self.total - self.done} are missing. {self.cure}"


@contextmanager
def stoppable(told: object, grace: float = GRACE) -> Iterator[Stop]:
    """While the block runs, a signal asks it to stop; when it did, `told` is printed and the process exits 130 or 143.

    told: its text at that moment says what is done and what to do next. grace: seconds before it is ended regardless.
    """
    def asked() -> None:
        _say("Stopping: what was trained is being saved. Ctrl-C once more ends at once.")

    def ending(lost: bool) -> None:
        _say(f"Ended at once; what was not saved is lost. {told}" if lost else f"Interrupted. {told}")
        log.show_cursor(True)

    with heeded(asked, ending, grace) as stop:
        try:
            yield stop
        except (Interrupted, KeyboardInterrupt):  # the latter in a thread, where no signal is heeded
            _say(f"Interrupted. {told}")
            raise typer.Exit(stop.code if stop() else 130) from None


def _say(text: str) -> None:
    log.print(text, highlight=False, soft_wrap=True)
