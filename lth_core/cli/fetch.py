"""`lth fetch`: data sets that are not shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from lth_core.cli.printing import fail, log, out


def fetch(
    name: Annotated[str, typer.Argument(help="mnist, fashion-mnist, cifar-10 or cifar-10-jpeg")],
    file: Annotated[Path | None, typer.Option("--from", help="The archive that cifar-10-jpeg is made from")] = None,
) -> None:
    """Download a data set, checked by its digest, or go on with it. A copy of the project has MNIST already.

    cifar-10-jpeg, a JPEG copy of CIFAR-10, is not downloaded but made from an archive on this machine.
    """
    from lth_core.data import DataError
    from lth_core.data import fetch as fetching

    try:
        if file is not None:
            out.print(str(fetching.bring(name, file)), highlight=False, soft_wrap=True)
            return
        with Progress(TextColumn(name), BarColumn(), DownloadColumn(), console=log, disable=not log.is_terminal) as bar:
            out.print(str(fetching.fetch(name, _Downloading(bar))), highlight=False, soft_wrap=True)
    except (OSError, ValueError, DataError) as error:
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
