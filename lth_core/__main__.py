"""`python -m lth_core`, and the command `lth` of the installed package."""

from __future__ import annotations

import io
import signal
import sys
from types import FrameType


def main() -> None:
    """The command line. Signals end it with 130 and 143, without a traceback also while its modules still load."""
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _terminated)
    for written in (sys.stdout, sys.stderr):
        if isinstance(written, io.TextIOWrapper):
            written.reconfigure(errors="backslashreplace")  # θ and ≥ where the other end knows neither
    try:
        from lth_core.cli import app

        app()
    except KeyboardInterrupt:
        sys.exit(130)


def _terminated(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)  # what is open is closed on the way out


if __name__ == "__main__":
    main()
