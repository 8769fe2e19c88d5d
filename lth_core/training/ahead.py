"""Training on while the net is judged: updates wait for each other, but none waits for a measurement."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import numpy as np

from lth_core.training.backends.base import Backend, Twinned
from lth_core.training.backends.crew import free_cores

PIECE = 25  # steps, 2 to 15 ms of LeNet: then the twin asks whether it has the cores to itself, or is not wanted
NONE = np.empty(0, np.float32)  # losses of no step


def stages(
    backend: Backend, orders: Iterable[np.ndarray], show: Callable[[Backend], None] | None = None
) -> Generator[np.ndarray, None, None]:
    """Train on each of `orders`, int32 (steps, batch), in turn; yields its mini-batch losses, float32 (steps,).

    At every yield `backend` stands just there, to be judged, copied or saved. Given two threads or more, a twin trains
    on meanwhile from the same weights and by the same arithmetic: every number is what one thread alone gives. Who
    stops early drops what the twin did beyond. show: called once, with whichever of the two takes the steps.
    """
    if not isinstance(backend, Twinned) or backend.threads == 1:
        if show:
            show(backend)
        for order in orders:
            yield backend.advance(order) if len(order) else NONE
        return
    twin, threads, alone, dropped = backend.twin(), backend.threads, Event(), Event()
    if show:
        show(twin)

    def train(order: np.ndarray) -> np.ndarray:
        losses = [NONE]
        for at in range(0, len(order), PIECE):
            if dropped.is_set():
                break
            twin.threads = threads if alone.is_set() else threads - threads // 2
            losses.append(twin.advance(order[at : at + PIECE]))
        return np.concatenate(losses)

    def begin(order: np.ndarray) -> Callable[[], np.ndarray]:
        """Start on it, or on a busy machine see to it when asked; call for the losses."""
        return pool.submit(train, order).result if free_cores() > 1 else partial(train, order)

    def end(losses: Callable[[], np.ndarray]) -> np.ndarray:
        alone.set()
        done = losses()
        alone.clear()
        backend.follow(twin)
        return done

    with ThreadPoolExecutor(1, "lth-ahead") as pool:
        try:
            going: Callable[[], np.ndarray] | None = None
            for order in orders:
                done = end(going) if going else None
                going = begin(order)
                if done is not None:
                    backend.threads = threads // 2
                    yield done
            backend.threads = threads
            if going:
                yield end(going)
        finally:
            dropped.set()
            backend.threads = threads
