"""Taking masks' distances and tickets out of the Result of an Early-Bird run. No torch."""

from __future__ import annotations

import numpy as np

from lth_core.experiments.early_bird.distance import settled
from lth_core.experiments.early_bird.spec import EarlyBird
from lth_core.results.result import Result


def spec_of(result: Result) -> EarlyBird:
    """Its Spec. Raises ValueError for the Result of another experiment."""
    if not isinstance(result.spec, EarlyBird):
        raise ValueError(f"this reads Early-Bird runs, not {result.spec.experiment!r}")
    return result.spec


def moments(result: Result) -> tuple[int, ...]:
    """The steps at which a mask was drawn: fewer than its Spec asks for where the training diverged."""
    return tuple(dict.fromkeys(np.asarray(result.tables.get("cells", {"step": ()})["step"]).tolist()))


def whole(result: Result) -> np.ndarray:
    """(moments,): test accuracy of the whole net, still training, at each moment."""
    table = result.tables["dense"]
    reads = dict(zip(np.asarray(table["step"]).tolist(), np.asarray(table["test_accuracy"]).tolist(), strict=True))
    return np.array([reads[step] for step in moments(result)])


def matrix(result: Result, over: str = "alive") -> np.ndarray:
    """(moments, moments): how far apart the masks of all pairs of moments are. over: `alive` weights or `all`."""
    place = {step: at for at, step in enumerate(moments(result))}
    found, table = np.zeros((len(place), len(place))), result.tables.get("distances", {})
    for first, second, far in zip(*(np.asarray(table[name]).tolist() for name in ("first", "second", over)),
                                  strict=True) if table else ():
        found[place[first], place[second]] = found[place[second], place[first]] = far
    return found


def emerged(result: Result, over: str = "alive") -> int | None:
    """The step at which the paper's criterion first fires, asked after every epoch; None where it never does."""
    spec, drawn = spec_of(result), moments(result)
    epochs = [at for at, step in enumerate(drawn) if step % spec.epoch == 0]
    found = settled(matrix(result, over)[np.ix_(epochs, epochs)])
    return None if found is None else drawn[epochs[found]]


def restarted(result: Result, step: int) -> float:
    """Test accuracy of the ticket whose mask was drawn after `step` steps, trained from θ₀; NaN where there is none."""
    drawn = moments(result)
    return float(accuracy(result, "restarted")[drawn.index(step)]) if step in drawn else float("nan")


def accuracy(result: Result, way: str) -> np.ndarray:
    """(moments,): test accuracy of the tickets, `restarted` or `trained-on`, by the moment of their mask."""
    cells = result.tables["cells"]
    mine = np.asarray(cells["condition"]) == way
    values: np.ndarray = np.asarray(cells["test_accuracy"])[mine]
    return values
