"""What is told while a search goes on: nothing, a function of yours, or bars in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lth_core.own.functions import OwnError
from lth_core.snapshot import Snapshot

Tell = Callable[[Snapshot], None]


@contextmanager
def shown(progress: Tell | str | None) -> Iterator[Tell]:
    """Gives the function that every Snapshot is handed to. Raises OwnError for a word other than "rich".

    >>> with shown(None) as tell:
    ...     tell(Snapshot("done"))
    """
    if progress == "rich":
        with _bars() as tell:
            yield tell
    elif progress is None:
        yield lambda snapshot: None
    elif callable(progress):
        yield progress
    else:
        raise OwnError(f'progress is {progress!r}: "rich", or a function that is handed every Snapshot')


@contextmanager
def _bars() -> Iterator[Tell]:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("round {task.fields[where]}"), BarColumn(), TextColumn("{task.completed:,}/{task.total:,}"),
               TimeRemainingColumn())
    with Progress(*columns) as bars:
        task = bars.add_task("", total=1, where="")

        def tell(snapshot: Snapshot) -> None:
            if snapshot.stage == "train":
                bars.update(task, completed=snapshot.step, total=max(1, snapshot.steps),
                            where=f"{snapshot.round} of {snapshot.rounds}, {snapshot.condition.partition('@')[0]}")

        yield tell
