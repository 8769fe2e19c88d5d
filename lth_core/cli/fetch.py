"""`lth fetch`: data sets that are not shipped."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from lth_core.cli.printing import fail, log, out


def fetch(name: Annotated[str, typer.Argument(help="mnist, fashion-mnist or cifar-10")]) -> None:
    """Download a data set, checked by its digest, or go on with it. A copy of the project has MNIST already."""
    from lth_core.data import fetch as fetching

    try:
        with Progress(TextColumn(name), BarColumn(), DownloadColumn(), console=log, disable=not log.is_terminal) as bar:
            out.print(str(fetching.fetch(name, _Downloading(bar))), highlight=False, soft_wrap=True)
    except (OSError, ValueError) as error:
        fail(str(error))


class _Downloading:
    """Shows a download, file after file, to whoever watches the terminal."""

    def __init__(self, bar: Progress) -> None:
        self.bar, self.task = bar, bar.add_task("", total=None)

    @property
    def total(self) -> int:
        return int(self.bar.tasks[self.task].total or 0)

    @total.setter
    def total(self, count: int) -> None:
        self.bar.reset(self.task, total=count or None)

    def update(self, count: int) -> None:
        self.bar.advance(self.task, count)

    def reset(self) -> None:
        self.bar.reset(self.task)

    def close(self) -> None:
        """The next file goes on in the same line."""
