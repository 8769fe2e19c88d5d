"""Ctrl-C and SIGTERM as a wish: what was trained is saved at the next measured moment, then the process ends.

Long work asks `Stop` whether somebody wants it to stop (`Options.stop`). A second signal, or GRACE seconds without such
a moment, ends the process there and then: checkpoints and results are written in one step, so nothing can be spoilt.

Python's own handlers run between two steps of the main thread, which may be inside a kernel for seconds. So a thread of
its own hears the signals, and can end the process.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import connection
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
GRACE = 8.0  # seconds; whoever sends SIGTERM (systemd, a container's engine) often sends SIGKILL ten seconds later
ECHO = 0.3  # seconds in which a signal is the first one again: a wrapper passes on what the terminal told both


class Interrupted(Exception):
    """Somebody wanted the work to stop, and it did. What it needs for going on is saved."""


def never() -> bool:
    """Nobody wants anything to stop."""
    return False


class Stop:
    """Whether this process was asked to stop: `stop()`. signal: by which signal, 0 before. at_stake: whether ending now
    would lose something; while it is False, the first signal ends the process at once.

    >>> stop = Stop()
    >>> stop(), stop.ask(signal.SIGTERM), stop(), stop.code
    (False, None, True, 143)
    """

    def __init__(self) -> None:
        self.signal, self.since, self.at_stake = 0, 0.0, True

    def __call__(self) -> bool:
        return self.signal != 0

    def ask(self, number: int) -> None:
        self.signal, self.since = int(number), time.monotonic()

    @property
    def code(self) -> int:
        """The exit code that shells and supervisors expect: 130 after Ctrl-C, 143 after SIGTERM."""
        return 128 + self.signal


@contextmanager
def heeded(
    asked: Callable[[], None] = lambda: None, ending: Callable[[bool], None] = lambda lost: None, grace: float = GRACE,
    patient: bool = False,
) -> Iterator[Stop]:
    """While the block runs, signals ask its Stop. In a thread other than the main one nothing is heard.

    asked: called at the first signal; ending: before the process is ended without waiting for the block, with whether
    something is lost by it; both from another thread. patient: a second signal does not end it, only time does. Signals
    that the process was started to ignore, as in the background of a shell, stay ignored.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    near, far = socket.socketpair()
    far.setblocking(False)
    before = {number: signal.getsignal(number) or signal.SIG_DFL for number in SIGNALS}
    pipe = signal.set_wakeup_fd(far.fileno(), warn_on_full_buffer=False)
    thread = threading.Thread(target=_listen, args=(near, stop, asked, ending, grace, patient), daemon=True,
                              name="interrupts")
    thread.start()
    try:
        for number, handler in before.items():
            if handler is not signal.SIG_IGN:
                signal.signal(number, _noted)
        if os.name == "posix":  # what `held_back` has kept for us
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(pipe)
        far.close()  # the thread ends
        thread.join()
        near.close()


def _noted(number: int, frame: FrameType | None) -> None:
    """Python must have a handler for the signal to be passed on to `_listen`."""


def _listen(
    near: socket.socket, stop: Stop, asked: Callable[[], None], ending: Callable[[bool], None], grace: float,
    patient: bool,
) -> None:
    while True:
        near.settimeout(max(0.01, stop.since + grace - time.monotonic()) if stop() else None)
        try:
            heard = near.recv(64)
        except TimeoutError:
            _end(stop, ending)
        if not heard:
            return
        for number in set(heard).intersection(SIGNALS):
            if not stop():
                stop.ask(number)
                asked() if stop.at_stake else _end(stop, ending)
            elif not patient and time.monotonic() - stop.since > ECHO:
                _end(stop, ending)


def _end(stop: Stop, ending: Callable[[bool], None]) -> None:
    """This process and those that it started, now."""
    for child in multiprocessing.active_children():
        child.kill()
    ending(stop.at_stake)
    os._exit(stop.code)


def deaf() -> None:
    """From now on signals do nothing where no block heeds them."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _noted)


@contextmanager
def held_back() -> Iterator[None]:
    """Signals wait until the block is over; a process that is started in it keeps its own until it heeds them."""
    if os.name != "posix":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with_parent() -> None:
    """This process is asked to stop, by SIGTERM, as soon as the one that started it is gone, however that ended."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "only a process that multiprocessing started has a parent"

    def watch() -> None:
        connection.wait([parent.sentinel])
        signal.raise_signal(signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="parent").start()
